// How wide a text is, in the page's own font: asked of a canvas, for to ask the page lays it out anew.

import { visible } from "./visible.js";

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
    widths.set(key, pen.measureText(visible(text)).width);
  }
  return widths.get(key);
}

/** The first words of a text that have room, with … for the others; wide gives the width of a text. No word is cut: half of a number is another one. */
export function firstWords(text, room, wide) {
  if (wide(text) <= room) return text;
  const words = text.split(" ");
  while (words.length && wide(`${words.join(" ")}…`) > room) words.pop();
  return words.length ? `${words.join(" ")}…` : "";
}

/** A name that has room: of a longer one … stands before its last part, for that tells the channels of one device apart. */
export function shortName(text, room, wide) {
  if (wide(text) <= room) return text;
  const dot = text.lastIndexOf("."), end = dot > 0 ? dot : text.length;
  const head = [...text.slice(0, end)], tail = text.slice(end);
  while (head.length > 1 && wide(`${head.join("")}…${tail}`) > room) head.pop();
  return `${head.join("")}…${tail}`;
}
