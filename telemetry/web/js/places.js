// Where on the drawing a reading is taken and a valve stands: the volume or the pump of it. Pure.

/** The places of a status' drawings: {of(row), order}; of gives the title of a row's place, "" where the drawing says none. */
export function placesOf(status) {
  const lines = (status.drawings ?? []).filter((d) => !d.loose), many = lines.length > 1;
  const byPoint = new Map(), byDevice = new Map(), order = [];
  for (const line of lines) {
    const parts = new Map(line.parts.map((p) => [p.name, p]));
    const title = (part) => (many ? `${line.source} · ` : "") + (part.title || part.name);
    const put = (device, point, part) => {
      if (!device || !part) return;
      const key = `${line.source}/${device}`;
      byPoint.set(`${key}.${point}`, title(part));
      if (!byDevice.has(key)) byDevice.set(key, title(part));
    };
    order.push(...line.parts.filter((p) => p.kind === "volume" || p.kind === "pump").map(title));
    for (const p of line.parts) {
      if (p.kind === "valve") put(p.device, p.point, besideOf(line, parts, p.name));
      else put(p.device, p.point ?? "", p.kind === "pump" ? p : placeOf(parts, p));
    }
  }
  const of = (row) => {
    const key = `${row.source}/${row.device.name}`;
    return byPoint.get(`${key}.${row.point.point}`) ?? byDevice.get(key) ?? "";
  };
  return { of, order };
}

// What a gauge reads or a laser shines into; a gauge may be on another.
function placeOf(parts, part) {
  let at = part;
  for (let i = 0; at && i < 4 && at.kind !== "volume" && at.kind !== "pump"; i++) at = parts.get(at.on);
  return at?.kind === "volume" || at?.kind === "pump" ? at : null;
}

// Of what a valve joins the largest volume: "bone to turbo" stands with the bone.
function besideOf(line, parts, name) {
  const ends = line.pipes.filter((p) => p.ends.includes(name)).flatMap((p) => p.ends).filter((end) => end !== name).map((end) => parts.get(end)).filter(Boolean);
  const best = (kind) => ends.filter((p) => p.kind === kind).sort((a, b) => b.w * b.h - a.w * a.h)[0];
  return best("volume") ?? best("pump") ?? null;
}
