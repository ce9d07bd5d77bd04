// The keyboard on the drawing: arrows go from valve to valve along the pipes. Pure.

const WAYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** True for a key that goes somewhere. */
export function isArrow(key) {
  return Object.hasOwn(WAYS, key);
}

/** The valve that an arrow leads to from one: along the pipes if one lies that way, else the nearest that way; itself if none does. */
export function next(layout, from, key) {
  const at = layout.parts.find((p) => p.name === from);
  const valves = layout.parts.filter((p) => p.kind === "valve" && p.name !== from);
  if (!at || !valves.length) return valves[0]?.name ?? from;
  const along = reached(layout, from);
  return best(at, valves.filter((v) => along.has(v.name)), WAYS[key]) ?? best(at, valves, WAYS[key]) ?? from;
}

// The nearest that lies within 60 degrees of a direction; what lies aside counts as farther.
function best(at, valves, [dx, dy]) {
  let found = null, least = Infinity;
  for (const v of valves) {
    const x = v.x - at.x, y = v.y - at.y;
    const ahead = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
    const far = ahead + 1.5 * aside;
    if (ahead > 0 && aside <= ahead * 1.74 && far < least) [found, least] = [v.name, far];
  }
  return found;
}

// The valves at the ends of what a valve joins.
function reached(layout, from) {
  const kinds = new Map(layout.parts.map((p) => [p.name, p.kind]));
  const found = new Set(), seen = new Set([from]), queue = [from];
  while (queue.length) {
    const name = queue.shift();
    for (const pipe of layout.pipes) {
      if (!pipe.ends.includes(name)) continue;
      for (const end of pipe.ends) {
        if (seen.has(end)) continue;
        seen.add(end);
        if (kinds.get(end) === "valve") found.add(end);
        else queue.push(end);
      }
    }
  }
  return found;
}
