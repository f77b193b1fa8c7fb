// The report form on a phone: saved at every change, queued, sent when there is a network; refusals shown at the words.
import { all, one } from "./dom.js";
import { shrink } from "./photos.js";
import { CHANNEL, PAGE, drop, forget, note, put, reports, sendAll } from "./queue.js";

const MAX_PHOTOS = 5;
const MAX_FIGURES = 20;
const AGAIN_EVERY = 20000;
const WORKER = "/kerja-lapor.js";
const form = one("#lapor");
const person = one('meta[name="orang"]').content;
const zone = { hours: Number(form.dataset.jam), name: form.dataset.zona };
let photos = [];
let busy = false;

/** As the server reads it, so that the places it names are places in this text. */
const cleaned = (text) => text.replaceAll("\r\n", "\n").normalize("NFC").replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu, "").trim();
const local = (at = new Date()) => new Date(at.getTime() + zone.hours * 3600000).toISOString();

start();

async function start() {
  await note.set("sesi", { person, csrf: one('meta[name="csrf"]').content });
  one("#l-waktu").value ||= local().slice(0, 16);
  await restore();
  listen();
  paint();
  register();
  send();
}

function listen() {
  form.addEventListener("input", () => (count(), save()));
  form.addEventListener("change", showKind);
  form.addEventListener("submit", (event) => (event.preventDefault(), submit()));
  one("#l-foto").addEventListener("change", (event) => addPhotos(event.target));
  one("#l-tambah-angka").addEventListener("click", () => (addFigure(), save()));
  one("#keluar").addEventListener("submit", leave);
  addEventListener("online", () => (paint(), send()));
  addEventListener("offline", paint);
  document.addEventListener("visibilitychange", () => !document.hidden && send());
  new BroadcastChannel(CHANNEL).addEventListener("message", () => paint());
  setInterval(() => document.hidden || send(), AGAIN_EVERY);
  setInterval(clock, 15000);
  clock();
}

async function register() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(WORKER, { scope: PAGE, updateViaCache: "none" }).catch(() => null);
}

const clock = () => (one("#jam-unit").textContent = `${local().slice(11, 16).replace(":", ".")} ${zone.name}`);

// --- the form ---------------------------------------------------------------------------------------------------

function count() {
  const field = one("#l-isi");
  const length = [...field.value].length;
  one("#l-isi-hitung").textContent = `${length.toLocaleString("id-ID")} dari 20.000 huruf`;
}

function showKind() {
  const kind = form.elements.kind.value;
  one("#sikap").hidden = kind !== "tanggapan";
  one("#selesai").hidden = kind === "tanggapan";
}

function addFigure(figure = { name: "", value: "" }) {
  const rows = one("#angka");
  if (rows.children.length >= MAX_FIGURES) return;
  const row = one("#baris-angka").content.firstElementChild.cloneNode(true);
  const number = rows.children.length + 1;
  const [name, value] = all("input", row);
  name.value = figure.name;
  value.value = figure.value;
  name.setAttribute("aria-label", `Yang dihitung, baris ${number}`);
  value.setAttribute("aria-label", `Jumlah, baris ${number}`);
  one("button", row).addEventListener("click", () => (row.remove(), save(), one("#l-tambah-angka").focus()));
  rows.append(row);
}

async function addPhotos(input) {
  const files = [...input.files].slice(0, MAX_PHOTOS - photos.length);
  const left = input.files.length - files.length;
  input.value = "";
  say("Mengecilkan foto…");
  for (const file of files) photos.push({ ...(await shrink(file)), name: `Foto ${photos.length + 1}` });
  say(left > 0 ? `Paling banyak ${MAX_PHOTOS} foto.` : "");
  drawPhotos();
  savePhotos();
}

function drawPhotos() {
  const list = one("#foto");
  list.replaceChildren(
    ...photos.map((photo, at) => {
      const item = document.createElement("li");
      const words = `Foto ${at + 1}, ${Math.max(1, Math.round(photo.blob.size / 1024))} KB`;
      if (photo.preview) item.append(Object.assign(document.createElement("img"), { src: photo.preview, alt: words }));
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: "Hapus" });
      button.setAttribute("aria-label", `Hapus foto ${at + 1}`);
      button.addEventListener("click", () => (photos.splice(at, 1), drawPhotos(), savePhotos(), one("#l-foto").focus()));
      item.append(Object.assign(document.createElement("span"), { className: "m", textContent: words }), button);
      return item;
    }),
  );
  one("#l-foto").disabled = photos.length >= MAX_PHOTOS;
}

/** What the form says, as the API takes it. */
function body() {
  const { kind, title, text, happened_at, ended_at, stance } = form.elements;
  const figures = all("#angka li").map((row) => {
    const [name, value] = all("input", row);
    return { name: cleaned(name.value), value: Number(value.value.replaceAll(".", "").replace(",", ".")) };
  });
  return {
    kind: kind.value,
    title: cleaned(title.value),
    text: cleaned(text.value),
    happened_at: happened_at.value,
    ...(kind.value !== "tanggapan" && ended_at.value && { ended_at: ended_at.value }),
    ...(kind.value === "tanggapan" && { answering: { stance: stance.value || "menjelaskan" } }),
    figures: figures.filter((figure) => figure.name),
  };
}

function fill(said) {
  form.elements.kind.value = said.kind;
  form.elements.title.value = said.title;
  form.elements.text.value = said.text;
  if (said.happened_at) form.elements.happened_at.value = said.happened_at;
  form.elements.ended_at.value = said.ended_at ?? "";
  if (said.answering) form.elements.stance.value = said.answering.stance;
  one("#angka").replaceChildren();
  for (const figure of said.figures ?? []) addFigure({ name: figure.name, value: String(figure.value).replace(".", ",") });
  showKind();
  count();
}

function empty() {
  form.reset();
  one("#angka").replaceChildren();
  photos = [];
  drawPhotos();
  one("#l-waktu").value = local().slice(0, 16);
  clearErrors();
  showKind();
  count();
}

const save = () => note.set("draf", { person, body: body() });
// Apart from the words, which are written at every key.
const savePhotos = () => note.set("draf-foto", photos);

async function restore() {
  const draft = await note.get("draf");
  if (draft?.person === person) {
    fill(draft.body);
    photos = (await note.get("draf-foto")) ?? [];
    drawPhotos();
  }
  showKind();
  count();
}

// --- sending ----------------------------------------------------------------------------------------------------

async function submit() {
  if (busy) return;
  clearErrors();
  const said = body();
  const missing = [["title", said.title], ["text", said.text], ["happened_at", said.happened_at]].filter(([, value]) => !value);
  if (missing.length) return showErrors(missing.map(([isian]) => ({ isian, pesan: "Wajib diisi." })));
  for (const name of ["title", "text"]) form.elements[name].value = said[name];
  busy = true;
  const id = crypto.randomUUID();
  const report = { id, person, order: Date.now(), state: "menunggu", title: said.title, body: { ...said, client_id: id, written_at: new Date().toISOString() }, photos: photos.map(({ blob, preview }) => ({ blob, preview })) };
  await put(report);
  await askForSync();
  say("Mengirim…");
  await Promise.race([send(), new Promise((next) => setTimeout(next, 25000))]);
  const after = (await reports(person)).find((one) => one.id === id);
  busy = false;
  if (after?.state === "ditolak") {
    // Nothing was taken: the words are still in the form, and leave under a new code.
    await drop(id);
    say("");
    showErrors(after.errors, after.why);
    return paint();
  }
  empty();
  await note.drop("draf");
  await note.drop("draf-foto");
  say(after?.state === "terkirim" ? `Diterima. Bukti ${after.receipt}. ${after.remark ?? ""}` : "Tersimpan di ponsel ini, dikirim sendiri saat tersambung.");
  paint();
}

async function askForSync() {
  const worker = await navigator.serviceWorker?.getRegistration(PAGE);
  await worker?.sync?.register("laporan").catch(() => null);
}

async function send() {
  const said = await sendAll();
  await paint(said);
  return said;
}

const say = (words) => (one("#kabar").textContent = words);

// --- refusals ---------------------------------------------------------------------------------------------------

function clearErrors() {
  for (const field of all(".field.err", form)) field.classList.remove("err");
  for (const message of all(".msg[data-isian]", form)) message.replaceChildren(), (message.hidden = true);
  for (const input of all("[aria-invalid]", form)) input.removeAttribute("aria-invalid");
  one("#ringkas").hidden = true;
}

function showErrors(errors, why = "") {
  const byField = grouped(errors);
  const homeless = [];
  let first = null;
  for (const [name, found] of byField) {
    const message = one(`.msg[data-isian="${name}"]`, form);
    const input = one(`[data-untuk="${name}"]`, form) ?? form.elements[name];
    if (!message || !input) {
      homeless.push(...found.map((error) => error.pesan));
      continue;
    }
    message.closest(".field")?.classList.add("err");
    message.append(...found.flatMap((error) => [error.pesan, document.createElement("br")]));
    const places = found.filter((error) => Number.isInteger(error.mulai));
    if (places.length && input.value !== undefined) message.append(quote(input.value, places));
    message.hidden = false;
    input.setAttribute("aria-invalid", "true");
    first ??= { input, place: places[0] };
  }
  const summary = one("#ringkas");
  const count = errors.length || 1;
  summary.textContent = [errors.length ? `Ada ${count} isian yang perlu diperbaiki.` : `Ditolak: ${why}`, ...homeless, "Laporan tersimpan di ponsel ini."].join(" ");
  summary.hidden = false;
  save();
  if (!first) return summary.focus();
  first.input.focus();
  if (first.place && first.input.setSelectionRange) first.input.setSelectionRange(unitsBefore(first.input.value, first.place.mulai), unitsBefore(first.input.value, first.place.akhir));
}

const fieldOf = (name) => (name.startsWith("figures") ? "figures" : name.startsWith("photos") ? "photos" : name.startsWith("answering") ? "answering" : name);

function grouped(errors) {
  const found = new Map();
  for (const error of errors) found.set(fieldOf(error.isian), [...(found.get(fieldOf(error.isian)) ?? []), error]);
  return found;
}

/** The server counts characters, the browser UTF-16 units. */
const unitsBefore = (text, characters) => [...text].slice(0, characters).join("").length;

/** The writer's own words with the places marked: only they have them, the server sent no value back. */
function quote(text, places) {
  const characters = [...text];
  const box = Object.assign(document.createElement("span"), { className: "kutip" });
  let at = 0;
  for (const { mulai, akhir } of [...places].sort((a, b) => a.mulai - b.mulai)) {
    if (mulai < at) continue;
    const from = Math.max(at, mulai - 40);
    box.append(at < from ? "… " : "", characters.slice(from, mulai).join(""));
    box.append(Object.assign(document.createElement("mark"), { textContent: characters.slice(mulai, akhir).join("") }));
    at = akhir;
  }
  box.append(characters.slice(at, at + 40).join(""), at + 40 < characters.length ? " …" : "");
  return box;
}

// --- what was sent ----------------------------------------------------------------------------------------------

const STATES = { menunggu: ["wait", "Menunggu jaringan"], terkirim: ["ok", "Terkirim"], ditolak: ["no", "Ditolak, perbaiki"] };

async function paint(said) {
  const mine = await reports(person);
  const waiting = mine.filter((report) => report.state === "menunggu");
  const net = one("#tanpa-jaringan");
  net.hidden = !waiting.length && navigator.onLine;
  one("b", net).textContent = said === "masuk" ? "Sesi berakhir." : navigator.onLine && !waiting.length ? "" : "Tanpa jaringan.";
  one("span", net).textContent = waitingWords(waiting.length, said);
  one("#masuk-lagi").hidden = said !== "masuk";
  one("#terkirim").hidden = !mine.length;
  one("#daftar").replaceChildren(...mine.reverse().map(line));
}

function waitingWords(count, said) {
  if (said === "masuk") return "Masuk lagi; tulisan Anda tersimpan di peramban ini.";
  if (!count) return "Laporan tetap dapat ditulis; dikirim sendiri saat tersambung.";
  return `${count} laporan tersimpan di ponsel ini, dikirim sendiri saat tersambung.`;
}

function line(report) {
  const item = document.createElement("li");
  item.dataset.keadaan = report.state;
  const [look, words] = STATES[report.state];
  const state = Object.assign(document.createElement("span"), { className: `badge ${look === "ok" ? "ok" : look === "no" ? "l4" : "l2"}`, textContent: words });
  const title = Object.assign(document.createElement("b"), { textContent: report.title });
  item.append(state, " ", title);
  if (report.state === "terkirim") {
    const at = local(new Date(report.at)).slice(11, 16).replace(":", ".");
    item.append(small(`Diterima ${at} ${zone.name} · bukti ${report.receipt}${report.remark ? ` · ${report.remark}` : ""}`));
  }
  if (report.state === "ditolak") {
    item.append(small(report.errors.map((error) => error.pesan).join(" ") || report.why));
    const mend = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: "Perbaiki" });
    mend.addEventListener("click", () => reopen(report));
    item.append(mend);
  }
  return item;
}

const small = (words) => Object.assign(document.createElement("p"), { className: "m", textContent: words });

async function reopen(report) {
  clearErrors();
  fill(report.body);
  photos = report.photos.map(({ blob, preview }) => ({ blob, preview }));
  drawPhotos();
  await savePhotos();
  await drop(report.id);
  await paint();
  showErrors(report.errors, report.why);
}

// --- leaving ----------------------------------------------------------------------------------------------------

let warned = false;
async function leave(event) {
  event.preventDefault();
  const waiting = (await reports(person)).filter((report) => report.state !== "terkirim").length;
  if (waiting && !warned) {
    warned = true;
    say(`${waiting} laporan belum terkirim. Keluar menghapusnya dari ponsel ini. Tekan sekali lagi untuk keluar.`);
    return;
  }
  await forget();
  navigator.serviceWorker?.controller?.postMessage("lupakan");
  await caches?.delete?.("pasopati-lapor-1").catch(() => null);
  event.target.submit();
}
