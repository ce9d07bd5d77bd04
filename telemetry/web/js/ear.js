// A sound and a notification of the browser when something new needs somebody, where the person asked for it in this browser.

import { byId, setAttr } from "./dom.js";
import { pressing } from "./attention.js";
import { recall, remember } from "./prefs.js";
import { say } from "./dialogs.js";

/** What is new among items since known (a set of keys): those not acknowledged that press. known is brought up to date. */
export function fresh(items, known) {
  const now = pressing(items).filter((i) => !i.acked && i.kind !== "note");
  const found = now.filter((i) => !known.has(i.key));
  known.clear();
  for (const i of now) known.add(i.key);
  return found;
}

/** Listens where the person asked for it; the button asks. */
export function ear(app) {
  const button = byId("ear"), known = new Set();
  let on = recall("ear") === "yes", first = true, audio = null;
  const draw = () => setAttr(button, "aria-pressed", String(on));
  button.onclick = async () => {
    on = !on;
    remember("ear", on ? "yes" : "");
    draw();
    if (!on) return;
    beep();
    if (globalThis.Notification?.permission === "default") await Notification.requestPermission();
    say(globalThis.Notification?.permission === "granted" ? "A tone and a notification tell what is new, while this page is open." : "A tone tells what is new, while this page is open; notifications are not allowed here.");
  };
  app.store.on("status", () => {
    const news = fresh(app.attention ?? [], known);
    if (first) return void (first = false); // what stood there when the page opened is no news
    if (on && news.length) tell(news);
  });
  draw();

  function beep() {
    audio ??= globalThis.AudioContext ? new AudioContext() : null;
    if (!audio) return;
    const tone = audio.createOscillator(), loud = audio.createGain(), now = audio.currentTime;
    tone.frequency.value = 880;
    loud.gain.setValueAtTime(0.2, now);
    loud.gain.exponentialRampToValueAtTime(0.001, now + 0.6);
    tone.connect(loud).connect(audio.destination);
    tone.start(now);
    tone.stop(now + 0.6);
  }

  function tell(news) {
    beep();
    if (globalThis.Notification?.permission !== "granted") return;
    const [worst] = news;
    new Notification(worst.title, { body: `${worst.text}${news.length > 1 ? ` · and ${news.length - 1} more` : ""}`, tag: "pychron-edge" });
  }
}
