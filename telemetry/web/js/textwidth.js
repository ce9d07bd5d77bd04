// How wide a text is, in the page's own font: asked of a canvas, for to ask the page lays it out anew.

const widths = new Map(); // px by font and text
let pen = null, face = "";

/** The width in px of a text of a size in px and a weight. */
export function textWidth(text, size, weight = 400) {
  pen ??= document.createElement("canvas").getContext("2d");
  face ||= getComputedStyle(document.body).fontFamily;
  const font = `${weight} ${size}px ${face}`, key = `${font} ${text}`;
  if (widths.size > 1000) widths.clear();
  if (!widths.has(key)) {
    pen.font = font;
    widths.set(key, pen.measureText(text).width);
  }
  return widths.get(key);
}
