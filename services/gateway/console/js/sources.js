// Sources: switched and read by a press, and looked at before they are added. A look takes as long as the site does.
import { fields, send, settled } from "./commands.js";
import { all, nodes, one, onClick, toast } from "./dom.js";

const LOOK_SECONDS = 40;

export function startSources() {
  onClick("[data-sumber]", (button) => switchSources([button]));
  onClick("[data-semua]", (button) => switchSources(all(`[data-sumber][data-hidup="${button.dataset.semua}"]`)));
  onClick("[data-baca]", readNow);
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-lihat]");
    if (form) (event.preventDefault(), look(form));
  });
}

async function switchSources(buttons) {
  const status = one(".kirim");
  let done = 0;
  for (const button of buttons) {
    button.disabled = true;
    if (status) status.textContent = `Mengirim… ${done} dari ${buttons.length}`;
    const answer = await send(`/api/v1/sources/${button.dataset.sumber}/switch`, { enabled: button.dataset.hidup === "true" });
    button.disabled = false;
    if (answer.status < 200 || answer.status > 299) {
      toast(answer.words || "Tidak tersimpan. Coba lagi.");
      break;
    }
    done++;
  }
  if (status) status.textContent = "";
  if (done) location.reload();
}

async function readNow(button) {
  button.disabled = true;
  const answer = await settled(await send(`/api/v1/sources/${button.dataset.baca}/poll`, {}));
  button.disabled = false;
  toast(answer.status === 200 ? "Diminta dibaca sekarang. Bila keadaannya berubah, tampil di sini." : answer.words);
}

/** Says what it does while it waits: a slow site is no frozen page. */
async function look(form) {
  const status = one(".kirim", form);
  const message = one(".msg", form);
  const button = one("button[type=submit]", form);
  const place = document.getElementById("lihatan");
  const asked = fields(form);
  const began = Date.now();
  const tick = () => (status.textContent = `Membaca alamatnya… ${Math.round((Date.now() - began) / 1000)} dtk`);
  const ticking = setInterval(tick, 1000);
  tick();
  button.disabled = true;
  message.hidden = true;
  place.replaceChildren();
  const answer = await settled(await send("/api/v1/sources/preview", asked), { seconds: LOOK_SECONDS });
  const drawn = answer.status === 200 ? await fetch(`/sumber/pratinjau/${answer.said.command_id}`, { headers: { Accept: "text/html" } }).catch(() => null) : null;
  clearInterval(ticking);
  button.disabled = false;
  status.textContent = "";
  if (drawn?.ok) return show(place, await drawn.text(), asked);
  const errors = answer.said.errors?.map((error) => error.pesan).join(" ");
  message.textContent = answer.status === 202 ? "Alamat ini belum selesai dibaca. Coba lagi sebentar." : errors || answer.words || "Pratinjau tidak terbaca. Coba lagi.";
  message.hidden = false;
}

function show(place, markup, asked) {
  place.replaceChildren(...nodes(markup));
  for (const [name, value] of Object.entries(asked)) one(`form input[name="${name}"]`, place).value = value;
  one("h2", place).focus();
}
