// The feed page: what the stream brings, without moving a row under the reader.
import htmx from "./htmx.js";
import { paintClocks } from "./clocks.js";
import { all, one, onClick, say, sayNow } from "./dom.js";
import { choose, chosen, repaintChoice } from "./choice.js";
import { paintUnread } from "./unread.js";
import { ring } from "./sound.js";
import { lastBeat } from "./stream.js";

const FLUSH_EVERY = 250;
const ROW_CAP = 150;
const IDLE_FOR = 10000;
const PAUSE_FOR = 600000;

const flow = document.getElementById("arus");
const waiting = document.getElementById("tunggu");
const filter = JSON.parse(one(".feed")?.dataset.saringan ?? "{}");
const arrived = new Map(); // row id → newest markup, until the next flush
const held = new Map(); // row id → {row, changed}: waits behind the pill
const alertOf = new Map(); // story id → its alert's newest row
let flushing = null;
let pausedSince = 0;
let lastTouch = Date.now();

export function startFeed() {
  document.addEventListener("pasopati:frame", (event) => take(event.detail));
  if (!flow) return;
  for (const row of all(".row[data-terbuka][id^=peringatan]", waiting)) alertOf.set(row.dataset.isu, row);
  all(".row").forEach(paintUnread);
  onClick("#pil", apply);
  onClick("[data-jeda]", togglePause);
  for (const sign of ["pointerdown", "keydown", "wheel", "touchmove"]) {
    addEventListener(sign, () => (lastTouch = Date.now()), { passive: true });
  }
  setInterval(tick, 1000);
}

/** One message of the stream: some partials, each a row (or, on other pages, a sign that something changed). */
function take(markup) {
  const page = new DOMParser().parseFromString(markup, "text/html");
  for (const partial of all("hx-partial", page)) {
    const row = one(".row", partial);
    document.dispatchEvent(new CustomEvent("pasopati:berubah", { detail: { id: partial.id, row } }));
    // A work page bears the id of what it tells; only a row is a row's place.
    if (row && (flow || document.getElementById(row.id)?.matches(".row"))) {
      // The markup first: adopting takes the row out of it.
      const markup = partial.outerHTML;
      arrived.set(row.id, { row: document.adoptNode(row), markup });
    }
  }
  flushing ??= setTimeout(flush, arrived.size ? FLUSH_EVERY - Math.min(FLUSH_EVERY, 200) : 0);
}

/** At most four a second: morph what is on the page, hold what is new. */
async function flush() {
  const batch = [...arrived.values()];
  arrived.clear();
  const morphs = [];
  for (const { row, markup } of batch) {
    if (row.id.startsWith("peringatan") && row.dataset.isu) alertOf.set(row.dataset.isu, row);
    if (pausedSince && row.dataset.sev !== "4") {
      hold(row, Boolean(document.getElementById(row.id)));
      continue;
    }
    if (document.getElementById(row.id)) {
      morphs.push(markup);
      if (outOfPlace(row)) hold(row, true);
    } else if (flow) arrive(row);
  }
  if (morphs.length) await steady(() => htmx.swap({ sourceElement: document.body, target: document.body, text: morphs.join(""), swap: "none" }));
  for (const { row } of batch) {
    const shown = document.getElementById(row.id);
    if (shown) paint(shown);
    // Merged away: the reader's choice goes on to the one that lives.
    const heir = row.dataset.ke && shown && shown === chosen() && document.getElementById(row.dataset.ke);
    if (heir) choose(heir);
    const story = row.id.startsWith("peringatan") && document.getElementById(`isu-${row.dataset.isu}`);
    if (story) paint(story);
  }
  paintPill();
  flushing = arrived.size ? setTimeout(flush, FLUSH_EVERY) : null;
}

function arrive(row) {
  const isAlert = row.id.startsWith("peringatan");
  if (isAlert ? row.dataset.tunggu === undefined : isAbove(row)) return;
  // Its story stands above now, not twice.
  if (isAlert && held.get(`isu-${row.dataset.isu}`)?.changed === false) held.delete(`isu-${row.dataset.isu}`);
  if (isAlert && +row.dataset.sev >= 3) {
    steady(() => {
      place(waiting, row);
      paint(row);
      row.classList.add("fresh");
    });
    ring(+row.dataset.sev);
    sayNow(`Peringatan baru, keparahan ${row.dataset.sev}: ${one("h3", row).textContent}`);
  } else if (isAlert || matches(row)) hold(row, false);
}

/** Its alert waits for a person, so the story is shown there and not in the flow. */
function isAbove(row) {
  const alert = alertOf.get(row.dataset.isu);
  return alert?.dataset.tunggu !== undefined && (held.has(alert.id) || Boolean(document.getElementById(alert.id)));
}

function hold(row, changed) {
  const before = held.get(row.id);
  held.set(row.id, { row, changed: before ? before.changed : changed });
  // A page left alone for a night: what would be cut at the cap anyway need not wait.
  if (held.size > 4 * ROW_CAP) held.delete(held.keys().next().value);
}

/** Does what waits behind the pill: rows in, order right, the rest cut at the cap. */
function apply() {
  flow.setAttribute("aria-busy", "true");
  steady(() => {
    for (const [id, { row }] of held) {
      const shown = document.getElementById(id);
      const home = id.startsWith("peringatan") ? waiting : flow;
      if (shown) shown.replaceWith(row);
      else row.classList.add("fresh");
      if (home === waiting && row.dataset.tunggu === undefined) row.remove();
      else place(home, row);
    }
    for (const row of all(".row", waiting)) {
      if (row.dataset.tunggu !== undefined || row === chosen()) continue;
      row.remove();
      // Nobody has to be called any more: the story goes on in the flow.
      if (!document.getElementById(`isu-${row.dataset.isu}`)) bring(`isu-${row.dataset.isu}`);
    }
    for (const row of all(":scope > .row", flow)) if (row !== chosen() && (isAbove(row) || !matches(row))) row.remove();
    for (const row of all(":scope > .row", flow).slice(ROW_CAP)) if (row !== chosen()) row.remove();
    for (const kids of all(".kids")) if (document.getElementById(`isu-${kids.dataset.anak}`) !== kids.previousElementSibling && !kids.previousElementSibling?.dataset?.isu) kids.remove();
    all(".row").forEach(paint);
  });
  held.clear();
  document.getElementById("kosong").hidden = Boolean(one(".row", flow));
  flow.removeAttribute("aria-busy");
  // A feed must hold articles; an empty one is just a box.
  for (const [name, value] of [["role", "feed"], ["aria-labelledby", "h-arus"]]) {
    if (one(".row", flow)) flow.setAttribute(name, value);
    else flow.removeAttribute(name);
  }
  paintPill();
  words();
}

/** Asks for one row as the stream would have brought it. */
async function bring(id) {
  const answer = await fetch(`/umpan/baris/${id}`, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.ok) take(await answer.text());
}

/** Puts a row where it belongs: by severity and deadline above, by last change below. */
function place(home, row) {
  const before = all(":scope > .row", home).find((other) => other !== row && isBefore(home, row, other));
  const kids = row.nextElementSibling?.matches?.(".kids") ? row.nextElementSibling : null;
  home.insertBefore(row, before ?? null);
  if (kids) row.after(kids);
}

function isBefore(home, a, b) {
  if (home === flow) return +a.dataset.urut > +b.dataset.urut;
  if (a.dataset.sev !== b.dataset.sev) return +a.dataset.sev > +b.dataset.sev;
  return deadline(a) < deadline(b);
}

const deadline = (row) => one("[data-hitung]", row)?.dataset.hitung ?? "9";

function outOfPlace(row) {
  const shown = document.getElementById(row.id);
  if (shown.parentElement !== flow) return row.dataset.tunggu === undefined && waiting?.contains(shown);
  const first = one(":scope > .row", flow);
  return (first !== shown && +row.dataset.urut > +first.dataset.urut) || !matches(row);
}

function matches(row) {
  if (row.dataset.hapus !== undefined) return false;
  const { sev, nada, topik, wilayah, telaah } = filter;
  const d = row.dataset;
  if (sev && +d.sev < sev) return false;
  if (nada && d.nada !== nada) return false;
  if (topik && d.topik !== topik) return false;
  if (wilayah && !(d.wilayah ?? "").split("|").includes(wilayah)) return false;
  return !(telaah && d.telaah === undefined);
}

/** The reader's place stays where it is on the screen, whatever happens above it. */
async function steady(change) {
  const anchor = chosen() ?? (scrollY > 0 ? all(".row").find((row) => row.getBoundingClientRect().bottom > 60) : null);
  const before = anchor?.getBoundingClientRect().top;
  const done = change();
  settle(anchor, before);
  await done;
  settle(anchor, before);
}

function settle(anchor, before) {
  const now = anchor && (anchor.isConnected ? anchor : document.getElementById(anchor.id));
  if (!now) return;
  const moved = now.getBoundingClientRect().top - before;
  if (!moved) return;
  const room = document.documentElement.scrollHeight - innerHeight - scrollY;
  if (moved > room) one(".stream").style.paddingBottom = `${48 + Math.ceil(moved - room) + parseFloat(one(".stream").style.paddingBottom || 0)}px`;
  scrollBy({ top: moved, behavior: "instant" });
}

function paint(row) {
  if (row.id.startsWith("isu")) {
    const alert = alertOf.get(row.dataset.isu);
    if (alert) {
      row.dataset.peringatan = alert.dataset.peringatan;
      row.toggleAttribute("data-terbuka", alert.dataset.terbuka !== undefined);
      const words = alert.dataset.tunggu !== undefined ? "Peringatan terbuka" : one(".st", alert).textContent;
      one(".st", row).replaceChildren(Object.assign(document.createElement("b"), { textContent: words }));
    }
  }
  paintUnread(row);
  repaintChoice(row);
  paintClocks(row);
}

function paintPill() {
  const pill = document.getElementById("pil");
  if (!pill) return;
  const fresh = [...held.values()].filter((entry) => !entry.changed).length;
  const changed = held.size - fresh;
  const parts = [fresh && `${fresh} isu baru`, changed && `${changed} berubah`].filter(Boolean).join(", ");
  one("span", pill).textContent = parts;
  pill.hidden = !held.size;
  one("#pita-jeda span").textContent = `${held.size} isu menunggu. Yang kritis tetap masuk.`;
}

function words() {
  const open = all(".row[data-tunggu]", waiting).length;
  const beat = lastBeat();
  const covered = beat?.sumber ? ` ${beat.sumber_hidup} dari ${beat.sumber} sumber hidup.` : "";
  one("#ket-tunggu").textContent = open ? `${open} belum diakui; yang tidak dijawab naik sendiri` : `Tidak ada yang menunggu.${covered}`;
  one("#ket-arus").textContent = `${all(":scope > .row", flow).length} isu di halaman ini, perubahan terbaru di atas`;
}

export function applyHeld() {
  if (held.size) apply();
}

export function togglePause() {
  if (!flow) return;
  pausedSince = pausedSince ? 0 : Date.now();
  one("#pita-jeda").hidden = !pausedSince;
  const button = one(".tools [data-jeda]");
  button.setAttribute("aria-pressed", String(Boolean(pausedSince)));
  one("span", button).textContent = pausedSince ? "Lanjutkan" : "Jeda";
  if (!pausedSince) applyHeld();
  paintPill();
}

let lastSaid = 0;
function tick() {
  if (pausedSince && Date.now() - pausedSince > PAUSE_FOR) {
    const count = held.size;
    togglePause();
    say(`Jeda berakhir setelah 10 menit. ${count} isu ditampilkan.`);
  }
  const idle = Date.now() - lastTouch > IDLE_FOR;
  if (held.size && !pausedSince && idle && scrollY === 0 && !chosen()) apply();
  else if (held.size && Date.now() - lastSaid > 20000) {
    lastSaid = Date.now();
    const top = Math.max(...[...held.values()].map(({ row }) => +row.dataset.sev));
    say(`${one("#pil span").textContent}, tertinggi ${top}`);
  }
}


