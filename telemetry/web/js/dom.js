// Elements without markup: every string becomes a text node or an attribute, so nothing that arrives from outside can
// become HTML, and none turns the direction of writing or hides what stands beside it. Inline style is set on element.style only, which the content policy allows.

import { visible } from "./visible.js";

/** h("button", {class: "x", onclick: f, data: {key: "k"}, "aria-label": "…"}, child, "text", …): null and false children are left out. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  setProps(node, props);
  append(node, children);
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/** The same for SVG. */
export function svg(tag, props = {}, ...children) {
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

/** A link that cannot run script: http, https, mailto, blob or relative; anything else becomes "#". */
export function safeLink(url) {
  try {
    const at = new URL(String(url), document.baseURI);
    return ["http:", "https:", "mailto:", "blob:"].includes(at.protocol) ? String(url) : "#";
  } catch {
    return "#";
  }
}

export const byId = (id) => document.getElementById(id);

/** Sets the text only when it differs: an unchanged page costs no layout. */
export function setText(node, text) {
  if (node.textContent === text) return;
  const words = visible(String(text ?? ""));
  if (node.textContent !== words) node.textContent = words;
}

/** Sets a name of which, where there is no room, the first part is cut before the last one, which tells the channels of one device apart; sep is what they are parted by. */
export function setName(node, text, sep = ".") {
  if (node.textContent === text || node.textContent === visible(text)) return;
  const at = text.lastIndexOf(sep);
  fill(node, at > 0 ? [h("span", { class: "name-head" }, text.slice(0, at)), h("span", { class: "name-tail" }, text.slice(at))] : h("span", { class: "name-tail" }, text));
}

/** Sets or removes an attribute only when it differs; null and false remove it. */
export function setAttr(node, name, value) {
  if (value == null || value === false) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
    return;
  }
  const words = shown(name, value);
  if (node.getAttribute(name) !== words) node.setAttribute(name, words);
}

// Attributes that people read or hear; the others are for the page.
const READ = new Set(["title", "aria-label", "aria-description", "aria-valuetext", "alt", "placeholder", "label"]);

function shown(name, value) {
  return READ.has(name) ? visible(String(value)) : String(value);
}

/** Replaces all children. */
export function fill(node, ...children) {
  node.replaceChildren();
  append(node, children);
  return node;
}

const lists = new WeakMap();

/**
 * Keeps the children of parent in step with items: make(item) gives {node, update(item)} once for each key, update is
 * called every time, what is gone is removed, and nothing moves that stands in its place.
 */
export function sync(parent, items, keyOf, make) {
  const rows = lists.get(parent) ?? new Map();
  lists.set(parent, rows);
  const keys = new Set(items.map(keyOf));
  for (const [key, row] of rows) {
    if (keys.has(key)) continue;
    row.node.remove();
    rows.delete(key);
  }
  let at = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    if (!rows.has(key)) rows.set(key, make(item));
    const row = rows.get(key);
    if (row.node === at) at = at.nextElementSibling;
    else parent.insertBefore(row.node, at);
    row.update(item);
  }
}

let probe = null, dark = null, themed = "";
const colours = new Map(); // of the present theme: each costs the browser a look at all styles

/** A colour of the theme, by the name of its CSS variable, as the canvas wants it. */
export function colour(name) {
  dark ??= matchMedia("(prefers-color-scheme: dark)");
  const theme = `${document.documentElement.dataset.theme} ${dark.matches}`;
  if (theme !== themed) colours.clear();
  themed = theme;
  if (!colours.has(name)) colours.set(name, looked(name));
  return colours.get(name);
}

function looked(name) {
  if (!probe) {
    probe = h("span", { id: "colour-probe", hidden: true });
    document.body.append(probe);
  }
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

/** Offers a blob as a download. */
export function download(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 30000);
}
