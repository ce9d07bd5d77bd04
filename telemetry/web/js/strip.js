// The strip on every view, of one height and one order: who and how fresh, each laser, the key pressures, the run now, HALT. What is in a
// cell changes; where it is does not.

import { byId, fill, h, setAttr, setName, setText, sync } from "./dom.js";
import { clock, span, utc, when } from "./format.js";
import { abnormal, limits } from "./abnormal.js";
import { isLaser, laserCounts, laserNow } from "./laserstate.js";
import { RunProgress } from "./runprogress.js";
import { fleetRuns, joinedRuns, ofRuns, runWords, runsNow } from "./runnow.js";
import { pointState } from "./state.js";
import { sparkline } from "./spark.js";
import { pointKey } from "./trend.js";
import { reading } from "./units.js";

const LIVE = { live: "live", polling: "live, asking", crowded: "too many pages", broken: "events delayed" };
const CROWDED = "Too many pages are open: this one asks every 2 seconds. Close the others.";
const FIRST = 2; // gauges that stand in the strip where the configuration names none

/** Builds the strip's cells and keeps them in step with the store. */
export function strip(app) {
  const { store } = app;
  let runs = [], marks = new Map();
  const draw = () => {
    if (!store.status) return;
    drawLasers(app);
    drawKeys(app, marks);
    drawRun(app, runs);
    drawHalt(app);
  };
  const runsFrom = () => {
    runs = joinedRuns(runsNow(store.log.events.filter((e) => !store.source || e.source === store.source), store.now()), known.found);
    drawRun(app, runs);
  };
  const known = new RunProgress(store, runsFrom);
  app.runs = () => runs;
  store.on("status", (status) => {
    if (!status) return;
    marks = abnormal(status);
    draw();
  });
  store.on("events", (fresh) => {
    if (!fresh.length || fresh.some(ofRuns)) runsFrom();
  });
  for (const topic of ["units", "lost"]) store.on(topic, draw);
  store.on("source", () => {
    runs = [];
    for (const id of ["lasers", "keys"]) sync(byId(id), [], () => "", null);
  });
  store.on("tick", () => tick(app));
}

/** The words for how the page hears: {state, text, title}. */
function connection(store) {
  if (store.lost) return { state: "lost", text: "no connection" };
  if (!store.status) return { state: "wait", text: "connecting" };
  return { state: store.streaming, text: LIVE[store.streaming], title: store.streaming === "crowded" ? CROWDED : null };
}

function tick(app) {
  const { store } = app, now = store.now(), time = byId("clock"), live = byId("live"), how = connection(store);
  setText(time, store.lost ? "" : clock(now, false));
  setAttr(time, "title", utc(now));
  setAttr(live, "data-state", how.state);
  setAttr(live, "title", how.title);
  setText(live, how.text);
  setText(byId("fresh"), store.status && !store.lost ? `${store.sinceStatus().toFixed(1)} s` : "");
  setAttr(document.body, "data-lost", store.lost ? "yes" : null);
  byId("lost").hidden = !store.lost;
  if (store.status) drawLasers(app);
  if (!store.lost) return;
  document.title = "⚠ no connection · pychron-edge";
  setText(byId("lost-since"), when(store.lostSince, store.now()));
  setAttr(byId("lost-since"), "title", utc(store.lostSince));
  setText(byId("lost-why"), `${span(store.sinceStatus())} · ${store.problem || "no answer"}`);
}

const everywhere = (store) => store.status.role === "viewer" && !store.source;

function drawLasers(app) {
  const { store } = app, status = store.status;
  const at = { now: store.now(), lost: store.lost, units: store.units };
  const lasers = (status.devices ?? []).filter(isLaser);
  if (everywhere(store)) return sync(byId("lasers"), lasers.length ? [laserCounts(lasers, () => at)] : [], () => "all", () => allLasers(app));
  sync(byId("lasers"), lasers, (d) => `${d.source}/${d.name}`, (d) => laserCell(app, d));
}

function laserCell(app, first) {
  let device = first;
  const { store } = app;
  const small = h("p", { class: "small" }), big = h("b", { class: "word" }), bar = h("i"), left = h("span", { class: "left" }, bar);
  const off = h("button", { class: "disable", data: { act: "disable", right: "command" }, onclick: () => {
    const control = device.controls?.find((c) => c.control === "enabled");
    if (control) app.commands.set(device, control, control.idle);
  } }, "Disable");
  const open = h("a", { class: "over", href: `#/instruments?d=${encodeURIComponent(first.name)}`, "aria-label": `${first.name}: open its sheet` });
  const node = h("div", { class: "cell laser", data: { laser: first.name } }, open, small, h("p", { class: "big" }, big), left, off);
  const update = (now) => {
    device = now;
    const s = laserNow(device, { now: store.now(), lost: store.lost, units: store.units });
    setAttr(node, "data-state", s.state);
    setText(small, `${label(device)}${s.note ? ` · ${s.note}` : ""}`);
    setAttr(small, "title", small.textContent);
    setText(big, s.word);
    const part = s.left !== null && device.max_on ? s.left / device.max_on : 0;
    left.hidden = !part || s.state === "off";
    bar.style.width = `${100 * part}%`;
    off.hidden = !device.controls?.some((c) => c.control === "enabled" && c.enabled);
    setAttr(off, "aria-label", `disable ${device.name}`);
  };
  return { node, update };
}

const label = (device) => (/laser/i.test(device.name) ? device.name : `laser ${device.name}`);

function allLasers() {
  const big = h("b"), more = h("i");
  const node = h("div", { class: "cell laser" }, h("p", { class: "small" }, "lasers"), h("p", { class: "big" }, big, more));
  const update = ({ on, off, unknown }) => {
    setAttr(node, "data-state", on ? "on" : unknown ? "unknown" : "off");
    setText(big, on ? `${on} ON · ${off} off` : `${off} off`);
    setText(more, unknown ? `${unknown} not known` : "");
  };
  return { node, update };
}

/** The points of the strip: those of the configuration, else the first gauges. */
export function keyPoints(status) {
  const all = (status.devices ?? []).flatMap((device) => (device.points ?? []).filter((p) => p.unit === "pascals").map((point) => ({ device, point })));
  if (!status.key?.length) return all.filter(({ device }) => device.model !== "derived").slice(0, FIRST);
  const any = (status.devices ?? []).flatMap((device) => (device.points ?? []).map((point) => ({ device, point })));
  return status.key.map((name) => any.find(({ device, point }) => `${device.name}.${point.point}` === name)).filter(Boolean);
}

function drawKeys(app, marks) {
  const { store } = app;
  if (everywhere(store)) return sync(byId("keys"), [agentCounts(store.status), eventCounts(store.status)].map((x) => (store.lost ? unknownCell(x) : x)), (x) => x.small, () => plainCell());
  const bounds = limits(store.status);
  const points = keyPoints(store.status).map((x) => {
    const key = pointKey(x.device.source, x.device.name, x.point.point);
    return { ...x, key, mark: marks.get(key), limits: bounds.get(key) ?? [] };
  });
  sync(byId("keys"), points, (x) => x.key, (x) => keyCell(app, x));
}

function agentCounts(status) {
  const all = status.sources ?? [], live = all.filter((s) => s.state === "online").length;
  return { small: "agents", big: `${live} of ${all.length}`, more: "live", look: live < all.length ? "bad" : null };
}

function eventCounts(status) {
  const waiting = Object.values(status.uplink?.lag ?? {}).reduce((a, b) => a + b, 0);
  return { small: "store", big: status.uplink?.connected ? `${waiting} behind` : "not connected", more: "", look: status.uplink?.connected ? null : "bad" };
}

function plainCell() {
  const small = h("p", { class: "small" }), big = h("b"), more = h("i");
  const node = h("div", { class: "cell key plain" }, small, h("p", { class: "big" }, big, more));
  const update = (x) => {
    setText(small, x.small);
    setText(big, x.big);
    setText(more, x.more);
    setAttr(node, "data-state", x.state);
    setAttr(node, "data-look", x.look);
  };
  return { node, update };
}

const unknownCell = (x) => ({ ...x, big: "–", more: "not known", look: null, state: "unknown" });

function keyCell(app, first) {
  const { store } = app;
  const called = h("span"), more = h("span", { data: { unit: "yes" } }), small = h("p", { class: "small" }, called, more), big = h("b", { class: "num" }), before = h("i", { class: "was" }), beside = h("i", { class: "unit" }), spark = sparkline();
  const open = h("a", { class: "over", href: `#/plots?s=${encodeURIComponent(first.key)}` });
  const node = h("div", { class: "cell key", data: { key: first.key } }, open, small, h("p", { class: "big" }, big, before, beside), spark.node);
  const update = ({ device, point, key, mark, limits: bounds }) => {
    const s = pointState(device, point, store.units, store.sinceStatus());
    const known = s.state === "live" && !store.lost;
    const name = point.description || `${device.name} ${point.point}`;
    const unit = reading(point.unit, store.units).label;
    if (point.description) setText(called, name);
    else setName(called, name, " ");
    const was = known ? null : s.was;
    setText(more, ` · ${unit}`); // it is read whole where the name is cut
    setText(before, was ? `was ${was.text}` : "");
    setText(beside, unit); // where the name has the line to itself
    setAttr(small, "title", `${name}: ${device.name}.${point.point}`);
    setText(big, known ? s.text : "–");
    setAttr(node, "data-state", known ? "live" : "unknown");
    setAttr(node, "data-look", known ? mark?.look : null);
    setAttr(open, "aria-label", `${name}: ${known ? `${s.text} ${unit}` : "not known"}${was ? `, was ${was.text}` : ""}${mark ? `, ${mark.name}` : ""}. Plot`);
    spark.draw(store.trend.recent(key), store.now() / 1000, reading(point.unit).log, known ? "live" : "old", bounds);
  };
  return { node, update };
}

function drawRun(app, runs) {
  const { store } = app;
  if (!store.status) return;
  const cell = byId("run"), words = everywhere(store) ? fleetRuns(runs, store.lost, heard(store.status)) : runWords(runs, store.now(), store.lost || unheard(store));
  setText(cell.querySelector(".small span"), words.title);
  setText(cell.querySelector(".small .short"), words.short);
  setText(cell.querySelector(".big .short"), words.brief ?? words.short);
  setText(cell.querySelector("b"), words.big);
  setText(cell.querySelector("i"), words.small);
  setAttr(cell, "title", [words.title, words.big, words.small].filter(Boolean).join(" · "));
  setAttr(cell, "data-state", words.unknown || store.lost ? "unknown" : null);
  const bar = cell.querySelector(".left");
  bar.hidden = words.share == null;
  bar.firstChild.style.width = `${100 * (words.share ?? 0)}%`;
}

// The agents of a viewer that are heard now.
const heard = (status) => new Set((status.sources ?? []).filter((s) => s.state === "online").map((s) => s.source));

// Whether the agent that is looked at is one of which nothing new comes.
const unheard = (store) => store.status.role === "viewer" && !heard(store.status).has(store.source);

function drawHalt(app) {
  const { store } = app, viewer = store.status.role === "viewer";
  byId("halt").hidden = viewer;
  const link = byId("halt-elsewhere"), agent = (store.status.sources ?? []).find((s) => s.source === store.source);
  link.hidden = !viewer;
  setAttr(link, "href", agent?.http || null);
  setText(link, agent ? `HALT is at ${agent.source}` : "HALT is at each agent");
  setText(byId("halt").querySelector("small"), store.lost ? "tries; not sure to arrive" : "lasers and furnaces; not the emergency stop");
}
