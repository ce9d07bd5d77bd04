// The card of one point: value in the person's unit, its bound or why there is none, its age as it grows, its last ten minutes.

import { h, setAttr, setText } from "./dom.js";
import { span, utc } from "./format.js";
import { pointState } from "./state.js";
import { deviceDialog } from "./device.js";
import { sparkline } from "./spark.js";
import { reading } from "./units.js";

/** A card for {key, device, point}. */
export function card(app, first) {
  const part = (name, tag = "span") => h(tag, { class: name });
  const [name, age, value, unit, hint, old, reason] = ["name", "age", "value", "unit", "hint", "old", "reason"].map((c) => part(c));
  const about = h("span", { class: "about" });
  const spark = sparkline();
  const open = h("button", { class: "open-device", data: { device: first.device.name }, onclick: () => deviceDialog(app, current.device) });
  const node = h("article", { class: "card", data: { point: first.key } },
    h("div", { class: "line" }, name, age), about, h("div", { class: "reading" }, value, unit, hint),
    h("div", { class: "none" }, old, reason), spark.node, open);
  let current = first;
  const leave = app.store.on("tick", () => node.isConnected ? tick() : leave());

  function tick() {
    const more = app.store.sinceStatus();
    const s = pointState(current.device, current.point, app.store.units, more);
    setText(age, s.state === "live" ? span(s.age) : s.state === "missing" ? "" : `${span(s.age)} ago`);
    setText(old, s.old);
    setText(reason, s.reason);
    setAttr(node, "data-state", s.state);
    return s;
  }

  function update(now) {
    current = now;
    const { device, point } = now;
    const s = tick();
    const alone = device.points?.length === 1 && !point.channel;
    setText(name, point.point && !alone ? `${device.name} · ${point.point}` : device.name);
    setText(about, point.description || device.description || device.model);
    setText(value, s.text);
    setText(unit, s.text && s.unit);
    setText(hint, [s.hint, s.text && point.gas ? point.gas : ""].filter(Boolean).join(" · "));
    setAttr(node, "data-health", device.health);
    setAttr(node, "title", [device.source, device.name, point.point, device.description, point.timestamp && utc(Date.parse(point.timestamp))].filter(Boolean).join(" · "));
    setAttr(open, "aria-label", `${device.name} ${point.point}: ${s.text ? `${s.text} ${s.unit} ${s.hint}` : `${s.old} ${s.reason}`}. Details`);
    spark.node.hidden = !point.unit;
    spark.draw(app.store.trend.recent(now.key), app.store.now() / 1000, reading(point.unit).log, s.state);
  }
  return { node, update };
}
