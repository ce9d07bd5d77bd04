// The few pictures of the page, as SVG, so that they do not depend on a font.

import { svg } from "./dom.js";

const PATHS = {
  key: "M10.5 2a4.5 4.5 0 0 0-4.2 6.1L1 13.400V15h3v-1.500h1.500V12H7l1-1.100A4.500 4.500 0 1 0 10.500 2Zm1.200 4.500a1.200 1.200 0 1 1 0-2.400 1.200 1.200 0 0 1 0 2.400Z",
  locked: "M4 7V5a4 4 0 0 1 8 0v2h.5A1.500 1.500 0 0 1 14 8.500v5a1.500 1.500 0 0 1-1.500 1.500h-9A1.500 1.500 0 0 1 2 13.500v-5A1.500 1.500 0 0 1 3.500 7H4Zm2 0h4V5a2 2 0 0 0-4 0v2Z",
  unlocked: "M4 7V5a4 4 0 0 1 7.700-1.500l-1.800.800A2 2 0 0 0 6 5v2h6.500A1.500 1.500 0 0 1 14 8.500v5a1.500 1.500 0 0 1-1.500 1.500h-9A1.500 1.500 0 0 1 2 13.500v-5A1.500 1.500 0 0 1 3.500 7H4Z",
  theme: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 2v10A5 5 0 0 1 8 3Z",
};

/** A picture by name: key, locked, unlocked, theme. */
export function icon(name) {
  return svg("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: PATHS[name] }));
}
