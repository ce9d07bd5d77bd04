// How the agent is connected and how full it is: what Pychron's pane shows, and more.

import { fill, h, safeLink, setAttr, setText, sync } from "./dom.js";
import { count, span, utc, when } from "./format.js";
import { panel } from "./panel.js";
import { confirm } from "./dialogs.js";

/** The connection panel. */
export function connection(app) {
  const list = h("dl", { class: "facts" });
  const rings = h("div", { class: "rings" });
  const capture = h("input", { id: "capture-toggle", type: "checkbox", role: "switch", onchange: () => setCapture(app, capture) });
  const links = h("p", { class: "links" });
  const toggle = h("label", { class: "switch" }, capture, "capture of metrics and readings");
  const p = panel("connection", "Connection", list, toggle, rings, links);
  function update(status) {
    const now = app.store.now();
    sync(list, facts(status, now, app.store), (f) => f.name, fact);
    toggle.hidden = status.role === "viewer"; // what is captured is decided at the bench
    const may = status.rights?.includes("admin") ?? true;
    setAttr(toggle, "title", may ? null : "needs a token with the right admin");
    if (!asking) capture.disabled = !may;
    if (!asking) capture.checked = status.capture;
    sync(rings, status.rings ?? [], (r) => r.lane, ring);
    const all = Object.entries(status.connection?.links ?? {});
    const made = JSON.stringify(all);
    if (links.dataset.made !== made) fill(links, all.map(([name, url]) => h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, name)));
    links.dataset.made = made;
  }
  return { node: p.node, update };
}

let asking = false; // a change of capture is on its way

async function setCapture(app, box) {
  const on = box.checked;
  asking = box.disabled = true;
  const sure = on || (await confirm("Switch capture off?", "Readings and metrics then make no events. Commands, refusals, failures, trips and alarms are never silenced.", "Switch off", false));
  if (sure) await app.commands.other("PUT", "capture", { enabled: on }, `capture is ${on ? "on" : "off"}`);
  asking = box.disabled = false;
  box.checked = app.store.status?.capture ?? !on;
}

function facts(status, now, store) {
  const c = status.connection ?? {}, up = status.uplink ?? {};
  const time = (text) => {
    const ms = Date.parse(text ?? "");
    return Number.isNaN(ms) ? { text: "none yet" } : { text: `${when(ms, now)} · ${span((now - ms) / 1000)} ago`, title: utc(ms) };
  };
  const totals = (status.rings ?? []).reduce((n, r) => n + (r.lane === "long" ? 0 : r.total ?? 0), 0); // the long ring has what was in the readings
  return [
    { name: "host", text: c.host }, { name: "port", text: String(c.port ?? "") }, { name: "namespace", text: c.namespace },
    { name: "metrics", text: c.metrics_url || "metrics", link: c.metrics_url || "metrics" },
    { name: "broker", text: up.broker || "none configured" },
    { name: "uplink", ...uplink(up, now) },
    { name: "clock", text: `${status.clock?.synchronised ? "synchronised" : "NOT synchronised"} · ${status.clock?.how || "unknown"} · offset ${(status.clock?.offset_seconds ?? 0).toFixed(3)} s` },
    { name: "events", text: `${count(totals)} in all` }, { name: "last-event", label: "last event", ...time(status.last_event) },
    { name: "uptime", text: span(status.uptime + store.sinceStatus()), title: `since ${utc(Date.parse(status.started))}` },
    { name: "version", text: status.version }, { name: "boot", text: status.boot },
    ...(status.services ?? []).map((s) => ({ name: `service-${s.service}`, label: s.service, text: `${HEALTH[s.health] ?? "unknown"}${s.text ? ` · ${s.text}` : ""}` })),
    ...(status.gaps ?? []).slice(-5).map((g) => ({ name: `gap-${g.source}-${g.lane}-${g.from}-${g.boot}`, label: "gap", text: `${g.source} ${g.lane} ${g.from}…${g.to || "unknown end"}${g.lost ? " · lost" : " · asked for again"}`, title: utc(Date.parse(g.timestamp)) })),
  ];
}

const HEALTH = ["unknown", "healthy", "degraded", "unavailable"];

function uplink(up, now) {
  if (!up.broker) return { text: "–" };
  const since = Date.parse(up.since ?? "");
  const lag = Object.entries(up.lag ?? {}).filter(([, n]) => n > 0).map(([lane, n]) => `${lane} ${count(n)}`).join(", ");
  const word = up.connected ? "connected" : `down${up.error ? `: ${up.error}` : ""}`;
  return { text: [word, Number.isNaN(since) ? "" : span((now - since) / 1000), lag ? `behind ${lag}` : "0 behind"].filter(Boolean).join(" · "), title: Number.isNaN(since) ? "" : utc(since) };
}

function fact(first) {
  const value = first.link ? h("a", { target: "_blank", rel: "noopener" }) : h("span");
  const node = h("div", {}, h("dt", {}, first.label ?? first.name), h("dd", {}, value));
  const update = (f) => {
    value.dataset.field = f.name;
    setText(value, f.text ?? "");
    setAttr(value, "title", f.title || null);
    if (f.link) setAttr(value, "href", safeLink(f.link));
  };
  return { node, update };
}

function ring(first) {
  const bar = h("meter", { min: "0", max: "1", "aria-label": `ring ${first.lane}` });
  const text = h("span", { class: "number" });
  const node = h("div", { class: "ring", data: { ring: first.lane } }, h("span", {}, first.lane), bar, text);
  const update = (r) => {
    bar.value = r.capacity ? r.events / r.capacity : 0;
    setText(text, `${count(r.events)} / ${count(r.capacity)}${r.overwritten ? ` · ${count(r.overwritten)} overwritten` : ""}`);
  };
  return { node, update };
}
