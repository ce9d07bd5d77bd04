// The filter of the event log: one object that is a query string in the address bar, a predicate for what arrives live,
// and the question to the server for history and export. All three agree because all three are made here.

export const TYPES = ["counter", "gauge", "histogram"];
export const KINDS = ["reading", "command", "state", "failure", "recovery", "trip", "alarm", "lifecycle", "system", "clock"];
export const SEVERITIES = ["debug", "info", "warning", "error", "critical"];
export const LANES = ["audit", "readings", "ingest"];

const LISTS = ["type", "kind", "device", "lane"];

/** A filter that lets everything through. since and until are epoch milliseconds or null. */
export function empty() {
  return { type: [], kind: [], device: [], lane: [], source: "", severity: "", q: "", since: null, until: null };
}

/** The filter in a URLSearchParams. Words that are not known are dropped; devices are free. */
export function parse(params) {
  const known = { type: TYPES, kind: KINDS, lane: LANES };
  const filter = empty();
  for (const key of LISTS) {
    const words = params.getAll(key).flatMap((v) => v.split(",")).filter(Boolean);
    filter[key] = [...new Set(known[key] ? words.filter((w) => known[key].includes(w)) : words)];
  }
  const severity = params.get("severity") ?? "";
  filter.severity = SEVERITIES.includes(severity) ? severity : "";
  filter.source = params.get("source") ?? "";
  filter.q = params.get("q") ?? "";
  for (const key of ["since", "until"]) {
    const ms = Date.parse(params.get(key) ?? "");
    filter[key] = Number.isNaN(ms) ? null : ms;
  }
  return filter;
}

/** The filter as URLSearchParams: the address bar, and the query of GET /events. */
export function query(filter) {
  const params = new URLSearchParams();
  for (const key of LISTS) if (filter[key].length) params.set(key, filter[key].join(","));
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
  const sets = LISTS.map((key) => [eventKey(key), new Set(filter[key])]).filter(([, set]) => set.size);
  const least = SEVERITIES.indexOf(filter.severity);
  const words = filter.q.toLowerCase();
  return (event) =>
    sets.every(([key, set]) => set.has(event[key])) &&
    (least < 0 || SEVERITIES.indexOf(event.severity) >= least) &&
    (!filter.source || event.source === filter.source) &&
    (filter.since == null || event.ms >= filter.since) &&
    (filter.until == null || event.ms < filter.until) &&
    (!words || text(event).includes(words));
}

function eventKey(key) {
  return key === "type" ? "event_type" : key;
}

/** What the search looks in: metric, device, labels, status and note, in lower case. Kept beside the event once made. */
function text(event) {
  event.words ??= [
    event.metric_name, event.device, event.status, event.note ?? "", event.missing ?? "",
    ...Object.entries(event.labels ?? {}).map(([k, v]) => `${k}=${v}`),
  ].join("\n").toLowerCase();
  return event.words;
}
