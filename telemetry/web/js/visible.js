// What is not seen but changes how the rest is shown, made visible. Pure.

const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]|\p{Cf}/gu;
const SOME = new RegExp(UNSEEN.source, "u");

/**
 * A text for people in which each character of control, of no width, or that turns the direction of writing stands as its number, such as \\u202e: so no
 * text from outside reverses or hides what stands beside it. Ends of lines and tabs stay.
 */
export function visible(text) {
  return SOME.test(text) ? text.replace(UNSEEN, number) : text;
}

function number(c) {
  const n = c.codePointAt(0).toString(16);
  return n.length > 4 ? `\\u{${n}}` : `\\u${n.padStart(4, "0")}`;
}
