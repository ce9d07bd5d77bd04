// What counts as a valve: each point called "open" of any device, be it a valve of its own, one of a valve box, of a relay card or of a
// generic model of the family valve. Pure.

const MANUAL = "manual"; // the model that is moved by hand and reported

/** The valves of a device: [{key, name, about, device, point, control, commanded, state}]. */
export function valvesOf(device) {
  const open = (device.points ?? []).filter((p) => p.name === "open");
  if (!open.length && device.family === "valve") open.push({ point: "open", name: "open", channel: "", value: null, stale: true });
  return open.map((point) => valve(device, point));
}

function valve(device, point) {
  const channel = point.channel ?? "";
  const control = (device.controls ?? []).find((c) => c.control === point.point) ?? null;
  const commanded = (device.points ?? []).find((p) => p.name === "commanded" && (p.channel ?? "") === channel)?.value ?? null;
  return {
    key: `${device.source ?? ""}/${device.name}.${point.point}`, name: channel || device.name, box: channel ? device.name : "",
    about: point.description || (channel ? "" : device.description) || "", device, point, control, commanded,
    state: stateOf(device, point, control, commanded),
  };
}

/** True for a device whose points are all about valves. */
export function onlyValves(device) {
  const points = device.points ?? [];
  return device.family === "valve" || (points.length > 0 && points.every((p) => p.name === "open" || p.name === "commanded"));
}

// open, closed, moving, mismatch, unknown, or unreported: of a valve moved by hand that nobody has told about.
function stateOf(device, point, control, commanded) {
  const silent = device.health === "unavailable" || device.health === "disabled";
  if (control?.moving) return "moving";
  if (silent) return "unknown";
  if (point.value == null && point.last == null && device.model === MANUAL) return "unreported";
  if (point.stale || control?.state === "unknown") return "unknown"; // as the drawing, the interlocks and Pychron's clients have it
  if (point.value !== 0 && point.value !== 1) return "unknown";
  if (commanded !== null && commanded !== point.value) return "mismatch";
  return point.value === 1 ? "open" : "closed";
}

const WORDS = { open: "open", closed: "closed", moving: "moving", mismatch: "not as told", unknown: "not known", unreported: "not reported" };

/** The word for a valve's state. What is old or not known is "not known". */
export function valveWord(state) {
  return WORDS[state];
}

/** True where the state is known now. */
export function valveKnown(state) {
  return state === "open" || state === "closed" || state === "moving";
}
