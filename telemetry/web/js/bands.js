// Runs and their phases from lifecycle events: Pychron's own names or what was POSTed under them. Pure.

const STEP = /^(run|[a-z][a-z_]*?)_(started|completed)(_total)?$/;
const steps = new Map(); // what a metric's name says: [what, started or completed], null for no step

/** [{id, name, from, to, status, phases: [{name, from, to, status}]}] in order of their start; to is null while it lasts. */
export function runsOf(events) {
  const runs = new Map();
  for (const e of events.filter((e) => e.kind === "lifecycle").sort((a, b) => a.ms - b.ms)) {
    const step = stepOf(e.metric_name), id = step && idOf(e);
    if (!id) continue;
    const key = `${e.source}/${id}`, [what, end] = step, t = e.ms / 1000;
    if (!runs.has(key)) runs.set(key, { id, key, source: e.source, name: nameOf(e, id), from: t, to: null, status: "", phases: [] });
    const run = runs.get(key);
    if (what !== "run") phase(run, what, end, t, e);
    else if (end === "completed") close(run, t, statusOf(e));
  }
  return [...runs.values()].sort((a, b) => a.from - b.from);
}

function stepOf(name) {
  if (!steps.has(name)) {
    const [, what = "queue", end] = STEP.exec(name) ?? [];
    if (steps.size > 500) steps.clear();
    steps.set(name, what === "queue" ? null : [what, end]); // a queue is no run
  }
  return steps.get(name);
}

function phase(run, name, end, t, e) {
  if (end === "started") run.phases.push({ name, from: t, to: null, status: "" });
  else {
    const open = run.phases.findLast((p) => p.name === name && p.to === null);
    if (open) [open.to, open.status] = [t, statusOf(e)];
  }
}

function close(run, t, status) {
  [run.to, run.status] = [t, status];
  for (const p of run.phases) p.to ??= t;
}

function idOf(e) {
  const { run_id, run, runid, queue } = e.labels ?? {};
  return run_id || run || runid || (/^run_/.test(e.metric_name) && queue) || "";
}

// What people call it: a name like 66573-01A, else the beginning of a uuid; with its sample.
function nameOf(e, id) {
  const { run, runid, run_name, sample } = e.labels ?? {};
  const name = run_name || run || runid || (/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(id) ? id.slice(0, 8) : id);
  return sample ? `${name} · ${sample}` : name;
}

const statusOf = (e) => e.labels?.status ?? e.status ?? "";

/** The runs that reach into a stretch. */
export function runsIn(runs, from, to) {
  return runs.filter((r) => r.from < to && (r.to ?? Infinity) > from);
}
