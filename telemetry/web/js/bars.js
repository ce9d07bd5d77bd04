// What was open when, from the events that say so: bars below the curves. Pure.

import { pointKey } from "./trend.js";

/**
 * The points that are drawn as bars: valves, beams and the like, [{key, name, source, device, point, valve, value, since, heard, until}]. lost is when the
 * connection was lost, in s, null where it stands; until is when nothing more was heard of the whole agent, null where it is heard.
 */
export function barsOf(status, lost = null) {
  const silent = new Map((status?.sources ?? []).filter((s) => s.state !== "online").map((s) => [s.source, seconds(s.last_word) ?? -Infinity]));
  return (status?.devices ?? []).flatMap((d) => (d.points ?? []).filter((p) => p.unit === "" && /(^|_)is_/.test(p.metric ?? "")).map((p) => ({
    key: pointKey(d.source, d.name, p.point), name: d.family === "valve" && p.point === "open" ? d.name : `${d.name} ${p.point.replaceAll("_", " ")}`,
    source: d.source, device: d.name, point: p.point, valve: d.family === "valve" && p.point !== "commanded",
    value: p.stale ? null : p.value, since: seconds(p.since), heard: seconds(p.timestamp), until: silent.get(d.source) ?? lost,
  })));
}

const seconds = (text) => (text ? Date.parse(text) / 1000 : null);

/**
 * The stretches of one bar between two times, [{from, to, state}], state 1, 0 or null (not known). events are of all kinds, in order of time; before the
 * first of them its note says what was, and a state that has stood since before them is the present one.
 */
export function stretches(bar, events, from, to, now) {
  const own = events.filter((e) => e.source === bar.source && (e.device === bar.device ? e.point === bar.point || e.kind === "failure" || e.kind === "recovery" : !e.device && restart(e)));
  const end = Math.min(to, now), steps = [];
  let known = null;
  for (const e of own) {
    const t = e.ms / 1000;
    if (e.kind === "failure" || restart(e)) steps.push([t, null]);
    else if (e.kind === "recovery") steps.push([t, known]); // had it moved meanwhile, its event would follow
    else if (e.kind === "state" || e.kind === "reading") {
      const was = /(?:^|\s)old=([01])(?:\s|$)/.exec(e.note ?? "");
      if (!steps.length && was) steps.push([-Infinity, Number(was[1])]);
      known = e.missing || e.value == null ? null : e.value;
      steps.push([t, known]);
    }
  }
  present(steps, bar, now);
  const out = [];
  let state = null, at = from;
  for (const [t, next] of [...steps, [Infinity, null]]) {
    const until = Math.min(Math.max(t, from), end);
    if (until > at) out.push({ from: at, to: until, state });
    [at, state] = [Math.max(at, until), next];
  }
  return merged(out);
}

// What the status says of now: since when it has stood so. Events that were not asked for, or have gone, are made good by it. What is not known now was
// last known when it, or its agent, was last heard: a bar never goes on by itself.
function present(steps, bar, now) {
  stands(steps, bar, now);
  const [at, state] = steps.at(-1) ?? [-Infinity, null];
  if (state !== null && bar.until != null) steps.push([Math.max(at, bar.until), null]);
}

function stands(steps, { value, since, heard, until }, now) {
  const [at, state] = steps.at(-1) ?? [-Infinity, null];
  if (value === state) return;
  if (value == null) return void steps.push([Math.max(at, heard ?? at, until ?? at), null]);
  if ((heard ?? now) <= at) return;
  if (since !== null) steps.push([state === null && at > -Infinity ? heard : Math.max(at, since), value]);
}

function restart(e) {
  return /agent_(stops|starts)_total$/.test(e.metric_name);
}

function merged(list) {
  const out = [];
  for (const s of list) {
    if (out.length && out.at(-1).state === s.state) out.at(-1).to = s.to;
    else out.push({ ...s });
  }
  return out;
}

/** The bars worth a lane: those chosen, and the valves that moved in between. {shown, more}: more moved than there is room for. */
export function lanesOf(bars, chosen, events, from, to, room) {
  const moved = new Set(events.filter((e) => e.kind === "state" && e.ms / 1000 >= from && e.ms / 1000 <= to && !/old=unknown\b/.test(e.note ?? "")).map((e) => pointKey(e.source, e.device, e.point)));
  const shown = bars.filter((b) => chosen.includes(b.key) || (b.valve && moved.has(b.key)));
  const order = (b) => (chosen.includes(b.key) ? 0 : 1);
  const kept = new Set([...shown].sort((a, b) => order(a) - order(b)).slice(0, room));
  return { shown: shown.filter((b) => kept.has(b)), more: shown.length - kept.size };
}
