// Unread = changed materially since this person opened it: severity, alert state, or half as many publications again.
import { memory } from "./dom.js";

const KEEP = 2000;
const seen = new Map(Object.entries(memory.get("dibaca", {})));

function marks(row) {
  const d = row.dataset;
  return [+d.sev, +d.n, d.tunggu !== undefined ? 1 : 0];
}

function isUnread(row) {
  const was = seen.get(row.dataset.isu);
  if (!was) return true;
  const [severity, publications, waits] = marks(row);
  return severity > was[0] || publications >= Math.max(was[1] * 1.5, was[1] + 1) || waits > was[2];
}

export function paintUnread(row) {
  row.classList.toggle("unread", isUnread(row));
}

/** Remembers the story as read and says how to take that back. */
export function markRead(row) {
  const story = row.dataset.isu;
  const was = seen.get(story);
  remember(story, marks(row));
  for (const shown of document.querySelectorAll(`.row[data-isu="${story}"]`)) paintUnread(shown);
  return () => {
    if (was) remember(story, was);
    else seen.delete(story);
    for (const shown of document.querySelectorAll(`.row[data-isu="${story}"]`)) paintUnread(shown);
  };
}

function remember(story, value) {
  seen.delete(story);
  seen.set(story, value);
  memory.set("dibaca", Object.fromEntries([...seen].slice(-KEEP)));
}
