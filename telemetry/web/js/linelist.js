// Below the drawing on a phone: what is connected, with its pressure and its valves as large buttons, from the same data.

import { h, setAttr, setText, svg, sync } from "./dom.js";
import { pointState } from "./state.js";
import { valveSign } from "./linesymbols.js";
import { refusal, regionWords, riseOf, riseWords, stateWords, valveLabel } from "./linewords.js";

/** The list: {node, update(scene)}. choose(name) opens the sheet of a valve. */
export function regionList(choose) {
  const node = h("div", { class: "line-list" });
  const update = (scene) => {
    const all = scene.lost ? [] : scene.regions.filter((r) => r.parts.some((name) => scene.parts.get(name)?.kind !== "gauge"));
    sync(node, all.map((r) => ({ region: r, scene })), ({ region }) => region.parts[0], () => card(choose));
  };
  return { node, update };
}

function card(choose) {
  const name = h("h3"), value = h("b", { class: "value" }), unit = h("span", { class: "unit" }), words = h("p"), valves = h("div", { class: "line-buttons" });
  const shade = h("i", { class: "shade" });
  const node = h("article", {}, h("header", {}, shade, name, h("span", { class: "end" }, value, unit)), words, valves);
  const update = ({ region, scene }) => {
    setText(name, region.name);
    setAttr(shade, "data-shade", region.condition);
    const p = pressure(region, scene);
    setText(value, p?.text ?? "");
    setText(unit, p?.unit ?? "");
    setAttr(value, "data-alarm", p?.mark?.words);
    setAttr(value, "data-look", p?.mark?.look);
    setText(words, [regionWords(region, scene.more, scene.title), region.condition === "static" ? riseWords(riseOf(region), scene.units) : ""].filter(Boolean).join(" · "));
    const parts = [...region.edges, ...region.inside].map((v) => scene.parts.get(v)).filter(Boolean);
    sync(valves, parts.map((part) => ({ part, region, scene })), (v) => v.part.name, () => button(choose));
  };
  return { node, update };
}

function pressure(region, scene) {
  for (const name of region.parts) {
    const part = scene.parts.get(name);
    const device = part?.kind === "gauge" && scene.device(part.device);
    const point = device && device.points?.find((x) => x.point === part.point);
    if (point?.unit !== "pascals") continue;
    const s = pointState(device, point, scene.units, scene.more);
    if (s.text) return { text: s.text, unit: s.unit, mark: scene.markOf(part) };
  }
  return null;
}

function button(choose) {
  const sign = valveSign();
  const name = h("b"), state = h("span"), note = h("small");
  let at = "";
  const node = h("button", { type: "button", onclick: () => choose(at) }, svg("svg", { class: "key-sign", viewBox: "-24 -24 48 48", "aria-hidden": "true" }, sign.node), h("span", { class: "text" }, h("span", {}, name, " ", state), note));
  const update = ({ part, region, scene }) => {
    at = part.name;
    const device = scene.device(part.device);
    const v = scene.valve(part);
    sign.draw({ state: v.state, told: v.told, locked: Boolean(device?.lock) }, true);
    setAttr(node, "data-shade", region.condition);
    setAttr(node, "data-list-valve", part.name);
    setText(name, part.title || part.name);
    setText(state, stateWords(part, v));
    setText(note, v.control?.enabled && refusal(v.control) ? "may not open" : device?.description ?? "");
    setAttr(node, "aria-description", valveLabel(part, device, v));
  };
  return { node, update };
}
