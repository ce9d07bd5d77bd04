// The drawing itself: pipes and volumes first as walls, then as what they hold, then names and numbers, then valves. It is built once
// for a layout; update gives it how things stand.

import { fill, setAttr, setText, svg } from "./dom.js";
import { U, patterns, pumpSign, valveSign } from "./linesymbols.js";
import { foldWords } from "./fold.js";
import { gauge, laser, lines, valveWords } from "./linelabels.js";
import { arrange, extent, obstacles } from "./labelspots.js";
import { pumpWords, refusal, regionWords, riseOf, riseWords, stateWords, valveLabel } from "./linewords.js";

/** Builds the drawing of a layout: {node, update(scene), parts}. choose(part) is called when a part is pressed. */
export function drawing(layout, choose) {
  const parts = new Map(layout.parts.map((p) => [p.name, p]));
  const walls = svg("g", { class: "walls" }), fills = svg("g", { class: "fills" }), names = svg("g", { class: "names" }), valves = svg("g", { class: "line-valves" });
  const box = extent(layout);
  const node = svg("svg", { class: "line-drawing", viewBox: box.join(" "), role: "group", "aria-label": "The line" }, patterns(), walls, fills, names, valves);
  const updates = [], tops = new Map();
  layout.pipes.forEach((pipe, i) => {
    const made = pipeOf(pipe, walls, fills);
    updates.push((s) => made.forEach((n) => shade(n, s.regionOfPipe.get(i))));
  });
  for (const part of layout.parts) {
    if (part.kind === "volume" || part.kind === "pump") updates.push(body(part, { walls, fills, names, choose, layout, tops }));
    else if (part.kind === "gauge" && !part.inside) updates.push(gauge(part, parts, names, choose));
  }
  for (const part of layout.parts) if (part.kind === "laser") updates.push(laser(part, parts, names, choose, (name) => tops.get(name)?.() ?? null)); // after what it shines on
  for (const part of layout.parts) if (part.kind === "valve") updates.push(valve(part, layout, valves, choose));
  let settled = "";
  function update(scene) {
    const labels = updates.flatMap((f) => f(scene) ?? []).sort((a, b) => a.rank - b.rank), zoom = 1 / scene.k;
    const mark = [zoom, ...labels.map((l) => l.mark)].join("|");
    if (mark === settled) return; // all that is written is as long as before
    settled = mark;
    const [x, y, w, h] = box.map((v) => v * zoom);
    for (const l of arrange(labels, obstacles(layout, zoom), [x, y, x + w, y + h])) l.put(l.at);
  }
  return { node, update, width: box[2], height: box[3] };
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

function body(part, { walls, fills, names, choose, layout, tops }) {
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
  const text = lines(part, layout.parts.filter((p) => p.kind === "gauge" && p.inside && p.on === part.name), layout.parts.some((p) => p.kind === "laser" && p.on === part.name));
  tops.set(part.name, text.top);
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
    const label = text.update(scene, { title: main ? region.name : part.title || part.name, words: main ? words : runs, rise: main ? rise : "", folded: fold.text });
    setAttr(inner, "data-folded", fold.worst ?? null);
    setAttr(inner, "aria-label", [part.title || part.name, fold.text && `folded: ${fold.text}`, words, runs, rise].filter(Boolean).join(", "));
    return label;
  };
}

function valve(part, layout, parent, choose) {
  const upright = isUpright(part, layout);
  const sign = valveSign(), words = valveWords(part, upright);
  const ring = svg("circle", { class: "ring", r: 22 }), target = svg("circle", { class: "target", r: 22 });
  const node = pressable(svg("g", { class: "line-valve", transform: `translate(${part.x * U} ${part.y * U})` }, ring, sign.node, ...words.nodes, target), part, choose);
  node.setAttribute("data-line-valve", part.name);
  parent.append(node);
  return (scene) => {
    const device = scene.device(part.device);
    const v = scene.valve(part), bad = !scene.lost && Boolean(v.control?.enabled && tripped(v.control));
    const region = scene.regionOfValve.get(part.name);
    sign.draw({ state: v.state, told: v.told, locked: Boolean(device?.lock), forbidden: bad }, upright);
    shade(node, region);
    setAttr(node, "data-state", v.state);
    setAttr(node, "data-told", v.told ? "yes" : null);
    setAttr(node, "data-chosen", scene.chosen === part.name ? "yes" : null);
    const note = noteOf(part, device, v, bad);
    setAttr(node, "aria-label", valveLabel(part, device, v, note));
    setAttr(node, "tabindex", scene.stop === part.name ? "0" : "-1");
    setAttr(target, "r", Math.round(22 * Math.max(1, scene.k)));
    return words.update(scene, note, { bad, moves: Boolean(v.control?.enabled) });
  };
}

// What stands beside a valve, shortly: only what is not as usual.
function noteOf(part, device, v, bad) {
  if (device?.lock) return `locked by ${device.lock.owner}`;
  if (bad) return "may not open";
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
