// Forms and buttons that send JSON to the API: sources, outlets, drafts, approvals. What was typed stays until it is kept.
import { fields, send, settled } from "./commands.js";
import { all, one, onClick, toast } from "./dom.js";

const keys = new WeakMap(); // form → the key of the text as it stands; a change makes a new one
export const isDirty = () => Boolean(one("form[data-berubah]"));

export function startForms() {
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-kirim]");
    if (!form) return;
    keys.delete(form);
    form.dataset.berubah = "";
  });
  // What was typed into a dialog that is closed is not wanted any more; the event does not bubble.
  const forget = ({ target }) => all("form[data-berubah]", target).forEach((form) => (form.reset(), delete form.dataset.berubah));
  document.addEventListener("close", forget, true);
  addEventListener("beforeunload", (event) => isDirty() && event.preventDefault());
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-kirim]");
    if (form) (event.preventDefault(), submit(form));
    const back = event.target.closest("form[data-kembalikan]");
    if (back) (event.preventDefault(), release("kembalikan", fields(back)));
  });
  onClick("[data-rilis-aksi]", (button) => {
    if (button.dataset.rilisAksi === "kembalikan") one("#dialog-kembalikan").showModal();
    else release(button.dataset.rilisAksi, {});
  });
}

async function submit(form) {
  if (!keys.has(form)) keys.set(form, crypto.randomUUID());
  const status = one(".kirim", form);
  const message = one(".msg", form);
  for (const field of all(".field.err", form)) field.classList.remove("err");
  message.hidden = true;
  status.textContent = "Mengirim…";
  const sent = await send(form.dataset.kirim, fields(form), { key: keys.get(form), unsure: (words) => (status.textContent = words) });
  const answer = await settled(sent, { tick: () => (status.textContent = "Menunggu jawaban sistem") });
  status.textContent = "";
  if (answer.status >= 200 && answer.status < 300) {
    delete form.dataset.berubah;
    toast(form.dataset.pesan);
    const made = answer.said.entity_id;
    if (form.dataset.buka && made) location.assign(form.dataset.buka + made);
    else location.reload();
    return;
  }
  refuse(form, message, answer);
}

function refuse(form, message, { said, words, status }) {
  const errors = said.errors ?? [];
  const lines = [];
  let first = null;
  for (const error of errors) {
    const input = form.elements[error.isian?.split(".").at(-1)];
    const field = input?.closest?.(".field");
    field?.classList.add("err");
    first ??= input;
    lines.push(`${field ? one("label", field).textContent : error.isian}: ${error.pesan}`);
  }
  message.textContent = `${status === 0 ? "" : "Tidak tersimpan: "}${lines.join(" ") || words} Isian Anda masih ada.`;
  message.hidden = false;
  (first ?? message).focus?.();
}

const RELEASE_DEEDS = { ajukan: "submit", setujui: "approve", kembalikan: "return", terbitkan: "publish" };

async function release(deed, body) {
  const page = one("[data-rilis]");
  const status = one(".head .kirim", page);
  const message = one("#rilis-galat", page);
  if (isDirty()) {
    message.textContent = "Simpan dahulu perubahan Anda.";
    message.hidden = false;
    return;
  }
  status.textContent = "Mengirim…";
  const named = deed === "kembalikan" ? body : { ...body, body_sha256: page.dataset.sidik };
  const answer = await send(`/api/v1/releases/${page.dataset.rilis}/${RELEASE_DEEDS[deed]}`, named, { unsure: (words) => (status.textContent = words) });
  status.textContent = answer.status === 202 ? "Menunggu jawaban sistem" : "";
  if (answer.status === 200) return location.reload();
  if (answer.status === 202) return void setTimeout(() => location.reload(), 4000);
  one("#dialog-kembalikan")?.close();
  message.textContent = answer.said.errors?.map((error) => error.pesan).join(" ") || answer.words;
  message.hidden = false;
}
