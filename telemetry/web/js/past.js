// The events of a plot's stretch of time: those the page has, and older ones that it asks for; and the runs of it.

import { getEvents } from "./api.js";
import { runsIn, runsOf } from "./bands.js";
import { keyOf } from "./log.js";

const MOST = 5000; // events asked for at once
const BEFORE = 86400; // s before a plot in which a run of it may have begun
const AGAIN = 10000; // ms after a question that was not answered

export class Past {
  constructor(store, onData) {
    this.store = store;
    this.onData = onData;
    this.forget();
    store.on("source", () => this.forget());
    store.on("lost", () => this.forget());
    store.on("cleared", () => this.forget());
  }

  forget() {
    this.old = []; // in order of time, without those of the log
    this.lifecycle = [];
    this.from = this.to = null; // what was asked for
    this.cut = null; // before this time there are more events than were given
    this.events = []; // all but readings, in order of time, as they were last put together
    this.runs = []; // every run that is known, in order of its start
    this.mark = "";
  }

  /** Says what is looked at, in epoch seconds. */
  want(from, to) {
    const now = this.store.now() / 1000, end = Math.min(to, now), log = this.#logFrom(now);
    const has = this.from !== null && from >= this.from && (this.to >= end || this.to >= log);
    if (has || this.asking || Date.now() - (this.refused ?? 0) < AGAIN) return;
    this.asking = true;
    this.#ask(from - (to - from) * 0.25, end).catch(() => (this.refused = Date.now())).finally(() => {
      this.asking = false;
      this.onData();
    });
  }

  // From here on the log has every event that is marked: it was filled before the page's first question, and keeps what comes until it is full.
  #logFrom(now) {
    const first = this.store.log.events.find((e) => e.lane !== "readings");
    return first ? Math.max(first.ms / 1000, this.opened ?? (this.opened = now)) : now;
  }

  async #ask(from, to) {
    const mine = this.store.source, get = async (more) => {
      const params = new URLSearchParams({ since: new Date(from * 1000).toISOString(), until: new Date(to * 1000 + 1).toISOString(), limit: String(MOST), ...more });
      if (mine) params.set("source", mine);
      const { events, cut } = await getEvents(params, { timeout: 20000 });
      for (const e of events) [e.key, e.ms] = [keyOf(e), Date.parse(e.timestamp)];
      return { events, cut };
    };
    const old = await get({ lane: "audit,ingest" });
    const lifecycle = await get({ kind: "lifecycle", since: new Date((from - BEFORE) * 1000).toISOString() });
    if (mine !== this.store.source) return;
    const all = old.events.sort((a, b) => a.ms - b.ms), less = old.cut || all.length >= MOST;
    Object.assign(this, { old: all, lifecycle: lifecycle.events, from, to, cut: less ? (all[0]?.ms ?? to * 1000) / 1000 : null });
  }

  /** Puts together what was asked for and what came since, in steps. */
  *refresh() {
    const { log } = this.store, mark = `${log.version} ${log.events.length} ${log.events.at(-1)?.key}`;
    if (this.mark === mark && this.of === this.old) return;
    [this.mark, this.of] = [mark, this.old];
    const live = log.events.filter((e) => e.lane !== "readings" || e.missing);
    const events = [...this.old.filter((e) => !log.keys.has(e.key)), ...live].sort((a, b) => a.ms - b.ms);
    yield;
    const known = new Set(events.map((e) => e.key));
    yield;
    const runs = runsOf([...this.lifecycle.filter((e) => !known.has(e.key)), ...events]);
    if (this.mark === mark) Object.assign(this, { events, runs }); // not of an agent that was left meanwhile
  }

  /** The runs that reach into a stretch. */
  runsIn(from, to) {
    return runsIn(this.runs, from, to);
  }
}
