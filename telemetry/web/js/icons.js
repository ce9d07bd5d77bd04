// The few pictures of the page, as SVG, so that they do not depend on a font.

import { svg } from "./dom.js";

const FILLED = {
  locked: "M4 7V5a4 4 0 0 1 8 0v2h.5A1.500 1.500 0 0 1 14 8.500v5a1.500 1.500 0 0 1-1.500 1.500h-9A1.500 1.500 0 0 1 2 13.500v-5A1.500 1.500 0 0 1 3.500 7H4Zm2 0h4V5a2 2 0 0 0-4 0v2Z",
  unlocked: "M4 7V5a4 4 0 0 1 7.700-1.500l-1.800.800A2 2 0 0 0 6 5v2h6.500A1.500 1.500 0 0 1 14 8.500v5a1.500 1.500 0 0 1-1.500 1.500h-9A1.500 1.500 0 0 1 2 13.500v-5A1.500 1.500 0 0 1 3.500 7H4Z",
};

// Drawn as lines in a field of 24 by 24.
const DRAWN = {
  fleet: "M4 4h7v7H4zM14 4h6v7h-6zM4 14h7v6H4zM14 14h6v6h-6z",
  line: "M12 3v5M12 16v5M3 12h5M16 12h5M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z",
  instruments: "M3 6h18M3 12h18M3 18h18M8 4v4M15 10v4M10 16v4",
  log: "M5 4h14v16H5zM8 9h8M8 13h8M8 17h4",
  plots: "M4 4v16h16M7 15l4-5 3 3 5-7",
  runs: "M6 21V4M6 5h12l-3 4 3 4H6",
  metrics: "M5 20v-7M10 20V9M15 20v-9M20 20V5",
  key: "M14.500 3.500a5 5 0 1 1-3.600 8.500L5 18v2.500H2.500V18l6.900-6.900a5 5 0 0 1 5.100-7.600ZM16 7.500h.01",
  theme: "M12 3.500a8.500 8.500 0 1 0 0 17ZM12 3.500a8.500 8.500 0 0 1 0 17",
  ear: "M5 10v4h3l5 4V6l-5 4H5ZM16 9a4 4 0 0 1 0 6M18.500 6.500a8 8 0 0 1 0 11",
  help: "M9 9a3 3 0 1 1 4.500 2.600c-1 .6-1.500 1.200-1.500 2.400M12 17.500v.5",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  none: "",
  // what happened, and how things stand
  valve: "M4 7l16 10V7L4 17Z", refused: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM6.500 6.500l11 11", beam: "M12 3v4M12 17v4M3 12h4M17 12h4M5.600 5.600l2.800 2.800M15.600 15.600l2.800 2.800M5.600 18.400l2.800-2.800M15.600 8.400l2.800-2.800",
  set: "M8 5l10 7-10 7Z", run: "M6 21V4M6 5h12l-3 4 3 4H6", saved: "M5 7c0-4 14-4 14 0v10c0 4-14 4-14 0ZM5 7c0 4 14 4 14 0", reading: "M3 13h4l3-7 4 12 3-5h4", done: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM8 12l3 3 5-6", program: "M4 5h16v14H4zM4 9h16",
};

const SIGNS = ["trip", "alarm", "unknown"];

/** A picture by name, 14 or 20 px as its class says. */
export function icon(name) {
  if (SIGNS.includes(name)) return sign(name);
  if (FILLED[name]) return svg("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: FILLED[name] }));
  return svg("svg", { class: "icon drawn", viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: DRAWN[name] ?? "" }));
}

/** The sign of what needs attention: diamond = trip, triangle = alarm, dashed circle with ? = not known, ring = a note. hollow = acknowledged or over. */
export function sign(kind, hollow = false) {
  const node = svg("svg", { class: "sign", viewBox: "0 0 20 20", "aria-hidden": "true", "data-sign": kind, ...(hollow ? { "data-hollow": "yes" } : {}) });
  const shape = { trip: "M10 1l9 9-9 9-9-9Z", alarm: "M10 2l9 16H1Z" }[kind];
  const mark = kind === "trip" ? "M10 5.500v5.500M10 13.500v1" : "M10 7.500v5M10 14.800v1";
  if (shape) node.append(svg("path", { class: "shape", d: shape }), svg("path", { class: "mark", d: mark }));
  else if (kind === "unknown") node.append(svg("circle", { class: "ring", cx: 10, cy: 10, r: 8 }), svg("path", { class: "mark", d: "M7.500 8a2.500 2.500 0 1 1 3.600 2.200c-.800.4-1.100.9-1.100 1.700M10 14v.8" }));
  else if (kind === "beam") node.append(svg("path", { class: "mark", d: "M10 1v4M10 15v4M1 10h4M15 10h4M3.600 3.600l2.800 2.800M13.600 13.600l2.800 2.800M3.600 16.400l2.800-2.800M13.600 6.400l2.800-2.800" }));
  else if (kind) node.append(svg("circle", { class: "shape", cx: 10, cy: 10, r: 7.500 }), svg("path", { class: "mark", d: "M10 9v5M10 6v.800" }));
  return node;
}
