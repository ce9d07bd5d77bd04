// Live events: a server-sent-event stream that resumes after the last id seen. EventSource where no token is needed,
// the same stream read by fetch where one is, and asking every two seconds where streams are refused.

import { call, getEvents } from "./api.js";
import { token } from "./prefs.js";
import { parser } from "./sse.js";

const RETRY = 1500;
const POLL = 2000;
const CROWDED = 30000; // ms after which a stream is asked for again that was refused because there are too many
const SILENCE = 60000; // the server comments every 15 s; a stream silent for longer is dead

/**
 * Stream hands batches of parsed events to onEvents, "live", "polling", "crowded" (polling, for there are too many streams) or
 * "broken" to onState, and to onGap how many events were overwritten before they could be sent. base is where the page is, for a
 * worker, whose paths begin elsewhere.
 */
export class Stream {
  constructor({ onEvents, onState, onGap }, base = "") {
    Object.assign(this, { onEvents, onState, onGap, base });
    this.openedAt = 0; // Date.now(): what comes right after is a backlog, not a replay
  }

  /** Begins after a cursor ("" = now) with the events of one source ("" = all). */
  start(source = "", after = "", secret = token()) {
    this.stop();
    this.source = source;
    this.secret = secret;
    this.lastId = after;
    this.ended = new AbortController();
    if (secret || typeof EventSource === "undefined") this.#read(this.ended.signal);
    else this.#listen(this.ended.signal);
  }

  stop() {
    this.ended?.abort();
    this.events?.close();
    this.events = null;
  }

  #path() {
    return `${this.base}events?${this.#params()}`;
  }

  #head(more = {}) {
    return this.secret ? { ...more, "X-Pychron-Edge-Token": this.secret } : more;
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
      const head = this.#head({ Accept: "text/event-stream", ...(this.lastId && { "Last-Event-ID": this.lastId }) });
      const response = await call(this.#path(), { head, timeout: 0, signal: AbortSignal.any([signal, quiet.signal]) });
      if (!response.ok || !response.body) return this.#poll(signal, response.status === 429 ? "crowded" : "polling");
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

  async #poll(signal, state, since = Date.now()) {
    if (state === "crowded" && Date.now() - since > CROWDED) return this.#read(signal);
    try {
      const got = await getEvents(this.#params({ limit: "1000" }), { signal, base: this.base, head: this.#head() });
      this.lastId = got.after || this.lastId;
      this.onEvents(got.events);
      this.onState(state);
    } catch {
      if (!signal.aborted) this.onState("broken");
    }
    this.#later(signal, () => this.#poll(signal, state, since), POLL);
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
