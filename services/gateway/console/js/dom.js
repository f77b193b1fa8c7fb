// Short hands for the page, the two voices for screen readers, one toast, and what the browser remembers.
export const one = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/** Our own server's markup (escaped there) as nodes. */
export const nodes = (markup) => [...new DOMParser().parseFromString(markup, "text/html").body.childNodes];

/** Calls `act(element, event)` when something inside an element that matches is clicked. */
export function onClick(selector, act) {
  document.addEventListener("click", (event) => {
    const found = event.target.closest?.(selector);
    if (found) act(found, event);
  });
}

export const say = (words) => speak("suara-sopan", words);
export const sayNow = (words) => speak("suara-segera", words);

function speak(id, words) {
  const voice = document.getElementById(id);
  if (voice) voice.textContent = words;
}

let toastEnd;
/** One toast at a time, 6 s, with an optional undo (or another way back, by its name). */
export function toast(words, undo, name = "Urungkan") {
  const box = document.getElementById("toast");
  if (!box) return;
  box.replaceChildren(words);
  if (undo) {
    const link = Object.assign(document.createElement("a"), { href: "#", textContent: name });
    link.addEventListener("click", (event) => (event.preventDefault(), undo(), (box.hidden = true)));
    box.append(" ", link);
  }
  box.hidden = false;
  clearTimeout(toastEnd);
  toastEnd = setTimeout(() => (box.hidden = true), 6000);
}

const person = one('meta[name="orang"]')?.content ?? "";
/** Per person and browser; a full or forbidden storage only forgets. */
export const memory = {
  get(name, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(`pasopati.${person}.${name}`)) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(`pasopati.${person}.${name}`, JSON.stringify(value));
    } catch {
      // Forgetting is harmless.
    }
  },
};
