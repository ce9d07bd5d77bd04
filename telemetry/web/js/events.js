// The log: live rows of sentences, filters that are the address bar, and what the server has of older events that pass them.

import { byId, fill, h, setAttr, setText } from "./dom.js";
import { clock, count, day, utc } from "./format.js";
import { getEvents } from "./api.js";
import { empty, isEmpty, matcher, parse, query } from "./filter.js";
import { chips, effective } from "./chips.js";
import { filterBar } from "./filterbar.js";
import { eventDialog } from "./eventdialog.js";
import { exportDialog, clearEvents } from "./export.js";
import { keyOf } from "./log.js";
import { icon } from "./icons.js";
import { runsOf, runAt } from "./runspans.js";
import { explain, sentence } from "./sentence.js";
import { coloured, stillTrue } from "./standing.js";
import { Table } from "./table.js";

const MOST = 5000; // older rows asked for

/** Builds the log into its section. */
export function eventsView(app) {
  const { store, route } = app;
  let filter = empty(), match = matcher(effective(filter)), rows = [], version = -1, past = null, unseen = 0, spans = [];
  const counter = h("span", { id: "count", role: "status" });
  const follow = h("button", { id: "follow", "aria-pressed": "true", onclick: () => table.follow(true) });
  const change = (next) => { use(next); route.put(query({ ...next, source: "" })); };
  const kinds = chips((kind) => change({ ...filter, kind }));
  const bar = filterBar(app, change);
  const out = h("button", { id: "export-open", title: "Export (e)", onclick: () => exportDialog(app, filter, effective(filter)) }, "Export");
  const clear = h("button", { id: "clear-open", class: "quiet", data: { right: "admin" }, onclick: () => clearEvents(app) }, "Clear");
  const head = h("div", { class: "head", role: "row" }, COLUMNS.map(([name, title]) => h("span", { class: name, role: "columnheader" }, title)));
  const none = h("p", { class: "none", hidden: true });
  const table = new Table({
    id: "log", label: "events", head, make: emptyRow, show: (node, e) => showRow(app, node, e, runAt(spans, e)), onOpen: (e) => e && eventDialog(app, e),
    onFollow: (on) => { unseen = 0; follows(on); },
  });
  fill(byId("view-log"), h("div", { class: "bar" }, kinds.node), h("div", { class: "bar fields" }, bar.node, h("div", { class: "end" }, counter, out, clear)), table.node, none, follow);

  function use(next) {
    filter = next;
    match = wanted(filter);
    past = null;
    bar.set(filter);
    bar.busy("");
    if (!isEmpty({ ...filter, source: "" })) loadPast(filter);
    all();
  }

  async function loadPast(asked) {
    const params = query(effective(asked));
    params.set("limit", String(MOST));
    if (!params.has("source") && store.source) params.set("source", store.source);
    bar.busy("asking for older events…");
    try {
      const { events, cut } = await getEvents(params, { timeout: 60000 });
      if (asked !== filter) return;
      past = [];
      const known = new Map(store.log.events.map((e) => [e.key, e]));
      for (const e of events) {
        e.key = keyOf(e);
        e.ms = Date.parse(e.timestamp);
        past.push(known.get(e.key) ?? e);
        explain(past, e);
      }
      bar.busy(cut.startsWith("older events") ? `the newest ${count(MOST)} that pass; export gives all` : cut);
      all();
    } catch (error) {
      if (asked === filter) bar.busy(`older events are not shown: ${error.message}`);
    }
  }

  function all() {
    version = store.log.version;
    const events = store.log.events;
    spans = runsOf(past ? [...past, ...events] : events);
    const live = events.filter(match);
    rows = past ? joined(past.filter(match), live) : live;
    draw();
  }

  function add(fresh) {
    if (route.view !== "log") return; // it is filled anew when it comes into sight
    unseen += table.following ? 0 : fresh.filter(match).length;
    if (fresh.some((e) => e.kind === "lifecycle")) return void (all(), table.refill());
    if (version !== store.log.version) return all();
    const found = fresh.filter(match);
    for (const e of found) rows.push(e);
    draw();
  }

  function draw() {
    if (route.view !== "log") return;
    table.set(rows, (e) => e.key);
    const held = past ? new Set([...past, ...store.log.events].map((e) => e.key)).size : store.log.events.length;
    setText(counter, `${count(rows.length)} shown of ${count(held)}${store.missed ? ` · ${count(store.missed)} overwritten unseen` : ""}`);
    setAttr(counter, "title", counter.textContent);
    kinds.set(filter, store.log.events);
    none.hidden = rows.length > 0;
    setText(none, rows.length ? "" : emptyWords(filter, held));
    follows(table.following);
  }

  function follows(on) {
    setAttr(follow, "aria-pressed", String(on));
    setText(follow, on ? "following" : unseen ? `↓ ${count(unseen)} new` : "↓ follow");
    follow.hidden = on;
  }

  store.on("events", add);
  store.on("source", () => use(filter));
  store.on("cleared", () => use(filter));
  store.on("units", () => table.refill());
  let stood = "";
  store.on("status", (status) => {
    if (route.view !== "log" || !status) return;
    bar.options();
    const now = coloured(status);
    if (now !== stood) table.refill(); // what is over loses its colour
    stood = now;
  });
  document.addEventListener("pause", () => route.view === "log" && table.follow(!table.following));
  return { show: () => { use({ ...parse(route.params), source: route.source }); table.refill(); } };
}

// Without a kind, what a command tells of already and how things stood at the start are left out as well.
function wanted(filter) {
  const match = matcher(effective(filter));
  if (filter.kind.length || filter.q || filter.lane.length || filter.type.length) return match;
  return (e) => e.metric_name !== "agent_odometer_notes_total" && !(e.kind === "state" && (e.told || e.point === "commanded" || /^old=unknown\b/.test(e.note ?? ""))) && match(e);
}

/** Why the log is empty, in words. */
export function emptyWords(filter, held) {
  if (!held) return "Nothing was heard yet: the log begins with the next event.";
  const because = [filter.q && `the search for “${filter.q}”`, filter.kind.length && "the kinds chosen", filter.device.length && `the device ${filter.device.join(", ")}`, filter.severity && `the severity (${filter.severity} and above)`,
    (filter.type.length || filter.lane.length) && "type and lane", (filter.since != null || filter.until != null) && "the time range", filter.source && `the agent ${filter.source}`].filter(Boolean);
  if (!because.length) return "Nothing happened yet but readings, which are off: press “readings” to see them.";
  return `None of ${count(held)} events passes ${because.join(" and ")}. “reset” shows all.`;
}

function joined(past, live) {
  const keys = new Set(past.map((e) => e.key));
  return [...past, ...live.filter((e) => !keys.has(e.key))];
}

const COLUMNS = [["run-bar", ""], ["time", "time"], ["picture", ""], ["story", "what happened"], ["run", "run"], ["about", "device"]];

function emptyRow() {
  return h("div", { class: "row", role: "row" }, COLUMNS.map(([name]) => h("span", { class: name, role: "gridcell" }, name === "story" && [h("b"), h("i")])));
}

function showRow(app, node, e, run) {
  const s = sentence(e, app.store.units), many = app.store.status?.role === "viewer" && !app.store.source;
  const still = stillTrue(app.store.status, e) && !(e.kind === "lifecycle" && s.look && nextRun(app.store.log.events, e));
  for (const [name, value] of Object.entries({ key: e.key, severity: e.severity, kind: e.kind, metric: e.metric_name, device: e.device, source: e.source, lane: e.lane, type: e.event_type, status: e.status })) setAttr(node, `data-${name}`, value);
  setAttr(node, "data-replayed", e.replayed ? "yes" : null);
  setAttr(node, "data-look", still ? s.look || null : null);
  const [bar, time, picture, story, runCell, about] = node.children;
  setAttr(bar, "data-run", run ? "yes" : null);
  setText(time, `${e.replayed ? "↺ " : ""}${app.store.now() - e.ms > 72e6 ? `${day(e.ms).slice(5)} ` : ""}${clock(e.ms)}`);
  setAttr(time, "title", `${utc(e.ms)}${e.replayed ? " · replayed: came late" : ""}${e.computed ? ` · computed, recorded as ${e.timestamp}` : ""}`);
  if (picture.dataset.icon !== s.icon) picture.replaceChildren(icon(s.icon));
  picture.dataset.icon = s.icon;
  setText(story.firstChild, s.what);
  setText(story.lastChild, s.more && ` · ${s.more}`);
  setAttr(story, "title", [s.what, s.more].filter(Boolean).join(" · "));
  setText(runCell, run?.name ?? "");
  setText(about, [many && e.source, e.device || e.labels?.rule || ""].filter(Boolean).join(" · "));
}

// A failed run is told of in colour until the next begins.
function nextRun(events, e) {
  return events.findLast((x) => x.kind === "lifecycle" && /(^|_)run_started/.test(x.metric_name) && x.source === e.source)?.ms > e.ms;
}
