// The pressures of the last minutes on the bench, with what happened drawn on them.

import { h, setText } from "./dom.js";
import { Chart, ink } from "./chart.js";
import { Feed } from "./feed.js";
import { curves, extras, plottable } from "./curves.js";
import { panel } from "./panel.js";
import { eventDialog } from "./eventdialog.js";

const RANGES = [[60, "1 min"], [600, "10 min"], [3600, "1 h"], [21600, "6 h"], [86400, "24 h"]];
const MOST = 6;

/** {node, update(status)}. */
export function benchChart(app) {
  const { store } = app;
  const legend = h("span", { class: "legend" });
  const range = h("select", { id: "bench-range", "aria-label": "range" }, RANGES.map(([s, label]) => h("option", { value: s }, label)));
  range.value = "600";
  let paused = null;
  const pause = h("button", { id: "bench-pause", class: "quiet", "aria-pressed": "false", onclick: () => { paused = paused ? null : store.now() / 1000; update(); } }, "pause");
  const more = h("button", { class: "quiet", onclick: () => app.route.go("plots", new URLSearchParams({ s: keys.join(","), range: range.value })) }, "plots ›");
  const host = h("div", { id: "bench-chart", class: "chart", role: "img", "aria-label": "pressures over time" });
  const p = panel("pressures", "Pressures", host);
  p.note.append(legend, range, pause, more);
  const chart = new Chart(host, { height: () => (innerWidth < 700 ? 220 : 300), onMark: (m) => eventDialog(app, m.event),
    onZoom: (from, to) => from && app.route.go("plots", new URLSearchParams({ s: keys.join(","), since: new Date(from * 1e3).toISOString(), until: new Date(to * 1e3).toISOString() })) });
  const feed = new Feed(store, () => update());
  let keys = [], named = "";
  range.onchange = () => update();
  document.addEventListener("pause", () => app.route.view === "instruments" && pause.click());

  function update() {
    if (app.route.view !== "instruments" || !store.status || document.hidden) return;
    keys = plottable(store.status).filter((x) => x.unit === "pascals").slice(0, MOST).map((x) => x.key);
    p.node.hidden = keys.length === 0;
    if (!keys.length) return;
    pause.setAttribute("aria-pressed", String(Boolean(paused)));
    setText(pause, paused ? "resume" : "pause");
    const to = paused ?? store.now() / 1000, from = to - Number(range.value);
    feed.want(keys, from, to);
    const series = curves(store, feed, keys, from, to);
    chart.draw(series, from, to, extras(store, series, from, to));
    const names = series.map((s) => s.label).join();
    if (names !== named) legend.replaceChildren(...series.map((s, i) => entry(s.label, i)));
    named = names;
  }
  store.on("units", update);
  return { node: p.node, update };
}

function entry(label, i) {
  const swatch = h("i", { class: "swatch" });
  swatch.style.background = `var(${ink(i)})`;
  return h("span", {}, swatch, label);
}
