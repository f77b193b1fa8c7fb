// Builds dist/: the console's script, the report form's and its service worker, the charts', the style sheets, the font, the icon sprite, and manifest.json (name -> file with a content hash).
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, "dist");
await rm(dist, { recursive: true, force: true });
await mkdir(dist);

const built = await build({
  absWorkingDir: here,
  entryPoints: {
    pasopati: "js/main.js",
    lapor: "js/report.js",
    kerja: "js/worker.js",
    grafik: "js/charts.js",
    gaya: "css/main.css",
    huruf: "css/font.css",
  },
  outdir: "dist",
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file" },
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "iife",
  target: ["chrome123", "firefox120", "safari17.5"],
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

const names = {
  "js/main.js": "pasopati.js",
  "js/report.js": "lapor.js",
  "js/worker.js": "kerja.js",
  "js/charts.js": "grafik.js",
  "css/main.css": "pasopati.css",
  "css/font.css": "huruf.css",
};
const manifest = {};
for (const [file, about] of Object.entries(built.metafile.outputs)) {
  if (about.entryPoint) manifest[names[about.entryPoint]] = path.basename(file);
}
const sprite = await readFile(path.join(here, "icons", "ikon.svg"));
const hashed = `ikon-${createHash("sha256").update(sprite).digest("hex").slice(0, 8)}.svg`;
await writeFile(path.join(dist, hashed), sprite);
manifest["ikon.svg"] = hashed;
await writeFile(path.join(dist, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
console.log(Object.entries(manifest).map(([name, file]) => `${name} → ${file}`).join("\n"));

