import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const web = new URL("../", import.meta.url);
const read = (name) => readFileSync(new URL(name, web), "utf8");
const modules = readdirSync(new URL("js/", web)).filter((name) => name.endsWith(".js"));

test("every module parses", () => {
  for (const name of modules) execFileSync(process.execPath, ["--check", new URL(`js/${name}`, web).pathname]);
});

test("every import is exported where it is taken from", () => {
  for (const name of modules) {
    for (const [, names, from] of read(`js/${name}`).matchAll(/import \{([^}]*)\} from "\.\/([\w.]+)"/g)) {
      const source = read(`js/${from}`);
      for (const word of names.split(",").map((w) => w.trim()).filter(Boolean)) {
        assert.match(source, new RegExp(`export (async )?(function\\*?|const|class) ${word}\\b`), `${name} takes ${word} from ${from}`);
      }
    }
  }
});

test("what arrives from outside cannot become markup", () => {
  for (const name of modules) {
    assert.doesNotMatch(read(`js/${name}`), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\(|new Function|setAttribute\("style"/, name);
  }
});

test("the page needs nothing that its content policy forbids, and nothing from elsewhere", () => {
  const page = read("index.html").replace(/<!--[^]*?-->/g, "");
  assert.doesNotMatch(page, /<style|style=|\son\w+=|<script>|https?:|javascript:|data:/);
  for (const [, file] of page.matchAll(/(?:src|href)="([^"#][^"]*)"/g)) assert.ok(existsSync(new URL(file, web)), `${file} is there`);
});

test("the licence is beside what it covers", () => assert.match(read("uplot/LICENSE"), /MIT/));

test("one idea per file", () => {
  for (const name of modules) assert.ok(read(`js/${name}`).split("\n").length <= 250, `${name} is short`);
});
