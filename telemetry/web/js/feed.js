// The data of plots: history from the server, asked for as it is missing, joined with what the page heard itself.

import { getJSON } from "./api.js";
import { Archive } from "./archive.js";
import { splice } from "./splice.js";
import { splitKey } from "./trend.js";

const POINTS = 1200; // across a plot: there are hardly more pixels
const AT_ONCE = 2; // questions
const AGAIN = 10000; // ms after a question that was not answered
const LAG = { agent: 1, viewer: 10 }; // s by which readings may come later than the time they are of

export class Feed {
  constructor(store, onData) {
    this.store = store;
    this.onData = onData;
    this.archives = new Map(); // key -> Archive
    this.jobs = [];
    this.busy = 0; // that are being asked
    this.failed = new Map(); // key -> why there is no history
    this.refused = new Map(); // key -> Date.now() of that
    store.on("source", () => this.archives.clear());
  }

  /** Says what is looked at, in epoch seconds; what is missing or old is asked for, one series at a time. */
  want(keys, since, until) {
    for (const key of this.archives.keys()) if (!keys.includes(key)) this.archives.delete(key);
    this.jobs = keys.filter((key) => !key.startsWith("metric:") && Date.now() - (this.refused.get(key) ?? 0) > AGAIN)
      .flatMap((key) => this.#jobs(key, since, until));
    while (this.busy < AT_ONCE && this.jobs.length) this.#work();
  }

  #jobs(key, since, until) {
    const now = this.store.now() / 1000, width = until - since;
    let archive = this.archives.get(key);
    if (!archive?.fits(width)) {
      const next = new Archive(width, POINTS, LAG[this.store.status?.role] ?? LAG.viewer);
      next.pieces = archive?.pieces ?? []; // coarser or finer, until what suits is here
      next.stale = true;
      this.archives.set(key, (archive = next));
    }
    archive.trim(since, until);
    if (archive.asking) return [];
    return archive.missing(since, until, now, this.store.trend.get(key).known).map(([from, to]) => ({ key, archive, from, to }));
  }

  /** Everything known of one series between two times, t ascending in epoch seconds, SI, with the stretches that are known. */
  data(key, from, to) {
    const live = this.store.trend.source(key), archive = this.archives.get(key);
    return archive ? archive.series(from, to, live) : splice([live], from, to);
  }

  /** Whether something is being asked for. */
  get asking() {
    return this.busy > 0;
  }

  /** Asks for everything anew: late events have filled a gap. */
  stale() {
    for (const archive of this.archives.values()) archive.stale = true;
  }

  async #work() {
    this.busy++;
    for (let job; (job = this.jobs.shift()); ) await this.#load(job);
    this.busy--;
  }

  async #load({ key, archive, from, to }) {
    if (archive.asking || this.archives.get(key) !== archive) return; // nobody looks at it any more
    archive.asking = true;
    const { source, device, point } = splitKey(key);
    const params = new URLSearchParams({
      device, point, points: String(archive.pointsFor(from, to)), since: new Date(from * 1000).toISOString(), until: new Date(to * 1000).toISOString(),
    });
    if (source) params.set("source", source);
    const now = this.store.now() / 1000;
    try {
      archive.take(from, to, now, await getJSON(`series?${params}`, { timeout: 20000 }));
      this.failed.delete(key);
      this.refused.delete(key);
    } catch (error) {
      this.failed.set(key, error.message);
      this.refused.set(key, Date.now());
    }
    archive.asking = false;
    this.onData(key);
  }
}
