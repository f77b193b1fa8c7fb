// The review queue: one key says what is right, then the next one. A key is a button's: what is not drawn does nothing.
import { send, settled } from "./commands.js";
import { memory, one, onClick, toast } from "./dom.js";

const KEPT = "telaah.terakhir";
let busy = false;

const card = () => one("[data-telaah]");

export function startReview() {
  if (!card()) return;
  greet();
  onClick("[data-label]", (button) => correct(button));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (event.target.closest("input, textarea, select") || !memory.get("pintasan", true)) return;
    const dialog = one("dialog[open]");
    if (dialog && dialog.id !== "dialog-topik") return;
    const button = one(`[data-tombol="${CSS.escape(event.key)}"]`, dialog ?? card());
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    button.click();
  }, true);
}

/** What was said of the one before, with the way back to it. */
function greet() {
  const last = memory.get(KEPT, null);
  memory.set(KEPT, null);
  if (!last || Date.now() - last.at > 10_000) return;
  toast(last.words, () => location.assign(`/telaah?butir=${last.id}`), "Buka lagi");
}

function body(button) {
  const { label, nilai } = button.dataset;
  const said = { reason: one("#t-alasan").value.trim() || `Ditelaah dari antrean: ${button.textContent.replace(/\s+\S$/, "").trim().toLowerCase()}` };
  if (label === "confirmed" || label === "relevant") said[label] = nilai === "true";
  else if (label === "severity") said.severity = Number(nilai);
  else if (label === "topics") said.topics = [nilai];
  else if (label === "units") said.units = nilai ? [nilai] : [];
  else said[label] = nilai;
  return said;
}

async function correct(button) {
  if (busy) return;
  busy = true;
  const { telaah, berikut } = card().dataset;
  const status = one(".kirim", card());
  const message = one(".msg", card());
  one("#dialog-topik")?.close();
  message.hidden = true;
  status.textContent = "Mengirim…";
  const sent = await send(`/api/v1/items/${telaah}/relabel`, body(button), { unsure: (words) => (status.textContent = words) });
  const answer = await settled(sent, { tick: () => (status.textContent = "Menunggu jawaban sistem") });
  busy = false;
  status.textContent = "";
  if (answer.status >= 200 && answer.status < 300) {
    memory.set(KEPT, { id: telaah, at: Date.now(), words: answer.status === 202 ? "Terkirim, menunggu jawaban sistem." : "Tersimpan." });
    location.assign(berikut);
    return;
  }
  message.textContent = `Tidak tersimpan: ${answer.said.errors?.map((error) => error.pesan).join(" ") || answer.words}`;
  message.hidden = false;
}
