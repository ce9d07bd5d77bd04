// What the page remembers of its scrapes: the last two values of every series for its rate, when it last moved, and the
// curve of those that are plotted. Bounded.

import { span } from "./format.js";
import { rate, unitOf } from "./exposition.js";

const SERIES = 3000;
const KEEP = 900;

export class Scrapes {
  constructor() {
    this.last = new Map(); // key -> {value, t, rate, moved}
    this.curves = new Map(); // key -> {t, v}: those asked for
    this.begun = null;
  }

  /** One scrape at t (epoch seconds). */
  add(families, t) {
    this.begun ??= t;
    this.now = t;
    for (const f of families) for (const s of f.series) this.#one(f, s, t);
    if (this.last.size > SERIES) for (const [key, x] of this.last) if (x.t !== t) this.last.delete(key);
  }

  #one(f, s, t) {
    const value = s.buckets ? s.count : s.value;
    const before = this.last.get(s.key);
    const counts = f.type === "counter" || Boolean(s.buckets);
    const now = { value, t, rate: before && counts ? rate(before.value, value, t - before.t) : NaN, moved: before ? (before.value === value ? before.moved : t) : null };
    this.last.set(s.key, now);
    const curve = this.curves.get(s.key);
    if (!curve) return;
    curve.unit = counts ? "/s" : unitOf(f.name);
    curve.label = s.key;
    curve.t.push(t);
    curve.v.push(counts ? (Number.isNaN(now.rate) ? null : now.rate) : value);
    if (curve.t.length > KEEP + 100) {
      curve.t.splice(0, 100);
      curve.v.splice(0, 100);
    }
  }

  /** Increase per second between the last two scrapes; NaN when it is not known. */
  rate(key) {
    return this.last.get(key)?.rate ?? NaN;
  }

  /** When a series last moved, in words. */
  moved(key) {
    const at = this.last.get(key)?.moved;
    if (at == null) return this.now > this.begun ? `still for ${span(this.now - this.begun)}` : "";
    return this.now === at ? "moving" : `moved ${span(this.now - at)} ago`;
  }

  /** The curve of a series; it begins to be kept when it is first asked for. */
  trend(key) {
    if (!this.curves.has(key)) this.curves.set(key, { t: [], v: [], unit: "", label: key });
    const c = this.curves.get(key);
    return { unit: c.unit, label: c.label, data: { t: c.t, min: c.v, mean: c.v, max: c.v } };
  }
}
