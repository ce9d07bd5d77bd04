// Plots of any series: a range that follows the present or stands still, zoom, pause, a comparison, saved views, PNG and CSV.

import { byId, fill, h, setAttr, setText } from "./dom.js";
import { clock, day } from "./format.js";
import { Chart } from "./chart.js";
import { Feed } from "./feed.js";
import { Past } from "./past.js";
import { comparison } from "./compare.js";
import { curves, pictureOf, plottable } from "./curves.js";
import { curveNames, readout } from "./names.js";
import { kindsMenu } from "./kindsmenu.js";
import { openMarks } from "./markslist.js";
import { picker } from "./picker.js";
import { rangeControls } from "./rangecontrols.js";
import { savedViews } from "./savedviews.js";
import { PAINT, Steps } from "./steps.js";
import { saveCSV, savePNG } from "./plotsave.js";
import { readPlace, writePlace } from "./plotplace.js";

const NAMES = 172; // px beside the curves for their names
const BARS = 12; // lanes of valves and the like there is room for
const narrow = () => innerWidth < 700;
const whole = (e) => e.target.scrollIntoView({ block: "nearest", inline: "nearest" }); // on a phone the row of buttons scrolls, and a browser thinks half of one enough

/** Builds the plots into their section. */
export function plotsView(app) {
  const { store, route } = app;
  let place = { keys: [], range: 600, fixed: null }, paused = null, begun = false, shown = { series: [], picture: { end: 0, bars: [], marks: [], gaps: [] }, names: [] };
  const host = h("div", { id: "plot-chart", class: "chart", role: "img", "aria-label": "plot" });
  const names = curveNames(remove, first), cursor = readout();
  const chart = new Chart(host, {
    height: () => Math.max(320, innerHeight - host.getBoundingClientRect().top - scrollY - (narrow() ? 206 : 54), 150 + 16 * shown.picture.bars.length),
    right: () => (narrow() ? 14 : NAMES), onZoom: zoom, onHere: () => draw(), onMarks: (marks) => openMarks(app, marks),
    onCursor: (t, left) => cursor.show(t, left, shown.series, shown.picture, chart.geometry, t === null ? [] : chart.marksAt(left + chart.geometry.left)),
  });
  const steps = new Steps(), draw = () => steps.run(drawing); // answers of many curves come together, and are drawn together
  const feed = new Feed(store, () => draw()), past = new Past(store, () => draw());
  const choose = picker(app, (next) => change({ keys: next }));
  const frame = h("div", { class: "plot-frame" }, host, names.node, choose.node, cursor.node);
  const compare = comparison(app, past, () => change({ compare: compare.get().choice, t0: compare.get().t0 }));
  const views = savedViews((query) => { place = readPlace(new URLSearchParams(query)); paused = null; taken(); change({}); }, () => writePlace({ ...place, fixed: null }).toString());
  const kinds = kindsMenu((hidden) => change({ hidden }));
  const range = rangeControls({ onRange: (s) => { paused = null; change({ range: s, fixed: null }); }, onBounds: zoom, onPause: () => { paused = paused ? null : store.now() / 1000; draw(); } });
  const csv = h("button", { id: "plot-csv", onclick: () => saveCSV(shown.picture, ...bounds()) }, "CSV");
  const png = h("button", { id: "plot-png", onclick: () => savePNG(chart, shown.names, title(), Boolean(store.status?.simulated)) }, "PNG");
  const none = h("p", { class: "empty" }, "Choose curves, or click a value on another view.");
  const note = h("p", { id: "plot-note", class: "hint dim" });
  fill(byId("view-plots"), h("div", { class: "panel plot" }, h("header", { onfocusin: whole }, views.node, range.nodes, compare.nodes, h("span", { class: "end" }, png, csv)), none, frame, h("footer", {}, note, kinds.node)));

  function bounds() {
    if (place.fixed) return place.fixed;
    const to = paused ?? store.now() / 1000;
    return [to - place.range, to];
  }

  function zoom(from, to) {
    const fixed = from == null || !(to - from > 0.5) ? null : [from, to];
    if (!fixed) paused = null;
    change({ fixed });
  }

  function change(more) {
    place = { ...place, ...more };
    route.put(writePlace(place));
    draw();
  }

  function remove(key) {
    if (key.startsWith("compare:")) {
      compare.set("", null);
      change({ compare: "", t0: null });
    } else change({ keys: place.keys.filter((k) => k !== key) });
  }

  // The first curve is the one that is compared.
  function first(key) {
    change({ keys: [key, ...place.keys.filter((k) => k !== key)] });
  }

  function taken() {
    compare.set(place.compare, place.t0);
    kinds.set(place.hidden);
  }

  // All that is found for a picture, then the picture: in one frame it would hold up the page.
  function* drawing() {
    if (!inSight() || !store.status || document.hidden) return;
    if (!begun) yield PAINT; // the frame of the view, before anything is in it
    if (!place.keys.length && !route.params.has("s") && !route.params.has("m")) place.keys = plottable(store.status).filter((x) => x.unit === "pascals").slice(0, 4).map((x) => x.key);
    const [from, to] = bounds(), { keys } = place;
    feed.want(keys, from, to);
    past.want(from, to);
    yield* past.refresh();
    const { events } = past, runs = past.runsIn(from, to);
    yield;
    const all = yield* curves(store, feed, keys, from, to), picture = yield* pictureOf(store, all, from, to, { events, runs, keys, room: BARS, hidden: place.hidden });
    Object.assign(picture, { series: all.filter((s) => !s.step), ...yield* compare.curve(all, from, to) });
    yield;
    if (!inSight() || !store.status) return; // another view, or another agent, meanwhile
    controls(all, picture, from, to, keys);
    yield begun ? "" : PAINT;
    begun = true;
    if (keys.length) yield* chart.draw(all, from, to, picture);
    yield;
    if (!inSight()) return;
    if (keys.length) shown.names = names.set(all, chart.geometry, feed.failed, place.fixed || paused ? null : picture.end, picture, store.lost);
    told(picture);
  }

  const inSight = () => route.view === "plots";

  function controls(all, picture, from, to, keys) {
    shown = { ...shown, series: all, picture };
    none.hidden = keys.length > 0;
    setAttr(frame, "data-empty", keys.length ? null : "yes");
    choose.set(keys); // what stands above has its height before the plot is given what is left
    views.set(writePlace({ ...place, fixed: null }).toString());
    range.set({ range: place.range, fixed: place.fixed, paused, from, to, present: store.now() });
  }

  // What is not on the picture is said.
  function told(picture) {
    const parts = [past.cut && `Events before ${clock(past.cut * 1000, false)} are too many to mark: zoom in.`, picture.more && `${picture.more} more valves moved than there is room for: choose them as curves.`,
      feed.asking && "asking for history…", "Drag to zoom, double click for live, Shift wheel at the cursor."];
    setText(note, parts.filter(Boolean).join(" "));
    setAttr(host, "data-units", [...chart.geometry?.scales.keys() ?? []].join("|"));
    setAttr(host, "data-bars", picture.bars.map((b) => b.name).join("|"));
    setAttr(host, "data-marks", String(picture.marks.length));
    setAttr(host, "data-runs", picture.runs.map((r) => [r.name, ...r.phases.map((x) => x.name)].join(": ")).join("|"));
    setAttr(host, "data-gaps", picture.gaps.map((g) => g.label).join("|"));
  }

  const title = () => `${store.status?.source || "pychron-edge"} · ${day(bounds()[0] * 1000)} ${clock(bounds()[0] * 1000, false)} to ${clock(bounds()[1] * 1000, false)}`;
  for (const topic of ["status", "units", "lost"]) store.on(topic, draw);
  store.on("events", (fresh) => fresh.some((e) => e.replayed) && feed.stale());
  document.addEventListener("pause", () => route.view === "plots" && !place.fixed && range.pause.click());
  return { show: () => { place = readPlace(route.params, place.range); taken(); draw(); } };
}
