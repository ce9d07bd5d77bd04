// What is written on the drawing: the lines in and beside volumes and pumps, gauges with their curves, lasers.

import { setAttr, setText, svg } from "./dom.js";
import { span } from "./format.js";
import { pointState } from "./state.js";
import { pointKey } from "./trend.js";
import { curve } from "./linespark.js";
import { U } from "./linesymbols.js";
import { besides, pressable } from "./linedraw.js";
import { firstWords, textWidth } from "./textwidth.js";

const LINE = 17; // px from a line of text to the next
const PAD = 16; // px before a text in a wide volume
const GAUGE = 126; // px that a gauge's name, number and curve take
const MARK = 34; // px of the mark of an alarm

/** The lines of a volume or a pump: its name, how it is, and the readings in it; in it where they fit, else at its right, or its left where there is more room. */
export function lines(part, gauges, parts) {
  const gaps = besides(part, parts);
  const x = part.x * U, y = part.y * U, w = part.w * U, h = part.h * U;
  const node = svg("g", { class: "lines", "aria-hidden": "true" });
  const title = svg("text", { class: "part-title" }), words = svg("text", { class: "part-words" }), rise = svg("text", { class: "part-words" }), folded = svg("text", { class: "part-folded" });
  const rows = gauges.map((g) => ({ gauge: g, text: svg("text", { class: "part-words" }) }));
  node.append(title, folded, words, rise, ...rows.map((r) => r.text));
  function update(scene, now) {
    setText(title, now.title);
    setText(words, now.words);
    setText(rise, now.rise);
    setText(folded, now.folded);
    for (const r of rows) setText(r.text, readingText(scene, r.gauge));
    const width = w / scene.k, height = h / scene.k; // as it is on the screen, where a text keeps its size
    const wide = (t) => (t === title || t === folded ? textWidth(t.textContent, 13, 650) : textWidth(t.textContent, 12.5));
    const all = () => [title, folded, words, rise, ...rows.map((r) => r.text)].filter((t) => t.textContent);
    const fits = () => all().every((t) => wide(t) < width - 4) && all().length * LINE < height - 4;
    const inside = part.kind === "volume" && [[], [rise], [words], rows].some((without) => {
      for (const x of without) setText(x.text ?? x, x.gauge ? readingText(scene, { ...x.gauge, title: "" }) : ""); // what does not fit is in the sheet
      return fits();
    });
    const long = Math.max(...all().map(wide)), outside = inside ? "" : gaps.right * U / scene.k < width / 2 + 16 + long && gaps.left > gaps.right ? "left" : "right";
    place(all(), outside, width, scene.k, long);
  }
  function place(all, outside, width, k, long) {
    const inside = !outside, left = inside && w > 150 && long + PAD + 4 < width;
    setAttr(node, "transform", `translate(${x} ${y}) scale(${k})`);
    all.forEach((t, i) => {
      setAttr(t, "text-anchor", outside === "left" ? "end" : inside && !left ? "middle" : "start");
      setAttr(t, "x", Math.round(inside ? (left ? PAD - width / 2 : 0) : (width / 2 + 12) * (outside === "left" ? -1 : 1)));
      setAttr(t, "y", Math.round(5 + (i - (all.length - 1) / 2) * LINE));
    });
  }
  return { node, update };
}

function readingText(scene, part) {
  const device = scene.device(part.device);
  const point = device?.points?.find((p) => p.point === part.point);
  const s = point && !scene.lost ? pointState(device, point, scene.units, scene.more) : null;
  const value = s?.text ? `${s.text} ${s.unit}`.trim() : "no value";
  return part.title ? `${part.title} ${value}` : value;
}

/** A gauge: what it is called, its value, its curve, and a thin line to what it reads. */
export function gauge(part, parts, parent, choose) {
  const left = (part.x - part.w / 2) * U, top = (part.y - part.h / 2) * U;
  const name = svg("text", { class: "gauge-name", y: 11 }), value = svg("tspan", { class: "gauge-value" }), unit = svg("tspan", { class: "gauge-unit", dx: 1 });
  const number = svg("text", { y: 33 }, value, unit);
  const paper = svg("rect", { class: "alarm", x: -7, y: 14, height: 25, rx: 3 }), mark = svg("path", { class: "alarm-mark", d: "M0 -7 L8 7 L-8 7 Z" });
  const spark = curve();
  spark.node.setAttribute("transform", "translate(0 44)");
  const target = svg("rect", { class: "target", x: -6, y: -4, width: Math.max(part.w * U, 120), height: part.h * U + 4, rx: 5 });
  const node = pressable(svg("g", { class: "line-gauge" }, paper, target, name, number, mark, spark.node), part, choose);
  const lead = leader(part, parts.get(part.on));
  if (lead) parent.append(lead);
  parent.append(node);
  // What is written keeps its size: where the drawing is small it grows away from what it is about.
  const on = parts.get(part.on), fromRight = on && part.x + part.w / 2 <= on.x - on.w / 2 + 0.1, fromBelow = on && part.y + part.h / 2 <= on.y - on.h / 2 + 0.1;
  return (scene) => {
    setAttr(node, "transform", `translate(${left + (fromRight ? GAUGE * (1 - scene.k) : 0)} ${top + (fromBelow ? part.h * U * (1 - scene.k) : 0)}) scale(${scene.k})`);
    const device = scene.device(part.device);
    const point = device?.points?.find((p) => p.point === part.point);
    const s = point && !scene.lost ? pointState(device, point, scene.units, scene.more) : { state: "down", text: "", unit: "", reason: "no connection", old: "" };
    const alarm = scene.alarmOf(part);
    // Spaces end the words: who hears the label and who reads it find the same.
    setText(name, `${part.title || point?.description || part.name} `);
    setText(value, `${s.text || "no value"} `);
    const why = s.text ? "" : (s.old || s.reason).replace(/^no value: /, "");
    const room = Math.max(part.w * U, GAUGE) - (alarm ? MARK : 0) - (why ? textWidth(value.textContent, 14, 500) : 0);
    setText(unit, s.text ? `${s.unit} ${s.hint}`.trim() : firstWords(why, room, (t) => textWidth(t, 12))); // all of it is in the sheet
    setAttr(node, "data-state", s.state);
    setAttr(node, "data-alarm", alarm || null);
    setAttr(node, "data-chosen", scene.chosen === part.name ? "yes" : null);
    if (alarm) {
      const wide = Math.round(number.getComputedTextLength());
      setAttr(paper, "width", wide + 40);
      setAttr(mark, "transform", `translate(${wide + 17} 27)`);
    }
    setAttr(node, "aria-label", [`${name.textContent}${value.textContent}${why || unit.textContent}`, s.text ? "" : s.reason, alarm].filter(Boolean).join(", "));
    const key = pointKey(scene.source, part.device, part.point);
    spark.draw(scene.trend.recent(key), scene.now / 1000, point?.unit, s.state === "live", scene.usual.get(key));
  };
}

// A thin line from a label to the nearest spot of what it is about.
function leader(part, on) {
  if (!on) return null;
  const to = [near(part.x, on.x, on.w / 2), near(part.y, on.y, on.h / 2)];
  const from = [near(to[0], part.x, part.w / 2), near(to[1], part.y, part.h / 2)];
  return Math.hypot(to[0] - from[0], to[1] - from[1]) > 0.25 ? svg("path", { class: "leader", d: `M${from[0] * U} ${from[1] * U} L${to[0] * U} ${to[1] * U}` }) : null;
}

const near = (at, middle, reach) => Math.min(Math.max(at, middle - reach), middle + reach);

/** A laser: on, off or not known, and its beam into the chamber. */
export function laser(part, parts, parent, choose) {
  const x = (part.x - part.w / 2) * U, y = (part.y - part.h / 2) * U, w = part.w * U, h = part.h * U;
  const on = parts.get(part.on);
  const at = on ? near(part.x + part.w / 2 - 0.2, on.x, on.w / 2 - 0.6) : 0;
  const beam = svg("path", { class: "beam", d: on ? `M${at * U} ${y + h} V${(on.y + on.h * 0.28) * U} m-16 0 h32` : "" });
  const word = svg("text", { class: "laser-word", x: 15, y: -4 }), more = svg("text", { class: "laser-more", x: 15, y: 17 });
  const text = svg("g", {}, word, more);
  const node = pressable(svg("g", { class: "line-laser" }, beam, svg("rect", { class: "laser-box", x, y, width: w, height: h, rx: 6 }), text), part, choose);
  parent.append(node);
  return (scene) => {
    setAttr(text, "transform", `translate(${x} ${y + h / 2}) scale(${scene.k})`);
    const device = scene.device(part.device);
    const of = (name) => device?.points?.find((p) => p.point === name);
    const shown = (p) => (p && !scene.lost ? pointState(device, p, scene.units, scene.more) : { text: "", unit: "" });
    const enabled = shown(of("enabled")), power = shown(of("power"));
    const state = enabled.text ? (of("enabled").value === 1 ? "on" : "off") : "unknown";
    setAttr(node, "data-state", state);
    setAttr(node, "data-chosen", scene.chosen === part.name ? "yes" : null);
    const percent = power.text ? `${power.text} ${power.unit}` : "";
    setText(word, `${state === "on" ? `ON ${percent}` : state === "off" ? "off" : "may be ON"} `);
    const held = (Date.parse(device?.held ?? "") - scene.now) / 1000;
    setText(more, [part.title || part.name, state === "off" ? percent : "", held > 0 ? `lease ${span(held)}` : ""].filter(Boolean).join(" · "));
    setAttr(node, "aria-label", `${word.textContent}${more.textContent}, laser`);
  };
}
