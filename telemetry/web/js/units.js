// Units: inside and on the wire everything is SI; people read pressures in torr, mbar or pascal, positions in millimetres.
// A value is converted here and nowhere else, so that log, cards, plots and export agree.

// Pascal in one torr is 101325/760 exactly; in one mbar 100.
const PRESSURES = {
  torr: { factor: 760 / 101325, label: "Torr" },
  mbar: { factor: 0.01, label: "mbar" },
  pa: { factor: 1, label: "Pa" },
};

const OTHERS = {
  celsius: { factor: 1, label: "°C", digits: 1 },
  watts: { factor: 1, label: "W" },
  volts: { factor: 1, label: "V" },
  amperes: { factor: 1, label: "A" },
  hertz: { factor: 1, label: "Hz" },
  meters: { factor: 1000, label: "mm", digits: 3 },
  seconds: { factor: 1, label: "s" },
  counts_per_second: { factor: 1, label: "cps" },
  percent: { factor: 1, label: "%", digits: 1 },
  daltons: { factor: 1, label: "u", digits: 4 },
  cubic_meters_per_second: { factor: 60000, label: "l/min" },
  sccm: { factor: 1, label: "sccm" },
  cubic_meters: { factor: 1000, label: "l" },
  ohms: { factor: 1, label: "Ω" },
  siemens_per_meter: { factor: 1e4, label: "µS/cm" },
  ratio: { factor: 1, label: "of 1" },
  counts: { factor: 1, label: "counts" },
  joules: { factor: 1, label: "J" },
  volt_amperes: { factor: 1, label: "VA" },
  degrees: { factor: 1, label: "°" },
  grams: { factor: 1, label: "g" },
  meters_per_second: { factor: 1000, label: "mm/s" },
  teslas: { factor: 1, label: "T" },
  number: { factor: 1, label: "" },
};

/** The pressure units a person can choose, in the order of the menu. */
export const CHOICES = Object.entries(PRESSURES).map(([name, u]) => ({ name, label: u.label }));

/** True when word is one of torr, mbar, pa. */
export function isChoice(word) {
  return Object.hasOwn(PRESSURES, word);
}

/** How a unit is read: {factor, label, digits?, log}. An unknown unit is shown as it is; "" has no label. */
export function reading(unit, choice = "torr") {
  if (unit === "pascals") return { ...(PRESSURES[choice] ?? PRESSURES.torr), log: true };
  const other = Object.hasOwn(OTHERS, unit) ? OTHERS[unit] : null;
  return { ...(other ?? { factor: 1, label: unit ?? "" }), log: false };
}

/** An SI value as a person's number: null stays null. */
export function convert(value, unit, choice) {
  return value == null || !Number.isFinite(value) ? null : value * reading(unit, choice).factor;
}

/** The units that the name of a metric may end in, the longest first: a plain number has none. */
export const UNITS = ["pascals", ...Object.keys(OTHERS)].filter((u) => u !== "number").sort((a, b) => b.length - a.length);

/** A number as text: scientific from 1e4 up and below 0.01, plain between; three digits unless told. */
export function number(value, digits) {
  if (value == null || !Number.isFinite(value)) return "–";
  if (value === 0) return digits ? (0).toFixed(digits) : "0";
  const size = Math.abs(value);
  if (digits !== undefined && size < 1e6) return value.toFixed(digits);
  if (size < 0.01 || size >= 1e5) return value.toExponential(2).replace("e+", "e");
  return String(Number(value.toPrecision(size >= 1000 ? 5 : 3)));
}

/** A whole reading as a person reads it: {text, unit, hint}. hint says what a bound means; text has "<" or ">" in front. */
export function display(value, unit, choice, bound = "exact") {
  const how = reading(unit, choice);
  const text = number(convert(value, unit, choice), how.digits);
  if (bound === "at_most") return { text: "< " + text, unit: how.label, hint: "under range" };
  if (bound === "at_least") return { text: "> " + text, unit: how.label, hint: "over range" };
  return { text, unit: how.label, hint: "" };
}
