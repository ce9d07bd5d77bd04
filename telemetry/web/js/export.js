// Export of the events, read as a stream with progress, and the mark below which the log shows nothing.

import { h, setText, download } from "./dom.js";
import { bytes, count, localInput } from "./format.js";
import { ofField } from "./twice.js";
import { getStream } from "./api.js";
import { confirm, modal, say } from "./dialogs.js";
import { empty, isEmpty, query } from "./filter.js";

const FORMATS = [
  ["spreadsheet", "CSV for spreadsheets", "csv"], ["csv", "CSV, everything, times as in ISO 8601", "csv"], ["json", "JSON array", "json"], ["ndjson", "JSON lines", "ndjson"],
  ["export", "Pychron's JSON export", "json"], ["export-csv", "Pychron's CSV export", "csv"],
];

/** What may be exported, the likeliest first: shown is what the filter means, which in the log is no readings unless they are asked for. */
export function scopesOf(filter, shown) {
  const all = ["all", "everything there is"], range = ["range", "a date range"];
  if (!isEmpty(filter)) return [["filter", "what the filter shows"], all, range];
  return [all, ...(isEmpty(shown) ? [] : [["filter", "what the log shows: no readings"]]), range];
}

/** Opens the export window for the filter in use. */
export function exportDialog(app, filter, shown = filter) {
  const format = select("export-format", FORMATS.map(([value, label]) => [value, label]));
  const decimal = select("export-decimal", [["point", "1.5"], ["comma", "1,5"]]);
  const separator = select("export-separator", [["comma", "comma"], ["semicolon", "semicolon"], ["tab", "tab"]]);
  const sheet = h("div", { class: "pair" }, labelled("Numbers", decimal), labelled("Between cells", separator));
  format.onchange = () => (sheet.hidden = format.value !== "spreadsheet");
  decimal.onchange = () => {
    if (decimal.value === separator.value) separator.value = "semicolon"; // what programs that write 1,5 expect
  };
  separator.onchange = decimal.onchange;
  const scope = select("export-scope", scopesOf(filter, shown));
  const now = app.store.now();
  const since = field("export-since", "from", now - 86400e3), until = field("export-until", "until", now, true);
  const progress = h("p", { id: "export-progress", role: "status" });
  const start = h("button", { id: "export-start", class: "primary", type: "button" }, "export");
  const cancel = h("button", { id: "export-cancel", type: "button", hidden: true }, "cancel");
  const times = h("div", { class: "pair", hidden: true }, since.node, until.node);
  scope.onchange = () => (times.hidden = scope.value !== "range");
  scope.onchange();
  const { box, done } = modal("dialog-export", "Export events", h("div", {},
    labelled("Format", format), sheet, labelled("What", scope), times, progress, h("menu", {}, cancel, start)));
  let ending = null;
  start.onclick = async () => {
    ending = new AbortController();
    start.disabled = true;
    cancel.hidden = false;
    const chosen = scope.value === "filter" ? shown : scope.value === "range" ? { ...empty(), since: since.value(), until: until.value() } : empty();
    if (await save(app, chosen, format.value, { decimal: decimal.value, separator: separator.value }, progress, ending.signal)) box.close("");
    start.disabled = false;
    cancel.hidden = true;
  };
  cancel.onclick = () => ending?.abort();
  done.then(() => ending?.abort());
}

async function save(app, filter, format, sheet, progress, signal) {
  const params = query(filter);
  params.set("format", format);
  params.set("limit", "0"); // all
  if (format === "csv" || format === "spreadsheet") params.set("units", app.store.units);
  if (format === "spreadsheet") for (const [name, value] of Object.entries(sheet)) params.set(name, value);
  if (!params.has("source") && app.store.source) params.set("source", app.store.source);
  try {
    const response = await getStream(`events?${params}`, { signal });
    const blob = await collect(response, format, progress);
    const ending = FORMATS.find(([name]) => name === format)[2];
    download(blob, `${app.store.status?.source || "events"}-${new Date(app.store.now()).toISOString().slice(0, 19).replaceAll(":", "")}.${ending}`);
    say(`exported: ${progress.textContent}`);
    return true;
  } catch (error) {
    setText(progress, signal.aborted ? "cancelled: nothing was saved" : `not exported: ${error.message}`);
    return false;
  }
}

async function collect(response, format, progress) {
  const parts = [], reader = response.body.getReader();
  let size = 0, rows = 0;
  for (let step; !(step = await reader.read()).done; ) {
    parts.push(step.value);
    size += step.value.length;
    rows += rowsIn(step.value, format);
    setText(progress, `${bytes(size)}, about ${count(rows)} rows`);
  }
  return new Blob(parts, { type: response.headers.get("Content-Type") ?? "application/octet-stream" });
}

// Rows by their ends: lines, or the key that every event has.
function rowsIn(chunk, format) {
  const mark = format.includes("csv") || format === "spreadsheet" || format === "ndjson" ? "\n" : '"metric_name"';
  return new TextDecoder().decode(chunk).split(mark).length - 1;
}

function select(id, options) {
  return h("select", { id }, options.map(([value, label]) => h("option", { value }, label)));
}

function labelled(label, node) {
  return h("label", { class: "field" }, h("span", {}, label), node);
}

function field(id, label, ms, last = false) {
  const input = h("input", { id, type: "datetime-local", step: "1", value: localInput(ms) });
  return { node: h("label", { class: "field" }, h("span", {}, label), input), value: () => (input.value ? ofField(input.value, last) : null) };
}

/** Sets the mark after asking. */
export async function clearEvents(app) {
  const sure = await confirm("Clear the log?", [
    "This sets a mark: the log on this page and at /events shows nothing older.",
    "Nothing is erased. Rings, journal, uplink and store keep everything, and the clearing itself is an event.",
  ], "Clear");
  if (!sure || !(await app.commands.other("DELETE", "events", undefined, "cleared"))) return;
  app.store.log.clear();
  app.store.emit("events", []);
  app.store.emit("cleared"); // what was asked of the server is older
  app.store.restart();
}
