// The filter of the event log: one object that is a query string in the address bar, a predicate for what arrives live,
// and the question to the server for history and export. The predicate picks what the server's filter (buffer.Filter) picks:
// both are tested with ../test/filter_vectors.json.

export const TYPES = ["counter", "gauge", "histogram"];
export const KINDS = ["reading", "command", "state", "failure", "recovery", "trip", "alarm", "lifecycle", "system", "clock"];
export const SEVERITIES = ["debug", "info", "warning", "error", "critical"];
export const LANES = ["audit", "readings", "ingest"];

/** The lists of the filter: the words each may hold, or a function that gives those of the line from its status (or {}). */
export const LISTS = {
  type: TYPES, kind: KINDS, device: (status) => (status.devices ?? []).map((d) => d.name), lane: LANES,
};

/** A filter that lets everything through. since and until are epoch milliseconds or null. */
export function empty() {
  const lists = Object.fromEntries(Object.keys(LISTS).map((key) => [key, []]));
  return { ...lists, source: "", severity: "", q: "", since: null, until: null };
}

/** The filter in a URLSearchParams. Words that are not known are dropped; names of the line are free. */
export function parse(params) {
  const filter = empty();
  for (const [key, known] of Object.entries(LISTS)) {
    const words = params.getAll(key).flatMap((v) => v.split(",")).filter(Boolean);
    filter[key] = [...new Set(Array.isArray(known) ? words.filter((w) => known.includes(w)) : words)];
  }
  const severity = params.get("severity") ?? "";
  filter.severity = SEVERITIES.includes(severity) ? severity : "";
  filter.source = params.get("source") ?? "";
  filter.q = params.get("q") ?? "";
  for (const key of ["since", "until"]) {
    filter[key] = moment(params.get(key) ?? "");
  }
  return filter;
}

// RFC 3339 or seconds since 1970, as epoch milliseconds; null for anything else.
function moment(text) {
  const ms = /^\d+(\.\d+)?$/.test(text) ? Math.round(text * 1000) : Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

/** The filter as URLSearchParams: the address bar, and the query of GET /events. */
export function query(filter) {
  const params = new URLSearchParams();
  for (const key of Object.keys(LISTS)) if (filter[key].length) params.set(key, filter[key].join(","));
  for (const key of ["severity", "source", "q"]) if (filter[key]) params.set(key, filter[key]);
  for (const key of ["since", "until"]) if (filter[key] != null) params.set(key, new Date(filter[key]).toISOString());
  return params;
}

/** True when nothing is filtered out. */
export function isEmpty(filter) {
  return query(filter).size === 0;
}

/** A predicate of events (as api.js gives them, with `ms`). */
export function matcher(filter) {
  const sets = Object.keys(LISTS).map((key) => [eventKey(key), new Set(filter[key])]).filter(([, set]) => set.size);
  const least = SEVERITIES.indexOf(filter.severity);
  const words = lower(filter.q);
  return (event) =>
    sets.every(([key, set]) => set.has(event[key])) &&
    (least < 0 || SEVERITIES.indexOf(event.severity) >= least) &&
    (!filter.source || event.source === filter.source) &&
    (filter.since == null || event.ms >= filter.since) &&
    (filter.until == null || event.ms < filter.until) &&
    (!words || texts(event).some((t) => t.includes(words)));
}

function eventKey(key) {
  return key === "type" ? "event_type" : key;
}

// What the search looks in, in lower case. It is kept beside the event once made.
function texts(event) {
  return event.words ??= ["metric_name", "device", "point", "status", "missing", "note"].map((key) => lower(event[key] ?? ""));
}

// A to Z in lower case and nothing else, as the server and its databases compare.
function lower(text) {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
