// The statistics chart: series with what could not be seen shaded, each point opening the publications behind it.
import uPlot from "uplot";

const LIST = "/statistik/publikasi";
const LINES = ["--accent", "--t3", "--t1", "--t2"];
const probe = document.body.appendChild(Object.assign(document.createElement("i"), { hidden: true }));
// A canvas knows no variables and no light-dark(): the browser says what they come to.
const colour = (name) => {
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
};
const stamp = new Intl.DateTimeFormat("id-ID", { timeZone: "Asia/Jakarta", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const dayOnly = new Intl.DateTimeFormat("id-ID", { timeZone: "Asia/Jakarta", day: "numeric", month: "short" });

for (const place of document.querySelectorAll("[data-grafik]")) draw(place);

async function draw(place) {
  const answer = await fetch(place.dataset.grafik, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return say(place, "Grafik tidak dapat dimuat. Muat ulang halaman ini.");
  const told = await answer.json();
  const words = JSON.parse(place.dataset.kata);
  for (const line of told.lines) line.label = words[line.key] ?? line.label;
  if (!told.lines.length) return say(place, "Belum ada publikasi relevan dalam rentang ini.");
  const times = told.lines[0].points.map((point) => Date.parse(point.at) / 1000);
  const data = [times, ...told.lines.map((line) => line.points.map((point) => point.value))];
  const chart = new uPlot(options(place, told), data, place);
  watch(place, chart, told);
}

function options(place, told) {
  const ink = colour("--ink3");
  const axis = { stroke: ink, grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") }, font: "12px sans-serif" };
  return {
    width: place.clientWidth,
    height: 260,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Asia/Jakarta"),
    cursor: { y: false },
    scales: { y: { range: (_, low, high) => [0, Math.max(1, high)] } },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((tick) => (told.bucket === "hari" ? dayOnly : stamp).format(tick * 1000)), space: 90 },
      { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000], size: 44 },
    ],
    series: [
      { label: "Waktu (WIB)", value: (_, seconds) => (seconds == null ? "" : stamp.format(seconds * 1000)) },
      ...told.lines.map((line, n) => ({
        label: line.label,
        stroke: colour(LINES[n % LINES.length]),
        width: 2,
        dash: n ? [6, 2 + 2 * n] : undefined,
        points: { show: told.lines[0].points.length < 60 },
        value: (_, value, __, index) => (index == null ? "" : value == null ? "tidak ada data" : `${value} publikasi`),
      })),
    ],
    hooks: { drawAxes: [(chart) => shade(chart, told)] },
  };
}

// A stretch that nobody could see is no calm one.
function shade(chart, told) {
  const { ctx, bbox } = chart;
  const points = told.lines[0].points;
  const width = points.length > 1 ? (Date.parse(points[1].at) - Date.parse(points[0].at)) / 1000 : 3600;
  ctx.save();
  for (const { sight, from, to } of stretches(points, width)) {
    const left = Math.max(bbox.left, chart.valToPos(from, "x", true));
    const right = Math.min(bbox.left + bbox.width, chart.valToPos(to, "x", true));
    ctx.fillStyle = colour(sight === "buta" ? "--edge" : "--line");
    ctx.globalAlpha = 0.35;
    ctx.fillRect(left, bbox.top, Math.max(2, right - left), bbox.height);
  }
  ctx.restore();
}

// Neighbouring buckets that were seen alike, as one; what was seen in full is left out.
function stretches(points, width) {
  const found = [];
  for (const point of points) {
    const from = Date.parse(point.at) / 1000;
    const last = found.at(-1);
    if (last?.sight === point.sight && last.to === from) last.to = from + width;
    else found.push({ sight: point.sight, from, to: from + width });
  }
  return found.filter((one) => one.sight !== "penuh");
}

function watch(place, chart, told) {
  const spoken = place.parentElement.querySelector("[data-grafik-titik]");
  const last = told.lines[0].points.length - 1;
  const open = (index, line) => {
    const chosen = line?.points[index]?.value ? line : told.lines.find((one) => one.points[index]?.value);
    if (chosen) location.assign(page(chosen.points[index].items_ref));
  };
  chart.over.addEventListener("click", () => chart.cursor.idx != null && open(chart.cursor.idx, nearest(chart, told)));
  let at = last;
  let which = 0;
  const show = () => {
    chart.setCursor({ left: chart.valToPos(chart.data[0][at], "x"), top: 10 });
    const { value } = told.lines[which].points[at];
    const said = value == null ? "tidak ada data" : `${value} publikasi`;
    spoken.textContent = `${stamp.format(chart.data[0][at] * 1000)}, ${told.lines[which].label}: ${said}`;
  };
  place.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -24, PageDown: 24, Home: -last, End: last }[event.key];
    const line = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "Enter") return open(at, told.lines[which]);
    if (!step && !line) return;
    at = Math.min(Math.max(at + (step ?? 0), 0), last);
    which = (which + (line ?? 0) + told.lines.length) % told.lines.length;
    event.preventDefault();
    show();
  });
  new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: 260 })).observe(place);
}

// The line whose point is nearest to the pointer.
function nearest(chart, told) {
  const { idx, top } = chart.cursor;
  const far = (line) => Math.abs(chart.valToPos(line.points[idx].value ?? 0, "y") - top);
  return told.lines.reduce((best, line) => (far(line) < far(best) ? line : best));
}

// The API's address of a list → the page that shows it.
function page(reference) {
  const asked = new URL(reference, location.origin).searchParams;
  const renamed = { since: "dari", until: "sampai" };
  const wanted = new URLSearchParams([...asked].map(([name, value]) => [renamed[name] ?? name, value]));
  return `${LIST}?${wanted}`;
}

function say(place, words) {
  place.textContent = words;
  place.removeAttribute("tabindex");
}
