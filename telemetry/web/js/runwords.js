// What the page says of runs, their passports and black boxes. Pure: the present time comes in from outside.

import { clock, day } from "./format.js";

/** A duration with its units, "4 min 12 s": beside a clock nobody reads 4:12 as minutes. "" where it is not known. */
export function lasted(seconds) {
  if (seconds == null || !Number.isFinite(seconds)) return "";
  const s = Math.max(0, seconds);
  if (s === 0) return "0 s";
  if (s < 1) return `${Math.round(s * 1000)} ms`;
  if (s < 60) return `${s < 9.95 ? s.toFixed(1) : Math.round(s)} s`;
  const whole = Math.round(s);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** What a run is called: a uuid is no name for people, its first part tells it from the others of the day. */
export function nameOf(run) {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(run.name) ? run.name.slice(0, 8) : run.name;
}

const WORDS = { success: "done, saved", truncated: "done, cut short", canceled: "canceled", aborted: "aborted", failed: "failed" };

/** How a run stands: {text, mark: running|good|bad|stopped|lost, title}. */
export function runState(run) {
  if (run.state === "running") return { text: run.phase || "under way", mark: "running", title: "" };
  if (run.state === "lost") return { text: "no end was told", mark: "lost", title: run.why };
  const text = WORDS[run.status] ?? run.status;
  const mark = { success: "good", truncated: "good", canceled: "stopped", aborted: "stopped" }[run.status] ?? "bad";
  const bad = (run.operations ?? []).filter((o) => !["success", "truncated", "canceled", "aborted"].includes(o.status));
  return { text: bad.length && mark === "good" ? `${text}; ${bad[0].name} failed` : text, mark: bad.length && mark === "good" ? "warn" : mark, title: "" };
}

/** How far a running one is: {share: 0..1 or null, text}. */
export function howFar(run, now) {
  const began = Date.parse(run.started ?? "");
  const elapsed = Number.isNaN(began) ? null : (now - began) / 1000;
  const phase = run.phases?.findLast((p) => p.name === run.phase && !p.ended);
  const since = phase?.started ? `${run.phase} for ${lasted((now - Date.parse(phase.started)) / 1000)}` : elapsed == null ? "began before this was held" : `under way for ${lasted(elapsed)}`;
  if (!run.progress || elapsed == null) return { share: null, text: since };
  const left = run.progress.expected - elapsed;
  const about = left > 0 ? `about ${lasted(Math.round(left))} left, as ${run.progress.of} others of its kind` : `${lasted(-left)} longer than half of ${run.progress.of} others of its kind`;
  return { share: Math.min(1, elapsed / run.progress.expected), text: `${since} · ${about}` };
}

/** The groups of a list: what runs, then by day: [{title, runs}]. */
export function grouped(runs, now) {
  const groups = new Map();
  for (const run of runs) {
    const at = Date.parse(run.started ?? run.ended ?? "");
    const title = run.state === "running" ? "Running now" : Number.isNaN(at) ? "No time is known" : day(at) === day(now) ? "Earlier today" : day(at);
    if (!groups.has(title)) groups.set(title, []);
    groups.get(title).push(run);
  }
  return [...groups].map(([title, list]) => ({ title, runs: list })).sort((a, b) => (b.title === "Running now") - (a.title === "Running now"));
}

/** Whether a run is usual among its kind, in one sentence; nothing is claimed from fewer than five others. */
export function usualWords(passport) {
  const { usual = [], alike = 0, run } = passport;
  if (!run.kind) return "Whether this is usual is not known: no kind was posted with the run (analysis_type, run_type or material).";
  if (!usual.length) return `Whether this is usual is not known: ${alike} other ${run.kind} ${alike === 1 ? "run" : "runs"} that ended well ${alike === 1 ? "is" : "are"} held, and it takes five.`;
  const odd = usual.filter((u) => !u.usual);
  if (!odd.length) return `Usual: all of it lies within the last ${alike} ${run.kind} runs that ended well.`;
  return `Not usual among the last ${alike} ${run.kind} runs that ended well: ${odd.map((u) => u.name).join(", ")}.`;
}

/** One movement of a valve as words: "opened", "closed", "not known". */
export function movement(m) {
  return m.open == null ? "not known" : m.open ? "opened" : "closed";
}

/** What froze a black box, in one line. */
export function causeWords(cause) {
  const what = { trip: "Tripped", failure: "Failed", run: "Run failed" }[cause.kind] ?? cause.kind;
  return `${what}: ${cause.kind === "run" ? nameOf({ name: cause.about }) : cause.about}`;
}

/** The span of a run with its date: "2026-11-28, 11:36:37.004 to 11:50:58.020". */
export function spanWords(run) {
  const a = Date.parse(run.started ?? ""), b = Date.parse(run.ended ?? "");
  if (Number.isNaN(a)) return Number.isNaN(b) ? "when it began is not known" : `when it began is not known; it ended ${day(b)}, ${clock(b)}`;
  if (Number.isNaN(b)) return `${day(a)}, since ${clock(a)}`;
  return `${day(a)}, ${clock(a)} to ${day(a) === day(b) ? "" : `${day(b)}, `}${clock(b)}`;
}
