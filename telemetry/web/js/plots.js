// Plots of any series: a range that follows the present or stands still, zoom, pause, cursor values, PNG and CSV.

import { byId, fill, h, setAttr, setText } from "./dom.js";
import { clock, day, localInput, utc } from "./format.js";
import { getEvents } from "./api.js";
import { Chart } from "./chart.js";
import { Feed } from "./feed.js";
import { keyOf } from "./log.js";
import { curves, extras, plottable } from "./curves.js";
import { eventDialog } from "./eventdialog.js";
import { picker } from "./picker.js";
import { legend } from "./legend.js";
import { saveCSV, savePNG } from "./plotsave.js";

const RANGES = [[60, "1 min"], [300, "5 min"], [600, "10 min"], [1800, "30 min"], [3600, "1 h"], [21600, "6 h"], [86400, "24 h"], [604800, "7 d"], [2592000, "30 d"]];

/** Builds the plots into their section. */
export function plotsView(app) {
  const { store, route } = app;
  let keys = [], fixed = null, paused = null, range = 600, series = [], older = { from: 0, events: [] };
  const host = h("div", { id: "plot-chart", class: "chart", role: "img", "aria-label": "plot" });
  const chart = new Chart(host, { height: () => Math.max(260, innerHeight - host.getBoundingClientRect().top - (innerWidth < 700 ? 150 : 70)),
    onZoom: zoom, onMark: (m) => eventDialog(app, m.event), onCursor: (i, left) => names.cursor(i, left, chart) });
  const feed = new Feed(store, () => draw());
  const choose = picker(app, (next) => { keys = next; address(); draw(); });
  const names = legend((key) => { keys = keys.filter((k) => k !== key); address(); draw(); });
  const span = h("select", { id: "plot-range", "aria-label": "range", onchange: () => { range = Number(span.value); fixed = paused = null; address(); draw(); } }, h("option", { value: "", hidden: true }, "as chosen"), RANGES.map(([s, t]) => h("option", { value: s }, t)));
  const pause = h("button", { id: "plot-pause", "aria-pressed": "false", onclick: () => { paused = paused ? null : store.now() / 1000; draw(); } }, "pause");
  const reset = h("button", { id: "plot-reset", onclick: () => zoom(null) }, "back to live");
  const step = (part) => () => { const [a, b] = bounds(); zoom(a + (b - a) * part, b + (b - a) * part); };
  const png = h("button", { id: "plot-png", onclick: () => savePNG(chart, series, title()) }, "PNG");
  const csv = h("button", { id: "plot-csv", onclick: () => saveCSV(series, bounds()) }, "CSV");
  const since = time("plot-since", () => zoom(since.ms() / 1000, bounds()[1])), until = time("plot-until", () => zoom(bounds()[0], until.ms() / 1000));
  const none = h("p", { class: "empty" }, "Choose series at the left, or click a card on the bench or a metric.");
  fill(byId("view-plots"), choose.node, h("div", { class: "panel plot" },
    h("header", {}, span, pause, h("button", { class: "icon", "aria-label": "earlier", onclick: step(-0.5) }, "‹"), h("button", { class: "icon", "aria-label": "later", onclick: step(0.5) }, "›"),
      reset, since.node, until.node, h("span", { class: "end" }, png, csv)), names.node, none, host,
    h("p", { class: "hint dim" }, "Drag to zoom, double click for live, Shift wheel at the cursor, click a dashed line for its event. Hatched below: replayed. Triangles: under or over range. Grey: nothing recorded.")));

  function bounds() {
    if (fixed) return fixed;
    const to = paused ?? store.now() / 1000;
    return [to - range, to];
  }

  function zoom(from, to) {
    fixed = from == null || !(to - from > 0.5) ? null : [from, to];
    if (!fixed) paused = null;
    address();
    draw();
  }

  function address() {
    const params = new URLSearchParams();
    const plain = keys.filter((k) => !k.startsWith("metric:"));
    if (plain.length) params.set("s", plain.join(","));
    for (const k of keys) if (k.startsWith("metric:")) params.append("m", k.slice(7));
    if (fixed) fixed.forEach((t, i) => params.set(["since", "until"][i], new Date(t * 1000).toISOString()));
    else params.set("range", range);
    route.put(params);
  }

  function read() {
    const p = route.params;
    keys = [...(p.get("s") ?? "").split(",").filter(Boolean), ...p.getAll("m").map((m) => "metric:" + m)];
    const a = Date.parse(p.get("since") ?? ""), b = Date.parse(p.get("until") ?? "");
    fixed = b > a ? [a / 1000, b / 1000] : null;
    if (RANGES.some(([s]) => s === Number(p.get("range")))) range = Number(p.get("range"));
  }

  function draw() {
    if (route.view !== "plots" || !store.status || document.hidden) return;
    if (!keys.length && !route.params.has("s") && !route.params.has("m")) keys = plottable(store.status).filter((x) => x.unit === "pascals").slice(0, 4).map((x) => x.key);
    const [from, to] = bounds();
    feed.want(keys, from, to);
    marks(from, to);
    series = curves(store, feed, keys, from, to);
    none.hidden = host.hidden = false;
    none.hidden = keys.length > 0;
    host.hidden = keys.length === 0;
    if (keys.length) chart.draw(series, from, to, extras(store, series, from, to, [...older.events.filter((e) => !store.log.keys.has(e.key)), ...store.log.events]));
    names.set(series, feed.failed, fixed || paused ? null : to);
    choose.set(keys);
    controls(from, to);
  }

  function controls(from, to) {
    span.value = fixed ? "" : String(range);
    setText(pause, paused ? "resume" : "pause");
    setAttr(pause, "aria-pressed", String(Boolean(paused)));
    pause.hidden = Boolean(fixed);
    reset.hidden = !fixed;
    since.set(from);
    until.set(to);
  }

  // Events older than the page's own log, for marks on history. Asked once for each stretch.
  async function marks(from, to) {
    const first = store.log.events[0]?.ms / 1000 || to;
    const want = `${Math.floor(from / 60)}`;
    if (from >= first || older.want === want) return;
    older = { ...older, want };
    const params = new URLSearchParams({ lane: "audit,ingest", since: new Date(from * 1000).toISOString(), until: new Date(Math.min(first, to) * 1000).toISOString(), limit: "500", format: "json" });
    if (store.source) params.set("source", store.source);
    const { events } = await getEvents(params).catch(() => ({ events: [] }));
    for (const e of events) {
      e.key = keyOf(e);
      e.ms = Date.parse(e.timestamp);
    }
    if (older.want === want) older = { want, events };
  }

  const title = () => `${store.status?.source || "pychron-edge"} · ${day(bounds()[0] * 1000)} ${clock(bounds()[0] * 1000, false)} to ${clock(bounds()[1] * 1000, false)}`;
  for (const topic of ["status", "units", "lost"]) store.on(topic, draw);
  store.on("events", (fresh) => fresh.some((e) => e.replayed) && feed.stale());
  document.addEventListener("pause", () => route.view === "plots" && !fixed && pause.click());
  return { show: () => { read(); draw(); } };
}

function time(id, change) {
  const field = h("input", { id, type: "datetime-local", step: "1", onchange: () => field.value && change(), "aria-label": id.replace("plot-", "") });
  const set = (t) => {
    if (document.activeElement === field) return;
    field.value = localInput(t * 1000);
    setAttr(field, "title", utc(t * 1000));
  };
  return { node: field, set, ms: () => new Date(field.value).getTime() };
}
