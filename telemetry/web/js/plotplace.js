// A plot in the address: curves, range or bounds, comparison, kinds of marks that are hidden. Pure.

/** The ranges that follow the present, in seconds, with their words. */
export const RANGES = [[60, "1 min"], [300, "5 min"], [600, "10 min"], [1200, "20 min"], [1800, "30 min"], [3600, "1 h"], [21600, "6 h"], [86400, "24 h"], [604800, "7 d"], [2592000, "30 d"]];

/** {keys, range, fixed: [from, to] or null, compare, t0, hidden} of an address. */
export function readPlace(params, otherwise = 600) {
  const a = Date.parse(params.get("since") ?? ""), b = Date.parse(params.get("until") ?? ""), range = Number(params.get("range")), t0 = Date.parse(params.get("t0") ?? "");
  return {
    keys: [...(params.get("s") ?? "").split(",").filter(Boolean), ...params.getAll("m").map((m) => "metric:" + m)],
    fixed: b > a ? [a / 1000, b / 1000] : null, range: RANGES.some(([s]) => s === range) ? range : otherwise,
    compare: params.get("compare") ?? "", t0: Number.isNaN(t0) ? null : t0 / 1000,
    hidden: new Set((params.get("hide") ?? "").split(",").filter(Boolean)),
  };
}

/** The address of such a place. */
export function writePlace({ keys, range, fixed, compare, t0, hidden }) {
  const params = new URLSearchParams(), plain = keys.filter((k) => !k.startsWith("metric:"));
  if (plain.length) params.set("s", plain.join(","));
  for (const k of keys) if (k.startsWith("metric:")) params.append("m", k.slice(7));
  if (fixed) fixed.forEach((t, i) => params.set(["since", "until"][i], new Date(t * 1000).toISOString()));
  else params.set("range", range);
  if (compare) params.set("compare", compare);
  if (compare && t0 != null) params.set("t0", new Date(t0 * 1000).toISOString());
  if (hidden?.size) params.set("hide", [...hidden].join(","));
  return params;
}
