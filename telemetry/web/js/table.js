// A table of many rows of which only those in sight exist. Rows are reused; the end is followed until one scrolls up.

import { h, setAttr } from "./dom.js";

const SPARE = 6;

export class Table {
  /** make() gives an empty row node, show(node, item, index) fills it; onFollow tells when following starts or ends. */
  constructor({ id, label, head, make, show, onFollow, onOpen }) {
    Object.assign(this, { make, show, onFollow, onOpen });
    this.items = [];
    this.keyOf = (item) => item;
    this.pool = [];
    this.rowHeight = 28; // px
    this.height = 0; // px in sight; nothing is shown before it is known
    this.following = true;
    this.chosen = -1;
    this.space = h("div", { class: "space" });
    this.node = h("div", { id, class: "table", role: "grid", tabindex: "0", "aria-label": label }, head, this.space);
    this.node.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.node.addEventListener("keydown", (e) => this.#key(e));
    this.node.addEventListener("click", (e) => {
      const row = e.target.closest("[data-index]");
      if (row) this.onOpen(this.items[(this.chosen = Number(row.dataset.index))]);
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
  set(items, keyOf) {
    if (!this.height) return void Object.assign(this, { items, keyOf });
    const anchor = this.following ? null : this.#top(keyOf);
    const chosen = this.items[this.chosen];
    Object.assign(this, { items, keyOf });
    this.chosen = chosen ? items.indexOf(chosen) : -1;
    const height = this.rowHeight;
    this.space.style.height = `${items.length * height}px`;
    setAttr(this.node, "aria-rowcount", items.length);
    if (this.following) this.#toEnd();
    else if (anchor) {
      const i = items.findIndex((e) => keyOf(e) === anchor.key);
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

  #top(keyOf) {
    const height = this.rowHeight, i = Math.floor(this.node.scrollTop / height);
    return this.items[i] ? { key: keyOf(this.items[i]), offset: this.node.scrollTop - i * height } : null;
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
    const first = Math.max(0, Math.floor(this.node.scrollTop / height) - SPARE);
    const size = Math.ceil(this.height / height) + 2 * SPARE;
    while (this.pool.length < size) this.#grow();
    for (let k = 0; k < this.pool.length; k++) {
      const index = first + ((((k - first) % this.pool.length) + this.pool.length) % this.pool.length);
      this.#place(this.pool[k], index, height);
    }
  }

  #grow() {
    this.pool.push({ node: this.make(), item: null, y: -1 });
  }

  #place(row, index, height) {
    const item = this.items[index];
    if (!item) {
      row.item = null;
      return row.node.remove();
    }
    if (!row.node.isConnected) this.space.append(row.node);
    if (row.y !== index * height) row.node.style.transform = `translateY(${(row.y = index * height)}px)`;
    setAttr(row.node, "data-index", index);
    setAttr(row.node, "aria-rowindex", index + 1);
    setAttr(row.node, "aria-selected", index === this.chosen ? "true" : null);
    if (row.item === item && row.stamp === this.stamp) return;
    row.item = item;
    row.stamp = this.stamp;
    this.show(row.node, item);
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
    else if (y + 2 * height > scrollTop + clientHeight) this.node.scrollTop = y + 2 * height - clientHeight; // the head covers one
    this.redraw();
  }
}
