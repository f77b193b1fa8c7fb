// A person's deeds: sent with one Idempotency-Key each, drawn as done only when the owner's event is here.
import { one, onClick, toast } from "./dom.js";

const PATIENCE = 9000;
const TRIES = 3;
const csrf = () => one('meta[name="csrf"]')?.content ?? "";
const UNSURE = "Belum pasti tersimpan. Kami periksa dengan kode yang sama, jadi tidak akan ganda.";

/** POSTs JSON; tells apart done, waiting, refused and not known. Never throws. */
export async function send(address, body, { key = crypto.randomUUID(), unsure } = {}) {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "Idempotency-Key": key, "X-CSRF-Token": csrf() },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(PATIENCE),
      });
      const said = await answer.json().catch(() => ({}));
      if (answer.status < 500) return { status: answer.status, said, words: said.detail ?? said.message ?? said.title ?? "" };
    } catch {
      // No answer: it may have been done. The same key asks again without doing it twice.
    }
    if (attempt === TRIES) return { status: 0, said: {}, words: UNSURE };
    unsure?.(UNSURE);
    await new Promise((next) => setTimeout(next, attempt * 1500));
  }
}

/** Asks what became of a command that is still under way, until it is known or the time is up. */
export async function settled(answer, { seconds = 10, tick } = {}) {
  const until = Date.now() + seconds * 1000;
  while (answer.status === 202 && answer.said.command_id && Date.now() < until) {
    tick?.();
    await new Promise((next) => setTimeout(next, 1000));
    const again = await fetch(`/api/v1/perintah/${answer.said.command_id}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!again || again.status >= 500 || again.status === 429) continue;
    const said = await again.json().catch(() => ({}));
    answer = { status: again.status, said, words: said.detail ?? said.message ?? said.title ?? "" };
  }
  return answer;
}

const busy = new Set();

/** One alert's deed: `acknowledge`, `verify`, `dismiss`, `resolve`. Resolves to null when it was done. */
export async function alertDeed(alert, deed, body = {}) {
  if (busy.has(alert)) return "";
  busy.add(alert);
  mark(alert, "Mengirim…");
  const { status, said, words } = await send(`/api/v1/alerts/${alert}/${deed}`, body, { unsure: (text) => mark(alert, text) });
  busy.delete(alert);
  if (status === 200) {
    setTimeout(() => draw(alert), 1500);
    return null;
  }
  if (status === 202) {
    mark(alert, "Menunggu jawaban sistem");
    setTimeout(() => draw(alert), 4000);
    return null;
  }
  mark(alert, status === 409 ? words : "");
  const problem = said.errors?.map((e) => e.pesan).join(" ") || words || UNSURE;
  toast(problem);
  draw(alert);
  return problem;
}

function mark(alert, words) {
  for (const acts of document.querySelectorAll(`.acts[data-peringatan="${alert}"] .kirim`)) acts.textContent = words;
  for (const row of document.querySelectorAll(`.row[data-peringatan="${alert}"]`)) {
    const cell = one(".st", row);
    if (!words) continue;
    cell.replaceChildren(Object.assign(document.createElement("b"), { className: "m", textContent: words }));
  }
}

/** Draws the alert's present state again, in case the stream did not bring it. */
async function draw(alert) {
  for (const cell of document.querySelectorAll(`.acts[data-peringatan="${alert}"] .kirim`)) if (cell.textContent === "Mengirim…") cell.textContent = "";
  const answer = await fetch(`/umpan/baris/peringatan-${alert}`, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.ok) document.dispatchEvent(new CustomEvent("pasopati:frame", { detail: await answer.text() }));
}

const DIALOGS = { verifikasi: "dialog-verifikasi", palsu: "dialog-palsu", selesai: "dialog-selesai" };

export function act(deed, alert) {
  if (!alert) return;
  if (deed === "akui") return void alertDeed(alert, "acknowledge");
  const dialog = document.getElementById(DIALOGS[deed]);
  if (!dialog) return;
  dialog.dataset.peringatan = alert;
  one(".msg", dialog).hidden = true;
  dialog.showModal();
}

export function startCommands() {
  onClick("[data-aksi]", (button) => act(button.dataset.aksi, button.closest("[data-peringatan]")?.dataset.peringatan));
  onClick("[data-dialog]", (button) => document.getElementById(button.dataset.dialog).showModal());
  onClick("[data-tutup]", (button) => button.closest("dialog").close());
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-perintah]");
    if (!form) return;
    event.preventDefault();
    const dialog = form.closest("dialog");
    const problem = await alertDeed(dialog.dataset.peringatan, form.dataset.perintah, fields(form));
    const message = one(".msg", form);
    message.textContent = problem ?? "";
    message.hidden = problem === null;
    if (problem === null) {
      dialog.close();
      form.reset();
    }
  });
}

/** A form's fields as JSON: empty ones left out (or, where the form says so, unchanged ones), numbers and yes as such. */
export function fields(form) {
  const body = {};
  const changedOnly = form.dataset.hanyaBerubah !== undefined;
  for (const [name, value] of new FormData(form)) {
    const field = form.elements[name];
    if (name.startsWith("_") || (changedOnly ? value === field.defaultValue : value === "")) continue;
    // Several boxes of one name are a list.
    if ((field.dataset ?? field[0].dataset).banyak !== undefined) (body[name] ??= []).push(value);
    else if (field.type === "checkbox") body[name] = true;
    else if (field.dataset?.yaTidak !== undefined) body[name] = value === "true";
    else body[name] = field.dataset?.angka !== undefined ? Number(value) : value;
  }
  return body;
}
