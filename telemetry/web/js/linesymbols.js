// The signs of the drawing: valves by shape, never by colour alone; pumps; the hatching of what is not known.

import { svg } from "./dom.js";

export const U = 44; // px of a drawing at its full size to a width of a valve
const R = 17;

/** A valve's sign. draw({state, told, hand, locked, forbidden}, upright) gives it its shape; it is drawn anew only when that changed. */
export function valveSign() {
  const node = svg("g", { class: "sign", "aria-hidden": "true" });
  let drawn = "";
  function draw(v, upright) {
    const mark = JSON.stringify([v, upright]);
    if (mark === drawn) return;
    drawn = mark;
    node.replaceChildren(...shape(v), ...(v.locked ? [padlock()] : []), ...(v.forbidden ? [diamond()] : []));
    node.firstElementChild.setAttribute("transform", upright ? "rotate(90)" : "");
  }
  return { node, draw };
}

function shape({ state, told }) {
  const rim = told ? "rim told" : "rim";
  const turned = svg("g");
  if (state === "open") {
    turned.append(svg("circle", { r: R, class: `${rim} hollow` }), svg("rect", { class: "bore", x: -R - 2, y: -7.5, width: 2 * R + 4, height: 15 }),
      svg("path", { class: "wall", d: `M${-R - 2} -7.500 H${R + 2} M${-R - 2} 7.500 H${R + 2}` }));
  } else if (state === "closed") {
    turned.append(svg("circle", { r: R, class: `${rim} ${told ? "hollow" : "solid"}` }), svg("rect", { class: told ? "bar dark" : "bar", x: -2.5, y: -10, width: 5, height: 20, rx: 1 }));
  } else if (state === "moving") {
    turned.append(svg("circle", { r: R, class: "rim hollow" }), svg("rect", { class: "bar dark", x: -2.5, y: -10, width: 5, height: 20, rx: 1, transform: "rotate(45)" }));
    return [turned, svg("path", { class: "arc", d: `M0 ${-R} A${R} ${R} 0 0 1 ${R} 0` })];
  } else {
    turned.append(svg("circle", { r: R, class: "rim unknown" }));
    return [turned, svg("text", { class: "ask", y: 5, "text-anchor": "middle" }, "?")];
  }
  return [turned];
}

function padlock() {
  return svg("g", { class: "padlock", transform: "translate(9 -24)" }, svg("path", { d: "M3 7 V4 a4 4 0 0 1 8 0 V7" }), svg("rect", { x: 0, y: 6, width: 14, height: 10, rx: 2 }));
}

function diamond() {
  return svg("g", { class: "no", transform: "translate(16 20)" }, svg("path", { d: "M0 -8 L8 0 L0 8 L-8 0 Z" }), svg("path", { class: "mark-in", d: "M0 -4 V1.500 M0 3 V4.500" }));
}

/** A pump: a circle with the two strokes of its sign. */
export function pumpSign(r) {
  return svg("path", { class: "sign-lines", d: `M${-r * 0.62} ${-r * 0.78} L${-r * 0.2} ${r * 0.98} M${r * 0.62} ${-r * 0.78} L${r * 0.2} ${r * 0.98}` });
}

/** The patterns that the drawing fills with. */
export function patterns() {
  const hatch = svg("pattern", { id: "line-hatch", width: 10, height: 10, patternUnits: "userSpaceOnUse", patternTransform: "rotate(-45)" },
    svg("rect", { class: "hatch-ground", width: 10, height: 10 }), svg("rect", { class: "hatch-stripe", width: 10, height: 5 }));
  return svg("defs", {}, hatch);
}

/** The key below the drawing. */
export function legend() {
  const one = (v, text) => {
    const s = valveSign();
    s.draw(v, false);
    return [svg("svg", { class: "key-sign", viewBox: "-20 -20 40 40", "aria-hidden": "true" }, s.node), text];
  };
  const shade = (name, text) => [svg("svg", { class: "key-shade", viewBox: "0 0 24 16", "aria-hidden": "true" }, svg("rect", { class: "fill", "data-shade": name, x: 1, y: 1, width: 22, height: 14, rx: 3 })), text];
  return [
    one({ state: "closed" }, "closed"), one({ state: "open" }, "open"), one({ state: "closed", told: true }, "not verified"), one({ state: "moving" }, "moving"), one({ state: "unknown" }, "not known"),
    shade("pumped", "pumped"), shade("static", "static"), shade("gas", "gas"), shade("unknown", "not known"),
  ];
}
