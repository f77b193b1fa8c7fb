// The chosen row: by key or by the first click; its preview beside it; its newest publications under it.
import { paintClocks } from "./clocks.js";
import { all, nodes, one } from "./dom.js";
import { markRead } from "./unread.js";

const peek = document.getElementById("pratinjau");
let chosenId = "";
let fetching = null;

/** The chosen row's element, also after a morph or a move. */
export const chosen = () => (chosenId && document.getElementById(chosenId)) || null;
export const rows = () => all("#tunggu > .row, #arus > .row, #daftar > .row, [data-baris]");
const linkOf = (row) => one("h3 a, a[data-buka]", row);

export function choose(row, { scroll = true } = {}) {
  const before = chosen();
  chosenId = row?.id ?? "";
  if (before) repaintChoice(before);
  if (!row) return clearPeek();
  repaintChoice(row);
  if (scroll) row.scrollIntoView({ block: "nearest" });
  linkOf(row)?.focus({ preventScroll: true });
  preview(row);
}

export function repaintChoice(row) {
  if (row.id === chosenId) row.setAttribute("aria-current", "true");
  else row.removeAttribute("aria-current");
}

export function step(by) {
  const list = rows();
  if (!list.length) return;
  const at = list.indexOf(chosen());
  choose(list[at < 0 ? 0 : Math.min(list.length - 1, Math.max(0, at + by))]);
}

export function open(row) {
  if (row.matches(".row")) markRead(row);
  const link = linkOf(row);
  if (link) location.assign(link.href);
}

const shownPeek = () => peek && peek.offsetParent !== null;

async function preview(row) {
  if (!shownPeek()) return;
  fetching?.abort();
  fetching = new AbortController();
  try {
    const answer = await fetch(`/umpan/pratinjau/${row.id}`, { signal: fetching.signal, headers: { Accept: "text/html" } });
    if (!answer.ok || chosenId !== row.id) return;
    peek.replaceChildren(...nodes(await answer.text()));
    paintClocks(peek);
  } catch (error) {
    if (error.name !== "AbortError") clearPeek("Pratinjau tidak terbaca. Pilih lagi barisnya.");
  }
}

export function refreshPeek(id) {
  const row = chosen();
  if (row && (row.id === id || row.dataset.peringatan === id.replace("peringatan-", ""))) preview(row);
}

function clearPeek(words = "Pilih baris untuk melihat mengapa ia muncul, angkanya, dan sumber pertamanya.") {
  if (peek) peek.replaceChildren(Object.assign(document.createElement("p"), { className: "m", textContent: words }));
}

/** The newest three publications under the row, or away again. */
export async function unfold(row) {
  if (!row.matches(".row")) return;
  const next = row.nextElementSibling;
  if (next?.matches(".kids")) return next.remove();
  const answer = await fetch(`/umpan/anak/${row.dataset.isu}`, { headers: { Accept: "text/html" } });
  if (!answer.ok || row.nextElementSibling?.matches(".kids")) return;
  row.after(...nodes(await answer.text()));
}

/** With a preview beside the list the first click chooses, the second opens; without one a click opens. */
export function watchClicks() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".row h3 a");
    if (!link || event.detail === 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const row = link.closest(".row");
    if (shownPeek() && row.id !== chosenId) {
      event.preventDefault();
      choose(row, { scroll: false });
    } else markRead(row);
  });
}
