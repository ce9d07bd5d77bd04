// js/age.js
function age(at2) {
  const began = performance.now() - Math.max(0, Date.now() - at2);
  return () => Math.max(0, Date.now() - at2, performance.now() - began);
}

// js/prefs.js
var PREFIX = "pychron-edge.";
function storage(kind) {
  try {
    return globalThis[kind];
  } catch {
    return null;
  }
}
function recall(name3, otherwise = "") {
  return storage("localStorage")?.getItem(PREFIX + name3) ?? otherwise;
}
function remember(name3, value) {
  const store2 = storage("localStorage");
  try {
    if (value === "") store2?.removeItem(PREFIX + name3);
    else store2?.setItem(PREFIX + name3, value);
  } catch {
  }
}
function token() {
  return storage("sessionStorage")?.getItem(PREFIX + "token") || recall("token");
}
function setToken(value, keep) {
  storage("sessionStorage")?.setItem(PREFIX + "token", value);
  remember("token", keep ? value : "");
}

// js/api.js
var ApiError = class extends Error {
  constructor(status, message, body3 = {}) {
    super(message);
    this.status = status;
    this.body = body3;
  }
};
var askToken = async () => false;
function onDenied(ask2) {
  askToken = ask2;
}
function headers(more2) {
  const secret = token();
  return secret ? { ...more2, "X-Pychron-Edge-Token": secret } : { ...more2 };
}
async function call(path, { method = "GET", head = {}, body: body3, timeout = 8e3, signal } = {}) {
  const signals = [signal, timeout ? AbortSignal.timeout(timeout) : null].filter(Boolean);
  try {
    return await fetch(path, {
      method,
      body: body3,
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
  const text4 = await response.text().catch(() => "");
  let message = text4.slice(0, 300), body3 = {};
  try {
    body3 = JSON.parse(text4);
    message = body3.error ?? message;
  } catch {
  }
  return new ApiError(response.status, message || `answered ${response.status}`, body3);
}
async function getJSON(path, options) {
  const response = await call(path, options);
  if (!response.ok) throw await failure(response);
  return response.json();
}
var AT_ONCE = 250;
async function getEvents(params, { base = "", ...options } = {}) {
  const asked = new URLSearchParams(params);
  asked.set("format", "ndjson");
  const response = await call(`${base}events?${asked}`, options);
  if (!response.ok) throw await failure(response);
  const lines3 = (await response.text()).split("\n"), events2 = [];
  for (let i = 0; i < lines3.length; i += AT_ONCE) {
    if (i && globalThis.document?.hidden === false) await new Promise((next2) => setTimeout(next2));
    for (const line3 of lines3.slice(i, i + AT_ONCE)) if (line3) events2.push(JSON.parse(line3));
  }
  if (events2.length && "cut" in events2[0]) events2.shift();
  return { events: events2, after: response.headers.get("X-Pychron-Edge-After") ?? "", cut: response.headers.get("X-Pychron-Edge-Cut") ?? "" };
}
async function getText(path, options) {
  const response = await call(path, options);
  if (!response.ok) throw await failure(response);
  return response.text();
}
async function getStream(path, options) {
  const response = await call(path, { timeout: 0, ...options });
  if (!response.ok) throw await failure(response);
  return response;
}
async function send(method, path, body3, options = {}) {
  const request = {
    method,
    ...options,
    head: body3 === void 0 ? {} : { "Content-Type": "application/json" },
    body: body3 === void 0 ? void 0 : JSON.stringify(body3)
  };
  let response = await call(path, request);
  if (response.status === 401 && token()) {
    setToken("", false);
    response = await call(path, request);
  }
  if ((response.status === 401 || response.status === 403) && !options.quiet) {
    const why2 = await failure(response);
    if (!await askToken(why2.message)) throw why2;
    response = await call(path, request);
  }
  if (!response.ok) throw await failure(response);
  return response.json().catch(() => ({}));
}

// js/twice.js
var BACK = [36e5, 18e5];
function both(ms2) {
  const offset = (t) => -new Date(t).getTimezoneOffset() * 6e4;
  for (const back of BACK) {
    if (offset(ms2) - offset(ms2 + back) === back) return { first: ms2, last: ms2 + back };
    if (offset(ms2 - back) - offset(ms2) === back) return { first: ms2 - back, last: ms2 };
  }
  return { first: ms2, last: ms2 };
}
var half = null;
var text = "";
function zone(ms2) {
  if (Number.isNaN(ms2)) return "";
  const asked = Math.floor(ms2 / 18e5);
  if (asked !== half) {
    const { first: first2, last } = both(ms2);
    half = asked;
    text = first2 === last ? "" : ` ${ahead(ms2)}`;
  }
  return text;
}
function ahead(ms2) {
  const minutes = -new Date(ms2).getTimezoneOffset(), abs = Math.abs(minutes), two2 = (n) => String(n).padStart(2, "0");
  return `${minutes < 0 ? "−" : "+"}${two2(Math.floor(abs / 60))}${abs % 60 ? `:${two2(abs % 60)}` : ""}`;
}
function ofField(value, last = false) {
  const ms2 = new Date(value).getTime();
  return Number.isNaN(ms2) ? ms2 : both(ms2)[last ? "last" : "first"];
}

// js/format.js
var two = (n) => String(n).padStart(2, "0");
function clock(ms2, withMs = true) {
  return hours(ms2, withMs) + zone(ms2);
}
function hours(ms2, withMs = true) {
  const d = new Date(ms2);
  if (Number.isNaN(d.getTime())) return "–";
  const text4 = `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
  return withMs ? `${text4}.${String(d.getMilliseconds()).padStart(3, "0")}` : text4;
}
function day(ms2) {
  const d = new Date(ms2);
  return Number.isNaN(d.getTime()) ? "–" : `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}
function when(ms2, now, withMs = false) {
  return day(ms2) === day(now) ? clock(ms2, withMs) : `${day(ms2)} ${clock(ms2, withMs)}`;
}
function fromTo(from, to, now) {
  if (day(from) === day(now) && day(to) === day(now)) return `${clock(from, false)} – ${clock(to, false)}`;
  return [from, to].map((ms2) => `${day(ms2).slice(5)} ${hours(ms2, false).slice(0, 5)}${zone(ms2)}`).join(" – ");
}
function utc(ms2) {
  const d = new Date(ms2);
  return Number.isNaN(d.getTime()) ? "" : d.toISOString().replace("T", " ").replace("Z", " UTC");
}
function span(seconds2) {
  if (seconds2 == null || !Number.isFinite(seconds2)) return "–";
  const s = Math.max(0, seconds2);
  if (s < 9.95) return `${s.toFixed(1)} s`;
  if (s < 119.5) return `${Math.round(s)} s`;
  if (s < 5970) return `${Math.round(s / 60)} min`;
  if (s < 172800) return `${Math.floor(s / 3600)} h ${two(Math.floor(s % 3600 / 60))} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor(s % 86400 / 3600)} h`;
}
function bytes(n) {
  if (n < 1e3) return `${n} B`;
  if (n < 1e6) return `${(n / 1e3).toFixed(1)} kB`;
  return `${(n / 1e6).toFixed(1)} MB`;
}
function count(n) {
  return n == null ? "–" : String(Math.round(n)).replace(/\B(?=(\d{3})+(?!\d))/g, " ");
}
function labels(map, without2 = []) {
  return Object.entries(map ?? {}).filter(([k]) => !without2.includes(k)).map(([k, v]) => `${k}=${v}`).join(" ");
}
function logfmt(note2) {
  const pairs2 = {};
  const pattern = /([A-Za-z_][\w.]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)(?:\s+|$)/gy;
  let end = 0;
  for (let m; m = pattern.exec(note2); end = pattern.lastIndex) {
    pairs2[m[1]] = m[2].startsWith('"') ? unquote(m[2]) : m[2];
  }
  return end === note2.length && end > 0 ? pairs2 : null;
}
function unquote(text4) {
  try {
    return JSON.parse(text4);
  } catch {
    return text4.slice(1, -1);
  }
}
function localInput(ms2) {
  return Number.isFinite(ms2) ? `${day(ms2)}T${hours(ms2, false)}` : "";
}
function lasting(seconds2) {
  if (seconds2 == null || !Number.isFinite(seconds2)) return "–";
  const s = Math.max(0, Math.round(seconds2));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${two(s % 60)} s`;
  return span(s);
}
function many(n, one) {
  return `${n} ${one}${n === 1 ? "" : "s"}`;
}

// js/log.js
var LIMIT = { total: 4e3, readings: 2500 };
var SLACK = 500;
var STEP = 6e4;
var LATE = 1e4;
function keyOf(event) {
  return `${event.source}/${event.boot}/${event.lane}/${event.seq}`;
}
var Log = class {
  constructor(limit = LIMIT) {
    this.limit = limit;
    this.clear();
  }
  clear() {
    this.events = [];
    this.keys = /* @__PURE__ */ new Set();
    this.zeros = /* @__PURE__ */ new Map();
    this.version = (this.version ?? 0) + 1;
  }
  /** Adds what is new and returns it. now is the server's time in ms; live says that the events came by the stream. */
  add(events2, { now, live: live2 = false, sorted = false }) {
    const fresh3 = [];
    for (const event of events2) {
      if (!event || typeof event.metric_name !== "string") continue;
      event.key = keyOf(event);
      if (this.keys.has(event.key)) continue;
      this.keys.add(event.key);
      if (event.kind === "clock") this.#clock(event);
      event.ms = this.#time(event);
      event.came = now;
      event.replayed = live2 && now - event.ms > LATE;
      fresh3.push(event);
    }
    this.#place(fresh3, sorted);
    this.#trim();
    return fresh3;
  }
  // A board has no clock battery: what it recorded before its clock was right is dated from the boot's zero, said later.
  #clock(event) {
    const said2 = logfmt(event.note ?? "");
    const zero = Date.parse(said2?.zero ?? "");
    if (said2?.synchronised !== "true" || Number.isNaN(zero)) return;
    this.zeros.set(`${event.source}/${event.boot}`, zero);
    for (const e of this.events) if (e.boot === event.boot && e.source === event.source) e.ms = this.#time(e);
    this.version++;
  }
  #time(event) {
    const said2 = Date.parse(event.timestamp);
    const computed = this.zeros.get(`${event.source}/${event.boot}`) + event.up * 1e3;
    event.computed = event.lane !== "ingest" && Math.abs(computed - said2) > STEP;
    return event.computed ? computed : said2;
  }
  #place(fresh3, sorted) {
    const last = this.events.at(-1)?.ms ?? -Infinity;
    const inOrder3 = !sorted || fresh3.every((e, i) => e.ms >= (i ? fresh3[i - 1].ms : last));
    for (const event of fresh3) this.events.push(event);
    if (inOrder3) return;
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
};

// js/spans.js
function joined(spans, from, to, join2 = 0) {
  if (!(to >= from)) return spans;
  const out = [];
  for (const [a, b] of spans) {
    if (b + join2 < from || a - join2 > to) out.push([a, b]);
    else [from, to] = [Math.min(a, from), Math.max(b, to)];
  }
  const at2 = out.findIndex(([a]) => a > from);
  out.splice(at2 < 0 ? out.length : at2, 0, [from, to]);
  return out;
}
function within(spans, from, to) {
  return spans.map(([a, b]) => [Math.max(a, from), Math.min(b, to)]).filter(([a, b]) => b > a);
}
function without(spans, others) {
  let left = spans;
  for (const [a, b] of others) left = left.flatMap(([x, y]) => b <= x || a >= y ? [[x, y]] : [[x, Math.min(y, a)], [Math.max(x, b), y]].filter(([p, q]) => q > p));
  return left;
}
function common(lists2) {
  return lists2.reduce((all2, one) => all2.flatMap(([a, b]) => within(one, a, b)));
}

// js/downsample.js
function extremes(t, v, buckets) {
  if (t.length <= 2 * buckets || buckets < 1) return { t: [...t], v: [...v] };
  const out = { t: [], v: [] };
  const width = (t.at(-1) - t[0]) / buckets || 1;
  for (let i = 0; i < t.length; ) {
    const end = t[0] + width * (Math.floor((t[i] - t[0]) / width) + 1);
    i = bucket(t, v, i, end, out);
  }
  return out;
}
function bucket(t, v, from, end, out) {
  let low = -1, high = -1, gap = -1, i = from;
  for (; i < t.length && (t[i] < end || i === from); i++) {
    if (v[i] == null) gap = i;
    else {
      if (low < 0 || v[i] < v[low]) low = i;
      if (high < 0 || v[i] > v[high]) high = i;
    }
  }
  for (const k of [.../* @__PURE__ */ new Set([low, high, gap])].filter((k2) => k2 >= 0).sort((a, b) => a - b)) {
    out.t.push(t[k]);
    out.v.push(v[k]);
  }
  return i;
}
function lowerBound(a, x) {
  let low = 0, high = a.length;
  while (low < high) {
    const mid = low + high >> 1;
    if (a[mid] < x) low = mid + 1;
    else high = mid;
  }
  return low;
}

// js/splice.js
var TOUCH = 1.5;
function splice(sources2, from, to) {
  const out = { t: [], min: [], mean: [], max: [], known: [] };
  let end = -Infinity;
  for (const { source, a, b } of shares(sources2, from, to)) {
    if (a - end > TOUCH) {
      ended(out, end);
      begin(out, source, a);
    } else if (out.mean.length && out.mean.at(-1) === null) begin(out, source, a);
    take(out, source, a, b);
    out.known = joined(out.known, a, b, TOUCH);
    end = b;
  }
  return out;
}
function shares(sources2, from, to) {
  const all2 = [];
  let taken = [];
  for (const source of sources2) {
    for (const [a, b] of without(within(source.known, from, to), taken)) all2.push({ source, a, b });
    for (const [a, b] of source.known) taken = joined(taken, a, b);
  }
  return all2.sort((x, y) => x.a - y.a);
}
function ended(out, end) {
  if (out.t.length && out.mean.at(-1) !== null) put(out, Math.max(end, out.t.at(-1)), null, null, null);
}
function begin(out, source, a) {
  const i = lowerBound(source.t, a);
  if (i === 0 || source.t[i] === a || source.mean[i - 1] === null) return;
  put(out, a, source.min[i - 1], source.mean[i - 1], source.max[i - 1]);
}
function take(out, source, a, b) {
  for (let i = lowerBound(source.t, a); i < source.t.length && source.t[i] <= b; i++) put(out, source.t[i], source.min[i], source.mean[i], source.max[i]);
}
function put(out, t, min, mean, max) {
  const n = out.t.length;
  if (n && t <= out.t[n - 1]) {
    if (t < out.t[n - 1] || mean !== null || out.mean[n - 1] === null) return;
    t += 1e-6;
  }
  out.t.push(t);
  out.min.push(min);
  out.mean.push(mean);
  out.max.push(max);
}
function held(data, step, end) {
  const out = { t: [], min: [], mean: [], max: [] };
  for (let i = 0; i < data.t.length; i++) {
    put(out, data.t[i], data.min[i], data.mean[i], data.max[i]);
    const v = data.mean[i];
    if (v === null) continue;
    const next2 = i + 1 < data.t.length ? data.mean[i + 1] === null ? data.t[i + 1] - 1e-6 : data.t[i + 1] - step : end;
    if (next2 - data.t[i] > (i + 1 < data.t.length ? 1.5 * step : 0)) put(out, next2, v, v, v);
  }
  return out;
}

// js/trend.js
var KEEP = 1500;
var SLACK2 = 300;
var SERIES = 400;
var HEARD = 4;
var SILENCE = 100;
function pointKey(source, device, point2) {
  return `${source}/${device}.${point2}`;
}
function splitKey(key) {
  const slash = key.indexOf("/");
  const dot = key.indexOf(".", slash);
  return { source: key.slice(0, slash), device: key.slice(slash + 1, dot), point: key.slice(dot + 1) };
}
var Trend = class {
  constructor() {
    this.series = /* @__PURE__ */ new Map();
    this.seeds = /* @__PURE__ */ new Map();
    this.every = /* @__PURE__ */ new Map();
    this.bounds = [];
    this.replays = [];
  }
  get(key) {
    return this.series.get(key) ?? { t: [], v: [], known: [] };
  }
  /** What the page heard of a point itself, as a source for splice. */
  source(key) {
    const { t, v, known } = this.get(key);
    return { t, min: v, mean: v, max: v, known };
  }
  /** Coarser history of before the page opened, of all between two times. */
  seed(key, series, since, until) {
    const { t = [], min = [], mean = [], max = [] } = series;
    if (this.seeds.size < SERIES) this.seeds.set(key, { t, min, mean, max, known: [[since, until]] });
  }
  /** What a sparkline draws: the seed, then what was heard since. */
  recent(key) {
    const fine = this.get(key), old = this.seeds.get(key);
    if (!old) return fine;
    const mark3 = `${fine.t.length} ${fine.t.at(-1)} ${fine.v.at(-1)}`;
    if (old.mark !== mark3) {
      const { t, mean } = splice([old, this.source(key)], old.known[0][0], Infinity);
      [old.mark, old.recent] = [mark3, { t, v: mean }];
    }
    return old.recent;
  }
  /** One sample; a null value ends the line. Samples that are not newer are put in their place or left out. */
  add(key, t, value) {
    const s = this.#of(key);
    if (!s) return;
    const last = s.t.at(-1) ?? -Infinity;
    if (t <= last) return this.#insert(s, t, value);
    if (value == null && (s.v.length === 0 || s.v.at(-1) == null)) return;
    if (t - last > this.#silence(key) && s.v.at(-1) != null) put2(s, (t + last) / 2, null);
    put2(s, t, value);
    if (s.t.length > KEEP + SLACK2) {
      s.t.splice(0, s.t.length - KEEP);
      s.v.splice(0, s.v.length - KEEP);
      s.known = s.known.filter(([, b]) => b > s.t[0]).map(([a, b]) => [Math.max(a, s.t[0]), b]);
    }
  }
  #of(key) {
    let s = this.series.get(key);
    if (!s && this.series.size < SERIES) this.series.set(key, s = { t: [], v: [], known: [] });
    return s;
  }
  // What is known reaches to until, where now may be later: a viewer's agent can be silent. From what was known before as well, unless it is too long ago
  // that a status came.
  #heard(s, now, until) {
    const last = s.known.at(-1);
    if (last && until >= last[1] && now - s.asked <= HEARD) last[1] = until;
    else if (!last || until > last[1]) s.known = joined(s.known, until, until).slice(-50);
    s.asked = now;
  }
  #silence(key) {
    return Math.max(SILENCE, 2.5 * (this.every.get(key) ?? 0));
  }
  #insert(s, t, value) {
    let i = s.t.length;
    while (i > 0 && s.t[i - 1] > t) i--;
    if (s.t[i - 1] === t || i === 0 && s.t.length >= KEEP) return;
    s.t.splice(i, 0, t);
    s.v.splice(i, 0, value);
  }
  /** Every point of a status; now in epoch seconds of the server. */
  status(status, now) {
    const words = new Map((status.sources ?? []).filter((a) => a.last_word).map((a) => [a.source, Date.parse(a.last_word) / 1e3]));
    for (const device of status.devices ?? []) {
      const until = Math.min(now, words.get(device.source) ?? now);
      for (const p of device.points ?? []) {
        const key = pointKey(device.source, device.name, p.point);
        this.every.set(key, device.every ?? 0);
        const s = this.#of(key);
        if (s) this.#heard(s, now, until);
        const at2 = Date.parse(p.timestamp ?? "") / 1e3;
        if (p.value == null || p.stale || Number.isNaN(at2)) this.add(key, Math.max(until, (s?.t.at(-1) ?? 0) + 1e-3), null);
        else {
          this.add(key, at2, p.value);
          if (s?.v.at(-1) === null) this.add(key, now, p.value);
          this.#bound(key, at2, p.bound);
        }
      }
    }
  }
  /** A connection that was lost is a gap in every series. */
  gap(now) {
    for (const key of this.series.keys()) this.add(key, now, null);
  }
  /** A device failed: what it said before holds no longer, and its curves are broken until it speaks again. */
  failed(source, device, now) {
    const prefix = pointKey(source, device, "");
    for (const key of this.series.keys()) if (key.startsWith(prefix)) this.add(key, now, null);
  }
  /** A reading or state event of a point. */
  event(e, point2) {
    const key = pointKey(e.source, e.device, point2);
    this.add(key, e.ms / 1e3, e.missing ? null : e.value);
    if (!e.missing) this.#bound(key, e.ms / 1e3, e.bound);
    if (e.replayed) stretch(this.replays, { key }, e.ms / 1e3).at = e.came / 1e3;
  }
  #bound(key, t, bound) {
    if (bound === "at_most" || bound === "at_least") stretch(this.bounds, { key, bound }, t);
  }
};
function stretch(list, kind, t) {
  const last = list.findLast((s) => s.key === kind.key && s.bound === kind.bound);
  if (last && t >= last.from && t - last.to < SILENCE) {
    last.to = Math.max(last.to, t);
    return last;
  }
  list.push({ ...kind, from: t, to: t });
  if (list.length > 300) list.splice(0, 60);
  return list.at(-1);
}
function put2(s, t, v) {
  s.t.push(t);
  s.v.push(v);
}

// js/sse.js
function parser() {
  let rest = "";
  let message = fresh();
  let id = "";
  function line3(text4, out) {
    if (text4 === "") {
      if (message.data.length) out.push({ id, event: message.event, data: message.data.join("\n") });
      message = fresh();
      return;
    }
    const colon = text4.indexOf(":");
    if (colon === 0) return;
    const field3 = colon < 0 ? text4 : text4.slice(0, colon);
    const value = colon < 0 ? "" : text4.slice(colon + 1).replace(/^ /, "");
    if (field3 === "data") message.data.push(value);
    else if (field3 === "event") message.event = value;
    else if (field3 === "id" && !value.includes("\0")) id = value;
  }
  return {
    feed(text4) {
      const out = [];
      const lines3 = (rest + text4).split(/\r\n|\n|\r(?!$)/);
      rest = lines3.pop();
      for (const l of lines3) line3(l, out);
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
var SILENCE2 = 6e4;
var Stream = class {
  constructor({ onEvents, onState, onGap }, base = "") {
    Object.assign(this, { onEvents, onState, onGap, base });
    this.openedAt = 0;
  }
  /** Begins after a cursor ("" = now) with the events of one source ("" = all). */
  start(source = "", after2 = "", secret = token()) {
    this.stop();
    this.source = source;
    this.secret = secret;
    this.lastId = after2;
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
  #head(more2 = {}) {
    return this.secret ? { ...more2, "X-Pychron-Edge-Token": this.secret } : more2;
  }
  #params(more2 = {}) {
    const params = new URLSearchParams(more2);
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
    const quiet2 = new AbortController();
    let timer = setTimeout(() => quiet2.abort(), SILENCE2);
    try {
      const head = this.#head({ Accept: "text/event-stream", ...this.lastId && { "Last-Event-ID": this.lastId } });
      const response = await call(this.#path(), { head, timeout: 0, signal: AbortSignal.any([signal, quiet2.signal]) });
      if (!response.ok || !response.body) return this.#poll(signal, response.status === 429 ? "crowded" : "polling");
      this.#opened();
      const cut2 = parser();
      for await (const text4 of chunks(response.body)) {
        clearTimeout(timer);
        timer = setTimeout(() => quiet2.abort(), SILENCE2);
        for (const m of cut2.feed(text4)) this.#take(m);
      }
    } catch {
    } finally {
      clearTimeout(timer);
    }
    if (signal.aborted) return;
    this.onState("broken");
    this.#later(signal, () => this.#read(signal));
  }
  async #poll(signal, state2, since = Date.now()) {
    if (state2 === "crowded" && Date.now() - since > CROWDED) return this.#read(signal);
    try {
      const got = await getEvents(this.#params({ limit: "1000" }), { signal, base: this.base, head: this.#head() });
      this.lastId = got.after || this.lastId;
      this.onEvents(got.events);
      this.onState(state2);
    } catch {
      if (!signal.aborted) this.onState("broken");
    }
    this.#later(signal, () => this.#poll(signal, state2, since), POLL);
  }
  #later(signal, again, ms2 = RETRY) {
    setTimeout(() => signal.aborted || again(), ms2);
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
async function* chunks(body3) {
  const reader = body3.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let part2; !(part2 = await reader.read()).done; ) yield part2.value;
  } finally {
    reader.cancel().catch(() => {
    });
  }
}

// js/sharedstream.js
var ANSWER = 3e3;
var STILL_HERE = 2e4;
function makeStream(handlers) {
  if (typeof SharedWorker !== "undefined") return new WorkerStream(handlers);
  if (globalThis.navigator?.locks && typeof BroadcastChannel !== "undefined") return new ElectedStream(handlers);
  return new Stream(handlers);
}
async function catchUp({ source, after: after2, signal, onEvents }) {
  if (!after2) return;
  const params = new URLSearchParams({ limit: "5000", after: after2 });
  if (source) params.set("source", source);
  const got = await getEvents(params, { signal }).catch(() => null);
  if (got && !signal.aborted) onEvents(got.events);
}
var newWorker = () => new SharedWorker(new URL("streamworker.js", import.meta.url), { type: "module", name: "pychron-edge events" });
var WorkerStream = class {
  constructor(handlers, makeWorker = newWorker) {
    Object.assign(this, { handlers, makeWorker });
    this.openedAt = 0;
    globalThis.addEventListener?.("pagehide", (e) => e.persisted || this.stop());
  }
  start(source = "", after2 = "") {
    this.stop();
    this.lastId = after2;
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
    const join2 = () => this.port.postMessage({ join: { source, after: this.lastId, token: token() } });
    join2();
    const still = setInterval(join2, STILL_HERE);
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
    const after2 = this.lastId;
    this.stop();
    this.ended = new AbortController();
    const onState = (state2) => {
      this.openedAt = this.own?.openedAt ?? 0;
      this.handlers.onState(state2);
    };
    this.own = new Stream({ ...this.handlers, onState });
    this.own.start(source, after2);
  }
  #take(message, source, signal) {
    const { onEvents, onState, onGap } = this.handlers;
    if (message.joined === "late") catchUp({ source, after: this.lastId, signal, onEvents });
    if (message.openedAt !== void 0) this.openedAt = message.openedAt;
    if (message.last) this.lastId = message.last;
    if (message.events) onEvents(message.events);
    if (message.state) onState(message.state);
    if (message.gap) onGap(message.gap);
  }
};
var ElectedStream = class {
  constructor(handlers, { locks = globalThis.navigator?.locks, Channel = globalThis.BroadcastChannel, make = (h2) => new Stream(h2) } = {}) {
    Object.assign(this, { handlers, locks, Channel, make });
    this.openedAt = 0;
  }
  start(source = "", after2 = "") {
    this.stop();
    this.lastId = this.after = after2;
    this.joined = false;
    this.ended = new AbortController();
    const { signal } = this.ended;
    const name3 = `pychron-edge events ${source} ${token() ? "token" : ""}`;
    this.channel = new this.Channel(name3);
    this.channel.onmessage = ({ data }) => signal.aborted || this.#take(data, source, signal);
    this.channel.postMessage({ hello: true });
    const lead = () => new Promise((done) => {
      if (signal.aborted) return done();
      signal.addEventListener("abort", done);
      this.#lead(source);
    });
    this.locks.request(name3, { signal }, lead).catch(() => {
    });
  }
  stop() {
    this.ended?.abort();
    this.own?.stop();
    this.own = null;
    this.channel?.close();
    this.channel = null;
  }
  #lead(source) {
    const say2 = (message) => {
      this.channel?.postMessage(message);
      this.#hear(message);
    };
    this.own = this.make({
      onEvents: (events2) => say2({ events: events2, last: this.own?.lastId }),
      onState: (state2) => say2(this.state = { state: state2, openedAt: this.own?.openedAt }),
      onGap: (gap) => say2({ gap })
    });
    this.own.start(source, this.lastId);
  }
  #take(message, source, signal) {
    if (message.hello) {
      if (this.own && this.state) this.channel.postMessage(this.state);
      return;
    }
    if (message.state && !this.joined) {
      this.joined = true;
      catchUp({ source, after: this.after, signal, onEvents: this.handlers.onEvents });
    }
    this.#hear(message);
  }
  #hear(message) {
    if (message.openedAt !== void 0) this.openedAt = message.openedAt;
    if (message.last) this.lastId = message.last;
    if (message.events) this.handlers.onEvents(message.events);
    if (message.state) this.handlers.onState(message.state);
    if (message.gap) this.handlers.onGap(message.gap);
  }
};

// js/units.js
var PRESSURES = {
  torr: { factor: 760 / 101325, label: "Torr" },
  mbar: { factor: 0.01, label: "mbar" },
  pa: { factor: 1, label: "Pa" }
};
var OTHERS = {
  celsius: { factor: 1, label: "°C", digits: 1 },
  watts: { factor: 1, label: "W" },
  volts: { factor: 1, label: "V" },
  amperes: { factor: 1, label: "A" },
  hertz: { factor: 1, label: "Hz" },
  meters: { factor: 1e3, label: "mm", digits: 3 },
  seconds: { factor: 1, label: "s" },
  counts_per_second: { factor: 1, label: "cps" },
  percent: { factor: 1, label: "%", digits: 1 },
  daltons: { factor: 1, label: "u", digits: 4 },
  cubic_meters_per_second: { factor: 6e4, label: "l/min" },
  sccm: { factor: 1, label: "sccm" },
  cubic_meters: { factor: 1e3, label: "l" },
  ohms: { factor: 1, label: "Ω" },
  siemens_per_meter: { factor: 1e4, label: "µS/cm" },
  ratio: { factor: 1, label: "of 1" },
  counts: { factor: 1, label: "counts" },
  joules: { factor: 1, label: "J" },
  volt_amperes: { factor: 1, label: "VA" },
  degrees: { factor: 1, label: "°" },
  grams: { factor: 1, label: "g" },
  meters_per_second: { factor: 1e3, label: "mm/s" },
  teslas: { factor: 1, label: "T" },
  number: { factor: 1, label: "" }
};
var CHOICES = Object.entries(PRESSURES).map(([name3, u]) => ({ name: name3, label: u.label }));
function isChoice(word) {
  return Object.hasOwn(PRESSURES, word);
}
function reading(unit, choice3 = "torr") {
  if (unit === "pascals") return { ...PRESSURES[choice3] ?? PRESSURES.torr, log: true };
  const other2 = Object.hasOwn(OTHERS, unit) ? OTHERS[unit] : null;
  return { ...other2 ?? { factor: 1, label: unit ?? "" }, log: false };
}
function convert(value, unit, choice3) {
  return value == null || !Number.isFinite(value) ? null : value * reading(unit, choice3).factor;
}
var UNITS = ["pascals", ...Object.keys(OTHERS)].filter((u) => u !== "number").sort((a, b) => b.length - a.length);
function number(value, digits) {
  if (value == null || !Number.isFinite(value)) return "–";
  if (value === 0) return digits ? 0 .toFixed(digits) : "0";
  const size = Math.abs(value);
  if (digits !== void 0 && size < 1e6) return value.toFixed(digits);
  if (size < 0.01 || size >= 1e5) return value.toExponential(2).replace("e+", "e");
  return String(Number(value.toPrecision(size >= 1e3 ? 5 : 3)));
}
function display(value, unit, choice3, bound = "exact") {
  const how = reading(unit, choice3);
  const text4 = number(convert(value, unit, choice3), how.digits);
  if (bound === "at_most") return { text: "< " + text4, unit: how.label, hint: "under range" };
  if (bound === "at_least") return { text: "> " + text4, unit: how.label, hint: "over range" };
  return { text: text4, unit: how.label, hint: "" };
}

// js/unitwords.js
var PASCALS = { torr: 101325 / 760, mbar: 100, pa: 1 };
var NUMBER = String.raw`[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?`;
var CALLED = new RegExp(String.raw`\b(torr|mbar|pa)\(\s*(${NUMBER})\s*\)`, "gi");
var PORT = /\b(?:serial|tcp|udp):\/\/\S+?:\s/g;
var WRITTEN = new RegExp(String.raw`(?<![\w.])(${NUMBER})\s(torr|mbar|pa)\b`, "gi");
function inUnits(text4, units) {
  const say2 = (value, from) => {
    const how = reading("pascals", units);
    const n = from.toLowerCase() === units ? plain(value) : number(Number(value) * PASCALS[from.toLowerCase()] * how.factor);
    return `${n} ${how.label}`;
  };
  return String(text4 ?? "").replace(PORT, "").replace(CALLED, (_, from, value) => say2(value, from)).replace(WRITTEN, (_, value, from) => say2(value, from));
}
function plain(value) {
  return value.toLowerCase().replace(/e([-+]?)0*(\d)/, (_, sign2, digit) => `e${sign2 === "-" ? "-" : ""}${digit}`);
}

// js/valves.js
var MANUAL = "manual";
function valvesOf(device) {
  const open2 = (device.points ?? []).filter((p) => p.name === "open");
  if (!open2.length && device.family === "valve") open2.push({ point: "open", name: "open", channel: "", value: null, stale: true });
  return open2.map((point2) => valve(device, point2));
}
function valve(device, point2) {
  const channel = point2.channel ?? "";
  const control = (device.controls ?? []).find((c) => c.control === point2.point) ?? null;
  const commanded = (device.points ?? []).find((p) => p.name === "commanded" && (p.channel ?? "") === channel)?.value ?? null;
  return {
    key: `${device.source ?? ""}/${device.name}.${point2.point}`,
    name: channel || device.name,
    box: channel ? device.name : "",
    about: point2.description || (channel ? "" : device.description) || "",
    device,
    point: point2,
    control,
    commanded,
    state: stateOf(device, point2, control, commanded)
  };
}
function onlyValves(device) {
  const points3 = device.points ?? [];
  return device.family === "valve" || points3.length > 0 && points3.every((p) => p.name === "open" || p.name === "commanded");
}
function stateOf(device, point2, control, commanded) {
  const silent = device.health === "unavailable" || device.health === "disabled";
  if (control?.moving) return "moving";
  if (silent) return "unknown";
  if (point2.value == null && point2.last == null && device.model === MANUAL) return "unreported";
  if (point2.stale || control?.state === "unknown") return "unknown";
  if (point2.value !== 0 && point2.value !== 1) return "unknown";
  if (commanded !== null && commanded !== point2.value) return "mismatch";
  return point2.value === 1 ? "open" : "closed";
}
var WORDS = { open: "open", closed: "closed", moving: "moving", mismatch: "not as told", unknown: "not known", unreported: "not reported" };
function valveWord(state2) {
  return WORDS[state2];
}
function valveKnown(state2) {
  return state2 === "open" || state2 === "closed" || state2 === "moving";
}

// js/channels.js
var KINDS = [
  ["pascals", "Pressures"],
  ["celsius", "Temperatures"],
  ["hertz", "Pumps and rotation"],
  ["volts", "Signals"],
  ["counts_per_second", "Signals"],
  ["amperes", "Signals"],
  ["meters", "Positions"]
];
var ORDER = ["Pressures", "Valves", "Lasers", "Temperatures", "Pumps and rotation", "Signals", "Positions", "Other readings", "Conditions"];
var NOWHERE = "Not on the drawing";
function plainName(name3) {
  return name3.replaceAll("_", " ").replace(/\bword\b/g, "code");
}
function lineName(device) {
  const port = device.port ?? "";
  if (device.model === "derived") return "Computed";
  if (!port) return device.model === "manual" ? "Moved by hand" : "Pins of the board";
  const [scheme, rest] = port.split("://");
  const [path, search2 = ""] = (rest ?? "").split("?");
  if (scheme !== "serial") return `${scheme} ${path}`;
  const named3 = /usb-(.+?)(?:-if\d+.*)?$/.exec(path)?.[1] ?? new URLSearchParams(search2).get("serial");
  return `USB ${(named3 ?? path.split("/").at(-1)).replace(/^FTDI_/, "").replaceAll("_", " ")}`;
}
function rowsOf(status) {
  return (status.devices ?? []).flatMap((device) => [...valvesOf(device).map((v) => valveRow(device, v)), ...pointRows(device)]);
}
function valveRow(device, v) {
  return { key: v.key, type: "valve", kind: "Valves", line: lineName(device), source: device.source ?? "", device, point: v.point, valve: v, name: v.name, about: [v.box, v.about].filter(Boolean).join(" · "), usual: valveKnown(v.state) || v.state === "unreported" };
}
function pointRows(device) {
  if (onlyValves(device)) return [];
  const points3 = (device.points ?? []).filter((p) => p.name !== "open" && p.name !== "commanded");
  const all2 = points3.length ? points3 : [{ point: "", name: "", unit: "", value: null, last: null, missing: "", stale: true, age: 0 }];
  return all2.map((point2) => ({
    key: pointKey(device.source, device.name, point2.point),
    type: "point",
    kind: kindOf(device, point2),
    line: lineName(device),
    source: device.source ?? "",
    device,
    point: point2,
    name: point2.point ? `${device.name}.${plainName(point2.point)}` : device.name,
    about: point2.description || device.description || "",
    usual: usual(device, point2)
  }));
}
function kindOf(device, point2) {
  if (device.family === "laser") return "Lasers";
  if (!point2.unit && point2.metric?.includes("is_")) return "Conditions";
  return KINDS.find(([unit]) => unit === point2.unit)?.[1] ?? "Other readings";
}
function usual(device, point2) {
  if (device.health === "unavailable") return false;
  if (point2.value != null && !point2.stale) return true;
  return Boolean(point2.missing) && !point2.stale && point2.last == null && /cannot be asked|not reported|not commanded|not read yet|not received/.test(point2.missing);
}
function found(rows2, search2) {
  const words = search2.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return rows2;
  return rows2.filter((r) => {
    const text4 = `${r.name} ${r.about} ${r.device.name} ${r.device.description ?? ""} ${r.device.model} ${r.source} ${r.kind}`.toLowerCase();
    return words.every((w) => text4.includes(w));
  });
}
function groupRows(rows2, by2, marks = /* @__PURE__ */ new Map(), places = null) {
  const titleOf = { kind: (r) => r.kind, place: (r) => places.of(r) || NOWHERE, device: (r) => r.device.description || r.device.name, line: (r) => r.line }[by2];
  const groups = /* @__PURE__ */ new Map();
  for (const row7 of rows2) {
    const title = titleOf(row7);
    if (!groups.has(title)) groups.set(title, { title, rows: [], odd: 0 });
    const g = groups.get(title);
    g.rows.push(row7);
    if (isOdd(row7, marks)) g.odd++;
  }
  const list = [...groups.values()];
  const order = { kind: ORDER, place: [...places?.order ?? [], NOWHERE] }[by2];
  if (order) list.sort((a, b) => order.indexOf(a.title) - order.indexOf(b.title));
  return list;
}
function isOdd(row7, marks) {
  return !row7.usual || marks.has(row7.key);
}
function oddRows(rows2, marks) {
  const rank3 = (r) => ({ bad: 0, warn: 1 })[marks.get(r.key)?.look] ?? 2;
  return rows2.filter((r) => isOdd(r, marks)).map((r, i) => ({ r, i })).sort((a, b) => rank3(a.r) - rank3(b.r) || a.i - b.i).map((x) => x.r);
}
function groupWords(group3) {
  const n = group3.rows.length, many2 = `${n} ${n === 1 ? "channel" : "channels"}`;
  if (group3.title === "Valves") return `${group3.rows.filter((r) => r.valve?.state === "open").length} of ${n} open${group3.odd ? ` · ${group3.odd} not usual` : ""}`;
  return `${many2} · ${group3.odd ? `${group3.odd} not usual` : "all usual"}`;
}

// js/words.js
var FLAGS = { valve_is_open: ["closed", "open"], valve_is_commanded: ["closed", "open"], service_health_state: ["unknown", "healthy", "degraded", "unavailable"], laser_is_enabled: ["disabled", "ENABLED"], interlock_tripped: ["cleared", "TRIPPED"], alarm_active: ["over", "ACTIVE"], device_up: ["down", "up"] };
function valueOf(event, units) {
  if (event.value == null) return event.missing ? `no value: ${event.missing}` : "–";
  if (event.event_type === "counter") return `${event.value < 0 ? "" : "+"}${number(event.value)}`;
  const named3 = /^(reading|state)$/.test(event.kind) && logfmt(event.note ?? "")?.state;
  if (named3) return named3;
  const flag2 = flagOf(event.metric_name, event.value);
  if (flag2) return flag2;
  const d = display(event.value, event.unit, units, event.bound);
  return `${d.text} ${d.unit}`.trim();
}
function flagOf(metric, value) {
  if (Object.hasOwn(FLAGS, metric)) return FLAGS[metric][value] ?? "";
  return /(^|_)is_/.test(metric) ? ["no", "yes"][value] ?? "" : "";
}
function refusedWhy(text4) {
  return (text4 ?? "").replace(/: (refused|not allowed)$/, "");
}
function subject(event) {
  const { device, service, rule, alarm: alarm3 } = event.labels ?? {};
  return event.device || device || service || rule || alarm3 || "";
}

// js/sentence.js
var joined2 = (parts) => parts.filter(Boolean).join(" · ");
var capital = (text4) => text4 && text4[0].toUpperCase() + text4.slice(1);
function sentence(event, units) {
  const note2 = logfmt(event.note ?? "") ?? {};
  const make = SENTENCES[event.kind] ?? other;
  const s = make(event, note2, units);
  return { look: "", ...s, more: inUnits(joined2([].concat(s.more)), units) };
}
var SENTENCES = { command, state, trip, alarm, failure: failure2, recovery, lifecycle, reading: reading2, system, clock: clock2 };
function took(text4) {
  const m = /^([\d.]+)(µs|us|ms|s)$/.exec(text4 ?? "");
  if (!m) return text4 ? text4 : "";
  const ms2 = Number(m[1]) * { µs: 1e-3, us: 1e-3, ms: 1, s: 1e3 }[m[2]];
  return ms2 >= 1e4 ? `${(ms2 / 1e3).toFixed(1)} s` : ms2 >= 10 ? `${Math.round(ms2)} ms` : `${ms2.toFixed(1)} ms`;
}
var VIA = { mqtt: "through the broker", pychron: "through Pychron's protocol", socket: "on the machine itself", page: "from the page" };
function by({ who, via }, word = "by") {
  if (!who) return "";
  return who === "agent" ? `${word} the agent` : [`${word} ${who}`, VIA[via]].filter(Boolean).join(" ");
}
var DONE = { lock: "locked", unlock: "unlocked", break_lock: "unlocked by force", hold: "held by a lease", release: "released", halt: "halted" };
function command(event, note2, units) {
  const device = event.device || note2.device || "", control = event.labels?.control || note2.control || "";
  if (event.metric_name.startsWith("commands_refused")) {
    const done2 = participle(control, note2.new);
    const act = !device ? "A call was refused" : done2 ? `${device} was not ${done2}` : `${device}${control ? ` ${plainName(control)}` : ""} was not set`;
    return { what: act, more: [by(note2, "asked by"), refusedWhy(event.status), note2.call], icon: "refused" };
  }
  if (event.metric_name !== "commands_total") return other(event, note2, units);
  const good = event.status === "success", icon2 = control === "halt" ? "refused" : iconOf(control);
  const why2 = note2.why && note2.why !== "asked for" ? note2.why : "";
  if (!good) return { what: `${device}.${control}: ${event.status === "unsettled" ? "what became of it is not known" : `not done, ${event.status}`}`, more: [by(note2), why2, took(note2.took)], icon: icon2, look: "bad" };
  const more2 = [by(note2), why2, note2.took && `took ${took(note2.took)}`];
  if (DONE[control]) return { what: `${device} ${DONE[control]}`, more: more2, icon: control === "halt" ? "refused" : "locked" };
  const done = participle(control, note2.new);
  if (done && note2.old === note2.new) return { what: `${device} stays ${STAYS[done]}`, more: more2, icon: icon2 };
  if (done) return { what: `${device} ${done}`, more: more2, icon: icon2 };
  const unit = /^(power)$/.test(control) ? "percent" : "";
  const say2 = (v) => unit ? Object.values(display(Number(v), unit, units)).join(" ").trim() : number(Number(v));
  return { what: `${device} ${plainName(control)} set to ${say2(note2.new)}`, more: [note2.old !== void 0 && `was ${note2.old === "unknown" ? "not known" : say2(note2.old)}`, ...more2], icon: "set" };
}
var STAYS = { opened: "open", closed: "closed", enabled: "enabled", disabled: "disabled" };
function participle(control, value) {
  if (control !== "halt" && value !== "0" && value !== "1") return "";
  if (control === "open" || /^V\w+$/.test(control)) return value === "1" ? "opened" : "closed";
  if (control === "enabled") return value === "1" ? "enabled" : "disabled";
  if (control === "halt") return "halted";
  return "";
}
var iconOf = (control) => control === "enabled" || control === "power" ? "beam" : control === "open" ? "valve" : "set";
function state(event, { old, ...note2 }, units) {
  const device = event.device, now = valueOf(event, units);
  const beam = event.metric_name === "laser_is_enabled", valve3 = event.point === "open" || event.metric_name === "valve_is_open";
  const what = valve3 || beam ? `${device} is ${now.toLowerCase()}` : `${device}: ${plainName(event.point || event.metric_name)} ${now}`;
  const was = old === void 0 || old === "unknown" ? old === "unknown" ? "as found at the start" : "" : `was ${event.value > 1 ? number(Number(old)) : valueOf({ ...event, value: Number(old), note: "" }, units).toLowerCase()}`;
  const more2 = Object.entries(note2).filter(([k]) => !["state", "actuations", "beam_seconds", "shots", "on_seconds"].includes(k)).map(([k, v]) => `${plainName(k)} ${v}`);
  return { what, more: [was, ...more2], icon: valve3 ? "valve" : beam ? "beam" : "set" };
}
function trip(event, note2) {
  const rule = event.labels?.rule ?? "a rule";
  if (event.status === "tripped") return { what: `Trip: ${rule}`, more: [note2.why], icon: "trip", look: "bad" };
  const words = { cleared: "cleared", bypassed: "bypassed", "bypass ended": "in force again" };
  return { what: `${rule} ${words[event.status] ?? event.status}`, more: [by(note2), note2.why], icon: "done" };
}
function silence(event, agent) {
  const last = Date.parse(/^last message (\S+)$/.exec(event.note ?? "")?.[1] ?? "");
  if (event.value === 0) return { what: `${agent} sends again`, more: [], icon: "done" };
  return { what: `${agent} is ${event.status === "offline" ? "offline" : "silent"}`, more: [Number.isNaN(last) ? event.note : `last word ${when(last, event.ms ?? Date.parse(event.timestamp))}`], icon: "unknown" };
}
function alarm(event, note2) {
  if (event.labels?.alarm === "agent silent" && event.labels.agent) return silence(event, event.labels.agent);
  const name3 = note2.text || event.labels?.alarm || "an alarm", agent = event.labels?.agent;
  const title = { raised: `Alarm: ${name3}`, active: `Alarm: ${[agent, name3].filter(Boolean).join(" ")}`, ended: `Over: ${name3}`, acknowledged: `Acknowledged: ${name3}`, shelved: `Shelved: ${name3}` };
  const grave = event.severity === "error" || event.severity === "critical";
  const on = event.status === "raised" || event.status === "active";
  const more2 = event.note && !logfmt(event.note) ? event.note : "";
  return { what: title[event.status] ?? `${name3}: ${event.status}`, more: [note2.why, by(note2), more2], icon: on ? "alarm" : "done", look: on ? grave ? "bad" : "warn" : "" };
}
var isService = (event) => event.metric_name === "service_health_state";
function failure2(event, note2) {
  if (isService(event)) return { what: `The ${subject(event)} is not well`, more: [event.status !== "success" && event.status, note2.why], icon: "unknown" };
  return { what: `${subject(event) || "something"} does not answer`, more: [event.status !== "success" && event.status, note2.why], icon: "unknown" };
}
function recovery(event, note2) {
  if (isService(event)) return { what: `The ${subject(event)} is well again`, more: [note2.after && `after ${note2.after}`], icon: "done" };
  return { what: `${subject(event) || "something"} answers again`, more: [note2.after && `after ${note2.after}`], icon: "done" };
}
var PHASES = { extraction: "Extraction", measurement: "Measurement", save: "Saving" };
function lifecycle(event) {
  const { run_id: id, run, queue, sample, run_type: type, status = event.status, ...more2 } = event.labels ?? {};
  const name3 = event.metric_name.replace(/^pychron_/, "").replace(/_total$/, ""), [, what, end] = /^(\w+)_(started|completed)$/.exec(name3) ?? [];
  const about = run || (/^[0-9a-f]{8}-/.test(id ?? "") ? id.slice(0, 8) : id);
  const bad = end === "completed" && /^(failed|invalid)$/.test(status ?? "");
  if (what === "run") return { what: `Run ${about ?? ""} ${end}${end === "completed" && status ? `: ${status}` : ""}`, more: [type, sample, queue && `queue ${queue}`, labels(more2)], icon: "run", look: bad ? "bad" : "" };
  if (what === "queue") return { what: `Queue ${queue ?? ""} ${end}`, more: [type, labels(more2), end === "completed" && status], icon: "run" };
  if (PHASES[what]) return { what: `${PHASES[what]} ${end}`, more: [about && `run ${about}`, type, end === "completed" && status, labels(more2)], icon: what === "save" ? "saved" : "run", look: bad ? "bad" : "" };
  return other(event, {});
}
function reading2(event, note2, units) {
  const name3 = event.device ? `${event.device}${event.point ? `.${plainName(event.point)}` : ""}` : plainName(event.metric_name);
  return { what: `${name3} ${valueOf(event, units)}`, more: "", icon: "reading" };
}
var SYSTEM = { agent_starts_total: "The agent started", agent_stops_total: "The agent stopped", agent_clears_total: "The log was cleared", agent_reloads_total: "The configuration was read anew", agent_odometer_notes_total: "Counts kept" };
function system(event, note2) {
  const what = SYSTEM[event.metric_name];
  if (!what) return other(event, note2);
  const more2 = Object.entries(note2).filter(([k]) => k !== "who").map(([k, v]) => `${plainName(k)} ${v}`);
  return { what, more: [event.status !== "success" && event.status, by(note2), ...more2], icon: "program" };
}
function clock2(event, note2) {
  return { what: note2.synchronised === "true" ? "The clock is right" : "The clock is not to be believed", more: [note2.how, event.value != null && `off by ${number(event.value)} s`], icon: "program" };
}
function other(event, note2, units) {
  const value = event.event_type === "counter" && event.value === 1 ? "" : valueOf(event, units);
  const about = event.device && !event.labels?.device ? event.device : "";
  return { what: capital(`${plainName(event.metric_name.replace(/_total$/, ""))} ${value}`.trim()), more: [about, labels(event.labels), event.status !== "success" && event.status, event.note], icon: event.lane === "ingest" ? "run" : "program" };
}
function explain(events2, command2) {
  if (command2.kind !== "command" || command2.status !== "success" || !command2.device) return false;
  const took2 = 5e3, from = command2.ms - took2;
  let marked = false;
  for (let i = events2.length - 1; i >= 0 && events2[i].ms >= from; i--) {
    const e = events2[i];
    if (e.kind !== "state" || e.device !== command2.device || e.source !== command2.source || e.told) continue;
    e.told = marked = true;
  }
  return marked;
}

// js/usualband.js
var WEEK = 7 * 86400;
var STEP2 = 600;
var DAY = 86400;
var LONG = 2 * STEP2;
var AGAIN = 36e5;
var REST = 400;
function usualOf({ t = [], mean = [] }) {
  const held2 = [];
  for (let i = 0; i + 1 < t.length; i++) if (mean[i] != null) held2.push([mean[i], Math.min(t[i + 1] - t[i], LONG)]);
  const all2 = held2.reduce((sum, [, seconds2]) => sum + seconds2, 0);
  if (all2 < DAY) return null;
  held2.sort((x, y) => x[0] - y[0]);
  const at2 = (q) => {
    let past = 0;
    return held2.find(([, seconds2]) => (past += seconds2) >= q * all2)[0];
  };
  return { low: at2(0.05), high: at2(0.95) };
}
var Usual = class {
  constructor() {
    this.bands = /* @__PURE__ */ new Map();
  }
  get(key) {
    return this.bands.get(key)?.band ?? null;
  }
  /** Asks for the bands of points [{key, source, device, point}] that are not known or old, while going() is true. */
  async ask(points3, now, going, fetchJSON = getJSON, rest = REST) {
    for (const { key, source, device, point: point2 } of points3) {
      if (Date.now() - (this.bands.get(key)?.at ?? -Infinity) < AGAIN) continue;
      const params = new URLSearchParams({ source, device, point: point2, points: String(WEEK / STEP2), since: new Date(now - WEEK * 1e3).toISOString(), until: new Date(now).toISOString() });
      const series = await fetchJSON(`series?${params}`).catch(() => ({}));
      if (!going()) return;
      this.bands.set(key, { band: usualOf(series), at: Date.now() });
      await new Promise((done) => setTimeout(done, rest));
    }
  }
};

// js/statuspath.js
var statusPath = (source) => `status${source ? `?source=${encodeURIComponent(source)}` : ""}`;
async function earlyStatus(path) {
  const first2 = globalThis.early;
  delete globalThis.early;
  return first2?.path === path && first2.secret === token() ? first2.answer : null;
}

// js/store.js
var EVERY = 1e3;
var LOST = 3500;
var BACKLOG = 1e3;
var SETTLED = 3e3;
var REST2 = 3e4;
var NEAR = 200;
var FLUSH = 100;
var Store = class {
  constructor() {
    this.status = null;
    this.heard = age(Date.now());
    this.isLost = false;
    this.problem = "";
    this.source = "";
    this.streaming = "broken";
    this.log = new Log();
    this.trend = new Trend();
    this.usual = new Usual();
    this.rightUnit = recall("units");
    this.listeners = /* @__PURE__ */ new Map();
    this.arrived = [];
    this.due = /* @__PURE__ */ new Set();
    this.missed = 0;
    this.stream = makeStream({ onEvents: (e) => this.#arrive(e), onState: (state2) => this.#streaming(state2), onGap: (n) => this.missed += n > 0 ? n : 0 });
  }
  /** Calls f whenever topic changes: status, events (with the new ones), tick, units, source, lost. */
  on(topic, f) {
    if (!this.listeners.has(topic)) this.listeners.set(topic, /* @__PURE__ */ new Set());
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
    return this.heard() / 1e3;
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
  setSource(name3) {
    if (name3 === this.source && this.started) return;
    this.source = name3;
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
    const first2 = this.#poll();
    setInterval(() => this.#tick(), 250);
    document.addEventListener("visibilitychange", () => this.#seen(!document.hidden));
    return first2;
  }
  // A page that nobody sees gives its stream back, and fills its log anew when seen.
  #seen(visible2) {
    clearTimeout(this.resting);
    this.#tick();
    if (!visible2) {
      this.resting = setTimeout(() => {
        this.stream.stop();
        this.rested = true;
      }, REST2);
      return;
    }
    this.#poll();
    if (this.rested) this.restart();
    this.rested = false;
  }
  /** Fills the log anew and follows it from there. Also called when a token was entered or a mark was set. */
  async restart() {
    const mine = this.filling = {};
    this.stream.stop();
    const audit = await this.#backlog("audit,ingest"), readings = await this.#backlog("readings");
    if (this.filling !== mine) return;
    this.#add(inOrder([...audit.events, ...readings.events], this.status?.role === "viewer"), false);
    this.stream.start(this.source, audit.after);
  }
  #backlog(lane) {
    const params = new URLSearchParams({ lane, limit: String(BACKLOG) });
    if (this.source) params.set("source", this.source);
    return getEvents(params, { timeout: 2e4 }).catch(() => ({ events: [], after: "" }));
  }
  async #poll() {
    clearTimeout(this.timer);
    const mine = this.polling = {};
    try {
      const path = statusPath(this.source);
      const { status, at: at2 } = await earlyStatus(path) ?? { status: await getJSON(path, { timeout: 3e3 }) };
      if (this.polling !== mine) return;
      this.#shown(status, at2);
    } catch (error) {
      if (this.polling !== mine) return;
      this.problem = error.message;
      if (error instanceof ApiError && error.status === 401) this.#unknown(error);
    }
    this.#tick();
    this.timer = setTimeout(() => this.#poll(), EVERY);
  }
  // What a view fails at is no failure of the connection, and is not silent.
  #shown(status, at2) {
    try {
      this.#take(status, at2);
    } catch (error) {
      reportError(error);
    }
  }
  // A token that is not known is worse than none: reading may be open.
  #unknown(error) {
    if (token()) setToken("", false);
    this.emit("denied", error.message);
  }
  #take(status, at2 = Date.now()) {
    const back = this.lost;
    if (status.role === "viewer") readOnly(status);
    this.status = status;
    this.heard = age(at2);
    this.problem = "";
    this.isLost = false;
    this.trend.status(status, this.now() / 1e3);
    if (back) {
      this.emit("lost");
      this.restart();
    }
    this.emit("status", status);
  }
  #tick() {
    if (!this.lost && this.heard() > LOST) {
      this.isLost = true;
      this.trend.gap(this.now() / 1e3);
      this.emit("lost");
    }
    this.emit("tick");
  }
  #streaming(state2) {
    this.streaming = state2;
    this.emit("tick");
  }
  #arrive(events2) {
    this.arrived.push(...events2);
    if (this.arrived.length > 5e3) this.arrived.splice(0, this.arrived.length - 5e3);
    if (this.flushing) return;
    this.flushing = setTimeout(() => document.hidden ? this.#flush() : requestAnimationFrame(() => this.#flush()), FLUSH);
  }
  #flush() {
    clearTimeout(this.flushing);
    this.flushing = null;
    const events2 = this.arrived;
    this.arrived = [];
    this.#add(events2, Date.now() - this.stream.openedAt > SETTLED);
  }
  #add(events2, live2) {
    const fresh3 = this.log.add(events2, { now: this.now(), live: live2, sorted: this.status?.role === "viewer" });
    this.#explain(fresh3);
    for (const e of fresh3) {
      if (e.kind === "failure" && e.device) this.trend.failed(e.source, e.device, e.ms / 1e3);
      if (e.device && e.event_type === "gauge" && (e.kind === "reading" || e.kind === "state")) this.trend.event(e, e.point);
    }
    if (fresh3.length || !live2) this.emit("events", fresh3);
  }
  // What a command tells of is not told again, wherever events are listed.
  #explain(fresh3) {
    const all2 = this.log.events;
    let marked = false;
    for (const e of fresh3) {
      if (e.kind !== "command") continue;
      const at2 = all2.lastIndexOf(e);
      marked = explain(all2.slice(Math.max(0, at2 - NEAR), at2), e) || marked;
    }
    if (marked) this.log.version++;
  }
};
function readOnly(status) {
  status.rights = status.rights?.filter((right) => right !== "command" && right !== "halt");
  for (const device of status.devices ?? []) for (const control of device.controls ?? []) control.enabled = false;
}
function inOrder(events2, byTime) {
  if (byTime) return events2.sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
  const boots = [...new Set(events2.map((e) => e.boot))];
  return events2.sort((a, b) => boots.indexOf(a.boot) - boots.indexOf(b.boot) || a.up - b.up);
}

// js/visible.js
var UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]|\p{Cf}/gu;
var SOME = new RegExp(UNSEEN.source, "u");
function visible(text4) {
  return SOME.test(text4) ? text4.replace(UNSEEN, number2) : text4;
}
function number2(c) {
  const n = c.codePointAt(0).toString(16);
  return n.length > 4 ? `\\u{${n}}` : `\\u${n.padStart(4, "0")}`;
}

// js/dom.js
function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  setProps(node, props);
  append(node, children);
  return node;
}
var SVG = "http://www.w3.org/2000/svg";
function svg(tag, props = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(props)) node.setAttribute(key, shown(key, value));
  append(node, children);
  return node;
}
function setProps(node, props) {
  for (const [key, value] of Object.entries(props)) {
    if (value == null || value === false) continue;
    if (key === "class") node.className = value;
    else if (key === "data") Object.assign(node.dataset, value);
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "href") node.setAttribute("href", safeLink(value));
    else if (key in node && typeof value === "boolean") node[key] = value;
    else node.setAttribute(key, value === true ? "" : shown(key, value));
  }
}
function append(node, children) {
  for (const child of children.flat()) {
    if (child != null && child !== false) node.append(child instanceof Node ? child : visible(String(child)));
  }
}
function safeLink(url) {
  try {
    const at2 = new URL(String(url), document.baseURI);
    return ["http:", "https:", "mailto:", "blob:"].includes(at2.protocol) ? String(url) : "#";
  } catch {
    return "#";
  }
}
var byId = (id) => document.getElementById(id);
function setText(node, text4) {
  if (node.textContent === text4) return;
  const words = visible(String(text4 ?? ""));
  if (node.textContent !== words) node.textContent = words;
}
function setName(node, text4, sep = ".") {
  if (node.textContent === text4 || node.textContent === visible(text4)) return;
  const at2 = text4.lastIndexOf(sep);
  fill(node, at2 > 0 ? [h("span", { class: "name-head" }, text4.slice(0, at2)), h("span", { class: "name-tail" }, text4.slice(at2))] : h("span", { class: "name-tail" }, text4));
}
function setAttr(node, name3, value) {
  if (value == null || value === false) {
    if (node.hasAttribute(name3)) node.removeAttribute(name3);
    return;
  }
  const words = shown(name3, value);
  if (node.getAttribute(name3) !== words) node.setAttribute(name3, words);
}
var READ = /* @__PURE__ */ new Set(["title", "aria-label", "aria-description", "aria-valuetext", "alt", "placeholder", "label"]);
function shown(name3, value) {
  return READ.has(name3) ? visible(String(value)) : String(value);
}
function fill(node, ...children) {
  node.replaceChildren();
  append(node, children);
  return node;
}
var lists = /* @__PURE__ */ new WeakMap();
function sync(parent, items, keyOf5, make) {
  const rows2 = lists.get(parent) ?? /* @__PURE__ */ new Map();
  lists.set(parent, rows2);
  const keys2 = new Set(items.map(keyOf5));
  for (const [key, row7] of rows2) {
    if (keys2.has(key)) continue;
    row7.node.remove();
    rows2.delete(key);
  }
  let at2 = parent.firstElementChild;
  for (const item2 of items) {
    const key = keyOf5(item2);
    if (!rows2.has(key)) rows2.set(key, make(item2));
    const row7 = rows2.get(key);
    if (row7.node === at2) at2 = at2.nextElementSibling;
    else parent.insertBefore(row7.node, at2);
    row7.update(item2);
  }
}
var probe = null;
var dark = null;
var themed = "";
var colours = /* @__PURE__ */ new Map();
function colour(name3) {
  dark ??= matchMedia("(prefers-color-scheme: dark)");
  const theme = `${document.documentElement.dataset.theme} ${dark.matches}`;
  if (theme !== themed) colours.clear();
  themed = theme;
  if (!colours.has(name3)) colours.set(name3, looked(name3));
  return colours.get(name3);
}
function looked(name3) {
  if (!probe) {
    probe = h("span", { id: "colour-probe", hidden: true });
    document.body.append(probe);
  }
  probe.style.color = `var(${name3})`;
  return getComputedStyle(probe).color;
}
function download(blob, name3) {
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name3 });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 3e4);
}

// js/dialogs.js
function modal(id, title, content, { wide = false } = {}) {
  byId(id)?.remove();
  const close2 = h("button", { type: "button", class: "icon", "aria-label": "close", onclick: () => box.close("") }, "✕");
  const heading2 = h("h2", { id: `${id}-title` }, title);
  const box = h(
    "dialog",
    { id, class: wide ? "wide" : "", "aria-labelledby": `${id}-title` },
    h("header", {}, heading2, haltButton(), close2),
    content
  );
  box.addEventListener("click", (e) => e.target === box && box.close(""));
  document.body.append(box);
  box.showModal();
  const first2 = box.querySelector("form input, form select") ?? box.querySelector("form menu .primary") ?? box.querySelector("form .quiet");
  (first2 ?? close2).focus();
  const done = new Promise((resolve) => box.addEventListener("close", () => {
    resolve(box.returnValue);
    box.remove();
  }));
  return { box, done };
}
function haltButton() {
  const halt = byId("halt");
  return !halt.hidden && h("button", { type: "button", class: "halt small", data: { right: "halt" }, onclick: () => halt.click() }, "HALT");
}
function form(fields2, yes, danger) {
  return h(
    "form",
    { method: "dialog" },
    fields2,
    h(
      "menu",
      {},
      // no submit button: Enter in a field does what the window is for
      h("button", { type: "button", class: "quiet", data: { act: "cancel" }, onclick: (e) => e.target.closest("dialog").close("") }, "Cancel"),
      h("button", { value: "yes", class: danger ? "danger" : "primary", data: { act: "confirm" } }, yes)
    )
  );
}
async function confirm(title, lines3, yes, danger = true) {
  const content = form([].concat(lines3).map((l) => h("p", {}, l)), yes, danger);
  return await modal("dialog-confirm", title, content).done === "yes";
}
async function ask(title, lines3, fields2, yes) {
  const inputs = fields2.map((f) => ({ ...f, node: field(f) }));
  const rows2 = inputs.map((f) => h("label", { class: "field" }, h("span", {}, f.label), f.node));
  const content = form([...[].concat(lines3).map((l) => h("p", {}, l)), ...rows2], yes, false);
  if (await modal("dialog-ask", title, content).done !== "yes") return null;
  return Object.fromEntries(inputs.map((f) => [f.name, f.node.type === "checkbox" ? f.node.checked : f.node.value]));
}
function field(f) {
  if (f.options) return h("select", { name: f.name }, f.options.map(([value, label2]) => h("option", { value }, label2)));
  return h("input", {
    name: f.name,
    type: f.type ?? "text",
    value: f.value ?? "",
    required: f.required ?? false,
    autocomplete: "off",
    spellcheck: "false"
  });
}
var asking = null;
function askToken2(why2 = "") {
  asking ??= typeToken(why2).finally(() => asking = null);
  return asking;
}
async function typeToken(why2) {
  const lines3 = [why2, "Commands and settings need a token from the agent's configuration (agent.tokens); make demo prints one."];
  const answer = await ask("Token", lines3.filter(Boolean), [
    { name: "token", label: "Token", type: "password", required: true },
    { name: "keep", label: "Keep it in this browser", type: "checkbox" }
  ], "Use this token");
  if (!answer?.token) return false;
  setToken(answer.token.trim(), answer.keep);
  document.dispatchEvent(new CustomEvent("token"));
  return true;
}
async function forgetToken() {
  if (token() && await confirm("Forget the token?", "Commands from this page will ask for it again.", "Forget", false)) {
    setToken("", false);
    document.dispatchEvent(new CustomEvent("token"));
  }
}
var MESSAGES = 4;
function say(text4, bad = false) {
  const toasts = byId("toasts");
  const note2 = h(
    "div",
    { class: bad ? "toast bad" : "toast", role: bad ? "alert" : "status" },
    h("span", {}, text4),
    h("button", { class: "icon", "aria-label": "dismiss", onclick: () => note2.remove() }, "✕")
  );
  for (const same of [...toasts.children].filter((n) => n.firstChild.textContent === note2.firstChild.textContent)) same.remove();
  toasts.append(note2);
  while (toasts.children.length > MESSAGES) toasts.firstElementChild.remove();
  setTimeout(() => note2.remove(), bad ? 6e4 : 5e3);
}
function tell(title, ...content) {
  return modal("dialog-tell", title, fill(h("div", { class: "prose" }), ...content));
}

// js/standing.js
function bypassed(rule) {
  return Boolean(rule.bypassed_until);
}
function standing(rules) {
  return [...rules.filter(bypassed), ...rules.filter((r) => r.tripped && !bypassed(r))];
}
function keptWords(configuration, now) {
  if (!configuration?.kept) return null;
  const since = Date.parse(configuration.since ?? "");
  const of = Number.isNaN(since) ? "" : ` of ${when(since, now)}`;
  const accepted = configuration.accepted ?? "";
  const rest = accepted ? `Accepted by ${accepted}.` : "Until an administrator accepts it only reading, idle values and halts work.";
  return { text: `The configuration file was refused, and the last good one${of} runs. ${rest}`, mistakes: configuration.mistakes ?? [], accepted: Boolean(accepted) };
}
function haltTitle(result) {
  if (Object.keys(result.failed ?? {}).length) return "HALT: NOT ALL HALTED";
  return Object.keys(result.unconfirmed ?? {}).length ? "HALT: NOT ALL CONFIRMED" : "Halted";
}
function haltRows(result) {
  const of = (parts, state2, words) => Object.entries(parts ?? {}).map(([device, why2]) => ({ device, state: state2, words: words(why2) }));
  const all2 = (names, state2, words) => (names ?? []).map((device) => ({ device, state: state2, words }));
  return [
    ...of(result.failed, "failed", (why2) => `NOT HALTED: ${why2}. Use the wired stop.`),
    ...of(result.unconfirmed, "unconfirmed", (why2) => `told to be idle, NOT CONFIRMED: ${why2}. Look at it.`),
    ...all2(result.halted, "halted", "idle, read back"),
    ...(result.holding ?? []).map((device) => ({ device, state: "holding", words: result.not_known?.includes(device) ? "not told anything; its state is NOT KNOWN" : "holds as it was" }))
  ];
}
function shotWords(pipette2) {
  return { shots: `${count(pipette2.shots)} shots`, uncertain: pipette2.uncertain ? `${count(pipette2.uncertain)} uncertain` : "" };
}
function coloured(status) {
  return JSON.stringify([...(status.rules ?? []).filter((r) => r.tripped), ...(status.alarms ?? []).filter((a) => a.active)].map((x) => [x.source, x.name, x.since]));
}
var BEFORE = 1e3;
function stillTrue(status, event) {
  const of = (list) => list?.find((x) => x.name === (event.labels?.rule ?? event.labels?.alarm) && (!x.source || x.source === event.source));
  if (event.kind !== "trip" && event.kind !== "alarm") return true;
  const now = of(event.kind === "trip" ? status?.rules : status?.alarms), stands2 = event.kind === "trip" ? now?.tripped : now?.active;
  return Boolean(stands2) && !(event.ms < Date.parse(now.since ?? "") - BEFORE);
}

// js/commands.js
var LEASE = 10;
var HALT_TRIES = 3e4;
var at = encodeURIComponent;
function enables(device, control) {
  return device.family === "laser" && control.unit === "";
}
var Commands = class {
  constructor(store2) {
    this.store = store2;
    this.pending = /* @__PURE__ */ new Set();
    this.leases = /* @__PURE__ */ new Map();
    this.settled = () => Infinity;
    store2.on("lost", () => store2.lost && this.leases.size && say("No connection: the lease on the laser cannot be renewed and it will be halted", true));
  }
  /** Moves one control; true when it was done and read back. */
  async set(device, control, value) {
    const name3 = `${device.name}.${control.control}`;
    const start = value !== control.idle;
    if (start && !await this.#sure(device, control, value)) return false;
    this.pending.add(name3);
    this.store.emit("status", this.store.status);
    try {
      if (start && enables(device, control)) await this.#lease(device.name);
      const answer = await send("POST", `devices/${at(device.name)}/${at(control.control)}`, { value, ttl: "2s" }, { timeout: 6e4 });
      if (answer.result && answer.result !== "success") throw new Error(`result ${answer.result}`);
      say(answer.value == null ? `${name3}: done` : `${name3}: done, reads ${answer.value}`);
      if (!start && enables(device, control)) this.#drop(device.name);
      return true;
    } catch (error) {
      say(`${name3}: ${error.status === 504 ? "RESULT UNKNOWN, look at the instrument. " : ""}${error.message}`, true);
      return false;
    } finally {
      this.pending.delete(name3);
      this.settled = age(Date.now());
      this.store.emit("status", this.store.status);
    }
  }
  #sure(device, control, value) {
    const name3 = `${device.name}.${control.control}`;
    if (enables(device, control)) {
      return confirm(`Enable ${device.name}?`, [
        "The beam can come on at the power that is set. Look at the bench and at the door first.",
        `This page takes a lease: when it is closed, hidden for long or loses its connection, ${device.name} is halted within seconds.`
      ], `Enable ${device.name}`);
    }
    const enabled = device.points?.find((p) => p.point === "enabled")?.value;
    if (device.family === "laser" && enabled !== 0 && !(value < control.value)) {
      const shown3 = display(value, control.unit);
      const set = control.unit === "percent" ? `${value} %` : `${shown3.text} ${shown3.unit}`.trim();
      const what = control.unit === "percent" ? "Laser power is in percent of what the instrument can give." : "The laser is enabled.";
      return confirm(`Set ${name3} to ${set}?`, what, `Set ${set}`);
    }
    if (control.hazard) return confirm(`${name3} = ${value}?`, "This control is marked as a hazard. Make sure that nobody and nothing is in its way.", "Do it");
    return Promise.resolve(true);
  }
  async #lease(device) {
    this.#next(device, await send("POST", `devices/${at(device)}/hold`, { for: `${LEASE}s` }));
  }
  // The next renewal comes after a third of what was granted, so that one may be lost.
  #next(device, granted) {
    const left = Date.parse(granted.until) - this.store.now();
    const wait = Math.min(3e3, Math.max(300, Number.isNaN(left) ? 1e3 : left / 3));
    clearTimeout(this.leases.get(device));
    this.leases.set(device, setTimeout(() => this.#renew(device), wait));
  }
  async #renew(device) {
    const known = this.store.status?.devices?.find((d) => d.name === device);
    const on = known?.points?.find((p) => p.point === "enabled")?.value;
    const shown3 = this.pending.size === 0 && this.settled() - this.store.heard() > 2e3;
    if (on === 0 && shown3) return this.#drop(device);
    try {
      const granted = await send("POST", `devices/${at(device)}/hold`, { for: `${LEASE}s` }, { quiet: true, timeout: 2e3 });
      if (this.leases.has(device)) this.#next(device, granted);
    } catch (error) {
      say(`${device}: the lease was not renewed (${error.message}); it will be halted`, true);
      if (this.leases.has(device)) this.#next(device, {});
    }
  }
  #drop(device) {
    clearTimeout(this.leases.get(device));
    if (this.leases.delete(device)) send("POST", `devices/${at(device)}/hold`, { drop: true }, { quiet: true }).catch(() => {
    });
  }
  /** Halts everything that can be halted. Never asks, and says plainly what could not be halted. */
  async halt() {
    try {
      const result = await this.#sendHalt();
      const rows2 = haltRows(result).map((r) => h("tr", { data: { state: r.state } }, h("th", { scope: "row" }, r.device), h("td", {}, r.words)));
      tell(haltTitle(result), rows2.length ? h("table", { class: "halts" }, h("tbody", {}, rows2)) : h("p", {}, "Nothing was there to halt."));
    } catch (error) {
      const why2 = error.status === 0 ? `It did not arrive within ${HALT_TRIES / 1e3} s (${error.message}) and is withdrawn: nothing is sent later.` : `${error.message}.`;
      tell("HALT NOT CONFIRMED", h("p", { class: "bad big" }, `${why2} Use the wired stop.`));
    }
  }
  // Tries for a while; a HALT that comes when nobody expects it any more would be another danger.
  async #sendHalt() {
    for (const tried = age(Date.now()); ; ) {
      const error = await send("POST", "halt", {}, { timeout: Math.max(1e3, Math.min(15e3, HALT_TRIES - tried())) }).catch((e) => e);
      if (!(error instanceof Error)) return error;
      if (error.body?.failed) return error.body;
      if (error.status !== 0 || tried() >= HALT_TRIES - 1e3) throw error;
      await new Promise((resume) => setTimeout(resume, 500));
    }
  }
  /** Any other writing call; true when it was answered well. done is what is said then. */
  async other(method, path, body3, done) {
    try {
      await send(method, path, body3);
      say(done);
      return true;
    } catch (error) {
      say(error.message, true);
      return false;
    }
  }
};

// js/route.js
var VIEWS = ["fleet", "line", "instruments", "log", "plots", "runs", "metrics"];
var FORMER = { bench: "instruments", events: "log" };
var Route = class {
  constructor() {
    this.listeners = [];
    this.kept = /* @__PURE__ */ new Map();
    this.home = "instruments";
    this.#read();
    addEventListener("hashchange", () => location.hash !== this.written && this.#follow());
    document.addEventListener("click", (e) => this.#click(e));
  }
  #read() {
    const [path, search2 = ""] = location.hash.replace(/^#\/?/, "").split("?");
    this.chosen = VIEWS.includes(FORMER[path] ?? path);
    this.view = this.chosen ? FORMER[path] ?? path : this.home;
    this.params = new URLSearchParams(search2);
    this.source = this.params.get("source") ?? "";
    this.params.delete("source");
    this.kept.set(this.view, this.params);
  }
  #follow() {
    this.#read();
    this.#tell();
  }
  // A link within the page keeps the source; a tab finds its view as it was left.
  #click(e) {
    const link = e.target.closest?.('a[href^="#/"]');
    if (!link || e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
    e.preventDefault();
    const [path, search2] = link.getAttribute("href").slice(2).split("?");
    this.go(path, search2 === void 0 ? this.kept.get(FORMER[path] ?? path) : new URLSearchParams(search2));
  }
  /** Says which view stands where the address names none: the line's drawing, where there is one. */
  setHome(view) {
    if (view === this.home) return;
    this.home = view;
    if (this.chosen) return;
    this.view = view;
    this.#tell();
  }
  #tell() {
    for (const f of this.listeners) f(this);
  }
  on(f) {
    this.listeners.push(f);
  }
  /** Goes to a view as a step in the browser's history. */
  go(view, params = new URLSearchParams()) {
    this.chosen = true;
    this.view = FORMER[view] ?? view;
    this.params = params;
    this.#write(true);
    this.#tell();
  }
  /** Changes the parameters of the present view without a step in the history. */
  put(params) {
    this.chosen = true;
    this.params = params;
    this.#write(false);
  }
  /** Looks at one agent, or at all (""). */
  look(source) {
    this.source = source;
    this.#write(true);
    this.#tell();
  }
  #write(step) {
    this.kept.set(this.view, this.params);
    const all2 = new URLSearchParams(this.params);
    if (this.source) all2.set("source", this.source);
    const search2 = all2.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%2F", "/");
    this.written = `#/${this.view}${search2 ? "?" + search2 : ""}`;
    if (this.written === location.hash) return;
    history[step ? "pushState" : "replaceState"](null, "", this.written);
  }
};

// js/attention.js
var SEVERITY = { critical: 0, error: 1, warning: 2, info: 3, debug: 4 };
var HALT = "halt";
var joined3 = (parts) => parts.filter(Boolean).join(" · ");
var ms = (text4) => Date.parse(text4 ?? "") || 0;
function attention(status, { now, units = "torr" }) {
  const dead = new Map((status.sources ?? []).filter((s) => s.state !== "online").map((s) => [s.source, s]));
  const alive = (x) => !dead.has(x.source);
  const alarms = (status.alarms ?? []).filter(alive), silent = (status.devices ?? []).filter(alive).filter((d) => d.health === "unavailable");
  const alarmed = (d) => alarms.some((a) => a.active && !a.shelved_until && isSilenceOf(a, d));
  return inOrder2([
    ...[...dead.values()].map((s) => silentAgent(s, now)),
    ...halts(status, alive, now),
    ...standing((status.rules ?? []).filter(alive)).map((r) => trip2(r, now, units)),
    ...alarms.filter(needed).map((a) => alarm2(a, now, units, silent.find((d) => isSilenceOf(a, d)))),
    ...silent.filter((d) => !alarmed(d)).map((d) => silentDevice(d, now)),
    ...services(status, now),
    ...notes(status, now, dead.has(status.source))
  ]);
}
function pressing(items) {
  return items.filter((i) => !i.shelved);
}
function inOrder2(items) {
  return items.map((item2, i) => ({ item: item2, i })).sort((a, b) => rank(a.item) - rank(b.item) || b.item.since - a.item.since || a.i - b.i).map((x) => x.item);
}
function rank(i) {
  return (i.shelved ? 200 : 0) + (i.acked ? 100 : 0) + (i.kind === "note" ? 50 : 0) + i.severity;
}
function needed(a) {
  return a.active || Boolean(a.states?.includes("unacknowledged"));
}
var isSilenceOf = (a, d) => a.name === `${d.name} does not answer` && (a.source ?? "") === (d.source ?? a.source ?? "");
var named = (source, name3) => ({ source: source ?? "", name: name3 });
function item(kind, look, of, title, text4, more2) {
  return { key: `${kind} ${of.source}/${of.name}`, kind, look, source: of.source, of: of.name, title, text: text4, since: 0, severity: 1, acked: false, shelved: false, acts: [], ...more2 };
}
function guardWords(rule) {
  const halted = rule.halts?.length ? `${rule.halts.join(", ")} halted` : "";
  return joined3([halted, (rule.forbids ?? []).map(forbidWord).join(", ")]);
}
function forbidWord(control) {
  if (control === "*") return "nothing may be moved";
  const dot = control.lastIndexOf(".");
  const [device, what] = [control.slice(0, dot), control.slice(dot + 1)];
  if (what === "open") return `${device} may not open`;
  if (what === "enabled") return `${device} may not be enabled`;
  return `${control} may not be moved`;
}
function trip2(rule, now, units) {
  const of = named(rule.source, rule.name), since = ms(rule.since);
  const why2 = inUnits(rule.why || rule.when, units);
  if (bypassed(rule)) {
    const until = when(ms(rule.bypassed_until), now);
    return item(
      "trip",
      "bad",
      of,
      `${rule.name} BYPASSED until ${until}`,
      `by ${rule.bypassed_by || "somebody"}: ${rule.bypass_why || "no reason given"} · not in force: ${inUnits(rule.when, units)}`,
      { since, severity: 0, acts: ["end-bypass"], bypassed: true }
    );
  }
  if (rule.name === HALT) return item("trip", "bad", of, "HALTED by agent halt", `${rule.why} · nothing may be moved until it is ended`, { since, severity: 0, acts: ["end-halt"] });
  const text4 = joined3([why2, guardWords(rule), rule.good ? "good now" : "not good yet"]);
  return item("trip", "bad", of, since ? `Tripped ${when(since, now)} · ${rule.name}` : `Tripped · ${rule.name}`, text4, { since, severity: 0, acts: rule.good ? ["clear"] : [] });
}
function alarm2(a, now, units, device) {
  const severity = SEVERITY[a.severity] ?? 2, shelved = Boolean(a.shelved_until);
  const more2 = (a.states ?? []).filter((s) => !["active", "unacknowledged", "shelved"].includes(s));
  const title = joined3([inUnits(a.text || a.name, units), !a.active && "over, not acknowledged", ...more2]);
  const since = ms(a.since);
  const text4 = joined3([
    since && a.active && `for ${span((now - since) / 1e3)}`,
    a.active && inUnits(device?.error || a.why || a.when, units),
    a.acknowledged && `acknowledged by ${a.acknowledged}`,
    shelved && `shelved until ${when(ms(a.shelved_until), now)}: ${a.shelved_why}`
  ]);
  return item(
    "alarm",
    severity <= 1 ? "bad" : severity === 2 ? "warn" : "note",
    named(a.source, a.name),
    title,
    text4,
    { since, severity: 0.5 + severity, acked: Boolean(a.acknowledged), shelved, acts: [!a.acknowledged && "ack", "shelve"].filter(Boolean), over: !a.active, detail: alarmDetail(a) }
  );
}
function alarmDetail(a) {
  return joined3([a.cause && `cause: ${a.cause}`, a.consequence && `consequence: ${a.consequence}`, a.action && `to do: ${a.action}`]);
}
function silentDevice(d, now) {
  const since = ms(d.since);
  return item("silent", "unknown", named(d.source, d.name), `${d.name} does not answer`, joined3([since && `for ${span((now - since) / 1e3)}`, inUnits(d.error, "torr")]), { since, severity: 1.8 });
}
function silentAgent(s, now) {
  const at2 = ms(s.last_word);
  const text4 = at2 ? `last word ${when(at2, now)}, ${span((now - at2) / 1e3)} ago · its own rules go on guarding` : "never heard · its own rules go on guarding";
  return item("agent", "bad", named(s.source, ""), `${s.source} is ${s.state === "offline" ? "offline" : "silent"}`, text4, { since: at2, severity: 0, acts: ["forget"] });
}
function halts(status, alive, now) {
  const all2 = status.role === "viewer" && !status.source ? (status.sources ?? []).filter(alive) : [{ source: status.source, halted: status.halted }];
  return all2.filter((s) => s.halted).map((s) => {
    const h2 = s.halted, at2 = ms(h2.at), told2 = (h2.halted?.length ?? 0) + (h2.unconfirmed?.length ?? 0) + (h2.failed?.length ?? 0);
    const bad = [...(h2.failed ?? []).map((d) => `${d} NOT HALTED`), ...(h2.unconfirmed ?? []).map((d) => `${d} not confirmed`)];
    const text4 = joined3([`${told2} told, ${h2.halted?.length ?? 0} confirmed idle`, bad.join(", "), h2.holding?.length && `as they were: ${h2.holding.join(", ")}`]);
    return item("halt", "bad", named(s.source, "halt"), `Halted by ${h2.by || "somebody"} at ${when(at2, now)}`, text4, { since: at2, severity: bad.length ? -1 : 0, acts: ["end-halt"] });
  });
}
function services(status) {
  return (status.services ?? []).filter((s) => s.health > 1 && s.service !== "broker").map((s) => item("service", s.health === 3 ? "bad" : "warn", named(status.source, s.service), s.service, s.text || "not well", { severity: s.health === 3 ? 1.9 : 2.9 }));
}
function notes(status, now, silent) {
  const list = [], note2 = (name3, look, title, text4, more2) => list.push(item("note", look, named(status.source, name3), title, text4, { severity: 3, ...more2 }));
  const kept = keptWords(status.configuration, now);
  if (kept) note2("kept", kept.accepted ? "warn" : "bad", "Last good configuration runs", kept.text, { kind: "kept", severity: 1, acts: kept.accepted ? [] : ["accept"], detail: kept.mistakes.join("\n") });
  const up = status.uplink;
  const lag = Object.values(up?.lag ?? {}).reduce((a, b) => a + b, 0);
  if (up?.broker && !up.connected) note2("broker", "warn", "No connection to the broker", joined3([up.error, `${lag} events wait`]), { kind: "service", severity: 2 });
  if (status.capture === false) note2("capture", "note", "Capture is off", "readings and metrics make no events; commands, refusals, failures, trips and alarms still do");
  const listed = status.services?.some((x) => x.service === "clock" && x.health > 1);
  if (status.clock?.synchronised === false && !listed && !silent) note2("clock", "note", "Clock not synchronised", "dates and times are not to be believed, ages and order are");
  return list;
}
function calm(status) {
  const rules = status.rules?.length ?? 0, alarms = status.alarms?.length ?? 0, devices = (status.devices ?? []).length;
  if (!devices) return "No instrument is configured.";
  return `Nothing tripped, nothing in alarm, everything answers: ${many(rules, "rule")} and ${many(alarms, "alarm")} watch ${many(devices, "device")}.`;
}

// js/acts.js
var WORDS2 = {
  clear: { word: "Clear…", right: "command" },
  "end-bypass": { word: "End bypass", right: "admin" },
  "end-halt": { word: "End the halt…", right: "command" },
  ack: { word: "Acknowledge", right: "command" },
  shelve: { word: "Shelve…", right: "command" },
  accept: { word: "Accept it", right: "admin" },
  try: { word: "Try now" },
  reload: { word: "Reload" },
  wait: { word: "Clear…", right: "command", why: "not good yet: a trip is cleared when its condition is good" },
  enter: { word: "Enter" },
  forget: { word: "Forget…", right: "admin" }
};
function verbOf(item2) {
  if (item2.kind === "agent") return "enter";
  if (item2.kind === "trip" && !item2.acts.length) return "wait";
  return item2.acts[0] ?? "";
}
function acts(app2, item2, verb) {
  const viewer = app2.store.status?.role === "viewer";
  if (!verb || viewer && !["enter", "try", "reload", "forget"].includes(verb)) return null;
  return WORDS2[verb] ?? null;
}
async function carryOut(app2, item2, verb) {
  const { commands, store: store2, route: route2 } = app2, of = encodeURIComponent(item2.of);
  if (verb === "reload") return location.reload();
  if (verb === "try") return store2.restart();
  if (verb === "enter") return into(route2, item2.source);
  if (verb === "ack") return commands.other("POST", `alarms/${of}/ack`, {}, `${item2.of}: acknowledged`);
  if (verb === "shelve") return shelve(app2, item2);
  if (verb === "end-bypass") return commands.other("POST", `rules/${of}/bypass`, { drop: true }, `${item2.of}: in force again`);
  if (verb === "accept") return commands.other("POST", "configuration/accept", {}, "the configuration that runs is accepted");
  if (verb === "end-halt") {
    const sure = await confirm("End the halt?", [item2.text, "Ending it moves nothing and enables nothing."], "End the halt", false);
    return sure && commands.other("POST", "rules/halt/clear", {}, "the halt is ended");
  }
  if (verb === "forget") {
    const sure = await confirm(`Forget ${item2.source}?`, ["It is not shown any more until it sends again.", "What is stored of it stays, and the forgetting itself is an event."], "Forget");
    return sure && commands.other("DELETE", `agents/${encodeURIComponent(item2.source)}`, void 0, `${item2.source} is forgotten`);
  }
  if (verb === "clear") {
    const others = store2.status.alarms?.filter((a) => a.active && !a.shelved_until).map((a) => a.text || a.name) ?? [];
    const lines3 = [item2.text, others.length ? `Still in alarm: ${others.join(", ")}.` : "No alarm is active.", "Clearing switches nothing on."];
    return await confirm(`Clear ${item2.of}?`, lines3, "Clear", false) && commands.other("POST", `rules/${of}/clear`, {}, `${item2.of}: cleared`);
  }
}
function into(route2, source) {
  if (route2.view === "fleet") route2.view = "instruments";
  route2.look(source);
}
async function shelve(app2, item2) {
  const answer = await ask(`Shelve ${item2.of}`, "A shelved alarm is not announced until the time is over. Its reason is kept in the events.", [
    { name: "shelve", label: "For", options: [["30m", "30 minutes"], ["2h", "2 hours"], ["12h", "12 hours"]] },
    { name: "reason", label: "Reason", required: true }
  ], "Shelve");
  if (answer) await app2.commands.other("POST", `alarms/${encodeURIComponent(item2.of)}/ack`, answer, `${item2.of}: shelved`);
}

// js/attentionmarks.js
function mark(node, item2) {
  setAttr(node, "data-look", item2.look);
  setAttr(node, "data-kind", item2.kind);
  setAttr(node, "data-of", item2.of);
  setAttr(node, "data-source", item2.source);
  setAttr(node, "data-rule", item2.kind === "trip" ? item2.of : null);
  setAttr(node, "data-alarm", item2.kind === "alarm" ? item2.of : null);
  setAttr(node, "data-bypassed", item2.bypassed ? "yes" : null);
  setAttr(node, "data-acked", item2.acked ? "yes" : null);
}
function signOf(item2) {
  if (item2.kind === "silent" || item2.kind === "agent") return "unknown";
  if (item2.kind === "alarm") return "alarm";
  return item2.kind === "note" ? "note" : "trip";
}
function press(app2, button2, item2, verb, ready = true) {
  const act = acts(app2, item2, verb);
  setText(button2, act?.word ?? "");
  setAttr(button2, "data-act", verb || null);
  setAttr(button2, "data-right", act?.right ?? null);
  setAttr(button2, "aria-label", act ? `${act.word} ${item2.of || item2.title}` : null);
  button2.style.visibility = act ? "" : "hidden";
  button2.hidden = !act && app2.store.status?.role === "viewer";
  button2.disabled = !act || !ready || Boolean(act.why);
  setAttr(button2, "title", act?.why || null);
}

// js/icons.js
var FILLED = {
  locked: "M4 7V5a4 4 0 0 1 8 0v2h.5A1.500 1.500 0 0 1 14 8.500v5a1.500 1.500 0 0 1-1.500 1.500h-9A1.500 1.500 0 0 1 2 13.500v-5A1.500 1.500 0 0 1 3.500 7H4Zm2 0h4V5a2 2 0 0 0-4 0v2Z",
  unlocked: "M4 7V5a4 4 0 0 1 7.700-1.500l-1.800.800A2 2 0 0 0 6 5v2h6.500A1.500 1.500 0 0 1 14 8.500v5a1.500 1.500 0 0 1-1.500 1.500h-9A1.500 1.500 0 0 1 2 13.500v-5A1.500 1.500 0 0 1 3.500 7H4Z"
};
var DRAWN = {
  fleet: "M4 4h7v7H4zM14 4h6v7h-6zM4 14h7v6H4zM14 14h6v6h-6z",
  line: "M12 3v5M12 16v5M3 12h5M16 12h5M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z",
  instruments: "M3 6h18M3 12h18M3 18h18M8 4v4M15 10v4M10 16v4",
  log: "M5 4h14v16H5zM8 9h8M8 13h8M8 17h4",
  plots: "M4 4v16h16M7 15l4-5 3 3 5-7",
  runs: "M6 21V4M6 5h12l-3 4 3 4H6",
  metrics: "M5 20v-7M10 20V9M15 20v-9M20 20V5",
  key: "M14.500 3.500a5 5 0 1 1-3.600 8.500L5 18v2.500H2.500V18l6.900-6.900a5 5 0 0 1 5.100-7.600ZM16 7.500h.01",
  theme: "M12 3.500a8.500 8.500 0 1 0 0 17ZM12 3.500a8.500 8.500 0 0 1 0 17",
  ear: "M5 10v4h3l5 4V6l-5 4H5ZM16 9a4 4 0 0 1 0 6M18.500 6.500a8 8 0 0 1 0 11",
  help: "M9 9a3 3 0 1 1 4.500 2.600c-1 .6-1.500 1.200-1.500 2.400M12 17.500v.5",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  none: "",
  // what happened, and how things stand
  valve: "M4 7l16 10V7L4 17Z",
  refused: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM6.500 6.500l11 11",
  beam: "M12 3v4M12 17v4M3 12h4M17 12h4M5.600 5.600l2.800 2.800M15.600 15.600l2.800 2.800M5.600 18.400l2.800-2.800M15.600 8.400l2.800-2.800",
  set: "M8 5l10 7-10 7Z",
  run: "M6 21V4M6 5h12l-3 4 3 4H6",
  saved: "M5 7c0-4 14-4 14 0v10c0 4-14 4-14 0ZM5 7c0 4 14 4 14 0",
  reading: "M3 13h4l3-7 4 12 3-5h4",
  done: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM8 12l3 3 5-6",
  program: "M4 5h16v14H4zM4 9h16"
};
var SIGNS = ["trip", "alarm", "unknown"];
function icon(name3) {
  if (SIGNS.includes(name3)) return sign(name3);
  if (FILLED[name3]) return svg("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: FILLED[name3] }));
  return svg("svg", { class: "icon drawn", viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: DRAWN[name3] ?? "" }));
}
function sign(kind, hollow = false) {
  const node = svg("svg", { class: "sign", viewBox: "0 0 20 20", "aria-hidden": "true", "data-sign": kind, ...hollow ? { "data-hollow": "yes" } : {} });
  const shape2 = { trip: "M10 1l9 9-9 9-9-9Z", alarm: "M10 2l9 16H1Z" }[kind];
  const mark3 = kind === "trip" ? "M10 5.500v5.500M10 13.500v1" : "M10 7.500v5M10 14.800v1";
  if (shape2) node.append(svg("path", { class: "shape", d: shape2 }), svg("path", { class: "mark", d: mark3 }));
  else if (kind === "unknown") node.append(svg("circle", { class: "ring", cx: 10, cy: 10, r: 8 }), svg("path", { class: "mark", d: "M7.500 8a2.500 2.500 0 1 1 3.600 2.200c-.800.4-1.100.9-1.100 1.700M10 14v.8" }));
  else if (kind === "beam") node.append(svg("path", { class: "mark", d: "M10 1v4M10 15v4M1 10h4M15 10h4M3.600 3.600l2.800 2.800M13.600 13.600l2.800 2.800M3.600 16.400l2.800-2.800M13.600 6.400l2.800-2.800" }));
  else if (kind) node.append(svg("circle", { class: "shape", cx: 10, cy: 10, r: 7.5 }), svg("path", { class: "mark", d: "M10 9v5M10 6v.800" }));
  return node;
}

// js/attentionlist.js
function attentionList(app2, button2) {
  const { store: store2 } = app2, rows2 = h("div", { class: "rows" });
  const ackAll = h("button", { id: "ack-shown", data: { right: "command" }, onclick: () => acknowledge() });
  const close2 = h("button", { "aria-label": "close the list", onclick: () => toggle2(false) }, "✕");
  const armed = h("ul"), foot = h("details", { class: "armed" }, h("summary", {}), armed);
  const node = h(
    "section",
    { id: "attention-list", class: "pop", role: "dialog", "aria-label": "Needs attention", tabindex: "-1", hidden: true },
    h("header", {}, h("h2", {}, "Needs attention"), h("span", { class: "dim" }, "most severe first, then newest"), h("span", { class: "end" }, ackAll, close2)),
    rows2,
    foot
  );
  document.body.append(node);
  let order = /* @__PURE__ */ new Map(), shown3 = [];
  function toggle2(open2 = node.hidden) {
    node.hidden = !open2;
    setAttr(button2, "aria-expanded", String(open2));
    order = /* @__PURE__ */ new Map();
    if (open2) {
      draw(app2.attention ?? []);
      node.focus();
    } else button2.focus();
  }
  node.addEventListener("keydown", (e) => e.key === "Escape" && toggle2(false));
  document.addEventListener("pointerdown", (e) => !node.hidden && !e.target.closest("#attention-list, #strip, dialog, #toasts") && toggle2(false));
  function draw(items) {
    if (node.hidden) return;
    const now = new Map(items.map((i) => [i.key, i]));
    for (const i of items) order.set(i.key, i);
    shown3 = [...order.values()].map((i) => now.get(i.key) ?? { ...i, look: "note", past: true, acts: [], acked: true });
    sync(rows2, shown3, (i) => i.key, () => row(app2));
    const open2 = toAcknowledge();
    ackAll.hidden = store2.status?.role === "viewer";
    ackAll.disabled = open2.length === 0;
    setText(ackAll, `Acknowledge ${open2.length} shown`);
    quiet(foot, armed, store2);
  }
  const toAcknowledge = () => shown3.filter((i) => i.kind === "alarm" && i.acts.includes("ack"));
  async function acknowledge() {
    for (const item2 of toAcknowledge()) await carryOut(app2, item2, "ack");
  }
  return { toggle: toggle2, draw };
}
function row(app2) {
  let item2 = null, made = "";
  const picture = h("span", { class: "picture" }), title = h("b"), text4 = h("small"), detail = h("small", { class: "detail" }), at2 = h("time", { class: "dim" });
  const buttons = [0, 1].map(() => h("button", { onclick: (e) => carryOut(app2, item2, e.target.dataset.act) }));
  const happened = h("a", { data: { act: "black-box" } }, "what happened around it");
  const node = h("article", { class: "ar" }, picture, h("p", {}, title, text4, detail, happened), at2, h("span", { class: "ac" }, buttons));
  const update = (now) => {
    item2 = now;
    mark(node, item2);
    setAttr(node, "data-past", item2.past ? "yes" : null);
    const shape2 = `${signOf(item2)} ${item2.acked}`;
    if (made !== shape2) picture.replaceChildren(sign(signOf(item2), item2.acked || item2.over));
    made = shape2;
    setText(title, [item2.source && app2.store.status.role === "viewer" && item2.kind !== "agent" && `${item2.source}: `, item2.title].filter(Boolean).join(""));
    setText(text4, item2.past ? "over" : item2.text);
    setText(detail, item2.detail ?? "");
    happened.hidden = item2.kind !== "trip" || !item2.since || Boolean(item2.past);
    happened.setAttribute("href", `#/runs?${new URLSearchParams({ trip: item2.of, of: item2.source })}`);
    setText(at2, item2.since ? `${when(item2.since, app2.store.now())} · ${span((app2.store.now() - item2.since) / 1e3)}` : "");
    const first2 = verbOf(item2);
    press(app2, buttons[0], item2, item2.past || first2 === "shelve" ? "" : first2);
    press(app2, buttons[1], item2, ["shelve", "forget"].find((verb) => item2.acts.includes(verb)) ?? "");
    for (const b of buttons) b.hidden = !acts(app2, item2, b.dataset.act);
  };
  return { node, update };
}
function quiet(node, list, store2) {
  const rules = (store2.status?.rules ?? []).filter((r) => !r.tripped && !r.bypassed_until), alarms = (store2.status?.alarms ?? []).filter((a) => !a.active);
  node.hidden = rules.length + alarms.length === 0;
  setText(node.querySelector("summary"), `Armed and quiet: ${many(rules.length, "rule")}, ${many(alarms.length, "alarm")}`);
  const say2 = (x, kind) => ({ key: `${kind} ${x.source}/${x.name}`, text: `${store2.status.role === "viewer" ? `${x.source}: ` : ""}${x.name}: ${inUnits(x.when, store2.units)}` });
  sync(list, [...rules.map((r) => say2(r, "rule")), ...alarms.map((a) => say2(a, "alarm"))], (x) => x.key, () => {
    const line3 = h("li");
    return { node: line3, update: (x) => setText(line3, x.text) };
  });
}

// js/slots.js
var REST3 = 900;
var Slots = class {
  constructor(count2) {
    this.places = Array.from({ length: count2 }, () => ({ key: null, item: null, changed: -Infinity }));
  }
  /** Puts the items, most severe first, into the places. held: somebody points at the row, so nothing is put elsewhere. */
  put(items, now, held2) {
    const first2 = items.slice(0, this.places.length);
    const byKey = new Map(items.map((i) => [i.key, i]));
    this.places.forEach((place3, n) => {
      const stays = held2 && place3.key !== null ? byKey.get(place3.key) : void 0;
      const item2 = held2 ? stays ?? (place3.key === null ? free(first2, this.places) : null) : first2[n] ?? null;
      if ((item2?.key ?? null) !== place3.key) Object.assign(place3, { key: item2?.key ?? null, changed: now });
      place3.item = item2 ?? null;
    });
    return this.places;
  }
  /** Whether the buttons of a place may be pressed. */
  ready(place3, now) {
    return now - place3.changed >= REST3;
  }
};
function free(items, places) {
  return items.find((i) => !places.some((p) => p.key === i.key)) ?? null;
}

// js/laserstate.js
var OFF = { state: "off", word: "OFF" };
function isLaser(device) {
  return device.family === "laser";
}
function laserNow(device, { now, lost: lost3 = false, units = "torr" }) {
  const of = (name3) => device.points?.find((p) => p.point === name3);
  const enabled = of("enabled"), known = live(device, enabled) && !lost3;
  const was = enabled?.value ?? enabled?.last ?? null;
  const power2 = known ? powerOf(of("power"), units) : "";
  if (known && enabled.value === 0 && !device.on_since) return { ...OFF, power: power2, ends: null, left: null, note: power2 && `${power2}, read back` };
  const began = Date.parse(device.on_since ?? "") || (was === 1 ? Date.parse(enabled?.since ?? "") : NaN);
  const ends = began && device.max_on ? began + device.max_on * 1e3 : null;
  const left = ends ? Math.max(0, (ends - now) / 1e3) : null;
  const until = ends === null ? "" : lost3 ? `ends by itself at ${clock(ends, false)}` : `${lasting(left)} left`;
  if (known) return { state: "on", word: `ON ${power2}`.trim(), power: power2, ends, left, note: until };
  const on = was === 1 || was !== 0 && Boolean(device.on_since);
  return on ? { state: "maybe", word: "may be ON", power: "", ends, left, note: until || "was on" } : { state: "unknown", word: "not known", power: "", ends: null, left: null, note: was === 0 ? "was off" : enabled?.timestamp && enabled.missing || "never heard" };
}
function live(device, point2) {
  return point2?.value != null && !point2.stale && device.health !== "unavailable" && device.health !== "disabled";
}
function powerOf(point2, units) {
  if (point2?.value == null || point2.stale) return "";
  const d = display(point2.value, point2.unit, units, point2.bound);
  return `${d.text} ${d.unit}`.trim();
}
function laserCounts(devices, at2) {
  const counts = { on: 0, off: 0, unknown: 0 };
  for (const device of devices.filter(isLaser)) {
    const { state: state2 } = laserNow(device, at2(device));
    counts[state2 === "maybe" || state2 === "on" ? "on" : state2]++;
  }
  return counts;
}

// js/attentionrow.js
var PLACES = 3;
function attentionRow(app2) {
  const { store: store2 } = app2, node = byId("attention"), slots = new Slots(PLACES);
  const quiet2 = h("p", { class: "quiet" });
  const places = Array.from({ length: PLACES }, () => place(app2));
  const all2 = h("button", { id: "attention-all", class: "all", "aria-expanded": "false", onclick: () => list.toggle() }, "all quiet");
  fill(node, h("div", { class: "items" }, quiet2, places.map((p) => p.node)), all2);
  const list = attentionList(app2, all2);
  const spoken = h("p", { class: "spoken", role: "status", "aria-live": "assertive" });
  node.append(spoken);
  let pointed = false, focused = false;
  node.addEventListener("pointerenter", () => pointed = true);
  node.addEventListener("pointerleave", () => pointed = false);
  node.addEventListener("focusin", () => focused = true);
  node.addEventListener("focusout", () => focused = false);
  function draw() {
    if (!store2.status) return;
    const items = current(app2), seen = pressing(items), now = performance.now();
    const held2 = pointed && matchMedia("(hover: hover)").matches || focused;
    const put3 = slots.put(seen, now, held2);
    put3.forEach((slot, n) => places[n].show(slot.item, slots.ready(slot, now)));
    quiet2.hidden = seen.length > 0;
    setText(quiet2, seen.length ? "" : calm(store2.status));
    setAttr(node, "data-count", seen.length);
    setText(all2, seen.length ? `${seen.length} in all` : items.length ? `${items.length} shelved` : "list");
    setText(spoken, seen.filter((i) => !i.acked && i.kind !== "note").map((i) => i.title).join(". "));
    app2.attention = items;
    list.draw(items);
  }
  for (const topic of ["status", "lost", "tick", "units"]) store2.on(topic, draw);
  app2.fail = (text4) => {
    app2.fault = text4;
    draw();
  };
}
function current(app2) {
  const { store: store2 } = app2;
  const own = app2.fault ? [fault(app2.fault)] : [];
  if (store2.lost) return [lost(store2), ...own];
  return [...own, ...attention(store2.status, { now: store2.now(), units: store2.units })];
}
var plain2 = { source: "", of: "", since: 0, severity: 0, acked: false, shelved: false };
function fault(text4) {
  return { ...plain2, key: "page", kind: "page", look: "bad", title: "The page itself failed", text: `${text4}. Reload it.`, acts: ["reload"] };
}
function lost(store2) {
  const lasers = (store2.status.devices ?? []).filter(isLaser).map((d) => ({ d, s: laserNow(d, { now: store2.now(), lost: true }) })).filter((x) => x.s.state === "maybe");
  const ends = lasers.map(({ d, s }) => s.ends ? `the agent ends the beam of ${d.name} by ${clock(s.ends, false)}, if it still runs; if not, nothing here ends it: use the key or the wired stop` : `${d.name} may be on: use the key or the wired stop`);
  const text4 = [`${span(store2.sinceStatus())}: nothing here is now`, ...ends].join(" · ");
  return { ...plain2, key: "lost", kind: "lost", look: "bad", title: `No connection since ${clock(store2.lostSince, false)}`, text: text4, acts: ["try"] };
}
function place(app2) {
  let item2 = null, made = "";
  const picture = h("span", { class: "picture" }), title = h("b"), text4 = h("span", { class: "text" });
  const verbHere = () => item2.source && everywhere(app2) ? "enter" : verbOf(item2);
  const button2 = h("button", { class: "act", onclick: () => item2 && carryOut(app2, item2, verbHere()) });
  const node = h("article", { class: "item" }, picture, h("p", {}, title, text4), button2);
  const show2 = (now, ready) => {
    item2 = now;
    node.hidden = !item2;
    if (!item2) return;
    mark(node, item2);
    const verb = verbHere(), shape2 = `${signOf(item2)} ${item2.acked || item2.over}`;
    if (made !== shape2) picture.replaceChildren(sign(signOf(item2), item2.acked || item2.over));
    made = shape2;
    const agent = item2.source && everywhere(app2) && item2.kind !== "agent" ? `${item2.source} · ` : "";
    setText(title, agent + item2.title);
    setText(text4, item2.text);
    setAttr(node, "title", [agent + item2.title, item2.text, item2.detail].filter(Boolean).join("\n"));
    press(app2, button2, item2, verb, ready);
  };
  return { node, show: show2 };
}
var everywhere = (app2) => app2.store.status?.role === "viewer" && !app2.store.source;

// js/ear.js
function fresh2(items, known) {
  const now = pressing(items).filter((i) => !i.acked && i.kind !== "note");
  const found2 = now.filter((i) => !known.has(i.key));
  known.clear();
  for (const i of now) known.add(i.key);
  return found2;
}
function ear(app2) {
  const button2 = byId("ear"), known = /* @__PURE__ */ new Set();
  let on = recall("ear") === "yes", first2 = true, audio = null;
  const draw = () => setAttr(button2, "aria-pressed", String(on));
  button2.onclick = async () => {
    on = !on;
    remember("ear", on ? "yes" : "");
    draw();
    if (!on) return;
    beep();
    if (globalThis.Notification?.permission === "default") await Notification.requestPermission();
    say(globalThis.Notification?.permission === "granted" ? "A tone and a notification tell what is new, while this page is open." : "A tone tells what is new, while this page is open; notifications are not allowed here.");
  };
  app2.store.on("status", () => {
    const news = fresh2(app2.attention ?? [], known);
    if (first2) return void (first2 = false);
    if (on && news.length) tell2(news);
  });
  draw();
  function beep() {
    audio ??= globalThis.AudioContext ? new AudioContext() : null;
    if (!audio) return;
    const tone = audio.createOscillator(), loud = audio.createGain(), now = audio.currentTime;
    tone.frequency.value = 880;
    loud.gain.setValueAtTime(0.2, now);
    loud.gain.exponentialRampToValueAtTime(1e-3, now + 0.6);
    tone.connect(loud).connect(audio.destination);
    tone.start(now);
    tone.stop(now + 0.6);
  }
  function tell2(news) {
    beep();
    if (globalThis.Notification?.permission !== "granted") return;
    const [worst] = news;
    new Notification(worst.title, { body: `${worst.text}${news.length > 1 ? ` · and ${news.length - 1} more` : ""}`, tag: "pychron-edge" });
  }
}

// js/state.js
function pointState(device, point2, units, more2 = 0) {
  const age2 = point2.age == null ? null : point2.age + more2;
  if (point2.value != null && !point2.stale && device.health !== "unavailable" && device.health !== "disabled") {
    return { state: "live", ...shown2(point2, point2.value, units), reason: "", old: "", was: null, age: age2 };
  }
  if (point2.missing && !point2.stale) return { ...none("missing"), reason: `no value: ${point2.missing}`, age: age2 };
  const down = device.health === "unavailable" || device.health === "disabled";
  const state2 = down ? "down" : "stale";
  const why2 = down ? trouble(device, more2) : "no new value";
  if (point2.last == null) return { ...none(state2), reason: why2, age: age2 };
  const old = shown2(point2, point2.last, units);
  return { ...none(state2), reason: why2, was: old, old: `old value ${`${old.text} ${old.unit}`.trim()}, ${span(age2)} ago`, age: age2 };
}
function none(state2) {
  return { state: state2, text: "", unit: "", hint: "", old: "", was: null };
}
function shown2(point2, value, units) {
  const name3 = point2.states?.[String(value)];
  if (name3 !== void 0) return { text: name3, unit: "", hint: "" };
  if (point2.unit) return display(value, point2.unit, units, point2.bound);
  const words = { open: ["closed", "open"], enabled: ["off", "on"] }[point2.name] ?? ["no", "yes"];
  const flag2 = point2.metric?.includes("is_") && (value === 0 || value === 1);
  return flag2 ? { text: words[value], unit: "", hint: "" } : display(value, "", units, point2.bound);
}
function trouble(device, more2 = 0) {
  if (device.health === "disabled") return "disabled in the configuration";
  const retry = Math.max(0, (device.retry_in ?? 0) - more2);
  return [inUnits(device.error, "torr") || "no answer", device.retry_in > 0 ? `retry in ${Math.ceil(retry)} s` : ""].filter(Boolean).join(" · ");
}

// js/device.js
function deviceDialog(app2, first2) {
  const { store: store2 } = app2;
  let device = first2;
  const now = h("div", { class: "stack" });
  const trace = h("div", { class: "trace" });
  const plot = h("button", { type: "button", onclick: () => {
    box.close("");
    plotDevice(app2, device ?? first2);
  } }, "plot");
  const events2 = h("button", { type: "button", onclick: () => {
    box.close("");
    app2.route.go("log", new URLSearchParams({ device: first2.name }));
  } }, "its events");
  const again = h("button", { type: "button", onclick: () => traceInto(trace, first2.name, first2.source && store2.status?.role === "viewer" ? first2.source : "") }, "last exchanges on its line");
  const content = h("div", {}, now, h("menu", {}, plot, events2, again), trace);
  const draw = () => {
    device = store2.status?.devices?.find((d) => d.name === first2.name && d.source === first2.source) ?? null;
    if (store2.lost || !device) fill(now, h("p", { class: "bad big" }, store2.lost ? `No connection since ${when(store2.lostSince, store2.now())}` : `${first2.name} is no longer there`));
    else fill(now, fields(device, store2), points(device, store2));
  };
  const leave = ["status", "lost", "units"].map((topic) => store2.on(topic, draw));
  const { box, done } = modal("dialog-device", `${first2.name}${first2.description ? ` · ${first2.description}` : ""}`, content, { wide: true });
  done.then(() => leave.forEach((end) => end()));
  draw();
}
function fields(device, store2) {
  const at2 = (text4) => {
    const ms2 = Date.parse(text4 ?? "");
    return Number.isNaN(ms2) ? "" : `${when(ms2, store2.now())} (${span((store2.now() - ms2) / 1e3)}) · ${utc(ms2)}`;
  };
  const all2 = {
    source: device.source,
    model: device.model,
    port: device.port,
    health: device.health,
    error: device.health === "healthy" ? "" : trouble(device),
    "in this state since": at2(device.since),
    "last success": at2(device.last_success),
    "polled every": device.every ? span(device.every) : "",
    control: device.read_only ? "read only" : "may be commanded",
    lock: device.lock ? `${device.lock.owner}: ${device.lock.reason || "no reason given"} since ${at2(device.lock.since)}` : "",
    actuations: device.actuations || "",
    "beam seconds": device.beam_seconds || ""
  };
  return h("table", { class: "fields" }, h("tbody", {}, Object.entries(all2).filter(([, v]) => v !== "" && v != null).map(([k, v]) => h("tr", {}, h("th", { scope: "row" }, k), h("td", { data: { field: k } }, String(v))))));
}
function points(device, store2) {
  const head = ["point", "value", "age", "metric", ""].map((t) => h("th", { scope: "col" }, t));
  const rows2 = (device.points ?? []).map((p) => {
    const s = pointState(device, p, store2.units, store2.sinceStatus());
    return h(
      "tr",
      { data: { state: s.state } },
      h("th", { scope: "row" }, p.point),
      h("td", { class: "number" }, s.text ? `${s.text} ${s.unit}` : s.old || "–"),
      h("td", { class: "number" }, span(s.age)),
      h("td", { class: "mono" }, p.metric),
      h("td", {}, [p.description, s.hint, s.reason].filter(Boolean).join(" · "))
    );
  });
  return h("table", { class: "points" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows2));
}
function plotDevice(app2, device) {
  const keys2 = (device.points ?? []).filter((p) => p.unit).map((p) => pointKey(device.source, device.name, p.point));
  app2.route.go("plots", new URLSearchParams({ s: (keys2.length ? keys2 : [pointKey(device.source, device.name, device.points?.[0]?.point ?? "")]).join(",") }));
}
async function traceInto(node, device, source = "") {
  fill(node, h("p", { class: "dim" }, "asking…"));
  try {
    const query2 = source ? `?source=${encodeURIComponent(source)}` : "";
    const list = await getJSON(`devices/${encodeURIComponent(device)}/trace${query2}`);
    fill(node, list.length ? list.map(exchange) : h("p", { class: "dim" }, "nothing was exchanged yet"));
  } catch (error) {
    fill(node, h("p", { class: "bad" }, error.message));
  }
}
function exchange(x) {
  const ms2 = Date.parse(x.timestamp);
  return h(
    "div",
    { class: x.error ? "swap bad" : "swap" },
    h("div", { class: "line" }, h("time", { title: utc(ms2) }, clock(ms2)), h("span", {}, x.device), h("span", { class: "number" }, `${(x.took * 1e3).toFixed(1)} ms`)),
    h("pre", {}, `→ ${side(x.request, x.request_text)}
← ${side(x.reply, x.reply_text)}${x.error ? `  (${x.error})` : ""}`)
  );
}
function side(hex, text4) {
  return hex ? `${hex.replace(/(..)(?=.)/g, "$1 ")}   "${text4}"` : "nothing";
}

// js/eventdialog.js
var OWN = /* @__PURE__ */ new Set(["key", "ms", "words", "replayed", "computed", "came"]);
function eventDialog(app2, event) {
  const text4 = JSON.stringify(event, (k, v) => OWN.has(k) ? void 0 : v, 2);
  const trace = h("div", { class: "trace" });
  const show2 = h("button", { type: "button", onclick: () => {
    box.close("");
    plotAt(app2, event);
  } }, "show on the plot");
  const last = h("button", { type: "button", onclick: () => traceInto(trace, event.device, app2.store.status?.role === "viewer" ? event.source : "") }, "last exchanges on its line");
  const copy = h("button", { type: "button", onclick: () => copyText(text4) }, "copy JSON");
  const content = h(
    "div",
    {},
    h("table", { class: "fields" }, h("tbody", {}, rows(event, app2.store.units))),
    note(event),
    h("menu", {}, runOf(event) && h("button", { type: "button", data: { act: "run" }, onclick: () => {
      box.close("");
      goTo(app2, event, { run: runOf(event) });
    } }, "its run"), freezes(event) && h("button", { type: "button", data: { act: "black-box" }, onclick: () => {
      box.close("");
      goTo(app2, event, { trip: `${event.boot}.${event.lane}.${event.seq}` });
    } }, "what happened around it"), plottable(event) && show2, event.device && last, copy),
    trace,
    h("details", {}, h("summary", {}, "JSON"), h("pre", { id: "event-json" }, text4))
  );
  const { box } = modal("dialog-event", app2.sentence(event).what, content, { wide: true });
}
function runOf(event) {
  return event.labels?.run_id || event.labels?.run || "";
}
function freezes(event) {
  return event.kind === "trip" && event.value === 1 || event.kind === "failure" && Boolean(event.device) || event.metric_name?.startsWith("run_completed") && event.severity === "error";
}
function goTo(app2, event, what) {
  app2.route.go("runs", new URLSearchParams({ ...what, of: event.source }));
}
function plottable(event) {
  return event.device && event.event_type === "gauge" || event.lane === "audit";
}
function rows(event, units) {
  const all2 = {
    time: `${day(event.ms)} ${clock(event.ms)} local · ${utc(event.ms)}${event.replayed ? " · replayed: came late" : ""}${event.computed ? ` · the clock was wrong then: recorded as ${event.timestamp}` : ""}`,
    value: `${valueOf(event, units)}${event.value == null ? "" : ` (${event.value} as recorded, bound ${event.bound})`}`,
    metric: event.metric_name,
    type: event.event_type,
    kind: event.kind,
    severity: event.severity,
    status: event.status,
    device: event.device,
    ...Object.fromEntries(Object.entries(event.labels ?? {}).map(([k, v]) => [`label ${k}`, v])),
    identity: `${event.source} / ${event.boot} / ${event.lane} / ${event.seq}`,
    up: `${event.up} s after the start of ${event.boot}`
  };
  return Object.entries(all2).filter(([, v]) => v !== "" && v != null).map(([k, v]) => h("tr", {}, h("th", { scope: "row" }, k), h("td", { data: { field: k } }, String(v))));
}
function note(event) {
  if (!event.note) return null;
  const pairs2 = logfmt(event.note);
  if (!pairs2) return h("pre", { class: "exchange", data: { field: "note" } }, event.note);
  return h("table", { class: "fields" }, h("tbody", {}, Object.entries(pairs2).map(([k, v]) => h("tr", {}, h("th", { scope: "row" }, k), h("td", { data: { field: `note ${k}` } }, v)))));
}
function plotAt(app2, event) {
  const params = new URLSearchParams();
  if (event.kind === "reading") params.set("s", pointKey(event.source, event.device, event.point));
  params.set("since", new Date(event.ms - 3e5).toISOString());
  params.set("until", new Date(event.ms + 3e5).toISOString());
  app2.route.go("plots", params);
}
async function copyText(text4) {
  try {
    await navigator.clipboard.writeText(text4);
    say("copied");
  } catch {
    fill(document.getElementById("event-json"), text4);
    document.getElementById("event-json").parentElement.open = true;
    say("The browser does not allow copying here: the text is below", true);
  }
}

// js/filter.js
var TYPES = ["counter", "gauge", "histogram"];
var KINDS2 = ["reading", "command", "state", "failure", "recovery", "trip", "alarm", "lifecycle", "system", "clock"];
var SEVERITIES = ["debug", "info", "warning", "error", "critical"];
var LANES = ["audit", "readings", "ingest"];
var LISTS = {
  type: TYPES,
  kind: KINDS2,
  device: (status) => (status.devices ?? []).map((d) => d.name),
  lane: LANES
};
function empty() {
  const lists2 = Object.fromEntries(Object.keys(LISTS).map((key) => [key, []]));
  return { ...lists2, source: "", severity: "", q: "", since: null, until: null };
}
function parse(params) {
  const filter = empty();
  for (const [key, known] of Object.entries(LISTS)) {
    const words = params.getAll(key).flatMap((v) => v.split(",")).filter(Boolean);
    filter[key] = [...new Set(Array.isArray(known) ? words.filter((w) => known.includes(w)) : words)];
  }
  const severity = params.get("severity") ?? "";
  filter.severity = SEVERITIES.includes(severity) ? severity : "";
  filter.source = params.get("source") ?? "";
  filter.q = params.get("q") ?? "";
  for (const key of ["since", "until"]) {
    filter[key] = moment(params.get(key) ?? "");
  }
  return filter;
}
function moment(text4) {
  const ms2 = /^\d+(\.\d+)?$/.test(text4) ? Math.round(text4 * 1e3) : Date.parse(text4);
  return Number.isNaN(ms2) ? null : ms2;
}
function query(filter) {
  const params = new URLSearchParams();
  for (const key of Object.keys(LISTS)) if (filter[key].length) params.set(key, filter[key].join(","));
  for (const key of ["severity", "source", "q"]) if (filter[key]) params.set(key, filter[key]);
  for (const key of ["since", "until"]) if (filter[key] != null) params.set(key, new Date(filter[key]).toISOString());
  return params;
}
function isEmpty(filter) {
  return query(filter).size === 0;
}
function matcher(filter) {
  const sets = Object.keys(LISTS).map((key) => [eventKey(key), new Set(filter[key])]).filter(([, set]) => set.size);
  const least = SEVERITIES.indexOf(filter.severity);
  const words = lower(filter.q);
  return (event) => sets.every(([key, set]) => set.has(event[key])) && (least < 0 || SEVERITIES.indexOf(event.severity) >= least) && (!filter.source || event.source === filter.source) && (filter.since == null || event.ms >= filter.since) && (filter.until == null || event.ms < filter.until) && (!words || texts(event).some((t) => t.includes(words)));
}
function eventKey(key) {
  return key === "type" ? "event_type" : key;
}
function texts(event) {
  return event.words ??= ["metric_name", "device", "point", "status", "missing", "note"].map((key) => lower(event[key] ?? ""));
}
function lower(text4) {
  return text4.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

// js/chips.js
var CHIPS = [
  { name: "commands", kinds: ["command"], icon: "set" },
  { name: "changes", kinds: ["state"], icon: "valve" },
  { name: "trips, alarms", kinds: ["trip", "alarm"], icon: "refused" },
  { name: "failures", kinds: ["failure", "recovery"], icon: "help" },
  { name: "runs", kinds: ["lifecycle"], icon: "run" },
  { name: "program", kinds: ["system", "clock"], icon: "program" },
  { name: "readings", kinds: ["reading"], icon: "reading" }
];
var USUAL = KINDS2.filter((k) => k !== "reading");
function kindsOf(filter) {
  return filter.kind.length ? filter.kind : USUAL;
}
function effective(filter) {
  return { ...filter, kind: kindsOf(filter) };
}
function pressed(filter, kinds) {
  const now = new Set(kindsOf(filter)), on = kinds.every((k) => now.has(k));
  for (const k of kinds) on ? now.delete(k) : now.add(k);
  const list = KINDS2.filter((k) => now.has(k));
  return list.join() === USUAL.join() || !list.length ? [] : list;
}
function chips(change) {
  let filter = { kind: [] };
  const all2 = CHIPS.map((c) => {
    const number3 = h("span", { class: "n" });
    const node = h("button", { class: "chip", type: "button", data: { kinds: c.kinds.join(" ") }, onclick: () => change(pressed(filter, c.kinds)) }, icon(c.icon), `${c.name} `, number3);
    return { ...c, node, number: number3 };
  });
  function set(next2, events2) {
    filter = next2;
    const shown3 = new Set(kindsOf(next2)), counts = /* @__PURE__ */ new Map();
    for (const e of events2) counts.set(e.kind, (counts.get(e.kind) ?? 0) + 1);
    for (const c of all2) {
      const on = c.kinds.every((k) => shown3.has(k));
      setAttr(c.node, "aria-pressed", String(on));
      setText(c.number, on ? count(c.kinds.reduce((n, k) => n + (counts.get(k) ?? 0), 0)) : "off");
    }
  }
  return { node: h("div", { class: "chips", role: "group", "aria-label": "kinds of event" }, all2.map((c) => c.node)), set };
}

// js/menu.js
function menu(props, title, ...content) {
  const node = h("details", props, title, content);
  document.addEventListener("click", (e) => node.contains(e.target) || (node.open = false));
  node.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || !node.open) return;
    node.open = false;
    title.focus();
  });
  return node;
}

// js/filterbar.js
var OWN2 = "own";
var RANGES = [["", "any time"], ["900", "last 15 min"], ["3600", "last hour"], ["86400", "last 24 h"], ["604800", "last 7 days"], [OWN2, "from … until"]];
var TYPING = 200;
function filterBar(app2, onChange) {
  let filter = empty(), timer = 0;
  const change = (part2) => onChange({ ...filter, ...part2 });
  const search2 = h("input", {
    id: "filter-q",
    type: "search",
    placeholder: "find  /",
    "aria-label": "search",
    spellcheck: "false",
    oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(find, TYPING);
    },
    onchange: () => find()
  });
  const find = () => {
    clearTimeout(timer);
    if (search2.value !== filter.q) change({ q: search2.value });
  };
  const lists2 = Object.fromEntries(Object.entries(LISTS).map(([key, words]) => [key, choice(key, Array.isArray(words) ? words : [], change)]));
  const severity = h(
    "select",
    { id: "filter-severity", "aria-label": "least severity", onchange: () => change({ severity: severity.value }) },
    h("option", { value: "" }, "any severity"),
    SEVERITIES.slice(1).map((s) => h("option", { value: s }, `≥ ${s}`))
  );
  const source = h("select", { id: "filter-source", "aria-label": "source", onchange: () => app2.route.look(source.value) });
  const since = time("filter-since", "from", (ms2) => change({ since: ms2 }));
  const until = time("filter-until", "until", (ms2) => change({ until: ms2 }), true);
  const range = h(
    "select",
    { id: "filter-range", "aria-label": "time range", onchange: () => pickRange() },
    RANGES.map(([v, t]) => h("option", { value: v }, t))
  );
  const times = h("span", { class: "times", hidden: true }, since.node, until.node);
  const reset = h("button", { id: "filter-reset", class: "quiet", onclick: () => {
    range.value = "";
    onChange({ ...empty(), source: filter.source });
  } }, "reset");
  const finer = h("span", { class: "finer", hidden: true }, Object.entries(lists2).filter(([key]) => key !== "device").map(([, l]) => l.node));
  const more2 = h("button", { id: "filter-more", type: "button", class: "quiet", "aria-expanded": "false", onclick: () => finely(finer.hidden) }, "more…");
  const finely = (open2) => {
    finer.hidden = !open2;
    setAttr(more2, "aria-expanded", String(open2));
  };
  const busy = h("span", { class: "dim", role: "status" });
  const node = h(
    "form",
    { class: "filters", role: "search", "aria-label": "filter of the log", onsubmit: (e) => e.preventDefault() },
    search2,
    lists2.device.node,
    severity,
    source,
    range,
    times,
    more2,
    finer,
    reset,
    busy
  );
  function pickRange() {
    times.hidden = range.value !== OWN2;
    if (range.value !== OWN2) change({ since: range.value ? app2.store.now() - range.value * 1e3 : null, until: null });
    else since.node.querySelector("input").focus();
  }
  function set(next2) {
    filter = next2;
    if (document.activeElement !== search2) search2.value = next2.q;
    for (const [key, list] of Object.entries(lists2)) list.set(next2[key]);
    severity.value = next2.severity;
    since.set(next2.since);
    until.set(next2.until);
    const timed = next2.since != null || next2.until != null;
    if (!timed && range.value !== OWN2) range.value = "";
    if (timed && !range.value) range.value = OWN2;
    times.hidden = range.value !== OWN2;
    if (next2.type.length || next2.lane.length) finely(true);
    reset.hidden = isEmpty({ ...next2, source: "" });
    options();
  }
  function options() {
    for (const [key, names] of Object.entries(LISTS)) {
      if (!Array.isArray(names)) lists2[key].options([.../* @__PURE__ */ new Set([...names(app2.store.status ?? {}), ...filter[key]])].sort());
    }
    const agents = (app2.store.status?.sources ?? []).map((s) => s.source);
    source.hidden = agents.length === 0;
    const made = agents.join();
    if (source.dataset.made !== made) fill(source, h("option", { value: "" }, "all agents"), agents.map((s) => h("option", { value: s }, s)));
    source.dataset.made = made;
    source.value = filter.source;
  }
  return { node, set, options, busy: (text4) => setText(busy, text4) };
}
function choice(key, words, change) {
  const summary = h("summary", {});
  const choices = h("div", { class: "choices" });
  const node = menu({ id: `filter-${key}`, class: "choice" }, summary, choices);
  let chosen2 = [], made = null;
  const pick = () => change({ [key]: [...choices.querySelectorAll("input:checked")].map((i) => i.value) });
  function options(list) {
    if (made === list.join()) return;
    made = list.join();
    fill(choices, list.map((w) => h("label", {}, h("input", { type: "checkbox", value: w, onchange: pick }), w)));
    set(chosen2);
  }
  function set(now) {
    chosen2 = now;
    for (const box of choices.querySelectorAll("input")) box.checked = now.includes(box.value);
    setText(summary, now.length === 0 ? `any ${key}` : now.length === 1 ? now[0] : `${now.length} ${key}s`);
    setAttr(summary, "data-on", now.length ? "yes" : null);
  }
  options(words);
  return { node, set, options };
}
function time(id, label2, change, last = false) {
  const field3 = h("input", { id, type: "datetime-local", step: "1", onchange: () => change(field3.value ? ofField(field3.value, last) : null) });
  const node = h("label", { class: "when" }, h("span", {}, label2), field3);
  const set = (ms2) => document.activeElement !== field3 && (field3.value = ms2 == null ? "" : localInput(ms2));
  return { node, set };
}

// js/export.js
var FORMATS = [
  ["spreadsheet", "CSV for spreadsheets", "csv"],
  ["csv", "CSV, everything, times as in ISO 8601", "csv"],
  ["json", "JSON array", "json"],
  ["ndjson", "JSON lines", "ndjson"],
  ["export", "Pychron's JSON export", "json"],
  ["export-csv", "Pychron's CSV export", "csv"]
];
function scopesOf(filter, shown3) {
  const all2 = ["all", "everything there is"], range = ["range", "a date range"];
  if (!isEmpty(filter)) return [["filter", "what the filter shows"], all2, range];
  return [all2, ...isEmpty(shown3) ? [] : [["filter", "what the log shows: no readings"]], range];
}
function exportDialog(app2, filter, shown3 = filter) {
  const format = select("export-format", FORMATS.map(([value, label2]) => [value, label2]));
  const decimal = select("export-decimal", [["point", "1.5"], ["comma", "1,5"]]);
  const separator = select("export-separator", [["comma", "comma"], ["semicolon", "semicolon"], ["tab", "tab"]]);
  const sheet3 = h("div", { class: "pair" }, labelled("Numbers", decimal), labelled("Between cells", separator));
  format.onchange = () => sheet3.hidden = format.value !== "spreadsheet";
  decimal.onchange = () => {
    if (decimal.value === separator.value) separator.value = "semicolon";
  };
  separator.onchange = decimal.onchange;
  const scope = select("export-scope", scopesOf(filter, shown3));
  const now = app2.store.now();
  const since = field2("export-since", "from", now - 864e5), until = field2("export-until", "until", now, true);
  const progress2 = h("p", { id: "export-progress", role: "status" });
  const start = h("button", { id: "export-start", class: "primary", type: "button" }, "export");
  const cancel = h("button", { id: "export-cancel", type: "button", hidden: true }, "cancel");
  const times = h("div", { class: "pair", hidden: true }, since.node, until.node);
  scope.onchange = () => times.hidden = scope.value !== "range";
  scope.onchange();
  const { box, done } = modal("dialog-export", "Export events", h(
    "div",
    {},
    labelled("Format", format),
    sheet3,
    labelled("What", scope),
    times,
    progress2,
    h("menu", {}, cancel, start)
  ));
  let ending = null;
  start.onclick = async () => {
    ending = new AbortController();
    start.disabled = true;
    cancel.hidden = false;
    const chosen2 = scope.value === "filter" ? shown3 : scope.value === "range" ? { ...empty(), since: since.value(), until: until.value() } : empty();
    if (await save(app2, chosen2, format.value, { decimal: decimal.value, separator: separator.value }, progress2, ending.signal)) box.close("");
    start.disabled = false;
    cancel.hidden = true;
  };
  cancel.onclick = () => ending?.abort();
  done.then(() => ending?.abort());
}
async function save(app2, filter, format, sheet3, progress2, signal) {
  const params = query(filter);
  params.set("format", format);
  params.set("limit", "0");
  if (format === "csv" || format === "spreadsheet") params.set("units", app2.store.units);
  if (format === "spreadsheet") for (const [name3, value] of Object.entries(sheet3)) params.set(name3, value);
  if (!params.has("source") && app2.store.source) params.set("source", app2.store.source);
  try {
    const response = await getStream(`events?${params}`, { signal });
    const blob = await collect(response, format, progress2);
    const ending = FORMATS.find(([name3]) => name3 === format)[2];
    download(blob, `${app2.store.status?.source || "events"}-${new Date(app2.store.now()).toISOString().slice(0, 19).replaceAll(":", "")}.${ending}`);
    say(`exported: ${progress2.textContent}`);
    return true;
  } catch (error) {
    setText(progress2, signal.aborted ? "cancelled: nothing was saved" : `not exported: ${error.message}`);
    return false;
  }
}
async function collect(response, format, progress2) {
  const parts = [], reader = response.body.getReader();
  let size = 0, rows2 = 0;
  for (let step; !(step = await reader.read()).done; ) {
    parts.push(step.value);
    size += step.value.length;
    rows2 += rowsIn(step.value, format);
    setText(progress2, `${bytes(size)}, about ${count(rows2)} rows`);
  }
  return new Blob(parts, { type: response.headers.get("Content-Type") ?? "application/octet-stream" });
}
function rowsIn(chunk, format) {
  const mark3 = format.includes("csv") || format === "spreadsheet" || format === "ndjson" ? "\n" : '"metric_name"';
  return new TextDecoder().decode(chunk).split(mark3).length - 1;
}
function select(id, options) {
  return h("select", { id }, options.map(([value, label2]) => h("option", { value }, label2)));
}
function labelled(label2, node) {
  return h("label", { class: "field" }, h("span", {}, label2), node);
}
function field2(id, label2, ms2, last = false) {
  const input = h("input", { id, type: "datetime-local", step: "1", value: localInput(ms2) });
  return { node: h("label", { class: "field" }, h("span", {}, label2), input), value: () => input.value ? ofField(input.value, last) : null };
}
async function clearEvents(app2) {
  const sure = await confirm("Clear the log?", [
    "This sets a mark: the log on this page and at /events shows nothing older.",
    "Nothing is erased. Rings, journal, uplink and store keep everything, and the clearing itself is an event."
  ], "Clear");
  if (!sure || !await app2.commands.other("DELETE", "events", void 0, "cleared")) return;
  app2.store.log.clear();
  app2.store.emit("events", []);
  app2.store.emit("cleared");
  app2.store.restart();
}

// js/runspans.js
var nameOf = (event) => event.metric_name.replace(/^pychron_/, "").replace(/_total$/, "");
function runsOf(events2) {
  const open2 = /* @__PURE__ */ new Map(), spans = [];
  for (const e of events2) {
    const id = e.kind === "lifecycle" && e.labels?.run_id;
    if (!id) continue;
    const key = `${e.source}/${id}`, name3 = nameOf(e);
    if (name3 === "run_started" && !open2.has(key)) {
      const span2 = { source: e.source, id, name: e.labels.run || (/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(id) ? id.slice(0, 8) : id), from: e.ms, to: Infinity };
      open2.set(key, span2);
      spans.push(span2);
    } else if (name3 === "run_completed" && open2.has(key)) {
      open2.get(key).to = e.ms;
      open2.delete(key);
    }
  }
  return spans;
}
function runAt(spans, event) {
  const id = event.labels?.run_id;
  const own = id && spans.findLast((s) => s.source === event.source && s.id === id);
  return own || (spans.findLast((s) => s.source === event.source && s.from <= event.ms && event.ms <= s.to) ?? null);
}

// js/table.js
var SPARE = 6;
var Table = class {
  /** make() gives an empty row node, show(node, item, index) fills it; onFollow tells when following starts or ends. */
  constructor({ id, label: label2, head, make, show: show2, onFollow, onOpen }) {
    Object.assign(this, { make, show: show2, onFollow, onOpen });
    this.items = [];
    this.keyOf = (item2) => item2;
    this.pool = [];
    this.rowHeight = 28;
    this.height = 0;
    this.following = true;
    this.chosen = -1;
    this.space = h("div", { class: "space" });
    this.node = h("div", { id, class: "table", role: "grid", tabindex: "0", "aria-label": label2 }, head, this.space);
    this.node.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.node.addEventListener("keydown", (e) => this.#key(e));
    this.node.addEventListener("click", (e) => {
      const row7 = e.target.closest("[data-index]");
      if (row7) this.onOpen(this.items[this.chosen = Number(row7.dataset.index)]);
    });
    new ResizeObserver(() => this.#resized()).observe(this.node);
  }
  // Measured when the size changes and not at each event: to ask makes the browser lay out the whole page.
  #resized() {
    this.rowHeight = Number.parseFloat(getComputedStyle(this.node).getPropertyValue("--row")) || 28;
    this.height = this.node.clientHeight;
    this.set(this.items, this.keyOf);
  }
  /** Shows items. While not following, what is on top stays on top although rows before it went. */
  set(items, keyOf5) {
    if (!this.height) return void Object.assign(this, { items, keyOf: keyOf5 });
    const anchor = this.following ? null : this.#top(keyOf5);
    const chosen2 = this.items[this.chosen];
    Object.assign(this, { items, keyOf: keyOf5 });
    this.chosen = chosen2 ? items.indexOf(chosen2) : -1;
    const height = this.rowHeight;
    this.space.style.height = `${items.length * height}px`;
    setAttr(this.node, "aria-rowcount", items.length);
    if (this.following) this.#toEnd();
    else if (anchor) {
      const i = items.findIndex((e) => keyOf5(e) === anchor.key);
      if (i >= 0) this.#scrollTo(i * height + anchor.offset);
    }
    this.redraw();
  }
  follow(on) {
    this.following = on;
    if (on) this.#toEnd();
    this.onFollow(on);
    this.redraw();
  }
  #top(keyOf5) {
    const height = this.rowHeight, i = Math.floor(this.node.scrollTop / height);
    return this.items[i] ? { key: keyOf5(this.items[i]), offset: this.node.scrollTop - i * height } : null;
  }
  #toEnd() {
    this.#scrollTo(this.node.scrollHeight);
  }
  // A scroll of the page's own is not a person's.
  #scrollTo(y) {
    this.node.scrollTop = y;
    this.own = this.node.scrollTop;
  }
  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.node;
    if (scrollTop !== this.own) {
      const atEnd = scrollHeight - scrollTop - clientHeight < 4;
      if (atEnd !== this.following) {
        this.following = atEnd;
        this.onFollow(atEnd);
      }
    }
    this.own = scrollTop;
    this.redraw();
  }
  redraw() {
    if (!this.height) return;
    const height = this.rowHeight;
    const first2 = Math.max(0, Math.floor(this.node.scrollTop / height) - SPARE);
    const size = Math.ceil(this.height / height) + 2 * SPARE;
    while (this.pool.length < size) this.#grow();
    for (let k = 0; k < this.pool.length; k++) {
      const index = first2 + ((k - first2) % this.pool.length + this.pool.length) % this.pool.length;
      this.#place(this.pool[k], index, height);
    }
  }
  #grow() {
    this.pool.push({ node: this.make(), item: null, y: -1 });
  }
  #place(row7, index, height) {
    const item2 = this.items[index];
    if (!item2) {
      row7.item = null;
      return row7.node.remove();
    }
    if (!row7.node.isConnected) this.space.append(row7.node);
    if (row7.y !== index * height) row7.node.style.transform = `translateY(${row7.y = index * height}px)`;
    setAttr(row7.node, "data-index", index);
    setAttr(row7.node, "aria-rowindex", index + 1);
    setAttr(row7.node, "aria-selected", index === this.chosen ? "true" : null);
    if (row7.item === item2 && row7.stamp === this.stamp) return;
    row7.item = item2;
    row7.stamp = this.stamp;
    this.show(row7.node, item2);
  }
  /** Everything is filled anew: the unit was changed. */
  refill() {
    this.stamp = (this.stamp ?? 0) + 1;
    this.redraw();
  }
  #key(e) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15 }[e.key];
    if (e.key === "Enter" && this.items[this.chosen]) this.onOpen(this.items[this.chosen]);
    else if (e.key === "End") this.follow(true);
    else if (e.key === "Home") this.#choose(0);
    else if (step) this.#choose(this.chosen < 0 ? this.items.length - 1 : this.chosen + step);
    else return;
    e.preventDefault();
  }
  #choose(index) {
    this.chosen = Math.max(0, Math.min(this.items.length - 1, index));
    const height = this.rowHeight, y = this.chosen * height;
    const { scrollTop, clientHeight } = this.node;
    if (y < scrollTop) this.node.scrollTop = y;
    else if (y + 2 * height > scrollTop + clientHeight) this.node.scrollTop = y + 2 * height - clientHeight;
    this.redraw();
  }
};

// js/events.js
var MOST = 5e3;
function eventsView(app2) {
  const { store: store2, route: route2 } = app2;
  let filter = empty(), match = matcher(effective(filter)), rows2 = [], version = -1, past = null, unseen = 0, spans = [];
  const counter = h("span", { id: "count", role: "status" });
  const follow = h("button", { id: "follow", "aria-pressed": "true", onclick: () => table3.follow(true) });
  const change = (next2) => {
    use(next2);
    route2.put(query({ ...next2, source: "" }));
  };
  const kinds = chips((kind) => change({ ...filter, kind }));
  const bar2 = filterBar(app2, change);
  const out = h("button", { id: "export-open", title: "Export (e)", onclick: () => exportDialog(app2, filter, effective(filter)) }, "Export");
  const clear = h("button", { id: "clear-open", class: "quiet", data: { right: "admin" }, onclick: () => clearEvents(app2) }, "Clear");
  const head = h("div", { class: "head", role: "row" }, COLUMNS.map(([name3, title]) => h("span", { class: name3, role: "columnheader" }, title)));
  const none2 = h("p", { class: "none", hidden: true });
  const table3 = new Table({
    id: "log",
    label: "events",
    head,
    make: emptyRow,
    show: (node, e) => showRow(app2, node, e, runAt(spans, e)),
    onOpen: (e) => e && eventDialog(app2, e),
    onFollow: (on) => {
      unseen = 0;
      follows(on);
    }
  });
  fill(byId("view-log"), h("div", { class: "bar" }, kinds.node), h("div", { class: "bar fields" }, bar2.node, h("div", { class: "end" }, counter, out, clear)), table3.node, none2, follow);
  function use(next2) {
    filter = next2;
    match = wanted(filter);
    past = null;
    bar2.set(filter);
    bar2.busy("");
    if (!isEmpty({ ...filter, source: "" })) loadPast(filter);
    all2();
  }
  async function loadPast(asked) {
    const params = query(effective(asked));
    params.set("limit", String(MOST));
    if (!params.has("source") && store2.source) params.set("source", store2.source);
    bar2.busy("asking for older events…");
    try {
      const { events: events2, cut: cut2 } = await getEvents(params, { timeout: 6e4 });
      if (asked !== filter) return;
      past = [];
      const known = new Map(store2.log.events.map((e) => [e.key, e]));
      for (const e of events2) {
        e.key = keyOf(e);
        e.ms = Date.parse(e.timestamp);
        past.push(known.get(e.key) ?? e);
        explain(past, e);
      }
      bar2.busy(cut2.startsWith("older events") ? `the newest ${count(MOST)} that pass; export gives all` : cut2);
      all2();
    } catch (error) {
      if (asked === filter) bar2.busy(`older events are not shown: ${error.message}`);
    }
  }
  function all2() {
    version = store2.log.version;
    const events2 = store2.log.events;
    spans = runsOf(past ? [...past, ...events2] : events2);
    const live2 = events2.filter(match);
    rows2 = past ? joined4(past.filter(match), live2) : live2;
    draw();
  }
  function add(fresh3) {
    if (route2.view !== "log") return;
    unseen += table3.following ? 0 : fresh3.filter(match).length;
    if (fresh3.some((e) => e.kind === "lifecycle")) return void (all2(), table3.refill());
    if (version !== store2.log.version) return all2();
    const found2 = fresh3.filter(match);
    for (const e of found2) rows2.push(e);
    draw();
  }
  function draw() {
    if (route2.view !== "log") return;
    table3.set(rows2, (e) => e.key);
    const held2 = past ? new Set([...past, ...store2.log.events].map((e) => e.key)).size : store2.log.events.length;
    setText(counter, `${count(rows2.length)} shown of ${count(held2)}${store2.missed ? ` · ${count(store2.missed)} overwritten unseen` : ""}`);
    setAttr(counter, "title", counter.textContent);
    kinds.set(filter, store2.log.events);
    none2.hidden = rows2.length > 0;
    setText(none2, rows2.length ? "" : emptyWords(filter, held2));
    follows(table3.following);
  }
  function follows(on) {
    setAttr(follow, "aria-pressed", String(on));
    setText(follow, on ? "following" : unseen ? `↓ ${count(unseen)} new` : "↓ follow");
    follow.hidden = on;
  }
  store2.on("events", add);
  store2.on("source", () => use(filter));
  store2.on("cleared", () => use(filter));
  store2.on("units", () => table3.refill());
  let stood = "";
  store2.on("status", (status) => {
    if (route2.view !== "log" || !status) return;
    bar2.options();
    const now = coloured(status);
    if (now !== stood) table3.refill();
    stood = now;
  });
  document.addEventListener("pause", () => route2.view === "log" && table3.follow(!table3.following));
  return { show: () => {
    use({ ...parse(route2.params), source: route2.source });
    table3.refill();
  } };
}
function wanted(filter) {
  const match = matcher(effective(filter));
  if (filter.kind.length || filter.q || filter.lane.length || filter.type.length) return match;
  return (e) => e.metric_name !== "agent_odometer_notes_total" && !(e.kind === "state" && (e.told || e.point === "commanded" || /^old=unknown\b/.test(e.note ?? ""))) && match(e);
}
function emptyWords(filter, held2) {
  if (!held2) return "Nothing was heard yet: the log begins with the next event.";
  const because = [
    filter.q && `the search for “${filter.q}”`,
    filter.kind.length && "the kinds chosen",
    filter.device.length && `the device ${filter.device.join(", ")}`,
    filter.severity && `the severity (${filter.severity} and above)`,
    (filter.type.length || filter.lane.length) && "type and lane",
    (filter.since != null || filter.until != null) && "the time range",
    filter.source && `the agent ${filter.source}`
  ].filter(Boolean);
  if (!because.length) return "Nothing happened yet but readings, which are off: press “readings” to see them.";
  return `None of ${count(held2)} events passes ${because.join(" and ")}. “reset” shows all.`;
}
function joined4(past, live2) {
  const keys2 = new Set(past.map((e) => e.key));
  return [...past, ...live2.filter((e) => !keys2.has(e.key))];
}
var COLUMNS = [["run-bar", ""], ["time", "time"], ["picture", ""], ["story", "what happened"], ["run", "run"], ["about", "device"]];
function emptyRow() {
  return h("div", { class: "row", role: "row" }, COLUMNS.map(([name3]) => h("span", { class: name3, role: "gridcell" }, name3 === "story" && [h("b"), h("i")])));
}
function showRow(app2, node, e, run) {
  const s = sentence(e, app2.store.units), many2 = app2.store.status?.role === "viewer" && !app2.store.source;
  const still = stillTrue(app2.store.status, e) && !(e.kind === "lifecycle" && s.look && nextRun(app2.store.log.events, e));
  for (const [name3, value] of Object.entries({ key: e.key, severity: e.severity, kind: e.kind, metric: e.metric_name, device: e.device, source: e.source, lane: e.lane, type: e.event_type, status: e.status })) setAttr(node, `data-${name3}`, value);
  setAttr(node, "data-replayed", e.replayed ? "yes" : null);
  setAttr(node, "data-look", still ? s.look || null : null);
  const [bar2, time3, picture, story, runCell, about] = node.children;
  setAttr(bar2, "data-run", run ? "yes" : null);
  setText(time3, `${e.replayed ? "↺ " : ""}${app2.store.now() - e.ms > 72e6 ? `${day(e.ms).slice(5)} ` : ""}${clock(e.ms)}`);
  setAttr(time3, "title", `${utc(e.ms)}${e.replayed ? " · replayed: came late" : ""}${e.computed ? ` · computed, recorded as ${e.timestamp}` : ""}`);
  if (picture.dataset.icon !== s.icon) picture.replaceChildren(icon(s.icon));
  picture.dataset.icon = s.icon;
  setText(story.firstChild, s.what);
  setText(story.lastChild, s.more && ` · ${s.more}`);
  setAttr(story, "title", [s.what, s.more].filter(Boolean).join(" · "));
  setText(runCell, run?.name ?? "");
  setText(about, [many2 && e.source, e.device || e.labels?.rule || ""].filter(Boolean).join(" · "));
}
function nextRun(events2, e) {
  return events2.findLast((x) => x.kind === "lifecycle" && /(^|_)run_started/.test(x.metric_name) && x.source === e.source)?.ms > e.ms;
}

// js/abnormal.js
var REF = /[A-Za-z_]\w*\.[A-Za-z_]\w*/g;
var PASCALS2 = { torr: 101325 / 760, mbar: 100, pa: 1 };
var LIMIT2 = /([A-Za-z_]\w*\.[A-Za-z_]\w*)\s*(>=|<=|>|<)\s*(?:(torr|mbar|pa)\(\s*)?([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\)?/g;
var WORST = ["bad", "warn"];
function watchers(status) {
  const dead = new Set((status.sources ?? []).filter((s) => s.state !== "online").map((s) => s.source));
  const of = (list) => (list ?? []).filter((x) => !dead.has(x.source));
  return { rules: of(status.rules).filter((r) => !bypassed(r)), alarms: of(status.alarms) };
}
function abnormal(status) {
  const found2 = /* @__PURE__ */ new Map(), { rules, alarms } = watchers(status);
  const note2 = (x, sign2, look, acked) => {
    const words = `${sign2 === "trip" ? "tripped" : "alarm"}: ${x.name}`;
    for (const ref of x.when?.match(REF) ?? []) {
      const key = `${x.source ?? ""}/${ref}`, known = found2.get(key);
      if (!known || WORST.indexOf(look) < WORST.indexOf(known.look)) found2.set(key, { look, acked, name: x.name, sign: sign2, words });
    }
  };
  for (const r of rules) if (r.tripped && !r.good) note2(r, "trip", "bad", false);
  for (const a of alarms) if (a.active && !a.shelved_until) note2(a, "alarm", a.severity === "error" || a.severity === "critical" ? "bad" : "warn", Boolean(a.acknowledged));
  return found2;
}
function limits(status) {
  const found2 = /* @__PURE__ */ new Map(), { rules, alarms } = watchers(status);
  const note2 = (x, look) => {
    for (const [, ref, op, unit, text4] of x.when?.matchAll(LIMIT2) ?? []) {
      const key = `${x.source ?? ""}/${ref}`;
      if (!found2.has(key)) found2.set(key, []);
      found2.get(key).push({ value: Number(text4) * (unit ? PASCALS2[unit] : 1), above: op[0] === ">", look, name: x.name });
    }
  };
  for (const r of rules) note2(r, "rule");
  for (const a of alarms) note2(a, "alarm");
  return found2;
}

// js/fleetrows.js
var WORST2 = { bad: 0, unknown: 1, warn: 2, note: 3 };
function fleetRows(status, { now, units, runs }) {
  const items = pressing(attention(status, { now, units }));
  const rows2 = (status.sources ?? []).map((s) => row2(s, status, items.filter((i) => i.source === s.source), { now, units, runs }));
  return rows2.map((r, i) => ({ r, i })).sort((a, b) => rank2(a.r) - rank2(b.r) || a.i - b.i).map((x) => x.r);
}
function rank2(r) {
  const dead = r.state === "online" ? 0 : 100;
  return dead + (r.worst ? (WORST2[r.worst.look] ?? 3) + (r.worst.acked ? 10 : 0) : 50);
}
function row2(s, status, mine, { now, units, runs }) {
  const devices = (status.devices ?? []).filter((d) => d.source === s.source), worst = mine[0];
  return {
    source: s.source,
    state: s.state,
    heard: Date.parse(s.last_word ?? "") || 0,
    simulated: s.simulated,
    http: s.http,
    worst,
    more: mine.length - 1 > 0 ? mine.length - 1 : 0,
    look: worst && !worst.acked ? worst.look : null,
    laser: laserOf(devices, s, { now, units }),
    key: keyOf2(devices, s),
    run: s.state === "online" ? runs.find((r) => r.source === s.source) : null
  };
}
var SEEN = { on: 0, maybe: 1, unknown: 2, off: 3 };
function laserOf(devices, s, { now, units }) {
  const states = devices.filter(isLaser).map((d) => laserNow(d, { now, units, lost: s.state !== "online" })).sort((a, b) => SEEN[a.state] - SEEN[b.state]);
  return states[0] ? { ...states[0], word: states[0].state === "off" ? "off" : states[0].word } : { state: "none", word: "none", note: "" };
}
function keyOf2(devices, s) {
  const all2 = devices.flatMap((device) => (device.points ?? []).map((point2) => ({ device, point: point2 })));
  const named3 = (s.key ?? []).map((name3) => all2.find(({ device, point: point2 }) => `${device.name}.${point2.point}` === name3)).find(Boolean);
  return named3 ?? all2.find(({ device, point: point2 }) => point2.unit === "pascals" && device.model !== "derived") ?? null;
}

// js/panel.js
function panel(id, title, ...content) {
  const note2 = h("span", { class: "note" });
  const head = h("header", {}, h("h2", { id: `${id}-title` }, title), note2);
  const node = h("section", { id, class: "panel", "aria-labelledby": `${id}-title` }, head, content);
  return { node, note: note2, head };
}

// js/recent.js
var ROWS = 12;
function recent(app2, { rows: rows2 = ROWS, id = "recent", title = "What happened" } = {}) {
  const list = h("ol", { class: "recent", id });
  const p = panel(`${id}-panel`, title, list);
  p.note.append(h("a", { href: "#/log" }, "the log"));
  let drawn = "", held2 = false;
  list.addEventListener("pointerenter", (e) => held2 = e.pointerType === "mouse");
  list.addEventListener("pointerleave", () => {
    held2 = false;
    update();
  });
  function update() {
    if (held2) return;
    const last = app2.store.log.events.filter(telling).slice(-rows2).reverse();
    const mark3 = last.map((e) => e.key + (e.told ? "t" : "")).join() + app2.store.units + coloured(app2.store.status ?? {}) + day(app2.store.now());
    if (mark3 === drawn) return;
    drawn = mark3;
    sync(list, last, (e) => `${e.key} ${app2.store.units}`, (e) => row3(app2, e));
  }
  app2.store.on("events", (fresh3) => !p.node.closest("[hidden]") && (!fresh3.length || fresh3.some(telling)) && p.node.offsetParent && update());
  return { node: p.node, update };
}
function telling(e) {
  return e.lane !== "readings" && e.kind !== "reading" && !e.told && e.metric_name !== "agent_odometer_notes_total" && e.point !== "commanded" && !(e.kind === "state" && /^old=unknown\b/.test(e.note ?? ""));
}
function row3(app2, event) {
  const s = sentence(event, app2.store.units), many2 = app2.store.status?.role === "viewer" && !app2.store.source;
  const time3 = h("time", { title: utc(event.ms) });
  const node = h(
    "li",
    { data: { severity: event.severity, kind: event.kind, key: event.key } },
    h(
      "button",
      { onclick: () => eventDialog(app2, event) },
      time3,
      icon(s.icon),
      h("span", { class: "story" }, many2 && `${event.source} · `, h("b", {}, s.what), s.more && ` · ${s.more}`)
    )
  );
  setAttr(node, "data-replayed", event.replayed ? "yes" : null);
  const update = () => {
    setAttr(node, "data-look", stillTrue(app2.store.status, event) ? s.look || null : null);
    setText(time3, `${day(event.ms) === day(app2.store.now()) ? "" : `${day(event.ms).slice(5)} `}${clock(event.ms, false)}`);
  };
  return { node, update };
}

// js/runwords.js
function lasted(seconds2) {
  if (seconds2 == null || !Number.isFinite(seconds2)) return "";
  const s = Math.max(0, seconds2);
  if (s === 0) return "0 s";
  if (s < 1) return `${Math.round(s * 1e3)} ms`;
  if (s < 60) return `${s < 9.95 ? s.toFixed(1) : Math.round(s)} s`;
  const whole2 = Math.round(s);
  if (whole2 < 3600) return `${Math.floor(whole2 / 60)} min ${whole2 % 60} s`;
  return `${Math.floor(whole2 / 3600)} h ${Math.floor(whole2 % 3600 / 60)} min`;
}
function nameOf2(run) {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(run.name) ? run.name.slice(0, 8) : run.name;
}
var WORDS3 = { success: "done, saved", truncated: "done, cut short", canceled: "canceled", aborted: "aborted", failed: "failed" };
function runState(run) {
  if (run.state === "running") return { text: run.phase || "under way", mark: "running", title: "" };
  if (run.state === "lost") return { text: "no end was told", mark: "lost", title: run.why };
  const text4 = WORDS3[run.status] ?? run.status;
  const mark3 = { success: "good", truncated: "good", canceled: "stopped", aborted: "stopped" }[run.status] ?? "bad";
  const bad = (run.operations ?? []).filter((o) => !["success", "truncated", "canceled", "aborted"].includes(o.status));
  return { text: bad.length && mark3 === "good" ? `${text4}; ${bad[0].name} failed` : text4, mark: bad.length && mark3 === "good" ? "warn" : mark3, title: "" };
}
function howFar(run, now) {
  const began = Date.parse(run.started ?? "");
  const elapsed = Number.isNaN(began) ? null : (now - began) / 1e3;
  const phase2 = run.phases?.findLast((p) => p.name === run.phase && !p.ended);
  const since = phase2?.started ? `${run.phase} for ${lasted((now - Date.parse(phase2.started)) / 1e3)}` : elapsed == null ? "began before this was held" : `under way for ${lasted(elapsed)}`;
  if (!run.progress || elapsed == null) return { share: null, text: since };
  const left = run.progress.expected - elapsed;
  const about = left > 0 ? `about ${lasted(Math.round(left))} left, as ${run.progress.of} others of its kind` : `${lasted(-left)} longer than half of ${run.progress.of} others of its kind`;
  return { share: Math.min(1, elapsed / run.progress.expected), text: `${since} · ${about}` };
}
function grouped(runs, now) {
  const groups = /* @__PURE__ */ new Map();
  for (const run of runs) {
    const at2 = Date.parse(run.started ?? run.ended ?? "");
    const title = run.state === "running" ? "Running now" : Number.isNaN(at2) ? "No time is known" : day(at2) === day(now) ? "Earlier today" : day(at2);
    if (!groups.has(title)) groups.set(title, []);
    groups.get(title).push(run);
  }
  return [...groups].map(([title, list]) => ({ title, runs: list })).sort((a, b) => (b.title === "Running now") - (a.title === "Running now"));
}
function usualWords(passport) {
  const { usual: usual3 = [], alike = 0, run } = passport;
  if (!run.kind) return "Whether this is usual is not known: no kind was posted with the run (analysis_type, run_type or material).";
  if (!usual3.length) return `Whether this is usual is not known: ${alike} other ${run.kind} ${alike === 1 ? "run" : "runs"} that ended well ${alike === 1 ? "is" : "are"} held, and it takes five.`;
  const odd = usual3.filter((u) => !u.usual);
  if (!odd.length) return `Usual: all of it lies within the last ${alike} ${run.kind} runs that ended well.`;
  return `Not usual among the last ${alike} ${run.kind} runs that ended well: ${odd.map((u) => u.name).join(", ")}.`;
}
function movement(m) {
  return m.open == null ? "not known" : m.open ? "opened" : "closed";
}
function causeWords(cause) {
  const what = { trip: "Tripped", failure: "Failed", run: "Run failed" }[cause.kind] ?? cause.kind;
  return `${what}: ${cause.kind === "run" ? nameOf2({ name: cause.about }) : cause.about}`;
}
function spanWords(run) {
  const a = Date.parse(run.started ?? ""), b = Date.parse(run.ended ?? "");
  if (Number.isNaN(a)) return Number.isNaN(b) ? "when it began is not known" : `when it began is not known; it ended ${day(b)}, ${clock(b)}`;
  if (Number.isNaN(b)) return `${day(a)}, since ${clock(a)}`;
  return `${day(a)}, ${clock(a)} to ${day(a) === day(b) ? "" : `${day(b)}, `}${clock(b)}`;
}

// js/runnow.js
var LONGEST = 24 * 36e5;
var PHASES2 = ["extraction", "measurement", "save"];
var nameOf3 = (event) => event.metric_name.replace(/^pychron_/, "").replace(/_total$/, "");
var ofRuns = (event) => event.kind === "lifecycle" || event.lane === "ingest";
function runsNow(events2, now) {
  const open2 = /* @__PURE__ */ new Map();
  for (const event of events2) if (ofRuns(event)) take2(open2, event);
  return [...open2.values()].filter((r) => now - r.began < LONGEST).reverse();
}
function joinedRuns(runs, known) {
  const keyOf5 = (r) => `${r.source}/${r.id}`, of = new Map(known.map((r) => [keyOf5(r), r])), held2 = new Set(runs.map(keyOf5));
  const older = known.filter((r) => !held2.has(keyOf5(r)) && r.started).map((r) => {
    const phase2 = r.phases?.findLast((p) => p.name === r.phase && !p.ended);
    return { id: r.id, name: r.name || short(r.id), source: r.source, queue: r.queue, sample: r.sample, began: Date.parse(r.started), phase: r.phase, phaseSince: Date.parse(phase2?.started ?? r.started) };
  });
  return [...runs, ...older].map((r) => ({ ...r, expected: of.get(keyOf5(r))?.progress?.expected ?? null }));
}
function take2(open2, event) {
  const { run_id: id, queue = "", sample = "", run = "", runid = "" } = event.labels ?? {};
  const name3 = nameOf3(event);
  if (name3 === "queue_completed") {
    for (const [key2, r] of open2) if (r.source === event.source && r.queue === queue) open2.delete(key2);
  }
  if (!id) return;
  const key = `${event.source}/${id}`;
  if (name3 === "run_completed") return void open2.delete(key);
  const phase2 = PHASES2.find((p) => name3 === `${p}_started`);
  if (name3 === "run_started") open2.set(key, { id, name: run || runid || short(id), source: event.source, queue, sample, began: event.ms, phase: "", phaseSince: event.ms });
  else if (phase2 && open2.has(key)) Object.assign(open2.get(key), { phase: phase2, phaseSince: event.ms });
}
function short(id) {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(id) ? id.slice(0, 8) : id;
}
function progress(run, now) {
  if (!run.expected) return { share: null, text: "" };
  const elapsed = (now - run.began) / 1e3, left = run.expected - elapsed;
  return { share: Math.min(1, Math.max(0, elapsed / run.expected)), text: left > 0 ? `about ${left < 120 ? lasted(Math.round(left)) : `${Math.round(left / 60)} min`} left` : `past the usual ${lasted(Math.round(run.expected))}` };
}
function runWords(runs, now, lost3 = false) {
  const [run, ...more2] = runs;
  if (!run) return { title: "RUN", big: lost3 ? "–" : "no run", small: lost3 ? "not known" : "", short: "RUN", brief: lost3 ? "not known" : "", share: null, unknown: lost3 };
  const title = ["RUN", run.sample, run.queue && `queue ${run.queue}`, more2.length && `and ${more2.length} more`].filter(Boolean).join(" · ");
  const phase2 = run.phase || "under way", was = `was in ${run.phase || "progress"}`;
  if (lost3) return { title: `RUN · ${was}`, big: run.name, small: "not known whether it goes on", short: was, brief: "not known whether it goes on", share: null, unknown: true };
  const far = progress(run, now), since = `since ${clock(run.phaseSince, false)}`;
  return { title, big: run.name, small: [`${phase2} ${since}`, far.text].filter(Boolean).join(" · "), short: far.text ? `${phase2} · ${far.text}` : `${phase2} ${since}`, share: far.share };
}
function fleetRuns(runs, lost3, heard2) {
  const words = (big, small, unknown = false) => ({ title: "RUNS NOW", short: "RUNS NOW", big, small, brief: small, share: null, unknown });
  if (lost3 || !heard2.size) return words("–", "not known", true);
  const now = runs.filter((r) => heard2.has(r.source)), others = runs.length - now.length;
  return words(String(now.length), [...now.map((r) => `${r.source} ${r.name}`), others && `${others} not known`].filter(Boolean).join(" · "));
}

// js/spark.js
var SECONDS = 600;
var sized = /* @__PURE__ */ new WeakMap();
var sizes = null;
function watch(node, changed) {
  sizes ??= new ResizeObserver((entries) => entries.forEach((e) => sized.get(e.target)?.()));
  sized.set(node, changed);
  sizes.observe(node);
}
function sparkline() {
  const node = h("canvas", { class: "spark", "aria-hidden": "true" });
  let drawn = "", width = 0, height = 0, again = null;
  watch(node, () => {
    [width, height] = [node.clientWidth, node.clientHeight];
    again?.();
  });
  const draw = (series, now, log2, state2, limits3 = [], usual3 = null) => paint((pen2, size) => line(pen2, recentPart(series, now), { ...size, now, log: log2, limits: limits3, usual: usual3, live: state2 === "live" }), series, now, `${state2}${limits3.length}${usual3?.low} ${usual3?.high}`);
  const bars = (series, now, state2) => paint((pen2, size) => openBars(pen2, series, { ...size, now, live: state2 === "live" }), series, now, state2);
  function paint(make, series, now, more2) {
    again = () => paint(make, series, now, more2);
    if (!width) return;
    const mark3 = [series.t.at(-1), series.t.length, width, colour("--curve"), Math.floor(now / 5), more2].join();
    if (mark3 === drawn) return;
    drawn = mark3;
    const ratio = devicePixelRatio || 1;
    node.width = width * ratio;
    node.height = height * ratio;
    const pen2 = node.getContext("2d");
    pen2.scale(ratio, ratio);
    make(pen2, { width, height });
  }
  return { node, draw, bars };
}
function recentPart(series, now) {
  const from = lowerBound(series.t, now - SECONDS);
  return extremes(series.t.slice(from), series.v.slice(from), 120);
}
function line(pen2, s, { width, height, now, log: log2, limits: limits3, usual: usual3, live: live2 }) {
  const f = log2 ? (v2) => v2 > 0 ? Math.log10(v2) : null : (v2) => v2;
  const v = s.v.map((x2) => x2 == null ? null : f(x2));
  const good = v.filter((x2) => x2 != null);
  if (!live2) hatch(pen2, width * 0.86, 0, width * 0.14, height);
  if (good.length < 2) return;
  const least = log2 ? 0.3 : 1e-9 + 2e-3 * Math.abs(good[0]);
  const middle = (Math.max(...good) + Math.min(...good)) / 2;
  const reach = Math.max(least, Math.max(...good) - Math.min(...good)) / 2;
  const x = (t) => (width - 4) * (1 - (now - t) / SECONDS);
  const y = (u) => height / 2 - (u - middle) / reach * (height / 2 - 3);
  if (usual3 && f(usual3.low) != null) band(pen2, y(f(usual3.high)), y(f(usual3.low)), width, height);
  dashes(pen2, limits3.map((l) => ({ ...l, y: y(f(l.value)) })).filter((l) => l.y > 0 && l.y < height), width);
  pen2.strokeStyle = colour("--curve");
  pen2.lineWidth = 1.3;
  pen2.lineJoin = "round";
  pen2.beginPath();
  let down = false;
  for (let i = 0; i < v.length; i++) {
    if (v[i] != null) down ? pen2.lineTo(x(s.t[i]), y(v[i])) : pen2.moveTo(x(s.t[i]), y(v[i]));
    down = v[i] != null;
  }
  pen2.stroke();
  const last = v.findLastIndex((u) => u != null);
  if (!live2 || last < v.length - 1) return;
  pen2.fillStyle = colour("--ink");
  pen2.beginPath();
  pen2.arc(width - 4, y(v[last]), 2.2, 0, 7);
  pen2.fill();
}
function band(pen2, top, bottom, width, height) {
  const from = Math.max(0, Math.min(top, bottom - 1)), to = Math.min(height, bottom);
  if (to <= from) return;
  pen2.globalAlpha = 0.28;
  pen2.fillStyle = colour("--wall");
  pen2.fillRect(0, from, width, to - from);
  pen2.globalAlpha = 1;
}
function dashes(pen2, limits3, width) {
  pen2.setLineDash([3, 2]);
  for (const l of limits3) {
    pen2.strokeStyle = colour(l.look === "rule" ? "--red" : "--amber");
    pen2.beginPath();
    pen2.moveTo(0, l.y);
    pen2.lineTo(width, l.y);
    pen2.stroke();
  }
  pen2.setLineDash([]);
}
function openBars(pen2, series, { width, height, now, live: live2 }) {
  const x = (t) => Math.max(0, width * (1 - (now - t) / SECONDS));
  const middle = height / 2, ink2 = colour("--wall");
  const ends = [...series.t.slice(1), live2 ? now : series.t.at(-1)];
  let known = width;
  series.t.forEach((t, i) => {
    const from = x(t), to = x(ends[i]);
    if (to <= from && to <= 0) return;
    known = Math.min(known, from);
    if (series.v[i] == null) return hatch(pen2, from, 3, to - from, height - 6);
    pen2.fillStyle = ink2;
    pen2.fillRect(from, series.v[i] ? 4 : middle - 0.75, to - from, series.v[i] ? height - 8 : 1.5);
  });
  if (!live2) hatch(pen2, width * 0.86, 3, width * 0.14, height - 6);
}
function hatch(pen2, left, top, width, height) {
  pen2.save();
  pen2.beginPath();
  pen2.rect(left, top, width, height);
  pen2.clip();
  pen2.strokeStyle = colour("--hatch");
  pen2.lineWidth = 3;
  for (let x = left - height; x < left + width; x += 8) {
    pen2.beginPath();
    pen2.moveTo(x, top + height);
    pen2.lineTo(x + height, top);
    pen2.stroke();
  }
  pen2.restore();
}

// js/fleet.js
var HEAD = ["", "agent", "connection", "laser", "key value", "most severe", "run now", ""];
function fleetView(app2) {
  const { store: store2, route: route2 } = app2;
  let order = recall("fleet", "worst");
  const search2 = h("input", { type: "search", placeholder: "search agents  /", "aria-label": "search agents", oninput: () => draw() });
  const chips2 = [["worst", "needs attention first"], ["name", "by name"]].map(([word, text4]) => h("button", { class: "chip", data: { order: word }, onclick: () => {
    order = word;
    remember("fleet", word);
    draw();
  } }, text4));
  const counter = h("span", { class: "end dim", role: "status" });
  const list = h("div", { class: "fleet-rows" });
  const happened = recent(app2, { rows: 10, id: "fleet-recent", title: "Last of all agents" });
  fill(byId("view-fleet"), h(
    "section",
    { class: "panel table-panel", "aria-label": "Agents" },
    h("div", { class: "bar" }, search2, chips2, counter),
    h("div", { role: "table", "aria-label": "agents" }, h("div", { class: "agent heading", role: "row" }, HEAD.map((t) => h("span", { role: "columnheader" }, t))), list)
  ), happened.node);
  function draw() {
    if (route2.view !== "fleet" || !store2.status || store2.lost) return;
    const status = store2.status, word = search2.value.toLowerCase();
    const rows2 = fleetRows(status, { now: store2.now(), units: store2.units, runs: app2.runs() });
    const shown3 = rows2.filter((r) => r.source.toLowerCase().includes(word));
    if (order === "name") shown3.sort((a, b) => a.source < b.source ? -1 : 1);
    const marks = abnormal(status);
    sync(list, shown3.map((r) => ({ ...r, marks })), (r) => r.source, (r) => agentRow(app2, r));
    for (const c of chips2) setAttr(c, "aria-pressed", String(c.dataset.order === order));
    setText(counter, [many(rows2.length, "agent"), many(status.devices?.length ?? 0, "device"), many((status.devices ?? []).reduce((n, d) => n + (d.points?.length ?? 0), 0), "channel")].join(" · "));
    happened.update();
  }
  for (const topic of ["status", "units"]) store2.on(topic, draw);
  store2.on("events", (fresh3) => fresh3.some(ofRuns) && draw());
  return { show: draw };
}
var cell = (name3, ...children) => h("div", { class: name3, role: "cell" }, ...children);
function agentRow(app2, first2) {
  const { store: store2 } = app2;
  const text4 = (tag2 = "small") => h(tag2);
  const [heard2, age2, beam, beamNote, value, was, valueName, worst, worstText, run, runNote] = ["b", "small", "b", "small", "b", "small", "small", "b", "small", "b", "small"].map(text4);
  const picture = cell("picture"), spark = sparkline(), tag = h("span", { class: "tag" }, "SIMULATED");
  const enter = h("a", { class: "name", href: "#/instruments", onclick: (e) => {
    e.preventDefault();
    e.stopPropagation();
    app2.route.view = "instruments";
    app2.route.look(first2.source);
  } }, first2.source);
  const there = h("a", { class: "there", target: "_blank", rel: "noopener noreferrer" }, "its page ›");
  const severe = cell("severe", worst, worstText);
  const node = h(
    "div",
    { class: "agent", role: "row", data: { agent: first2.source } },
    picture,
    cell("who", enter, tag),
    cell("heard", heard2, age2),
    cell("beam", beam, beamNote),
    cell("key", h("span", { class: "stack" }, value, was, valueName), spark.node),
    severe,
    cell("run", run, runNote),
    cell("link", there)
  );
  let signed = "";
  function update(r) {
    setAttr(node, "data-state", r.state);
    setAttr(node, "data-look", r.look);
    setText(heard2, r.state === "online" ? "live" : r.state === "offline" ? "offline" : "silent");
    setText(age2, r.heard ? r.state === "online" ? `${span((store2.now() - r.heard) / 1e3)} ago` : `${span((store2.now() - r.heard) / 1e3)}, since ${when(r.heard, store2.now())}` : "never heard");
    tag.hidden = !r.simulated;
    setText(beam, r.laser.word);
    setText(beamNote, r.laser.note);
    setAttr(beam.parentElement, "data-state", r.laser.state);
    key(r);
    setText(worst, r.worst?.title ?? "nothing");
    setText(worstText, [r.worst?.text, r.more && `and ${r.more} more`].filter(Boolean).join(" · "));
    setAttr(severe, "data-look", r.worst && !r.worst.acked ? r.worst.look : null);
    setAttr(severe, "title", [worst.textContent, worstText.textContent].join("\n"));
    setText(run, r.run?.name ?? (r.state === "online" ? "none" : "not known"));
    setText(runNote, r.run ? r.run.phase || "under way" : "");
    there.hidden = !r.http;
    setAttr(there, "href", r.http || null);
    const kind = r.look === "bad" ? "trip" : r.look === "warn" ? "alarm" : r.worst ? "note" : "";
    const made = `${kind} ${r.worst?.acked}`;
    if (signed !== made) picture.replaceChildren(...kind ? [sign(kind, r.worst?.acked)] : []);
    signed = made;
  }
  function key(r) {
    const p = r.key;
    if (!p) return [value, was, valueName].forEach((n) => setText(n, n === value ? "–" : ""));
    const id = pointKey(r.source, p.device.name, p.point.point);
    const s = pointState(p.device, p.point, store2.units, store2.sinceStatus()), live2 = s.state === "live";
    setText(value, live2 ? `${s.text} ${s.unit}` : "–");
    setText(was, live2 ? "" : s.was ? `was ${s.was.text} ${s.was.unit}`.trim() : "not known");
    setText(valueName, p.point.description || `${p.device.name} ${p.point.point}`);
    setAttr(value, "data-look", live2 ? r.marks.get(id)?.look : null);
    spark.draw(store2.trend.recent(id), store2.now() / 1e3, reading(p.point.unit).log, live2 ? "live" : "old");
  }
  return { node, update };
}

// js/keys.js
var SHORTCUTS = [
  ["1 … 7", "Line, Instruments, Log, Plots, Runs, Metrics, Fleet"],
  ["g, then l i o p r m f", "the same: Line, Instruments, lOg, Plots, Runs, Metrics, Fleet"],
  ["/", "search in the present view"],
  ["Space", "pause or resume plots; follow or hold the log"],
  ["u", "next pressure unit"],
  ["t", "dark or light"],
  ["w", "for a screen on the wall, and back"],
  ["e", "export"],
  ["Shift H", "HALT everything that can be halted"],
  ["↑ ↓ Enter", "choose and open an event (in the log)"],
  ["Esc", "close a window"],
  ["?", "this list"]
];
var VIEWS2 = ["line", "instruments", "log", "plots", "runs", "metrics", "fleet"];
var GO = { l: "line", i: "instruments", o: "log", p: "plots", r: "runs", m: "metrics", f: "fleet" };
var THEN = 1500;
function help() {
  const rows2 = SHORTCUTS.map(([key, what]) => h("tr", {}, h("td", {}, h("kbd", {}, key)), h("td", {}, what)));
  modal("dialog-help", "Keyboard", h("table", { class: "keys" }, h("tbody", {}, rows2)));
}
function keys(app2) {
  if (recall("wall")) wall(true);
  let went = -Infinity;
  const press2 = { u: "unit-next", t: "theme", e: "export-open", H: "halt" };
  addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest?.("input, select, textarea")) return;
    if (e.target.closest?.("dialog") && e.key !== "H") return;
    const going = performance.now() - went < THEN && GO[e.key];
    went = e.key === "g" ? performance.now() : -Infinity;
    if (e.key === "g") return;
    if (going) go(going);
    else if (/^[1-9]$/.test(e.key)) go(VIEWS2[e.key - 1]);
    else if (e.key === "?") help();
    else if (e.key === "w") wall(!document.body.dataset.wall);
    else if (e.key === "/") search();
    else if (press2[e.key]) byId(press2[e.key])?.click();
    else if (e.key === " " && !e.target.closest?.("button, a, summary")) document.dispatchEvent(new CustomEvent("pause"));
    else return;
    e.preventDefault();
  });
}
function go(view) {
  const tab = byId(`tab-${view}`);
  if (tab && !tab.hidden) tab.click();
}
function wall(on) {
  document.body.toggleAttribute("data-wall", on);
  if (on) document.body.dataset.wall = "yes";
  remember("wall", on ? "yes" : "");
}
function search() {
  const field3 = document.querySelector("main > section:not([hidden]) input[type=search]");
  field3?.focus();
  field3?.select();
}

// js/header.js
function header(app2) {
  const { store: store2 } = app2;
  fill(byId("unit-select"), CHOICES.map((c) => h("option", { value: c.name }, c.label)));
  byId("unit-select").onchange = (e) => store2.setUnits(e.target.value);
  byId("unit-next").onclick = () => store2.setUnits(CHOICES[(CHOICES.findIndex((c) => c.name === store2.units) + 1) % CHOICES.length].name);
  byId("theme").onclick = turnTheme;
  byId("token").onclick = () => token() ? forgetToken() : askToken2();
  byId("help").onclick = help;
  byId("halt").onclick = () => app2.commands.halt();
  byId("source-select").onchange = (e) => app2.route.look(e.target.value);
  for (const tab of document.querySelectorAll("#views a")) tab.prepend(icon(tab.id.slice(4)));
  for (const [id, picture, text4] of [["token", "key", "token"], ["theme", "theme", "theme"], ["ear", "ear", "sound"], ["help", "help", "help"]]) {
    fill(byId(id), icon(picture), h("span", {}, text4));
  }
  byId("more").prepend(icon("more"));
  more();
  store2.on("status", (status) => status && onStatus(app2, status));
  store2.on("units", () => byId("unit-select").value = store2.units);
  let asked = false;
  store2.on("denied", (why2) => {
    if (!asked) askToken2(why2);
    asked = true;
  });
  const mark3 = () => {
    setAttr(byId("token"), "data-set", token() ? "yes" : null);
    setText(byId("token").lastChild, token() ? "token set" : "token");
  };
  document.addEventListener("token", () => {
    mark3();
    if (store2.started) store2.restart();
  });
  mark3();
}
function more() {
  const button2 = byId("more"), open2 = (on) => {
    setAttr(button2, "aria-expanded", String(on));
    byId("more-tools").classList.toggle("open", on);
  };
  open2(false);
  button2.onclick = () => open2(button2.getAttribute("aria-expanded") !== "true");
  document.addEventListener("click", (e) => e.target.closest("#more, #more-tools select, #unit-select") || open2(false));
  document.addEventListener("keydown", (e) => e.key === "Escape" && open2(false));
}
function setTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}
function turnTheme() {
  const dark2 = getComputedStyle(document.documentElement).colorScheme === "dark" || !document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches;
  const next2 = dark2 ? "light" : "dark";
  remember("theme", next2);
  setTheme(next2);
  document.dispatchEvent(new CustomEvent("theme"));
}
function onStatus(app2, status) {
  const { store: store2 } = app2, viewer = status.role === "viewer";
  const name3 = store2.source || status.source || (viewer ? "viewer" : "agent");
  const wrong = pressing(attention(status, { now: store2.now() })).filter((i) => i.kind !== "note" && !i.acked);
  setText(byId("name"), name3);
  byId("name").hidden = viewer;
  document.title = `${wrong.length ? "⚠ " : ""}${visible(name3)} · pychron-edge`;
  byId("unit-select").value = store2.units;
  setAttr(document.body, "data-role", status.role);
  setAttr(document.body, "data-rights", status.rights?.join(" "));
  setAttr(document.body, "data-halted", status.halted ? "yes" : null);
  byId("banner-simulated").hidden = byId("simulated").hidden = !status.simulated;
  sources(store2, status);
}
function sources(store2, status) {
  const select2 = byId("source-select"), list = status.sources ?? [];
  select2.hidden = status.role !== "viewer";
  if (select2.hidden) return;
  const options = [["", "all agents"], ...list.map((s) => [s.source, `${s.source}${s.state === "online" ? "" : ` (${s.state})`}`])];
  const made = JSON.stringify(options);
  if (select2.dataset.made !== made && document.activeElement !== select2) {
    fill(select2, options.map(([value, text4]) => h("option", { value }, text4)));
    select2.dataset.made = made;
  }
  if (document.activeElement !== select2) select2.value = store2.source;
}

// js/instrumentrow.js
function instrumentRow(app2, first2, choose, where) {
  const cell3 = (name4, ...children) => h("span", { class: name4, role: "cell" }, ...children);
  const name3 = h("button", { class: "name", onclick: () => choose(current2) }), about = h("span", { class: "about" });
  const value = h("b", { class: "value num" }), unit = h("span", { class: "unit" });
  const picture = cell3("picture"), bound = cell3("bound"), state2 = h("span", { class: "hint reason" }), age2 = cell3("age");
  const old = h("span", { class: "old" }), spark = sparkline();
  const node = h(
    "div",
    { class: "channel", role: "row", tabindex: "-1", onclick: (e) => e.target.closest("button") || choose(current2) },
    picture,
    cell3("what", name3, about),
    cell3("reading", value, unit),
    cell3("curve", spark.node),
    bound,
    cell3("state", state2, old),
    age2
  );
  let current2 = first2, signed = null;
  if (where === "own") node.dataset[first2.type] = first2.type === "valve" ? first2.valve.name : first2.key;
  function update(now) {
    current2 = now.row;
    const s = current2.type === "valve" ? valveLook(app2, current2) : pointLook(app2, current2);
    const look = now.mark?.look ?? (current2.usual ? null : "unknown");
    setName(name3, current2.name);
    setText(about, current2.about);
    setAttr(name3, "title", [current2.source, current2.name, current2.about].filter(Boolean).join(" · "));
    setText(value, s.text);
    setText(unit, s.unit);
    setText(state2, [now.mark?.words, s.state].filter(Boolean).join(" · "));
    setAttr(state2, "title", state2.textContent || null);
    setText(old, s.old);
    setText(age2, s.age);
    setText(bound, boundWords(now.limits, current2.point?.unit, app2.store.units));
    setAttr(bound, "title", bound.textContent || null);
    setAttr(node, "data-state", s.word);
    setAttr(node, "data-look", look);
    setAttr(node, "data-acked", now.mark?.acked ? "yes" : null);
    setAttr(node, "aria-selected", now.chosen ? "true" : null);
    setAttr(age2, "title", current2.point?.timestamp ? utc(Date.parse(current2.point.timestamp)) : null);
    pictureOf2(s.beam ? "beam" : now.mark?.sign ?? look ?? "", Boolean(now.mark?.acked));
    curve(app2, spark, current2, s, now.limits);
  }
  function pictureOf2(kind, hollow) {
    if (signed === `${kind} ${hollow}`) return;
    signed = `${kind} ${hollow}`;
    picture.replaceChildren(...kind ? [sign(kind, hollow)] : []);
  }
  return { node, update };
}
function curve(app2, spark, row7, s, bounds) {
  const { store: store2 } = app2, series = store2.trend.recent(row7.key), now = store2.now() / 1e3;
  if (row7.type === "valve") return spark.bars(series, now, s.live ? "live" : "old");
  if (row7.point.unit) spark.draw(series, now, reading(row7.point.unit).log, s.live ? "live" : "old", bounds, app2.store.usual.get(row7.key));
}
function pointLook(app2, row7) {
  const { store: store2 } = app2, { device, point: point2 } = row7;
  const s = pointState(device, point2, store2.units, store2.sinceStatus());
  const live2 = s.state === "live";
  const beam = isLaser(device) && point2.point === "enabled" && ["on", "maybe"].includes(laserNow(device, { now: store2.now() }).state);
  const words = live2 ? [s.hint, /^N2/.test(point2.gas ?? "") ? "" : point2.gas, beam && laserNow(device, { now: store2.now() }).note] : [s.reason];
  return { word: s.state, live: live2, beam, text: live2 ? s.text : row7.usual ? "–" : "no value", unit: live2 ? s.unit : "", state: words.filter(Boolean).join(" · "), old: s.old.replace(/^old value /, "was ").replace(/, .* ago$/, ""), age: live2 || row7.usual ? "" : span(s.age) };
}
function valveLook(app2, row7) {
  const { valve: valve3, device, point: point2 } = row7, known = valveKnown(valve3.state);
  const state2 = app2.commands.pending.has(`${device.name}.${valve3.control?.control}`) ? "moving" : valve3.state;
  const since = Date.parse(point2.since ?? ""), lasted3 = Number.isNaN(since) || state2 === "moving" || !known ? "" : lasting((app2.store.now() - since) / 1e3);
  const lock = device.lock ? `locked by ${device.lock.owner}` : "";
  const viewer = app2.store.status?.role === "viewer";
  const stop = !viewer && !device.read_only && valve3.control?.forbidden ? `may not open: ${refusedWhy(valve3.control.forbidden)}` : "";
  const why2 = state2 === "mismatch" ? `told to be ${valve3.commanded === 1 ? "open" : "closed"}, its switch says ${point2.value === 1 ? "open" : "closed"}` : state2 === "unknown" ? point2.missing || device.error || "no new value" : "";
  const was = valve3.state === "unknown" && point2.last != null ? `was ${point2.last === 1 ? "open" : "closed"}` : "";
  return { word: state2, live: known, text: valveWord(state2), unit: "", state: [lasted3, why2, lock, stop].filter(Boolean).join(" · "), old: was, age: known || valve3.state === "unreported" ? "" : span(point2.age == null ? null : point2.age + app2.store.sinceStatus()) };
}
function boundWords(bounds, unit, units) {
  return (bounds ?? []).map((b) => `${b.look === "rule" ? "trips" : "alarm"} ${b.above ? ">" : "<"} ${display(b.value, unit, units).text.replace(/\.?0+(?=e|$)/, "")}`).join(" · ");
}

// js/places.js
function placesOf(status) {
  const lines3 = (status.drawings ?? []).filter((d) => !d.loose), many2 = lines3.length > 1;
  const byPoint = /* @__PURE__ */ new Map(), byDevice2 = /* @__PURE__ */ new Map(), order = [];
  for (const line3 of lines3) {
    const parts = new Map(line3.parts.map((p) => [p.name, p]));
    const title = (part2) => (many2 ? `${line3.source} · ` : "") + (part2.title || part2.name);
    const put3 = (device, point2, part2) => {
      if (!device || !part2) return;
      const key = `${line3.source}/${device}`;
      byPoint.set(`${key}.${point2}`, title(part2));
      if (!byDevice2.has(key)) byDevice2.set(key, title(part2));
    };
    order.push(...line3.parts.filter((p) => p.kind === "volume" || p.kind === "pump").map(title));
    for (const p of line3.parts) {
      if (p.kind === "valve") put3(p.device, p.point, besideOf(line3, parts, p.name));
      else put3(p.device, p.point ?? "", p.kind === "pump" ? p : placeOf(parts, p));
    }
  }
  const of = (row7) => {
    const key = `${row7.source}/${row7.device.name}`;
    return byPoint.get(`${key}.${row7.point.point}`) ?? byDevice2.get(key) ?? "";
  };
  return { of, order };
}
function placeOf(parts, part2) {
  let at2 = part2;
  for (let i = 0; at2 && i < 4 && at2.kind !== "volume" && at2.kind !== "pump"; i++) at2 = parts.get(at2.on);
  return at2?.kind === "volume" || at2?.kind === "pump" ? at2 : null;
}
function besideOf(line3, parts, name3) {
  const ends = line3.pipes.filter((p) => p.ends.includes(name3)).flatMap((p) => p.ends).filter((end) => end !== name3).map((end) => parts.get(end)).filter(Boolean);
  const best2 = (kind) => ends.filter((p) => p.kind === kind).sort((a, b) => b.w * b.h - a.w * a.h)[0];
  return best2("volume") ?? best2("pump") ?? null;
}

// js/seed.js
var MOST2 = 60;
var seeded = /* @__PURE__ */ new WeakSet();
function seedSparks(store2) {
  if (seeded.has(store2)) return;
  seeded.add(store2);
  let seeding = null;
  const begin3 = async (status) => {
    if (!status || seeding === store2.source) return;
    const mine = seeding = store2.source;
    for (const { device, point: point2 } of points2(status).slice(0, MOST2)) {
      if (seeding !== mine || store2.lost) return;
      await seed(store2, device, point2).catch(() => {
      });
    }
    seededOf = mine;
  };
  let seededOf = null, asking3 = false;
  const bands2 = async (status) => {
    if (!status || asking3 || seededOf !== store2.source || document.hidden) return;
    asking3 = true;
    const of = store2.source, all2 = points2(status).slice(0, MOST2).map(({ device, point: point2 }) => ({ key: pointKey(device.source, device.name, point2.point), source: device.source ?? "", device: device.name, point: point2.point }));
    await store2.usual.ask(all2, store2.now(), () => store2.source === of && !store2.lost);
    asking3 = false;
  };
  store2.on("status", (status) => void (begin3(status), bands2(status)));
  store2.on("source", () => seeding = null);
}
function points2(status) {
  return (status.devices ?? []).flatMap((device) => (device.points ?? []).filter((p) => p.unit).map((point2) => ({ device, point: point2 })));
}
async function seed(store2, device, point2) {
  const now = store2.now();
  const params = new URLSearchParams({
    source: device.source ?? "",
    device: device.name,
    point: point2.point,
    points: "60",
    since: new Date(now - 6e5).toISOString(),
    until: new Date(now).toISOString()
  });
  store2.trend.seed(pointKey(device.source, device.name, point2.point), await getJSON(`series?${params}`), now / 1e3 - 600, now / 1e3);
}

// js/connection.js
function connection(app2) {
  const list = h("dl", { class: "facts" });
  const rings = h("div", { class: "rings" });
  const capture = h("input", { id: "capture-toggle", type: "checkbox", role: "switch", onchange: () => setCapture(app2, capture) });
  const links = h("p", { class: "links" });
  const toggle2 = h("label", { class: "switch" }, capture, "capture of metrics and readings");
  const p = panel("connection", "Connection", list, toggle2, rings, links);
  function update(status) {
    const now = app2.store.now();
    sync(list, facts(status, now, app2.store), (f) => f.name, fact);
    toggle2.hidden = status.role === "viewer";
    const may = status.rights?.includes("admin") ?? true;
    setAttr(toggle2, "title", may ? null : "needs a token with the right admin");
    if (!asking2) capture.disabled = !may;
    if (!asking2) capture.checked = status.capture;
    sync(rings, status.rings ?? [], (r) => r.lane, ring);
    const all2 = Object.entries(status.connection?.links ?? {});
    const made = JSON.stringify(all2);
    if (links.dataset.made !== made) fill(links, all2.map(([name3, url]) => h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, name3)));
    links.dataset.made = made;
  }
  return { node: p.node, update };
}
var asking2 = false;
async function setCapture(app2, box) {
  const on = box.checked;
  asking2 = box.disabled = true;
  const sure = on || await confirm("Switch capture off?", "Readings and metrics then make no events. Commands, refusals, failures, trips and alarms are never silenced.", "Switch off", false);
  if (sure) await app2.commands.other("PUT", "capture", { enabled: on }, `capture is ${on ? "on" : "off"}`);
  asking2 = box.disabled = false;
  box.checked = app2.store.status?.capture ?? !on;
}
function facts(status, now, store2) {
  const c = status.connection ?? {}, up = status.uplink ?? {};
  const time3 = (text4) => {
    const ms2 = Date.parse(text4 ?? "");
    return Number.isNaN(ms2) ? { text: "none yet" } : { text: `${when(ms2, now)} · ${span((now - ms2) / 1e3)} ago`, title: utc(ms2) };
  };
  const totals = (status.rings ?? []).reduce((n, r) => n + (r.lane === "long" ? 0 : r.total ?? 0), 0);
  return [
    { name: "host", text: c.host },
    { name: "port", text: String(c.port ?? "") },
    { name: "namespace", text: c.namespace },
    { name: "metrics", text: c.metrics_url || "metrics", link: c.metrics_url || "metrics" },
    { name: "broker", text: up.broker || "none configured" },
    { name: "uplink", ...uplink(up, now) },
    { name: "clock", text: `${status.clock?.synchronised ? "synchronised" : "NOT synchronised"} · ${status.clock?.how || "unknown"} · offset ${(status.clock?.offset_seconds ?? 0).toFixed(3)} s` },
    { name: "events", text: `${count(totals)} in all` },
    { name: "last-event", label: "last event", ...time3(status.last_event) },
    { name: "uptime", text: span(status.uptime + store2.sinceStatus()), title: `since ${utc(Date.parse(status.started))}` },
    { name: "version", text: status.version },
    { name: "boot", text: status.boot },
    ...(status.services ?? []).map((s) => ({ name: `service-${s.service}`, label: s.service, text: `${HEALTH[s.health] ?? "unknown"}${s.text ? ` · ${s.text}` : ""}` })),
    ...(status.gaps ?? []).slice(-5).map((g) => ({ name: `gap-${g.source}-${g.lane}-${g.from}-${g.boot}`, label: "gap", text: `${g.source} ${g.lane} ${g.from}…${g.to || "unknown end"}${g.lost ? " · lost" : " · asked for again"}`, title: utc(Date.parse(g.timestamp)) }))
  ];
}
var HEALTH = ["unknown", "healthy", "degraded", "unavailable"];
function uplink(up, now) {
  if (!up.broker) return { text: "–" };
  const since = Date.parse(up.since ?? "");
  const lag = Object.entries(up.lag ?? {}).filter(([, n]) => n > 0).map(([lane, n]) => `${lane} ${count(n)}`).join(", ");
  const word = up.connected ? "connected" : `down${up.error ? `: ${up.error}` : ""}`;
  return { text: [word, Number.isNaN(since) ? "" : span((now - since) / 1e3), lag ? `behind ${lag}` : "0 behind"].filter(Boolean).join(" · "), title: Number.isNaN(since) ? "" : utc(since) };
}
function fact(first2) {
  const value = first2.link ? h("a", { target: "_blank", rel: "noopener" }) : h("span");
  const node = h("div", {}, h("dt", {}, first2.label ?? first2.name), h("dd", {}, value));
  const update = (f) => {
    value.dataset.field = f.name;
    setText(value, f.text ?? "");
    setAttr(value, "title", f.title || null);
    if (f.link) setAttr(value, "href", safeLink(f.link));
  };
  return { node, update };
}
function ring(first2) {
  const bar2 = h("meter", { min: "0", max: "1", "aria-label": `ring ${first2.lane}` });
  const text4 = h("span", { class: "number" });
  const node = h("div", { class: "ring", data: { ring: first2.lane } }, h("span", {}, first2.lane), bar2, text4);
  const update = (r) => {
    bar2.value = r.capacity ? r.events / r.capacity : 0;
    setText(text4, `${count(r.events)} / ${count(r.capacity)}${r.overwritten ? ` · ${count(r.overwritten)} overwritten` : ""}`);
  };
  return { node, update };
}

// js/controls.js
var WORDS4 = { enabled: ["enable", "disable"], open: ["open", "close"] };
function controlRows(app2, node) {
  let device = null;
  return (now) => {
    device = now;
    const usable = (device.controls ?? []).filter((c) => c.enabled);
    sync(node, usable, (c) => `${device.source}/${device.name}.${c.control}`, (c) => (isSwitch(c) ? toggle : setting)(app2, () => device, c, wordsOf(now, c)));
  };
}
var isSwitch = (c) => c.unit === "" && c.max === 1 && c.min === 0;
function wordsOf(device, control) {
  const opens = device.points?.some((p) => p.point === control.control && p.name === "open");
  return WORDS4[opens ? "open" : control.control] ?? ["on", "off"];
}
function guarded(button2, why2) {
  setAttr(button2, "aria-disabled", why2 ? "true" : null);
  setAttr(button2, "title", why2 || null);
}
function pressing2(button2, act) {
  button2.addEventListener("click", () => button2.getAttribute("aria-disabled") === "true" ? say(button2.title, true) : act());
  return button2;
}
function toggle(app2, device, first2, [on, off]) {
  let current2 = first2;
  const title = (word) => word[0].toUpperCase() + word.slice(1);
  const asks = on === "enable" || first2.hazard ? "…" : "";
  const start = pressing2(h("button", { class: "large", data: { act: on } }, title(on) + asks), () => app2.commands.set(device(), current2, current2.idle === 1 ? 0 : 1));
  const end = pressing2(h("button", { class: "large safe", data: { act: off } }, title(off)), () => app2.commands.set(device(), current2, 0));
  const what = h("span", { class: "what" });
  const node = h("div", { class: "control", data: { control: first2.control, right: "command" } }, what, start, end);
  const update = (c) => {
    current2 = c;
    const pending = app2.commands.pending.has(`${device().name}.${c.control}`);
    setText(what, ["enabled", "open"].includes(c.control) || device().points?.some((p) => p.point === c.control && p.name === "open") ? "" : plainName(c.control));
    what.hidden = what.textContent === "";
    guarded(start, pending ? "the last command is under way" : refusedWhy(c.forbidden));
    guarded(end, pending && !c.hazard && device().family !== "laser" ? "the last command is under way" : "");
  };
  return { node, update };
}
function setting(app2, device, first2) {
  let current2 = first2;
  const how = () => reading(current2.unit, app2.store.units);
  const field3 = h("input", { class: "setpoint", type: "number", step: "any", inputmode: "decimal", "aria-label": `${device().name} ${plainName(first2.control)}` });
  const go2 = () => field3.value !== "" && field3.checkValidity() && app2.commands.set(device(), current2, Number(field3.value) / how().factor).then((ok) => ok && (field3.value = ""));
  field3.addEventListener("keydown", (e) => {
    if (e.key !== "Enter") return;
    e.preventDefault();
    set.getAttribute("aria-disabled") === "true" ? say(set.title, true) : go2();
  });
  const set = pressing2(h("button", { class: "large", data: { act: "set" } }, "Set"), go2);
  const idle = h("button", { class: "large safe", data: { act: "zero" }, onclick: () => app2.commands.set(device(), current2, current2.idle) });
  const unit = h("span", { class: "unit" }), now = h("span", { class: "what" });
  const node = h("div", { class: "control", data: { control: first2.control, right: "command" } }, now, field3, unit, set, idle);
  const update = (c) => {
    current2 = c;
    const { factor, label: label2 } = how();
    const shown3 = c.value == null ? "not known" : Object.values(display(c.value, c.unit, app2.store.units)).join(" ").trim();
    setText(now, `${plainName(c.control)}: ${shown3}`);
    setText(unit, label2);
    setText(idle, c.idle === 0 ? "Zero" : `To ${display(c.idle, c.unit, app2.store.units).text}`);
    setAttr(field3, "min", c.min * factor);
    setAttr(field3, "max", c.max * factor);
    setAttr(field3, "placeholder", `${c.min * factor} … ${c.max * factor}`);
    guarded(set, app2.commands.pending.has(`${device().name}.${c.control}`) ? "the last command is under way" : refusedWhy(c.forbidden));
  };
  return { node, update };
}

// js/valve.js
async function toggleLock(app2, device) {
  const path = `devices/${encodeURIComponent(device.name)}/`;
  if (device.lock) {
    if (await confirm(`Unlock ${device.name}?`, `Locked by ${device.lock.owner}: ${device.lock.reason || "no reason given"}.`, "Unlock", false)) {
      await app2.commands.other("POST", `${path}unlock`, {}, `${device.name} unlocked`);
    }
    return;
  }
  const answer = await ask(`Lock ${device.name}`, "A lock keeps others from moving it until it is given up, or its time is over.", [
    { name: "reason", label: "Reason" },
    { name: "for", label: "For", options: [["12h", "12 hours"], ["30m", "30 minutes"], ["2h", "2 hours"], ["72h", "3 days"], ["720h", "30 days"]] }
  ], "Lock");
  if (answer) await app2.commands.other("POST", `${path}lock`, Object.fromEntries(Object.entries(answer).filter(([, v]) => v !== "")), `${device.name} locked`);
}

// js/pipettes.js
function pipettes(app2) {
  const table3 = h("table", { class: "shots" });
  const p = panel("pipettes", "Pipettes", table3);
  const update = (status) => {
    p.node.hidden = !status.pipettes?.length;
    const many2 = status.role === "viewer" && !app2.store.source;
    sync(table3, status.pipettes ?? [], (x) => `${x.source}/${x.name}`, () => pipette(many2));
  };
  return { node: p.node, update };
}
function pipette(many2) {
  const cells = [h("th", { scope: "row" }), h("td", { class: "dim" }), h("td", { class: "uncertain" }), h("td", { class: "number shots" })];
  const node = h("tr", {}, cells);
  const update = (x) => {
    node.dataset.pipette = x.name;
    setText(cells[0], many2 ? `${x.source}: ${x.name}` : x.name);
    setText(cells[1], `${x.inner} → ${x.outer}`);
    const words = shotWords(x);
    setText(cells[2], words.uncertain);
    setAttr(cells[2], "title", words.uncertain ? "shots that were cut short: nobody knows whether they were taken" : null);
    setText(cells[3], words.shots);
  };
  return { node, update };
}

// js/sheet.js
function deviceOf(status, name3) {
  const [, source, device, point2] = /^(?:(.*)\/)?([^./]*)(?:\.(.*))?$/.exec(name3) ?? [];
  return { device: device && status.devices?.find((d) => d.name === device && (!source || d.source === source)), point: point2 };
}
function sheet(app2, onClose) {
  const parts = [recent(app2), pipettes(app2), connection(app2)];
  const none2 = h("div", { class: "unchosen stack" }, parts.map((p) => p.node));
  const one = chosen(app2, onClose);
  const node = h("aside", { class: "sheet", "aria-label": "Details" }, one.node, none2);
  node.addEventListener("keydown", (e) => e.key === "Escape" && !one.node.hidden && onClose());
  function draw({ device, point: point2 }) {
    one.node.hidden = !device;
    none2.hidden = Boolean(device);
    setAttr(node, "data-open", device ? "yes" : null);
    if (device) one.draw(device, point2);
    else for (const p of parts) p.update(app2.store.status);
  }
  return { node, draw };
}
function chosen(app2, onClose) {
  let device = null;
  const name3 = h("h2"), about = h("span", { class: "dim" });
  const close2 = h("button", { class: "x", "aria-label": "close the sheet", onclick: onClose }, "✕");
  const word = h("b", { class: "word" }), note2 = h("span", { class: "note-text" }), lease = h("span", { class: "lease dim" });
  const rows2 = h("div", { class: "control-rows" }), lock = h("button", { class: "large", data: { right: "command" }, onclick: () => toggleLock(app2, device) });
  const why2 = h("p", { class: "why forbidden" }), points3 = h("dl", { class: "facts" }), last = h("ul", { class: "last" });
  const more2 = h("button", { onclick: () => deviceDialog(app2, device) }, "All of it, and the last exchanges…");
  const node = h(
    "div",
    { class: "one" },
    h("header", {}, name3, about, close2),
    h("div", { class: "ctl" }, h("p", { class: "now" }, word, note2, lease), h("div", { class: "control-line" }, rows2, lock), why2),
    h("p", { class: "foot" }, more2),
    h("h3", {}, "Now"),
    points3,
    h("h3", {}, "Last on it"),
    last
  );
  const update = controlRows(app2, rows2);
  function draw(now, point2) {
    device = now;
    const valve3 = valvesOf(device).find((v) => !point2 || v.point.point === point2);
    const look = isLaser(device) ? laserLook(app2, device) : valve3 ? valveLook2(app2, device, valve3) : plainLook(app2, device);
    setText(name3, valve3?.box ? `${valve3.name}` : device.name);
    setText(about, valve3?.box ? device.name : device.description || device.model);
    setAttr(node, "data-laser", isLaser(device) ? device.name : null);
    setAttr(node, "data-valve", valve3 ? valve3.name : null);
    setAttr(node, "data-locked", device.lock ? "yes" : null);
    setAttr(node, "data-state", look.state);
    setAttr(more2, "data-device", device.name);
    setText(word, look.word);
    setText(note2, look.note);
    setAttr(note2, "title", look.note || null);
    setText(lease, leaseWords(app2, device));
    update(valve3?.box ? { ...device, controls: device.controls.filter((c) => c.control === point2) } : device);
    const may = device.controls?.some((c) => c.enabled);
    lock.hidden = !valve3 || !may;
    setText(lock, device.lock ? "Unlock…" : "Lock…");
    setAttr(lock, "data-act", device.lock ? "unlock" : "lock");
    setText(why2, whyNot(app2, device, valve3, may));
    const others = (device.points ?? []).filter((p) => p.name !== "open" && p.name !== "commanded");
    sync(points3, [...facts2(app2, device, valve3), ...others.map((p) => pointFact(app2, device, p))], (f) => f.name, fact2);
    sync(last, lastOf(app2, device), (e) => e.key, (e) => lastLine(app2, e));
  }
  return { node, draw };
}
function laserLook(app2, device) {
  const s = laserNow(device, { now: app2.store.now(), lost: app2.store.lost, units: app2.store.units });
  return { state: s.state, word: s.word, note: s.note };
}
function valveLook2(app2, device, valve3) {
  const pending = app2.commands.pending.has(`${device.name}.${valve3.control?.control}`);
  const since = Date.parse(valve3.point.since ?? "");
  const lasted3 = Number.isNaN(since) || !["open", "closed"].includes(valve3.state) ? "" : `for ${lasting((app2.store.now() - since) / 1e3)}`;
  return { state: pending ? "moving" : valve3.state, word: pending ? "moving" : valveWord(valve3.state), note: lasted3 || valve3.point.missing || "" };
}
var HEALTH2 = { healthy: "answers", degraded: "answers, not well", unavailable: "does not answer", disabled: "disabled", unknown: "not heard yet" };
function plainLook(app2, device) {
  const down = device.health === "unavailable" || device.health === "disabled";
  return { state: device.health, word: HEALTH2[device.health] ?? device.health, note: down ? trouble(device, app2.store.sinceStatus()) : device.health === "degraded" ? device.error : "" };
}
function leaseWords(app2, device) {
  const held2 = Date.parse(device.held ?? "");
  const left = (held2 - app2.store.now()) / 1e3;
  return left > 0 ? `lease ${device.held_by ? `of ${device.held_by} ` : ""}until ${clock(held2, false)} (${span(left)})` : "";
}
function whyNot(app2, device, valve3, may) {
  if (app2.store.status.role === "viewer") return "Commands are given at the agent itself.";
  if (!may) return (device.controls ?? []).length ? "It is read only here: the configuration does not say control: true for it." : "";
  const reasons = [...new Set((device.controls ?? []).filter((c) => c.enabled).map((c) => refusedWhy(c.forbidden)).filter(Boolean))];
  const mismatch = valve3?.state === "mismatch" ? `It was told to be ${valve3.commanded === 1 ? "open" : "closed"}, and its switch says ${valve3.point.value === 1 ? "open" : "closed"}.` : "";
  const lock = device.lock ? `Locked by ${device.lock.owner}${device.lock.reason ? `: ${device.lock.reason}` : ""}.` : "";
  const what = isLaser(device) ? "May not be enabled" : valve3 ? "May not open" : "May not be set";
  return [mismatch, reasons.length ? `${what}: ${reasons.join("; ")}` : "", lock].filter(Boolean).join(" ");
}
function facts2(app2, device, valve3) {
  const list = [];
  if (valve3) list.push({ name: "told", text: valve3.commanded === null ? "nothing since the start" : valve3.commanded === 1 ? "to open" : "to close" });
  if (device.beam_seconds) list.push({ name: "beam in all", text: `${(device.beam_seconds / 3600).toFixed(1)} h` });
  if (device.actuations) list.push({ name: "moved", text: `${device.actuations} times` });
  if (device.lock) list.push({ name: "locked", text: `by ${device.lock.owner}, ${when(Date.parse(device.lock.since), app2.store.now())}${device.lock.until ? ` to ${when(Date.parse(device.lock.until), app2.store.now())}` : ""}` });
  return list;
}
function pointFact(app2, device, p) {
  const s = pointState(device, p, app2.store.units, app2.store.sinceStatus());
  return { name: plainName(p.point), point: p.point, text: s.text ? `${s.text} ${s.unit}`.trim() : s.old.replace(/^old value/, "was") || s.reason, state: s.state };
}
function fact2(first2) {
  const value = h("span", first2.point ? { data: { point: first2.point } } : {});
  const node = h("div", {}, h("dt", {}, first2.name), h("dd", {}, value));
  const update = (f) => {
    setText(value, f.text);
    setAttr(value, "data-state", f.state);
  };
  return { node, update };
}
function lastOf(app2, device) {
  const mine = (e) => (e.device || e.labels?.device) === device.name && e.source === device.source && e.lane !== "readings" && !/^old=unknown\b/.test(e.note ?? "");
  return app2.store.log.events.filter(mine).slice(-8).reverse();
}
function lastLine(app2, event) {
  const s = app2.sentence(event);
  const node = h("li", {}, h("time", {}, clock(event.ms, false)), icon(s.icon), h("button", { onclick: () => app2.openEvent(event) }, h("b", {}, s.what), s.more && ` · ${s.more}`));
  return { node, update: () => {
  } };
}

// js/instruments.js
var FEW = 34;
var HEAD2 = ["", "channel", "value", "10 minutes", "limits", "state", "age"];
var CLASSES = ["picture", "what", "reading", "curve", "bound", "state", "age"];
function instrumentsView(app2) {
  const { store: store2, route: route2 } = app2;
  let by2 = recall("group", "kind"), used = by2;
  const folds = new Map(JSON.parse(recall("folds", "[]")));
  const search2 = h("input", { type: "search", id: "instrument-q", placeholder: "search  /", "aria-label": "search channels", spellcheck: "false", oninput: () => {
    put3();
    draw();
  } });
  const chips2 = ["kind", "line", "device", "place"].map((word) => h("button", { class: "chip", data: { by: word }, onclick: () => group3(word) }, word));
  const counter = h("span", { class: "end dim", role: "status", id: "instrument-count" });
  const out = h("button", { onclick: () => exportDialog(app2, empty()) }, "Export");
  const odd = h("div", { class: "part odd", role: "rowgroup" }), oddTitle = h("span", { class: "dim" });
  const groups = h("div", { class: "parts" });
  const head = h("div", { class: "channel heading", role: "row" }, HEAD2.map((t, i) => h("span", { class: CLASSES[i], role: "columnheader" }, t)));
  const side2 = sheet(app2, () => choose(null));
  fill(
    byId("view-instruments"),
    h(
      "div",
      { class: "panel table-panel" },
      h("div", { class: "bar", role: "search" }, search2, h("span", { class: "dim" }, "group by"), chips2, counter, out),
      h(
        "div",
        { class: "channels", role: "table", "aria-label": "channels" },
        head,
        h("div", { class: "attention-part" }, titleRow(h("h2", { class: "group" }, "Needs attention", oddTitle)), odd),
        groups
      )
    ),
    side2.node
  );
  function put3() {
    const params = new URLSearchParams(route2.params);
    search2.value ? params.set("q", search2.value) : params.delete("q");
    route2.put(params);
  }
  function group3(word) {
    by2 = word;
    remember("group", word);
    draw();
  }
  function choose(row7) {
    const params = new URLSearchParams(route2.params);
    const agent = row7 && store2.status.role === "viewer" && !store2.source ? `${row7.source}/` : "";
    row7 ? params.set("d", `${agent}${row7.device.name}${row7.type === "valve" && row7.valve.box ? `.${row7.point.point}` : ""}`) : params.delete("d");
    route2.put(params);
    draw();
  }
  function draw() {
    if (route2.view !== "instruments" || !store2.status || store2.lost) return;
    const status = store2.status, target = deviceOf(status, route2.params.get("d") ?? ""), all2 = rowsOf(status), marks = abnormal(status), bounds = limits(status);
    const wrap = (row7) => ({ row: row7, mark: marks.get(row7.key), limits: bounds.get(row7.key) ?? [], chosen: row7.device === target.device });
    const needs = oddRows(all2, marks);
    sync(odd, needs.map(wrap), (x) => x.row.key, (x) => instrumentRow(app2, x.row, choose, "first"));
    setText(oddTitle, needs.length ? `${needs.length} of ${all2.length} channels` : "nothing: every channel has a value, none is in alarm");
    let room = FEW;
    const places = placesOf(status), drawn = places.order.length > 0;
    used = by2 === "place" && !drawn ? "kind" : by2;
    const shown3 = groupRows(found(all2, search2.value), used, marks, places).map((g) => ({ ...g, fits: (room -= g.rows.length) >= 0 })).map((g) => ({ ...g, open: search2.value ? true : folds.get(`${used}/${g.title}`) ?? g.fits }));
    sync(groups, shown3.map((g) => ({ ...g, wrapped: g.open ? g.rows.map(wrap) : [] })), (g) => `${used}/${g.title}`, (g) => part(app2, g, toggle2, choose));
    for (const c of chips2) setAttr(c, "aria-pressed", String(c.dataset.by === used));
    chips2.at(-1).hidden = !drawn;
    setText(counter, [`${needs.length} ${needs.length === 1 ? "needs" : "need"} attention`, many(all2.length, "channel"), many(status.devices?.length ?? 0, "device")].join(" · "));
    setAttr(counter, "title", counter.textContent);
    side2.draw(target);
  }
  function toggle2(title, open2) {
    folds.set(`${used}/${title}`, open2);
    remember("folds", JSON.stringify([...folds].slice(-60)));
    draw();
  }
  store2.on("source", () => [odd, groups].forEach((p) => sync(p, [], () => "", null)));
  for (const topic of ["status", "units"]) store2.on(topic, draw);
  seedSparks(store2);
  return { show: () => {
    search2.value = route2.params.get("q") ?? search2.value;
    draw();
  } };
}
function titleRow(heading2) {
  return h("div", { class: "title-row", role: "row" }, h("div", { class: "title-row", role: "cell" }, heading2));
}
function part(app2, first2, toggle2, choose) {
  const words = h("span", { class: "dim" }), rows2 = h("div", { class: "part", role: "rowgroup" });
  let open2 = first2.open;
  const button2 = h("button", { class: "group", onclick: () => toggle2(first2.title, !open2) }, h("i", { "aria-hidden": "true" }), first2.title, words);
  const node = h("section", { data: { group: first2.title } }, titleRow(h("h2", {}, button2)), rows2);
  const update = (g) => {
    open2 = g.open;
    setAttr(button2, "aria-expanded", String(open2));
    setAttr(button2, "data-odd", g.odd ? "yes" : null);
    setText(words, groupWords(g));
    rows2.hidden = !open2;
    node.style.setProperty("--rows", g.wrapped.length);
    sync(rows2, g.wrapped, (x) => x.row.key, (x) => instrumentRow(app2, x.row, choose, "own"));
  };
  return { node, update };
}

// js/fold.js
var GAP = 0.7;
var JUNCTION = 3;
var WORDS5 = 4.4;
function branches(layout) {
  const kinds = new Map(layout.parts.map((p) => [p.name, p.kind])), near2 = neighbours(layout), found2 = /* @__PURE__ */ new Map();
  const junction = (name3) => kinds.get(name3) === "volume" && near2.get(name3)?.size >= JUNCTION;
  for (const { name: name3, kind } of layout.parts) {
    if (kind !== "volume") continue;
    const folded2 = /* @__PURE__ */ new Set();
    for (const first2 of near2.get(name3) ?? []) {
      const all2 = behind(near2, name3, first2);
      if (![...all2].some(junction)) for (const x of all2) folded2.add(x);
    }
    if ([...folded2].filter((x) => kinds.get(x) === "valve").length >= 2) found2.set(name3, withLabels(layout, folded2));
  }
  return found2;
}
function neighbours({ pipes }) {
  const near2 = /* @__PURE__ */ new Map();
  for (const { ends } of pipes) {
    for (const a of ends) {
      if (!near2.has(a)) near2.set(a, /* @__PURE__ */ new Set());
      for (const b of ends) if (b !== a) near2.get(a).add(b);
    }
  }
  return near2;
}
function behind(near2, volume, first2) {
  const seen = /* @__PURE__ */ new Set([first2]);
  for (const name3 of seen) for (const next2 of near2.get(name3) ?? []) if (next2 !== volume) seen.add(next2);
  return seen;
}
function withLabels({ parts }, folded2) {
  for (const p of parts) if (p.on && folded2.has(p.on)) folded2.add(p.name);
  return folded2;
}
function folding(layout, volumes) {
  const all2 = branches(layout), folded2 = new Map(volumes.filter((name3) => all2.has(name3)).map((name3) => [name3, all2.get(name3)]));
  if (!folded2.size) return { ...layout, folded: folded2 };
  const hidden = new Set([...folded2.values()].flatMap((names) => [...names]));
  for (const name3 of folded2.keys()) hidden.delete(name3);
  const parts = layout.parts.filter((p) => !hidden.has(p.name)), pipes = layout.pipes.map((p) => p.ends.some((end) => hidden.has(end)) ? { ...p, strokes: [] } : p);
  const strokes = pipes.flatMap((p) => p.strokes ?? []);
  const x = squeezed(parts.flatMap((p) => across(p)), parts.filter((p) => folded2.has(p.name)).map((p) => [p.x - p.w / 2, p.x + p.w / 2]), strokes, 0);
  const y = squeezed(parts.flatMap((p) => p.inside ? [] : [[p.y - p.h / 2 - 0.6, p.y + p.h / 2 + 0.6]]), [], strokes, 1);
  return {
    ...layout,
    folded: folded2,
    parts: parts.map((p) => {
      const left = x(p.x - p.w / 2), right = x(p.x + p.w / 2);
      return p.kind === "volume" ? { ...p, x: (left + right) / 2, w: right - left, y: y(p.y) } : { ...p, x: x(p.x), y: y(p.y) };
    }),
    pipes: pipes.map((p) => ({ ...p, strokes: (p.strokes ?? []).map((stroke) => stroke.map(([a, b]) => [x(a), y(b)])) }))
  };
}
function across(p) {
  const left = p.x - p.w / 2, name3 = (p.title || p.name).length;
  if (p.inside) return [];
  if (p.kind === "valve") return [[p.x - 1, p.x + 2]];
  if (p.kind === "pump") return [[left, p.x + p.w / 2 + 0.4 + 0.18 * name3]];
  return [[left, left + (p.kind === "volume" ? Math.min(p.w, Math.max(2.6, 0.7 + 0.19 * name3)) : p.w)]];
}
function squeezed(rigid, wide, strokes, axis) {
  const kept = [...rigid, ...strokes.flatMap((s) => s.slice(1).flatMap((b, i) => s[i][axis] === b[axis] ? [[b[axis] - 0.4, b[axis] + 0.4]] : []))];
  const at2 = [...new Set([...kept, ...wide].flat())].sort((a, b) => a - b);
  const sizes2 = at2.slice(1).map((b, i) => kept.some(([l, r]) => l <= at2[i] && r >= b) ? b - at2[i] : Math.min(b - at2[i], GAP));
  for (const [l, r] of wide) {
    const own = sizes2.map((_, i) => i).filter((i) => at2[i] >= l && at2[i + 1] <= r);
    sizes2[own.at(-1)] += Math.max(0, WORDS5 - own.reduce((sum, i) => sum + sizes2[i], 0));
  }
  const to = [at2[0] ?? 0];
  for (const s of sizes2) to.push(to.at(-1) + s);
  return (v) => {
    const i = at2.findLastIndex((a) => a <= v);
    if (i < 0) return v - (at2[0] ?? 0) + to[0];
    const span2 = at2[i + 1] - at2[i];
    return i >= sizes2.length ? to[i] + v - at2[i] : to[i] + (v - at2[i]) / span2 * sizes2[i];
  };
}
function foldWords(states) {
  const n = (state2) => states.filter((s) => s === state2).length, valves = `+${states.length} valves`;
  const worst = [["unknown", "not known"], ["moving", "moving"], ["open", "open"]].find(([state2]) => n(state2));
  return worst ? { text: `${valves}, ${n(worst[0])} ${worst[1]}`, worst: worst[0] } : { text: `${valves}, closed`, worst: "closed" };
}

// js/linesymbols.js
var U = 44;
var R = 17;
function valveSign() {
  const node = svg("g", { class: "sign", "aria-hidden": "true" });
  let drawn = "";
  function draw(v, upright) {
    const mark3 = JSON.stringify([v, upright]);
    if (mark3 === drawn) return;
    drawn = mark3;
    node.replaceChildren(...shape(v), ...v.locked ? [padlock()] : [], ...v.forbidden ? [diamond()] : []);
    node.firstElementChild.setAttribute("transform", upright ? "rotate(90)" : "");
  }
  return { node, draw };
}
function shape({ state: state2, told: told2 }) {
  const rim = told2 ? "rim told" : "rim";
  const turned = svg("g");
  if (state2 === "open") {
    turned.append(
      svg("circle", { r: R, class: `${rim} hollow` }),
      svg("rect", { class: "bore", x: -R - 2, y: -7.5, width: 2 * R + 4, height: 15 }),
      svg("path", { class: "wall", d: `M${-R - 2} -7.500 H${R + 2} M${-R - 2} 7.500 H${R + 2}` })
    );
  } else if (state2 === "closed") {
    turned.append(svg("circle", { r: R, class: `${rim} ${told2 ? "hollow" : "solid"}` }), svg("rect", { class: told2 ? "bar dark" : "bar", x: -2.5, y: -10, width: 5, height: 20, rx: 1 }));
  } else if (state2 === "moving") {
    turned.append(svg("circle", { r: R, class: "rim hollow" }), svg("rect", { class: "bar dark", x: -2.5, y: -10, width: 5, height: 20, rx: 1, transform: "rotate(45)" }));
    return [turned, svg("path", { class: "arc", d: `M0 ${-R} A${R} ${R} 0 0 1 ${R} 0` })];
  } else {
    turned.append(svg("circle", { r: R, class: "rim unknown" }));
    return [turned, svg("text", { class: "ask", y: 5, "text-anchor": "middle" }, "?")];
  }
  return [turned];
}
function padlock() {
  return svg("g", { class: "padlock", transform: "translate(9 -24)" }, svg("path", { d: "M3 7 V4 a4 4 0 0 1 8 0 V7" }), svg("rect", { x: 0, y: 6, width: 14, height: 10, rx: 2 }));
}
function diamond() {
  return svg("g", { class: "no", transform: "translate(16 20)" }, svg("path", { d: "M0 -8 L8 0 L0 8 L-8 0 Z" }), svg("path", { class: "mark-in", d: "M0 -4 V1.500 M0 3 V4.500" }));
}
function pumpSign(r) {
  return svg("path", { class: "sign-lines", d: `M${-r * 0.62} ${-r * 0.78} L${-r * 0.2} ${r * 0.98} M${r * 0.62} ${-r * 0.78} L${r * 0.2} ${r * 0.98}` });
}
function patterns() {
  const hatch2 = svg(
    "pattern",
    { id: "line-hatch", width: 10, height: 10, patternUnits: "userSpaceOnUse", patternTransform: "rotate(-45)" },
    svg("rect", { class: "hatch-ground", width: 10, height: 10 }),
    svg("rect", { class: "hatch-stripe", width: 10, height: 5 })
  );
  return svg("defs", {}, hatch2);
}
function legend() {
  const one = (v, text4) => {
    const s = valveSign();
    s.draw(v, false);
    return [svg("svg", { class: "key-sign", viewBox: "-20 -20 40 40", "aria-hidden": "true" }, s.node), text4];
  };
  const shade2 = (name3, text4) => [svg("svg", { class: "key-shade", viewBox: "0 0 24 16", "aria-hidden": "true" }, svg("rect", { class: "fill", "data-shade": name3, x: 1, y: 1, width: 22, height: 14, rx: 3 })), text4];
  return [
    one({ state: "closed" }, "closed"),
    one({ state: "open" }, "open"),
    one({ state: "closed", told: true }, "not verified"),
    one({ state: "moving" }, "moving"),
    one({ state: "unknown" }, "not known"),
    shade2("pumped", "pumped"),
    shade2("static", "static"),
    shade2("gas", "gas"),
    shade2("unknown", "not known")
  ];
}

// js/linespark.js
var SECONDS2 = 600;
var W = 120;
var H = 20;
function curve2() {
  const path = svg("path", { class: "curve" }), dot = svg("circle", { class: "dot", r: 2.6 }), band4 = svg("rect", { class: "usual", width: W, height: 0 });
  const node = svg("g", { "aria-hidden": "true" }, svg("rect", { class: "paper", width: W, height: H }), band4, path, dot);
  let drawn = "";
  function draw(series, now, unit, live2, usual3 = null) {
    const mark3 = [series.t.at(-1), series.t.length, Math.floor(now / 5), live2, usual3?.low, usual3?.high].join();
    if (mark3 === drawn) return;
    drawn = mark3;
    const { d, end, y } = shapeOf(series, now, unit);
    const [top, bottom] = usual3 && y ? [y(usual3.high), y(usual3.low)].map((v) => Math.min(H, Math.max(0, v))) : [0, 0];
    band4.setAttribute("y", Math.min(top, Math.max(0, bottom - 1)).toFixed(1));
    band4.setAttribute("height", Math.max(0, bottom - Math.min(top, Math.max(0, bottom - 1))).toFixed(1));
    path.setAttribute("d", d);
    dot.setAttribute("visibility", live2 && end ? "visible" : "hidden");
    if (end) {
      dot.setAttribute("cx", end[0]);
      dot.setAttribute("cy", end[1]);
    }
  }
  return { node, draw };
}
function shapeOf(series, now, unit) {
  const from = lowerBound(series.t, now - SECONDS2);
  const s = extremes(series.t.slice(from), series.v.slice(from), 100);
  const log2 = reading(unit).log;
  const v = s.v.map((x) => x == null || log2 && x <= 0 ? null : log2 ? Math.log10(x) : x);
  const good = v.filter((x) => x != null);
  if (good.length < 2) return { d: "", end: null, y: null };
  const low = Math.min(...good), high = Math.max(...good);
  const reach = Math.max(log2 ? 0.3 : 1e-9 + 2e-3 * Math.abs(good[0]), high - low) / 2, middle = (low + high) / 2;
  const y = (u) => H / 2 - (u - middle) / reach * (H / 2 - 3);
  let d = "", down = false, end = null;
  v.forEach((u, i) => {
    if (u == null) {
      down = false;
      return;
    }
    end = [W * Math.max(0, 1 - (now - s.t[i]) / SECONDS2), y(u)].map((x) => Number(x.toFixed(1)));
    d += `${down ? "L" : "M"}${end.join(" ")}`;
    down = true;
  });
  return { d, end: v.at(-1) == null ? null : end, y: (x) => log2 ? x > 0 ? y(Math.log10(x)) : H : y(x) };
}

// js/labelspots.js
var SIGN = 18;
var PIPE = 10;
var WALL = 3;
var GAP2 = 10;
var NEAR2 = 5;
var ASIDE = [0, -3, 3, -8, 8, -16, 16];
var MARGIN = 0.8;
function extent(layout) {
  let all2 = null;
  const take3 = (x, y, w = 0, h2 = 0) => all2 = all2 ? [Math.min(all2[0], x - w / 2), Math.min(all2[1], y - h2 / 2), Math.max(all2[2], x + w / 2), Math.max(all2[3], y + h2 / 2)] : [x - w / 2, y - h2 / 2, x + w / 2, y + h2 / 2];
  for (const p of layout.parts) {
    if (p.inside) continue;
    take3(p.x, p.y, p.kind === "valve" ? 3 : p.w, p.kind === "valve" ? 1.6 : p.h);
    if (p.kind === "pump") take3(p.x + p.w / 2 + 0.4 + (p.title || p.name).length * 0.18, p.y);
  }
  for (const pipe of layout.pipes) for (const stroke of pipe.strokes ?? []) for (const [x, y] of stroke) take3(x, y);
  if (!all2) return [0, 0, U, U];
  return [all2[0] - MARGIN, all2[1] - MARGIN, all2[2] - all2[0] + 2 * MARGIN, all2[3] - all2[1] + 2 * MARGIN].map((v) => v * U);
}
function beamAt(laser2, on) {
  return Math.min(Math.max(laser2.x + laser2.w / 2 - 0.1, on.x - on.w / 2 + 0.45), on.x + on.w / 2 - 0.45);
}
function obstacles(layout, zoom) {
  const s = U * zoom;
  const bodies = layout.parts.filter((p) => p.kind !== "gauge").map((p) => p.kind === "valve" ? around(p.x * s, p.y * s, SIGN * zoom, SIGN * zoom) : around(p.x * s, p.y * s, p.w * s / 2 + WALL * zoom, p.h * s / 2 + WALL * zoom));
  const pipes = layout.pipes.flatMap((pipe) => (pipe.strokes ?? []).flatMap((stroke) => stroke.slice(1).flatMap((to, i) => along(stroke[i], to, s, PIPE * zoom))));
  const beams = layout.parts.filter((p) => p.kind === "laser").flatMap((p) => {
    const on = layout.parts.find((o) => o.name === p.on), from = p.y + p.h / 2, to = on && on.y - on.h / 2;
    return on && from < to ? along([beamAt(p, on), from], [beamAt(p, on), to], s, WALL * zoom) : [];
  });
  return [...bodies, ...pipes, ...beams];
}
var around = (x, y, rx, ry) => [x - rx, y - ry, x + rx, y + ry];
function along([ax, ay], [bx, by2], s, half2) {
  if (ax === bx || ay === by2) return [[Math.min(ax, bx) * s - half2, Math.min(ay, by2) * s - half2, Math.max(ax, bx) * s + half2, Math.max(ay, by2) * s + half2]];
  const n = Math.ceil(Math.hypot(bx - ax, by2 - ay) * s / (2 * half2));
  return Array.from({ length: n + 1 }, (_, i) => around((ax + (bx - ax) * i / n) * s, (ay + (by2 - ay) * i / n) * s, half2, half2));
}
function beside(part2, zoom, w, h2) {
  const s = U * zoom, x = part2.x * s, y = part2.y * s, rx = part2.w * s / 2 + GAP2, ry = part2.h * s / 2 + GAP2 / 2;
  return [
    { x: x + rx, y: y - h2 / 2, align: "start" },
    { x: x - rx - w, y: y - h2 / 2, align: "end" },
    { x: x - w / 2, y: y + ry, align: "middle" },
    { x: x - w / 2, y: y - ry - h2, align: "middle" },
    ...[-1, 1].flatMap((side2) => [{ x: x + rx, y: y - h2 / 2 + side2 * (h2 + ry) / 2, align: "start" }, { x: x - rx - w, y: y - h2 / 2 + side2 * (h2 + ry) / 2, align: "end" }])
  ];
}
function nameSpots(part2, upright, zoom, w, h2) {
  const s = U * zoom, x = part2.x * s, y = part2.y * s, r = SIGN * zoom + NEAR2;
  const sides = [{ x: x + r, y: y - 11, align: "start" }, { x: x - r - w, y: y - 11, align: "end" }];
  const ends = [{ x: x - w / 2, y: y - r - h2 + 3, align: "middle" }, { x: x - w / 2, y: y + r - 3, align: "middle" }];
  const corners = [{ x: x + r / 2 + 2, y: y - r - h2 + 3, align: "start" }, { x: x - r / 2 - 2 - w, y: y - r - h2 + 3, align: "end" }];
  return upright ? [...sides, ...corners] : [...ends, ...corners];
}
function noteSpots(part2, upright, zoom, w, h2, name3) {
  const s = U * zoom, x = part2.x * s, y = part2.y * s, r = SIGN * zoom + NEAR2;
  const sides = [{ x: x + r, y: y + 5, align: "start" }, { x: x - r - w, y: y + 5, align: "end" }];
  const under2 = y + r - 2, over2 = y - r - h2 - (name3 && name3.y < y - r ? 14 : 0);
  if (!upright) return [under2, over2].flatMap((top) => ASIDE.map((dx) => ({ x: x - w / 2 + dx, y: top, align: "middle" }))).concat(sides);
  return [sides[name3?.align === "end" ? 1 : 0]];
}
function gaugeSpots(part2, on, zoom, w, h2) {
  const s = U * zoom, left = (part2.x - part2.w / 2) * s, top = (part2.y - part2.h / 2) * s, right = left + part2.w * s, bottom = top + part2.h * s;
  const x = on && part2.x + part2.w / 2 <= on.x - on.w / 2 + 0.1 ? right - w : left, y = on && part2.y + part2.h / 2 <= on.y - on.h / 2 + 0.1 ? bottom - h2 : top;
  const steps3 = [0, 1, -1, 2, -2, 3, -3, 4, -4, 6, -6, 8, -8];
  return steps3.flatMap((i) => steps3.map((j) => ({ x: x + i * 16, y: y + j * 12, align: "start", far: Math.hypot(i * 16, j * 12) }))).sort((a, b) => a.far - b.far);
}
function arrange(labels2, walls, bounds) {
  const taken = [...walls];
  for (const label2 of labels2) {
    const best2 = choice2(label2, taken, bounds);
    label2.at = label2.optional && best2.cost > 0 ? null : best2;
    if (label2.at) taken.push(label2.at.box);
  }
  return labels2;
}
function choice2(label2, taken, bounds) {
  let best2 = null;
  for (const variant of label2.variants) {
    for (const spot of label2.spots(variant)) {
      const box = [spot.x, spot.y, spot.x + variant.w, spot.y + variant.h];
      const cost = taken.reduce((sum, b) => sum + shared(box, b), 0), out = variant.w * variant.h - shared(box, bounds);
      if (cost < 0.5 && out < 0.5) return { spot, variant, box, cost: 0 };
      if (!best2 || 100 * cost + out < 100 * best2.cost + best2.out) best2 = { spot, variant, box, cost: cost < 0.5 ? 0 : cost, out };
    }
  }
  return best2;
}
function shared(a, b) {
  return Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
}

// js/textwidth.js
var widths = /* @__PURE__ */ new Map();
var pen = null;
var face = "";
function textWidth(text4, size, weight = 400) {
  pen ??= document.createElement("canvas").getContext("2d");
  face ||= getComputedStyle(document.body).fontFamily;
  const font = `${weight} ${size}px ${face}`, key = `${font} ${text4}`;
  if (widths.size > 1e3) widths.clear();
  if (!widths.has(key)) {
    pen.font = font;
    widths.set(key, pen.measureText(visible(text4)).width);
  }
  return widths.get(key);
}
function firstWords(text4, room, wide) {
  if (wide(text4) <= room) return text4;
  const words = text4.split(" ");
  while (words.length && wide(`${words.join(" ")}…`) > room) words.pop();
  return words.length ? `${words.join(" ")}…` : "";
}
function shortName(text4, room, wide) {
  if (wide(text4) <= room) return text4;
  const dot = text4.lastIndexOf("."), end = dot > 0 ? dot : text4.length;
  const head = [...text4.slice(0, end)], tail = text4.slice(end);
  while (head.length > 1 && wide(`${head.join("")}…${tail}`) > room) head.pop();
  return `${head.join("")}…${tail}`;
}

// js/linelabels.js
var LINE = 17;
var FORBIDDEN = "may not open";
var PAD = 16;
var GAUGE = 126;
var GAUGE_HIGH = 66;
var NAME = 220;
var FOOT = 6;
var SPOT = 16;
var MARK = 34;
function lines(part2, gauges, lit = false) {
  const x = part2.x * U, y = part2.y * U, w = part2.w * U, h2 = part2.h * U;
  const node = svg("g", { class: "lines", "aria-hidden": "true" });
  const title = svg("text", { class: "part-title" }), second = svg("text", { class: "part-title" }), words = svg("text", { class: "part-words" }), rise = svg("text", { class: "part-words" }), folded2 = svg("text", { class: "part-folded" });
  const rows2 = gauges.map((g) => ({ gauge: g, text: svg("text", { class: "part-words" }) }));
  let top = null;
  node.append(title, second, folded2, words, rise, ...rows2.map((r) => r.text));
  const wide = (t) => Math.ceil([title, second, folded2].includes(t) ? textWidth(t.textContent, second.textContent ? 12 : 13, 650) : textWidth(t.textContent, 12.5));
  function update(scene, now) {
    setText(title, now.title);
    setText(second, "");
    setText(words, now.words);
    setText(rise, now.rise);
    setText(folded2, now.folded);
    for (const r of rows2) {
      setText(r.text, readingText(scene, r.gauge));
      setAttr(r.text, "data-look", scene.markOf(r.gauge)?.look);
    }
    const width = w / scene.k, height = h2 / scene.k;
    const all2 = () => [title, second, folded2, words, rise, ...rows2.map((r) => r.text)].filter((t) => t.textContent);
    const fits = () => all2().every((t) => wide(t) < width - 4) && all2().length * LINE < height - 4;
    const inside = part2.kind === "volume" && [[], [rise], [words], rows2].some((without2) => {
      for (const x2 of without2) setText(x2.text ?? x2, x2.gauge ? readingText(scene, { ...x2.gauge, title: "" }) : "");
      return fits();
    }) || part2.kind === "volume" && inTwo(now.title) && fits();
    if (!inside) setAll([[title, now.title], [second, ""]]);
    setAttr(node, "data-tight", second.textContent ? "yes" : null);
    return inside ? within2(all2(), width, scene.k) : label2(all2(), scene.k);
  }
  function inTwo(text4) {
    const best2 = halves(text4).map((rows3) => ({ rows: rows3, w: Math.max(...rows3.map((t) => textWidth(t, 12, 650))) })).sort((a, b) => a.w - b.w)[0];
    if (best2) setAll([[title, `${best2.rows[0]} `], [second, best2.rows[1]]]);
    return Boolean(best2);
  }
  function within2(all2, width, k) {
    const left = width > 150 && Math.max(...all2.map(wide)) + PAD + 4 < width;
    all2.forEach((t) => setAttr(t, "display", null));
    top = lit ? y + h2 / 2 - (LINE * all2.length + FOOT) * k : y - LINE / 2 * k * all2.length;
    set(all2, { x, y: top, k, align: left ? "start" : "middle", at: left ? PAD - width / 2 : 0 });
  }
  function label2(all2, k) {
    top = null;
    const few = all2.filter((t) => t === title || t === folded2);
    const variants = [all2, few].map((texts2) => ({ texts: texts2, w: Math.max(...texts2.map(wide)), h: texts2.length * LINE }));
    return {
      rank: 1,
      mark: all2.map((t) => t.textContent).join("/"),
      variants,
      spots: (v) => beside(part2, 1 / k, v.w, v.h),
      put: ({ spot, variant }) => {
        for (const t of all2) setAttr(t, "display", variant.texts.includes(t) ? null : "none");
        set(variant.texts, { x: spot.x * k, y: spot.y * k, k, align: spot.align, at: { start: 0, middle: variant.w / 2, end: variant.w }[spot.align] });
      }
    };
  }
  function set(texts2, { x: x2, y: y2, k, align, at: at2 }) {
    setAttr(node, "transform", `translate(${x2} ${y2}) scale(${k})`);
    texts2.forEach((t, i) => {
      setAttr(t, "text-anchor", align);
      setAttr(t, "x", Math.round(at2));
      setAttr(t, "y", Math.round((second.textContent ? 12.5 : 13.5) + i * LINE));
    });
  }
  return { node, update, top: () => top };
}
function valveWords(part2, upright) {
  const text4 = part2.title || part2.name, wide = Math.ceil(textWidth(text4, 13, 650));
  const name3 = svg("text", { class: "valve-name", y: 12 }, `${text4} `), note2 = svg("text", { class: "valve-note" });
  const above = svg("g", {}, name3), below = svg("g", {}, note2);
  const place3 = (g, of, spot, w, k) => {
    setAttr(g, "transform", `translate(${spot.x * k - part2.x * U} ${spot.y * k - part2.y * U}) scale(${k})`);
    setAttr(of, "text-anchor", spot.align);
    return Math.round({ start: 0, middle: w / 2, end: w }[spot.align]);
  };
  function update(scene, words, { bad, moves }) {
    const k = scene.k, zoom = 1 / k;
    setAttr(note2, "data-bad", bad ? "yes" : null);
    const labels2 = [{ rank: 0, mark: "", variants: [{ w: wide, h: 16 }], spots: (v) => nameSpots(part2, upright, zoom, v.w, v.h), put: ({ spot, variant }) => setAttr(name3, "x", place3(above, name3, spot, variant.w, k)) }];
    const room = words || (moves ? FORBIDDEN : "");
    if (!words) setText(note2, "");
    if (room) labels2.push({
      rank: 2,
      mark: `${words}${room}`,
      optional: true,
      variants: folded(room),
      spots: (v) => noteSpots(part2, upright, zoom, v.w, v.h, labels2[0].at?.spot),
      put: (found2) => words && write(note2, found2, (spot, w) => place3(below, note2, spot, w, k))
    });
    return labels2;
  }
  return { nodes: [above, below], update };
}
function folded(words) {
  const wide = (t) => Math.ceil(textWidth(t, 12));
  const of = (rows2) => ({ rows: rows2, w: Math.max(...rows2.map(wide)), h: 2 + 14 * rows2.length });
  const two2 = halves(words).map(of).sort((a, b) => a.w - b.w)[0];
  return [of([words]), ...two2 ? [two2] : []];
}
function halves(text4) {
  const all2 = text4.split(" ");
  return all2.slice(1).map((_, i) => [all2.slice(0, i + 1).join(" "), all2.slice(i + 1).join(" ")]);
}
var setAll = (texts2) => texts2.forEach(([node, text4]) => setText(node, text4));
function write(note2, found2, place3) {
  if (!found2) return note2.replaceChildren();
  const { rows: rows2, w } = found2.variant, x = place3(found2.spot, w);
  note2.replaceChildren(...rows2.map((row7, i) => svg("tspan", { x, y: 11 + 14 * i }, i + 1 < rows2.length ? `${row7} ` : row7)));
}
var SIGNS2 = { trip: "◆ ", alarm: "▲ " };
function readingText(scene, part2) {
  const device = scene.device(part2.device);
  const point2 = device?.points?.find((p) => p.point === part2.point);
  const s = point2 && !scene.lost ? pointState(device, point2, scene.units, scene.more) : null;
  const value = s?.text ? `${SIGNS2[scene.markOf(part2)?.sign] ?? ""}${s.text} ${s.unit}`.trim() : "no value";
  return part2.title ? `${part2.title} ${value}` : value;
}
function gauge(part2, parts, parent, choose) {
  const name3 = svg("text", { class: "gauge-name", y: 11 }), value = svg("tspan", { class: "gauge-value" }), unit = svg("tspan", { class: "gauge-unit", dx: 1 });
  const number3 = svg("text", { y: 33 }, value, unit);
  const paper = svg("rect", { class: "alarm", x: -7, y: 14, height: 25, rx: 3 }), mark3 = svg("path", { class: "alarm-mark", d: "M0 -7 L8 7 L-8 7 Z" });
  const spark = curve2();
  spark.node.setAttribute("transform", "translate(0 44)");
  const target = svg("rect", { class: "target", x: -6, y: -4, width: Math.max(part2.w * U, 120), height: part2.h * U + 4, rx: 5 });
  const node = pressable(svg("g", { class: "line-gauge" }, paper, target, name3, number3, mark3, spark.node), part2, choose);
  const on = parts.get(part2.on), lead = svg("path", { class: "leader" });
  parent.append(lead, node);
  return (scene) => {
    const device = scene.device(part2.device);
    const point2 = device?.points?.find((p) => p.point === part2.point);
    const s = point2 && !scene.lost ? pointState(device, point2, scene.units, scene.more) : { state: "down", text: "", unit: "", reason: "no connection", old: "" };
    const alarm3 = scene.markOf(part2);
    const called = part2.title || point2?.description || part2.name;
    setText(name3, `${shortName(called, NAME, (t) => textWidth(t, 12))} `);
    setText(value, `${s.text || "no value"} `);
    const why2 = s.text ? "" : (s.old || s.reason).replace(/^no value: /, "");
    const room = Math.max(part2.w * U, GAUGE) - (alarm3 ? MARK : 0) - (why2 ? textWidth(value.textContent, 14, 500) : 0);
    setText(unit, s.text ? `${s.unit} ${s.hint}`.trim() : firstWords(why2, room, (t) => textWidth(t, 12)));
    setAttr(node, "data-state", s.state);
    setAttr(node, "data-alarm", alarm3?.words);
    setAttr(node, "data-look", alarm3?.look);
    setAttr(node, "data-chosen", scene.chosen === part2.name ? "yes" : null);
    const firstLine = Math.ceil(textWidth(name3.textContent, 12)), wide = Math.round(textWidth(value.textContent, ...s.state === "live" ? [19, 650] : [14, 500]) + textWidth(unit.textContent, 12) + 1);
    const right = Math.max(GAUGE, 10 * Math.ceil((wide + (alarm3 ? MARK : 0)) / 10));
    if (alarm3) {
      setAttr(paper, "width", wide + 40);
      setAttr(mark3, "transform", `translate(${wide + 17} 27)`);
    }
    setAttr(node, "aria-label", [`${called} ${value.textContent}${why2 || unit.textContent}`, s.text ? "" : s.reason, alarm3?.words].filter(Boolean).join(", "));
    const key = pointKey(scene.source, part2.device, part2.point);
    spark.draw(scene.trend.recent(key), scene.now / 1e3, point2?.unit, s.state === "live", scene.usual.get(key));
    return {
      rank: 3,
      mark: right,
      variants: [{ w: Math.max(right, firstLine), h: GAUGE_HIGH }],
      spots: (v) => gaugeSpots(part2, on, 1 / scene.k, v.w, v.h),
      put: ({ box }) => {
        setAttr(node, "transform", `translate(${box[0] * scene.k} ${box[1] * scene.k}) scale(${scene.k})`);
        setAttr(lead, "d", leader(box.map((v) => v * scene.k / U), on));
      }
    };
  };
}
function leader([left, top, right, bottom], on) {
  if (!on) return null;
  const x = (left + right) / 2, y = (top + bottom) / 2;
  const to = [near(x, on.x, on.w / 2), near(y, on.y, on.h / 2)], from = [near(to[0], x, (right - left) / 2), near(to[1], y, (bottom - top) / 2)];
  return Math.hypot(to[0] - from[0], to[1] - from[1]) > 0.25 ? `M${from.map((v) => v * U).join(" ")} L${to.map((v) => v * U).join(" ")}` : null;
}
var near = (at2, middle, reach) => Math.min(Math.max(at2, middle - reach), middle + reach);
function laser(part2, parts, parent, choose, topOf) {
  const x = (part2.x - part2.w / 2) * U, y = (part2.y - part2.h / 2) * U, w = part2.w * U, h2 = part2.h * U;
  const on = parts.get(part2.on);
  const beam = svg("path", { class: "beam" });
  const path = () => {
    const wall2 = (on.y - on.h / 2) * U, top = topOf(on.name), end = Math.min((on.y + on.h * 0.28) * U, top === null ? Infinity : top - 4);
    return `M${beamAt(part2, on) * U} ${y + h2} V${Math.round(Math.max(wall2, end))}${end - wall2 < 10 ? "" : ` m${-SPOT} 0 h${2 * SPOT}`}`;
  };
  const word = svg("text", { class: "laser-word", x: 15, y: -4 }), more2 = svg("text", { class: "laser-more", x: 15, y: 17 });
  const text4 = svg("g", {}, word, more2);
  const node = pressable(svg("g", { class: "line-laser" }, beam, svg("rect", { class: "laser-box", x, y, width: w, height: h2, rx: 6 }), text4), part2, choose);
  parent.append(node);
  return (scene) => {
    if (on) setAttr(beam, "d", path());
    setAttr(text4, "transform", `translate(${x} ${y + h2 / 2}) scale(${scene.k})`);
    const device = scene.device(part2.device);
    const now = device ? laserNow(device, { now: scene.now, lost: scene.lost, units: scene.units }) : { state: "unknown", word: "not known", power: "" };
    const { state: state2 } = now;
    setAttr(node, "data-state", state2);
    setAttr(node, "data-chosen", scene.chosen === part2.name ? "yes" : null);
    setText(word, `${state2 === "off" ? "off" : now.word} `);
    const held2 = (Date.parse(device?.held ?? "") - scene.now) / 1e3;
    setText(more2, [part2.title || part2.name, state2 === "off" ? now.power : "", held2 > 0 ? `lease ${span(held2)}` : ""].filter(Boolean).join(" · "));
    setAttr(node, "aria-label", `${word.textContent}${more2.textContent}, laser`);
  };
}

// js/linewords.js
var NOT_KNOWN = "not known";
function lasted2(seconds2) {
  const s = Math.max(0, Math.floor(seconds2));
  if (s < 60 || s >= 3600) return span(seconds2 < 60 ? Math.round(seconds2) : seconds2).replace(".0 s", " s");
  return `${Math.floor(s / 60)} min ${s % 60} s`;
}
function valveOf(device, part2, standing2, { lost: lost3 = false, pending = false } = {}) {
  const control = device?.controls?.find((c) => c.control === part2.point);
  const known = !lost3 && ["closed", "open", "moving"].includes(standing2?.state);
  const state2 = pending && !lost3 ? "moving" : known ? standing2.state : "unknown";
  return { state: state2, told: Boolean(known && !pending && standing2.told), control };
}
function stateWords(part2, { state: state2, told: told2 }) {
  if (state2 === "unknown") return "not known";
  if (!told2) return state2;
  return part2.hand ? `${state2}, as reported` : `told ${state2}`;
}
function sureWords(part2, { state: state2, told: told2 }) {
  if (state2 === "unknown") return part2.hand ? "nobody has reported it since the start" : "no answer that can be believed";
  if (state2 === "moving") return "not where it was sent yet";
  if (told2) return part2.hand ? "by hand, nothing verifies it" : "not verified: no switch shows it";
  return `verified ${state2}`;
}
function refusal(control) {
  if (!control?.forbidden) return "";
  const failing = (control.conditions ?? []).filter((c) => !c.good).map(failed);
  return failing.length ? failing.join("; ") : refusedWhy(control.forbidden);
}
function failed({ what, now }) {
  const valve3 = /^(.*?)(\S+) verified (closed|open)$/.exec(what);
  if (valve3) return `${valve3[1]}${valve3[2]} is ${now} and must be ${valve3[3]}`;
  return what === "lock" || what === "the agent" ? now : `${what} is ${now.split(": ")[0]}`;
}
function regionWords(region2, more2 = 0, titles = (name3) => name3) {
  const all2 = (names) => names.map(titles).join(" + ");
  const time3 = region2.undated ? "" : region2.since > 0 ? `${region2.at_least ? "at least " : ""}${lasted2(region2.since + more2)}` : "";
  const told2 = region2.told?.length ? `, ${region2.told.join(", ")}` : "";
  switch (region2.condition) {
    case "pumped":
      return join(`pumped by ${all2(region2.pumps)}${told2}`, time3);
    case "gas":
      return join(`gas${region2.pumps?.length ? `, and pumped by ${all2(region2.pumps)}` : ""}${told2}`, time3);
    case "static":
      return `static${region2.undated ? ", not known how long" : time3 && ` ${time3}`}${told2}`;
  }
  if (region2.moving?.length && region2.moving.length === region2.unsure.length) return `${all2(region2.moving)} moves`;
  const why2 = region2.unsure?.length ? region2.unsure.map(titles).join(", ") : "a pump";
  return `not known: ${why2} ${region2.unsure?.length > 1 ? "are" : "is"} not known`;
}
function join(...parts) {
  return parts.filter(Boolean).join(" · ");
}
function pumpWords(state2) {
  return { running: "", stopped: "stopped" }[state2] ?? "not known";
}
function riseOf(region2) {
  return region2.rises?.find((r) => r.rate != null) ?? region2.rises?.[0] ?? null;
}
function riseWords(rise, choice3) {
  if (!rise) return "";
  if (rise.verdict === NOT_KNOWN) return "rise: not known";
  if (rise.rate == null) return "rise: not yet";
  const { factor, label: label2 } = reading("pascals", choice3);
  if (rise.verdict === "steady") return `steady within ${number(rise.error * factor)} ${label2}/s`;
  return `${rise.verdict} ${number(Math.abs(rise.rate) * factor)} ${label2}/s`;
}
function riseRows(rise, choice3) {
  const { factor, label: label2 } = reading("pascals", choice3);
  const with95 = (value, error, scale, unit) => `${number(value * scale)} ± ${number(error * scale)} ${unit}`;
  if (rise.verdict === NOT_KNOWN) return [["rate of rise", "not known: its agent has not said it"]];
  const rows2 = [["readings", `${rise.points} in ${lasted2(rise.seconds)}`]];
  if (rise.rate == null) return [["rate of rise", "not yet: 10 readings of 30 s are needed"], ...rows2];
  rows2.unshift(["rate of rise", with95(rise.rate, rise.error, factor, `${label2}/s`)]);
  if (rise.log_rate != null) rows2.push(["of the logarithm", with95(rise.log_rate, rise.log_error, 100, "%/s")]);
  rows2.push(["fits better", rise.shape === "exponential" ? "an exponential" : "a straight line"]);
  if (rise.leak != null) rows2.push(["leak", `${number(rise.leak * factor * 1e3)} ${label2}·l/s`]);
  return rows2;
}
function valveLabel(part2, device, valve3, note2 = "") {
  const sure = valve3.state === "unknown" || valve3.state === "moving" ? "" : valve3.told ? "not verified" : "verified";
  const may = !valve3.control?.enabled ? "" : valve3.control.forbidden ? "may not open" : "may open";
  const lock = device?.lock ? `locked by ${device.lock.owner}` : "";
  const more2 = [device?.description, valve3.state === "unknown" ? "not known" : valve3.state, sure, lock, may].filter((text4) => text4 && text4 !== note2);
  return [part2.title || part2.name, note2, ...more2].filter(Boolean).join(", ");
}

// js/linedraw.js
function drawing(layout, choose) {
  const parts = new Map(layout.parts.map((p) => [p.name, p]));
  const walls = svg("g", { class: "walls" }), fills = svg("g", { class: "fills" }), names = svg("g", { class: "names" }), valves = svg("g", { class: "line-valves" });
  const box = extent(layout);
  const node = svg("svg", { class: "line-drawing", viewBox: box.join(" "), role: "group", "aria-label": "The line" }, patterns(), walls, fills, names, valves);
  const updates = [], tops = /* @__PURE__ */ new Map();
  layout.pipes.forEach((pipe, i) => {
    const made = pipeOf(pipe, walls, fills);
    updates.push((s) => made.forEach((n) => shade(n, s.regionOfPipe.get(i))));
  });
  for (const part2 of layout.parts) {
    if (part2.kind === "volume" || part2.kind === "pump") updates.push(body(part2, { walls, fills, names, choose, layout, tops }));
    else if (part2.kind === "gauge" && !part2.inside) updates.push(gauge(part2, parts, names, choose));
  }
  for (const part2 of layout.parts) if (part2.kind === "laser") updates.push(laser(part2, parts, names, choose, (name3) => tops.get(name3)?.() ?? null));
  for (const part2 of layout.parts) if (part2.kind === "valve") updates.push(valve2(part2, layout, valves, choose));
  let settled = "";
  function update(scene) {
    const labels2 = updates.flatMap((f) => f(scene) ?? []).sort((a, b) => a.rank - b.rank), zoom = 1 / scene.k;
    const mark3 = [zoom, ...labels2.map((l) => l.mark)].join("|");
    if (mark3 === settled) return;
    settled = mark3;
    const [x, y, w, h2] = box.map((v) => v * zoom);
    for (const l of arrange(labels2, obstacles(layout, zoom), [x, y, x + w, y + h2])) l.put(l.at);
  }
  return { node, update, width: box[2], height: box[3] };
}
function pipeOf(pipe, walls, fills) {
  return (pipe.strokes ?? []).map((stroke) => {
    const d = stroke.map(([x, y], i) => `${i ? "L" : "M"}${x * U} ${y * U}`).join(" ");
    walls.append(svg("path", { class: "pipe-wall", d }));
    const inner = svg("path", { class: "pipe", d });
    fills.append(inner);
    return inner;
  });
}
function shade(node, region2) {
  setAttr(node, "data-shade", region2 ? region2.condition : "unknown");
  setAttr(node, "data-tint", region2?.condition === "static" ? String(region2.index % 2) : null);
}
function pressable(node, part2, choose) {
  for (const [name3, value] of Object.entries({ role: "button", tabindex: part2.kind === "valve" ? "-1" : "0", "data-part": part2.name })) node.setAttribute(name3, value);
  node.addEventListener("click", () => choose(part2.name));
  node.addEventListener("keydown", (e) => {
    if (e.key !== "Enter" && e.key !== " ") return;
    e.preventDefault();
    e.stopPropagation();
    choose(part2.name);
  });
  return node;
}
function body(part2, { walls, fills, names, choose, layout, tops }) {
  const x = part2.x * U, y = part2.y * U, w = part2.w * U, h2 = part2.h * U;
  const shape2 = (grow, cls) => part2.kind === "pump" ? svg("ellipse", { class: cls, cx: x, cy: y, rx: w / 2 + grow, ry: h2 / 2 + grow }) : svg("rect", { class: cls, x: x - w / 2 - grow, y: y - h2 / 2 - grow, width: w + 2 * grow, height: h2 + 2 * grow, rx: 13 + grow });
  const folded2 = layout.folded?.has(part2.name);
  if (folded2) walls.append(shape2(9, "wall-box"), shape2(6.5, "fold-box"));
  walls.append(shape2(2.5, "wall-box"));
  const inner = pressable(shape2(0, "fill"), part2, choose);
  fills.append(inner);
  if (part2.kind === "pump") names.append(svg("g", { transform: `translate(${x} ${y})`, class: "pump" }, pumpSign(w / 2)));
  const text4 = lines(part2, layout.parts.filter((p) => p.kind === "gauge" && p.inside && p.on === part2.name), layout.parts.some((p) => p.kind === "laser" && p.on === part2.name));
  tops.set(part2.name, text4.top);
  names.append(text4.node);
  return (scene) => {
    const region2 = scene.regionOf.get(part2.name);
    shade(inner, region2);
    const runs = part2.kind === "pump" ? pumpWords(scene.pump(part2.name)) : "";
    setAttr(inner, "data-runs", part2.kind === "pump" ? scene.pump(part2.name) : null);
    setAttr(inner, "data-chosen", scene.chosen === part2.name ? "yes" : null);
    const main = region2 && scene.mainOf(region2) === part2.name;
    const words = region2 ? regionWords(region2, scene.more, scene.title) : "not known";
    const rise = region2?.condition === "static" ? riseWords(riseOf(region2), scene.units) : "";
    const fold = folded2 ? foldWords(scene.valvesBehind(part2.name).map((v) => scene.valve(v).state)) : { text: "" };
    const label2 = text4.update(scene, { title: main ? region2.name : part2.title || part2.name, words: main ? words : runs, rise: main ? rise : "", folded: fold.text });
    setAttr(inner, "data-folded", fold.worst ?? null);
    setAttr(inner, "aria-label", [part2.title || part2.name, fold.text && `folded: ${fold.text}`, words, runs, rise].filter(Boolean).join(", "));
    return label2;
  };
}
function valve2(part2, layout, parent, choose) {
  const upright = isUpright(part2, layout);
  const sign2 = valveSign(), words = valveWords(part2, upright);
  const ring2 = svg("circle", { class: "ring", r: 22 }), target = svg("circle", { class: "target", r: 22 });
  const node = pressable(svg("g", { class: "line-valve", transform: `translate(${part2.x * U} ${part2.y * U})` }, ring2, sign2.node, ...words.nodes, target), part2, choose);
  node.setAttribute("data-line-valve", part2.name);
  parent.append(node);
  return (scene) => {
    const device = scene.device(part2.device);
    const v = scene.valve(part2), bad = !scene.lost && Boolean(v.control?.enabled && tripped(v.control));
    const region2 = scene.regionOfValve.get(part2.name);
    sign2.draw({ state: v.state, told: v.told, locked: Boolean(device?.lock), forbidden: bad }, upright);
    shade(node, region2);
    setAttr(node, "data-state", v.state);
    setAttr(node, "data-told", v.told ? "yes" : null);
    setAttr(node, "data-chosen", scene.chosen === part2.name ? "yes" : null);
    const note2 = noteOf(part2, device, v, bad);
    setAttr(node, "aria-label", valveLabel(part2, device, v, note2));
    setAttr(node, "tabindex", scene.stop === part2.name ? "0" : "-1");
    setAttr(target, "r", Math.round(22 * Math.max(1, scene.k)));
    return words.update(scene, note2, { bad, moves: Boolean(v.control?.enabled) });
  };
}
function noteOf(part2, device, v, bad) {
  if (device?.lock) return `locked by ${device.lock.owner}`;
  if (bad) return "may not open";
  if (v.state === "moving") return "moving";
  if (v.state === "unknown") return part2.hand ? "by hand, not reported" : "not known";
  return part2.hand ? "by hand" : v.told ? stateWords(part2, v) : "";
}
function tripped(control) {
  return Boolean(control.forbidden) && (control.conditions ?? []).some((c) => !c.good && c.what.startsWith("rule ") && refusal(control));
}
function isUpright(part2, layout) {
  for (const pipe of layout.pipes) {
    for (const stroke of pipe.strokes ?? []) {
      const ends = [[stroke[0], stroke[1]], [stroke.at(-1), stroke.at(-2)]];
      for (const [a, b] of ends) if (b && a[0] === part2.x && a[1] === part2.y && pipe.ends.includes(part2.name)) return Math.abs(a[0] - b[0]) < Math.abs(a[1] - b[1]);
    }
  }
  return false;
}

// js/linescene.js
function drawingOf(status, source) {
  const all2 = status?.drawings ?? [];
  return all2.find((d) => d.source === source) ?? all2[0] ?? null;
}
function sceneOf(app2, all2, { chosen: chosen2, stop, k, layout, foldable }) {
  const { store: store2, commands } = app2;
  const status = store2.status ?? {}, lost3 = store2.lost;
  const mine = (status.devices ?? []).filter((d) => d.source === all2.source);
  const devices = new Map(mine.map((d) => [d.name, d]));
  const parts = new Map(all2.parts.map((p) => [p.name, p])), drawn = new Map(layout.parts.map((p) => [p.name, p]));
  const valve3 = (part2) => valveOf(devices.get(part2.device), part2, all2.valves?.[part2.name], { lost: lost3, pending: commands.pending.has(`${part2.device}.${part2.point}`) });
  const regions = lost3 ? [] : (all2.regions ?? []).map((r, index) => ({ ...r, index }));
  const marks = lost3 ? /* @__PURE__ */ new Map() : abnormal(status);
  const by2 = (names) => new Map(regions.flatMap((r) => names(r).map((name3) => [name3, r])));
  return {
    lost: lost3,
    regions,
    chosen: chosen2,
    stop,
    k,
    source: all2.source,
    units: store2.units,
    more: store2.sinceStatus(),
    now: store2.now(),
    trend: store2.trend,
    usual: store2.usual,
    pending: commands.pending,
    viewer: status.role === "viewer",
    status,
    parts,
    device: (name3) => devices.get(name3),
    valve: valve3,
    folds: (name3) => foldable.get(name3) ?? null,
    folded: (name3) => layout.folded.has(name3),
    valvesBehind: (name3) => [...foldable.get(name3) ?? []].map((x) => parts.get(x)).filter((p) => p?.kind === "valve"),
    title: (name3) => parts.get(name3)?.title || name3,
    pump: (name3) => lost3 ? "unknown" : all2.pumps?.[name3] ?? "unknown",
    regionOf: by2((r) => r.parts),
    regionOfPipe: by2((r) => r.pipes),
    regionOfValve: by2((r) => r.inside),
    mainOf: (region2) => mainOf(region2, drawn),
    markOf: (part2) => marks.get(pointKey(all2.source, part2.device, part2.point)) ?? null
  };
}
function mainOf(region2, parts) {
  let main = "", area = 0;
  for (const name3 of region2.parts) {
    const p = parts.get(name3);
    if (p?.kind === "volume" && p.w * p.h > area) [main, area] = [name3, p.w * p.h];
  }
  return main;
}

// js/linekeys.js
var WAYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
function isArrow(key) {
  return Object.hasOwn(WAYS, key);
}
function next(layout, from, key) {
  const at2 = layout.parts.find((p) => p.name === from);
  const valves = layout.parts.filter((p) => p.kind === "valve" && p.name !== from);
  if (!at2 || !valves.length) return valves[0]?.name ?? from;
  const along2 = reached(layout, from);
  return best(at2, valves.filter((v) => along2.has(v.name)), WAYS[key]) ?? best(at2, valves, WAYS[key]) ?? from;
}
function best(at2, valves, [dx, dy]) {
  let found2 = null, least = Infinity;
  for (const v of valves) {
    const x = v.x - at2.x, y = v.y - at2.y;
    const ahead2 = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
    const far = ahead2 + 1.5 * aside;
    if (ahead2 > 0 && aside <= ahead2 * 1.74 && far < least) [found2, least] = [v.name, far];
  }
  return found2;
}
function reached(layout, from) {
  const kinds = new Map(layout.parts.map((p) => [p.name, p.kind]));
  const found2 = /* @__PURE__ */ new Set(), seen = /* @__PURE__ */ new Set([from]), queue = [from];
  while (queue.length) {
    const name3 = queue.shift();
    for (const pipe of layout.pipes) {
      if (!pipe.ends.includes(name3)) continue;
      for (const end of pipe.ends) {
        if (seen.has(end)) continue;
        seen.add(end);
        if (kinds.get(end) === "valve") found2.add(end);
        else queue.push(end);
      }
    }
  }
  return found2;
}

// js/linelist.js
function regionList(choose) {
  const node = h("div", { class: "line-list" });
  const update = (scene) => {
    const all2 = scene.lost ? [] : scene.regions.filter((r) => r.parts.some((name3) => scene.parts.get(name3)?.kind !== "gauge"));
    sync(node, all2.map((r) => ({ region: r, scene })), ({ region: region2 }) => region2.parts[0], () => card(choose));
  };
  return { node, update };
}
function card(choose) {
  const name3 = h("h3"), value = h("b", { class: "value" }), unit = h("span", { class: "unit" }), words = h("p"), valves = h("div", { class: "line-buttons" });
  const shade2 = h("i", { class: "shade" });
  const node = h("article", {}, h("header", {}, shade2, name3, h("span", { class: "end" }, value, unit)), words, valves);
  const update = ({ region: region2, scene }) => {
    setText(name3, region2.name);
    setAttr(shade2, "data-shade", region2.condition);
    const p = pressure(region2, scene);
    setText(value, p?.text ?? "");
    setText(unit, p?.unit ?? "");
    setAttr(value, "data-alarm", p?.mark?.words);
    setAttr(value, "data-look", p?.mark?.look);
    setText(words, [regionWords(region2, scene.more, scene.title), region2.condition === "static" ? riseWords(riseOf(region2), scene.units) : ""].filter(Boolean).join(" · "));
    const parts = [...region2.edges, ...region2.inside].map((v) => scene.parts.get(v)).filter(Boolean);
    sync(valves, parts.map((part2) => ({ part: part2, region: region2, scene })), (v) => v.part.name, () => button(choose));
  };
  return { node, update };
}
function pressure(region2, scene) {
  for (const name3 of region2.parts) {
    const part2 = scene.parts.get(name3);
    const device = part2?.kind === "gauge" && scene.device(part2.device);
    const point2 = device && device.points?.find((x) => x.point === part2.point);
    if (point2?.unit !== "pascals") continue;
    const s = pointState(device, point2, scene.units, scene.more);
    if (s.text) return { text: s.text, unit: s.unit, mark: scene.markOf(part2) };
  }
  return null;
}
function button(choose) {
  const sign2 = valveSign();
  const name3 = h("b"), state2 = h("span"), note2 = h("small");
  let at2 = "";
  const node = h("button", { type: "button", onclick: () => choose(at2) }, svg("svg", { class: "key-sign", viewBox: "-24 -24 48 48", "aria-hidden": "true" }, sign2.node), h("span", { class: "text" }, h("span", {}, name3, " ", state2), note2));
  const update = ({ part: part2, region: region2, scene }) => {
    at2 = part2.name;
    const device = scene.device(part2.device);
    const v = scene.valve(part2);
    sign2.draw({ state: v.state, told: v.told, locked: Boolean(device?.lock) }, true);
    setAttr(node, "data-shade", region2.condition);
    setAttr(node, "data-list-valve", part2.name);
    setText(name3, part2.title || part2.name);
    setText(state2, stateWords(part2, v));
    setText(note2, v.control?.enabled && refusal(v.control) ? "may not open" : device?.description ?? "");
    setAttr(node, "aria-description", valveLabel(part2, device, v));
  };
  return { node, update };
}

// js/linerows.js
function conditionRows(app2, scene, device, control) {
  const rows2 = control.conditions.map((c) => {
    const now = inUnits(c.now, scene.units), verified = c.what.endsWith("verified closed") || c.what.endsWith("verified open");
    return [c.what, c.good ? verified ? `yes, ${now}` : now : `no: ${now}`, c.good];
  });
  const held2 = Date.parse(device.held ?? "");
  rows2.push(["held by somebody", held2 > scene.now ? `until ${clock(held2, false)}` : "nobody", true]);
  const may = scene.status.rights?.includes("command") ?? true;
  rows2.push(["your right to command", may ? "yes" : token() ? "no: the token lacks it" : "no: a token is needed", may]);
  return rows2;
}
function detailRows(app2, part2, device) {
  if (!device) return [["device", "not there", false]];
  const of = (name3) => device.points?.find((p) => p.point === name3);
  const word = (p) => p?.value == null ? "not known" : p.value === 1 ? "open" : "closed";
  const commanded = of(part2.point === "open" ? "commanded" : `${part2.point}_commanded`);
  const rows2 = [["commanded / indicated", `${commanded ? word(commanded) : "not said"} / ${part2.hand ? `${word(of(part2.point))}, as reported` : word(of(part2.point))}`, true]];
  const seen = Date.parse(of(part2.point)?.timestamp ?? "");
  if (!Number.isNaN(seen)) rows2.push(["last read", clock(seen, false), !of(part2.point).stale]);
  if (device.health !== "healthy") rows2.push(["it is", [device.health, device.error].filter(Boolean).join(": "), false]);
  if (device.actuations) rows2.push(["moved", `${count(device.actuations)} times`, true]);
  if (device.lock) rows2.push(["locked", `by ${device.lock.owner}${device.lock.reason ? `: ${device.lock.reason}` : ""}`, false]);
  return [...rows2, ["model", device.model, true]];
}
function pointRows2(scene, device, first2) {
  const points3 = [...device.points ?? []].sort((a, b) => (b.point === first2) - (a.point === first2));
  return points3.slice(0, 14).map((p) => {
    const s = pointState(device, p, scene.units, scene.more);
    return [p.description || p.point.replaceAll("_", " "), s.text ? [s.text, s.unit, s.hint].filter(Boolean).join(" ") : s.old || s.reason, s.state === "live", p.point];
  });
}
function travels(events2, part2, source) {
  const all2 = [];
  for (const e of events2) {
    if (e.kind !== "command" || e.device !== part2.device || e.source !== source || (e.labels?.control ?? part2.point) !== part2.point || e.status !== "success") continue;
    const ms2 = milliseconds(logfmt(e.note ?? "")?.took);
    if (ms2 !== null) all2.push(ms2);
  }
  return all2.slice(-50);
}
function milliseconds(text4) {
  const m = /^([\d.]+)(µs|ms|s)$/.exec(text4 ?? "");
  return m ? Math.round(Number(m[1]) * { µs: 1e-3, ms: 1, s: 1e3 }[m[2]]) : null;
}
var VERBS = { 1: ["Opened", "Not opened", "Stays open"], 0: ["Closed", "Not closed", "Stays closed"] };
function lastEvents(store2, part2, source) {
  const mine = store2.log.events.filter((e) => e.device === part2.device && e.source === source && e.lane !== "readings" && e.metric_name !== "valve_is_commanded");
  return mine.slice(-6).reverse().map((e) => [clock(e.ms, false), sentence2(e), void 0, e.key]);
}
function sentence2(e) {
  const { new: to, who, took: took2, why: why2, old } = logfmt(e.note ?? "") ?? {};
  const verb = VERBS[to];
  if (e.kind === "command" && verb) {
    if (e.status === "success") return [`${verb[old === to ? 2 : 0]}${who ? ` by ${who}` : ""}`, took2, why2].filter(Boolean).join(" · ");
    return `${verb[1]}${who ? ` for ${who}` : ""}: ${e.status}${why2 ? ` (${why2})` : ""}`;
  }
  if (e.kind === "state" && e.metric_name === "valve_is_open") return `${e.missing ? `Not known: ${e.missing}` : e.value === 1 ? "Seen open" : "Seen closed"}${old === "unknown" ? ", first seen" : ""}`;
  if (e.kind === "failure") return `Failed: ${e.status}`;
  if (e.kind === "recovery") return "Answers again";
  return [e.metric_name.replaceAll("_", " "), e.status === "success" ? "" : e.status, who && `by ${who}`, why2].filter(Boolean).join(" · ");
}

// js/linesheet.js
var WITHDRAWN = 8e3;
function sheet2(app2, close2, fold) {
  const title = h("h2", { id: "line-sheet-title" }), about = h("span", { class: "about" });
  const shut = h("button", { type: "button", class: "sheet-close", "aria-label": "Close the sheet", onclick: close2 }, "✕");
  const control = valveControl(app2);
  const overview = h("div", { class: "sheet-regions" }), tables = h("div", { class: "sheet-tables" }), trace = h("div", { class: "trace" });
  const ask2 = h("button", { type: "button", data: { act: "exchanges" }, onclick: () => part2 && exchanges(app2, trace, part2, scene) }, "last exchanges on its line");
  const folder = h("button", { type: "button", data: { act: "fold" }, onclick: () => part2 && fold(part2.name) });
  const rest = h("div", { class: "sheet-rest" }, overview, h("div", { class: "sheet-fold" }, folder), tables, h("div", { class: "sheet-wire" }, ask2, trace));
  const node = h("aside", { id: "line-sheet", "aria-labelledby": "line-sheet-title" }, h("header", {}, title, about, shut), control.node, rest);
  let part2 = null, scene = null;
  function choose(next2) {
    if (part2?.name !== next2?.name) {
      control.withdraw();
      fill(trace);
      rest.scrollTop = 0;
    }
    part2 = next2;
  }
  function update(now) {
    scene = now;
    const device = part2 && now.device(part2.device);
    setAttr(node, "data-chosen", part2 ? part2.name : null);
    setText(title, part2 ? part2.title || part2.name : "The line");
    setText(about, part2 ? device?.description ?? "" : now.lost ? "no connection" : "choose a valve, or anything on it");
    shut.hidden = !part2;
    control.node.hidden = part2?.kind !== "valve";
    overview.hidden = Boolean(part2);
    ask2.parentElement.hidden = !part2 || !device;
    const behind2 = part2 && now.folds(part2.name) ? now.valvesBehind(part2.name).length : 0;
    folder.parentElement.hidden = !behind2;
    setText(folder, part2 && now.folded(part2.name) ? `Unfold its ${behind2} valves` : `Fold its ${behind2} valves away`);
    setAttr(folder, "aria-pressed", String(Boolean(part2 && now.folded(part2.name))));
    if (!part2) sync(overview, now.regions.filter((r) => r.parts.length).map((r) => ({ r, scene: now })), ({ r }) => r.parts[0], region);
    if (part2?.kind === "valve") control.update(now, part2, device);
    sync(tables, part2 && !now.lost ? tablesOf(app2, now, part2, device) : [], (t) => t.title, table);
    for (const r of overview.children) r.hidden = now.lost;
  }
  return { node, choose, update, focus: () => (control.node.hidden ? shut : control.first()).focus() };
}
async function exchanges(app2, trace, part2, scene) {
  await traceInto(trace, part2.device, scene.viewer ? scene.source : "");
}
function region() {
  const name3 = h("b"), words = h("span"), rise = h("span");
  const node = h("div", { class: "sheet-region" }, h("i", { class: "shade" }), h("div", {}, name3, words, rise));
  const update = ({ r, scene }) => {
    setText(name3, r.name);
    setText(words, regionWords(r, scene.more, scene.title));
    setText(rise, r.condition === "static" ? riseWords(riseOf(r), scene.units) : "");
    setAttr(node.firstElementChild, "data-shade", r.condition);
  };
  return { node, update };
}
function tablesOf(app2, scene, part2, device) {
  const all2 = [];
  const region2 = scene.regionOf.get(part2.name) ?? scene.regionOfValve.get(part2.name);
  if (part2.kind === "valve") {
    const { control } = scene.valve(part2);
    if (control?.conditions) all2.push({ title: "May open only while", rows: conditionRows(app2, scene, device, control) });
    all2.push({ title: "Details", rows: detailRows(app2, part2, device) });
    const times = travels(app2.store.log.events, part2, scene.source);
    if (times.length) all2.push({ title: `Travel time, last ${times.length}`, rows: [["last", `${times.at(-1)} ms`, true], ["shortest and longest", `${Math.min(...times)} … ${Math.max(...times)} ms`, true]] });
  } else if (device) all2.push({ title: "Readings", rows: pointRows2(scene, device, part2.kind === "gauge" ? part2.point : "") });
  if (region2 && part2.kind !== "laser") all2.push({ title: part2.kind === "valve" ? "Connected through it" : "What is connected", rows: [[region2.name, regionWords(region2, scene.more, scene.title), true], ...region2.perhaps.length ? [["perhaps, too", region2.perhaps.map(scene.title).join(", "), false]] : []] });
  const rises = region2?.condition === "static" && part2.kind !== "valve" ? region2.rises.filter((r) => part2.kind !== "gauge" || r.gauge === part2.name) : [];
  for (const r of rises) all2.push({ title: `Rise by ${scene.title(r.gauge)}`, rows: riseRows(r, scene.units).map(([k, v]) => [k, v, true]) });
  if (device) all2.push({ title: part2.kind === "valve" ? "Last on this valve" : "Last on it", rows: lastEvents(app2.store, part2, scene.source) });
  return all2.filter((t) => t.rows.length);
}
function table(first2) {
  const body3 = h("tbody");
  const node = h("table", { class: "sheet-table" }, h("caption", {}, first2.title), body3);
  const update = (t) => sync(body3, t.rows, (r) => r[3] ?? r[0], row4);
  return { node, update };
}
function row4() {
  const name3 = h("th", { scope: "row" }), value = h("td");
  const node = h("tr", {}, name3, value);
  const update = ([what, now, good]) => {
    setText(name3, what);
    setText(value, now);
    setAttr(node, "data-good", good === void 0 ? null : good ? "yes" : "no");
  };
  return { node, update };
}
function valveControl(app2) {
  const state2 = h("b", { class: "state" }), sure = h("span", { class: "sure" });
  const act = (name3, press2) => h("button", { type: "button", data: { act: name3 }, onclick: press2 });
  const open2 = act("open", () => mayAsk()), close2 = act("close", () => move(0)), lock = act("lock", () => toggleLock(app2, device));
  const token2 = h("button", { type: "button", class: "quiet", data: { lacking: "command" }, onclick: () => askToken2() }, "token to command…");
  const link = h("a", { class: "sheet-agent", target: "_blank", rel: "noopener noreferrer" });
  const why2 = h("p", { class: "why", id: "line-why" });
  const buttons = h("div", { class: "sheet-buttons" }, open2, close2, lock);
  const question = h("b"), effect = h("p"), left = h("p", { class: "dim" });
  const no = act("no", () => withdraw(true)), yes = act("yes", () => confirmed());
  const asking3 = h("div", { class: "sheet-question", role: "alertdialog", "aria-label": "Open it?", hidden: true }, question, effect, h("div", { class: "sheet-buttons two" }, no, yes), left);
  const standing2 = h("div", { class: "sheet-standing" }, h("p", { class: "state-line" }, state2, sure), buttons, why2, token2, link);
  const node = h("div", { class: "sheet-control" }, standing2, asking3);
  setText(no, "No");
  open2.setAttribute("aria-describedby", "line-why");
  let device = null, part2 = null, scene = null, valve3 = null, asked = null, timer = 0;
  function move(value) {
    withdraw();
    if (valve3?.control) app2.commands.set(device, valve3.control, value);
  }
  function mayAsk() {
    if (open2.getAttribute("aria-disabled") === "true") return;
    asking3.hidden = false;
    standing2.hidden = true;
    asked = age(Date.now());
    timer = setInterval(countdown, 500);
    countdown();
    no.focus();
  }
  function countdown() {
    if (asked() >= WITHDRAWN) return withdraw(true);
    setText(left, `This question withdraws itself in ${Math.ceil((WITHDRAWN - asked()) / 1e3)} s.`);
  }
  function confirmed() {
    withdraw(true);
    move(1);
  }
  function withdraw(back = false) {
    clearInterval(timer);
    const had = asking3.contains(document.activeElement);
    asking3.hidden = true;
    standing2.hidden = false;
    if (back && had) open2.focus();
  }
  function update(now, chosen2, of) {
    [scene, part2, device] = [now, chosen2, of];
    const pending = now.pending.has(`${part2.device}.${part2.point}`);
    valve3 = now.valve(part2);
    const c = valve3.control, reason = refusal(c);
    const since = Date.parse(device?.points?.find((p) => p.point === part2.point)?.since ?? "");
    setText(state2, stateWords(part2, { ...valve3, told: false }));
    setText(sure, [sureWords(part2, valve3), valve3.state === "unknown" || Number.isNaN(since) ? "" : span((now.now - since) / 1e3)].filter(Boolean).join(" · "));
    buttons.hidden = !c?.enabled;
    setText(open2, part2.hand ? "Report open…" : "Open…");
    setText(close2, part2.hand ? "Report closed" : "Close");
    setText(lock, device?.lock ? "Unlock…" : "Lock…");
    setAttr(lock, "data-act", device?.lock ? "unlock" : "lock");
    setAttr(open2, "aria-disabled", reason || pending || now.lost ? "true" : "false");
    setAttr(close2, "aria-disabled", pending || now.lost ? "true" : "false");
    setText(why2, whyText(now, c, reason, pending));
    setAttr(why2, "data-bad", reason ? "yes" : null);
    agentLink(link, now);
    const label2 = part2.title || part2.name;
    setText(question, part2.hand ? `Report that ${label2} is open?` : `Open ${label2}?`);
    setText(yes, part2.hand ? "It is open" : `Open ${label2}`);
    setText(effect, effectOf(now, part2, device));
    if (!asking3.hidden && (reason || now.lost)) withdraw(true);
  }
  return { node, update, withdraw, first: () => buttons.hidden ? node : open2 };
}
function whyText(scene, control, reason, pending) {
  if (scene.lost) return "No connection: nothing can be moved from here.";
  if (scene.viewer) return "Commands are given at the agent.";
  if (reason) return `May not open: ${reason}.`;
  if (pending) return "A command is on its way.";
  return control?.enabled ? "May open." : "Read only: the configuration does not let it be commanded.";
}
function agentLink(link, scene) {
  const to = scene.viewer ? scene.status.sources?.find((s) => s.source === scene.source)?.http : "";
  link.hidden = !to;
  if (to && link.getAttribute("href") !== to) link.setAttribute("href", to);
  setText(link, to ? `to ${scene.source}'s own page` : "");
}
function effectOf(scene, part2, device) {
  const sides = scene.regions.filter((r) => r.edges.includes(part2.name));
  if (sides.length < 2) return device?.description ?? "";
  return `It joins ${sides.map((r) => `${r.name} (${r.condition === "unknown" ? "not known" : r.condition})`).join(" and ")}.`;
}

// js/line.js
var SMALLEST = 0.62;
function remembered(source) {
  try {
    return [JSON.parse(recall(`fold.${source}`, "[]"))].flat();
  } catch {
    return [];
  }
}
function lineView(app2) {
  const { store: store2 } = app2;
  const place3 = h("div", { class: "line-place", tabindex: "-1" });
  const agents = h("nav", { class: "line-agents", "aria-label": "Agents" });
  const zoom = h(
    "div",
    { class: "line-zoom", role: "group", "aria-label": "Size of the drawing" },
    ...[["larger", "+", 1.25], ["smaller", "−", 0.8], ["fit", "fit", 0]].map(([name3, text4, by2]) => h("button", { type: "button", "aria-label": `${name3} drawing`, onclick: () => scale(by2) }, text4))
  );
  const foldAll = h("button", { type: "button", class: "fold-all", onclick: () => fold(folds.length ? [] : [...foldable.keys()]) });
  zoom.prepend(foldAll);
  const note2 = h("p", { class: "line-note" });
  const key = h("div", { class: "line-key" }, legend().map((item2) => h("span", {}, ...item2)), h("span", {}, "curves: 10 min"));
  const side2 = sheet2(app2, () => choose(null), (name3) => fold(folds.includes(name3) ? folds.filter((f) => f !== name3) : [...folds, name3])), list = regionList((name3) => choose(name3));
  const map = h("div", { class: "panel line-map" }, h("div", { class: "line-head" }, agents, note2, zoom), place3, key);
  fill(byId("view-line"), h("div", { class: "line-left" }, map, list.node), side2.node);
  let all2 = null, layout = null, made = null, foldable = /* @__PURE__ */ new Map(), folds = [], shape2 = "", mark3 = "", chosen2 = null, stop = "", size = 0, k = 1;
  function update() {
    const found2 = drawingOf(store2.status, app2.route.source);
    if (!found2) return fill(place3, h("p", { class: "dim" }, store2.status ? "Nothing to draw: no valve is configured." : ""));
    const now = JSON.stringify([found2.source, found2.parts, found2.pipes]);
    if (now !== shape2) {
      foldable = branches(found2);
      folds = remembered(found2.source).filter((name3) => foldable.has(name3));
    }
    [shape2, all2] = [now, found2];
    layout = folding(found2, folds);
    if (shape2 + folds !== mark3) build2(shape2 + folds);
    setText(note2, found2.loose ? "Nobody said what is connected to what: valves and gauges stand in rows, unconnected. The section drawing of the configuration says it." : "");
    sync(agents, (store2.status.drawings ?? []).length > 1 ? store2.status.drawings : [], (d) => d.source, agent);
    foldAll.hidden = foldable.size < 2;
    setText(foldAll, folds.length ? "unfold" : "fold");
    setAttr(foldAll, "aria-label", folds.length ? "unfold all parts" : "fold all parts that fold");
    const scene = sceneOf(app2, found2, { chosen: chosen2, stop, k: 1 / k, layout, foldable });
    made.update(scene);
    side2.update(scene);
    list.update(scene);
  }
  function agent(first2) {
    const node = h("button", { type: "button", onclick: () => app2.route.look(first2.source) }, first2.source);
    return { node, update: (d) => setAttr(node, "aria-pressed", String(d.source === layout.source)) };
  }
  function fold(names) {
    folds = names;
    remember(`fold.${layout.source}`, names.length ? JSON.stringify(names) : "");
    update();
  }
  function build2(next2) {
    mark3 = next2;
    made = drawing(layout, (name3) => choose(name3));
    stop = layout.parts.find((p) => p.kind === "valve")?.name ?? "";
    if (chosen2 && !all2.parts.some((p) => p.name === chosen2)) choose(null);
    fill(place3, made.node);
    resized();
  }
  function choose(name3) {
    const before = chosen2;
    chosen2 = name3;
    const part2 = all2?.parts.find((p) => p.name === name3) ?? null;
    if (part2?.kind === "valve" && layout.parts.includes(part2)) stop = name3;
    side2.choose(part2);
    setAttr(document.body, "data-line-sheet", part2 ? "yes" : null);
    if (layout) update();
    if (part2) side2.focus();
    else if (before) place3.querySelector(`[data-part="${CSS.escape(before)}"]`)?.focus({ preventScroll: true });
  }
  function resized() {
    if (!made || !place3.clientWidth) return false;
    const view = byId("view-line"), top = `${Math.round(view.getBoundingClientRect().top + scrollY) + 10}px`;
    if (view.style.getPropertyValue("--line-top") !== top) view.style.setProperty("--line-top", top);
    const phone = matchMedia("(max-width: 820px)").matches;
    const whole2 = Math.min(place3.clientWidth / made.width, phone ? 9 : place3.clientHeight / made.height);
    const next2 = phone ? whole2 : size || Math.max(SMALLEST, Math.min(1.4, whole2));
    if (Math.abs(next2 - k) < 2e-3 && made.node.style.width) return false;
    k = next2;
    made.node.style.width = `${Math.floor(made.width * k)}px`;
    made.node.style.height = `${Math.floor(made.height * k)}px`;
    return true;
  }
  function fit() {
    if (resized()) update();
  }
  function scale(by2) {
    size = by2 ? Math.min(3, Math.max(0.4, made.node.clientWidth / made.width * by2)) : 0;
    fit();
  }
  place3.addEventListener("keydown", (e) => {
    if (!isArrow(e.key) || !layout) return;
    e.preventDefault();
    stop = next(layout, e.target.dataset?.part ?? stop, e.key);
    update();
    const to = place3.querySelector(`[data-line-valve="${CSS.escape(stop)}"]`);
    to?.focus();
    to?.querySelector(".target").scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  addEventListener("keydown", (e) => {
    if (e.key === "Escape" && chosen2 && app2.route.view === "line" && !document.querySelector("dialog[open]")) choose(null);
  });
  new ResizeObserver(() => requestAnimationFrame(fit)).observe(place3);
  const shown3 = () => app2.route.view === "line" && (update(), fit());
  for (const topic of ["status", "units", "lost"]) store2.on(topic, shown3);
  store2.on("events", (fresh3) => fresh3.some((e) => e.device && e.lane !== "readings") && shown3());
  store2.on("source", () => (mark3 = shape2 = "", choose(null)));
  seedSparks(store2);
  return { show: () => (update(), fit()) };
}

// js/exposition.js
var LINE2 = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+\S+)?$/;
var PAIR = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"\s*,?\s*/gy;
var SUFFIXES = ["_bucket", "_sum", "_count"];
var TOGETHER = 100;
function* parsing(text4) {
  const families = /* @__PURE__ */ new Map();
  for (const [i, raw] of text4.split("\n").entries()) {
    const line3 = raw.trim();
    if (line3.startsWith("#")) readComment(families, line3);
    else if (line3) readSample(families, line3);
    if (i % TOGETHER === TOGETHER - 1) yield;
  }
  return [...families.values()].filter((f) => f.series.size).map((f) => ({ ...f, series: [...f.series.values()] }));
}
function family(families, name3) {
  if (!families.has(name3)) families.set(name3, { name: name3, type: "untyped", help: "", series: /* @__PURE__ */ new Map() });
  return families.get(name3);
}
function readComment(families, line3) {
  const m = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line3);
  if (!m) return;
  if (m[1] === "HELP") family(families, m[2]).help = m[3].replace(/\\n/g, "\n").replace(/\\\\/g, "\\");
  else family(families, m[2]).type = m[3];
}
function readSample(families, line3) {
  const m = LINE2.exec(line3);
  if (!m) return;
  const labels2 = parseLabels(m[2] ?? "");
  const value = parseValue(m[3]);
  if (labels2 === null || Number.isNaN(value) && m[3] !== "NaN") return;
  const suffix = SUFFIXES.find((s) => m[1].endsWith(s) && families.get(m[1].slice(0, -s.length))?.type === "histogram");
  if (suffix) return readPart(family(families, m[1].slice(0, -suffix.length)), suffix, labels2, value);
  const f = family(families, m[1]);
  const key = keyOf3(f.name, labels2);
  f.series.set(key, { key, labels: labels2, value });
}
function readPart(f, suffix, labels2, value) {
  const { le, ...rest } = labels2;
  const key = keyOf3(f.name, rest);
  if (!f.series.has(key)) f.series.set(key, { key, labels: rest, buckets: [], sum: NaN, count: NaN });
  const series = f.series.get(key);
  if (suffix === "_bucket") series.buckets.push({ le: parseValue(le ?? ""), count: value });
  else series[suffix.slice(1)] = value;
}
function parseLabels(text4) {
  const labels2 = {};
  PAIR.lastIndex = 0;
  let end = 0;
  for (let m; m = PAIR.exec(text4); end = PAIR.lastIndex) {
    labels2[m[1]] = m[2].replace(/\\(.)/g, (_, c) => c === "n" ? "\n" : c);
  }
  return end === text4.length ? labels2 : null;
}
function parseValue(text4) {
  if (text4 === "+Inf" || text4 === "Inf") return Infinity;
  return text4 === "-Inf" ? -Infinity : text4 === "" ? NaN : Number(text4);
}
function unitOf(name3) {
  return UNITS.find((u) => name3.endsWith("_" + u)) ?? "";
}
function keyOf3(name3, labels2) {
  const pairs2 = Object.keys(labels2).sort().map((k) => `${k}="${labels2[k]}"`);
  return pairs2.length ? `${name3}{${pairs2.join(",")}}` : name3;
}
function quantile(q, buckets) {
  const sorted = [...buckets].sort((a, b) => a.le - b.le);
  const total = sorted.at(-1)?.count ?? 0;
  if (!(total > 0) || sorted.at(-1).le !== Infinity) return NaN;
  const rank3 = q * total;
  const i = sorted.findIndex((b) => b.count >= rank3);
  if (sorted[i].le === Infinity) return sorted.length > 1 ? sorted[i - 1].le : NaN;
  const below = i > 0 ? sorted[i - 1] : { le: Math.min(0, sorted[0].le), count: 0 };
  const inside = sorted[i].count - below.count;
  return inside > 0 ? below.le + (sorted[i].le - below.le) * (rank3 - below.count) / inside : sorted[i].le;
}
function quantileWords(q, buckets, say2) {
  const bounds = buckets.map((b) => b.le).filter(Number.isFinite).sort((a, b) => a - b);
  const value = quantile(q, buckets), total = Math.max(0, ...buckets.map((b) => b.count));
  if (Number.isNaN(value) || !bounds.length) return "–";
  const within2 = (le) => buckets.find((b) => b.le === le).count >= q * total;
  if (within2(bounds[0])) return `≤ ${say2(bounds[0])}`;
  return within2(bounds.at(-1)) ? say2(value) : `> ${say2(bounds.at(-1))}`;
}
function rate(before, after2, seconds2) {
  if (!(seconds2 > 0)) return NaN;
  return (after2 >= before ? after2 - before : after2) / seconds2;
}

// js/scrapes.js
var SERIES2 = 3e3;
var KEEP2 = 900;
var Scrapes = class {
  constructor() {
    this.last = /* @__PURE__ */ new Map();
    this.curves = /* @__PURE__ */ new Map();
    this.begun = null;
  }
  /** One scrape at t (epoch seconds). */
  add(families, t) {
    this.begun ??= t;
    this.now = t;
    for (const f of families) for (const s of f.series) this.#one(f, s, t);
    if (this.last.size > SERIES2) {
      for (const [key, x] of this.last) if (x.t !== t) this.last.delete(key);
    }
  }
  #one(f, s, t) {
    const value = s.buckets ? s.count : s.value;
    const before = this.last.get(s.key);
    const counts = f.type === "counter" || Boolean(s.buckets);
    const now = { value, t, rate: before && counts ? rate(before.value, value, t - before.t) : NaN, moved: before ? before.value === value ? before.moved : t : null };
    this.last.set(s.key, now);
    const curve3 = this.curves.get(s.key);
    if (!curve3) return;
    curve3.unit = counts ? "/s" : unitOf(f.name);
    curve3.label = s.key;
    curve3.t.push(t);
    curve3.v.push(counts ? Number.isNaN(now.rate) ? null : now.rate : value);
    if (curve3.t.length > KEEP2 + 100) {
      curve3.t.splice(0, 100);
      curve3.v.splice(0, 100);
    }
  }
  /** Increase per second between the last two scrapes; NaN when it is not known. */
  rate(key) {
    return this.last.get(key)?.rate ?? NaN;
  }
  /** When a series last moved, in words. */
  moved(key) {
    const at2 = this.last.get(key)?.moved;
    if (at2 == null) return this.now > this.begun ? `still for ${span(this.now - this.begun)}` : "";
    return this.now === at2 ? "moving" : `moved ${span(this.now - at2)} ago`;
  }
  /** The curve of a series; it begins to be kept when it is first asked for. */
  trend(key) {
    if (!this.curves.has(key)) this.curves.set(key, { t: [], v: [], unit: "", label: key });
    const c = this.curves.get(key);
    return { unit: c.unit, label: c.label, data: { t: c.t, min: c.v, mean: c.v, max: c.v } };
  }
};

// js/steps.js
var ROOM = 6;
var PAINT = "paint";
var Steps = class {
  constructor({ frame: frame2 = nextFrame, clock: clock3 = () => performance.now(), room = ROOM } = {}) {
    Object.assign(this, { frame: frame2, clock: clock3, room, now: null, after: null, waiting: false });
  }
  /** Does what the generator function says, once what is being done has ended. */
  run(work) {
    this.after = work;
    this.#later();
  }
  #later() {
    if (this.waiting) return;
    this.waiting = true;
    this.frame(() => this.#work());
  }
  #work() {
    this.waiting = false;
    const end = this.clock() + this.room;
    if (!this.now) [this.now, this.after] = [this.after(), null];
    try {
      for (let step; !(step = this.now.next()).done; ) if (step.value === PAINT || this.clock() >= end) return;
      this.now = null;
    } catch (error) {
      this.now = null;
      throw error;
    } finally {
      if (this.now || this.after) this.#later();
    }
  }
};
function nextFrame(f) {
  if (document.hidden) setTimeout(f);
  else requestAnimationFrame(f);
}

// js/metrics.js
var EVERY2 = 2e3;
var MOST3 = { histogram: 5, else: 20 };
var TOGETHER2 = 3;
function metricsView(app2) {
  const { store: store2, route: route2 } = app2;
  const scrapes = new Scrapes();
  store2.metricTrend = (key) => scrapes.trend(key.slice(7));
  let families = [], timer = 0, room = TOGETHER2, growing = 0, opened2 = 0, order = null;
  const search2 = h("input", { id: "metric-q", type: "search", placeholder: "search name, label or help", "aria-label": "search metrics", oninput: () => {
    route2.put(params());
    anew();
  } });
  const runtime = h("input", { id: "metric-go", type: "checkbox", onchange: () => anew() });
  const type = h("select", { "aria-label": "type", onchange: () => anew() }, ["any type", "counter", "gauge", "histogram"].map((t) => h("option", { value: t === "any type" ? "" : t }, t)));
  const note2 = h("span", { role: "status" }), news = h("button", { id: "metric-new", onclick: () => anew() });
  const columns = [0, 1].map(() => h("div", { class: "column" })), list = h("div", { id: "metric-list" }, columns);
  fill(byId("view-metrics"), h("div", { class: "bar" }, h("div", { class: "filters" }, search2, type, h("label", { class: "check" }, runtime, "Go and process"), h("a", { href: "metrics", target: "_blank", rel: "noopener" }, "as text")), h("span", { class: "end" }, news, note2)), list);
  function params() {
    return new URLSearchParams(search2.value ? { q: search2.value } : {});
  }
  const reader = new Steps();
  const inSteps = (text4) => new Promise((done) => reader.run(function* () {
    done(yield* parsing(text4));
  }));
  const wanted2 = () => route2.view === "metrics" || route2.view === "plots" && route2.params.has("m");
  async function scrape() {
    clearTimeout(timer);
    if (!wanted2() || document.hidden) return void (timer = setTimeout(scrape, EVERY2));
    try {
      families = await inSteps(await getText("metrics"));
      scrapes.add(families, store2.now() / 1e3);
      draw();
    } catch (error) {
      setText(note2, `no metrics: ${error.message}`);
      families = [];
      draw();
    }
    timer = setTimeout(scrape, EVERY2);
  }
  function draw() {
    if (route2.view !== "metrics") return;
    const word = search2.value.toLowerCase();
    const fits = (f) => (!type.value || f.type === type.value) && (runtime.checked || !/^(go|process|promhttp)_/.test(f.name));
    const found2 = families.filter(fits).map((f) => ({ ...f, series: f.series.filter((s) => !word || `${s.key} ${f.help}`.toLowerCase().includes(word)) })).filter((f) => f.series.length);
    const stood = inPlace(found2);
    const shown3 = stood.slice(0, room).map((f, order2) => ({ ...f, order: order2 }));
    columns.forEach((column, k) => sync(column, shown3.filter((f) => f.order % 2 === k), (f) => f.name, (f) => family2(app2, scrapes, f, { all: () => Boolean(word), opened: () => opened2 })));
    if (room < stood.length && !growing) growing = requestAnimationFrame(grow);
    if (families.length) setText(note2, `${found2.reduce((n, f) => n + f.series.length, 0)} of ${families.reduce((n, f) => n + f.series.length, 0)} series`);
  }
  function inPlace(found2) {
    if (!order && families.length) order = new Set(found2.map((f) => f.name));
    const late = order ? found2.filter((f) => !order.has(f.name)).length : 0;
    news.style.visibility = late ? "" : "hidden";
    setText(news, `${late} new`);
    return order ? found2.filter((f) => order.has(f.name)) : found2;
  }
  function anew() {
    order = null;
    opened2++;
    draw();
  }
  function grow() {
    growing = 0;
    room += TOGETHER2;
    draw();
  }
  scrape();
  store2.on("units", draw);
  return { show: () => {
    search2.value = route2.params.get("q") ?? search2.value;
    anew();
    scrape();
  } };
}
function family2(app2, scrapes, first2, { all: all2, opened: opened2 }) {
  const rows2 = h("div", { class: "series" });
  let kept = null, of = -1, last = first2;
  const more2 = h("button", { class: "quiet more", data: { act: "more" }, onclick: () => {
    kept = new Set(last.series.map((s) => s.key));
    update(last);
  } });
  const node = h(
    "section",
    { class: "panel family", data: { family: first2.name } },
    h("header", {}, h("h2", {}, h("span", { class: `mark ${first2.type}`, title: first2.type }), first2.name), h("span", { class: "end" }, more2, h("span", { class: "note" }, first2.type))),
    h("p", { class: "dim" }, first2.help),
    rows2
  );
  function update(f) {
    last = f;
    node.style.order = f.order;
    if (of !== opened2()) kept = new Set((all2() ? f.series : f.series.slice(0, MOST3[f.type] ?? MOST3.else)).map((s) => s.key));
    of = opened2();
    const shown3 = f.series.filter((s) => kept.has(s.key));
    sync(rows2, shown3, (s) => s.key, (s) => (s.buckets ? histogram : plain3)(app2, scrapes, f, s));
    more2.style.visibility = shown3.length === f.series.length ? "hidden" : "";
    setText(more2, `${f.series.length - shown3.length} more`);
  }
  return { node, update };
}
function plotButton(app2, key) {
  const params = () => new URLSearchParams({ m: key, range: "600" });
  return h("button", { class: "quiet", data: { act: "plot" }, "aria-label": `plot ${key}`, onclick: () => app2.route.go("plots", params()) }, "plot");
}
function labelText(labels2) {
  return keyOf3("", labels2).replace(/^\{|\}$/g, "") || "no labels";
}
function plain3(app2, scrapes, f, first2) {
  const [value, rate2, moved2] = ["value", "rate", "moved"].map((c) => h("span", { class: `${c} number` }));
  const node = h("div", { class: "sample", data: { series: first2.key } }, h("span", { class: "mono labels" }, labelText(first2.labels)), value, rate2, moved2, plotButton(app2, first2.key));
  const update = (s) => {
    const d = display(s.value, f.type === "gauge" ? unitOf(f.name) : "", app2.store.units);
    setText(value, f.type === "counter" ? String(s.value) : `${d.text} ${d.unit}`.trim());
    setAttr(value, "title", String(s.value));
    setText(rate2, f.type === "counter" ? `${number(scrapes.rate(s.key))} /s` : "");
    setText(moved2, scrapes.moved(s.key));
  };
  return { node, update };
}
function histogram(app2, scrapes, f, first2) {
  const [value, rate2, moved2] = ["value", "rate", "moved"].map((c) => h("span", { class: `${c} number` }));
  const bars = h("div", { class: "buckets" });
  const node = h("div", { class: "sample tall", data: { series: first2.key } }, h("span", { class: "mono labels" }, labelText(first2.labels)), value, rate2, moved2, plotButton(app2, first2.key), bars);
  const unit = f.name.endsWith("_seconds") ? " s" : "";
  const update = (s) => {
    const q = [0.5, 0.9, 0.99].map((x) => `p${x * 100} ${quantileWords(x, s.buckets, (v) => `${number(v)}${unit}`)}`);
    setText(value, `${s.count} observed · mean ${number(s.sum / s.count)}${unit} · ${q.join(" · ")}`);
    setText(rate2, `${number(scrapes.rate(s.key))} /s`);
    setText(moved2, scrapes.moved(s.key));
    sync(bars, steps(s.buckets), (b) => String(b.le), bucket2);
  };
  return { node, update };
}
function steps(buckets) {
  const sorted = [...buckets].sort((a, b) => a.le - b.le), total = sorted.at(-1)?.count || 1;
  const own = sorted.map((b, i) => b.count - (i ? sorted[i - 1].count : 0)), most = Math.max(1, ...own);
  return sorted.map((b, i) => ({ le: b.le, own: own[i], total, height: own[i] / most }));
}
function bucket2() {
  const bar2 = h("i"), label2 = h("small");
  const node = h("div", { class: "bucket" }, h("div", { class: "well" }, bar2), label2);
  const update = (b) => {
    bar2.style.height = `${100 * b.height}%`;
    setText(label2, b.le === Infinity ? "∞" : `≤${number(b.le)}`);
    setAttr(node, "title", `${b.own} of ${b.total}`);
  };
  return { node, update };
}

// js/painted.js
var LATE2 = 400;
var painted = () => new Promise((done) => (requestAnimationFrame(() => setTimeout(done)), setTimeout(done, document.hidden ? 0 : LATE2)));

// js/timeaxis.js
function timeTicks(ticks3, step) {
  return ticks3.map((t, i) => {
    const ms2 = Math.round(t * 1e6) / 1e3, date = day(ms2), before = i ? day(ticks3[i - 1] * 1e3) : "";
    if (step >= 28 * 86400) return date.slice(0, 7);
    const year = date.slice(0, 4) !== before.slice(0, 4);
    if (step >= 86400) return date.slice(5) + (year ? `
${date.slice(0, 4)}` : "");
    const time3 = hours(ms2, step < 1).slice(0, step >= 60 ? 5 : void 0) + zone(ms2);
    return date === before ? time3 : `${time3}
${year ? date : date.slice(5)}`;
  });
}

// js/layout.js
var LANE = { replay: 20, bar: 16, events: 34, air: 10 };
function panelsOf(series) {
  const units = new Map(series.map((s) => [s.unit, s]));
  const logs = [...units.values()].filter((s) => s.log).map((s) => s.unit), others = [...units.values()].filter((s) => !s.log).map((s) => s.unit);
  const panels = [...logs.map((u) => ({ units: [u], log: true, weight: 2.4 })), ...pairs(others).map((p) => ({ units: p, log: false, weight: 1 }))];
  const all2 = panels.reduce((sum, p) => sum + p.weight, 0);
  let at2 = 0;
  for (const p of panels) {
    p.top = at2 / all2;
    at2 += p.weight;
    p.bottom = at2 / all2;
  }
  return panels;
}
function pairs(list) {
  return list.reduce((out, x, i) => i % 2 ? [...out.slice(0, -1), [...out.at(-1), x]] : [...out, [x]], []);
}
function stretched(low, high, top, bottom, log2) {
  const f = log2 ? Math.log10 : (x) => x, back = log2 ? (x) => 10 ** x : (x) => x;
  const per = (f(high) - f(low)) / (bottom - top);
  return [back(f(low) - (1 - bottom) * per), back(f(high) + top * per)];
}
function rangeOf(values, limits3, log2) {
  let low = Infinity, high = -Infinity;
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  if (!(high >= low) || log2 && !(low > 0)) return log2 ? [1e-9, 1e-6] : [0, 1];
  const span2 = high - low || Math.abs(high) * 0.1 || 1;
  for (const l of limits3) if (log2 ? l > low / 100 && l < high * 100 : l > low - span2 && l < high + span2) [low, high] = [Math.min(low, l), Math.max(high, l)];
  return log2 ? decades(low, high) : padded(low, high);
}
function decades(low, high) {
  const a = Math.floor(Math.log10(low) + 1e-9), b = Math.ceil(Math.log10(high) - 1e-9);
  return [10 ** a, 10 ** Math.max(b, a + 1)];
}
function padded(low, high) {
  if (low === 0 && high === 0) return [0, 1];
  const room = Math.max((high - low) * 0.08, high === low ? Math.abs(high) * 0.05 : Math.abs(high) * 2e-3);
  return [low >= 0 && low - room < 0 ? Math.min(0, low) : low - room, high + room];
}
function ticks(low, high, n, log2) {
  if (log2) {
    const a = Math.round(Math.log10(low)), b = Math.round(Math.log10(high)), step2 = Math.max(1, Math.ceil((b - a) / n));
    return Array.from({ length: Math.floor((b - a) / step2) + 1 }, (_, i) => 10 ** (a + i * step2));
  }
  const rough = (high - low) / Math.max(1, n), size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((x) => x * size).find((x) => x >= rough * 0.999);
  const first2 = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first2 + 1 }, (_, i) => (first2 + i) * step);
}
function tickText(x, log2, step) {
  if (log2) return x.toExponential(0).replace("e+", "e");
  if (x === 0) return "0";
  if (Math.abs(x) < 1e5 && step > 1e-5) return x.toFixed(Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
  return x.toExponential(2).replace(/\.?0+e\+?/, "e");
}
function apart(labels2, room, top, bottom) {
  const sorted = [...labels2].sort((a, b) => a.y - b.y);
  let at2 = top;
  for (const l of sorted) at2 = (l.at = Math.max(l.y - room / 2, at2)) + room;
  let end = bottom;
  for (const l of sorted.reverse()) end = l.at = Math.min(l.at, end - room);
  return labels2;
}

// js/geometry.js
var AXIS = 36;
var LEFT = 64;
var BAND = { run: 19, phase: 17, air: 8 };
function headroom(picture) {
  if (!picture.runs?.length) return 12;
  return BAND.run + BAND.air + (picture.runs.some((r) => r.phases.length) ? BAND.phase : 0);
}
function lanesOf(picture) {
  const lanes2 = [];
  if (picture.replays?.length) lanes2.push({ kind: "replay", height: LANE.replay });
  for (const bar2 of picture.bars ?? []) lanes2.push({ kind: "bar", height: LANE.bar, bar: bar2 });
  if (picture.marks) lanes2.push({ kind: "events", height: LANE.events });
  return lanes2;
}
function geometry(series, picture, { width, height, right, from, to }) {
  const top = headroom(picture), lanes2 = lanesOf(picture), inner = height - top - AXIS;
  const below = lanes2.reduce((sum, l) => sum + l.height, LANE.air), above = Math.max(60, inner - below);
  const g = { left: LEFT, top, width: width - LEFT - right, height: inner, above, from, to, lanes: lanes2, scales: /* @__PURE__ */ new Map() };
  let y = top + above + LANE.air;
  for (const l of lanes2) {
    l.top = y;
    y += l.height;
  }
  g.panels = panelsOf(series).map((p) => ({ ...p, from: top + p.top * above, to: top + p.bottom * above, units: p.units }));
  for (const p of g.panels) for (const unit of p.units) g.scales.set(unit, scaleOf(unit, p, g, series, picture));
  g.x = (t) => g.left + (t - from) / (to - from) * g.width;
  g.t = (x) => from + (x - g.left) / g.width * (to - from);
  g.y = (unit, v) => place2(g.scales.get(unit), v);
  return g;
}
function scaleOf(unit, panel2, g, series, picture) {
  const own = series.filter((s) => s.unit === unit), keys2 = new Set(own.map((s) => s.key));
  const values = function* () {
    for (const s of own) for (const column of [s.line.min, s.line.max]) for (const v of column) if (v !== null && v !== void 0) yield v;
  };
  const limits3 = (picture.limits ?? []).filter((l) => keys2.has(l.key)).map((l) => l.shown);
  const [low, high] = rangeOf(values(), limits3, panel2.log);
  const air = 6 / g.height, top = (panel2.from - g.top) / g.height + air, bottom = (panel2.to - g.top) / g.height - air;
  return { unit, panel: panel2, log: panel2.log, low, high, top: panel2.from + 6, bottom: panel2.to - 6, full: stretched(low, high, top, bottom, panel2.log), own };
}
function place2(s, v) {
  const f = s.log ? Math.log10 : (x) => x;
  return s.bottom - (f(v) - f(s.low)) / (f(s.high) - f(s.low)) * (s.bottom - s.top);
}

// js/marks.js
var KINDS3 = {
  trip: { ink: "--red", word: "trip" },
  alarm: { ink: "--amber", word: "alarm" },
  failure: { ink: "--red", word: "failure" },
  refused: { ink: "--amber", word: "refused" },
  recovery: { ink: "--teal", word: "recovery" },
  lifecycle: { ink: "--blue", word: "run" },
  state: { ink: "--ink", word: "state" },
  command: { ink: "--ink", word: "command" },
  system: { ink: "--dim", word: "agent" }
};
var RANK = Object.keys(KINDS3);
function kindOf2(e) {
  if (e.lane === "readings" || e.kind === "reading" || e.kind === "clock") return "";
  if (e.kind === "state" && (e.metric_name === "valve_is_commanded" || /^old=unknown\b/.test(e.note ?? ""))) return "";
  if (e.kind === "command") {
    if (/refused/.test(e.metric_name)) return "refused";
    return e.status === "success" && e.labels?.result === "success" ? "" : "command";
  }
  return KINDS3[e.kind] ? e.kind : "system";
}
function marksOf(events2, from, to, hidden = /* @__PURE__ */ new Set()) {
  const found2 = [];
  for (const e of events2) {
    const t = e.ms / 1e3;
    if (t < from || t > to) continue;
    const kind = kindOf2(e);
    if (kind && !hidden.has(kind)) found2.push({ t, kind, color: KINDS3[kind].ink, event: e, get label() {
      return flag(e);
    } });
  }
  return found2.sort((a, b) => a.t - b.t);
}
function flag(e) {
  if (e.kind === "state") return `${e.device} ${e.point === "open" || e.point === "enabled" ? "" : `${e.point.replaceAll("_", " ")} `}${valueOf(e)}`;
  if (e.kind === "trip") return `${valueOf(e)}: ${e.labels?.rule ?? e.note ?? ""}`;
  if (e.kind === "alarm") return `${e.labels?.alarm ?? "alarm"} ${valueOf(e)}`;
  if (e.kind === "failure" || e.kind === "recovery") return `${subject(e)} ${e.kind === "failure" ? e.status : "back"}`;
  if (e.kind === "command") return `${e.device || e.labels?.device || ""} ${e.labels?.control ?? ""} ${e.labels?.result ?? e.status}`.trim();
  return `${e.metric_name.replace(/_total$/, "").replaceAll("_", " ")}${e.labels?.status ? ` ${e.labels.status}` : ""}`;
}
function grouped2(marks, width) {
  const groups = [];
  for (const m of marks) {
    const last = groups.at(-1);
    if (!last || m.t - last.marks[0].t > width) groups.push({ t: m.t, kind: m.kind, marks: [m] });
    else {
      last.marks.push(m);
      if (RANK.indexOf(m.kind) < RANK.indexOf(last.kind)) last.kind = m.kind;
      last.t = (last.marks[0].t + m.t) / 2;
    }
  }
  return groups;
}

// js/lanes.js
var NEAR3 = 15;
function groupsOf(g, marks) {
  return grouped2(marks, NEAR3 / g.width * (g.to - g.from));
}
function lanes(pen2, g, picture) {
  for (const lane of g.lanes) {
    const y = lane.top + lane.height / 2;
    if (lane.kind === "replay") replays(pen2, g, picture.replays, y);
    else if (lane.kind === "bar") bar(pen2, g, lane.bar, y);
    else events(pen2, g, picture, y + 7);
  }
}
function name(pen2, g, text4, y) {
  pen2.text(text4, g.left - 8, y, pen2.ink("--ink"), { align: "right", room: g.left - 12 });
}
function replays(pen2, g, list, y) {
  name(pen2, g, "replayed", y);
  let end = -Infinity;
  for (const r of list) {
    const x0 = Math.max(g.x(r.from), g.left), x1 = Math.min(Math.max(g.x(r.to), g.x(r.from) + 4), g.left + g.width);
    if (x1 < x0) continue;
    pen2.line(x0, y, x1, y, pen2.ink("--ink"), { dash: [2.5, 2.5], width: 3 });
    if (x1 + 6 > end && x1 + 150 < g.left + g.width) end = x1 + 6 + pen2.text(`came late, until ${clock(r.at * 1e3, false)}`, x1 + 6, y, pen2.ink("--dim"), { size: 11.5 });
  }
}
function bar(pen2, g, b, y) {
  name(pen2, g, b.name, y);
  pen2.line(g.left, Math.round(y) + 0.5, g.left + g.width, Math.round(y) + 0.5, pen2.ink("--line"));
  for (const s of b.stretches) {
    if (s.state === 0) continue;
    const x = g.x(s.from), w = Math.max(2, g.x(s.to) - x);
    if (s.state === null) pen2.hatch(x, y - 5, w, 10, pen2.ink("--edge"), pen2.ink("--panel"));
    else pen2.rect(x, y - 5, w, 10, pen2.ink("--dim"));
  }
}
function events(pen2, g, picture, y) {
  name(pen2, g, "events", y);
  pen2.line(g.left, Math.round(y) + 0.5, g.left + g.width, Math.round(y) + 0.5, pen2.ink("--line"));
  for (const group3 of groupsOf(g, picture.marks)) {
    const x = g.x(group3.t);
    mark2(pen2, x, y, group3.kind);
    if (group3.marks.length > 1) pen2.text(String(group3.marks.length), x, y - 12, pen2.ink(KINDS3[group3.kind].ink), { align: "center", size: 10.5 });
  }
}
function mark2(pen2, x, y, kind) {
  const ink2 = pen2.ink(KINDS3[kind].ink), paper = pen2.ink("--panel"), text4 = (t) => pen2.text(t, x, y + 0.5, ink2, { align: "center", size: 9.5, bold: true });
  if (kind === "trip") return pen2.shape([[x, y - 7], [x + 7, y], [x, y + 7], [x - 7, y]], ink2);
  if (kind === "alarm") return pen2.shape([[x, y - 6], [x + 7, y + 6], [x - 7, y + 6]], ink2);
  if (kind === "lifecycle") {
    pen2.line(x - 4, y - 7, x - 4, y + 7, ink2, { width: 1.5 });
    return pen2.shape([[x - 4, y - 6], [x + 6, y - 3], [x - 4, y]], paper, ink2);
  }
  pen2.circle(x, y, 6, paper, ink2, kind === "failure" ? [2, 2] : []);
  if (kind === "failure") return text4("?");
  if (kind === "refused") return pen2.line(x - 4, y + 4, x + 4, y - 4, ink2, { width: 1.5 });
  if (kind === "recovery") return text4("✓");
  if (kind === "command") return text4("!");
  if (kind === "system") return text4("·");
  pen2.circle(x, y, 2, ink2);
}

// js/paint.js
var ROOM2 = 300;
function under(pen2, g, picture) {
  for (const run of picture.runs ?? []) pen2.rect(...across2(g, run.from, run.to ?? picture.end, g.top, g.above), pen2.ink("--edge", 0.22));
  for (const panel2 of g.panels) axes(pen2, g, panel2);
  for (const gap of picture.gaps ?? []) hatched(pen2, g, gap);
}
function across2(g, from, to, y, h2) {
  const x0 = Math.max(g.x(from), g.left), x1 = Math.min(g.x(to), g.left + g.width);
  return [x0, y, Math.max(0, x1 - x0), h2];
}
function axes(pen2, g, panel2) {
  panel2.units.forEach((unit, i) => {
    const s = g.scales.get(unit), ink2 = s.own.length === 1 ? pen2.ink(s.own[0].color) : pen2.ink("--ink"), n = Math.max(2, Math.floor((s.bottom - s.top) / 42));
    const all2 = ticks(s.low, s.high, n, s.log), step = all2.length > 1 ? all2[1] - all2[0] : Math.abs(all2[0]) / 10;
    const x = i ? g.left + g.width + 6 : g.left - 8;
    for (const v of all2) {
      const y = g.y(unit, v);
      if (!i) pen2.line(g.left, Math.round(y) + 0.5, g.left + g.width, Math.round(y) + 0.5, pen2.ink("--line"));
      if (y - panel2.from > 16 || panel2 === g.panels[0]) pen2.text(tickText(v, s.log, step), x, y, ink2, { align: i ? "left" : "right" });
    }
    pen2.text(unit || "value", i ? x : 6, panel2.from + (panel2 === g.panels[0] ? -7 : 7), ink2, { bold: true });
  });
}
function hatched(pen2, g, gap) {
  const one = gap.key ? [...g.scales.values()].flatMap((s) => s.own).find((s) => s.key === gap.key) : null;
  if (gap.key && !one) return;
  const [x, , w] = across2(g, gap.from, gap.to, 0, 0), wide = Math.max(w, 2);
  if (x > g.left + g.width || x + wide < g.left) return;
  const [y, h2] = one ? beside2(g, one, gap) : [g.top, g.height];
  const ink2 = pen2.ink(gap.kind === "declared" ? "--red" : gap.kind === "asked" ? "--amber" : "--edge", one && gap.kind === "silence" ? 0.9 : 0.4);
  pen2.hatch(x, y, wide, h2, ink2, pen2.ink("--panel"));
  for (const at2 of [x, x + wide]) pen2.line(at2, y, at2, y + h2, pen2.ink("--dim"), { dash: [3, 3] });
}
function beside2(g, s, gap) {
  const i = lowerBound(s.line.t, gap.from), before = s.line.mean[i - 1] ?? s.line.mean[i] ?? s.line.mean.slice(i).find((v) => v != null);
  const y = before == null ? (g.scales.get(s.unit).top + g.scales.get(s.unit).bottom) / 2 : g.y(s.unit, before);
  return [y - 8, 16];
}
function over(pen2, g, picture, series) {
  bands(pen2, g, picture);
  gapLabels(pen2, g, picture, limits2(pen2, g, picture));
  for (const b of picture.bounds ?? []) beyond(pen2, g, b, series);
  if (picture.t0 != null && picture.t0 > g.from && picture.t0 < g.to) {
    pen2.line(g.x(picture.t0), g.top, g.x(picture.t0), g.top + g.above, pen2.ink("--ink"), { dash: [2, 3] });
    pen2.text(`t0 · ${clock(picture.t0 * 1e3, false)}`, g.x(picture.t0) + 5, g.top + 10, pen2.ink("--ink"));
  }
  if (picture.end < g.to && picture.end > g.from) {
    pen2.line(g.x(picture.end), g.top, g.x(picture.end), g.top + g.height, pen2.ink("--dim"));
    pen2.text("now", g.x(picture.end) + 5, g.top + 6, pen2.ink("--ink"));
  }
}
function bands(pen2, g, { runs = [], end }) {
  const phases = runs.some((r) => r.phases.length);
  for (const run of runs) {
    const y = g.top - (phases ? 40 : 24), [x, , w] = across2(g, run.from, run.to ?? end, 0, 0), failed2 = /fail|abort|cancel/.test(run.status);
    pen2.rect(x, y, w, 18, pen2.ink("--edge"), failed2 ? pen2.ink("--red") : null);
    pen2.text(run.name + (failed2 ? ` · ${run.status}` : ""), x + 7, y + 9.5, pen2.ink("--ink"), { bold: true, room: w - 12 });
    for (const p of run.phases) {
      const [px, , pw] = across2(g, p.from, p.to ?? run.to ?? end, 0, 0);
      if (pw <= 0) continue;
      pen2.rect(px, y + 20, pw, 16, pen2.ink("--panel"), /fail/.test(p.status) ? pen2.ink("--red") : pen2.ink("--edge"));
      pen2.text(p.name, px + 7, y + 28, pen2.ink("--ink"), { room: pw - 12, size: 11.5 });
    }
  }
}
function limits2(pen2, g, { limits: all2 = [] }) {
  const taken = [], outside = (l) => {
    const s = g.scales.get(l.unit);
    return s && (l.shown < s.low || l.shown > s.high);
  };
  for (const l of [...all2.filter((l2) => !outside(l2)), ...all2.filter(outside)]) {
    const s = g.scales.get(l.unit);
    if (!s) continue;
    const ink2 = pen2.ink(l.kind === "trip" ? "--red" : "--amber"), inside = l.shown >= s.low && l.shown <= s.high, y = inside ? g.y(l.unit, l.shown) : l.shown > s.high ? s.top + 4 : s.bottom - 4;
    if (inside) pen2.line(g.left, y, g.left + g.width, y, ink2, { dash: [7, 4], width: 1.3 });
    let at2 = y - 8;
    while (taken.some((t) => Math.abs(t.y - at2) < 13)) at2 += 14;
    const width = pen2.text(`${inside ? "" : l.shown > s.high ? "↑ " : "↓ "}${l.kind} ${l.name} ${tickText(Number(l.shown.toPrecision(3)), s.log, 1e-9)}`, g.left + 6, at2, ink2, { bold: true, size: 11.5 });
    taken.push({ x0: g.left, x1: g.left + 6 + width, y: at2 });
  }
  return taken;
}
function gapLabels(pen2, g, { gaps = [] }, taken) {
  const free2 = (x0, x1, y) => !taken.some((t) => t.y - 12 < y && t.y + 12 > y && t.x0 < x1 && t.x1 > x0);
  for (const gap of gaps) {
    if (gap.from > g.to || gap.to < g.from || gap.key && g.x(gap.to) - g.x(gap.from) < 3) continue;
    const s = gap.key && [...g.scales.values()].flatMap((x2) => x2.own).find((x2) => x2.key === gap.key);
    if (gap.key && !s) continue;
    const rows2 = s ? [beside2(g, s, gap)[0] - 6] : [26, 41, 56, 71, 86, 101].map((y2) => g.top + y2), right = g.x(gap.to) + ROOM2 < g.left + g.width;
    const begin3 = Math.max(g.x(gap.from), g.left), toLeft = !right && begin3 - 5 > g.left;
    const x = right ? Math.max(g.x(gap.to), g.left) + 5 : toLeft ? begin3 - 5 : begin3 + 5;
    const [x0, x1] = toLeft ? [x - ROOM2, x] : [x, x + ROOM2], y = rows2.find((at2) => free2(x0, x1, at2));
    if (y === void 0) continue;
    const width = pen2.text(gap.label, x, y, pen2.ink(gap.kind === "declared" ? "--red" : s ? "--dim" : "--ink"), { align: toLeft ? "right" : "left", size: s ? 11.5 : 12, room: ROOM2, paper: s ? null : pen2.ink("--panel") });
    taken.push(toLeft ? { x0: x - width - 6, x1: x, y } : { x0: x, x1: x + width + 6, y });
  }
}
function beyond(pen2, g, { key, from, to, bound }, series) {
  const s = series.find((x) => x.key === key);
  if (!s) return;
  const x0 = Math.max(g.x(from), g.left), x1 = Math.min(g.x(to), g.left + g.width), away = bound === "at_most" ? 4 : -4;
  for (let x = x0; x <= x1; x += 36) {
    const value = s.line.mean[lowerBound(s.line.t, g.t(x))];
    if (value == null) continue;
    const y = g.y(s.unit, value) + away / 2;
    pen2.shape([[x - 4, y], [x + 4, y], [x, y + 1.6 * away]], pen2.ink(s.color));
  }
}

// js/pen.js
var FACE = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
var widths2 = /* @__PURE__ */ new Map();
var Pen = class {
  constructor(ctx, ratio) {
    Object.assign(this, { ctx, ratio, inks: /* @__PURE__ */ new Map() });
  }
  /** Draws with f in CSS pixels, and leaves the context as it was. */
  draw(f) {
    this.ctx.save();
    this.ctx.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.ctx.textBaseline = "middle";
    f(this);
    this.ctx.restore();
  }
  /** A colour of the theme, "--dim", with an opacity. */
  ink(name3, opacity = 1) {
    if (!this.inks.has(name3)) this.inks.set(name3, colour(name3));
    const found2 = this.inks.get(name3);
    return opacity === 1 ? found2 : found2.replace(/^rgb\((.*)\)$/, `rgba($1, ${opacity})`);
  }
  rect(x, y, w, h2, fill2, edge) {
    if (fill2) {
      this.ctx.fillStyle = fill2;
      this.ctx.fillRect(x, y, w, h2);
    }
    if (!edge) return;
    this.ctx.strokeStyle = edge;
    this.ctx.lineWidth = 1;
    this.ctx.strokeRect(Math.round(x) + 0.5, Math.round(y) + 0.5, Math.max(0, Math.round(w) - 1), Math.round(h2) - 1);
  }
  line(x0, y0, x1, y1, ink2, { dash = [], width = 1 } = {}) {
    this.ctx.strokeStyle = ink2;
    this.ctx.lineWidth = width;
    this.ctx.setLineDash(dash);
    this.ctx.beginPath();
    this.ctx.moveTo(x0, y0);
    this.ctx.lineTo(x1, y1);
    this.ctx.stroke();
    this.ctx.setLineDash([]);
  }
  /** Diagonal stripes between dashed edges. */
  hatch(x, y, w, h2, ink2, paper) {
    const { ctx } = this;
    ctx.save();
    ctx.beginPath();
    ctx.rect(x, y, w, h2);
    ctx.clip();
    ctx.fillStyle = paper;
    ctx.fillRect(x, y, w, h2);
    ctx.strokeStyle = ink2;
    ctx.lineWidth = 3;
    ctx.beginPath();
    for (let at2 = x - h2 - x % 9; at2 < x + w; at2 += 9) {
      ctx.moveTo(at2, y + h2);
      ctx.lineTo(at2 + h2, y);
    }
    ctx.stroke();
    ctx.restore();
  }
  /** Text, cut to a width; left, right or center of x; on paper, where it would lie on a hatching. Returns its width. */
  text(text4, x, y, ink2, { align = "left", size = 12, bold = false, room = Infinity, paper = null } = {}) {
    const { ctx } = this;
    ctx.font = `${bold ? 600 : 400} ${size}px ${FACE}`;
    ctx.textAlign = align;
    const shown3 = this.cut(visible(text4), room), left = { left: 0, right: 1, center: 0.5 }[align];
    if (paper && shown3) this.rect(x - left * this.#width(shown3) - 4, y - size / 2 - 3, this.#width(shown3) + 8, size + 6, paper);
    ctx.fillStyle = ink2;
    if (shown3) ctx.fillText(shown3, x, y);
    return shown3 ? this.#width(shown3) : 0;
  }
  /** What of a text has room, "" if next to nothing. */
  cut(text4, room) {
    if (room === Infinity || this.#width(text4) <= room) return text4;
    let n = text4.length;
    while (n > 2 && this.#width(text4.slice(0, n) + "…") > room) n--;
    return n > 2 ? text4.slice(0, n) + "…" : "";
  }
  #width(text4) {
    const key = `${this.ctx.font} ${text4}`;
    if (widths2.size > 2e3) widths2.clear();
    if (!widths2.has(key)) widths2.set(key, this.ctx.measureText(text4).width);
    return widths2.get(key);
  }
  shape(points3, fill2, edge) {
    const { ctx } = this;
    ctx.beginPath();
    points3.forEach(([x, y], i) => i ? ctx.lineTo(x, y) : ctx.moveTo(x, y));
    ctx.closePath();
    this.#fill(fill2, edge);
  }
  circle(x, y, r, fill2, edge, dash = []) {
    const { ctx } = this;
    ctx.setLineDash(dash);
    ctx.beginPath();
    ctx.arc(x, y, r, 0, 2 * Math.PI);
    this.#fill(fill2, edge);
    ctx.setLineDash([]);
  }
  #fill(fill2, edge) {
    if (fill2) {
      this.ctx.fillStyle = fill2;
      this.ctx.fill();
    }
    if (edge) {
      this.ctx.strokeStyle = edge;
      this.ctx.lineWidth = 1.5;
      this.ctx.stroke();
    }
  }
};

// js/uplot.js
var coming = null;
function needPlots() {
  return coming ??= new Promise((here, failed2) => {
    const script = h("script", { src: "uplot/uPlot.iife.min.js", onload: () => here(), onerror: () => failed2(new Error("the plots' own script did not come")) });
    document.head.append(script);
  }).catch((error) => {
    coming = null;
    throw error;
  });
}
var havePlots = () => typeof uPlot !== "undefined";

// js/chart.js
var INKS = ["--blue", "--green", "--amber", "--teal", "--red", "--olive", "--pink", "--violet"];
var NEAR4 = 9;
var ink = (i) => INKS[i % INKS.length];
var Chart = class {
  constructor(host, { height = () => 260, right = () => 22, onZoom = () => {
  }, onCursor = () => {
  }, onMarks = () => {
  }, onHere = () => {
  } } = {}) {
    Object.assign(this, { host, height, right, onZoom, onCursor, onMarks, onHere });
    this.picture = { end: 0 };
    this.around = [under, over];
    new ResizeObserver(() => this.resize()).observe(host);
    document.addEventListener("theme", () => this.#again());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#again());
  }
  /**
   * Shows series between from and to (epoch seconds) and the picture around them, in steps: of a first plot the canvas, the fonts and the colours are
   * made as well. Before uPlot is here it calls onHere when it came.
   */
  *draw(series, from, to, picture) {
    this.series = series.filter((s) => !s.step);
    this.range = [from, to];
    this.picture = picture;
    this.size = this.#sized();
    this.host.style.minHeight = `${this.size.height}px`;
    this.geometry = this.#measure();
    if (!havePlots()) return this.#whenHere();
    yield;
    if (!this.plot) yield* this.#first();
    const shape2 = [this.#lines().map((s) => [s.key, s.label, s.unit, s.log, s.color].join()).join(";"), headroom(picture), this.geometry.lanes.length, this.right()].join("|");
    if (shape2 !== this.shape || !this.plot) this.#build(shape2, this.#data());
    else this.#renew();
  }
  // A page that lost its connection draws again when that is back.
  #whenHere() {
    if (this.waiting) return;
    this.waiting = true;
    needPlots().then(() => this.onHere(), () => {
    }).finally(() => this.waiting = false);
  }
  // The plot empty, then with what lies under the curves; the curves and what is over them follow.
  *#first() {
    let init;
    this.around = [];
    this.#build("", this.#none(), (u, begin3) => (this.host.append(u.root), init = begin3));
    yield PAINT;
    init();
    yield PAINT;
    this.around = [under];
    this.plot.redraw(false);
    yield PAINT;
    this.around = [under, over];
  }
  #sized() {
    return { width: this.host.clientWidth || 600, height: this.height() };
  }
  // What is above may have become higher since.
  #renew() {
    const { width, height } = this.size;
    if (this.plot.width !== width || this.plot.height !== height) this.plot.setSize({ width, height });
    this.plot.setData(this.#data(), true);
  }
  #measure() {
    const [from, to] = this.range;
    return geometry(this.#lines(), this.picture, { ...this.size, right: this.right(), from, to });
  }
  // The comparison is a curve like the others, under them.
  #lines() {
    const { compare } = this.picture;
    return compare ? [compare, ...this.series] : this.series;
  }
  resize() {
    const width = this.host.clientWidth;
    if (!this.shape || !width || !this.series) return;
    const height = this.height();
    if (width === this.plot.width && height === this.plot.height) return;
    this.size = { width, height };
    this.host.style.minHeight = `${height}px`;
    this.geometry = this.#measure();
    this.plot.setSize({ width, height });
  }
  #again() {
    if (!this.shape) return;
    this.shape = "";
    this.onHere();
  }
  #none() {
    return [this.range, ...this.#lines().flatMap(() => [[null, null], [null, null], [null, null]])];
  }
  #data() {
    const tables = this.#lines().map((s) => [s.line.t, s.line.mean, s.line.min, s.line.max]);
    const joined5 = tables.length ? uPlot.join(tables, tables.map((t) => t.map(() => 2))) : [[]];
    return joined5[0].length === 0 ? this.#none() : joined5;
  }
  #build(shape2, data, into2 = this.host) {
    this.shape = shape2;
    this.plot?.destroy();
    fill(this.host);
    const scales = { x: { time: true, range: () => this.range } }, all2 = this.#lines();
    for (const s of all2) scales[s.unit] ??= { distr: s.log ? 3 : 1, log: 10, range: () => this.geometry.scales.get(s.unit)?.full ?? [0, 1] };
    const options = {
      ...this.size,
      scales,
      legend: { show: false },
      padding: [headroom(this.picture), this.right(), 0, LEFT],
      cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { size: 6, show: (u, i) => i % 3 === 1 ? point(u, i) : false } },
      series: [{}, ...all2.flatMap(lines2)],
      bands: all2.map((s, i) => band2(s, i)).filter(Boolean),
      axes: [timeAxis(), ...Object.keys(scales).slice(1).map((scale) => ({ scale, show: false }))],
      hooks: {
        drawClear: [(u) => this.#pen(u, under, (pen2) => under(pen2, this.geometry, this.picture))],
        draw: [(u) => this.#pen(u, over, (pen2) => {
          over(pen2, this.geometry, this.picture, this.series);
          lanes(pen2, this.geometry, this.picture);
        })],
        setCursor: [(u) => this.onCursor(u.cursor.left >= 0 ? u.posToVal(u.cursor.left, "x") : null, u.cursor.left)],
        setSelect: [(u) => this.#select(u)],
        ready: [(u) => this.#listen(u)]
      }
    };
    this.plot = new uPlot(options, data, into2);
  }
  #pen(u, what, f) {
    if (this.around.includes(what)) new Pen(u.ctx, devicePixelRatio || 1).draw(f);
  }
  /** The marks near a place on the lane of events, in pixels of the canvas. */
  marksAt(x) {
    const { marks } = this.picture;
    if (!marks?.length) return [];
    const near2 = groupsOf(this.geometry, marks).map((m) => [Math.abs(this.geometry.x(m.t) - x), m]).sort((a, b) => a[0] - b[0])[0];
    return near2 && near2[0] < NEAR4 ? near2[1].marks : [];
  }
  #select(u) {
    const { left, width } = u.select;
    if (width < 8) return;
    this.onZoom(u.posToVal(left, "x"), u.posToVal(left + width, "x"));
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }
  #listen(u) {
    u.over.addEventListener("dblclick", () => this.onZoom(null, null));
    u.over.addEventListener("click", (e) => {
      const box = this.host.getBoundingClientRect(), lane = this.geometry.lanes.find((l) => l.kind === "events");
      if (!lane || e.clientY - box.top < lane.top - 6) return;
      const marks = this.marksAt(e.clientX - box.left);
      if (marks.length) this.onMarks(marks);
    });
    u.over.addEventListener("wheel", (e) => {
      if (!e.ctrlKey && !e.shiftKey) return;
      e.preventDefault();
      const [from, to] = this.range, middle = u.posToVal(u.cursor.left, "x");
      const f = (e.deltaY || e.deltaX) > 0 ? 1.25 : 0.8;
      this.onZoom(middle - (middle - from) * f, middle + (to - middle) * f);
    }, { passive: false });
  }
};
function point(u, i) {
  const node = document.createElement("div");
  node.style.background = u.series[i].stroke();
  return node;
}
function lines2(s) {
  const stroke = colour(s.color), common2 = { scale: s.unit, spanGaps: false, points: { show: false } };
  return [
    { ...common2, label: s.label, stroke, width: s.compare ? 2.2 : 1.7, points: { show: (u, i, from, to) => to - from < 30 && !s.compare, size: 4, fill: stroke } },
    { ...common2, stroke: "transparent", width: 0 },
    { ...common2, stroke: "transparent", width: 0 }
  ];
}
function band2(s, i) {
  return s.compare ? null : { series: [3 * i + 3, 3 * i + 2], fill: colour(s.color).replace(/^rgb\((.*)\)$/, "rgba($1, 0.22)") };
}
function timeAxis() {
  return { stroke: colour("--dim"), font: "12px system-ui, sans-serif", grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line"), width: 1, size: 4 }, size: AXIS, space: 90, values: (u, ticks3, axis, space, step) => timeTicks(ticks3, step) };
}

// js/archive.js
var MOST4 = 40;
var YOUNG = 20;
var Archive = class {
  constructor(width, points3, lag) {
    Object.assign(this, { width, points: points3, lag, pieces: [], stale: false });
  }
  /** Whether its fineness suits a plot of so many seconds. */
  fits(width) {
    return width < 1.6 * this.width && width > 0.6 * this.width;
  }
  /** What is to be asked for a plot between two times, as stretches; live is what the page knows by itself. */
  missing(from, to, now, live2) {
    const end = Math.min(to, now);
    if (this.stale || this.pieces.length > MOST4) return [[from - this.width * 0.05, end]];
    const unknown = without([[from, end]], this.#firm());
    const urgent = without(unknown, live2).filter(([a, b]) => b - a > 2);
    const old = unknown.filter(([a, b]) => b - a > Math.max(YOUNG, this.width / 60) + this.lag);
    return urgent.length || old.length ? hull(urgent.length ? [...urgent, ...old] : old) : [];
  }
  /** How many points to ask for. */
  pointsFor(from, to) {
    return Math.min(5e3, Math.max(20, Math.ceil(this.points * (to - from) / this.width)));
  }
  /** Takes an answer about from until to, given at now. */
  take(from, to, now, series, whole2 = false) {
    const { t = [], min = [], mean = [], max = [] } = series;
    if (whole2 || this.stale || this.pieces.length > MOST4) this.pieces = [];
    this.stale = false;
    const firm = Math.max(from, Math.min(to, now - this.lag));
    this.pieces = [{ t, min, mean, max, known: [[from, firm]], soft: [[firm, to]] }, ...this.pieces];
  }
  #firm() {
    return this.pieces.reduce((all2, p) => p.known.reduce((spans, [a, b]) => joined(spans, a, b), all2), []);
  }
  /** All that is known between two times: what the server said, then what the page heard, then what the server said of its last moments. */
  series(from, to, live2) {
    return splice([...this.pieces, live2, ...this.pieces.map((p) => ({ ...p, known: p.soft }))], from, to);
  }
  /** Forgets what lies far outside of a plot. */
  trim(from, to) {
    this.pieces = this.pieces.filter((p) => within(p.known, from - this.width, to + this.width).length);
  }
};
function hull(spans) {
  return [[Math.min(...spans.map(([a]) => a)), Math.max(...spans.map(([, b]) => b))]];
}

// js/feed.js
var POINTS = 1200;
var AT_ONCE2 = 2;
var AGAIN2 = 1e4;
var LAG = { agent: 1, viewer: 10 };
var Feed = class {
  constructor(store2, onData) {
    this.store = store2;
    this.onData = onData;
    this.archives = /* @__PURE__ */ new Map();
    this.jobs = [];
    this.busy = 0;
    this.failed = /* @__PURE__ */ new Map();
    this.refused = /* @__PURE__ */ new Map();
    store2.on("source", () => this.archives.clear());
  }
  /** Says what is looked at, in epoch seconds; what is missing or old is asked for, one series at a time. */
  want(keys2, since, until) {
    for (const key of this.archives.keys()) if (!keys2.includes(key)) this.archives.delete(key);
    this.jobs = keys2.filter((key) => !key.startsWith("metric:") && Date.now() - (this.refused.get(key) ?? 0) > AGAIN2).flatMap((key) => this.#jobs(key, since, until));
    while (this.busy < AT_ONCE2 && this.jobs.length) this.#work();
  }
  #jobs(key, since, until) {
    const now = this.store.now() / 1e3, width = until - since;
    let archive = this.archives.get(key);
    if (!archive?.fits(width)) {
      const next2 = new Archive(width, POINTS, LAG[this.store.status?.role] ?? LAG.viewer);
      next2.pieces = archive?.pieces ?? [];
      next2.stale = true;
      this.archives.set(key, archive = next2);
    }
    archive.trim(since, until);
    if (archive.asking) return [];
    return archive.missing(since, until, now, this.store.trend.get(key).known).map(([from, to]) => ({ key, archive, from, to }));
  }
  /** Everything known of one series between two times, t ascending in epoch seconds, SI, with the stretches that are known. */
  data(key, from, to) {
    const live2 = this.store.trend.source(key), archive = this.archives.get(key);
    return archive ? archive.series(from, to, live2) : splice([live2], from, to);
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
    for (let job; job = this.jobs.shift(); ) await this.#load(job);
    this.busy--;
  }
  async #load({ key, archive, from, to }) {
    if (archive.asking || this.archives.get(key) !== archive) return;
    archive.asking = true;
    const { source, device, point: point2 } = splitKey(key);
    const params = new URLSearchParams({
      device,
      point: point2,
      points: String(archive.pointsFor(from, to)),
      since: new Date(from * 1e3).toISOString(),
      until: new Date(to * 1e3).toISOString()
    });
    if (source) params.set("source", source);
    const now = this.store.now() / 1e3;
    try {
      archive.take(from, to, now, await getJSON(`series?${params}`, { timeout: 2e4 }));
      this.failed.delete(key);
      this.refused.delete(key);
    } catch (error) {
      this.failed.set(key, error.message);
      this.refused.set(key, Date.now());
    }
    archive.asking = false;
    this.onData(key);
  }
};

// js/bands.js
var STEP3 = /^(run|[a-z][a-z_]*?)_(started|completed)(_total)?$/;
var steps2 = /* @__PURE__ */ new Map();
function runsOf2(events2) {
  const runs = /* @__PURE__ */ new Map();
  for (const e of events2.filter((e2) => e2.kind === "lifecycle").sort((a, b) => a.ms - b.ms)) {
    const step = stepOf(e.metric_name), id = step && idOf(e);
    if (!id) continue;
    const key = `${e.source}/${id}`, [what, end] = step, t = e.ms / 1e3;
    if (!runs.has(key)) runs.set(key, { id, key, source: e.source, name: nameOf4(e, id), from: t, to: null, status: "", phases: [] });
    const run = runs.get(key);
    if (what !== "run") phase(run, what, end, t, e);
    else if (end === "completed") close(run, t, statusOf(e));
  }
  return [...runs.values()].sort((a, b) => a.from - b.from);
}
function stepOf(name3) {
  if (!steps2.has(name3)) {
    const [, what = "queue", end] = STEP3.exec(name3) ?? [];
    if (steps2.size > 500) steps2.clear();
    steps2.set(name3, what === "queue" ? null : [what, end]);
  }
  return steps2.get(name3);
}
function phase(run, name3, end, t, e) {
  if (end === "started") run.phases.push({ name: name3, from: t, to: null, status: "" });
  else {
    const open2 = run.phases.findLast((p) => p.name === name3 && p.to === null);
    if (open2) [open2.to, open2.status] = [t, statusOf(e)];
  }
}
function close(run, t, status) {
  [run.to, run.status] = [t, status];
  for (const p of run.phases) p.to ??= t;
}
function idOf(e) {
  const { run_id, run, runid, queue } = e.labels ?? {};
  return run_id || run || runid || /^run_/.test(e.metric_name) && queue || "";
}
function nameOf4(e, id) {
  const { run, runid, run_name, sample } = e.labels ?? {};
  const name3 = run_name || run || runid || (/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(id) ? id.slice(0, 8) : id);
  return sample ? `${name3} · ${sample}` : name3;
}
var statusOf = (e) => e.labels?.status ?? e.status ?? "";
function runsIn(runs, from, to) {
  return runs.filter((r) => r.from < to && (r.to ?? Infinity) > from);
}

// js/past.js
var MOST5 = 5e3;
var BEFORE2 = 86400;
var AGAIN3 = 1e4;
var Past = class {
  constructor(store2, onData) {
    this.store = store2;
    this.onData = onData;
    this.forget();
    store2.on("source", () => this.forget());
    store2.on("lost", () => this.forget());
    store2.on("cleared", () => this.forget());
  }
  forget() {
    this.old = [];
    this.lifecycle = [];
    this.from = this.to = null;
    this.cut = null;
    this.events = [];
    this.runs = [];
    this.mark = "";
  }
  /** Says what is looked at, in epoch seconds. */
  want(from, to) {
    const now = this.store.now() / 1e3, end = Math.min(to, now), log2 = this.#logFrom(now);
    const has = this.from !== null && from >= this.from && (this.to >= end || this.to >= log2);
    if (has || this.asking || Date.now() - (this.refused ?? 0) < AGAIN3) return;
    this.asking = true;
    this.#ask(from - (to - from) * 0.25, end).catch(() => this.refused = Date.now()).finally(() => {
      this.asking = false;
      this.onData();
    });
  }
  // From here on the log has every event that is marked: it was filled before the page's first question, and keeps what comes until it is full.
  #logFrom(now) {
    const first2 = this.store.log.events.find((e) => e.lane !== "readings");
    return first2 ? Math.max(first2.ms / 1e3, this.opened ?? (this.opened = now)) : now;
  }
  async #ask(from, to) {
    const mine = this.store.source, get = async (more2) => {
      const params = new URLSearchParams({ since: new Date(from * 1e3).toISOString(), until: new Date(to * 1e3 + 1).toISOString(), limit: String(MOST5), ...more2 });
      if (mine) params.set("source", mine);
      const { events: events2, cut: cut2 } = await getEvents(params, { timeout: 2e4 });
      for (const e of events2) [e.key, e.ms] = [keyOf(e), Date.parse(e.timestamp)];
      return { events: events2, cut: cut2 };
    };
    const old = await get({ lane: "audit,ingest" });
    const lifecycle2 = await get({ kind: "lifecycle", since: new Date((from - BEFORE2) * 1e3).toISOString() });
    if (mine !== this.store.source) return;
    const all2 = old.events.sort((a, b) => a.ms - b.ms), less = old.cut || all2.length >= MOST5;
    Object.assign(this, { old: all2, lifecycle: lifecycle2.events, from, to, cut: less ? (all2[0]?.ms ?? to * 1e3) / 1e3 : null });
  }
  /** Puts together what was asked for and what came since, in steps. */
  *refresh() {
    const { log: log2 } = this.store, mark3 = `${log2.version} ${log2.events.length} ${log2.events.at(-1)?.key}`;
    if (this.mark === mark3 && this.of === this.old) return;
    [this.mark, this.of] = [mark3, this.old];
    const live2 = log2.events.filter((e) => e.lane !== "readings" || e.missing);
    const events2 = [...this.old.filter((e) => !log2.keys.has(e.key)), ...live2].sort((a, b) => a.ms - b.ms);
    yield;
    const known = new Set(events2.map((e) => e.key));
    yield;
    const runs = runsOf2([...this.lifecycle.filter((e) => !known.has(e.key)), ...events2]);
    if (this.mark === mark3) Object.assign(this, { events: events2, runs });
  }
  /** The runs that reach into a stretch. */
  runsIn(from, to) {
    return runsIn(this.runs, from, to);
  }
};

// js/bars.js
function barsOf(status, lost3 = null) {
  const silent = new Map((status?.sources ?? []).filter((s) => s.state !== "online").map((s) => [s.source, seconds(s.last_word) ?? -Infinity]));
  return (status?.devices ?? []).flatMap((d) => (d.points ?? []).filter((p) => p.unit === "" && /(^|_)is_/.test(p.metric ?? "")).map((p) => ({
    key: pointKey(d.source, d.name, p.point),
    name: d.family === "valve" && p.point === "open" ? d.name : `${d.name} ${p.point.replaceAll("_", " ")}`,
    source: d.source,
    device: d.name,
    point: p.point,
    valve: d.family === "valve" && p.point !== "commanded",
    value: p.stale ? null : p.value,
    since: seconds(p.since),
    heard: seconds(p.timestamp),
    until: silent.get(d.source) ?? lost3
  })));
}
var seconds = (text4) => text4 ? Date.parse(text4) / 1e3 : null;
function stretches(bar2, events2, from, to, now) {
  const own = events2.filter((e) => e.source === bar2.source && (e.device === bar2.device ? e.point === bar2.point || e.kind === "failure" || e.kind === "recovery" : !e.device && restart(e)));
  const end = Math.min(to, now), steps3 = [];
  let known = null;
  for (const e of own) {
    const t = e.ms / 1e3;
    if (e.kind === "failure" || restart(e)) steps3.push([t, null]);
    else if (e.kind === "recovery") steps3.push([t, known]);
    else if (e.kind === "state" || e.kind === "reading") {
      const was = /(?:^|\s)old=([01])(?:\s|$)/.exec(e.note ?? "");
      if (!steps3.length && was) steps3.push([-Infinity, Number(was[1])]);
      known = e.missing || e.value == null ? null : e.value;
      steps3.push([t, known]);
    }
  }
  present(steps3, bar2, now);
  const out = [];
  let state2 = null, at2 = from;
  for (const [t, next2] of [...steps3, [Infinity, null]]) {
    const until = Math.min(Math.max(t, from), end);
    if (until > at2) out.push({ from: at2, to: until, state: state2 });
    [at2, state2] = [Math.max(at2, until), next2];
  }
  return merged(out);
}
function present(steps3, bar2, now) {
  stands(steps3, bar2, now);
  const [at2, state2] = steps3.at(-1) ?? [-Infinity, null];
  if (state2 !== null && bar2.until != null) steps3.push([Math.max(at2, bar2.until), null]);
}
function stands(steps3, { value, since, heard: heard2, until }, now) {
  const [at2, state2] = steps3.at(-1) ?? [-Infinity, null];
  if (value === state2) return;
  if (value == null) return void steps3.push([Math.max(at2, heard2 ?? at2, until ?? at2), null]);
  if ((heard2 ?? now) <= at2) return;
  if (since !== null) steps3.push([state2 === null && at2 > -Infinity ? heard2 : Math.max(at2, since), value]);
}
function restart(e) {
  return /agent_(stops|starts)_total$/.test(e.metric_name);
}
function merged(list) {
  const out = [];
  for (const s of list) {
    if (out.length && out.at(-1).state === s.state) out.at(-1).to = s.to;
    else out.push({ ...s });
  }
  return out;
}
function lanesOf2(bars, chosen2, events2, from, to, room) {
  const moved2 = new Set(events2.filter((e) => e.kind === "state" && e.ms / 1e3 >= from && e.ms / 1e3 <= to && !/old=unknown\b/.test(e.note ?? "")).map((e) => pointKey(e.source, e.device, e.point)));
  const shown3 = bars.filter((b) => chosen2.includes(b.key) || b.valve && moved2.has(b.key));
  const order = (b) => chosen2.includes(b.key) ? 0 : 1;
  const kept = new Set([...shown3].sort((a, b) => order(a) - order(b)).slice(0, room));
  return { shown: shown3.filter((b) => kept.has(b)), more: shown3.length - kept.size };
}

// js/gaps.js
var NEAR5 = 6;
var SHORT = 1;
function breaks({ t, mean, known }, from, to, end) {
  const out = [], until = Math.min(to, end);
  let last = within(known ?? [], from, until)[0]?.[0];
  for (let i = 0; i < t.length; i++) {
    if (mean[i] === null) last ??= t[i];
    else {
      if (last !== void 0 && t[i] > last) out.push([Math.max(last, from), Math.min(t[i], until)]);
      last = void 0;
    }
  }
  if (last !== void 0) out.push([Math.max(last, from), until]);
  return out.filter(([a, b]) => b - a > SHORT);
}
function gapsOf(series, from, to, end, events2 = [], losses = []) {
  const sources2 = new Set(series.map((s) => splitKey(s.key).source)), declared = losses.filter((d) => sources2.has(d.source));
  const own = series.map((s) => ({ s, spans: breaks(s.data, from, to, end) }));
  const all2 = own.length > 1 ? common(own.map((o) => o.spans)).filter(([a, b]) => b - a > SHORT) : [];
  const out = all2.map(([a, b]) => told(a, b, series, null, events2, declared));
  for (const { s, spans } of own) {
    for (const [a, b] of spans) if (!all2.some(([x, y]) => x <= a + NEAR5 && y >= b - NEAR5)) out.push(told(a, b, [s], s, events2, declared));
  }
  for (const d of declared) if (!out.some((g) => g.kind !== "silence" && g.from < d.to && g.to > d.from) && d.to >= from && d.from <= to) out.push(lost2(d));
  return out.sort((x, y) => x.from - y.from);
}
function told(from, to, series, one, events2, declared) {
  const parts = new Set(series.map((s) => splitKey(s.key).source));
  const d = declared.find((x) => parts.has(x.source) && x.from < to && x.to > from);
  const cause = d ? d.lost ? "lost, declared" : "asked for again" : why(from, to, series, events2);
  return { from, to, key: one?.key ?? null, cause, kind: d ? d.lost ? "declared" : "asked" : "silence", label: `${one ? one.label + ": " : ""}${span(to - from)} ${cause}` };
}
function lost2(d) {
  const cause = d.lost ? "lost, declared" : "asked for again";
  const what = d.to - d.from > SHORT ? span(d.to - d.from) : `${d.n} ${d.n === 1 ? "event" : "events"}`;
  return { from: d.from, to: d.to, key: null, cause, kind: d.lost ? "declared" : "asked", label: `${what} ${cause}` };
}
function why(from, to, series, events2) {
  const devices = new Set(series.map((s) => splitKey(s.key)).map((k) => `${k.source}/${k.device}`)), sources2 = new Set(series.map((s) => splitKey(s.key).source));
  const near2 = events2.filter((e) => sources2.has(e.source) && e.ms / 1e3 >= from - NEAR5 && e.ms / 1e3 <= to + 1);
  const down = notRunning(from, to, near2);
  if (down) return down;
  const failure3 = near2.find((e) => e.kind === "failure" && devices.has(`${e.source}/${e.device}`));
  if (failure3) return failure3.status || "no answer";
  const missing = near2.find((e) => e.missing && devices.has(`${e.source}/${e.device}`));
  return missing ? missing.missing : "no readings";
}
function notRunning(from, to, events2) {
  const at2 = (e) => e.ms / 1e3;
  const starts = events2.filter((e) => /agent_(unclean_)?starts_total$/.test(e.metric_name)), stop = events2.find((e) => /agent_stops_total$/.test(e.metric_name));
  const stopped = stop && !starts.some((e) => at2(e) > at2(stop) && at2(e) <= from + SHORT);
  if (stopped) return "the agent was stopped";
  return starts.some((e) => at2(e) > from + SHORT && at2(e) <= to + SHORT) ? "the agent was not running" : "";
}
function placed(declared, events2) {
  return declared.map((g) => {
    const own = events2.filter((e) => e.source === g.source && e.boot === g.boot && e.lane === g.lane);
    const before = own.filter((e) => e.seq < g.from).at(-1), after2 = own.find((e) => e.seq > (g.to || g.from));
    const at2 = Date.parse(g.timestamp) / 1e3, n = Math.max(1, (g.to || g.from) - g.from + 1);
    const exact = before && after2 && before.seq === g.from - 1;
    return exact ? { source: g.source, lost: g.lost, n, from: before.ms / 1e3, to: after2.ms / 1e3 } : { source: g.source, lost: g.lost, n, from: at2, to: at2 };
  });
}

// js/limits.js
var COMPARED = /([A-Za-z][\w-]*)\.([A-Za-z][\w-]*)\s*(>=|<=|>|<)\s*(?:(torr|mbar|pa|celsius)\(\s*([-+\d.eE]+)\s*\)|([-+]?\d[\d.]*(?:[eE][-+]?\d+)?))/g;
var FACTORS = { torr: 101325 / 760, mbar: 100, pa: 1, celsius: 1 };
function limitsOf(status) {
  return [...(status?.rules ?? []).map((r) => [r, "trip"]), ...(status?.alarms ?? []).map((a) => [a, "alarm"])].flatMap(([x, kind]) => [...String(x.when ?? "").matchAll(COMPARED)].map(([, device, point2, sign2, unit, given, plain4]) => ({
    source: x.source ?? "",
    device,
    point: point2,
    above: sign2.startsWith(">"),
    name: x.name,
    kind,
    value: Number(given ?? plain4) * (unit ? FACTORS[unit] : 1)
  })).filter((l) => Number.isFinite(l.value)));
}
function limitsFor(limits3, series) {
  return series.flatMap((s) => {
    const { source, device, point: point2 } = splitKey(s.key);
    return limits3.filter((l) => l.device === device && l.point === point2 && (!l.source || l.source === source)).map((l) => ({ ...l, key: s.key }));
  });
}

// js/curves.js
var PIXELS = 1200;
function plottable2(status) {
  return (status?.devices ?? []).flatMap((d) => (d.points ?? []).filter((p) => p.point).map((p) => ({
    key: pointKey(d.source, d.name, p.point),
    label: `${d.name}.${p.point}`,
    unit: p.unit,
    flag: p.unit === "" && Boolean(p.metric?.includes("is_")),
    description: p.description || d.description,
    device: d.name,
    source: d.source,
    every: d.every ?? 1
  })));
}
function* curves(store2, feed, keys2, from, to, shift = 0) {
  const known = new Map(plottable2(store2.status).map((p) => [p.key, p]));
  const many2 = new Set(keys2.map((k) => splitKey(k).source)).size > 1;
  const all2 = [];
  for (const [i, key] of keys2.entries()) {
    const metric = key.startsWith("metric:") ? store2.metricTrend?.(key) : null;
    const point2 = known.get(key) ?? { label: key.replace(/^[^/]*\//, ""), unit: metric?.unit ?? "", flag: false, every: 1 };
    const how = reading(point2.unit, store2.units), si = metric ? cut(metric.data, from, to) : feed.data(key, from - shift, to - shift), shown3 = moved(si, how, shift);
    const end = Math.min(to, shift ? to : store2.now() / 1e3, shown3.known?.at(-1)?.[1] ?? to);
    all2.push({
      key,
      label: metric ? metric.label : many2 ? key : point2.label,
      unit: point2.flag ? "" : how.label || "value",
      log: how.log,
      step: point2.flag,
      color: ink(i),
      factor: how.factor,
      digits: how.digits,
      data: shown3,
      line: metric ? shown3 : held(shown3, Math.max(point2.every, (to - from) / PIXELS), end)
    });
    yield;
  }
  return all2;
}
function cut({ t, min, mean, max }, from, to) {
  const a = Math.max(0, lowerBound(t, from) - 1), b = lowerBound(t, to) + 1;
  return { t: t.slice(a, b), min: min.slice(a, b), mean: mean.slice(a, b), max: max.slice(a, b) };
}
function moved(data, { factor, log: log2 }, shift) {
  const column = (values) => values.map((v) => v == null || log2 && v <= 0 ? null : v * factor);
  return { t: shift ? data.t.map((t) => t + shift) : data.t, min: column(data.min), mean: column(data.mean), max: column(data.max), known: data.known?.map((s) => s.map((t) => t + shift)) };
}
function extras(store2, series, from, to, events2) {
  const now = store2.now() / 1e3, keys2 = new Set(series.map((s) => s.key)), units = new Map(series.map((s) => [s.key, s]));
  const bounds = store2.trend.bounds.filter((b) => keys2.has(b.key) && b.to > from && b.from < to);
  const limits3 = limitsFor(limitsOf(store2.status), series).map((l) => ({ ...l, unit: units.get(l.key).unit, shown: l.value * units.get(l.key).factor }));
  const points3 = series.filter((s) => !s.key.startsWith("metric:") && !s.step);
  return { end: now, bounds, limits: limits3, gaps: gapsOf(points3, from, to, now, events2, placed(store2.status?.gaps ?? [], events2)) };
}
function* pictureOf(store2, series, from, to, { events: events2, runs, keys: keys2, room, hidden }) {
  const around2 = extras(store2, series, from, to, events2);
  yield;
  const now = store2.now() / 1e3, { shown: shown3, more: more2 } = lanesOf2(barsOf(store2.status, store2.lost ? store2.lostSince / 1e3 : null), keys2, events2, from, to, room), bars = [];
  for (const b of shown3) {
    bars.push({ ...b, stretches: stretches(b, events2, from, to, now) });
    yield;
  }
  const drawn = /* @__PURE__ */ new Set([...series.map((s) => s.key), ...shown3.map((b) => b.key)]);
  yield;
  const replays2 = store2.trend.replays.filter((r) => drawn.has(r.key) && r.to > from && r.from < to);
  return { ...around2, runs, more: more2, bars, replays: replays2, marks: marksOf(events2, from, to, hidden) };
}

// js/compare.js
var BEFORE3 = [[3600, "1 h before"], [86400, "a day before"], [604800, "a week before"]];
var WEEK2 = 604800;
function alignment(choice3, runs, from, to, t0) {
  if (!choice3) return null;
  const before = Number(choice3);
  if (before > 0) return { shift: before, t0: null, name: BEFORE3.find(([s]) => s === before)?.[1] ?? `${span(before)} before` };
  const run = choice3.startsWith("run:") ? runs.find((r) => r.key === choice3.slice(4)) : null;
  const theirs = run ? run.from : Date.parse(choice3) / 1e3;
  if (!Number.isFinite(theirs)) return null;
  const own = runs.filter((r) => r.from >= from && r.from <= to && r.key !== run?.key).at(-1);
  const ours = t0 ?? own?.from ?? from;
  return { shift: ours - theirs, t0: ours, name: run ? run.name : `${day(theirs * 1e3)} ${clock(theirs * 1e3, false)}` };
}
function named2(choice3) {
  if (Number(choice3) > 0) return `${span(Number(choice3))} before`;
  return choice3.startsWith("run:") ? choice3.slice(4) : `${day(Date.parse(choice3))} ${clock(Date.parse(choice3), false)}`;
}
function comparison(app2, past, onChange) {
  const { store: store2 } = app2;
  const feed = new Feed(store2, onChange);
  let choice3 = "", t0 = null, runs = [], made = null, asked = null;
  const select2 = h("select", { id: "plot-compare", "aria-label": "compare with", onchange: () => pick(select2.value), onfocus: () => list() });
  const other2 = h("input", { id: "plot-compare-at", type: "datetime-local", step: "1", "aria-label": "time to compare with", hidden: true, onchange: () => other2.value && pick(new Date(ofField(other2.value)).toISOString()) });
  function pick(value) {
    other2.hidden = value !== "at";
    if (value === "at") other2.value = localInput(store2.now() - 864e5);
    else {
      [choice3, t0] = [value, null];
      onChange();
    }
  }
  async function list() {
    if (asked === store2.source) return;
    asked = store2.source;
    const params = new URLSearchParams({ kind: "lifecycle", since: new Date(store2.now() - WEEK2 * 1e3).toISOString(), limit: "5000" });
    if (asked) params.set("source", asked);
    const { events: events2 } = await getEvents(params, { timeout: 2e4 }).catch(() => ({ events: [] }));
    runs = runsOf2(events2.map((e) => ({ ...e, key: keyOf(e), ms: Date.parse(e.timestamp) })));
    options();
  }
  const all2 = () => [...new Map([...runs, ...past.runs].map((r) => [r.key, r])).values()].sort((a, b) => a.from - b.from);
  function options() {
    const own = all2().slice(-60).reverse(), mark3 = own.map((r) => r.key + r.name).join() + choice3;
    if (mark3 === made) return;
    made = mark3;
    fill(
      select2,
      h("option", { value: "" }, "compare with…"),
      BEFORE3.map(([s, text4]) => h("option", { value: s }, text4)),
      own.map((r) => h("option", { value: `run:${r.key}` }, `${r.name}, ${day(r.from * 1e3)} ${clock(r.from * 1e3, false)}`)),
      h("option", { value: "at" }, "another time…")
    );
    if (choice3 && ![...select2.options].some((o) => o.value === choice3)) select2.append(h("option", { value: choice3 }, named2(choice3)));
    select2.value = choice3;
  }
  function* curve3(series, from, to) {
    options();
    yield;
    const base = series.find((s2) => !s2.step && !s2.key.startsWith("metric:"));
    const how = base && alignment(choice3, all2(), from, to, t0);
    if (!how) return { compare: null, t0: null };
    feed.want([base.key], from - how.shift, to - how.shift);
    const [s] = yield* curves(store2, feed, [base.key], from, to, how.shift);
    return { t0: how.t0, compare: { ...s, key: `compare:${s.key}`, label: `${how.name}, ${s.label}`, color: "--dim", compare: true, offset: how.shift, end: Math.min(to, store2.now() / 1e3 + how.shift) } };
  }
  return {
    nodes: [select2, other2],
    curve: curve3,
    get: () => ({ choice: choice3, t0 }),
    set: (next2, at2) => {
      [choice3, t0] = [next2, at2];
      other2.hidden = true;
      if (choice3.startsWith("run:")) list();
    }
    // the options are made when it is drawn
  };
}

// js/names.js
var ROOM3 = 36;
var ABOVE = 36;
function valueAt(s, t, end = Infinity) {
  const i = placeOf2(s, t);
  if (i < 0 || t > end) return void 0;
  return s.data.mean[i];
}
var placeOf2 = (s, t) => lowerBound(s.data.t, t + 1e-9) - 1;
function beyondAt(s, t, bounds = []) {
  const of = s.data.t[placeOf2(s, t)] - (s.offset ?? 0);
  return { at_most: "< ", at_least: "> " }[bounds.find((b) => b.key === s.key && of >= b.from - 1e-3 && of <= b.to + 1e-3)?.bound] ?? "";
}
function text2(s, v, beyond2 = "") {
  return v === void 0 ? "–" : v === null ? "no value" : `${beyond2}${number(v, s.step ? void 0 : s.digits)}${s.unit ? ` ${s.unit}` : ""}`;
}
function curveNames(onRemove, onFirst) {
  const node = h("div", { id: "plot-legend", class: "ends" });
  let rows2 = [], made = "", labels2 = [], formed = "";
  function set(series, g, failed2, edge, { compare, bounds }, lost3 = false) {
    const list = [...series.filter((s) => !s.step), ...compare ? [compare] : []], mark3 = list.map((s) => s.key + s.color + s.label).join();
    if (mark3 !== made) {
      rows2 = list.map((s) => row5(s, onRemove, onFirst));
      fill(node, rows2.map((r) => r.node));
      made = mark3;
    }
    const end = edge ?? g.to;
    const places = list.map((s) => ({ s, v: s.data.mean.findLast((v) => v !== null) }));
    const form2 = [mark3, g.top + g.height, edge === null ? `${g.from} ${g.to}` : Math.round(g.to - g.from), ...places.map(({ s, v }) => v == null || !g.scales.has(s.unit))].join();
    if (form2 !== formed) labels2 = apart(places.map(({ s, v }) => ({ y: v == null || !g.scales.has(s.unit) ? g.top + g.above / 2 : g.y(s.unit, v) })), ROOM3, Math.max(g.top, ABOVE), g.top + g.above);
    formed = form2;
    list.forEach((s, i) => {
      rows2[i].node.style.top = `${labels2[i].at}px`;
      places[i].y = labels2[i].at;
      const at2 = Math.min(end, s.end ?? end);
      setText(rows2[i].value, s.compare ? text2(s, valueAt(s, at2)) : edge === null ? "" : lost3 ? "not known" : text2(s, valueAt(s, at2), beyondAt(s, at2, bounds)));
      setText(rows2[i].problem, failed2.get(s.key) ? `no history: ${failed2.get(s.key)}` : "");
    });
    return places.map(({ s, y }, i) => ({ label: s.label, color: s.color, y, value: rows2[i].value.textContent }));
  }
  return { node, set };
}
function row5(s, onRemove, onFirst) {
  const value = h("b", { class: "number" }), problem = h("small", { class: "bad" });
  const name3 = h("button", { class: "name", title: s.compare ? "" : `${s.label}: compare this curve`, onclick: () => s.compare || onFirst(s.key) });
  setName(name3, s.label);
  name3.style.color = `var(${s.color})`;
  const node = h("div", { class: "entry", data: { series: s.key } }, name3, h("span", { class: "under" }, value, h("button", { class: "icon", "aria-label": `remove ${s.label}`, onclick: () => onRemove(s.key) }, "✕")), problem);
  return { node, value, problem };
}
function readout() {
  const node = h("div", { id: "plot-cursor", class: "readout", hidden: true, "aria-hidden": "true" });
  function show2(t, left, series, picture, g, marks) {
    node.hidden = t === null;
    if (t === null) return;
    const gap = picture.gaps.find((x) => !x.key && t > x.from && t < x.to), { compare, t0 } = picture;
    const why2 = (s) => picture.gaps.find((x) => (!x.key || x.key === s.key) && t > x.from && t < x.to)?.cause;
    const lines3 = series.filter((s) => !s.step).map((s) => line2(s, text2(s, valueAt(s, t, picture.end), beyondAt(s, t, picture.bounds)), s.color, valueAt(s, t, picture.end) == null && why2(s)));
    if (compare) lines3.push(line2(compare, text2(compare, valueAt(compare, t, compare.end)), "--dim"));
    const at2 = h("time", { class: "at", title: utc(t * 1e3) }, when(t * 1e3, picture.end * 1e3, g.to - g.from < 7200), t0 == null ? "" : ` · t0 ${t < t0 ? "−" : "+"} ${span(Math.abs(t - t0))}`);
    fill(
      node,
      at2,
      lines3,
      picture.bars.length ? h("p", {}, open(picture.bars, t)) : null,
      gap && h("p", { class: "gap" }, gap.label),
      marks.slice(0, 4).map((m) => h("p", { class: "mark" }, `${clock(m.t * 1e3, false)} ${m.label}`)),
      marks.length > 4 && h("p", {}, `and ${marks.length - 4} more`)
    );
    const right = left + g.left + 16 + 250 < g.left + g.width;
    node.style.left = right ? `${left + g.left + 16}px` : "";
    node.style.right = right ? "" : `${node.parentElement.clientWidth - left - g.left + 16}px`;
    node.style.top = `${g.top + 12}px`;
  }
  return { node, show: show2 };
}
function line2(s, value, color, why2) {
  const name3 = h("span", {}, s.label);
  name3.style.color = `var(${color})`;
  return h("p", { class: "line", data: { series: s.key } }, name3, h("b", {}, why2 || value));
}
function open(bars, t) {
  const is = (state2) => bars.filter((b) => b.stretches.some((x) => x.from <= t && x.to > t && x.state === state2)).map((b) => b.name).join(", ");
  return `open: ${is(1) || "none"}${is(null) ? ` · not known: ${is(null)}` : ""}`;
}

// js/kindsmenu.js
function kindsMenu(onChange) {
  let hidden = /* @__PURE__ */ new Set();
  const names = Object.keys(KINDS3), title = h("summary", {});
  const boxes = names.map((kind) => h("input", { type: "checkbox", value: kind, onchange: (e) => {
    const next2 = new Set(hidden);
    if (e.target.checked) next2.delete(kind);
    else next2.add(kind);
    set(next2);
    onChange(next2);
  } }));
  const node = menu({ id: "plot-kinds", class: "menu" }, title, h("div", { class: "list" }, names.map((kind, i) => h("label", {}, boxes[i], KINDS3[kind].word))));
  function set(next2 = /* @__PURE__ */ new Set()) {
    hidden = next2;
    boxes.forEach((box) => box.checked = !hidden.has(box.value));
    setText(title, `marks: ${names.length - [...hidden].filter((k) => KINDS3[k]).length} kinds of ${names.length}`);
  }
  set();
  return { node, set };
}

// js/markslist.js
var SHOWN = 100;
function openMarks(app2, marks) {
  if (marks.length === 1) return eventDialog(app2, marks[0].event);
  const log2 = new URLSearchParams({ since: new Date(marks[0].event.ms).toISOString(), until: new Date(marks.at(-1).event.ms + 1).toISOString() });
  const rows2 = marks.slice(0, SHOWN).map((m) => h("li", {}, h("button", { type: "button", onclick: () => {
    box.close("");
    eventDialog(app2, m.event);
  } }, h("time", {}, when(m.event.ms, app2.store.now(), true)), " ", m.label)));
  const { box } = modal("dialog-marks", `${marks.length} events`, h(
    "div",
    {},
    h("ol", { class: "marks" }, rows2),
    h("p", {}, marks.length > SHOWN && `The first ${SHOWN} of ${marks.length}. `, h("a", { href: `#/log?${log2}`, onclick: () => box.close("") }, "All of them in the log"))
  ));
}

// js/picker.js
function picker(app2, onChange) {
  let chosen2 = [], made = "";
  const search2 = h("input", { type: "search", placeholder: "search series", "aria-label": "search series", oninput: () => hide() });
  const list = h("div", { class: "list" });
  const node = menu({ id: "plot-picker", class: "menu picker", ontoggle: () => draw() }, h("summary", {}, "+ add a curve"), h("div", { class: "list wide" }, search2, list));
  const pick = (e) => onChange(e.target.checked ? [...chosen2, e.target.value] : chosen2.filter((k) => k !== e.target.value));
  function hide() {
    const word = search2.value.toLowerCase();
    for (const row7 of list.querySelectorAll("label")) row7.hidden = !row7.textContent.toLowerCase().includes(word);
    for (const group3 of list.querySelectorAll("fieldset")) group3.hidden = !group3.querySelector("label:not([hidden])");
  }
  function set(keys2) {
    chosen2 = keys2;
    draw();
  }
  function draw() {
    if (!node.open || !app2.store.status) return;
    const points3 = plottable2(app2.store.status);
    const mark3 = points3.map((p) => p.key + p.description).join();
    if (mark3 !== made) {
      fill(list);
      sync(list, byDevice(points3), (g) => g.key, (g) => group(g, pick));
      made = mark3;
      hide();
    }
    for (const box of list.querySelectorAll("input")) box.checked = chosen2.includes(box.value);
  }
  return { node, set };
}
function byDevice(points3) {
  const groups = /* @__PURE__ */ new Map();
  for (const p of points3) {
    const key = `${p.source}/${p.device}`;
    if (!groups.has(key)) groups.set(key, { key, name: p.device, points: [] });
    groups.get(key).points.push(p);
  }
  return [...groups.values()];
}
function group(g, pick) {
  const node = h("fieldset", {}, h("legend", {}, g.name), g.points.map((p) => h("label", {}, h("input", { type: "checkbox", value: p.key, onchange: pick }), h("span", {}, p.label.slice(g.name.length + 1)), h("small", {}, p.description))));
  return { node, update: () => {
  } };
}

// js/plotplace.js
var RANGES2 = [[60, "1 min"], [300, "5 min"], [600, "10 min"], [1200, "20 min"], [1800, "30 min"], [3600, "1 h"], [21600, "6 h"], [86400, "24 h"], [604800, "7 d"], [2592e3, "30 d"]];
function readPlace(params, otherwise = 600) {
  const a = Date.parse(params.get("since") ?? ""), b = Date.parse(params.get("until") ?? ""), range = Number(params.get("range")), t0 = Date.parse(params.get("t0") ?? "");
  return {
    keys: [...(params.get("s") ?? "").split(",").filter(Boolean), ...params.getAll("m").map((m) => "metric:" + m)],
    fixed: b > a ? [a / 1e3, b / 1e3] : null,
    range: RANGES2.some(([s]) => s === range) ? range : otherwise,
    compare: params.get("compare") ?? "",
    t0: Number.isNaN(t0) ? null : t0 / 1e3,
    hidden: new Set((params.get("hide") ?? "").split(",").filter(Boolean))
  };
}
function writePlace({ keys: keys2, range, fixed, compare, t0, hidden }) {
  const params = new URLSearchParams(), plain4 = keys2.filter((k) => !k.startsWith("metric:"));
  if (plain4.length) params.set("s", plain4.join(","));
  for (const k of keys2) if (k.startsWith("metric:")) params.append("m", k.slice(7));
  if (fixed) fixed.forEach((t, i) => params.set(["since", "until"][i], new Date(t * 1e3).toISOString()));
  else params.set("range", range);
  if (compare) params.set("compare", compare);
  if (compare && t0 != null) params.set("t0", new Date(t0 * 1e3).toISOString());
  if (hidden?.size) params.set("hide", [...hidden].join(","));
  return params;
}

// js/rangecontrols.js
var CHIPS2 = [[300, "5 min"], [1200, "20 min"], [21600, "6 h"], [604800, "7 d"]];
function rangeControls({ onRange, onBounds, onPause }) {
  let now = [0, 1];
  const chips2 = CHIPS2.map(([s, text4]) => h("button", { class: "chip", data: { range: s }, onclick: () => onRange(s) }, text4));
  const span2 = h("select", { id: "plot-range", "aria-label": "range", onchange: () => onRange(Number(span2.value)) }, h("option", { value: "", hidden: true }, "as chosen"), RANGES2.map(([s, t]) => h("option", { value: s }, t)));
  const pause = h("button", { id: "plot-pause", "aria-pressed": "false", onclick: onPause }, "pause");
  const reset = h("button", { id: "plot-reset", onclick: () => onBounds(null) }, "now");
  const step = (part2) => () => {
    const [a, b] = now;
    onBounds(a + (b - a) * part2, b + (b - a) * part2);
  };
  const since = time2("plot-since", "from", () => onBounds(since.seconds(), now[1])), until = time2("plot-until", "to", () => onBounds(now[0], until.seconds()), true);
  const words = h("summary", {}, "from – to");
  const between = menu({ id: "plot-span", class: "menu" }, words, h("div", { class: "list" }, [since, until].map((t) => h("label", {}, h("span", {}, t.label), t.node))));
  const nodes = [
    h("span", { class: "chips", role: "group", "aria-label": "ranges" }, chips2),
    span2,
    pause,
    reset,
    h("span", { class: "line" }, h("button", { class: "icon", "aria-label": "earlier", onclick: step(-0.5) }, "‹"), between, h("button", { class: "icon", "aria-label": "later", onclick: step(0.5) }, "›"))
  ];
  function set({ range, fixed, paused, from, to, present: present2 }) {
    now = [from, to];
    span2.value = fixed ? "" : String(range);
    for (const chip of chips2) setAttr(chip, "aria-pressed", String(!fixed && chip.dataset.range === String(range)));
    setText(pause, paused ? "resume" : "pause");
    setAttr(pause, "aria-pressed", String(Boolean(paused)));
    pause.hidden = Boolean(fixed);
    reset.hidden = !fixed;
    setText(words, fromTo(from * 1e3, to * 1e3, present2));
    setAttr(words, "title", `${utc(from * 1e3)} to ${utc(to * 1e3)}`);
    since.set(from);
    until.set(to);
  }
  return { nodes, pause, set };
}
function time2(id, label2, change, last = false) {
  const field3 = h("input", { id, type: "datetime-local", step: "1", onchange: () => field3.value && change() });
  const set = (t) => {
    if (document.activeElement === field3) return;
    const text4 = localInput(t * 1e3);
    if (field3.value !== text4) field3.value = text4;
  };
  return { node: field3, label: label2, set, seconds: () => ofField(field3.value, last) / 1e3 };
}

// js/savedviews.js
var NAME2 = "plots.views";
var MOST6 = 12;
function all() {
  try {
    const list = JSON.parse(recall(NAME2, "[]"));
    return Array.isArray(list) ? list.filter((v) => typeof v?.name === "string" && typeof v?.query === "string") : [];
  } catch {
    return [];
  }
}
function savedViews(open2, present2) {
  const node = h("div", { id: "plot-views", class: "chips", role: "group", "aria-label": "saved views" });
  let made = "", query2 = "";
  async function save3() {
    const answer = await ask("Save this view", ["Curves, range and comparison are kept in this browser. For a colleague, copy the address."], [{ name: "name", label: "Name", required: true }], "Save");
    const name3 = answer?.name.trim().slice(0, 40);
    if (!name3) return;
    remember(NAME2, JSON.stringify([...all().filter((v) => v.name !== name3), { name: name3, query: present2() }].slice(-MOST6)));
    set(present2());
  }
  async function forget(name3) {
    if (!await confirm(`Forget the view "${name3}"?`, ["What it shows stays as it is; only the name goes."], "Forget")) return;
    remember(NAME2, JSON.stringify(all().filter((v) => v.name !== name3)));
    set(query2);
  }
  function set(now) {
    query2 = now;
    const views2 = all(), mark3 = JSON.stringify([views2, now]);
    if (mark3 === made) return;
    made = mark3;
    fill(
      node,
      views2.map((v) => [
        h("button", { class: "chip", "aria-pressed": String(v.query === now), data: { view: v.name }, onclick: () => open2(v.query) }, v.name),
        v.query === now && h("button", { class: "icon", "aria-label": `forget ${v.name}`, onclick: () => forget(v.name) }, "✕")
      ]).flat(),
      h("button", { class: "chip", id: "plot-save", onclick: save3 }, "save…")
    );
  }
  set("");
  return { node, set };
}

// js/csv.js
function cell2(value) {
  if (value == null) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  let text4 = visible(String(value));
  if (/^[=+\-@\t\r]/.test(text4) && Number.isNaN(Number(text4))) text4 = "'" + text4;
  return /[",\r\n]/.test(text4) ? `"${text4.replaceAll('"', '""')}"` : text4;
}
function table2(rows2) {
  return rows2.map((row7) => row7.map(cell2).join(",") + "\r\n").join("");
}

// js/plotcsv.js
function rowsOf2({ series, bars = [], marks = [], gaps = [], compare = null }, from, to, end) {
  const curves2 = compare ? [...series, compare] : series, until = Math.min(to, end), rows2 = /* @__PURE__ */ new Map();
  const at2 = (t) => rows2.get(t) ?? rows2.set(t, { cells: [], bars: [], notes: [] }).get(t);
  curves2.forEach((s, k) => {
    const { t, mean } = s.data, stop = s === compare ? Math.min(to, s.end ?? to) : until;
    for (let i = lowerBound(t, from); i < t.length && t[i] <= to; i++) at2(t[i]).cells[k] = mean[i] === null ? void 0 : triple(s, i);
    for (const edge of [from, stop]) {
      const i = lowerBound(t, edge) - 1;
      if (i < 0 || mean[i] === null || t[i] === edge || edge < from || at2(edge).cells[k]) continue;
      at2(edge).cells[k] = triple(s, i);
      at2(edge).notes.push(`${s.label}: of ${new Date((t[i] - (s.offset ?? 0)) * 1e3).toISOString()}, holds`);
    }
  });
  bars.forEach((b, k) => b.stretches.forEach((s) => at2(s.from).bars[k] = s.state));
  for (const g of gaps) at2(Math.max(g.from, from)).notes.push(g.label);
  for (const m of marks) at2(m.t).notes.push(m.label);
  const head = ["Timestamp", "Epoch", ...curves2.flatMap((s) => ["mean", "min", "max"].map((what) => `${s.label} ${what}${s.unit ? ` [${s.unit}]` : ""}`)), ...bars.map((b) => b.name), "Note"];
  return [head, ...[...rows2].sort((a, b) => a[0] - b[0]).map(([t, r]) => [new Date(t * 1e3).toISOString(), t, ...curves2.flatMap((_, k) => r.cells[k] ?? [null, null, null]), ...bars.map((_, k) => r.bars[k] ?? null), r.notes.join("; ")])];
}
function triple({ data }, i) {
  return [data.mean[i], data.min[i], data.max[i]].map((v) => v == null ? null : Number(v.toPrecision(12)));
}

// js/plotsave.js
var HEAD3 = 34;
var FACE2 = "system-ui, sans-serif";
function savePNG(chart, names, title, simulated) {
  const from = chart.plot?.ctx.canvas;
  if (!from) return;
  const ratio = devicePixelRatio || 1, to = document.createElement("canvas");
  to.width = from.width;
  to.height = from.height + HEAD3 * ratio;
  const pen2 = to.getContext("2d"), width = to.width / ratio;
  pen2.scale(ratio, ratio);
  pen2.fillStyle = colour("--panel");
  pen2.fillRect(0, 0, width, to.height / ratio);
  pen2.drawImage(from, 0, HEAD3, width, from.height / ratio);
  heading(pen2, title, simulated, width);
  const { geometry: g } = chart;
  names.forEach((n) => {
    pen2.fillStyle = colour(n.color);
    pen2.font = `600 12px ${FACE2}`;
    pen2.fillText(visible(n.label), g.left + g.width + 48, HEAD3 + n.y + 12, width - g.left - g.width - 50);
    pen2.font = `400 12px ${FACE2}`;
    pen2.fillText(n.value, g.left + g.width + 48, HEAD3 + n.y + 27);
  });
  to.toBlob((blob) => blob && download(blob, name2("png")), "image/png");
}
function heading(pen2, title, simulated, width) {
  let x = 12;
  if (simulated) {
    for (let at2 = 0; at2 < width; at2 += 16) {
      pen2.fillStyle = colour(at2 % 32 ? "--panel" : "--ink");
      pen2.fillRect(at2, 0, 16, 5);
    }
    pen2.font = `700 12px ${FACE2}`;
    const wide = pen2.measureText("SIMULATED").width;
    pen2.fillStyle = colour("--ink");
    pen2.fillRect(x, 12, wide + 12, 18);
    pen2.fillStyle = colour("--panel");
    pen2.fillText("SIMULATED", x + 6, 25);
    x += wide + 24;
  }
  pen2.fillStyle = colour("--ink");
  pen2.font = `600 13px ${FACE2}`;
  pen2.fillText(visible(title), x, 25);
}
function saveCSV(picture, from, to) {
  download(new Blob([table2(rowsOf2(picture, from, to, picture.end))], { type: "text/csv" }), name2("csv"));
}
function name2(ending) {
  return `plot-${(/* @__PURE__ */ new Date()).toISOString().slice(0, 19).replaceAll(":", "")}.${ending}`;
}

// js/plots.js
var NAMES = 172;
var BARS = 12;
var narrow = () => innerWidth < 700;
var whole = (e) => e.target.scrollIntoView({ block: "nearest", inline: "nearest" });
function plotsView(app2) {
  const { store: store2, route: route2 } = app2;
  let place3 = { keys: [], range: 600, fixed: null }, paused = null, begun = false, shown3 = { series: [], picture: { end: 0, bars: [], marks: [], gaps: [] }, names: [] };
  const host = h("div", { id: "plot-chart", class: "chart", role: "img", "aria-label": "plot" });
  const names = curveNames(remove, first2), cursor = readout();
  const chart = new Chart(host, {
    height: () => Math.max(320, innerHeight - host.getBoundingClientRect().top - scrollY - (narrow() ? 206 : 54), 150 + 16 * shown3.picture.bars.length),
    right: () => narrow() ? 14 : NAMES,
    onZoom: zoom,
    onHere: () => draw(),
    onMarks: (marks) => openMarks(app2, marks),
    onCursor: (t, left) => cursor.show(t, left, shown3.series, shown3.picture, chart.geometry, t === null ? [] : chart.marksAt(left + chart.geometry.left))
  });
  const steps3 = new Steps(), draw = () => steps3.run(drawing2);
  const feed = new Feed(store2, () => draw()), past = new Past(store2, () => draw());
  const choose = picker(app2, (next2) => change({ keys: next2 }));
  const frame2 = h("div", { class: "plot-frame" }, host, names.node, choose.node, cursor.node);
  const compare = comparison(app2, past, () => change({ compare: compare.get().choice, t0: compare.get().t0 }));
  const views2 = savedViews((query2) => {
    place3 = readPlace(new URLSearchParams(query2));
    paused = null;
    taken();
    change({});
  }, () => writePlace({ ...place3, fixed: null }).toString());
  const kinds = kindsMenu((hidden) => change({ hidden }));
  const range = rangeControls({ onRange: (s) => {
    paused = null;
    change({ range: s, fixed: null });
  }, onBounds: zoom, onPause: () => {
    paused = paused ? null : store2.now() / 1e3;
    draw();
  } });
  const csv = h("button", { id: "plot-csv", onclick: () => saveCSV(shown3.picture, ...bounds()) }, "CSV");
  const png = h("button", { id: "plot-png", onclick: () => savePNG(chart, shown3.names, title(), Boolean(store2.status?.simulated)) }, "PNG");
  const none2 = h("p", { class: "empty" }, "Choose curves, or click a value on another view.");
  const note2 = h("p", { id: "plot-note", class: "hint dim" });
  fill(byId("view-plots"), h("div", { class: "panel plot" }, h("header", { onfocusin: whole }, views2.node, range.nodes, compare.nodes, h("span", { class: "end" }, png, csv)), none2, frame2, h("footer", {}, note2, kinds.node)));
  function bounds() {
    if (place3.fixed) return place3.fixed;
    const to = paused ?? store2.now() / 1e3;
    return [to - place3.range, to];
  }
  function zoom(from, to) {
    const fixed = from == null || !(to - from > 0.5) ? null : [from, to];
    if (!fixed) paused = null;
    change({ fixed });
  }
  function change(more2) {
    place3 = { ...place3, ...more2 };
    route2.put(writePlace(place3));
    draw();
  }
  function remove(key) {
    if (key.startsWith("compare:")) {
      compare.set("", null);
      change({ compare: "", t0: null });
    } else change({ keys: place3.keys.filter((k) => k !== key) });
  }
  function first2(key) {
    change({ keys: [key, ...place3.keys.filter((k) => k !== key)] });
  }
  function taken() {
    compare.set(place3.compare, place3.t0);
    kinds.set(place3.hidden);
  }
  function* drawing2() {
    if (!inSight() || !store2.status || document.hidden) return;
    if (!begun) yield PAINT;
    if (!place3.keys.length && !route2.params.has("s") && !route2.params.has("m")) place3.keys = plottable2(store2.status).filter((x) => x.unit === "pascals").slice(0, 4).map((x) => x.key);
    const [from, to] = bounds(), { keys: keys2 } = place3;
    feed.want(keys2, from, to);
    past.want(from, to);
    yield* past.refresh();
    const { events: events2 } = past, runs = past.runsIn(from, to);
    yield;
    const all2 = yield* curves(store2, feed, keys2, from, to), picture = yield* pictureOf(store2, all2, from, to, { events: events2, runs, keys: keys2, room: BARS, hidden: place3.hidden });
    Object.assign(picture, { series: all2.filter((s) => !s.step), ...yield* compare.curve(all2, from, to) });
    yield;
    if (!inSight() || !store2.status) return;
    controls(all2, picture, from, to, keys2);
    yield begun ? "" : PAINT;
    begun = true;
    if (keys2.length) yield* chart.draw(all2, from, to, picture);
    yield;
    if (!inSight()) return;
    if (keys2.length) shown3.names = names.set(all2, chart.geometry, feed.failed, place3.fixed || paused ? null : picture.end, picture, store2.lost);
    told2(picture);
  }
  const inSight = () => route2.view === "plots";
  function controls(all2, picture, from, to, keys2) {
    shown3 = { ...shown3, series: all2, picture };
    none2.hidden = keys2.length > 0;
    setAttr(frame2, "data-empty", keys2.length ? null : "yes");
    choose.set(keys2);
    views2.set(writePlace({ ...place3, fixed: null }).toString());
    range.set({ range: place3.range, fixed: place3.fixed, paused, from, to, present: store2.now() });
  }
  function told2(picture) {
    const parts = [
      past.cut && `Events before ${clock(past.cut * 1e3, false)} are too many to mark: zoom in.`,
      picture.more && `${picture.more} more valves moved than there is room for: choose them as curves.`,
      feed.asking && "asking for history…",
      "Drag to zoom, double click for live, Shift wheel at the cursor."
    ];
    setText(note2, parts.filter(Boolean).join(" "));
    setAttr(host, "data-units", [...chart.geometry?.scales.keys() ?? []].join("|"));
    setAttr(host, "data-bars", picture.bars.map((b) => b.name).join("|"));
    setAttr(host, "data-marks", String(picture.marks.length));
    setAttr(host, "data-runs", picture.runs.map((r) => [r.name, ...r.phases.map((x) => x.name)].join(": ")).join("|"));
    setAttr(host, "data-gaps", picture.gaps.map((g) => g.label).join("|"));
  }
  const title = () => `${store2.status?.source || "pychron-edge"} · ${day(bounds()[0] * 1e3)} ${clock(bounds()[0] * 1e3, false)} to ${clock(bounds()[1] * 1e3, false)}`;
  for (const topic of ["status", "units", "lost"]) store2.on(topic, draw);
  store2.on("events", (fresh3) => fresh3.some((e) => e.replayed) && feed.stale());
  document.addEventListener("pause", () => route2.view === "plots" && !place3.fixed && range.pause.click());
  return { show: () => {
    place3 = readPlace(route2.params, place3.range);
    taken();
    draw();
  } };
}

// js/runlist.js
var HEADS = ["run", "type", "status", "time", "faults"];
var SHAPES = { good: "○", running: "▶", bad: "◆", warn: "▲", stopped: "⊘", lost: "?" };
function runList(app2, choose) {
  const { store: store2, route: route2 } = app2;
  const search2 = h("input", { type: "search", placeholder: "search runs   /", "aria-label": "Search runs", id: "run-q", oninput: () => choose({ q: search2.value }) });
  const chips2 = ["all", "faulty", "data", "black boxes"].map((name3) => h("button", { class: "chip", data: { chip: name3 }, onclick: () => choose({ show: name3 === "all" ? "" : name3 }) }, name3));
  const rows2 = h("div", { class: "run-groups", id: "run-list" });
  const note2 = h("p", { class: "note dim", role: "status" });
  const heads = HEADS.map((name3) => h("span", { class: name3 === "time" || name3 === "faults" ? "number" : name3 }, name3)), head = h("div", { class: "run-heads" }, heads);
  const node = h("div", { class: "panel run-list" }, h("div", { class: "run-bar" }, search2, h("div", { class: "chips", role: "group", "aria-label": "Which runs" }, chips2)), head, rows2, note2);
  const running = [];
  let last = null, order = { of: "", groups: [] }, held2 = false;
  rows2.addEventListener("pointerenter", (e) => held2 = e.pointerType === "mouse");
  rows2.addEventListener("pointerleave", () => {
    held2 = false;
    if (last) show2(...last);
  });
  function show2(found2, boxes, failed2) {
    last = [found2, boxes, failed2];
    const q = (route2.params.get("q") ?? "").toLowerCase(), what = route2.params.get("show") ?? "all";
    if (document.activeElement !== search2) search2.value = route2.params.get("q") ?? "";
    for (const chip of chips2) {
      setAttr(chip, "aria-pressed", String(chip.dataset.chip === what));
      setText(chip, chip.dataset.chip + ({ faulty: ` ${found2.runs.filter((r) => r.faults).length}`, "black boxes": ` ${boxes.length}` }[chip.dataset.chip] ?? ""));
    }
    running.length = 0;
    head.hidden = what === "data" || what === "black boxes";
    setText(heads[1], everywhere3() ? "agent · type" : "type");
    if (what === "data") return void data(found2, failed2);
    if (what === "black boxes") return void kept(boxes, failed2);
    const match = (r) => (what !== "faulty" || r.faults > 0) && [r.name, r.id, r.queue, r.kind, r.sample, r.spectrometer, r.status, r.source].some((s) => s.toLowerCase().includes(q));
    const runs = found2.runs.filter(match);
    setText(note2, failed2 || empty2(found2, runs, what) || (found2.more ? "There are more than these: the newest are shown." : ""));
    sync(rows2, inPlace(runs, `${q} ${what} ${store2.source}`), (g) => g.title, () => group2(app2, choose, running));
    tick2(store2.now());
  }
  function inPlace(runs, of) {
    const key = (r) => `${r.source}/${r.id}`, known = new Map(runs.map((r) => [key(r), r]));
    if (held2 && order.of === of) return order.groups.map((g) => ({ ...g, runs: g.keys.map((k) => known.get(k)).filter(Boolean) }));
    const groups = grouped(runs, store2.now());
    order = { of, groups: groups.map((g) => ({ title: g.title, keys: g.runs.map(key) })) };
    return groups;
  }
  const everywhere3 = () => store2.status?.role === "viewer" && !store2.source;
  function data(found2, failed2) {
    setText(note2, failed2 || (found2.operations.length ? "Operations on databases, repositories and pipelines in the last 7 days." : "No operation on a database, repository or pipeline was posted in the last 7 days."));
    sync(rows2, found2.operations.length ? [found2.operations] : [], () => "operations", operations);
  }
  function kept(boxes, failed2) {
    setText(note2, failed2 || (boxes.length ? "What was frozen around trips, failures of watched devices and failed runs." : "Nothing was frozen: there was no trip, no failure of a device that an alarm watches, and no failed run."));
    sync(rows2, boxes.length ? [boxes] : [], () => "boxes", () => boxList(app2, choose));
  }
  function tick2(now) {
    for (const row7 of running) row7(now);
  }
  return { node, show: show2, tick: tick2 };
}
function empty2(found2, runs, what) {
  if (runs.length) return "";
  if (!found2.runs.length) return "No run is known of the last 7 days. Runs come from Pychron's lifecycle events, posted to POST /events.";
  return what === "faulty" ? "No run of these had a fault." : "No run has this text.";
}
function group2(app2, choose, running) {
  const title = h("h3"), body3 = h("div", { class: "run-rows", role: "list" });
  const node = h("section", { class: "run-group" }, title, body3);
  const update = (g) => {
    const failed2 = g.runs.filter((r) => runState(r).mark === "bad").length;
    setAttr(node, "data-now", g.title === "Running now" ? "yes" : null);
    setText(title, `${g.title} · ${g.runs.length} ${g.runs.length === 1 ? "run" : "runs"}${failed2 ? ` · ${failed2} failed` : ""}`);
    sync(body3, g.runs, (r) => `${r.source}/${r.id}`, () => row6(app2, choose, running));
  };
  return { node, update };
}
function row6(app2, choose, running) {
  let run = null;
  const [name3, kind, shape2, state2, took2, faults, bar2, far] = [h("b"), h("span", { class: "kind dim" }), h("span", { class: "shape", "aria-hidden": "true" }), h("span", { class: "state" }), h("span", { class: "number" }), h("span", { class: "number faults" }), h("i"), h("small", { class: "far dim" })];
  const progress2 = h("span", { class: "progress" }, bar2);
  const node = h("button", { class: "run-row", role: "listitem", onclick: () => choose({ run: run.id, of: run.source, trip: "" }) }, name3, kind, h("span", { class: "how" }, shape2, state2), took2, faults, progress2, far);
  const time3 = (now) => {
    const how = howFar(run, now);
    progress2.hidden = how.share == null;
    if (how.share != null) bar2.style.width = `${Math.round(how.share * 100)}%`;
    setText(far, how.text);
    setText(took2, lasted((now - Date.parse(run.started ?? "")) / 1e3));
  };
  const update = (now) => {
    run = now;
    const s = runState(run), chosen2 = app2.route.params;
    Object.assign(node.dataset, { run: run.id, source: run.source, state: run.state, mark: s.mark });
    setAttr(node, "aria-current", chosen2.get("run") === run.id && !chosen2.get("trip") ? "true" : null);
    const viewer = app2.store.status?.role === "viewer" && !app2.store.source;
    setText(name3, nameOf2(run));
    setText(kind, [viewer && run.source, run.kind || run.sample, run.spectrometer].filter(Boolean).join(" · "));
    setText(shape2, SHAPES[s.mark]);
    setText(state2, s.text);
    setAttr(node, "title", s.title || null);
    setText(faults, String(run.faults ?? ""));
    setAttr(faults, "data-none", run.faults ? null : "yes");
    const runs = run.state === "running";
    far.hidden = !runs;
    progress2.hidden = true;
    if (runs) running.push(time3);
    else setText(took2, lasted(run.duration));
  };
  return { node, update };
}
function operations() {
  const body3 = h("tbody");
  const node = h("table", { class: "operations" }, h("thead", {}, h("tr", {}, ["operation", "times", "failed", "median", "longest"].map((t, i) => h("th", { scope: "col", class: i ? "number" : "" }, t)))), body3);
  const update = (all2) => sync(body3, all2, (o) => o.name, () => {
    const cells = [h("th", { scope: "row" }), ...Array.from({ length: 4 }, () => h("td", { class: "number" }))];
    const line3 = h("tr", {}, cells);
    return { node: line3, update: (o) => {
      line3.dataset.operation = o.name;
      setAttr(line3, "data-failed", o.failed ? "yes" : null);
      [o.name, String(o.count), o.failed ? String(o.failed) : "", lasted(o.median) || "not timed", lasted(o.max)].forEach((t, i) => setText(cells[i], t));
    } };
  });
  return { node, update };
}
function boxList(app2, choose) {
  const node = h("div", { class: "run-rows", role: "list" });
  const update = (boxes) => sync(node, boxes, (b) => `${b.source}/${b.id}`, () => {
    let b = null;
    const [what, at2, more2] = [h("b"), h("time", { class: "number" }), h("small", { class: "dim" })];
    const line3 = h("button", { class: "box-row", role: "listitem", onclick: () => choose({ trip: b.id, of: b.source }) }, what, at2, more2);
    return { node: line3, update: (now) => {
      b = now;
      line3.dataset.trip = b.id;
      setAttr(line3, "aria-current", b.causes.some((c) => c.id === app2.route.params.get("trip")) ? "true" : null);
      setText(what, causeWords(b.causes[0]) + (b.causes.length > 1 ? ` and ${b.causes.length - 1} more` : ""));
      setText(at2, when(Date.parse(b.timestamp), app2.store.now()));
      setText(more2, [app2.store.status?.role === "viewer" && b.source, b.recording ? `it goes on until ${clock(Date.parse(b.until), false)}` : `${b.points} points, ${b.readings} readings`, !b.complete && !b.recording && b.why].filter(Boolean).join(" · "));
    } };
  });
  return { node, update };
}

// js/facts.js
function fact3(name3, value, more2 = "") {
  return h("tr", {}, h("th", { scope: "row" }, name3), h("td", { class: "number" }, value), h("td", { class: "dim" }, more2));
}
function facts3(title, rows2, none2 = "none") {
  return h("section", {}, h("h3", {}, title), rows2.length ? h("table", {}, h("tbody", {}, rows2)) : h("p", { class: "dim" }, none2));
}

// js/timeplot.js
var LEFT2 = 92;
var RIGHT = 12;
var PANEL = 132;
var BAR = 17;
var BAND2 = 20;
var AXIS2 = 24;
var INKS2 = ["--blue", "--teal", "--pink", "--olive", "--violet"];
function timePlot({ from, to, phases = [], panels = [], bars = [], marks = [], label: label2 = "" }, width) {
  const x = (t) => LEFT2 + (Math.min(Math.max(t, from), to) - from) / (to - from || 1) * (width - LEFT2 - RIGHT);
  const parts = [];
  let y = 0;
  if (phases.length) {
    parts.push(...phases.flatMap((p) => band3(p, x)));
    y += BAND2;
  }
  for (const panel2 of panels) {
    parts.push(...drawPanel(panel2, x, y, width));
    y += PANEL;
  }
  for (const bar2 of bars) {
    parts.push(...drawBar(bar2, x, y, width));
    y += BAR;
  }
  for (const m of marks) parts.push(...drawMark(m, x, y));
  parts.push(...timeAxis2(from, to, x, y));
  return svg("svg", { viewBox: `0 0 ${width} ${y + AXIS2}`, width, height: y + AXIS2, class: "timeplot", role: "img", "aria-label": label2 }, ...parts);
}
function text3(x, y, words, more2 = {}) {
  const node = svg("text", { x, y, ...more2 });
  setText(node, words);
  return node;
}
function band3(phase2, x) {
  const a = x(phase2.from), b = x(phase2.to);
  const title = svg("title", {});
  setText(title, `${phase2.name}, ${lasted(phase2.to - phase2.from)}`);
  const wide = b - a > 7 * phase2.name.length + 8;
  return [svg("rect", { x: a, y: 0, width: Math.max(b - a - 1, 1), height: BAND2 - 4, class: "band" }, title), ...wide ? [text3(a + 5, 12, phase2.name, { class: "on-band" })] : []];
}
function extent2(curves2, log2) {
  let low = Infinity, high = -Infinity;
  for (const c of curves2) {
    for (const v of c.v) {
      if (v == null || log2 && v <= 0) continue;
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
  }
  if (low > high) return null;
  if (log2) {
    const a = Math.floor(Math.log10(low) + 1e-9), b = Math.max(Math.ceil(Math.log10(high) - 1e-9), a + 1);
    return [10 ** a, 10 ** b];
  }
  const room = Math.max((high - low) * 0.1, Math.abs(high) * 2e-3, 1e-12);
  return [low - room, high + room];
}
function drawPanel(panel2, x, top, width) {
  const range = extent2(panel2.curves, panel2.log), bottom = top + PANEL - 14, height = PANEL - 28;
  if (!range) return [text3(LEFT2, top + 30, "no value in this time", { class: "dim" })];
  const scale = panel2.log ? (v) => (Math.log10(v) - Math.log10(range[0])) / (Math.log10(range[1]) - Math.log10(range[0])) : (v) => (v - range[0]) / (range[1] - range[0]);
  const y = (v) => bottom - scale(v) * height;
  const lines3 = ticks2(range, panel2.log).flatMap((v) => [
    svg("line", { x1: LEFT2, x2: width - RIGHT, y1: y(v), y2: y(v), class: "grid" }),
    text3(LEFT2 - 6, y(v) + 4, panel2.log ? v.toExponential(0).replace("e+", "e") : number(v), { class: "tick end" })
  ]);
  const curves2 = panel2.curves.map((c, i) => svg("path", { d: pathOf(c, x, y, panel2.log), class: c.grey ? "curve grey" : "curve", "data-ink": i % INKS2.length }));
  return [...lines3, ...curves2, text3(LEFT2 - 6, top + 10, panel2.unit, { class: "dim end" })];
}
function ticks2([low, high], log2) {
  if (log2) {
    const a = Math.round(Math.log10(low)), b = Math.round(Math.log10(high)), step = Math.ceil((b - a) / 4);
    return Array.from({ length: Math.floor((b - a) / step) + 1 }, (_, i) => 10 ** (a + i * step));
  }
  return [low + (high - low) * 0.1, (low + high) / 2, high - (high - low) * 0.1];
}
function pathOf({ t, v, step }, x, y, log2) {
  let d = "", pen2 = false, column = null;
  const flush = () => {
    if (!column) return;
    for (const [px, py] of column.points()) d += `${pen2 ? "L" : "M"}${px.toFixed(1)} ${py.toFixed(1)}`, pen2 = true;
    column = null;
  };
  let last = null;
  for (let i = 0; i < t.length; i++) {
    if (v[i] == null || log2 && v[i] <= 0) {
      flush();
      pen2 = false;
      last = null;
      continue;
    }
    const px = x(t[i]), py = y(v[i]);
    if (step && last != null) {
      column ??= new Column(px, last);
      column.add(px, last);
    }
    if (column && Math.abs(px - column.x) >= 1) flush();
    column ??= new Column(px, py);
    column.add(px, py);
    last = py;
  }
  flush();
  return d;
}
var Column = class {
  constructor(x, y) {
    Object.assign(this, { x, first: y, low: y, high: y, last: y });
  }
  add(x, y) {
    this.end = x;
    this.low = Math.min(this.low, y);
    this.high = Math.max(this.high, y);
    this.last = y;
  }
  points() {
    const all2 = [[this.x, this.first], [this.x, this.low], [this.x, this.high], [this.end ?? this.x, this.last]];
    return all2.filter(([px, py], i) => i === 0 || px !== all2[i - 1][0] || py !== all2[i - 1][1]);
  }
};
function drawBar(bar2, x, y, width) {
  const middle = y + BAR / 2;
  const label2 = bar2.label.length > 13 ? `${bar2.label.slice(0, 12)}…` : bar2.label;
  return [
    text3(LEFT2 - 6, middle + 4, label2, { class: "tick end" }),
    svg("line", { x1: LEFT2, x2: width - RIGHT, y1: middle, y2: middle, class: "grid" }),
    ...bar2.spans.map(([a, b]) => svg("rect", { x: x(a), y: middle - 4, width: Math.max(x(b) - x(a), 1.5), height: 8, class: `bar ${bar2.kind ?? ""}` }))
  ];
}
function drawMark(m, x, height) {
  const title = svg("title", {});
  setText(title, m.text);
  const at2 = x(m.t);
  return [svg("line", { x1: at2, x2: at2, y1: 0, y2: height, class: `at ${m.kind ?? ""}` }, title), ...m.word ? [text3(at2 + 4, 11, m.word, { class: `word ${m.kind ?? ""}` })] : []];
}
var STEPS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800];
function timeAxis2(from, to, x, y) {
  const step = STEPS.find((s) => (to - from) / s <= 9) ?? 86400;
  const out = [];
  for (let t = Math.ceil(from / step) * step; t <= to; t += step) out.push(text3(x(t), y + 15, after(t), { class: "tick middle" }));
  return out;
}
function after(t) {
  const s = Math.abs(Math.round(t)), sign2 = t < 0 ? "−" : "";
  const two2 = (n) => String(n).padStart(2, "0");
  return s >= 3600 ? `${sign2}${Math.floor(s / 3600)}:${two2(Math.floor(s % 3600 / 60))}:${two2(s % 60)}` : `${sign2}${Math.floor(s / 60)}:${two2(s % 60)}`;
}

// js/runcurves.js
var CURVES = 4;
async function curvesOf(passport, store2) {
  const { run } = passport, from = Date.parse(run.started ?? ""), to = Date.parse(run.ended ?? "") || store2.now();
  const how = reading("pascals", store2.units);
  if (Number.isNaN(from) || to <= from) return { unit: how.label, list: [] };
  const moved2 = (g) => g.min > 0 ? g.max / g.min : 0;
  const gauges = passport.pressures.filter((g) => g.max != null).sort((a, b) => moved2(b) - moved2(a)).slice(0, CURVES).sort((a, b) => `${a.device}.${a.point}`.localeCompare(`${b.device}.${b.point}`));
  const list = await Promise.all(gauges.map(async (g) => {
    const params = new URLSearchParams({ device: g.device, point: g.point, since: new Date(from).toISOString(), until: new Date(to).toISOString(), points: "700" });
    if (store2.status?.role === "viewer") params.set("source", run.source);
    const series = await getJSON(`series?${params}`, { timeout: 3e4 }).catch(() => ({ t: [], mean: [] }));
    return { label: `${g.device}.${g.point}`, t: series.t.map((t) => t - from / 1e3), v: series.mean.map((v) => convert(v, "pascals", store2.units)) };
  }));
  return { unit: how.label, list: list.filter((c) => c.t.length) };
}
function phasesOf({ run }, now) {
  const zero = Date.parse(run.started ?? ""), end = Date.parse(run.ended ?? "") || now;
  if (Number.isNaN(zero)) return [];
  return run.phases.filter((p) => p.started).map((p) => ({ name: p.name, from: (Date.parse(p.started) - zero) / 1e3, to: ((Date.parse(p.ended ?? "") || end) - zero) / 1e3 }));
}
function barsOf2(passport, now) {
  const { run } = passport, zero = Date.parse(run.started ?? ""), end = Date.parse(run.ended ?? "") || now;
  if (Number.isNaN(zero)) return [];
  const after2 = (text4) => (Date.parse(text4) - zero) / 1e3;
  const lasers = passport.lasers.map((l) => ({ label: l.device, kind: "beam", spans: l.spans.map((s) => [after2(s.from), after2(s.until)]) }));
  const valves = /* @__PURE__ */ new Map();
  for (const m of passport.valves) {
    const name3 = m.point === "open" ? m.device : `${m.device}.${m.point}`;
    if (!valves.has(name3)) valves.set(name3, []);
    valves.get(name3).push(m);
  }
  const bars = [...valves].sort(([a], [b]) => a.localeCompare(b, void 0, { numeric: true })).map(([label2, moves]) => ({ label: label2, spans: opened(moves, after2, (end - zero) / 1e3) }));
  return [...lasers, ...bars].slice(0, 14);
}
function opened(moves, after2, end) {
  const spans = [];
  let since = moves[0].open === false ? 0 : null;
  for (const m of moves) {
    const t = after2(m.timestamp);
    if (m.open === true) since ??= t;
    else if (since != null) {
      spans.push([since, t]);
      since = null;
    }
  }
  if (since != null) spans.push([since, end]);
  return spans;
}

// js/usualplot.js
var WIDTH = 240;
var HEIGHT = 18;
var ROOM4 = 6;
function usualPlot(usual3, units) {
  const rows2 = usual3.map((u) => h(
    "tr",
    { data: { measure: u.name, usual: u.usual ? "yes" : "no" } },
    h("th", { scope: "row" }, u.name),
    h("td", { class: "number own" }, said(u.value, u.unit, units)),
    h("td", { class: "number dim" }, said(u.low, u.unit, units)),
    h("td", {}, dots(u)),
    h("td", { class: "number dim" }, said(u.high, u.unit, units))
  ));
  return h("table", {}, h("thead", {}, h("tr", {}, ["", "this run", "lowest", "", "highest"].map((t, i) => h("th", { scope: "col", class: i ? "number" : "" }, t)))), h("tbody", {}, rows2));
}
function said(v, unit, units) {
  if (unit === "seconds") return lasted(v);
  const how = reading(unit === "percent_seconds" ? "" : unit, units);
  return `${number(v * how.factor)} ${unit === "percent_seconds" ? "% s" : how.label}`.trim();
}
function dots(u) {
  const low = Math.min(u.low, u.value), high = Math.max(u.high, u.value);
  const log2 = u.unit === "pascals" && low > 0, of = (v) => log2 ? Math.log(v) : v;
  const x = (v) => ROOM4 + (of(v) - of(low)) / (of(high) - of(low) || 1) * (WIDTH - 2 * ROOM4);
  return svg(
    "svg",
    { width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": u.usual ? "within the others" : "outside of the others" },
    svg("line", { x1: ROOM4, x2: WIDTH - ROOM4, y1: HEIGHT / 2, y2: HEIGHT / 2, class: "grid" }),
    ...u.others.map((v, i) => svg("circle", { cx: x(v), cy: HEIGHT / 2 + i * 7 % 5 - 2, r: 2.6, class: "other" })),
    svg("circle", { cx: x(u.value), cy: HEIGHT / 2, r: 4.6, class: u.usual ? "own" : "own odd" })
  );
}

// js/passport.js
function passportPage(app2, host, choose) {
  const { store: store2, route: route2 } = app2;
  let shown3 = "", drawn = null;
  async function show2(run, all2) {
    if (!run) return blank("No run is chosen, and none is known.");
    const over2 = route2.params.get("over") ?? "";
    const key = [run.source, run.id, run.state, run.faults, run.phases?.length, over2, store2.units].join("|");
    if (key === shown3 && run.state !== "running") return;
    const again = shown3.startsWith(`${run.source}|${run.id}|`);
    shown3 = key;
    if (!again) blank(`Reading what happened during ${nameOf2({ name: run.name ?? run.id })} …`);
    try {
      const [own, other2] = await Promise.all([load(run.id, run.source), over2 && over2 !== run.id ? load(over2, run.source) : null]);
      if (key !== shown3) return;
      draw(own, other2, all2);
    } catch (error) {
      if (key !== shown3) return;
      shown3 = "";
      blank(error.status === 404 ? `No run ${nameOf2({ name: run.id })} is held here: runs go back 7 days, and on an agent as far as its memory.` : `The passport is not known: ${error.message}`);
    }
  }
  async function load(id, source) {
    const params = source ? `?source=${encodeURIComponent(source)}` : "";
    const passport = await getJSON(`runs/${encodeURIComponent(id)}${params}`, { timeout: 6e4 });
    return { passport, curves: await curvesOf(passport, store2) };
  }
  function blank(text4) {
    drawn = null;
    host.removeAttribute("data-run");
    fill(host, h("p", { class: "empty" }, text4));
  }
  function draw(own, other2, all2) {
    drawn = { own, other: other2 };
    const { passport } = own, { run } = passport;
    host.removeAttribute("data-trip");
    host.dataset.run = run.id;
    const plot = h("div", { class: "run-plot" });
    fill(host, head(own, other2, all2), plot, body2(passport, other2?.passport, store2.units), usual2(passport, store2.units), links(run));
    drawPlot(plot);
  }
  function drawPlot(plot) {
    const { own, other: other2 } = drawn, from = 0, to = Math.max(length(own.passport, store2.now()), other2 ? length(other2.passport, store2.now()) : 0, 1);
    const panel2 = { unit: own.curves.unit, log: true, curves: [...(other2?.curves.list ?? []).map((c) => ({ ...c, grey: true })), ...own.curves.list] };
    fill(plot, timePlot({ from, to, phases: phasesOf(own.passport, store2.now()), panels: [panel2], bars: barsOf2(own.passport, store2.now()), label: `Pressures, laser and valves during ${nameOf2(own.passport.run)}` }, plot.clientWidth || 740));
    if (own.curves.list.length) plot.prepend(h("p", { class: "legend" }, own.curves.list.map((c, i) => h("span", { class: "entry", "data-ink": i + (other2?.curves.list.length ?? 0) }, c.label)), other2 && h("span", { class: "entry grey" }, `grey: ${nameOf2(other2.passport.run)}`)));
  }
  function head({ passport }, other2, all2) {
    const { run } = passport, s = runState(run);
    const alike = all2.filter((r) => r.id !== run.id && r.source === run.source && r.started).sort((a, b) => (b.kind === run.kind) - (a.kind === run.kind));
    const select2 = h(
      "select",
      { "aria-label": "Lay over another run", id: "run-over", onchange: () => choose({ over: select2.value }) },
      h("option", { value: "" }, "Compare…"),
      alike.slice(0, 100).map((r) => h("option", { value: r.id }, [nameOf2(r), r.kind].filter(Boolean).join(" · ")))
    );
    select2.value = other2 ? other2.passport.run.id : "";
    return h(
      "header",
      {},
      h(
        "div",
        { class: "line" },
        h("h2", { title: run.id }, nameOf2(run)),
        h("span", { class: "run-state", data: { mark: s.mark }, title: s.title || null }, s.text + (run.faults ? ` · ${run.faults} ${run.faults === 1 ? "fault" : "faults"}` : run.state === "ended" ? ", no faults" : "")),
        h(
          "div",
          { class: "end" },
          select2,
          h("button", { data: { act: "print" }, onclick: () => print() }, "Print"),
          h("button", { data: { act: "json" }, onclick: () => save2(passport) }, "JSON")
        )
      ),
      h("p", { class: "dim" }, [run.kind, run.sample, run.queue && `queue ${run.queue}`, run.spectrometer, run.source].filter(Boolean).join(" · ")),
      h("p", { class: "dim" }, [spanWords(run), lasted(run.duration), run.why, run.restarts && `the agent started again ${run.restarts} times: there the readings have gaps`, passport.truncated && "there is more than is shown"].filter(Boolean).join(" · "))
    );
  }
  function links(run) {
    const from = new Date(Date.parse(run.started ?? run.ended)), to = new Date(Date.parse(run.ended ?? "") || store2.now());
    if (Number.isNaN(from.getTime())) return null;
    const range = `since=${from.toISOString()}&until=${to.toISOString()}`, log2 = document.getElementById("view-log") ? "log" : "events";
    return h("p", { class: "links" }, h("a", { href: `#/${log2}?${range}` }, "what the log has of it"), h("a", { href: `#/plots?${range}` }, "show on the plot"));
  }
  const leave = () => {
    shown3 = "";
    drawn = null;
  };
  return { show: (run, all2) => {
    show2(run, all2);
  }, leave, resize: () => drawn && host.querySelector(".run-plot") && drawPlot(host.querySelector(".run-plot")) };
}
var length = (passport, now) => (Date.parse(passport.run.ended ?? "") - Date.parse(passport.run.started ?? "")) / 1e3 || (now - Date.parse(passport.run.started ?? "")) / 1e3 || 0;
function save2(passport) {
  download(new Blob([JSON.stringify(passport, null, 1)], { type: "application/json" }), `run-${nameOf2(passport.run).replace(/[^\w.-]+/g, "_")}.json`);
}
function body2(p, other2, units) {
  const beside3 = (list, same, value) => {
    const found2 = list && list.find(same);
    return found2 ? value(found2) : "";
  };
  const pressure2 = (v, bound) => {
    const d = display(v, "pascals", units, bound);
    return v == null ? "not known" : `${d.text} ${d.unit}`;
  };
  const phases = p.run.phases.map((x) => fact3(x.name, lasted(x.duration) || (x.ended ? "" : "goes on"), beside3(other2?.run.phases, (o) => o.name === x.name, (o) => lasted(o.duration)) || (x.status && x.status !== "success" ? x.status : "")));
  const done = p.run.operations.map((o) => fact3(o.name, lasted(o.duration) || "not timed", o.status === "success" ? "" : o.status));
  const valves = p.valves.slice(0, 40).map((m) => h("tr", { title: m.by ? `by ${m.by}` : null }, h("th", { scope: "row", class: "device" }, m.point === "open" ? m.device : `${m.device}.${m.point}`), h("td", {}, movement(m)), h("td", { class: "number" }, clock(Date.parse(m.timestamp))), h("td", { class: "number" }, m.took_milliseconds == null ? "" : `${Math.round(m.took_milliseconds)} ms`)));
  const lasers = p.lasers.flatMap((l) => [
    fact3(`${l.device} on`, lasted(l.on)),
    fact3("power while on", l.mean == null ? "not known" : power(l.mean, l.power_in), l.max == null ? "" : `at most ${power(l.max, l.power_in)}`),
    fact3("energy", l.energy == null ? "not known" : power(l.energy, l.unit), l.unknown > 0.5 ? `without ${lasted(l.unknown)} of unknown power` : beside3(other2?.lasers, (o) => o.device === l.device && o.energy != null, (o) => power(o.energy, o.unit)))
  ]);
  const plain4 = (v) => v == null ? "not known" : display(v, "pascals", units).text;
  const gauges = p.pressures.map((g) => h("tr", {}, h("th", { scope: "row" }, breakable(`${g.device}.${g.point}`)), h("td", { class: "number" }, plain4(g.before)), h("td", { class: "number" }, plain4(g.max))));
  const inlets = p.inlets.slice(0, 12).map((i) => fact3(`${i.point} at ${i.device} open`, pressure2(i.value)));
  const rises = p.static.flatMap((s) => s.rises.map((r) => ({ ...s, ...r }))).sort((a, b) => b.seconds - a.seconds).slice(0, 4);
  const still = p.static.length ? [fact3("longest without a movement", lasted(Math.max(...p.static.map((s) => s.seconds))))] : [];
  const heat = p.temperatures.map((t) => fact3(`${t.device}.${t.point}`, t.max == null ? "not known" : `${t.max.toFixed(1)} °C`, t.min == null ? "" : `from ${t.min.toFixed(1)}`));
  const faulty = p.faults.slice(0, 20).map((f) => h("tr", {}, h("th", { scope: "row", class: "time" }, clock(Date.parse(f.timestamp), false)), h("td", { colspan: 2 }, [f.kind === "lifecycle" ? plainName(f.about) : `${f.kind}: ${f.about}`, f.status].filter(Boolean).join(" · "))));
  return h(
    "div",
    { class: "columns facts" },
    facts3("Phases", [...phases, ...done], "no phase was posted"),
    facts3("Faults and refusals", faulty),
    facts3("Valves, as verified", valves, "no valve moved"),
    facts3("Laser", lasers, "no laser is known"),
    facts3(`Pressures, ${display(1, "pascals", units).unit}: before, highest`, gauges, "no pressure is known"),
    inlets.length ? facts3("Inlet pressures", inlets) : null,
    facts3("Static", [...still, ...rises.map((r) => fact3(`${r.point} rose`, `${pressure2(r.pascals_per_second)}/s`, `in ${lasted(r.seconds)}`))], "no valve moved: not known"),
    heat.length ? facts3("Temperatures, highest", heat) : null
  );
}
var breakable = (name3) => name3.split(/(?<=[._])/).flatMap((part2) => [part2, h("wbr")]);
function power(v, unit) {
  const words = { joules: "J", percent_seconds: "% s", watts: "W", percent: "%" };
  return `${Number(v.toPrecision(4))} ${words[unit] ?? unit}`;
}
function usual2(passport, units) {
  return h("section", { class: "usual" }, h("h3", {}, "Is it usual?"), h("p", {}, usualWords(passport)), passport.usual?.length ? usualPlot(passport.usual, units) : null);
}

// js/tripview.js
var FIRST = 6;
var MOST7 = 400;
function tripPage(app2, host) {
  const { store: store2 } = app2;
  let shown3 = "", trip3 = null, chosen2 = /* @__PURE__ */ new Set(), asked = null;
  async function show2(box, id, of) {
    if (!box) return blank(`No black box ${id} is held here: an agent keeps the last 16 in memory, a viewer 100 of each agent.`);
    asked = box.causes.find((c) => c.id === id) ?? box.causes[0];
    const key = [box.source, box.id, asked.id, box.recording, box.causes.length, store2.units].join("|");
    if (key === shown3 && host.dataset.trip === box.id) return;
    shown3 = key;
    host.removeAttribute("data-run");
    if (host.dataset.trip !== box.id) blank("Reading what happened …");
    try {
      const got = await getJSON(`trips/${encodeURIComponent(box.id)}${box.source ? `?source=${encodeURIComponent(box.source)}` : ""}`, { timeout: 6e4 });
      if (key !== shown3) return;
      if (trip3?.id !== got.id) chosen2 = new Set(first(got).map(keyOf4));
      trip3 = got;
      draw();
    } catch (error) {
      if (key === shown3) blank(`What was around it is not known: ${error.message}`);
    }
  }
  function blank(text4) {
    trip3 = null;
    host.removeAttribute("data-trip");
    host.removeAttribute("data-run");
    fill(host, h("p", { class: "empty" }, text4));
  }
  function draw() {
    host.dataset.trip = trip3.id;
    const plot = h("div", { class: "run-plot" });
    const picks = h("details", {}, h("summary", {}, `${trip3.series.length} points`), h("div", { class: "picks" }, trip3.series.map((s) => pick(s, plot))));
    fill(host, head(), picks, plot, h("div", { class: "columns two" }, log(app2, trip3), exchanges2(trip3)));
    drawPlot(plot);
  }
  function head() {
    const at2 = Date.parse(trip3.timestamp);
    return h(
      "header",
      {},
      h(
        "div",
        { class: "line" },
        h("h2", {}, causeWords(asked)),
        h("span", { class: "dim" }, trip3.source),
        h("div", { class: "end" }, h("button", { data: { act: "print" }, onclick: () => print() }, "Print"), h("button", { data: { act: "json" }, onclick: save3 }, "JSON"))
      ),
      h("p", { class: "dim" }, [
        `${day(at2)}, ${clock(Date.parse(asked.timestamp))}`,
        `from ${clock(Date.parse(trip3.from), false)} to ${clock(Date.parse(trip3.until), false)}`,
        trip3.recording ? "it goes on" : trip3.complete ? "complete" : `not complete: ${trip3.why}`,
        trip3.thinned > 1 && `of ${trip3.thinned} readings of a point one is here`
      ].filter(Boolean).join(" · ")),
      trip3.causes.length > 1 && h("ul", { class: "causes" }, trip3.causes.map((c) => h("li", {}, `${clock(Date.parse(c.timestamp))} ${causeWords(c)} · ${c.status}`)))
    );
  }
  function pick(s, plot) {
    const key = keyOf4(s);
    const box = h("input", { type: "checkbox", value: key, onchange: () => {
      box.checked ? chosen2.add(key) : chosen2.delete(key);
      drawPlot(plot);
    } });
    box.checked = chosen2.has(key);
    return h("label", {}, box, key);
  }
  function drawPlot(plot) {
    const at2 = Date.parse(trip3.timestamp), from = (Date.parse(trip3.from) - at2) / 1e3, to = (Date.parse(trip3.until) - at2) / 1e3;
    const shownSeries = trip3.series.filter((s) => chosen2.has(keyOf4(s)));
    const flags = shownSeries.filter(isFlag), units = /* @__PURE__ */ new Map();
    for (const s of shownSeries.filter((x) => !isFlag(x))) {
      const how = reading(s.unit, store2.units);
      if (!units.has(how.label)) units.set(how.label, { unit: how.label, log: how.log, curves: [] });
      units.get(how.label).curves.push({ label: keyOf4(s), t: s.t.map((t) => t / 1e3), v: s.v.map((v) => convert(v, s.unit, store2.units)), step: true });
    }
    const panels = [...units.values()];
    const bars = flags.map((s) => ({ label: s.point === "open" || s.point === "enabled" ? s.device : `${s.device} ${s.point === "commanded" ? "told" : plainName(s.point)}`, kind: s.point === "enabled" ? "beam" : "", spans: onSpans(s, to) }));
    const marks = trip3.causes.map((c, i) => ({ t: (Date.parse(c.timestamp) - at2) / 1e3, text: causeWords(c), kind: c.kind === "trip" ? "bad" : "warn", word: c.id === asked.id ? causeWords(c) : "" }));
    fill(
      plot,
      h("p", { class: "legend" }, panels.flatMap((p) => p.curves.map((c, i) => h("span", { class: "entry", "data-ink": i % 5 }, `${c.label}, ${p.unit}`)))),
      timePlot({ from, to, phases: [], panels, bars, marks, label: `What was read around ${causeWords(asked)}` }, plot.clientWidth || 740)
    );
  }
  function save3() {
    download(new Blob([JSON.stringify(trip3)], { type: "application/json" }), `black-box-${trip3.id.replace(/[^\w.-]+/g, "_")}.json`);
  }
  const leave = () => {
    shown3 = "";
  };
  return { show: show2, leave };
}
var keyOf4 = (s) => `${s.device}.${s.point}`;
var isFlag = (s) => s.unit === "" && s.v.every((v) => v == null || v === 0 || v === 1);
function first(trip3) {
  const words = trip3.causes.map((c) => `${c.about} ${c.note}`).join(" ");
  const changed = (s) => s.v.some((v) => v !== s.v[0]);
  const rank3 = (s) => (words.includes(s.device) ? 4 : 0) + (s.unit === "pascals" ? 2 : 0) + (changed(s) ? 1 : 0);
  return [...trip3.series].filter((s) => rank3(s) > 0).sort((a, b) => rank3(b) - rank3(a)).slice(0, FIRST);
}
function onSpans(s, end) {
  const spans = [];
  let since = null;
  s.v.forEach((v, i) => {
    if (v === 1) since ??= s.t[i] / 1e3;
    else if (since != null) {
      spans.push([since, s.t[i] / 1e3]);
      since = null;
    }
  });
  if (since != null) spans.push([since, end]);
  return spans;
}
function log(app2, trip3) {
  const causes = new Set(trip3.causes.map((c) => c.id));
  const rows2 = trip3.events.filter(telling).slice(-MOST7).map((e) => {
    const s = app2.sentence(e);
    const line3 = h("li", {}, h("time", {}, clock(Date.parse(e.timestamp))), h("span", {}, h("b", {}, s.what), s.more && ` · ${s.more}`));
    setAttr(line3, "data-cause", causes.has(`${e.boot}.${e.lane}.${e.seq}`) ? "yes" : null);
    return line3;
  });
  return h("section", {}, h("h3", {}, `Log · ${rows2.length} entries`), rows2.length ? h("ol", { class: "box-log" }, rows2) : h("p", { class: "dim" }, "nothing was recorded"));
}
function exchanges2(trip3) {
  const rows2 = trip3.exchanges.slice(-MOST7).map((x) => h("li", {}, h("time", {}, clock(Date.parse(x.timestamp))), h("span", {}, h("b", {}, x.device), ` → ${x.request_text}  ← ${x.reply_text || x.error}`)));
  return h("section", {}, h("h3", {}, `Exchanges on the lines · ${rows2.length}`), rows2.length ? h("ol", { class: "box-log mono" }, rows2) : h("p", { class: "dim" }, "none"));
}

// js/runs.js
var EVERY3 = 2e4;
function runsView(app2) {
  const { store: store2, route: route2 } = app2;
  let found2 = { runs: [], operations: [], more: false }, boxes = [], asked = 0, due = 0, failed2 = "";
  const list = runList(app2, choose);
  const sheet3 = h("article", { class: "panel passport", "aria-live": "off" });
  const passport = passportPage(app2, sheet3, choose), box = tripPage(app2, sheet3);
  fill(byId("view-runs"), list.node, sheet3);
  const inView = () => route2.view === "runs";
  const query2 = (path) => store2.source ? `${path}?source=${encodeURIComponent(store2.source)}` : path;
  async function load() {
    const mine = ++asked;
    due = Date.now() + EVERY3;
    try {
      const [runs, trips] = await Promise.all([getJSON(query2("runs"), { timeout: 3e4 }), getJSON(query2("trips"))]);
      if (mine !== asked) return;
      [found2, boxes, failed2] = [runs, trips, ""];
    } catch (error) {
      if (mine !== asked) return;
      failed2 = `The list is not known: ${error.message}`;
    }
    show2();
  }
  function show2() {
    if (!inView()) return;
    const params = route2.params, of = params.get("of") ?? "", kept = params.has("trip") ? boxOf(boxes, params.get("trip"), of) : null;
    const cause = kept?.causes.findLast((c) => c.about === params.get("trip"));
    if (cause) {
      params.set("trip", cause.id);
      route2.put(params);
    }
    list.show(found2, boxes, failed2);
    if (params.has("trip")) {
      passport.leave();
      return void box.show(kept, params.get("trip"), of);
    }
    box.leave();
    const run = pick(params.get("run"), of);
    passport.show(run, found2.runs);
  }
  function pick(id, of) {
    if (id) return found2.runs.find((r) => r.id === id && (!of || r.source === of)) ?? found2.runs.find((r) => r.name === id && (!of || r.source === of)) ?? { id, source: of, missing: true };
    return found2.runs.find((r) => r.state === "running") ?? found2.runs[0] ?? null;
  }
  function choose(change) {
    const params = new URLSearchParams(route2.params);
    for (const [key, value] of Object.entries(change)) value ? params.set(key, value) : params.delete(key);
    route2.put(params);
    show2();
  }
  store2.on("events", (fresh3) => {
    if (!fresh3.some((e) => e.lane === "ingest" || e.kind === "trip" || e.kind === "failure")) return;
    due = Math.min(due, Date.now() + 700);
  });
  store2.on("source", () => {
    found2 = { runs: [], operations: [], more: false };
    boxes = [];
    due = 0;
  });
  store2.on("units", show2);
  store2.on("status", () => inView() && (Date.now() >= due ? load() : list.tick(store2.now())));
  addEventListener("resize", () => inView() && passport.resize());
  return { show: () => {
    show2();
    if (Date.now() >= due) load();
  } };
}
function boxOf(boxes, trip3, of) {
  const own = boxes.filter((b) => !of || b.source === of);
  return own.find((b) => b.causes.some((c) => c.id === trip3)) ?? own.find((b) => b.causes.some((c) => c.about === trip3)) ?? null;
}

// js/runprogress.js
var AFTER = 1500;
var BETWEEN = 1e4;
var RunProgress = class {
  constructor(store2, onData) {
    Object.assign(this, { store: store2, onData, found: [], due: 0, asked: -Infinity });
    store2.on("status", () => Date.now() >= Math.max(this.due, this.asked + BETWEEN) && this.#ask());
    store2.on("events", (fresh3) => this.#heard(fresh3));
    store2.on("source", () => Object.assign(this, { found: [], due: 0, asked: -Infinity }));
  }
  #heard(fresh3) {
    const told2 = fresh3.filter((e) => ofRuns(e) && /^(run|queue)_|_(started|completed)/.test(e.metric_name.replace(/^pychron_/, "")));
    if (told2.length) this.due = Math.min(this.due, Date.now() + AFTER);
    const over2 = new Set(told2.filter((e) => /^(pychron_)?run_completed/.test(e.metric_name)).map((e) => `${e.source}/${e.labels?.run_id}`));
    if (over2.size) this.found = this.found.filter((r) => !over2.has(`${r.source}/${r.id}`));
  }
  async #ask() {
    const { source } = this.store, params = new URLSearchParams({ state: "running", limit: "20", ...source && { source } });
    [this.asked, this.due] = [Date.now(), Infinity];
    try {
      const { runs } = await getJSON(`runs?${params}`, { timeout: 3e4 });
      if (source !== this.store.source) return;
      this.found = runs;
      this.onData();
    } catch {
      this.due = Date.now() + 3 * BETWEEN;
    }
  }
};

// js/strip.js
var LIVE = { live: "live", polling: "live, asking", crowded: "too many pages", broken: "events delayed" };
var CROWDED2 = "Too many pages are open: this one asks every 2 seconds. Close the others.";
var FIRST2 = 2;
function strip(app2) {
  const { store: store2 } = app2;
  let runs = [], marks = /* @__PURE__ */ new Map();
  const draw = () => {
    if (!store2.status) return;
    drawLasers(app2);
    drawKeys(app2, marks);
    drawRun(app2, runs);
    drawHalt(app2);
  };
  const runsFrom = () => {
    runs = joinedRuns(runsNow(store2.log.events.filter((e) => !store2.source || e.source === store2.source), store2.now()), known.found);
    drawRun(app2, runs);
  };
  const known = new RunProgress(store2, runsFrom);
  app2.runs = () => runs;
  store2.on("status", (status) => {
    if (!status) return;
    marks = abnormal(status);
    draw();
  });
  store2.on("events", (fresh3) => {
    if (!fresh3.length || fresh3.some(ofRuns)) runsFrom();
  });
  for (const topic of ["units", "lost"]) store2.on(topic, draw);
  store2.on("source", () => {
    runs = [];
    for (const id of ["lasers", "keys"]) sync(byId(id), [], () => "", null);
  });
  store2.on("tick", () => tick(app2));
}
function connection2(store2) {
  if (store2.lost) return { state: "lost", text: "no connection" };
  if (!store2.status) return { state: "wait", text: "connecting" };
  return { state: store2.streaming, text: LIVE[store2.streaming], title: store2.streaming === "crowded" ? CROWDED2 : null };
}
function tick(app2) {
  const { store: store2 } = app2, now = store2.now(), time3 = byId("clock"), live2 = byId("live"), how = connection2(store2);
  setText(time3, store2.lost ? "" : clock(now, false));
  setAttr(time3, "title", utc(now));
  setAttr(live2, "data-state", how.state);
  setAttr(live2, "title", how.title);
  setText(live2, how.text);
  setText(byId("fresh"), store2.status && !store2.lost ? `${store2.sinceStatus().toFixed(1)} s` : "");
  setAttr(document.body, "data-lost", store2.lost ? "yes" : null);
  byId("lost").hidden = !store2.lost;
  if (store2.status) drawLasers(app2);
  if (!store2.lost) return;
  document.title = "⚠ no connection · pychron-edge";
  setText(byId("lost-since"), when(store2.lostSince, store2.now()));
  setAttr(byId("lost-since"), "title", utc(store2.lostSince));
  setText(byId("lost-why"), `${span(store2.sinceStatus())} · ${store2.problem || "no answer"}`);
}
var everywhere2 = (store2) => store2.status.role === "viewer" && !store2.source;
function drawLasers(app2) {
  const { store: store2 } = app2, status = store2.status;
  const at2 = { now: store2.now(), lost: store2.lost, units: store2.units };
  const lasers = (status.devices ?? []).filter(isLaser);
  if (everywhere2(store2)) return sync(byId("lasers"), lasers.length ? [laserCounts(lasers, () => at2)] : [], () => "all", () => allLasers(app2));
  sync(byId("lasers"), lasers, (d) => `${d.source}/${d.name}`, (d) => laserCell(app2, d));
}
function laserCell(app2, first2) {
  let device = first2;
  const { store: store2 } = app2;
  const small = h("p", { class: "small" }), big = h("b", { class: "word" }), bar2 = h("i"), left = h("span", { class: "left" }, bar2);
  const off = h("button", { class: "disable", data: { act: "disable", right: "command" }, onclick: () => {
    const control = device.controls?.find((c) => c.control === "enabled");
    if (control) app2.commands.set(device, control, control.idle);
  } }, "Disable");
  const open2 = h("a", { class: "over", href: `#/instruments?d=${encodeURIComponent(first2.name)}`, "aria-label": `${first2.name}: open its sheet` });
  const node = h("div", { class: "cell laser", data: { laser: first2.name } }, open2, small, h("p", { class: "big" }, big), left, off);
  const update = (now) => {
    device = now;
    const s = laserNow(device, { now: store2.now(), lost: store2.lost, units: store2.units });
    setAttr(node, "data-state", s.state);
    setText(small, `${label(device)}${s.note ? ` · ${s.note}` : ""}`);
    setAttr(small, "title", small.textContent);
    setText(big, s.word);
    const part2 = s.left !== null && device.max_on ? s.left / device.max_on : 0;
    left.hidden = !part2 || s.state === "off";
    bar2.style.width = `${100 * part2}%`;
    off.hidden = !device.controls?.some((c) => c.control === "enabled" && c.enabled);
    setAttr(off, "aria-label", `disable ${device.name}`);
  };
  return { node, update };
}
var label = (device) => /laser/i.test(device.name) ? device.name : `laser ${device.name}`;
function allLasers() {
  const big = h("b"), more2 = h("i");
  const node = h("div", { class: "cell laser" }, h("p", { class: "small" }, "lasers"), h("p", { class: "big" }, big, more2));
  const update = ({ on, off, unknown }) => {
    setAttr(node, "data-state", on ? "on" : unknown ? "unknown" : "off");
    setText(big, on ? `${on} ON · ${off} off` : `${off} off`);
    setText(more2, unknown ? `${unknown} not known` : "");
  };
  return { node, update };
}
function keyPoints(status) {
  const all2 = (status.devices ?? []).flatMap((device) => (device.points ?? []).filter((p) => p.unit === "pascals").map((point2) => ({ device, point: point2 })));
  if (!status.key?.length) return all2.filter(({ device }) => device.model !== "derived").slice(0, FIRST2);
  const any = (status.devices ?? []).flatMap((device) => (device.points ?? []).map((point2) => ({ device, point: point2 })));
  return status.key.map((name3) => any.find(({ device, point: point2 }) => `${device.name}.${point2.point}` === name3)).filter(Boolean);
}
function drawKeys(app2, marks) {
  const { store: store2 } = app2;
  if (everywhere2(store2)) return sync(byId("keys"), [agentCounts(store2.status), eventCounts(store2.status)].map((x) => store2.lost ? unknownCell(x) : x), (x) => x.small, () => plainCell());
  const bounds = limits(store2.status);
  const points3 = keyPoints(store2.status).map((x) => {
    const key = pointKey(x.device.source, x.device.name, x.point.point);
    return { ...x, key, mark: marks.get(key), limits: bounds.get(key) ?? [] };
  });
  sync(byId("keys"), points3, (x) => x.key, (x) => keyCell(app2, x));
}
function agentCounts(status) {
  const all2 = status.sources ?? [], live2 = all2.filter((s) => s.state === "online").length;
  return { small: "agents", big: `${live2} of ${all2.length}`, more: "live", look: live2 < all2.length ? "bad" : null };
}
function eventCounts(status) {
  const waiting = Object.values(status.uplink?.lag ?? {}).reduce((a, b) => a + b, 0);
  return { small: "store", big: status.uplink?.connected ? `${waiting} behind` : "not connected", more: "", look: status.uplink?.connected ? null : "bad" };
}
function plainCell() {
  const small = h("p", { class: "small" }), big = h("b"), more2 = h("i");
  const node = h("div", { class: "cell key plain" }, small, h("p", { class: "big" }, big, more2));
  const update = (x) => {
    setText(small, x.small);
    setText(big, x.big);
    setText(more2, x.more);
    setAttr(node, "data-state", x.state);
    setAttr(node, "data-look", x.look);
  };
  return { node, update };
}
var unknownCell = (x) => ({ ...x, big: "–", more: "not known", look: null, state: "unknown" });
function keyCell(app2, first2) {
  const { store: store2 } = app2;
  const called = h("span"), more2 = h("span", { data: { unit: "yes" } }), small = h("p", { class: "small" }, called, more2), big = h("b", { class: "num" }), before = h("i", { class: "was" }), beside3 = h("i", { class: "unit" }), spark = sparkline();
  const open2 = h("a", { class: "over", href: `#/plots?s=${encodeURIComponent(first2.key)}` });
  const node = h("div", { class: "cell key", data: { key: first2.key } }, open2, small, h("p", { class: "big" }, big, before, beside3), spark.node);
  const update = ({ device, point: point2, key, mark: mark3, limits: bounds }) => {
    const s = pointState(device, point2, store2.units, store2.sinceStatus());
    const known = s.state === "live" && !store2.lost;
    const name3 = point2.description || `${device.name} ${point2.point}`;
    const unit = reading(point2.unit, store2.units).label;
    if (point2.description) setText(called, name3);
    else setName(called, name3, " ");
    const was = known ? null : s.was;
    setText(more2, ` · ${unit}`);
    setText(before, was ? `was ${was.text}` : "");
    setText(beside3, unit);
    setAttr(small, "title", `${name3}: ${device.name}.${point2.point}`);
    setText(big, known ? s.text : "–");
    setAttr(node, "data-state", known ? "live" : "unknown");
    setAttr(node, "data-look", known ? mark3?.look : null);
    setAttr(open2, "aria-label", `${name3}: ${known ? `${s.text} ${unit}` : "not known"}${was ? `, was ${was.text}` : ""}${mark3 ? `, ${mark3.name}` : ""}. Plot`);
    spark.draw(store2.trend.recent(key), store2.now() / 1e3, reading(point2.unit).log, known ? "live" : "old", bounds);
  };
  return { node, update };
}
function drawRun(app2, runs) {
  const { store: store2 } = app2;
  if (!store2.status) return;
  const cell3 = byId("run"), words = everywhere2(store2) ? fleetRuns(runs, store2.lost, heard(store2.status)) : runWords(runs, store2.now(), store2.lost || unheard(store2));
  setText(cell3.querySelector(".small span"), words.title);
  setText(cell3.querySelector(".small .short"), words.short);
  setText(cell3.querySelector(".big .short"), words.brief ?? words.short);
  setText(cell3.querySelector("b"), words.big);
  setText(cell3.querySelector("i"), words.small);
  setAttr(cell3, "title", [words.title, words.big, words.small].filter(Boolean).join(" · "));
  setAttr(cell3, "data-state", words.unknown || store2.lost ? "unknown" : null);
  const bar2 = cell3.querySelector(".left");
  bar2.hidden = words.share == null;
  bar2.firstChild.style.width = `${100 * (words.share ?? 0)}%`;
}
var heard = (status) => new Set((status.sources ?? []).filter((s) => s.state === "online").map((s) => s.source));
var unheard = (store2) => store2.status.role === "viewer" && !heard(store2.status).has(store2.source);
function drawHalt(app2) {
  const { store: store2 } = app2, viewer = store2.status.role === "viewer";
  byId("halt").hidden = viewer;
  const link = byId("halt-elsewhere"), agent = (store2.status.sources ?? []).find((s) => s.source === store2.source);
  link.hidden = !viewer;
  setAttr(link, "href", agent?.http || null);
  setText(link, agent ? `HALT is at ${agent.source}` : "HALT is at each agent");
  setText(byId("halt").querySelector("small"), store2.lost ? "tries; not sure to arrive" : "lasers and furnaces; not the emergency stop");
}

// js/app.js
var LATE3 = 400;
var store = new Store();
var route = new Route();
var app = { store, route, commands: new Commands(store), sentence: (e) => sentence(e, store.units), openEvent: (e) => eventDialog(app, e) };
onDenied(askToken2);
store.setSource(route.source);
store.on("status", (status) => {
  if (!status) return;
  byId("tab-fleet").hidden = status.role !== "viewer";
  if (status.role === "viewer" && !store.source) route.setHome("fleet");
  else if (status.drawings?.some((d) => !d.loose)) route.setHome("line");
});
var views = {};
function frame() {
  header(app);
  strip(app);
  attentionRow(app);
  ear(app);
  keys(app);
}
function build() {
  Object.assign(views, {
    fleet: fleetView(app),
    line: lineView(app),
    instruments: instrumentsView(app),
    log: eventsView(app),
    plots: plotsView(app),
    runs: runsView(app),
    metrics: metricsView(app)
  });
  for (const tab of document.querySelectorAll("#views a[id]")) tab.hidden = !views[tab.id.slice(4)] || tab.id === "tab-fleet" && store.status?.role !== "viewer";
  route.on(show);
  show();
}
function show() {
  if (!views[route.view]) return route.go("instruments");
  for (const name3 of Object.keys(views)) {
    const on = name3 === route.view;
    byId(`view-${name3}`).hidden = !on;
    byId(`tab-${name3}`).setAttribute("aria-current", on ? "page" : "false");
  }
  document.body.dataset.view = route.view;
  store.setSource(route.source);
  views[route.view].show?.();
}
async function begin2() {
  setTheme(recall("theme"));
  frame();
  const answered = store.start();
  await Promise.race([answered, new Promise((late) => setTimeout(late, LATE3))]);
  await Promise.all([painted(), globalThis.styled]);
  build();
  store.restart();
  await painted();
  needPlots().catch(() => {
  });
}
begin2();
var harmless = /^ResizeObserver loop/;
addEventListener("error", (e) => harmless.test(e.message) || app.fail?.(e.message));
var ofTheNetwork = (e) => e instanceof ApiError || ["AbortError", "TimeoutError", "NetworkError"].includes(e?.name);
addEventListener("unhandledrejection", (e) => ofTheNetwork(e.reason) || app.fail?.(e.reason?.message ?? String(e.reason)));
