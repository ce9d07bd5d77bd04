// Live events: a server-sent-event stream that resumes after the last id seen. EventSource where no token is needed,
// the same stream read by fetch where one is, and asking every two seconds where streams are refused.

import { call, getEvents } from "./api.js";
import { token } from "./prefs.js";
import { parser } from "./sse.js";

const RETRY = 1500;
const POLL = 2000;
const SILENCE = 60000; // the server comments every 15 s; a stream silent for longer is dead

/**
 * Stream hands batches of parsed events to onEvents, "live", "polling" or "broken" to onState, and to onGap how many events were
 * overwritten before they could be sent.
 */
export class Stream {
  constructor({ onEvents, onState, onGap }) {
    Object.assign(this, { onEvents, onState, onGap });
    this.openedAt = 0; // Date.now(): what comes right after is a backlog, not a replay
  }

  /** Begins after a cursor ("" = now) with the events of one source ("" = all). */
  start(source = "", after = "") {
    this.stop();
    this.source = source;
    this.lastId = after;
    this.ended = new AbortController();
    if (token() || typeof EventSource === "undefined") this.#read(this.ended.signal);
    else this.#listen(this.ended.signal);
  }

  stop() {
    this.ended?.abort();
    this.events?.close();
    this.events = null;
  }

  #path() {
    return `events?${this.#params()}`;
  }

  #params(more = {}) {
    const params = new URLSearchParams(more);
    if (this.source) params.set("source", this.source);
    if (this.lastId) params.set("after", this.lastId);
    return params;
  }

  #opened() {
    this.openedAt = Date.now();
    this.onState("live");
  }

  #listen(signal) {
    const stream = new EventSource(this.#path());
    this.events = stream;
    stream.onopen = () => this.#opened();
    stream.onmessage = (m) => this.#take({ id: m.lastEventId, data: m.data });
    stream.addEventListener("gap", (m) => this.#take({ id: m.lastEventId, event: "gap", data: m.data }));
    stream.onerror = () => {
      if (signal.aborted) return;
      this.onState("broken");
      if (stream.readyState === EventSource.CLOSED) this.#later(signal, () => this.#read(signal));
    };
  }

  async #read(signal) {
    const quiet = new AbortController();
    let timer = setTimeout(() => quiet.abort(), SILENCE);
    try {
      const head = { Accept: "text/event-stream", ...(this.lastId && { "Last-Event-ID": this.lastId }) };
      const response = await call(this.#path(), { head, timeout: 0, signal: AbortSignal.any([signal, quiet.signal]) });
      if (!response.ok || !response.body) return this.#poll(signal);
      this.#opened();
      const cut = parser();
      for await (const text of chunks(response.body)) {
        clearTimeout(timer);
        timer = setTimeout(() => quiet.abort(), SILENCE);
        for (const m of cut.feed(text)) this.#take(m);
      }
    } catch {
      // the stream broke; it is begun again below
    } finally {
      clearTimeout(timer);
    }
    if (signal.aborted) return;
    this.onState("broken");
    this.#later(signal, () => this.#read(signal));
  }

  async #poll(signal) {
    try {
      const got = await getEvents(this.#params({ format: "json", limit: "1000" }), { signal });
      this.lastId = got.after || this.lastId;
      this.onEvents(got.events);
      this.onState("polling");
    } catch {
      if (!signal.aborted) this.onState("broken");
    }
    this.#later(signal, () => this.#poll(signal), POLL);
  }

  #later(signal, again, ms = RETRY) {
    setTimeout(() => signal.aborted || again(), ms);
  }

  #take({ id, event = "message", data }) {
    if (id) this.lastId = id;
    try {
      const value = JSON.parse(data);
      if (event === "gap") this.onGap(value.to - value.from + 1);
      else if (event === "message") this.onEvents(Array.isArray(value) ? value : [value]);
    } catch {
      // half a message: the next one is whole
    }
  }
}

async function* chunks(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let part; !(part = await reader.read()).done; ) yield part.value;
  } finally {
    reader.cancel().catch(() => {});
  }
}
