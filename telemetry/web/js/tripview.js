// A black box: every reading from five minutes before a trip to two minutes after it, with the events and the exchanges, as a plot with its log.

import { download, fill, h, setAttr } from "./dom.js";
import { clock, day } from "./format.js";
import { getJSON } from "./api.js";
import { plainName } from "./channels.js";
import { causeWords } from "./runwords.js";
import { telling } from "./recent.js";
import { timePlot } from "./timeplot.js";
import { convert, reading } from "./units.js";

const FIRST = 6;  // points that are drawn at first
const MOST = 400; // rows of the log

/** The page in its host. */
export function tripPage(app, host) {
  const { store } = app;
  let shown = "", trip = null, chosen = new Set(), asked = null; // the cause that was asked for

  async function show(box, id, of) {
    if (!box) return blank(`No black box ${id} is held here: an agent keeps the last 16 in memory, a viewer 100 of each agent.`);
    asked = box.causes.find((c) => c.id === id) ?? box.causes[0];
    const key = [box.source, box.id, asked.id, box.recording, box.causes.length, store.units].join("|");
    if (key === shown && host.dataset.trip === box.id) return;
    shown = key;
    host.removeAttribute("data-run");
    if (host.dataset.trip !== box.id) blank("Reading what happened …");
    try {
      const got = await getJSON(`trips/${encodeURIComponent(box.id)}${box.source ? `?source=${encodeURIComponent(box.source)}` : ""}`, { timeout: 60000 });
      if (key !== shown) return;
      if (trip?.id !== got.id) chosen = new Set(first(got).map(keyOf));
      trip = got;
      draw();
    } catch (error) {
      if (key === shown) blank(`What was around it is not known: ${error.message}`);
    }
  }

  function blank(text) {
    trip = null;
    host.removeAttribute("data-trip");
    host.removeAttribute("data-run");
    fill(host, h("p", { class: "empty" }, text));
  }

  function draw() {
    host.dataset.trip = trip.id;
    const plot = h("div", { class: "run-plot" });
    const picks = h("details", {}, h("summary", {}, `${trip.series.length} points`), h("div", { class: "picks" }, trip.series.map((s) => pick(s, plot))));
    fill(host, head(), picks, plot, h("div", { class: "columns two" }, log(app, trip), exchanges(trip)));
    drawPlot(plot);
  }

  function head() {
    const at = Date.parse(trip.timestamp);
    return h("header", {},
      h("div", { class: "line" }, h("h2", {}, causeWords(asked)), h("span", { class: "dim" }, trip.source),
        h("div", { class: "end" }, h("button", { data: { act: "print" }, onclick: () => print() }, "Print"), h("button", { data: { act: "json" }, onclick: save }, "JSON"))),
      h("p", { class: "dim" }, [`${day(at)}, ${clock(Date.parse(asked.timestamp))}`, `from ${clock(Date.parse(trip.from), false)} to ${clock(Date.parse(trip.until), false)}`,
        trip.recording ? "it goes on" : trip.complete ? "complete" : `not complete: ${trip.why}`, trip.thinned > 1 && `of ${trip.thinned} readings of a point one is here`].filter(Boolean).join(" · ")),
      trip.causes.length > 1 && h("ul", { class: "causes" }, trip.causes.map((c) => h("li", {}, `${clock(Date.parse(c.timestamp))} ${causeWords(c)} · ${c.status}`))));
  }

  function pick(s, plot) {
    const key = keyOf(s);
    const box = h("input", { type: "checkbox", value: key, onchange: () => { box.checked ? chosen.add(key) : chosen.delete(key); drawPlot(plot); } });
    box.checked = chosen.has(key);
    return h("label", {}, box, key);
  }

  function drawPlot(plot) {
    const at = Date.parse(trip.timestamp), from = (Date.parse(trip.from) - at) / 1000, to = (Date.parse(trip.until) - at) / 1000;
    const shownSeries = trip.series.filter((s) => chosen.has(keyOf(s)));
    const flags = shownSeries.filter(isFlag), units = new Map();
    for (const s of shownSeries.filter((x) => !isFlag(x))) {
      const how = reading(s.unit, store.units);
      if (!units.has(how.label)) units.set(how.label, { unit: how.label, log: how.log, curves: [] });
      units.get(how.label).curves.push({ label: keyOf(s), t: s.t.map((t) => t / 1000), v: s.v.map((v) => convert(v, s.unit, store.units)), step: true });
    }
    const panels = [...units.values()];
    const bars = flags.map((s) => ({ label: s.point === "open" || s.point === "enabled" ? s.device : `${s.device} ${s.point === "commanded" ? "told" : plainName(s.point)}`, kind: s.point === "enabled" ? "beam" : "", spans: onSpans(s, to) }));
    const marks = trip.causes.map((c, i) => ({ t: (Date.parse(c.timestamp) - at) / 1000, text: causeWords(c), kind: c.kind === "trip" ? "bad" : "warn", word: c.id === asked.id ? causeWords(c) : "" }));
    fill(plot, h("p", { class: "legend" }, panels.flatMap((p) => p.curves.map((c, i) => h("span", { class: "entry", "data-ink": i % 5 }, `${c.label}, ${p.unit}`)))),
      timePlot({ from, to, phases: [], panels, bars, marks, label: `What was read around ${causeWords(asked)}` }, plot.clientWidth || 740));
  }

  function save() {
    download(new Blob([JSON.stringify(trip)], { type: "application/json" }), `black-box-${trip.id.replace(/[^\w.-]+/g, "_")}.json`);
  }
  // Another page has the host: what was asked for and comes now is drawn no more.
  const leave = () => { shown = ""; };
  return { show, leave };
}

const keyOf = (s) => `${s.device}.${s.point}`;
const isFlag = (s) => s.unit === "" && s.v.every((v) => v == null || v === 0 || v === 1);

// What the cause is about comes first, then pressures, then what changed.
function first(trip) {
  const words = trip.causes.map((c) => `${c.about} ${c.note}`).join(" ");
  const changed = (s) => s.v.some((v) => v !== s.v[0]);
  const rank = (s) => (words.includes(s.device) ? 4 : 0) + (s.unit === "pascals" ? 2 : 0) + (changed(s) ? 1 : 0);
  return [...trip.series].filter((s) => rank(s) > 0).sort((a, b) => rank(b) - rank(a)).slice(0, FIRST);
}

function onSpans(s, end) {
  const spans = [];
  let since = null;
  s.v.forEach((v, i) => {
    if (v === 1) since ??= s.t[i] / 1000;
    else if (since != null) {
      spans.push([since, s.t[i] / 1000]);
      since = null;
    }
  });
  if (since != null) spans.push([since, end]);
  return spans;
}

function log(app, trip) {
  const causes = new Set(trip.causes.map((c) => c.id));
  const rows = trip.events.filter(telling).slice(-MOST).map((e) => {
    const s = app.sentence(e);
    const line = h("li", {}, h("time", {}, clock(Date.parse(e.timestamp))), h("span", {}, h("b", {}, s.what), s.more && ` · ${s.more}`));
    setAttr(line, "data-cause", causes.has(`${e.boot}.${e.lane}.${e.seq}`) ? "yes" : null);
    return line;
  });
  return h("section", {}, h("h3", {}, `Log · ${rows.length} entries`), rows.length ? h("ol", { class: "box-log" }, rows) : h("p", { class: "dim" }, "nothing was recorded"));
}

function exchanges(trip) {
  const rows = trip.exchanges.slice(-MOST).map((x) => h("li", {}, h("time", {}, clock(Date.parse(x.timestamp))), h("span", {}, h("b", {}, x.device), ` → ${x.request_text}  ← ${x.reply_text || x.error}`)));
  return h("section", {}, h("h3", {}, `Exchanges on the lines · ${rows.length}`), rows.length ? h("ol", { class: "box-log mono" }, rows) : h("p", { class: "dim" }, "none"));
}
