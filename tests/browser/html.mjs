// Holds every page of both themes against the HTML standard. Usage: node html.mjs PROGRAM [ARGUMENT...]
// Prints one line for each kind of fault with a page that has it, and exits with 1 if there is one.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { HtmlValidate, StaticConfigLoader } from "html-validate";
import { build, htmlFiles } from "./site.mjs";

const CONFIG = JSON.parse(readFileSync(new URL("html-validate.json", import.meta.url), "utf8"));

const program = process.argv.slice(2);
if (!program.length) {
  console.error("usage: node html.mjs PROGRAM [ARGUMENT...]");
  process.exit(2);
}
const validator = new HtmlValidate(new StaticConfigLoader(CONFIG));
const work = mkdtempSync(join(tmpdir(), "dateline-html-"));
const found = new Map();
let pages = 0;
try {
  for (const theme of (process.env.THEMES ?? "default,archive,bulletin").split(",")) {
    const output = build(program, work, theme);
    for (const file of htmlFiles(output)) {
      pages += 1;
      const report = validator.validateStringSync(readFileSync(file, "utf8"), file);
      for (const { ruleId, message, line, column } of report.results.flatMap((result) => result.messages)) {
        const key = `${theme}: ${ruleId}: ${message}`;
        const known = found.get(key);
        if (known) known.pages.add(file);
        else found.set(key, { at: `/${relative(output, file)}:${line}:${column}`, pages: new Set([file]) });
      }
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
// Without a page nothing would be wrong.
if (pages < 100) {
  console.error(`only ${pages} pages were made`);
  process.exit(1);
}
for (const [key, { at, pages }] of found) console.log(`FAULT ${key} (${at}, ${pages.size} pages)`);
console.log(`${pages} pages held against the HTML standard, ${found.size} faults`);
process.exit(found.size ? 1 : 0);
