import assert from "node:assert/strict";
import { test } from "node:test";
import { keyOf, parsing, quantile, quantileWords, rate } from "../js/exposition.js";

const TEXT = `# HELP d_seconds Time.\\nSecond line.
# TYPE d_seconds histogram
d_seconds_bucket{device="a",le="0.1"} 5
d_seconds_bucket{device="a",le="1"} 9
d_seconds_bucket{device="a",le="+Inf"} 10
d_seconds_sum{device="a"} 4.5
d_seconds_count{device="a"} 10
# TYPE x_total counter
x_total{text="a \\"b\\", c=\\"d\\" \\\\ \\n"} 3 1700000000000
plain 1.5e-9
broken{ 3
nonsense{a="b"} three
`;

const inOne = (text) => {
  const reading = parsing(text);
  for (let steps = 0; ; steps++) {
    const { done, value } = reading.next();
    if (done) return { families: value, steps };
  }
};
const parseText = (text) => inOne(text).families;

test("a long scrape is read in steps, none of them long", () => {
  const lines = Array.from({ length: 1050 }, (_, i) => `x{n="${i}"} ${i}`);
  const { families, steps } = inOne(lines.join("\n"));
  assert.equal(families[0].series.length, 1050);
  assert.equal(families[0].series.at(-1).value, 1049);
  assert.equal(steps, 10);
});

test("a scrape is read into families", () => {
  const [histogram, counter, plain, ...rest] = parseText(TEXT);
  assert.deepEqual(rest, []);
  assert.equal(histogram.help, "Time.\nSecond line.");
  assert.deepEqual(histogram.series[0], { key: 'd_seconds{device="a"}', labels: { device: "a" }, sum: 4.5, count: 10,
    buckets: [{ le: 0.1, count: 5 }, { le: 1, count: 9 }, { le: Infinity, count: 10 }] });
  assert.equal(counter.series[0].labels.text, 'a "b", c="d" \\ \n');
  assert.equal(counter.series[0].value, 3);
  assert.equal(plain.series[0].value, 1.5e-9);
});

test("a series has one spelling", () => assert.equal(keyOf("m", { b: "2", a: "1" }), 'm{a="1",b="2"}'));

test("quantiles are linear within a bucket", () => {
  const buckets = [{ le: 0.1, count: 5 }, { le: 1, count: 9 }, { le: Infinity, count: 10 }];
  assert.equal(quantile(0.5, buckets), 0.1);
  assert.ok(Math.abs(quantile(0.7, buckets) - 0.55) < 1e-9);
  assert.equal(quantile(0.99, buckets), 1, "beyond the last bound it is the last bound");
  assert.ok(Number.isNaN(quantile(0.5, [])));
  assert.ok(Number.isNaN(quantile(0.5, [{ le: Infinity, count: 0 }])));
});

test("no percentile is invented below the first bound or beyond the last", () => {
  const buckets = [{ le: 0.1, count: 5 }, { le: 1, count: 9 }, { le: Infinity, count: 10 }], say = (v) => `${v} s`;
  assert.deepEqual([0.3, 0.5, 0.99].map((q) => quantileWords(q, buckets, say)), ["≤ 0.1 s", "≤ 0.1 s", "> 1 s"]);
  assert.match(quantileWords(0.7, buckets, say), /^0\.5[45]\d* s$|^0\.55 s$/);
  assert.equal(quantileWords(0.5, [{ le: Infinity, count: 0 }], say), "–");
  assert.equal(quantileWords(0.5, [{ le: Infinity, count: 4 }], say), "–");
});

test("a counter that was reset counts from 0", () => {
  assert.equal(rate(10, 30, 2), 10);
  assert.equal(rate(10, 4, 2), 2);
  assert.ok(Number.isNaN(rate(1, 2, 0)));
});
