// The data of plots: history from the server, asked again as it ages, joined with the finer samples the page has itself.

import { getJSON } from "./api.js";
import { splice } from "./downsample.js";
import { splitKey } from "./trend.js";

const EMPTY = { t: [], min: [], mean: [], max: [] };
const POINTS = 800;

export class Feed {
  constructor(store, onData) {
    this.store = store;
    this.onData = onData;
    this.archive = new Map(); // key -> {since, until, at, series}
    this.queue = [];
    this.failed = new Map(); // key -> why there is no history
    store.on("source", () => this.archive.clear());
  }

  /** Says what is looked at, in epoch seconds; what is missing or old is asked for, one series at a time. */
  want(keys, since, until) {
    const width = until - since, now = Date.now() / 1000;
    for (const key of this.archive.keys()) if (!keys.includes(key)) this.archive.delete(key);
    this.queue = keys.filter((key) => {
      const have = this.archive.get(key);
      if (key.startsWith("metric:")) return false;
      if (!have) return true;
      const covers = have.since <= since + 1 && (have.until >= until - Math.max(15, width / 100) || have.until >= have.asked - 1);
      const fits = have.until - have.since < 2.2 * width + 60;
      const old = now - have.at > Math.max(15, width / 200);
      return !covers || !fits || (old && until > have.until + 1);
    }).map((key) => ({ key, since: since - width * 0.05, until: Math.min(until + width * 0.05, this.store.now() / 1000) }));
    if (!this.busy) this.#work();
  }

  /** Everything known of one series, t ascending in epoch seconds, SI. */
  data(key) {
    const fine = this.store.trend.get(key);
    const archive = this.archive.get(key)?.series ?? EMPTY;
    return splice(archive, { t: fine.t, min: fine.v, mean: fine.v, max: fine.v });
  }

  /** Asks for everything anew: late events have filled a gap. */
  stale() {
    for (const have of this.archive.values()) have.at = 0;
  }

  async #work() {
    this.busy = true;
    for (let job; (job = this.queue.shift()); ) await this.#load(job);
    this.busy = false;
  }

  async #load({ key, since, until }) {
    const { source, device, point } = splitKey(key);
    const params = new URLSearchParams({
      device, point, points: String(POINTS), since: new Date(since * 1000).toISOString(), until: new Date(until * 1000).toISOString(),
    });
    if (source) params.set("source", source);
    const mark = { since, until, asked: until, at: Date.now() / 1000, series: this.archive.get(key)?.series ?? EMPTY };
    this.archive.set(key, mark);
    try {
      const got = await getJSON(`series?${params}`, { timeout: 20000 });
      mark.series = { t: got.t ?? [], min: got.min ?? [], mean: got.mean ?? [], max: got.max ?? [] };
      this.failed.delete(key);
      this.onData(key);
    } catch (error) {
      this.failed.set(key, error.message);
    }
  }
}
