// Calls of the agent's or viewer's HTTP interface, with the person's token where there is one. All paths are relative, so
// that the page also works behind a proxy's prefix.

import { setToken, token } from "./prefs.js";

/** A call that was answered with an error, or (status 0) not answered at all. */
export class ApiError extends Error {
  constructor(status, message, body = {}) {
    super(message);
    this.status = status;
    this.body = body; // what else the answer said
  }
}

let askToken = async () => false;

/** Gives the page's way to ask the person for a token: ask(why) resolves to true when one was entered. */
export function onDenied(ask) {
  askToken = ask;
}

function headers(more) {
  const secret = token();
  return secret ? { ...more, "X-Pychron-Edge-Token": secret } : { ...more };
}

/** fetch with the token and a bound in milliseconds (0 = none); a network failure is an ApiError with status 0. */
export async function call(path, { method = "GET", head = {}, body, timeout = 8000, signal } = {}) {
  const signals = [signal, timeout ? AbortSignal.timeout(timeout) : null].filter(Boolean);
  try {
    return await fetch(path, {
      method, body, headers: headers(head), cache: "no-store", credentials: "same-origin",
      signal: signals.length ? AbortSignal.any(signals) : undefined,
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(0, cause.name === "TimeoutError" ? `no answer in ${timeout / 1000} s` : "no connection");
  }
}

async function failure(response) {
  const text = await response.text().catch(() => "");
  let message = text.slice(0, 300), body = {};
  try {
    body = JSON.parse(text);
    message = body.error ?? message;
  } catch {
    // not JSON: a proxy's page; its text is shown
  }
  return new ApiError(response.status, message || `answered ${response.status}`, body);
}

/** The JSON of a GET. */
export async function getJSON(path, options) {
  const response = await call(path, options);
  if (!response.ok) throw await failure(response);
  return response.json();
}

const AT_ONCE = 250; // events that are decoded before the page may paint

/**
 * Events of a GET /events, the cursor after them, and why there are not more ("" if there are none): {events, after, cut}. Thousands of them hold up no
 * frame: they come a line each, and are decoded a few at a time. base is where the page is, for a worker.
 */
export async function getEvents(params, { base = "", ...options } = {}) {
  const asked = new URLSearchParams(params);
  asked.set("format", "ndjson");
  const response = await call(`${base}events?${asked}`, options);
  if (!response.ok) throw await failure(response);
  const lines = (await response.text()).split("\n"), events = [];
  for (let i = 0; i < lines.length; i += AT_ONCE) {
    if (i && globalThis.document?.hidden === false) await new Promise((next) => setTimeout(next)); // where nobody sees it a pause lasts a second
    for (const line of lines.slice(i, i + AT_ONCE)) if (line) events.push(JSON.parse(line));
  }
  if (events.length && "cut" in events[0]) events.shift(); // the same is in the header
  return { events, after: response.headers.get("X-Pychron-Edge-After") ?? "", cut: response.headers.get("X-Pychron-Edge-Cut") ?? "" };
}

/** The text of a GET. */
export async function getText(path, options) {
  const response = await call(path, options);
  if (!response.ok) throw await failure(response);
  return response.text();
}

/** The response of a GET whose body is read as it comes. */
export async function getStream(path, options) {
  const response = await call(path, { timeout: 0, ...options });
  if (!response.ok) throw await failure(response);
  return response;
}

/** A writing call. Without the right it asks for a token once and tries once more: nothing was done the first time. */
export async function send(method, path, body, options = {}) {
  const request = {
    method, ...options,
    head: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  };
  let response = await call(path, request);
  if (response.status === 401 && token()) {
    setToken("", false); // one that nobody knows: without it one may still have the right, on the machine itself
    response = await call(path, request);
  }
  if ((response.status === 401 || response.status === 403) && !options.quiet) {
    const why = await failure(response);
    if (!(await askToken(why.message))) throw why;
    response = await call(path, request);
  }
  if (!response.ok) throw await failure(response);
  return response.json().catch(() => ({}));
}
