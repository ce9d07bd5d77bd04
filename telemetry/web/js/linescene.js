// What the drawing needs to know at one instant, from the status. Pure but for the store it reads.

import { abnormal } from "./abnormal.js";
import { valveOf } from "./linewords.js";
import { pointKey } from "./trend.js";

/** The drawing that is looked at: that of the source that is chosen, else the first. null where there is none. */
export function drawingOf(status, source) {
  const all = status?.drawings ?? [];
  return all.find((d) => d.source === source) ?? all[0] ?? null;
}

/** How everything on a drawing stands now; layout is what of it is drawn. A page without connection knows no region. */
export function sceneOf(app, all, { chosen, stop, k, layout, foldable }) {
  const { store, commands } = app;
  const status = store.status ?? {}, lost = store.lost;
  const mine = (status.devices ?? []).filter((d) => d.source === all.source);
  const devices = new Map(mine.map((d) => [d.name, d]));
  const parts = new Map(all.parts.map((p) => [p.name, p])), drawn = new Map(layout.parts.map((p) => [p.name, p]));
  const valve = (part) => valveOf(devices.get(part.device), part, all.valves?.[part.name], { lost, pending: commands.pending.has(`${part.device}.${part.point}`) });
  const regions = lost ? [] : (all.regions ?? []).map((r, index) => ({ ...r, index }));
  const marks = lost ? new Map() : abnormal(status);
  const by = (names) => new Map(regions.flatMap((r) => names(r).map((name) => [name, r])));
  return {
    lost, regions, chosen, stop, k, source: all.source, units: store.units, more: store.sinceStatus(), now: store.now(), trend: store.trend, usual: store.usual, pending: commands.pending,
    viewer: status.role === "viewer", status, parts,
    device: (name) => devices.get(name),
    valve, folds: (name) => foldable.get(name) ?? null, folded: (name) => layout.folded.has(name),
    valvesBehind: (name) => [...foldable.get(name) ?? []].map((x) => parts.get(x)).filter((p) => p?.kind === "valve"),
    title: (name) => parts.get(name)?.title || name,
    pump: (name) => (lost ? "unknown" : all.pumps?.[name] ?? "unknown"),
    regionOf: by((r) => r.parts), regionOfPipe: by((r) => r.pipes), regionOfValve: by((r) => r.inside),
    mainOf: (region) => mainOf(region, drawn),
    markOf: (part) => marks.get(pointKey(all.source, part.device, part.point)) ?? null,
  };
}

/** The largest volume of a region, which bears its name. */
export function mainOf(region, parts) {
  let main = "", area = 0;
  for (const name of region.parts) {
    const p = parts.get(name);
    if (p?.kind === "volume" && p.w * p.h > area) [main, area] = [name, p.w * p.h];
  }
  return main;
}
