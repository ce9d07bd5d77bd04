// What is usual for a channel: where it was nine tenths of the time of the last week, by means of ten minutes. Asked for one channel after the other when their curves
// stand, and again each hour. Less than a day of data is no week: then there is no band.

import { getJSON } from "./api.js";

const WEEK = 7 * 86400, STEP = 600, DAY = 86400; // s
const LONG = 2 * STEP; // s: of what was silent for longer nobody knows whether it held
const AGAIN = 3600e3; // ms
const REST = 400; // ms between two questions

/**
 * The 5th and 95th percentile of a series by the time its means held: {low, high}; null where less than a day of it is known. A value holds until the next
 * one, null included, and no longer than LONG.
 */
export function usualOf({ t = [], mean = [] }) {
  const held = [];
  for (let i = 0; i + 1 < t.length; i++) if (mean[i] != null) held.push([mean[i], Math.min(t[i + 1] - t[i], LONG)]);
  const all = held.reduce((sum, [, seconds]) => sum + seconds, 0);
  if (all < DAY) return null;
  held.sort((x, y) => x[0] - y[0]);
  const at = (q) => {
    let past = 0;
    return held.find(([, seconds]) => (past += seconds) >= q * all)[0];
  };
  return { low: at(0.05), high: at(0.95) };
}

/** Usual keeps the bands by the names of points. */
export class Usual {
  constructor() {
    this.bands = new Map(); // key -> {band: {low, high} or null, at: Date.now()}
  }

  get(key) {
    return this.bands.get(key)?.band ?? null;
  }

  /** Asks for the bands of points [{key, source, device, point}] that are not known or old, while going() is true. */
  async ask(points, now, going, fetchJSON = getJSON, rest = REST) {
    for (const { key, source, device, point } of points) {
      if (Date.now() - (this.bands.get(key)?.at ?? -Infinity) < AGAIN) continue;
      const params = new URLSearchParams({ source, device, point, points: String(WEEK / STEP), since: new Date(now - WEEK * 1000).toISOString(), until: new Date(now).toISOString() });
      const series = await fetchJSON(`series?${params}`).catch(() => ({}));
      if (!going()) return;
      this.bands.set(key, { band: usualOf(series), at: Date.now() });
      await new Promise((done) => setTimeout(done, rest));
    }
  }
}
