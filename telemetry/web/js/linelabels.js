// What is written on the drawing: the lines in and beside volumes and pumps, gauges with their curves, lasers.

import { setAttr, setText, svg } from "./dom.js";
import { span } from "./format.js";
import { pointState } from "./state.js";
import { pointKey } from "./trend.js";
import { curve } from "./linespark.js";
import { U } from "./linesymbols.js";
import { beamAt, beside, gaugeSpots, nameSpots, noteSpots } from "./labelspots.js";
import { pressable } from "./linedraw.js";
import { laserNow } from "./laserstate.js";
import { firstWords, shortName, textWidth } from "./textwidth.js";

const LINE = 17; // px from a line of text to the next
const FORBIDDEN = "may not open";
const PAD = 16; // px before a text in a wide volume
const GAUGE = 126; // px that a gauge's name, number and curve take
const GAUGE_HIGH = 66;
const NAME = 220; // px that a gauge's name has
const FOOT = 6; // px below the last line in a volume that a laser is on
const SPOT = 16; // px to both sides of a beam's end
const MARK = 34; // px of the mark of an alarm

/**
 * The lines of a volume or a pump: its name, how it is, and the readings in it; in it where they fit, else beside it, as a label that update gives. In a
 * volume that a laser is on they stand at the foot, and the beam above them. top() is where the first line in it begins, in px of the drawing; null = none is.
 */
export function lines(part, gauges, lit = false) {
  const x = part.x * U, y = part.y * U, w = part.w * U, h = part.h * U;
  const node = svg("g", { class: "lines", "aria-hidden": "true" });
  const title = svg("text", { class: "part-title" }), second = svg("text", { class: "part-title" }), words = svg("text", { class: "part-words" }), rise = svg("text", { class: "part-words" }), folded = svg("text", { class: "part-folded" });
  const rows = gauges.map((g) => ({ gauge: g, text: svg("text", { class: "part-words" }) }));
  let top = null;
  node.append(title, second, folded, words, rise, ...rows.map((r) => r.text));
  const wide = (t) => Math.ceil([title, second, folded].includes(t) ? textWidth(t.textContent, second.textContent ? 12 : 13, 650) : textWidth(t.textContent, 12.5));
  function update(scene, now) {
    setText(title, now.title);
    setText(second, "");
    setText(words, now.words);
    setText(rise, now.rise);
    setText(folded, now.folded);
    for (const r of rows) {
      setText(r.text, readingText(scene, r.gauge));
      setAttr(r.text, "data-look", scene.markOf(r.gauge)?.look);
    }
    const width = w / scene.k, height = h / scene.k; // as it is on the screen, where a text keeps its size
    const all = () => [title, second, folded, words, rise, ...rows.map((r) => r.text)].filter((t) => t.textContent);
    const fits = () => all().every((t) => wide(t) < width - 4) && all().length * LINE < height - 4;
    const inside = part.kind === "volume" && [[], [rise], [words], rows].some((without) => {
      for (const x of without) setText(x.text ?? x, x.gauge ? readingText(scene, { ...x.gauge, title: "" }) : ""); // what does not fit is in the sheet
      return fits();
    }) || (part.kind === "volume" && inTwo(now.title) && fits());
    if (!inside) setAll([[title, now.title], [second, ""]]);
    setAttr(node, "data-tight", second.textContent ? "yes" : null);
    return inside ? within(all(), width, scene.k) : label(all(), scene.k);
  }
  function inTwo(text) {
    const best = halves(text).map((rows) => ({ rows, w: Math.max(...rows.map((t) => textWidth(t, 12, 650))) })).sort((a, b) => a.w - b.w)[0];
    if (best) setAll([[title, `${best.rows[0]} `], [second, best.rows[1]]]);
    return Boolean(best);
  }
  function within(all, width, k) {
    const left = width > 150 && Math.max(...all.map(wide)) + PAD + 4 < width;
    all.forEach((t) => setAttr(t, "display", null));
    top = lit ? y + h / 2 - (LINE * all.length + FOOT) * k : y - (LINE / 2) * k * all.length;
    set(all, { x, y: top, k, align: left ? "start" : "middle", at: left ? PAD - width / 2 : 0 });
  }
  function label(all, k) {
    top = null;
    const few = all.filter((t) => t === title || t === folded); // what does not fit is in the sheet
    const variants = [all, few].map((texts) => ({ texts, w: Math.max(...texts.map(wide)), h: texts.length * LINE }));
    return {
      rank: 1, mark: all.map((t) => t.textContent).join("/"), variants, spots: (v) => beside(part, 1 / k, v.w, v.h),
      put: ({ spot, variant }) => {
        for (const t of all) setAttr(t, "display", variant.texts.includes(t) ? null : "none");
        set(variant.texts, { x: spot.x * k, y: spot.y * k, k, align: spot.align, at: { start: 0, middle: variant.w / 2, end: variant.w }[spot.align] });
      },
    };
  }
  // The first line's top is at y, and x + at is where each begins, ends, or has its middle.
  function set(texts, { x, y, k, align, at }) {
    setAttr(node, "transform", `translate(${x} ${y}) scale(${k})`);
    texts.forEach((t, i) => {
      setAttr(t, "text-anchor", align);
      setAttr(t, "x", Math.round(at));
      setAttr(t, "y", Math.round((second.textContent ? 12.5 : 13.5) + i * LINE));
    });
  }
  return { node, update, top: () => top };
}

/** The name of a valve and what is written about it: {nodes, update(scene, note, {bad, moves})}, which gives both as labels; moves means that it is commanded from here. A note that has no room in one line has two; without room for these its sign says it, and the sheet. */
export function valveWords(part, upright) {
  const text = part.title || part.name, wide = Math.ceil(textWidth(text, 13, 650));
  const name = svg("text", { class: "valve-name", y: 12 }, `${text} `), note = svg("text", { class: "valve-note" });
  const above = svg("g", {}, name), below = svg("g", {}, note);
  const place = (g, of, spot, w, k) => {
    setAttr(g, "transform", `translate(${spot.x * k - part.x * U} ${spot.y * k - part.y * U}) scale(${k})`);
    setAttr(of, "text-anchor", spot.align);
    return Math.round({ start: 0, middle: w / 2, end: w }[spot.align]);
  };
  function update(scene, words, { bad, moves }) {
    const k = scene.k, zoom = 1 / k;
    setAttr(note, "data-bad", bad ? "yes" : null);
    const labels = [{ rank: 0, mark: "", variants: [{ w: wide, h: 16 }], spots: (v) => nameSpots(part, upright, zoom, v.w, v.h), put: ({ spot, variant }) => setAttr(name, "x", place(above, name, spot, variant.w, k)) }];
    const room = words || (moves ? FORBIDDEN : ""); // it is kept free: a trip moves nothing
    if (!words) setText(note, "");
    if (room) labels.push({
      rank: 2, mark: `${words}${room}`, optional: true, variants: folded(room), spots: (v) => noteSpots(part, upright, zoom, v.w, v.h, labels[0].at?.spot),
      put: (found) => words && write(note, found, (spot, w) => place(below, note, spot, w, k)),
    });
    return labels;
  }
  return { nodes: [above, below], update };
}

// Words in one line, and in two as even as they can be.
function folded(words) {
  const wide = (t) => Math.ceil(textWidth(t, 12));
  const of = (rows) => ({ rows, w: Math.max(...rows.map(wide)), h: 2 + 14 * rows.length });
  const two = halves(words).map(of).sort((a, b) => a.w - b.w)[0];
  return [of([words]), ...(two ? [two] : [])];
}

// A text in two, at each of its spaces.
function halves(text) {
  const all = text.split(" ");
  return all.slice(1).map((_, i) => [all.slice(0, i + 1).join(" "), all.slice(i + 1).join(" ")]);
}

const setAll = (texts) => texts.forEach(([node, text]) => setText(node, text));

function write(note, found, place) {
  if (!found) return note.replaceChildren(); // the label and the sheet say it
  const { rows, w } = found.variant, x = place(found.spot, w);
  note.replaceChildren(...rows.map((row, i) => svg("tspan", { x, y: 11 + 14 * i }, i + 1 < rows.length ? `${row} ` : row)));
}

const SIGNS = { trip: "◆ ", alarm: "▲ " }; // before a value within a part that an alarm is about

function readingText(scene, part) {
  const device = scene.device(part.device);
  const point = device?.points?.find((p) => p.point === part.point);
  const s = point && !scene.lost ? pointState(device, point, scene.units, scene.more) : null;
  const value = s?.text ? `${SIGNS[scene.markOf(part)?.sign] ?? ""}${s.text} ${s.unit}`.trim() : "no value";
  return part.title ? `${part.title} ${value}` : value;
}

/** A gauge: what it is called, its value, its curve, and a thin line to what it reads. */
export function gauge(part, parts, parent, choose) {
  const name = svg("text", { class: "gauge-name", y: 11 }), value = svg("tspan", { class: "gauge-value" }), unit = svg("tspan", { class: "gauge-unit", dx: 1 });
  const number = svg("text", { y: 33 }, value, unit);
  const paper = svg("rect", { class: "alarm", x: -7, y: 14, height: 25, rx: 3 }), mark = svg("path", { class: "alarm-mark", d: "M0 -7 L8 7 L-8 7 Z" });
  const spark = curve();
  spark.node.setAttribute("transform", "translate(0 44)");
  const target = svg("rect", { class: "target", x: -6, y: -4, width: Math.max(part.w * U, 120), height: part.h * U + 4, rx: 5 });
  const node = pressable(svg("g", { class: "line-gauge" }, paper, target, name, number, mark, spark.node), part, choose);
  const on = parts.get(part.on), lead = svg("path", { class: "leader" });
  parent.append(lead, node);
  return (scene) => {
    const device = scene.device(part.device);
    const point = device?.points?.find((p) => p.point === part.point);
    const s = point && !scene.lost ? pointState(device, point, scene.units, scene.more) : { state: "down", text: "", unit: "", reason: "no connection", old: "" };
    const alarm = scene.markOf(part);
    // Spaces end the words: who hears the label and who reads it find the same.
    const called = part.title || point?.description || part.name;
    setText(name, `${shortName(called, NAME, (t) => textWidth(t, 12))} `);
    setText(value, `${s.text || "no value"} `);
    const why = s.text ? "" : (s.old || s.reason).replace(/^no value: /, "");
    const room = Math.max(part.w * U, GAUGE) - (alarm ? MARK : 0) - (why ? textWidth(value.textContent, 14, 500) : 0);
    setText(unit, s.text ? `${s.unit} ${s.hint}`.trim() : firstWords(why, room, (t) => textWidth(t, 12))); // all of it is in the sheet
    setAttr(node, "data-state", s.state);
    setAttr(node, "data-alarm", alarm?.words);
    setAttr(node, "data-look", alarm?.look);
    setAttr(node, "data-chosen", scene.chosen === part.name ? "yes" : null);
    const firstLine = Math.ceil(textWidth(name.textContent, 12)), wide = Math.round(textWidth(value.textContent, ...(s.state === "live" ? [19, 650] : [14, 500])) + textWidth(unit.textContent, 12) + 1);
    const right = Math.max(GAUGE, 10 * Math.ceil((wide + (alarm ? MARK : 0)) / 10)); // a digit more moves nothing
    if (alarm) {
      setAttr(paper, "width", wide + 40);
      setAttr(mark, "transform", `translate(${wide + 17} 27)`);
    }
    setAttr(node, "aria-label", [`${called} ${value.textContent}${why || unit.textContent}`, s.text ? "" : s.reason, alarm?.words].filter(Boolean).join(", "));
    const key = pointKey(scene.source, part.device, part.point);
    spark.draw(scene.trend.recent(key), scene.now / 1000, point?.unit, s.state === "live", scene.usual.get(key));
    return {
      rank: 3, mark: right, variants: [{ w: Math.max(right, firstLine), h: GAUGE_HIGH }], spots: (v) => gaugeSpots(part, on, 1 / scene.k, v.w, v.h),
      put: ({ box }) => {
        setAttr(node, "transform", `translate(${box[0] * scene.k} ${box[1] * scene.k}) scale(${scene.k})`);
        setAttr(lead, "d", leader(box.map((v) => (v * scene.k) / U), on));
      },
    };
  };
}

// A thin line from the box of a label to the nearest spot of what it is about.
function leader([left, top, right, bottom], on) {
  if (!on) return null;
  const x = (left + right) / 2, y = (top + bottom) / 2;
  const to = [near(x, on.x, on.w / 2), near(y, on.y, on.h / 2)], from = [near(to[0], x, (right - left) / 2), near(to[1], y, (bottom - top) / 2)];
  return Math.hypot(to[0] - from[0], to[1] - from[1]) > 0.25 ? `M${from.map((v) => v * U).join(" ")} L${to.map((v) => v * U).join(" ")}` : null;
}

const near = (at, middle, reach) => Math.min(Math.max(at, middle - reach), middle + reach);

/** A laser: on, off or not known, and its beam into the chamber, which ends above what is written there; topOf(name) is where that begins. */
export function laser(part, parts, parent, choose, topOf) {
  const x = (part.x - part.w / 2) * U, y = (part.y - part.h / 2) * U, w = part.w * U, h = part.h * U;
  const on = parts.get(part.on);
  const beam = svg("path", { class: "beam" });
  // Without room for it above the words the beam ends at the wall.
  const path = () => {
    const wall = (on.y - on.h / 2) * U, top = topOf(on.name), end = Math.min((on.y + on.h * 0.28) * U, top === null ? Infinity : top - 4);
    return `M${beamAt(part, on) * U} ${y + h} V${Math.round(Math.max(wall, end))}${end - wall < 10 ? "" : ` m${-SPOT} 0 h${2 * SPOT}`}`;
  };
  const word = svg("text", { class: "laser-word", x: 15, y: -4 }), more = svg("text", { class: "laser-more", x: 15, y: 17 });
  const text = svg("g", {}, word, more);
  const node = pressable(svg("g", { class: "line-laser" }, beam, svg("rect", { class: "laser-box", x, y, width: w, height: h, rx: 6 }), text), part, choose);
  parent.append(node);
  return (scene) => {
    if (on) setAttr(beam, "d", path());
    setAttr(text, "transform", `translate(${x} ${y + h / 2}) scale(${scene.k})`);
    const device = scene.device(part.device);
    const now = device ? laserNow(device, { now: scene.now, lost: scene.lost, units: scene.units }) : { state: "unknown", word: "not known", power: "" };
    const { state } = now;
    setAttr(node, "data-state", state);
    setAttr(node, "data-chosen", scene.chosen === part.name ? "yes" : null);
    setText(word, `${state === "off" ? "off" : now.word} `);
    const held = (Date.parse(device?.held ?? "") - scene.now) / 1000;
    setText(more, [part.title || part.name, state === "off" ? now.power : "", held > 0 ? `lease ${span(held)}` : ""].filter(Boolean).join(" · "));
    setAttr(node, "aria-label", `${word.textContent}${more.textContent}, laser`);
  };
}
