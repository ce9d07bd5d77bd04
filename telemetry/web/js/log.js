// The events the page holds: bounded, without duplicates, readings giving way first so that no flood pushes out a command.

import { logfmt } from "./format.js";

const LIMIT = { total: 4000, readings: 2500 };
const SLACK = 500; // trimmed in steps, not at every event
const STEP = 60000; // a clock that was this wrong is put right from the boot's zero
const LATE = 10000; // an event that comes later than this was replayed

/** The identity of an event, for ever. */
export function keyOf(event) {
  return `${event.source}/${event.boot}/${event.lane}/${event.seq}`;
}

/** Log keeps events in the order of arrival (on the bench) or of time (in the viewer, where replays come late). */
export class Log {
  constructor(limit = LIMIT) {
    this.limit = limit;
    this.clear();
  }

  clear() {
    this.events = [];
    this.keys = new Set();
    this.zeros = new Map(); // "source/boot" -> what wall time its zero is, ms
    this.version = (this.version ?? 0) + 1; // changes when anything but an appended tail changed
  }

  /** Adds what is new and returns it. now is the server's time in ms; live says that the events came by the stream. */
  add(events, { now, live = false, sorted = false }) {
    const fresh = [];
    for (const event of events) {
      if (!event || typeof event.metric_name !== "string") continue;
      event.key = keyOf(event);
      if (this.keys.has(event.key)) continue;
      this.keys.add(event.key);
      if (event.kind === "clock") this.#clock(event);
      event.ms = this.#time(event);
      event.came = now;
      event.replayed = live && now - event.ms > LATE;
      fresh.push(event);
    }
    this.#place(fresh, sorted);
    this.#trim();
    return fresh;
  }

  // A board has no clock battery: what it recorded before its clock was right is dated from the boot's zero, said later.
  #clock(event) {
    const said = logfmt(event.note ?? "");
    const zero = Date.parse(said?.zero ?? "");
    if (said?.synchronised !== "true" || Number.isNaN(zero)) return;
    this.zeros.set(`${event.source}/${event.boot}`, zero);
    for (const e of this.events) if (e.boot === event.boot && e.source === event.source) e.ms = this.#time(e);
    this.version++;
  }

  #time(event) {
    const said = Date.parse(event.timestamp);
    const computed = this.zeros.get(`${event.source}/${event.boot}`) + event.up * 1000;
    event.computed = event.lane !== "ingest" && Math.abs(computed - said) > STEP;
    return event.computed ? computed : said;
  }

  #place(fresh, sorted) {
    const last = this.events.at(-1)?.ms ?? -Infinity;
    const inOrder = !sorted || fresh.every((e, i) => e.ms >= (i ? fresh[i - 1].ms : last));
    for (const event of fresh) this.events.push(event);
    if (inOrder) return;
    this.events.sort((a, b) => a.ms - b.ms);
    this.version++;
  }

  #trim() {
    if (this.events.length <= this.limit.total + SLACK) return;
    const readings = this.events.reduce((n, e) => n + (e.lane === "readings"), 0);
    let spare = Math.min(this.events.length - this.limit.total, Math.max(0, readings - this.limit.readings));
    let kept = spare ? this.events.filter((e) => e.lane !== "readings" || spare-- <= 0) : this.events;
    kept = kept.slice(-this.limit.total);
    this.events = kept;
    this.keys = new Set(kept.map((e) => e.key));
    this.version++;
  }
}
