// The window of one device: what it is, how it is, all its points, and the last exchanges on its line.

import { fill, h } from "./dom.js";
import { clock, span, utc, when } from "./format.js";
import { getJSON } from "./api.js";
import { modal } from "./dialogs.js";
import { pointKey } from "./trend.js";
import { pointState, trouble } from "./state.js";

/** Opens the device's window. What it shows goes on living: it is drawn anew with every status, and says so when there is none. */
export function deviceDialog(app, first) {
  const { store } = app;
  let device = first;
  const now = h("div", { class: "stack" });
  const trace = h("div", { class: "trace" });
  const plot = h("button", { type: "button", onclick: () => { box.close(""); plotDevice(app, device ?? first); } }, "plot");
  const events = h("button", { type: "button", onclick: () => { box.close(""); app.route.go("log", new URLSearchParams({ device: first.name })); } }, "its events");
  const again = h("button", { type: "button", onclick: () => traceInto(trace, first.name, first.source && store.status?.role === "viewer" ? first.source : "") }, "last exchanges on its line");
  const content = h("div", {}, now, h("menu", {}, plot, events, again), trace);
  const draw = () => {
    device = store.status?.devices?.find((d) => d.name === first.name && d.source === first.source) ?? null;
    if (store.lost || !device) fill(now, h("p", { class: "bad big" }, store.lost ? `No connection since ${when(store.lostSince, store.now())}` : `${first.name} is no longer there`));
    else fill(now, fields(device, store), points(device, store));
  };
  const leave = ["status", "lost", "units"].map((topic) => store.on(topic, draw));
  const { box, done } = modal("dialog-device", `${first.name}${first.description ? ` · ${first.description}` : ""}`, content, { wide: true });
  done.then(() => leave.forEach((end) => end()));
  draw();
}

function fields(device, store) {
  const at = (text) => {
    const ms = Date.parse(text ?? "");
    return Number.isNaN(ms) ? "" : `${when(ms, store.now())} (${span((store.now() - ms) / 1000)}) · ${utc(ms)}`;
  };
  const all = {
    source: device.source, model: device.model, port: device.port, health: device.health,
    error: device.health === "healthy" ? "" : trouble(device), "in this state since": at(device.since), "last success": at(device.last_success),
    "polled every": device.every ? span(device.every) : "", control: device.read_only ? "read only" : "may be commanded",
    lock: device.lock ? `${device.lock.owner}: ${device.lock.reason || "no reason given"} since ${at(device.lock.since)}` : "",
    actuations: device.actuations || "", "beam seconds": device.beam_seconds || "",
  };
  return h("table", { class: "fields" }, h("tbody", {}, Object.entries(all).filter(([, v]) => v !== "" && v != null)
    .map(([k, v]) => h("tr", {}, h("th", { scope: "row" }, k), h("td", { data: { field: k } }, String(v))))));
}

function points(device, store) {
  const head = ["point", "value", "age", "metric", ""].map((t) => h("th", { scope: "col" }, t));
  const rows = (device.points ?? []).map((p) => {
    const s = pointState(device, p, store.units, store.sinceStatus());
    return h("tr", { data: { state: s.state } }, h("th", { scope: "row" }, p.point), h("td", { class: "number" }, s.text ? `${s.text} ${s.unit}` : s.old || "–"),
      h("td", { class: "number" }, span(s.age)), h("td", { class: "mono" }, p.metric), h("td", {}, [p.description, s.hint, s.reason].filter(Boolean).join(" · ")));
  });
  return h("table", { class: "points" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows));
}

function plotDevice(app, device) {
  const keys = (device.points ?? []).filter((p) => p.unit).map((p) => pointKey(device.source, device.name, p.point));
  app.route.go("plots", new URLSearchParams({ s: (keys.length ? keys : [pointKey(device.source, device.name, device.points?.[0]?.point ?? "")]).join(",") }));
}

/** Puts the last exchanges on a device's line into node. */
export async function traceInto(node, device, source = "") {
  fill(node, h("p", { class: "dim" }, "asking…"));
  try {
    const query = source ? `?source=${encodeURIComponent(source)}` : "";
    const list = await getJSON(`devices/${encodeURIComponent(device)}/trace${query}`);
    fill(node, list.length ? list.map(exchange) : h("p", { class: "dim" }, "nothing was exchanged yet"));
  } catch (error) {
    fill(node, h("p", { class: "bad" }, error.message));
  }
}

function exchange(x) {
  const ms = Date.parse(x.timestamp);
  return h("div", { class: x.error ? "swap bad" : "swap" },
    h("div", { class: "line" }, h("time", { title: utc(ms) }, clock(ms)), h("span", {}, x.device), h("span", { class: "number" }, `${(x.took * 1000).toFixed(1)} ms`)),
    h("pre", {}, `→ ${side(x.request, x.request_text)}\n← ${side(x.reply, x.reply_text)}${x.error ? `  (${x.error})` : ""}`));
}

// One side as hex digits, a space between bytes, and as text.
function side(hex, text) {
  return hex ? `${hex.replace(/(..)(?=.)/g, "$1 ")}   "${text}"` : "nothing";
}
