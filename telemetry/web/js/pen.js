// A pen for the canvas of a plot: CSS pixels, colours by their name in the theme, dashes, hatching, text.

import { colour } from "./dom.js";
import { visible } from "./visible.js";

const FACE = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

const widths = new Map(); // px by font and text: to measure costs more than to draw

/** Pen draws on a 2d context, whatever its scale. Colours are looked up once. */
export class Pen {
  constructor(ctx, ratio) {
    Object.assign(this, { ctx, ratio, inks: new Map() });
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
  ink(name, opacity = 1) {
    if (!this.inks.has(name)) this.inks.set(name, colour(name));
    const found = this.inks.get(name);
    return opacity === 1 ? found : found.replace(/^rgb\((.*)\)$/, `rgba($1, ${opacity})`);
  }

  rect(x, y, w, h, fill, edge) {
    if (fill) {
      this.ctx.fillStyle = fill;
      this.ctx.fillRect(x, y, w, h);
    }
    if (!edge) return;
    this.ctx.strokeStyle = edge;
    this.ctx.lineWidth = 1;
    this.ctx.strokeRect(Math.round(x) + 0.5, Math.round(y) + 0.5, Math.max(0, Math.round(w) - 1), Math.round(h) - 1);
  }

  line(x0, y0, x1, y1, ink, { dash = [], width = 1 } = {}) {
    this.ctx.strokeStyle = ink;
    this.ctx.lineWidth = width;
    this.ctx.setLineDash(dash);
    this.ctx.beginPath();
    this.ctx.moveTo(x0, y0);
    this.ctx.lineTo(x1, y1);
    this.ctx.stroke();
    this.ctx.setLineDash([]);
  }

  /** Diagonal stripes between dashed edges. */
  hatch(x, y, w, h, ink, paper) {
    const { ctx } = this;
    ctx.save();
    ctx.beginPath();
    ctx.rect(x, y, w, h);
    ctx.clip();
    ctx.fillStyle = paper;
    ctx.fillRect(x, y, w, h);
    ctx.strokeStyle = ink;
    ctx.lineWidth = 3;
    ctx.beginPath();
    for (let at = x - h - (x % 9); at < x + w; at += 9) {
      ctx.moveTo(at, y + h);
      ctx.lineTo(at + h, y);
    }
    ctx.stroke();
    ctx.restore();
  }

  /** Text, cut to a width; left, right or center of x; on paper, where it would lie on a hatching. Returns its width. */
  text(text, x, y, ink, { align = "left", size = 12, bold = false, room = Infinity, paper = null } = {}) {
    const { ctx } = this;
    ctx.font = `${bold ? 600 : 400} ${size}px ${FACE}`;
    ctx.textAlign = align;
    const shown = this.cut(visible(text), room), left = { left: 0, right: 1, center: 0.5 }[align];
    if (paper && shown) this.rect(x - left * this.#width(shown) - 4, y - size / 2 - 3, this.#width(shown) + 8, size + 6, paper);
    ctx.fillStyle = ink;
    if (shown) ctx.fillText(shown, x, y);
    return shown ? this.#width(shown) : 0;
  }

  /** What of a text has room, "" if next to nothing. */
  cut(text, room) {
    if (room === Infinity || this.#width(text) <= room) return text;
    let n = text.length;
    while (n > 2 && this.#width(text.slice(0, n) + "…") > room) n--;
    return n > 2 ? text.slice(0, n) + "…" : "";
  }

  #width(text) {
    const key = `${this.ctx.font} ${text}`;
    if (widths.size > 2000) widths.clear();
    if (!widths.has(key)) widths.set(key, this.ctx.measureText(text).width);
    return widths.get(key);
  }

  shape(points, fill, edge) {
    const { ctx } = this;
    ctx.beginPath();
    points.forEach(([x, y], i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
    ctx.closePath();
    this.#fill(fill, edge);
  }

  circle(x, y, r, fill, edge, dash = []) {
    const { ctx } = this;
    ctx.setLineDash(dash);
    ctx.beginPath();
    ctx.arc(x, y, r, 0, 2 * Math.PI);
    this.#fill(fill, edge);
    ctx.setLineDash([]);
  }

  #fill(fill, edge) {
    if (fill) {
      this.ctx.fillStyle = fill;
      this.ctx.fill();
    }
    if (edge) {
      this.ctx.strokeStyle = edge;
      this.ctx.lineWidth = 1.5;
      this.ctx.stroke();
    }
  }
}
