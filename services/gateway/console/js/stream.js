// The connection to the live stream: its state in words, what each beat says, and a watchdog over it.
import htmx from "./htmx.js";
import { age, clockWib, serverNow, serverSaid } from "./clocks.js";
import { all, one, onClick, say, sayNow } from "./dom.js";

const CONNECTING_AFTER = 2000;
const LOST_AFTER = 10000;
const SILENT_AFTER = 15000;
const STALE_SECONDS = 60;
const LIVE_SHARE = 0.9;

const element = document.getElementById("aliran");
let connection = null;
let lastSign = Date.now();
let lastTry = Date.now();
let down = Date.now();
let saidLost = false;
let beat = null;
let beatAt = 0;
let leaving = false;

export const lastBeat = () => beat;

export function startStream() {
  if (!element) return;
  element.addEventListener("htmx:sse:after:connection", (event) => {
    connection = event.detail.connection;
    up();
  });
  element.addEventListener("htmx:sse:before:message", (event) => {
    up();
    const { message } = event.detail;
    if (message.event) return;
    // Rows go through our buffer, not straight into the page.
    event.detail.cancelled = true;
    document.dispatchEvent(new CustomEvent("pasopati:frame", { detail: message.data }));
  });
  element.addEventListener("detak", (event) => heard(JSON.parse(event.detail.data)));
  element.addEventListener("muat-ulang", (event) => missed(JSON.parse(event.detail.data).terlewat));
  element.addEventListener("htmx:sse:error", (event) => {
    fell();
    if (event.detail.status === 401 || event.detail.status === 403) location.reload();
  });
  element.addEventListener("htmx:sse:close", fell);
  addEventListener("pagehide", () => (leaving = true));
  addEventListener("online", again);
  onClick("[data-sambung]", again);
  setInterval(look, 500);
  // htmx wires the page one task after it was loaded; only then does the element hear us.
  setTimeout(connect);
}

function connect() {
  lastTry = Date.now();
  htmx.trigger(element, "sambung");
}

function up() {
  lastSign = Date.now();
  if (down && saidLost) say("Tersambung lagi.");
  down = 0;
  saidLost = false;
}

function fell() {
  down ||= Date.now();
}

/** Ends the present connection, whatever its state, and opens a new one. */
function again() {
  lastTry = Date.now();
  if (!element._htmx?.sse) return connect();
  if (connection?.delayCanceller) connection.delayCanceller();
  else connection?.reader?.cancel?.();
}

function heard(pulse) {
  beat = pulse;
  beatAt = Date.now();
  serverSaid(pulse.waktu);
  for (const e of all('[data-jumlah="peringatan"]')) {
    e.textContent = pulse.menunggu || "";
    e.classList.toggle("hot", pulse.menunggu > 0);
  }
  for (const e of all('[data-jumlah="isu"]')) e.textContent = pulse.isu || "";
  const page = document.title.replace(/^\(\d+\) /, "");
  document.title = pulse.menunggu ? `(${pulse.menunggu}) ${page}` : page;
  document.dispatchEvent(new CustomEvent("pasopati:detak", { detail: pulse }));
}

function missed(count) {
  const band = document.getElementById("pita-lewat");
  one("span", band).textContent = `${count} isu terlewat selama sambungan terputus.`;
  band.hidden = false;
}

function show(id, words) {
  const band = document.getElementById(id);
  if (!band) return;
  const text = one("span", band);
  if (words && text.textContent !== words) text.textContent = words;
  band.hidden = !words;
}

function look() {
  if (leaving) return;
  const now = Date.now();
  if (!down && now - lastSign > SILENT_AFTER) {
    // A half-open connection says nothing for ever: end it ourselves.
    down = lastSign;
    again();
  } else if (down && !element._htmx?.sse && now - lastTry > 3000) {
    connect();
  } else if (down && now - lastTry > SILENT_AFTER) {
    again();
  }
  const chip = document.getElementById("sambungan");
  const gone = down ? now - down : 0;
  chip.classList.toggle("putus", gone > CONNECTING_AFTER);
  const known = beat?.umur_data_detik ?? null;
  const dataAge = known === null ? null : known + (now - beatAt) / 1000;
  if (gone > CONNECTING_AFTER || !beat) put(chip, "Menyambung…");
  else if (dataAge === null) put(chip, "Langsung · data belum terbaca");
  else put(chip, `Langsung · data ${age(dataAge * 1000)} lalu`);
  show("pita-putus", gone > LOST_AFTER ? `Sambungan putus ${age(gone)}. Data terakhir ${clockWib(serverNow() - (now - lastSign))}. Kami mencoba terus.` : "");
  if (gone > LOST_AFTER && !saidLost) {
    saidLost = true;
    sayNow("Sambungan putus. Data di halaman ini tidak bertambah.");
  }
  show("pita-lama", gone > LOST_AFTER ? "" : stale(dataAge));
  chip.classList.toggle("lama", Boolean(stale(dataAge)));
}

function stale(dataAge) {
  if (!beat) return document.getElementById("pita-lama")?.querySelector("span").textContent ?? "";
  const quiet = beat.sumber - beat.sumber_hidup;
  if (beat.sumber && beat.sumber_hidup < beat.sumber * LIVE_SHARE) {
    return `${quiet} dari ${beat.sumber} sumber diam. Angka di halaman ini belum tentu lengkap.`;
  }
  if (dataAge > STALE_SECONDS) return `Data terakhir ${age(dataAge * 1000)} lalu. Angka di halaman ini belum tentu lengkap.`;
  return "";
}

function put(e, text) {
  if (e.textContent !== text) e.textContent = text;
}

