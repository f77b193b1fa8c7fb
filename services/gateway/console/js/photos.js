// Photos made small on the phone (≤ 200 KB where that is possible); drawing them anew also drops what the camera wrote.
const SIDES = [1600, 1280, 1024];
const QUALITIES = [0.8, 0.65, 0.5];
const ENOUGH = 200 * 1024;
const PREVIEW = 160;

/** A file as a small JPEG; a file that this browser cannot draw goes as it is (the server cleans it, or says no). */
export async function shrink(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return { blob: file, preview: "" };
  }
  let best = null;
  for (const side of SIDES) {
    for (const quality of QUALITIES) {
      const blob = await drawn(bitmap, side, quality);
      if (!best || blob.size < best.size) best = blob;
      if (best.size <= ENOUGH) break;
    }
    if (best.size <= ENOUGH) break;
  }
  const preview = canvasOf(bitmap, PREVIEW).toDataURL("image/jpeg", 0.7);
  bitmap.close();
  return { blob: best, preview };
}

function canvasOf(bitmap, side) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

const drawn = (bitmap, side, quality) => new Promise((done) => canvasOf(bitmap, side).toBlob(done, "image/jpeg", quality));
