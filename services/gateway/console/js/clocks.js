// Countdowns, ages and the three zones, all by the server's clock, and the age of our data.
import { all } from "./dom.js";

let ahead = 0;

/** The server's time now, in epoch milliseconds. */
export const serverNow = () => Date.now() + ahead;
export const serverSaid = (iso) => (ahead = Date.parse(iso) - Date.now());

const two = (n) => String(n).padStart(2, "0");

export function left(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const hours = Math.floor(seconds / 3600);
  return `${hours ? `${hours}.` : ""}${two(Math.floor(seconds / 60) % 60)}.${two(seconds % 60)}`;
}

export function age(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} dtk`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} mnt`;
  return seconds < 86400 ? `${Math.floor(seconds / 3600)} jam` : `${Math.floor(seconds / 86400)} hari`;
}

/** `08.10.40 WIB` */
export function clockWib(milliseconds) {
  const at = new Date(milliseconds + 7 * 3600e3);
  return `${two(at.getUTCHours())}.${two(at.getUTCMinutes())}.${two(at.getUTCSeconds())} WIB`;
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function paintClocks(within = document) {
  const now = serverNow();
  for (const e of all("[data-hitung]", within)) put(e, left(Date.parse(e.dataset.hitung) - now));
  for (const e of all("[data-umur]", within)) put(e, age(now - Date.parse(e.dataset.umur)));
  for (const e of all("[data-zona]", within)) {
    const at = new Date(now + e.dataset.zona * 3600e3);
    put(e, `${two(at.getUTCHours())}.${two(at.getUTCMinutes())}`);
  }
}

export function startClocks() {
  paintClocks();
  setInterval(paintClocks, 1000);
}
