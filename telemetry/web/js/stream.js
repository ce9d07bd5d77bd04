// Live events: a server-sent-event stream that resumes after the last id seen. EventSource where no token is needed,
// the same stream read by fetch where one is, and asking every two seconds where streams are refused.

import { call, getJSON } from "./api.js";
import { token } from "./prefs.js";
import { parser } from "./sse.js";

const RETRY = 1500;
const POLL = 2000;
const SILENCE = 60000; // the server comments every 15 s; a stream silent for longer is dead

/** Stream hands batches of parsed events to onEvents and "live", "polling" or "broken" to onState. */
export class Stream {
  constructor(onEvents, onState) {
    this.onEvents = onEvents;
    this.onState = onState;
    this.lastId = "";
  }

  /** Begins, or begins again after the last id, with the events of one source ("" = all). */
  start(source = "") {
    this.stop();
    if (source !== this.source) this.lastId = "";
    this.source = source;
    this.ended = new AbortController();
    if (token() || typeof EventSource === "undefined") this.#read(this.ended.signal);
    else this.#listen(this.ended.signal);
  }

  stop() {
    this.ended?.abort();
    this.events?.close();
    this.events = null;
  }

  #path(more = {}) {
    const params = new URLSearchParams({ limit: "500", ...more });
    if (this.source) params.set("source", this.source);
    if (this.lastId) params.set("after", this.lastId);
    return `events?${params}`;
  }

  #listen(signal) {
    const stream = new EventSource(this.#path());
    this.events = stream;
    stream.onopen = () => this.onState("live");
    stream.onmessage = (m) => this.#take(m.lastEventId, m.data);
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
      this.onState("live");
      const cut = parser();
      for await (const text of chunks(response.body)) {
        clearTimeout(timer);
        timer = setTimeout(() => quiet.abort(), SILENCE);
        for (const m of cut.feed(text)) this.#take(m.id, m.data);
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
      const events = await getJSON(this.#path({ format: "json" }), { signal });
      this.onEvents(events);
      this.onState("polling");
    } catch {
      if (!signal.aborted) this.onState("broken");
    }
    this.#later(signal, () => this.#poll(signal), POLL);
  }

  #later(signal, again, ms = RETRY) {
    setTimeout(() => signal.aborted || again(), ms);
  }

  #take(id, data) {
    if (id) this.lastId = id;
    try {
      const value = JSON.parse(data);
      this.onEvents(Array.isArray(value) ? value : [value]);
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
