// The run that is under way, from what Pychron (or whoever measures) posts about it. Pure. A run that was never ended is told as long as
// nothing newer says otherwise, and no longer than a day.

import { clock } from "./format.js";
import { lasted } from "./runwords.js";

const LONGEST = 24 * 3600e3; // ms
const PHASES = ["extraction", "measurement", "save"];

const nameOf = (event) => event.metric_name.replace(/^pychron_/, "").replace(/_total$/, "");

/** Whether an event can tell of a run. */
export const ofRuns = (event) => event.kind === "lifecycle" || event.lane === "ingest";

/** Runs under way, the newest first: [{id, name, source, queue, sample, began, phase, phaseSince}]; events in the order of time. */
export function runsNow(events, now) {
  const open = new Map();
  for (const event of events) if (ofRuns(event)) take(open, event);
  return [...open.values()].filter((r) => now - r.began < LONGEST).reverse();
}

/** The runs of the log with what the server knows of them: how long such a run lasts. Runs that only the server still knows come last. */
export function joinedRuns(runs, known) {
  const keyOf = (r) => `${r.source}/${r.id}`, of = new Map(known.map((r) => [keyOf(r), r])), held = new Set(runs.map(keyOf));
  const older = known.filter((r) => !held.has(keyOf(r)) && r.started).map((r) => {
    const phase = r.phases?.findLast((p) => p.name === r.phase && !p.ended);
    return { id: r.id, name: r.name || short(r.id), source: r.source, queue: r.queue, sample: r.sample, began: Date.parse(r.started), phase: r.phase, phaseSince: Date.parse(phase?.started ?? r.started) };
  });
  return [...runs, ...older].map((r) => ({ ...r, expected: of.get(keyOf(r))?.progress?.expected ?? null }));
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

// How far a run is by what earlier ones of its kind lasted: {share: 0 to 1, text}; nothing where that is not known.
function progress(run, now) {
  if (!run.expected) return { share: null, text: "" };
  const elapsed = (now - run.began) / 1000, left = run.expected - elapsed;
  return { share: Math.min(1, Math.max(0, elapsed / run.expected)), text: left > 0 ? `about ${left < 120 ? lasted(Math.round(left)) : `${Math.round(left / 60)} min`} left` : `past the usual ${lasted(Math.round(run.expected))}` };
}

/**
 * What stands in the strip: {title, big, small, short, brief, share}; short is for who has no room for title and small, brief beside the title, where it is
 * another; share is how far the run is, null where no earlier one says how long it lasts.
 */
export function runWords(runs, now, lost = false) {
  const [run, ...more] = runs;
  if (!run) return { title: "RUN", big: lost ? "–" : "no run", small: lost ? "not known" : "", short: "RUN", brief: lost ? "not known" : "", share: null, unknown: lost };
  const title = ["RUN", run.sample, run.queue && `queue ${run.queue}`, more.length && `and ${more.length} more`].filter(Boolean).join(" · ");
  const phase = run.phase || "under way", was = `was in ${run.phase || "progress"}`;
  if (lost) return { title: `RUN · ${was}`, big: run.name, small: "not known whether it goes on", short: was, brief: "not known whether it goes on", share: null, unknown: true };
  const far = progress(run, now), since = `since ${clock(run.phaseSince, false)}`;
  return { title, big: run.name, small: [`${phase} ${since}`, far.text].filter(Boolean).join(" · "), short: far.text ? `${phase} · ${far.text}` : `${phase} ${since}`, share: far.share };
}

/** The same of all agents of a viewer: the runs of those that are heard; of the others nobody knows whether they go on. */
export function fleetRuns(runs, lost, heard) {
  const words = (big, small, unknown = false) => ({ title: "RUNS NOW", short: "RUNS NOW", big, small, brief: small, share: null, unknown });
  if (lost || !heard.size) return words("–", "not known", true);
  const now = runs.filter((r) => heard.has(r.source)), others = runs.length - now.length;
  return words(String(now.length), [...now.map((r) => `${r.source} ${r.name}`), others && `${others} not known`].filter(Boolean).join(" · "));
}
