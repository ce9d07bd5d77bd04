// The last samples of every point, as fine as the page saw them: from the status it asks for every second and from the
// readings in the log. Bounded. Times in epoch seconds, values in SI, null = a gap. What it can speak of is known: the stretches in which it heard of a
// point again and again. Of the time before the page opened, and while its connection was lost, it knows nothing, whatever events it has of them.

import { joined } from "./spans.js";
import { splice } from "./splice.js";

const KEEP = 1500;
const SLACK = 300;
const SERIES = 400;
const HEARD = 4; // s between two statuses of which nothing was missed between them
const SILENCE = 100; // s between two events of a living channel is at most its heartbeat (60 s) and some

/** The name of a point everywhere in the page: "source/device.point". */
export function pointKey(source, device, point) {
  return `${source}/${device}.${point}`;
}

/** The parts of a point's name; a source may be empty, device and point hold no dot or slash. */
export function splitKey(key) {
  const slash = key.indexOf("/");
  const dot = key.indexOf(".", slash);
  return { source: key.slice(0, slash), device: key.slice(slash + 1, dot), point: key.slice(dot + 1) };
}

export class Trend {
  constructor() {
    this.series = new Map();
    this.seeds = new Map(); // coarser history from before, for the sparklines only
    this.every = new Map(); // seconds between polls
    this.bounds = []; // {key, from, to, bound}: stretches under or over range
    this.replays = []; // {key, from, to, at}: stretches that came late, the last of it at that time
  }

  get(key) {
    return this.series.get(key) ?? { t: [], v: [], known: [] };
  }

  /** What the page heard of a point itself, as a source for splice. */
  source(key) {
    const { t, v, known } = this.get(key);
    return { t, min: v, mean: v, max: v, known };
  }

  /** Coarser history of before the page opened, of all between two times. */
  seed(key, series, since, until) {
    const { t = [], min = [], mean = [], max = [] } = series;
    if (this.seeds.size < SERIES) this.seeds.set(key, { t, min, mean, max, known: [[since, until]] });
  }

  /** What a sparkline draws: the seed, then what was heard since. */
  recent(key) {
    const fine = this.get(key), old = this.seeds.get(key);
    if (!old) return fine;
    const mark = `${fine.t.length} ${fine.t.at(-1)} ${fine.v.at(-1)}`;
    if (old.mark !== mark) {
      const { t, mean } = splice([old, this.source(key)], old.known[0][0], Infinity);
      [old.mark, old.recent] = [mark, { t, v: mean }];
    }
    return old.recent;
  }

  /** One sample; a null value ends the line. Samples that are not newer are put in their place or left out. */
  add(key, t, value) {
    const s = this.#of(key);
    if (!s) return;
    const last = s.t.at(-1) ?? -Infinity;
    if (t <= last) return this.#insert(s, t, value);
    if (value == null && (s.v.length === 0 || s.v.at(-1) == null)) return;
    if (t - last > this.#silence(key) && s.v.at(-1) != null) put(s, (t + last) / 2, null);
    put(s, t, value);
    if (s.t.length > KEEP + SLACK) {
      s.t.splice(0, s.t.length - KEEP);
      s.v.splice(0, s.v.length - KEEP);
      s.known = s.known.filter(([, b]) => b > s.t[0]).map(([a, b]) => [Math.max(a, s.t[0]), b]);
    }
  }

  #of(key) {
    let s = this.series.get(key);
    if (!s && this.series.size < SERIES) this.series.set(key, (s = { t: [], v: [], known: [] }));
    return s;
  }

  // What is known reaches to until, where now may be later: a viewer's agent can be silent. From what was known before as well, unless it is too long ago
  // that a status came.
  #heard(s, now, until) {
    const last = s.known.at(-1);
    if (last && until >= last[1] && now - s.asked <= HEARD) last[1] = until;
    else if (!last || until > last[1]) s.known = joined(s.known, until, until).slice(-50);
    s.asked = now;
  }

  #silence(key) {
    return Math.max(SILENCE, 2.5 * (this.every.get(key) ?? 0));
  }

  #insert(s, t, value) {
    let i = s.t.length;
    while (i > 0 && s.t[i - 1] > t) i--;
    if (s.t[i - 1] === t || (i === 0 && s.t.length >= KEEP)) return;
    s.t.splice(i, 0, t);
    s.v.splice(i, 0, value);
  }

  /** Every point of a status; now in epoch seconds of the server. */
  status(status, now) {
    const words = new Map((status.sources ?? []).filter((a) => a.last_word).map((a) => [a.source, Date.parse(a.last_word) / 1000]));
    for (const device of status.devices ?? []) {
      const until = Math.min(now, words.get(device.source) ?? now);
      for (const p of device.points ?? []) {
        const key = pointKey(device.source, device.name, p.point);
        this.every.set(key, device.every ?? 0);
        const s = this.#of(key);
        if (s) this.#heard(s, now, until);
        const at = Date.parse(p.timestamp ?? "") / 1000;
        if (p.value == null || p.stale || Number.isNaN(at)) this.add(key, Math.max(until, (s?.t.at(-1) ?? 0) + 1e-3), null);
        else {
          this.add(key, at, p.value);
          if (s?.v.at(-1) === null) this.add(key, now, p.value); // a gap was noted later than this value is of: it holds now
          this.#bound(key, at, p.bound);
        }
      }
    }
  }

  /** A connection that was lost is a gap in every series. */
  gap(now) {
    for (const key of this.series.keys()) this.add(key, now, null);
  }

  /** A device failed: what it said before holds no longer, and its curves are broken until it speaks again. */
  failed(source, device, now) {
    const prefix = pointKey(source, device, "");
    for (const key of this.series.keys()) if (key.startsWith(prefix)) this.add(key, now, null);
  }

  /** A reading or state event of a point. */
  event(e, point) {
    const key = pointKey(e.source, e.device, point);
    this.add(key, e.ms / 1000, e.missing ? null : e.value);
    if (!e.missing) this.#bound(key, e.ms / 1000, e.bound);
    if (e.replayed) stretch(this.replays, { key }, e.ms / 1000).at = e.came / 1000;
  }

  #bound(key, t, bound) {
    if (bound === "at_most" || bound === "at_least") stretch(this.bounds, { key, bound }, t);
  }
}

// Lengthens the last stretch of the same kind, or begins one, and gives it.
function stretch(list, kind, t) {
  const last = list.findLast((s) => s.key === kind.key && s.bound === kind.bound);
  if (last && t >= last.from && t - last.to < SILENCE) {
    last.to = Math.max(last.to, t);
    return last;
  }
  list.push({ ...kind, from: t, to: t });
  if (list.length > 300) list.splice(0, 60);
  return list.at(-1);
}

function put(s, t, v) {
  s.t.push(t);
  s.v.push(v);
}
