// The whole of one event: every field, the exchange that failed, and the way to the plot of its moment.

import { fill, h } from "./dom.js";
import { clock, day, logfmt, utc } from "./format.js";
import { modal, say } from "./dialogs.js";
import { pointKey } from "./trend.js";
import { valueOf } from "./words.js";
import { traceInto } from "./device.js";

const OWN = new Set(["key", "ms", "words", "replayed", "computed", "came"]); // what the page added

/** Opens the event's window. */
export function eventDialog(app, event) {
  const text = JSON.stringify(event, (k, v) => (OWN.has(k) ? undefined : v), 2);
  const trace = h("div", { class: "trace" });
  const show = h("button", { type: "button", onclick: () => { box.close(""); plotAt(app, event); } }, "show on the plot");
  const last = h("button", { type: "button", onclick: () => traceInto(trace, event.device, app.store.status?.role === "viewer" ? event.source : "") }, "last exchanges on its line");
  const copy = h("button", { type: "button", onclick: () => copyText(text) }, "copy JSON");
  const content = h("div", {}, h("table", { class: "fields" }, h("tbody", {}, rows(event, app.store.units))),
    note(event), h("menu", {}, runOf(event) && h("button", { type: "button", data: { act: "run" }, onclick: () => { box.close(""); goTo(app, event, { run: runOf(event) }); } }, "its run"), freezes(event) && h("button", { type: "button", data: { act: "black-box" }, onclick: () => { box.close(""); goTo(app, event, { trip: `${event.boot}.${event.lane}.${event.seq}` }); } }, "what happened around it"), plottable(event) && show, event.device && last, copy), trace,
    h("details", {}, h("summary", {}, "JSON"), h("pre", { id: "event-json" }, text)));
  const { box } = modal("dialog-event", app.sentence(event).what, content, { wide: true });
}

/** The run that an event belongs to by its labels, "" for none. */
function runOf(event) {
  return event.labels?.run_id || event.labels?.run || "";
}

// Whether there may be a black box of it.
function freezes(event) {
  return event.kind === "trip" && event.value === 1 || event.kind === "failure" && Boolean(event.device) || event.metric_name?.startsWith("run_completed") && event.severity === "error";
}

function goTo(app, event, what) {
  app.route.go("runs", new URLSearchParams({ ...what, of: event.source }));
}

function plottable(event) {
  return event.device && event.event_type === "gauge" || event.lane === "audit";
}

function rows(event, units) {
  const all = {
    time: `${day(event.ms)} ${clock(event.ms)} local · ${utc(event.ms)}${event.replayed ? " · replayed: came late" : ""}${event.computed ? ` · the clock was wrong then: recorded as ${event.timestamp}` : ""}`,
    value: `${valueOf(event, units)}${event.value == null ? "" : ` (${event.value} as recorded, bound ${event.bound})`}`,
    metric: event.metric_name, type: event.event_type, kind: event.kind, severity: event.severity, status: event.status, device: event.device,
    ...Object.fromEntries(Object.entries(event.labels ?? {}).map(([k, v]) => [`label ${k}`, v])),
    identity: `${event.source} / ${event.boot} / ${event.lane} / ${event.seq}`, up: `${event.up} s after the start of ${event.boot}`,
  };
  return Object.entries(all).filter(([, v]) => v !== "" && v != null)
    .map(([k, v]) => h("tr", {}, h("th", { scope: "row" }, k), h("td", { data: { field: k } }, String(v))));
}

function note(event) {
  if (!event.note) return null;
  const pairs = logfmt(event.note);
  if (!pairs) return h("pre", { class: "exchange", data: { field: "note" } }, event.note);
  return h("table", { class: "fields" }, h("tbody", {}, Object.entries(pairs).map(([k, v]) =>
    h("tr", {}, h("th", { scope: "row" }, k), h("td", { data: { field: `note ${k}` } }, v)))));
}

function plotAt(app, event) {
  const params = new URLSearchParams();
  if (event.kind === "reading") params.set("s", pointKey(event.source, event.device, event.point));
  params.set("since", new Date(event.ms - 300e3).toISOString());
  params.set("until", new Date(event.ms + 300e3).toISOString());
  app.route.go("plots", params);
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    say("copied");
  } catch {
    fill(document.getElementById("event-json"), text);
    document.getElementById("event-json").parentElement.open = true;
    say("The browser does not allow copying here: the text is below", true);
  }
}
