// Work pages follow the stream too: what changed is read again and morphed in, except under unsaved text.
import htmx from "./htmx.js";
import { paintClocks } from "./clocks.js";
import { chosen, refreshPeek, repaintChoice } from "./choice.js";
import { one, toast } from "./dom.js";
import { isDirty } from "./forms.js";

const INBOX_EVERY = 2000;
const LONG_LISTS = ["sumber", "media", "diam"];
let waiting = null;
let again = false;

export function startPages() {
  // On a phone the menu is wider than its bar.
  one(".rail .go[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  document.addEventListener("pasopati:berubah", ({ detail }) => {
    if (detail.id.startsWith("peringatan")) refreshPeek(detail.id);
    const page = one("[data-segar]");
    if (page && concerns(page, detail)) soon();
  });
  if (one("[data-kotak]")) setInterval(readInbox, INBOX_EVERY);
}

function concerns(page, { id, row }) {
  const kind = page.dataset.segar;
  const own = page.dataset.id;
  if (kind === "peringatan") return id === own;
  if (kind === "sumber_satu" || kind === "media_satu") return id === own;
  if (kind === "diam") return id.startsWith("sumber-") || id.startsWith("unit-diam-");
  if (kind === "isu") return id === own || (row && `isu-${row.dataset.isu}` === own);
  // The list of alerts takes in new ones, but not under a reader who has chosen a row.
  if (kind === "daftar") return id.startsWith("peringatan-") && !document.getElementById(id) && !one(".row[aria-current]");
  return id.startsWith(`${kind}-`);
}

function soon() {
  if (waiting) return void (again = true);
  // Long lists change all the time; once a second is soon enough to read.
  const patience = LONG_LISTS.includes(one("[data-segar]")?.dataset.segar) ? 1000 : 150;
  waiting = setTimeout(async () => {
    await refresh();
    waiting = null;
    if (again) ((again = false), soon());
  }, patience);
}

async function refresh() {
  if (isDirty()) return toast("Versi baru tersedia. Muat ulang setelah pekerjaan Anda tersimpan.");
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = one("#isi", page);
  if (fresh) await morph("isi", fresh.innerHTML);
}

async function morph(id, markup) {
  await htmx.swap({ sourceElement: document.body, target: document.body, swap: "none", text: `<hx-partial id="${id}" hx-swap="innerMorph">${markup}</hx-partial>` });
  paintClocks(document.getElementById(id));
  // What the server draws knows nothing of the reader's choice.
  if (chosen()) repaintChoice(chosen());
}

let inbox = "";
async function readInbox() {
  if (document.hidden || one("[data-kotak] .kirim:not(:empty)")) return;
  const answer = await fetch("/kotak-contoh/isi", { headers: { Accept: "text/html" } }).catch(() => null);
  const markup = answer?.ok ? await answer.text() : inbox;
  if (markup !== inbox) await morph("kotak-isi", (inbox = markup));
}
