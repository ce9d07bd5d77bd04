// The run that is under way, from what Pychron (or whoever measures) posts about it. Pure. A run that was never ended is told as long as
// nothing newer says otherwise, and no longer than a day.

import { clock } from "./format.js";

const LONGEST = 24 * 3600e3; // ms
const PHASES = ["extraction", "measurement", "save"];

const nameOf = (event) => event.metric_name.replace(/^pychron_/, "").replace(/_total$/, "");

/** Runs under way, the newest first: [{id, name, source, queue, sample, began, phase, phaseSince}]; events in the order of time. */
export function runsNow(events, now) {
  const open = new Map();
  for (const event of events) if (event.kind === "lifecycle" || event.lane === "ingest") take(open, event);
  return [...open.values()].filter((r) => now - r.began < LONGEST).reverse();
}

function take(open, event) {
  const { run_id: id, queue = "", sample = "", run = "", runid = "" } = event.labels ?? {};
  const name = nameOf(event);
  if (name === "queue_completed") for (const [key, r] of open) if (r.source === event.source && r.queue === queue) open.delete(key);
  if (!id) return;
  const key = `${event.source}/${id}`;
  if (name === "run_completed") return void open.delete(key);
  const phase = PHASES.find((p) => name === `${p}_started`);
  if (name === "run_started") open.set(key, { id, name: run || runid || short(id), source: event.source, queue, sample, began: event.ms, phase: "", phaseSince: event.ms });
  else if (phase && open.has(key)) Object.assign(open.get(key), { phase, phaseSince: event.ms });
}

// A uuid is no name for people: its first part tells it from the others of the day.
function short(id) {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(id) ? id.slice(0, 8) : id;
}

/** What stands in the strip: {title, big, small}. */
export function runWords(runs, now, lost = false) {
  const [run, ...more] = runs;
  if (!run) return { title: "RUN", big: lost ? "–" : "no run", small: lost ? "not known" : "" };
  const title = ["RUN", run.sample, run.queue && `queue ${run.queue}`, more.length && `and ${more.length} more`].filter(Boolean).join(" · ");
  if (lost) return { title: `RUN · was in ${run.phase || "progress"}`, big: run.name, small: "not known whether it goes on" };
  return { title, big: run.name, small: `${run.phase || "under way"} since ${clock(run.phaseSince, false)}` };
}
