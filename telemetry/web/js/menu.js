// What opens under a word and lies over the page: a press elsewhere closes it, and Escape does, back to the word.

import { h } from "./dom.js";

/** A details that does so. What lies in it stays in the page when it is closed. */
export function menu(props, title, ...content) {
  const node = h("details", props, title, content);
  document.addEventListener("click", (e) => node.contains(e.target) || (node.open = false));
  node.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || !node.open) return;
    node.open = false;
    title.focus();
  });
  return node;
}
