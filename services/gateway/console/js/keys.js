// The keyboard: one letter, one deed. Silent in fields and dialogs, and can be switched off.
import { choose, chosen, open, step, unfold, watchClicks } from "./choice.js";
import { act } from "./commands.js";
import { all, memory, one, onClick, toast } from "./dom.js";
import { applyHeld, togglePause } from "./feed.js";
import { markRead } from "./unread.js";

const GOES = { u: "/umpan", p: "/peringatan", r: "/rilis", s: "/sumber", c: "/cari", t: "/telaah" };
let afterG = 0;
let undo = null;

const alert = () => chosen()?.dataset.peringatan ?? one(".page .acts[data-peringatan]")?.dataset.peringatan;

/** A deed by key is allowed when the page (or the row's rights) draw it. */
const allowed = (deed) => (document.body.dataset.boleh ?? "").split(" ").includes(deed);

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  Enter: () => chosen() && open(chosen()),
  o: () => chosen() && unfold(chosen()),
  a: () => allowed("acknowledge") && (chosen() || one('[data-aksi="akui"]')) && act("akui", alert()),
  v: () => allowed("verify") && act("verifikasi", alert()),
  f: () => allowed("dismiss") && act("palsu", alert()),
  r: () => {
    const row = chosen();
    if (!row?.matches(".row")) return;
    undo = markRead(row);
    toast("Ditandai dibaca.", undo);
  },
  z: () => (undo?.(), (undo = null)),
  n: applyHeld,
  p: togglePause,
  "/": () => (one("main [data-cari]") ?? one("[data-cari]"))?.focus(),
  "?": () => one("#bantuan").showModal(),
  g: () => (afterG = Date.now()),
  Escape: () => choose(null),
};

export function startKeys() {
  watchClicks();
  paint();
  onClick("[data-bantuan]", () => one("#bantuan").showModal());
  onClick("[data-pintasan]", () => (memory.set("pintasan", !memory.get("pintasan", true)), paint()));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable]") || one("dialog[open]")) return;
    if (event.key === "Enter" && event.target.closest("a, button, summary") && !event.target.closest(".row h3, [data-buka]")) return;
    if (!memory.get("pintasan", true) && event.key !== "Escape" && event.key !== "Enter") return;
    if (Date.now() - afterG < 1500 && GOES[event.key] && all(".go").some((go) => go.getAttribute("href") === GOES[event.key])) {
      location.assign(GOES[event.key]);
      return;
    }
    const deed = KEYS[event.key];
    if (!deed) return;
    afterG = 0;
    event.preventDefault();
    deed();
  });
}

function paint() {
  const on = memory.get("pintasan", true);
  const button = one("[data-pintasan]");
  if (!button) return;
  button.setAttribute("aria-pressed", String(on));
  button.textContent = on ? "Pintasan: hidup" : "Pintasan: mati";
}
