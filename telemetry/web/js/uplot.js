// uPlot, which only plots need: it is asked for when the page stands, or when the first plot is drawn, whichever is first. It is a script of
// its own that makes one name, and its first run takes as long as all of ours.

import { h } from "./dom.js";

let coming = null;

/** Resolves when uPlot is here; one that did not come is asked for again by the next call. */
export function needPlots() {
  return (coming ??= new Promise((here, failed) => {
    const script = h("script", { src: "uplot/uPlot.iife.min.js", onload: () => here(), onerror: () => failed(new Error("the plots' own script did not come")) });
    document.head.append(script);
  }).catch((error) => {
    coming = null;
    throw error;
  }));
}

/** Whether it is here. */
export const havePlots = () => typeof uPlot !== "undefined";
