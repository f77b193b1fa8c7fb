// Builds dist/: one script, the style sheets, the font, the icon sprite, and manifest.json (name -> file with a content hash).
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
  entryPoints: { pasopati: "js/main.js", gaya: "css/main.css", huruf: "css/font.css" },
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

const manifest = {};
for (const [file, about] of Object.entries(built.metafile.outputs)) {
  if (about.entryPoint) manifest[path.parse(about.entryPoint).name === "main" ? nameOf(file) : `huruf.css`] = path.basename(file);
}
const sprite = await readFile(path.join(here, "icons", "ikon.svg"));
const hashed = `ikon-${createHash("sha256").update(sprite).digest("hex").slice(0, 8)}.svg`;
await writeFile(path.join(dist, hashed), sprite);
manifest["ikon.svg"] = hashed;
await writeFile(path.join(dist, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
console.log(Object.entries(manifest).map(([name, file]) => `${name} → ${file}`).join("\n"));

function nameOf(file) {
  return file.endsWith(".js") ? "pasopati.js" : "pasopati.css";
}
