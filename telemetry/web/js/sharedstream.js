// The stream of events as a page has it: through the worker that all pages share, else through a page that they elect, else its own.
// All three have the face of Stream.

import { getEvents } from "./api.js";
import { token } from "./prefs.js";
import { Stream } from "./stream.js";

const ANSWER = 3000; // ms: a worker that says nothing for so long does not work here
const STILL_HERE = 20000; // ms between two words to the worker

/** The way to events that this browser has. */
export function makeStream(handlers) {
  if (typeof SharedWorker !== "undefined") return new WorkerStream(handlers);
  if (globalThis.navigator?.locks && typeof BroadcastChannel !== "undefined") return new ElectedStream(handlers);
  return new Stream(handlers);
}

/** What a page fetches by itself when it joins a stream that others have begun. What it has already is dropped by its log. */
async function catchUp({ source, after, signal, onEvents }) {
  if (!after) return;
  const params = new URLSearchParams({ limit: "5000", after });
  if (source) params.set("source", source);
  const got = await getEvents(params, { signal }).catch(() => null);
  if (got && !signal.aborted) onEvents(got.events);
}

const newWorker = () => new SharedWorker(new URL("streamworker.js", import.meta.url), { type: "module", name: "pychron-edge events" });

export class WorkerStream {
  constructor(handlers, makeWorker = newWorker) {
    Object.assign(this, { handlers, makeWorker });
    this.openedAt = 0;
    globalThis.addEventListener?.("pagehide", (e) => e.persisted || this.stop());
  }

  start(source = "", after = "") {
    this.stop();
    this.lastId = after;
    this.ended = new AbortController();
    const { signal } = this.ended;
    const alone = () => this.#alone(signal, source);
    try {
      const worker = this.makeWorker();
      worker.onerror = alone;
      this.port = worker.port;
    } catch {
      return alone();
    }
    const silent = setTimeout(alone, ANSWER);
    this.port.onmessage = ({ data }) => {
      clearTimeout(silent);
      if (!signal.aborted) this.#take(data, source, signal);
    };
    const join = () => this.port.postMessage({ join: { source, after: this.lastId, token: token() } });
    join();
    const still = setInterval(join, STILL_HERE);
    signal.addEventListener("abort", () => {
      clearTimeout(silent);
      clearInterval(still);
    });
  }

  stop() {
    this.ended?.abort();
    this.port?.postMessage({ leave: true });
    this.port?.close?.();
    this.port = null;
    this.own?.stop();
    this.own = null;
  }

  // The worker does not work: this page has a stream of its own.
  #alone(signal, source) {
    if (signal.aborted) return;
    const after = this.lastId;
    this.stop();
    this.ended = new AbortController();
    const onState = (state) => {
      this.openedAt = this.own?.openedAt ?? 0;
      this.handlers.onState(state);
    };
    this.own = new Stream({ ...this.handlers, onState });
    this.own.start(source, after);
  }

  #take(message, source, signal) {
    const { onEvents, onState, onGap } = this.handlers;
    if (message.joined === "late") catchUp({ source, after: this.lastId, signal, onEvents });
    if (message.openedAt !== undefined) this.openedAt = message.openedAt;
    if (message.last) this.lastId = message.last;
    if (message.events) onEvents(message.events);
    if (message.state) onState(message.state);
    if (message.gap) onGap(message.gap);
  }
}

/** One page of a browser without shared workers has the lock, and with it the stream; it hands on to the others what comes. */
export class ElectedStream {
  constructor(handlers, { locks = globalThis.navigator?.locks, Channel = globalThis.BroadcastChannel, make = (h) => new Stream(h) } = {}) {
    Object.assign(this, { handlers, locks, Channel, make });
    this.openedAt = 0;
  }

  start(source = "", after = "") {
    this.stop();
    this.lastId = this.after = after;
    this.joined = false;
    this.ended = new AbortController();
    const { signal } = this.ended;
    const name = `pychron-edge events ${source} ${token() ? "token" : ""}`;
    this.channel = new this.Channel(name);
    this.channel.onmessage = ({ data }) => signal.aborted || this.#take(data, source, signal);
    this.channel.postMessage({ hello: true });
    const lead = () => new Promise((done) => {
      if (signal.aborted) return done();
      signal.addEventListener("abort", done);
      this.#lead(source);
    });
    this.locks.request(name, { signal }, lead).catch(() => {}); // aborted while it waited
  }

  stop() {
    this.ended?.abort();
    this.own?.stop();
    this.own = null;
    this.channel?.close();
    this.channel = null;
  }

  #lead(source) {
    const say = (message) => {
      this.channel?.postMessage(message);
      this.#hear(message);
    };
    this.own = this.make({
      onEvents: (events) => say({ events, last: this.own?.lastId }),
      onState: (state) => say((this.state = { state, openedAt: this.own?.openedAt })),
      onGap: (gap) => say({ gap }),
    });
    this.own.start(source, this.lastId);
  }

  #take(message, source, signal) {
    if (message.hello) {
      if (this.own && this.state) this.channel.postMessage(this.state);
      return;
    }
    if (message.state && !this.joined) {
      this.joined = true; // the others began elsewhere
      catchUp({ source, after: this.after, signal, onEvents: this.handlers.onEvents });
    }
    this.#hear(message);
  }

  #hear(message) {
    if (message.openedAt !== undefined) this.openedAt = message.openedAt;
    if (message.last) this.lastId = message.last;
    if (message.events) this.handlers.onEvents(message.events);
    if (message.state) this.handlers.onState(message.state);
    if (message.gap) this.handlers.onGap(message.gap);
  }
}
