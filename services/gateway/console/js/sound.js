// Three tones, off until a person switches them on (a browser allows sound only after a click).
import { memory, one, onClick } from "./dom.js";

const MODES = ["mati", "kritis", "semua"];
const TONES = { 4: [880, 660, 880], 3: [660, 520], baru: [520] };
let mode = memory.get("bunyi", "mati");
let audio = null;

function paint() {
  const label = one("[data-bunyi] span");
  if (!label) return;
  const blocked = mode !== "mati" && audio?.state !== "running";
  label.textContent = blocked ? "Bunyi: izinkan" : `Bunyi: ${mode}`;
}

export function startSound() {
  paint();
  onClick("[data-bunyi]", async () => {
    const waking = mode !== "mati" && !audio;
    if (!waking) mode = MODES[(MODES.indexOf(mode) + 1) % MODES.length];
    audio ??= new AudioContext();
    await audio.resume();
    memory.set("bunyi", mode);
    if (mode !== "mati") play(TONES.baru);
    paint();
  });
}

export function ring(severity) {
  if (mode === "mati" || audio?.state !== "running") return;
  if (severity === 4 || (severity === 3 && mode === "semua")) play(TONES[severity]);
}

function play(tones) {
  tones.forEach((hertz, i) => {
    const start = audio.currentTime + i * 0.22;
    const gain = new GainNode(audio, { gain: 0 });
    gain.gain.setValueAtTime(0.18, start);
    gain.gain.exponentialRampToValueAtTime(0.001, start + 0.2);
    const tone = new OscillatorNode(audio, { frequency: hertz });
    tone.connect(gain).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.21);
  });
}
