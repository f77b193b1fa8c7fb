// Reports that wait on this phone: kept in IndexedDB, sent in order, once each. Shared by the page and the service worker.
const DATABASE = "pasopati-lapor";
const PATIENCE = 20000;
const UPLOAD_PATIENCE = 90000;
const KEPT = 30;
export const CHANNEL = "pasopati-lapor";
export const PAGE = "/lapor";

let opened;
function database() {
  opened ??= new Promise((done, fail) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("antrean", { keyPath: "id" });
      asked.result.createObjectStore("catatan");
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  return opened;
}

async function within(store, mode, work) {
  const db = await database();
  return new Promise((done, fail) => {
    const transaction = db.transaction(store, mode, { durability: "strict" });
    const asked = work(transaction.objectStore(store));
    transaction.oncomplete = () => done(asked?.result);
    transaction.onerror = transaction.onabort = () => fail(transaction.error);
  });
}

export const note = {
  get: (name) => within("catatan", "readonly", (store) => store.get(name)),
  set: (name, value) => within("catatan", "readwrite", (store) => store.put(value, name)),
  drop: (name) => within("catatan", "readwrite", (store) => store.delete(name)),
};

/** Everything of one person, oldest first. */
export async function reports(person) {
  const found = await within("antrean", "readonly", (store) => store.getAll());
  return found.filter((report) => report.person === person).sort((a, b) => a.order - b.order);
}

export const put = (report) => within("antrean", "readwrite", (store) => store.put(report));
export const drop = (id) => within("antrean", "readwrite", (store) => store.delete(id));

/** Nothing of anybody stays on the phone. */
export async function forget() {
  await within("antrean", "readwrite", (store) => store.clear());
  await within("catatan", "readwrite", (store) => store.clear());
}

/** Sends what waits, oldest first. Resolves to "selesai", "jaringan" (try later), "masuk" (sign in first). Never throws. */
export async function sendAll() {
  const work = () => sendInOrder().catch(() => "jaringan");
  // The page and its worker may wake at the same moment.
  const said = navigator.locks ? await navigator.locks.request("pasopati-lapor", work) : await work();
  new BroadcastChannel(CHANNEL).postMessage(said);
  return said;
}

async function sendInOrder() {
  const session = await note.get("sesi");
  if (!session) return "masuk";
  for (const report of await reports(session.person)) {
    if (report.state !== "menunggu") continue;
    const outcome = await sendOne(report);
    if (outcome) return outcome;
  }
  await tidy(session.person);
  return "selesai";
}

async function sendOne(report) {
  for (const photo of report.photos) {
    if (photo.sha256) continue;
    const answer = await ask("/api/v1/reports/photos", photo.blob, { type: photo.blob.type || "image/jpeg", patience: UPLOAD_PATIENCE });
    if (answer.wait) return answer.wait;
    if (answer.status !== 201) return void (await refused(report, answer.said));
    photo.sha256 = answer.said.sha256;
    await put(report);
  }
  const body = { ...report.body, photos: report.photos.map((photo) => photo.sha256) };
  // The same key for ever: whoever asks twice gets the same answer.
  const answer = await ask("/api/v1/reports", JSON.stringify(body), { type: "application/json", key: report.id, patience: PATIENCE });
  if (answer.wait) return answer.wait;
  if (answer.status === 200) {
    // What was said is with us now; the phone keeps its title and receipt.
    const { id, person, order } = report;
    const { bukti, catatan, row } = answer.said;
    await put({ id, person, order, state: "terkirim", title: row?.data?.title ?? "", receipt: bukti, remark: catatan, at: row?.data?.received_at ?? new Date().toISOString(), photos: [] });
    return;
  }
  await refused(report, answer.said);
}

const refused = (report, said) =>
  put({ ...report, state: "ditolak", errors: said.errors ?? [], why: said.detail ?? said.title ?? said.message ?? "Ditolak." });

/** One POST with the session's form token; a token that has grown old is asked for once more. */
async function ask(address, body, { type, key, patience }, again = true) {
  const session = await note.get("sesi");
  let answer;
  try {
    const headers = { "Content-Type": type, Accept: "application/json", "X-CSRF-Token": session?.csrf ?? "", ...(key && { "Idempotency-Key": key }) };
    answer = await fetch(address, { method: "POST", headers, body, signal: AbortSignal.timeout(patience), redirect: "error" });
  } catch {
    return { wait: "jaringan" };
  }
  const said = await answer.json().catch(() => ({}));
  if (answer.status === 401) return { wait: "masuk" };
  if (answer.status === 403 && said.kode === "formulir_usang") {
    if (again && (await renewed())) return ask(address, body, { type, key, patience }, false);
    return { wait: "masuk" };
  }
  // 202: it may have been done; the same key finds out.
  if (answer.status >= 500 || [202, 408, 425, 429].includes(answer.status)) return { wait: "jaringan" };
  return { status: answer.status, said };
}

/** A fresh form token, if the same person is still signed in. */
async function renewed() {
  const session = await note.get("sesi");
  const answer = await fetch(PAGE, { headers: { Accept: "text/html" }, cache: "no-store" }).catch(() => null);
  const markup = answer?.ok && !answer.redirected ? await answer.text() : "";
  const read = (name) => markup.match(new RegExp(`<meta name="${name}" content="([^"]*)"`))?.[1];
  if (!read("csrf") || read("orang") !== session?.person) return false;
  await note.set("sesi", { ...session, csrf: read("csrf") });
  return true;
}

async function tidy(person) {
  const sent = (await reports(person)).filter((report) => report.state === "terkirim");
  for (const report of sent.slice(0, -KEPT)) await drop(report.id);
}
