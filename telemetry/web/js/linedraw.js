// The drawing itself: pipes and volumes first as walls, then as what they hold, then names and numbers, then valves. It is built once
// for a layout; update gives it how things stand.

import { fill, setAttr, setText, svg } from "./dom.js";
import { U, patterns, pumpSign, valveSign } from "./linesymbols.js";
import { foldWords } from "./fold.js";
import { gauge, laser, lines } from "./linelabels.js";
import { pumpWords, refusal, regionWords, riseOf, riseWords, stateWords, valveLabel } from "./linewords.js";

const MARGIN = 0.8; // in widths of a valve, around everything

/** Builds the drawing of a layout: {node, update(scene), parts}. choose(part) is called when a part is pressed. */
export function drawing(layout, choose) {
  const parts = new Map(layout.parts.map((p) => [p.name, p]));
  const walls = svg("g", { class: "walls" }), fills = svg("g", { class: "fills" }), names = svg("g", { class: "names" }), valves = svg("g", { class: "line-valves" });
  const box = extent(layout);
  const node = svg("svg", { class: "line-drawing", viewBox: box.join(" "), role: "group", "aria-label": "The line" }, patterns(), walls, fills, names, valves);
  const updates = [];
  layout.pipes.forEach((pipe, i) => {
    const made = pipeOf(pipe, walls, fills);
    updates.push((s) => made.forEach((n) => shade(n, s.regionOfPipe.get(i))));
  });
  for (const part of layout.parts) {
    if (part.kind === "volume" || part.kind === "pump") updates.push(body(part, { walls, fills, names, choose, layout }));
    else if (part.kind === "gauge" && !part.inside) updates.push(gauge(part, parts, names, choose));
    else if (part.kind === "laser") updates.push(laser(part, parts, names, choose));
  }
  for (const part of layout.parts) if (part.kind === "valve") updates.push(valve(part, layout, valves, choose));
  const update = (scene) => updates.forEach((f) => f(scene));
  return { node, update, width: box[2], height: box[3] };
}

/** The box around everything that is drawn, in px at full size. */
export function extent(layout) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (x, y, w = 0, h = 0) => {
    left = Math.min(left, x - w / 2);
    right = Math.max(right, x + w / 2);
    top = Math.min(top, y - h / 2);
    bottom = Math.max(bottom, y + h / 2);
  };
  for (const p of layout.parts) {
    if (p.inside) continue;
    take(p.x, p.y, p.kind === "valve" ? 3 : p.w, p.kind === "valve" ? 1.6 : p.h);
    if (p.kind === "pump") take(p.x + p.w / 2 + 0.4 + (p.title || p.name).length * 0.18, p.y); // its name stands at its right
  }
  for (const pipe of layout.pipes) for (const stroke of pipe.strokes ?? []) for (const [x, y] of stroke) take(x, y);
  if (left > right) return [0, 0, U, U];
  return [left - MARGIN, top - MARGIN, right - left + 2 * MARGIN, bottom - top + 2 * MARGIN].map((v) => v * U);
}

function pipeOf(pipe, walls, fills) {
  return (pipe.strokes ?? []).map((stroke) => {
    const d = stroke.map(([x, y], i) => `${i ? "L" : "M"}${x * U} ${y * U}`).join(" ");
    walls.append(svg("path", { class: "pipe-wall", d }));
    const inner = svg("path", { class: "pipe", d });
    fills.append(inner);
    return inner;
  });
}

// The shade of what a region holds; two static regions side by side differ.
function shade(node, region) {
  setAttr(node, "data-shade", region ? region.condition : "unknown");
  setAttr(node, "data-tint", region?.condition === "static" ? String(region.index % 2) : null);
}

/** Makes what is pressed a button that reads out loud what it is. */
export function pressable(node, part, choose) {
  for (const [name, value] of Object.entries({ role: "button", tabindex: part.kind === "valve" ? "-1" : "0", "data-part": part.name })) node.setAttribute(name, value);
  node.addEventListener("click", () => choose(part.name));
  node.addEventListener("keydown", (e) => {
    if (e.key !== "Enter" && e.key !== " ") return;
    e.preventDefault();
    e.stopPropagation();
    choose(part.name);
  });
  return node;
}

function body(part, { walls, fills, names, choose, layout }) {
  const x = part.x * U, y = part.y * U, w = part.w * U, h = part.h * U;
  const shape = (grow, cls) => part.kind === "pump"
    ? svg("ellipse", { class: cls, cx: x, cy: y, rx: w / 2 + grow, ry: h / 2 + grow })
    : svg("rect", { class: cls, x: x - w / 2 - grow, y: y - h / 2 - grow, width: w + 2 * grow, height: h + 2 * grow, rx: 13 + grow });
  const folded = layout.folded?.has(part.name);
  if (folded) walls.append(shape(9, "wall-box"), shape(6.5, "fold-box")); // what is folded lies behind it
  walls.append(shape(2.5, "wall-box"));
  const inner = pressable(shape(0, "fill"), part, choose);
  fills.append(inner);
  if (part.kind === "pump") names.append(svg("g", { transform: `translate(${x} ${y})`, class: "pump" }, pumpSign(w / 2)));
  const text = lines(part, layout.parts.filter((p) => p.kind === "gauge" && p.inside && p.on === part.name), layout.parts);
  names.append(text.node);
  return (scene) => {
    const region = scene.regionOf.get(part.name);
    shade(inner, region);
    const runs = part.kind === "pump" ? pumpWords(scene.pump(part.name)) : "";
    setAttr(inner, "data-runs", part.kind === "pump" ? scene.pump(part.name) : null);
    setAttr(inner, "data-chosen", scene.chosen === part.name ? "yes" : null);
    const main = region && scene.mainOf(region) === part.name;
    const words = region ? regionWords(region, scene.more, scene.title) : "not known";
    const rise = region?.condition === "static" ? riseWords(riseOf(region), scene.units) : "";
    const fold = folded ? foldWords(scene.valvesBehind(part.name).map((v) => scene.valve(v).state)) : { text: "" };
    text.update(scene, { title: main ? region.name : part.title || part.name, words: main ? words : runs, rise: main ? rise : "", folded: fold.text });
    setAttr(inner, "data-folded", fold.worst ?? null);
    setAttr(inner, "aria-label", [part.title || part.name, fold.text && `folded: ${fold.text}`, words, runs, rise].filter(Boolean).join(", "));
  };
}

function valve(part, layout, parent, choose) {
  const upright = isUpright(part, layout), gaps = besides(part, layout.parts);
  const sign = valveSign();
  const ring = svg("circle", { class: "ring", r: 22 }), target = svg("circle", { class: "target", r: 22 });
  const at = upright ? { x: 27, anchor: "start" } : { x: 0, anchor: "middle" };
  const name = svg("text", { class: "valve-name", y: upright ? 1 : -4, "text-anchor": at.anchor }, `${part.title || part.name} `);
  const note = svg("text", { class: "valve-note", y: upright ? 16 : 13, "text-anchor": at.anchor });
  const above = svg("g", {}, name), below = svg("g", {}, note);
  const node = pressable(svg("g", { class: "line-valve", transform: `translate(${part.x * U} ${part.y * U})` }, ring, sign.node, above, below, target), part, choose);
  node.setAttribute("data-line-valve", part.name);
  parent.append(node);
  return (scene) => {
    const device = scene.device(part.device);
    const v = scene.valve(part);
    const region = scene.regionOfValve.get(part.name);
    sign.draw({ state: v.state, told: v.told, locked: Boolean(device?.lock), forbidden: Boolean(v.control?.enabled && tripped(v.control)) }, upright);
    shade(node, region);
    setAttr(node, "data-state", v.state);
    setAttr(node, "data-told", v.told ? "yes" : null);
    setAttr(node, "data-chosen", scene.chosen === part.name ? "yes" : null);
    const words = noteOf(part, device, v);
    setAttr(node, "aria-label", valveLabel(part, device, v, words));
    setAttr(node, "tabindex", scene.stop === part.name ? "0" : "-1");
    setAttr(above, "transform", `translate(${at.x} ${upright ? 0 : -24}) scale(${scene.k})`);
    setAttr(below, "transform", `translate(${at.x} ${upright ? 0 : 24}) scale(${scene.k})`);
    setAttr(target, "r", Math.round(22 * Math.max(1, scene.k)));
    // Beside an upright valve a note begins behind its sign; below one that lies it is centred.
    // What is locked or may not open is said whole, whatever is beside it.
    const short = !device?.lock && !(v.control?.enabled && tripped(v.control));
    setText(note, !short ? words : cut(words, upright ? gaps.right * U / scene.k - at.x : 2 * Math.min(gaps.left, gaps.right) * U / scene.k));
    setAttr(note, "data-bad", v.control?.enabled && tripped(v.control) ? "yes" : null);
  };
}

/** How far it is from the middle of a part to the next ones at its left and right, in widths of a valve. */
export function besides(part, parts) {
  const gaps = { left: Infinity, right: Infinity };
  for (const o of parts) {
    if (o === part || o.inside || Math.abs(o.y - part.y) > (o.h + 1.2) / 2) continue;
    const side = o.x < part.x ? "left" : "right";
    gaps[side] = Math.min(gaps[side], Math.abs(o.x - part.x) - o.w / 2);
  }
  return gaps;
}

/** What of a small text has room in px; "" if next to nothing. The label and the sheet say all of it. */
export function cut(text, px) {
  const n = Math.floor(px / 6.6);
  return text.length <= n ? text : n < 5 ? "" : `${text.slice(0, n - 1).trimEnd()}…`;
}

// What stands beside a valve, shortly: only what is not as usual.
function noteOf(part, device, v) {
  if (device?.lock) return `locked by ${device.lock.owner}`;
  if (v.control?.enabled && tripped(v.control)) return "may not open";
  if (v.state === "moving") return "moving";
  if (v.state === "unknown") return part.hand ? "by hand, not reported" : "not known";
  return part.hand ? "by hand" : v.told ? stateWords(part, v) : "";
}

// A rule that tripped stands in the way, and not only another valve, which is in order.
function tripped(control) {
  return Boolean(control.forbidden) && (control.conditions ?? []).some((c) => !c.good && c.what.startsWith("rule ") && refusal(control));
}

/** Whether the pipe through a valve goes up and down. */
export function isUpright(part, layout) {
  for (const pipe of layout.pipes) {
    for (const stroke of pipe.strokes ?? []) {
      const ends = [[stroke[0], stroke[1]], [stroke.at(-1), stroke.at(-2)]];
      for (const [a, b] of ends) if (b && a[0] === part.x && a[1] === part.y && pipe.ends.includes(part.name)) return Math.abs(a[0] - b[0]) < Math.abs(a[1] - b[1]);
    }
  }
  return false;
}

/** Empties a place and puts a drawing into it. */
export function put(place, made) {
  fill(place, made.node);
}
