// The limits that rules and alarms set to a point, read from their conditions. Pure.

import { splitKey } from "./trend.js";

const COMPARED = /([A-Za-z][\w-]*)\.([A-Za-z][\w-]*)\s*(>=|<=|>|<)\s*(?:(torr|mbar|pa|celsius)\(\s*([-+\d.eE]+)\s*\)|([-+]?\d[\d.]*(?:[eE][-+]?\d+)?))/g;
const FACTORS = { torr: 101325 / 760, mbar: 100, pa: 1, celsius: 1 };

/** Every limit of a status: [{source, device, point, value, above, name, kind}], value in SI, kind trip or alarm. */
export function limitsOf(status) {
  return [...(status?.rules ?? []).map((r) => [r, "trip"]), ...(status?.alarms ?? []).map((a) => [a, "alarm"])].flatMap(([x, kind]) =>
    [...String(x.when ?? "").matchAll(COMPARED)].map(([, device, point, sign, unit, given, plain]) => ({
      source: x.source ?? "", device, point, above: sign.startsWith(">"), name: x.name, kind, value: Number(given ?? plain) * (unit ? FACTORS[unit] : 1),
    })).filter((l) => Number.isFinite(l.value)));
}

/** Those of curves [{key}], each with the key of its curve. */
export function limitsFor(limits, series) {
  return series.flatMap((s) => {
    const { source, device, point } = splitKey(s.key);
    return limits.filter((l) => l.device === device && l.point === point && (!l.source || l.source === source)).map((l) => ({ ...l, key: s.key }));
  });
}
