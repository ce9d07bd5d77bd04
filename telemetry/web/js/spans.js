// Lists of stretches of time, [[from, to], ...]: in order, none touching the next.

/** Adds a stretch; stretches not further apart than join become one. */
export function joined(spans, from, to, join = 0) {
  if (!(to >= from)) return spans;
  const out = [];
  for (const [a, b] of spans) {
    if (b + join < from || a - join > to) out.push([a, b]);
    else [from, to] = [Math.min(a, from), Math.max(b, to)];
  }
  const at = out.findIndex(([a]) => a > from);
  out.splice(at < 0 ? out.length : at, 0, [from, to]);
  return out;
}

/** What of spans lies between two times. */
export function within(spans, from, to) {
  return spans.map(([a, b]) => [Math.max(a, from), Math.min(b, to)]).filter(([a, b]) => b > a);
}

/** What of spans is in none of others. */
export function without(spans, others) {
  let left = spans;
  for (const [a, b] of others) left = left.flatMap(([x, y]) => (b <= x || a >= y ? [[x, y]] : [[x, Math.min(y, a)], [Math.max(x, b), y]].filter(([p, q]) => q > p)));
  return left;
}

/** What is in all of the lists. */
export function common(lists) {
  return lists.reduce((all, one) => all.flatMap(([a, b]) => within(one, a, b)));
}
