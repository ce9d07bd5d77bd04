// How long ago something was, whatever is done to the browser's clock.

/**
 * How long ago at, a Date.now(), is: () => ms. The wall clock may be set meanwhile, even back, and then the other clock goes on; that one may stand
 * while the machine sleeps. Whichever says more is believed: nothing looks fresher than it is.
 */
export function age(at) {
  const began = performance.now() - Math.max(0, Date.now() - at);
  return () => Math.max(0, Date.now() - at, performance.now() - began);
}
