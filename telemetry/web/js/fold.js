// Parts of a large drawing fold into the volume they hang on: what is behind its valves and leads nowhere else. The rest moves together. Pure: a folded layout
// is one like any other, with the same pipes in the same order; what is folded has no strokes.

const GAP = 0.7; // widths of a valve that remain of what nothing stands in
const JUNCTION = 3; // pipes at a volume from which on it is none of another's branches
const WORDS = 4.4; // the room that a folded volume has for what it says, in widths of a valve

/** What folds into each volume that is worth it: name -> the names of parts, two valves among them at least. */
export function branches(layout) {
  const kinds = new Map(layout.parts.map((p) => [p.name, p.kind])), near = neighbours(layout), found = new Map();
  const junction = (name) => kinds.get(name) === "volume" && near.get(name)?.size >= JUNCTION;
  for (const { name, kind } of layout.parts) {
    if (kind !== "volume") continue;
    const folded = new Set();
    for (const first of near.get(name) ?? []) {
      const all = behind(near, name, first);
      if (![...all].some(junction)) for (const x of all) folded.add(x);
    }
    if ([...folded].filter((x) => kinds.get(x) === "valve").length >= 2) found.set(name, withLabels(layout, folded));
  }
  return found;
}

function neighbours({ pipes }) {
  const near = new Map();
  for (const { ends } of pipes) {
    for (const a of ends) {
      if (!near.has(a)) near.set(a, new Set());
      for (const b of ends) if (b !== a) near.get(a).add(b);
    }
  }
  return near;
}

// All that is reached from first without passing the volume.
function behind(near, volume, first) {
  const seen = new Set([first]);
  for (const name of seen) for (const next of near.get(name) ?? []) if (next !== volume) seen.add(next);
  return seen;
}

// With the gauges and lasers that are on something folded.
function withLabels({ parts }, folded) {
  for (const p of parts) if (p.on && folded.has(p.on)) folded.add(p.name);
  return folded;
}

/** The layout with some volumes folded: what is left of its parts, moved together. {…layout, parts, pipes, folded: Map of volume -> names}. */
export function folding(layout, volumes) {
  const all = branches(layout), folded = new Map(volumes.filter((name) => all.has(name)).map((name) => [name, all.get(name)]));
  if (!folded.size) return { ...layout, folded };
  const hidden = new Set([...folded.values()].flatMap((names) => [...names]));
  for (const name of folded.keys()) hidden.delete(name);
  const parts = layout.parts.filter((p) => !hidden.has(p.name)), pipes = layout.pipes.map((p) => (p.ends.some((end) => hidden.has(end)) ? { ...p, strokes: [] } : p));
  const strokes = pipes.flatMap((p) => p.strokes ?? []);
  const x = squeezed(parts.flatMap((p) => across(p)), parts.filter((p) => folded.has(p.name)).map((p) => [p.x - p.w / 2, p.x + p.w / 2]), strokes, 0);
  const y = squeezed(parts.flatMap((p) => (p.inside ? [] : [[p.y - p.h / 2 - 0.6, p.y + p.h / 2 + 0.6]])), [], strokes, 1);
  return {
    ...layout, folded,
    parts: parts.map((p) => {
      const left = x(p.x - p.w / 2), right = x(p.x + p.w / 2);
      return p.kind === "volume" ? { ...p, x: (left + right) / 2, w: right - left, y: y(p.y) } : { ...p, x: x(p.x), y: y(p.y) };
    }),
    pipes: pipes.map((p) => ({ ...p, strokes: (p.strokes ?? []).map((stroke) => stroke.map(([a, b]) => [x(a), y(b)])) })),
  };
}

// What of a part keeps its width: signs and what is written beside them; of a volume what its name needs.
function across(p) {
  const left = p.x - p.w / 2, name = (p.title || p.name).length;
  if (p.inside) return [];
  if (p.kind === "valve") return [[p.x - 1, p.x + 2]];
  if (p.kind === "pump") return [[left, p.x + p.w / 2 + 0.4 + 0.18 * name]];
  return [[left, left + (p.kind === "volume" ? Math.min(p.w, Math.max(2.6, 0.7 + 0.19 * name)) : p.w)]];
}

// The way from an old coordinate to the new one: where nothing rigid stands, GAP is left; the wide ones get room for their words.
function squeezed(rigid, wide, strokes, axis) {
  const kept = [...rigid, ...strokes.flatMap((s) => s.slice(1).flatMap((b, i) => (s[i][axis] === b[axis] ? [[b[axis] - 0.4, b[axis] + 0.4]] : [])))];
  const at = [...new Set([...kept, ...wide].flat())].sort((a, b) => a - b);
  const sizes = at.slice(1).map((b, i) => (kept.some(([l, r]) => l <= at[i] && r >= b) ? b - at[i] : Math.min(b - at[i], GAP)));
  for (const [l, r] of wide) {
    const own = sizes.map((_, i) => i).filter((i) => at[i] >= l && at[i + 1] <= r);
    sizes[own.at(-1)] += Math.max(0, WORDS - own.reduce((sum, i) => sum + sizes[i], 0));
  }
  const to = [at[0] ?? 0];
  for (const s of sizes) to.push(to.at(-1) + s);
  return (v) => {
    const i = at.findLastIndex((a) => a <= v);
    if (i < 0) return v - (at[0] ?? 0) + to[0];
    const span = at[i + 1] - at[i];
    return i >= sizes.length ? to[i] + v - at[i] : to[i] + ((v - at[i]) / span) * sizes[i];
  };
}

/** What a folded volume says of its valves, the worst first: {text, worst}. states are those of its valves: closed, open, moving or unknown. */
export function foldWords(states) {
  const n = (state) => states.filter((s) => s === state).length, valves = `+${states.length} valves`;
  const worst = [["unknown", "not known"], ["moving", "moving"], ["open", "open"]].find(([state]) => n(state));
  return worst ? { text: `${valves}, ${n(worst[0])} ${worst[1]}`, worst: worst[0] } : { text: `${valves}, closed`, worst: "closed" };
}
