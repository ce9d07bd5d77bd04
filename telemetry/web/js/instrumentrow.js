// One row of the instruments: a channel or a valve, 27 px high.

import { h, setAttr, setName, setText } from "./dom.js";
import { lasting, span, utc } from "./format.js";
import { sign } from "./icons.js";
import { isLaser, laserNow } from "./laserstate.js";
import { pointState } from "./state.js";
import { sparkline } from "./spark.js";
import { display, reading } from "./units.js";
import { valveKnown, valveWord } from "./valves.js";
import { refusedWhy } from "./words.js";

/** A row for the table; choose(row) opens its sheet. where: the table's part, for the marks that tests and the keyboard need. */
export function instrumentRow(app, first, choose, where) {
  const cell = (name, ...children) => h("span", { class: name, role: "cell" }, ...children);
  const name = h("button", { class: "name", onclick: () => choose(current) }), about = h("span", { class: "about" });
  const value = h("b", { class: "value num" }), unit = h("span", { class: "unit" });
  const picture = cell("picture"), bound = cell("bound"), state = h("span", { class: "hint reason" }), age = cell("age");
  const old = h("span", { class: "old" }), spark = sparkline();
  const node = h("div", { class: "channel", role: "row", tabindex: "-1", onclick: (e) => e.target.closest("button") || choose(current) },
    picture, cell("what", name, about), cell("reading", value, unit), cell("curve", spark.node), bound, cell("state", state, old), age);
  let current = first, signed = null;
  if (where === "own") node.dataset[first.type] = first.type === "valve" ? first.valve.name : first.key;

  function update(now) {
    current = now.row;
    const s = current.type === "valve" ? valveLook(app, current) : pointLook(app, current);
    const look = now.mark?.look ?? (current.usual ? null : "unknown");
    setName(name, current.name);
    setText(about, current.about);
    setAttr(name, "title", [current.source, current.name, current.about].filter(Boolean).join(" · "));
    setText(value, s.text);
    setText(unit, s.unit);
    setText(state, [now.mark?.words, s.state].filter(Boolean).join(" · "));
    setAttr(state, "title", state.textContent || null);
    setText(old, s.old);
    setText(age, s.age);
    setText(bound, boundWords(now.limits, current.point?.unit, app.store.units));
    setAttr(bound, "title", bound.textContent || null);
    setAttr(node, "data-state", s.word);
    setAttr(node, "data-look", look);
    setAttr(node, "data-acked", now.mark?.acked ? "yes" : null);
    setAttr(node, "aria-selected", now.chosen ? "true" : null);
    setAttr(age, "title", current.point?.timestamp ? utc(Date.parse(current.point.timestamp)) : null);
    pictureOf(s.beam ? "beam" : now.mark?.sign ?? look ?? "", Boolean(now.mark?.acked));
    curve(app, spark, current, s, now.limits);
  }
  function pictureOf(kind, hollow) {
    if (signed === `${kind} ${hollow}`) return;
    signed = `${kind} ${hollow}`;
    picture.replaceChildren(...(kind ? [sign(kind, hollow)] : []));
  }
  return { node, update };
}

function curve(app, spark, row, s, bounds) {
  const { store } = app, series = store.trend.recent(row.key), now = store.now() / 1000;
  if (row.type === "valve") return spark.bars(series, now, s.live ? "live" : "old");
  if (row.point.unit) spark.draw(series, now, reading(row.point.unit).log, s.live ? "live" : "old", bounds, app.store.usual.get(row.key));
}

function pointLook(app, row) {
  const { store } = app, { device, point } = row;
  const s = pointState(device, point, store.units, store.sinceStatus());
  const live = s.state === "live";
  const beam = isLaser(device) && point.point === "enabled" && ["on", "maybe"].includes(laserNow(device, { now: store.now() }).state);
  const words = live ? [s.hint, /^N2/.test(point.gas ?? "") ? "" : point.gas, beam && laserNow(device, { now: store.now() }).note] : [s.reason];
  return { word: s.state, live, beam, text: live ? s.text : row.usual ? "–" : "no value", unit: live ? s.unit : "", state: words.filter(Boolean).join(" · "), old: s.old.replace(/^old value /, "was ").replace(/, .* ago$/, ""), age: live || row.usual ? "" : span(s.age) };
}

function valveLook(app, row) {
  const { valve, device, point } = row, known = valveKnown(valve.state);
  const state = app.commands.pending.has(`${device.name}.${valve.control?.control}`) ? "moving" : valve.state;
  const since = Date.parse(point.since ?? ""), lasted = Number.isNaN(since) || state === "moving" || !known ? "" : lasting((app.store.now() - since) / 1000);
  const lock = device.lock ? `locked by ${device.lock.owner}` : "";
  const viewer = app.store.status?.role === "viewer";
  const stop = !viewer && !device.read_only && valve.control?.forbidden ? `may not open: ${refusedWhy(valve.control.forbidden)}` : "";
  const why = state === "mismatch" ? `told to be ${valve.commanded === 1 ? "open" : "closed"}, its switch says ${point.value === 1 ? "open" : "closed"}` : state === "unknown" ? point.missing || device.error || "no new value" : "";
  const was = valve.state === "unknown" && point.last != null ? `was ${point.last === 1 ? "open" : "closed"}` : "";
  return { word: state, live: known, text: valveWord(state), unit: "", state: [lasted, why, lock, stop].filter(Boolean).join(" · "), old: was, age: known || valve.state === "unreported" ? "" : span(point.age == null ? null : point.age + app.store.sinceStatus()) };
}

// The limits on a value, in the person's unit: "< 1e-5 · trips > 1e-3".
function boundWords(bounds, unit, units) {
  return (bounds ?? []).map((b) => `${b.look === "rule" ? "trips" : "alarm"} ${b.above ? ">" : "<"} ${display(b.value, unit, units).text.replace(/\.?0+(?=e|$)/, "")}`).join(" · ");
}
