// The event log: what happened, live or from a date range, filtered, with the filter in the address bar.

import { byId, fill, h, setAttr, setText } from "./dom.js";
import { clock, count, day, labels, utc } from "./format.js";
import { getJSON } from "./api.js";
import { empty, matcher, parse, query } from "./filter.js";
import { filterBar } from "./filterbar.js";
import { eventDialog } from "./eventdialog.js";
import { exportDialog, clearEvents } from "./export.js";
import { keyOf } from "./log.js";
import { Table } from "./table.js";
import { story, valueOf } from "./words.js";

const MOST = 5000; // rows asked for from history

/** Builds the log into its section. */
export function eventsView(app) {
  const { store, route } = app;
  let filter = empty(), match = matcher(filter), rows = [], version = -1, past = null, unseen = 0;
  const counter = h("span", { id: "count", role: "status" });
  const follow = h("button", { id: "follow", "aria-pressed": "true", onclick: () => table.follow(true) });
  const bar = filterBar(app, (next) => { use(next); route.put(query({ ...next, source: "" })); });
  const out = h("button", { id: "export-open", title: "Export (e)", onclick: () => exportDialog(app, filter) }, "export");
  const clear = h("button", { id: "clear-open", class: "quiet", data: { right: "admin" }, onclick: () => clearEvents(app) }, "clear");
  const head = h("div", { class: "head", role: "row" }, COLUMNS.map(([name, title]) => h("span", { class: name, role: "columnheader" }, title)));
  const table = new Table({
    id: "log", label: "events", head, make: emptyRow, show: (node, e) => showRow(node, e, store.units), onOpen: (e) => e && eventDialog(app, e),
    onFollow: (on) => { unseen = 0; follows(on); },
  });
  fill(byId("view-log"), h("div", { class: "bar" }, bar.node, h("div", { class: "end" }, counter, out, clear)), table.node, follow);

  function use(next) {
    filter = next;
    match = matcher(filter);
    past = null;
    bar.set(filter);
    if (filter.since != null || filter.until != null) loadPast(filter);
    all();
  }

  async function loadPast(asked) {
    const params = query(asked);
    params.set("limit", String(MOST));
    params.set("format", "json");
    if (!params.has("source") && store.source) params.set("source", store.source);
    bar.busy("asking for history…");
    try {
      const events = await getJSON(`events?${params}`, { timeout: 60000 });
      if (asked !== filter) return;
      past = [];
      const known = new Map(store.log.events.map((e) => [e.key, e]));
      for (const e of events) {
        e.key = keyOf(e);
        e.ms = Date.parse(e.timestamp);
        past.push(known.get(e.key) ?? e);
      }
      bar.busy(events.length >= MOST ? `the newest ${count(MOST)} of this range; export gives all` : "");
      all();
    } catch (error) {
      if (asked === filter) bar.busy(`no history: ${error.message}`);
    }
  }

  function all() {
    version = store.log.version;
    const live = store.log.events.filter(match);
    rows = past ? joined(past.filter(match), live) : live;
    draw();
  }

  function add(fresh) {
    if (version !== store.log.version) return all();
    const found = fresh.filter(match);
    for (const e of found) rows.push(e);
    unseen += table.following ? 0 : found.length;
    draw();
  }

  function draw() {
    if (route.view !== "log") return;
    table.set(rows, (e) => e.key);
    setText(counter, `${count(rows.length)} shown of ${count(past ? new Set([...past, ...store.log.events].map((e) => e.key)).size : store.log.events.length)}${store.missed ? ` · ${count(store.missed)} overwritten unseen` : ""}`);
    follows(table.following);
  }

  function follows(on) {
    setAttr(follow, "aria-pressed", String(on));
    setText(follow, on ? "following" : unseen ? `↓ ${count(unseen)} new` : "↓ follow");
    follow.hidden = on;
  }

  store.on("events", add);
  store.on("source", all);
  store.on("units", () => table.refill());
  store.on("status", () => route.view === "log" && bar.options());
  document.addEventListener("pause", () => route.view === "log" && table.follow(!table.following));
  return { show: () => { use({ ...parse(route.params), source: route.source }); table.refill(); } };
}

function joined(past, live) {
  const keys = new Set(past.map((e) => e.key));
  return [...past, ...live.filter((e) => !keys.has(e.key))];
}

const COLUMNS = [
  ["time", "time"], ["mark", ""], ["severity", "severity"], ["kind", "kind"], ["metric", "metric"], ["value", "value"], ["device", "device"],
  ["labels", "labels"], ["status", "status"], ["note", "note"], ["source", "source"],
];

function emptyRow() {
  return h("div", { class: "row", role: "row" }, COLUMNS.map(([name]) => h("span", { class: name, role: "gridcell" })));
}

function showRow(node, e, units) {
  node.dataset.key = e.key;
  node.dataset.severity = e.severity;
  node.dataset.kind = e.kind;
  setAttr(node, "data-replayed", e.replayed ? "yes" : null);
  const texts = {
    time: `${e.replayed ? "↺ " : ""}${Date.now() - e.ms > 72e6 ? `${day(e.ms).slice(5)} ` : ""}${clock(e.ms)}`, mark: "", severity: e.severity, kind: e.kind,
    metric: e.metric_name, value: valueOf(e, units), device: e.device, labels: labels(e.labels, ["device"]), status: e.status, note: story(e), source: e.source,
  };
  for (const cell of node.children) {
    const name = cell.className.split(" ")[0];
    if (name === "mark") {
      cell.className = `mark ${e.event_type}`;
      setAttr(cell, "title", e.event_type);
    } else setText(cell, texts[name] ?? "");
  }
  setAttr(node.children[0], "title", `${utc(e.ms)}${e.replayed ? " · replayed: came late" : ""}${e.computed ? ` · computed, recorded as ${e.timestamp}` : ""}`);
}

