// js/hub.js
var SILENT = 9e4;
var TOGETHER = 50;
var keyOf = ({ source, token: token2 }) => JSON.stringify([source, token2]);
var Hub = class {
  constructor(make, now = Date.now, later = (f, ms) => setTimeout(f, ms)) {
    Object.assign(this, { make, now, later });
    this.streams = /* @__PURE__ */ new Map();
    this.keys = /* @__PURE__ */ new Map();
  }
  /** Takes a member in, or hears that it is still there. */
  join(member, wanted) {
    const key = keyOf(wanted);
    if (this.keys.get(member) !== key) {
      this.leave(member);
      this.#add(member, key, wanted);
    }
    this.streams.get(key).members.set(member, this.now());
    this.#forgetSilent();
  }
  leave(member) {
    const key = this.keys.get(member), one = this.streams.get(key);
    this.keys.delete(member);
    one?.members.delete(member);
    if (one?.members.size === 0) {
      one.stream.stop();
      this.streams.delete(key);
    }
  }
  #add(member, key, { source, after, token: token2 }) {
    this.keys.set(member, key);
    const known = this.streams.get(key);
    if (known) {
      known.members.set(member, this.now());
      member.post({ joined: "late" });
      member.post({ state: known.state, openedAt: known.stream.openedAt });
      return;
    }
    const one = { members: /* @__PURE__ */ new Map([[member, this.now()]]), state: "broken" };
    const post = (message) => [...one.members.keys()].forEach((m) => m.post(message));
    let gathered = [];
    const flush = () => {
      const events = gathered;
      gathered = [];
      if (events.length) post({ events, last: one.stream.lastId });
    };
    const gather = (events) => {
      const first = gathered.length === 0;
      for (const e of events) gathered.push(e);
      if (first) this.later(flush, TOGETHER);
    };
    const all = (message) => {
      flush();
      post(message);
    };
    one.stream = this.make({
      onEvents: gather,
      onState: (state) => all({ state: one.state = state, openedAt: one.stream.openedAt }),
      onGap: (gap) => all({ gap })
    });
    this.streams.set(key, one);
    member.post({ joined: "first" });
    one.stream.start(source, after, token2);
  }
  #forgetSilent() {
    const now = this.now();
    for (const { members } of [...this.streams.values()]) {
      for (const [member, heard] of [...members]) if (now - heard > SILENT) this.leave(member);
    }
  }
};

// js/prefs.js
var PREFIX = "pychron-edge.";
function storage(kind) {
  try {
    return globalThis[kind];
  } catch {
    return null;
  }
}
function recall(name, otherwise = "") {
  return storage("localStorage")?.getItem(PREFIX + name) ?? otherwise;
}
function token() {
  return storage("sessionStorage")?.getItem(PREFIX + "token") || recall("token");
}

// js/api.js
var ApiError = class extends Error {
  constructor(status, message, body = {}) {
    super(message);
    this.status = status;
    this.body = body;
  }
};
function headers(more) {
  const secret = token();
  return secret ? { ...more, "X-Pychron-Edge-Token": secret } : { ...more };
}
async function call(path, { method = "GET", head = {}, body, timeout = 8e3, signal } = {}) {
  const signals = [signal, timeout ? AbortSignal.timeout(timeout) : null].filter(Boolean);
  try {
    return await fetch(path, {
      method,
      body,
      headers: headers(head),
      cache: "no-store",
      credentials: "same-origin",
      signal: signals.length ? AbortSignal.any(signals) : void 0
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(0, cause.name === "TimeoutError" ? `no answer in ${timeout / 1e3} s` : "no connection");
  }
}
async function failure(response) {
  const text = await response.text().catch(() => "");
  let message = text.slice(0, 300), body = {};
  try {
    body = JSON.parse(text);
    message = body.error ?? message;
  } catch {
  }
  return new ApiError(response.status, message || `answered ${response.status}`, body);
}
var AT_ONCE = 250;
async function getEvents(params, { base: base2 = "", ...options } = {}) {
  const asked = new URLSearchParams(params);
  asked.set("format", "ndjson");
  const response = await call(`${base2}events?${asked}`, options);
  if (!response.ok) throw await failure(response);
  const lines = (await response.text()).split("\n"), events = [];
  for (let i = 0; i < lines.length; i += AT_ONCE) {
    if (i && globalThis.document?.hidden === false) await new Promise((next) => setTimeout(next));
    for (const line of lines.slice(i, i + AT_ONCE)) if (line) events.push(JSON.parse(line));
  }
  if (events.length && "cut" in events[0]) events.shift();
  return { events, after: response.headers.get("X-Pychron-Edge-After") ?? "", cut: response.headers.get("X-Pychron-Edge-Cut") ?? "" };
}

// js/sse.js
function parser() {
  let rest = "";
  let message = fresh();
  let id = "";
  function line(text, out) {
    if (text === "") {
      if (message.data.length) out.push({ id, event: message.event, data: message.data.join("\n") });
      message = fresh();
      return;
    }
    const colon = text.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (field === "data") message.data.push(value);
    else if (field === "event") message.event = value;
    else if (field === "id" && !value.includes("\0")) id = value;
  }
  return {
    feed(text) {
      const out = [];
      const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop();
      for (const l of lines) line(l, out);
      return out;
    }
  };
}
function fresh() {
  return { event: "message", data: [] };
}

// js/stream.js
var RETRY = 1500;
var POLL = 2e3;
var CROWDED = 3e4;
var SILENCE = 6e4;
var Stream = class {
  constructor({ onEvents, onState, onGap }, base2 = "") {
    Object.assign(this, { onEvents, onState, onGap, base: base2 });
    this.openedAt = 0;
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
      const head = this.#head({ Accept: "text/event-stream", ...this.lastId && { "Last-Event-ID": this.lastId } });
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
    }
  }
};
async function* chunks(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let part; !(part = await reader.read()).done; ) yield part.value;
  } finally {
    reader.cancel().catch(() => {
    });
  }
}

// js/streamworker.js
var base = new URL("../", import.meta.url).href;
var hub = new Hub((handlers) => new Stream(handlers, base));
globalThis.onconnect = ({ ports: [port] }) => {
  const member = { post: (message) => port.postMessage(message) };
  port.onmessage = ({ data }) => data.join ? hub.join(member, data.join) : hub.leave(member);
};
