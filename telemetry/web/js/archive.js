// What the server told of one series, in pieces as they were asked for, and what of it is still to be asked. Pure: times come in from outside, in epoch
// seconds of the server.

import { joined, within, without } from "./spans.js";
import { splice } from "./splice.js";

const MOST = 40; // pieces; more are asked for as one
const YOUNG = 20; // s that the page's own samples may stand alone

/** Archive holds pieces of about the same fineness: points of them would fill width seconds. */
export class Archive {
  constructor(width, points, lag) {
    Object.assign(this, { width, points, lag, pieces: [], stale: false });
  }

  /** Whether its fineness suits a plot of so many seconds. */
  fits(width) {
    return width < 1.6 * this.width && width > 0.6 * this.width;
  }

  /** What is to be asked for a plot between two times, as stretches; live is what the page knows by itself. */
  missing(from, to, now, live) {
    const end = Math.min(to, now);
    if (this.stale || this.pieces.length > MOST) return [[from - this.width * 0.05, end]];
    const unknown = without([[from, end]], this.#firm());
    const urgent = without(unknown, live).filter(([a, b]) => b - a > 2);
    const old = unknown.filter(([a, b]) => b - a > Math.max(YOUNG, this.width / 60) + this.lag);
    return urgent.length || old.length ? hull(urgent.length ? [...urgent, ...old] : old) : [];
  }

  /** How many points to ask for. */
  pointsFor(from, to) {
    return Math.min(5000, Math.max(20, Math.ceil((this.points * (to - from)) / this.width)));
  }

  /** Takes an answer about from until to, given at now. */
  take(from, to, now, series, whole = false) {
    const { t = [], min = [], mean = [], max = [] } = series;
    if (whole || this.stale || this.pieces.length > MOST) this.pieces = [];
    this.stale = false;
    const firm = Math.max(from, Math.min(to, now - this.lag));
    this.pieces = [{ t, min, mean, max, known: [[from, firm]], soft: [[firm, to]] }, ...this.pieces];
  }

  #firm() {
    return this.pieces.reduce((all, p) => p.known.reduce((spans, [a, b]) => joined(spans, a, b), all), []);
  }

  /** All that is known between two times: what the server said, then what the page heard, then what the server said of its last moments. */
  series(from, to, live) {
    return splice([...this.pieces, live, ...this.pieces.map((p) => ({ ...p, known: p.soft }))], from, to);
  }

  /** Forgets what lies far outside of a plot. */
  trim(from, to) {
    this.pieces = this.pieces.filter((p) => within(p.known, from - this.width, to + this.width).length);
  }
}

// One question for stretches that lie close together.
function hull(spans) {
  return [[Math.min(...spans.map(([a]) => a)), Math.max(...spans.map(([, b]) => b))]];
}
