// What the page knows: the last status and when it came, the log, the trend, the choices of the person. Views subscribe;
// changes are handed out once a frame at most.

import { age } from "./age.js";
import { ApiError, getEvents, getJSON } from "./api.js";
import { Log } from "./log.js";
import { Trend } from "./trend.js";
import { makeStream } from "./sharedstream.js";
import { explain } from "./sentence.js";
import { isChoice } from "./units.js";
import { Usual } from "./usualband.js";
import { recall, remember, setToken, token } from "./prefs.js";
import { earlyStatus, statusPath } from "./statuspath.js";

const EVERY = 1000;
const LOST = 3500; // ms without a status: from here on no number is shown
const BACKLOG = 1000; // events asked for, each of what was done and of readings
const SETTLED = 3000; // ms after a stream opened: what comes later and is old was replayed
const REST = 30000; // ms hidden after which the stream is given back
const NEAR = 200; // events before a command among which are those that it tells of
const FLUSH = 100; // events are handed to the views at most ten times a second

export class Store {
  constructor() {
    this.status = null;
    this.heard = age(Date.now()); // since the last status, or since the page began
    this.isLost = false;
    this.problem = "";
    this.source = "";
    this.streaming = "broken";
    this.log = new Log();
    this.trend = new Trend();
    this.usual = new Usual();
    this.rightUnit = recall("units");
    this.listeners = new Map();
    this.arrived = [];
    this.due = new Set();
    this.missed = 0; // events overwritten before they reached this page
    this.stream = makeStream({ onEvents: (e) => this.#arrive(e), onState: (state) => this.#streaming(state), onGap: (n) => (this.missed += n > 0 ? n : 0) });
  }

  /** Calls f whenever topic changes: status, events (with the new ones), tick, units, source, lost. */
  on(topic, f) {
    if (!this.listeners.has(topic)) this.listeners.set(topic, new Set());
    this.listeners.get(topic).add(f);
    return () => this.listeners.get(topic).delete(f);
  }

  emit(topic, value) {
    for (const f of this.listeners.get(topic) ?? []) f(value);
  }

  /** The server's clock in ms: what ages and plots are counted by. */
  now() {
    return this.status ? Date.parse(this.status.now) + this.heard() : Date.now();
  }

  /** Seconds since the status came: to be added to the ages in it. */
  sinceStatus() {
    return this.heard() / 1000;
  }

  get lost() {
    return this.isLost;
  }

  /** When the last status was of, by the server's clock in ms: from then on nothing is known. The browser's, where none has come. */
  get lostSince() {
    return this.now() - this.heard();
  }

  /** torr, mbar or pa: the person's choice, else the agent's. */
  get units() {
    if (isChoice(this.rightUnit)) return this.rightUnit;
    return isChoice(this.status?.units) ? this.status.units : "torr";
  }

  setUnits(word) {
    this.rightUnit = isChoice(word) ? word : "";
    remember("units", this.rightUnit);
    this.emit("units");
  }

  setSource(name) {
    if (name === this.source && this.started) return;
    this.source = name;
    if (!this.started) return;
    this.status = null;
    this.log.clear();
    this.emit("source");
    this.#poll();
    this.restart();
  }

  /** Asks for the status, now and every second; resolves when the first question was answered or failed. The log is filled by restart. */
  start() {
    this.started = true;
    const first = this.#poll();
    setInterval(() => this.#tick(), 250);
    document.addEventListener("visibilitychange", () => this.#seen(!document.hidden));
    return first;
  }

  // A page that nobody sees gives its stream back, and fills its log anew when seen.
  #seen(visible) {
    clearTimeout(this.resting);
    this.#tick();
    if (!visible) {
      this.resting = setTimeout(() => {
        this.stream.stop();
        this.rested = true;
      }, REST);
      return;
    }
    this.#poll();
    if (this.rested) this.restart();
    this.rested = false;
  }

  /** Fills the log anew and follows it from there. Also called when a token was entered or a mark was set. */
  async restart() {
    const mine = (this.filling = {});
    this.stream.stop();
    // By lane, so that a flood of readings does not hide what was done.
    const audit = await this.#backlog("audit,ingest"), readings = await this.#backlog("readings");
    if (this.filling !== mine) return;
    this.#add(inOrder([...audit.events, ...readings.events], this.status?.role === "viewer"), false);
    this.stream.start(this.source, audit.after);
  }

  #backlog(lane) {
    const params = new URLSearchParams({ lane, limit: String(BACKLOG) });
    if (this.source) params.set("source", this.source);
    return getEvents(params, { timeout: 20000 }).catch(() => ({ events: [], after: "" }));
  }

  async #poll() {
    clearTimeout(this.timer);
    const mine = (this.polling = {});
    try {
      const path = statusPath(this.source);
      const { status, at } = (await earlyStatus(path)) ?? { status: await getJSON(path, { timeout: 3000 }) };
      if (this.polling !== mine) return;
      this.#shown(status, at);
    } catch (error) {
      if (this.polling !== mine) return;
      this.problem = error.message;
      if (error instanceof ApiError && error.status === 401) this.#unknown(error);
    }
    this.#tick();
    this.timer = setTimeout(() => this.#poll(), EVERY);
  }

  // What a view fails at is no failure of the connection, and is not silent.
  #shown(status, at) {
    try {
      this.#take(status, at);
    } catch (error) {
      reportError(error);
    }
  }

  // A token that is not known is worse than none: reading may be open.
  #unknown(error) {
    if (token()) setToken("", false);
    this.emit("denied", error.message);
  }

  #take(status, at = Date.now()) {
    const back = this.lost;
    if (status.role === "viewer") readOnly(status);
    this.status = status;
    this.heard = age(at);
    this.problem = "";
    this.isLost = false;
    this.trend.status(status, this.now() / 1000);
    if (back) {
      this.emit("lost");
      this.restart();
    }
    this.emit("status", status);
  }

  #tick() {
    if (!this.lost && this.heard() > LOST) {
      this.isLost = true;
      this.trend.gap(this.now() / 1000);
      this.emit("lost");
    }
    this.emit("tick");
  }

  #streaming(state) {
    this.streaming = state;
    this.emit("tick");
  }

  #arrive(events) {
    this.arrived.push(...events);
    if (this.arrived.length > 5000) this.arrived.splice(0, this.arrived.length - 5000);
    if (this.flushing) return;
    this.flushing = setTimeout(() => (document.hidden ? this.#flush() : requestAnimationFrame(() => this.#flush())), FLUSH);
  }

  #flush() {
    clearTimeout(this.flushing);
    this.flushing = null;
    const events = this.arrived;
    this.arrived = [];
    this.#add(events, Date.now() - this.stream.openedAt > SETTLED);
  }

  #add(events, live) {
    const fresh = this.log.add(events, { now: this.now(), live, sorted: this.status?.role === "viewer" });
    this.#explain(fresh);
    for (const e of fresh) {
      if (e.kind === "failure" && e.device) this.trend.failed(e.source, e.device, e.ms / 1000);
      if (e.device && e.event_type === "gauge" && (e.kind === "reading" || e.kind === "state")) this.trend.event(e, e.point);
    }
    if (fresh.length || !live) this.emit("events", fresh);
  }

  // What a command tells of is not told again, wherever events are listed.
  #explain(fresh) {
    const all = this.log.events;
    let marked = false;
    for (const e of fresh) {
      if (e.kind !== "command") continue;
      const at = all.lastIndexOf(e);
      marked = explain(all.slice(Math.max(0, at - NEAR), at), e) || marked;
    }
    if (marked) this.log.version++;
  }
}

// Commands are given at the agent, not through a viewer.
function readOnly(status) {
  status.rights = status.rights?.filter((right) => right !== "command" && right !== "halt");
  for (const device of status.devices ?? []) for (const control of device.controls ?? []) control.enabled = false;
}

// Lanes that came apart, in order: by boot and time since its start on the bench, by time in the viewer.
function inOrder(events, byTime) {
  if (byTime) return events.sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
  const boots = [...new Set(events.map((e) => e.boot))];
  return events.sort((a, b) => boots.indexOf(a.boot) - boots.indexOf(b.boot) || a.up - b.up);
}
