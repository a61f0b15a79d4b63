// Drives the search page in Chromium, and holds the words of the index against those that search.js reads.
// Usage: node search.mjs PROGRAM [ARGUMENT...]. Prints one line for each fault; exits with 1 if there is one.

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Browser, find } from "./chromium.mjs";
import { serve } from "./server.mjs";

const TIMEOUT = 60_000;
/** Bytes that one query may load, the list of segments included. */
const BYTES = 300_000;
const faults = [];
const work = mkdtempSync(join(tmpdir(), "dateline-search-"));
const output = join(work, "output");
const program = process.argv.slice(2);

function check(what, good) {
  if (!good) faults.push(what);
  if (process.env.VERBOSE) console.log(`${good ? "good" : "BAD "} ${what}`);
}

const write = (path, text) => {
  mkdirSync(dirname(join(work, path)), { recursive: true });
  writeFileSync(join(work, path), text);
};

/** Letters, digits and marks of all scripts, each between two others. */
function letters() {
  const found = [];
  for (let code = 0xa0; code < 0x2fa20; code += 1) {
    if (code >= 0x3400 && code < 0xa000 && code % 97) continue;
    if (code >= 0xac00 && code < 0xd7a4 && code % 89) continue;
    if (code >= 0x20000 && code < 0x2f800 && code % 997) continue;
    const letter = String.fromCodePoint(code);
    if (/[\p{L}\p{N}\p{M}]/u.test(letter)) found.push(`qb${letter}kz`);
  }
  return found.join("\n");
}

function newsroom() {
  write("dateline.yaml", "title: Check\nbase_url: https://example.org/\nlanguages: [en, es, ar, ja]\nrelated: 0\npages: {ninjs: false, days: false}\nTHEME".replace("THEME", `theme: ${process.env.THEMES ?? "default"}\n`));
  const story = (name, front, body) => write(`content/2026/${name}.md`, `---\nuri: urn:t:${name}\n${front}\n---\n\n${body}\n`);
  for (let at = 0; at < 400; at += 1) {
    const day = new Date(Date.UTC(2026, 0, 1) + at * 86_400_000 * 0.7).toISOString().replace(/\.\d+/, "");
    const [section, more] = at % 2 ? ["economy/energy", "Prices rose."] : ["sport", "They won."];
    story(`s${at}`, `headline: Crane report ${at}\nfirstCreated: ${day}\ncategory: ${section}`, `Harbour cranes were counted at berth${at}. ${more}`);
  }
  story("puerto", "headline: Huelga en el puerto de Málaga\nlanguage: es\nfirstCreated: 2026-05-01T10:00:00Z\ncategory: economy", "Los estibadores pararon la economía.");
  story("mina", "headline: إضراب في الميناء\nlanguage: ar\nfirstCreated: 2026-05-01T10:00:00Z\ncategory: economy", "توقفت الرافعات عن العمل في المدينة.");
  story("letters", "headline: Letters\nlanguage: ja\nfirstCreated: 2026-05-01T10:00:00Z", letters());
  execFileSync(program[0], [...program.slice(1), "build", "--quiet", "--site", work, "--now", "2026-11-24T00:00:00Z"], { stdio: "inherit" });
}

/** All words of the index of an edition. */
function indexed(folder) {
  const read = (name) => readFileSync(join(output, folder, name));
  const found = new Set();
  for (const [name] of JSON.parse(read("index.json")).segments) {
    const segment = JSON.parse(read(`parts/${name}.json`));
    for (const part of segment.words.match(/.{10}/g)) {
      const bytes = Buffer.from(read(`parts/${part}.txt`).toString(), "base64");
      let [at, last] = [0, Buffer.alloc(0)];
      const number = () => {
        for (let [value, shift] = [0, 0]; ; shift += 7) {
          const byte = bytes[at++];
          value |= (byte & 127) << shift;
          if (byte < 128) return value;
        }
      };
      while (at < bytes.length) {
        const [shared, more] = [bytes[at], bytes[at + 1]];
        last = Buffer.concat([last.subarray(0, shared), bytes.subarray(at + 2, at + 2 + more)]);
        at += 2 + more;
        found.add(last.toString());
        const head = number();
        if (head & 1) at += (segment.stories + 7) >> 3;
        for (let left = head & 1 ? number() : head >> 1; left > 0; left -= 1) number();
      }
    }
  }
  return found;
}

async function spelling() {
  copyFileSync(join(output, "assets/search.js"), join(work, "search.mjs"));
  const { words } = await import(join(work, "search.mjs"));
  const ours = new Set(words(letters()));
  const theirs = indexed("ja/search/");
  const missing = [...ours].filter((word) => !theirs.has(word));
  check(`${ours.size} words of all letters are spelt as in the index, but ${missing.slice(0, 9).join(" ")}`, ours.size > 3_000 && !missing.length);
  const more = [...theirs].filter((word) => !ours.has(word) && !word.startsWith("/"));
  check(`no other words are in the index than ${more.slice(0, 9).join(" ")}`, more.every((word) => ["letters", "news"].includes(word)));
}

let heard = { bytes: 0, requests: 0, problems: [] };

/** Runs an expression in the page until it gives something. */
async function until(page, what, expression) {
  const end = Date.now() + TIMEOUT;
  for (;;) {
    const value = await page.run(expression).catch(() => null);
    if (value) return check(what, true), value;
    if (Date.now() > end) {
      const state = await page.run(`location.search + " " + document.querySelector(".found")?.textContent + " " + ${RESULTS}.join()`).catch(() => "");
      return check(`${what} (${state})`, false), null;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const RESULTS = `[...document.querySelectorAll(".results h2 a")].map((link) => link.textContent)`;
const STATUS = `document.querySelector(".found[role=status]").textContent`;

/** Types a text into what has the focus. */
const type = (page, text) => page.send("Input.insertText", { text });

async function pages(origin) {
  const browser = await Browser.start(find());
  const page = await browser.page((method, params) => {
    if (method === "Network.loadingFinished") heard.bytes += params.encodedDataLength;
    if (method === "Network.requestWillBeSent" && params.request.url.includes("/search/")) heard.requests += 1;
    if (method === "Log.entryAdded" && params.entry.level === "error") heard.problems.push(params.entry.text);
    if (method === "Runtime.exceptionThrown") heard.problems.push(params.exceptionDetails.text);
  });
  try {
    await page.media(1280, 900, { "prefers-reduced-motion": "reduce" });
    // By keyboard alone, from the link in the head of the front page.
    await page.open(`${origin}/`);
    await page.run(`document.querySelector(".find").focus()`);
    await page.key("Enter", "Enter", 13);
    await until(page, "the link in the head leads to the search", `location.pathname === "/search/" && document.readyState === "complete"`);
    await page.run(`document.querySelector("#q").focus()`);
    heard.bytes = heard.requests = 0;
    await type(page, "berth39");
    await until(page, "results come while one types, newest first", `${RESULTS}.join() === "Crane report 399,Crane report 398,Crane report 397,Crane report 396,Crane report 395,Crane report 394,Crane report 393,Crane report 392,Crane report 391,Crane report 390" `);
    check("the address has the query", (await page.run("location.search")) === "?q=berth39");
    await until(page, "the number of results is announced", `/^Results: 11$|^Results so far: 1[01]\\./.test(${STATUS})`);
    check(`a query loads ${heard.bytes} bytes in ${heard.requests} requests`, heard.bytes < BYTES && heard.requests < 40);
    check("the focus stays in the field", (await page.run("document.activeElement.id")) === "q");
    await page.run(`document.querySelector("#q").select()`);
    await type(page, "harbour prices ");
    await until(page, "all words count", `${RESULTS}.length === 10 && ${RESULTS}.every((text) => /[13579]$/.test(text))`);
    // On to the button, through the fields and the results.
    for (let step = 0; step < 40 && !(await page.run(`document.activeElement.matches(".further button")`)); step += 1) {
      await page.key("Tab", "Tab", 9);
    }
    await page.key("Enter", "Enter", 13);
    await until(page, "more results come", `${RESULTS}.length === 20`);
    check("the focus is on the first of them", await page.run(`document.activeElement === document.querySelectorAll(".results h2 a")[10]`));
    // Filters.
    const choose = (name, value) => page.run(`(() => { const field = document.querySelector("[name=${name}]"); field.value = "${value}"; field.dispatchEvent(new Event("input", { bubbles: true })); return true; })()`);
    await page.open(`${origin}/search/?q=cranes`);
    await choose("section", "economy");
    await until(page, "a section has the stories of those below it", `${RESULTS}.length === 10 && ${RESULTS}.every((text) => /[13579]$/.test(text))`);
    await choose("from", "2026-02-01");
    await choose("until", "2026-02-03");
    await until(page, "a search can be held to some days", `${RESULTS}.join() === "Crane report 47,Crane report 45" && location.search.includes("until=2026-02-03")`);
    check(`the number of results is told: ${await page.run(STATUS)}`, (await page.run(STATUS)) === "Results: 2");
    check("sections have their names", (await page.run(`document.querySelector(".results .stamp").textContent`)) === "Energy · 3 February 2026" || (await page.run(`document.querySelector(".results .stamp").textContent`)).startsWith("Energy · February"));
    // An address with all of it, and the way on to a story.
    const address = await page.run("location.href");
    await page.open(address);
    await until(page, "an address with a query shows its results", `${RESULTS}.join() === "Crane report 47,Crane report 45" && document.querySelector("[name=section]").value === "economy"`);
    await page.run(`document.querySelector(".results a").focus()`);
    await page.key("Enter", "Enter", 13);
    await until(page, "a result leads to its story", `document.querySelector("h1")?.textContent.includes("Crane report 47") && document.body.className === "k-story"`);
    await page.open(`${origin}/search/?q=report+crane+7&order=relevance`);
    await until(page, "by relevance", `${RESULTS}.length === 10`);
    for (const [path, query, headline] of [
      ["/es/search/", "economia MALAGA", "Huelga en el puerto de Málaga"],
      ["/es/search/", "puertos", "Huelga en el puerto de Málaga"],
      ["/ar/search/", "اضراب", "إضراب في الميناء"],
      ["/ar/search/", "والميناء", "إضراب في الميناء"],
    ]) {
      await page.open(`${origin}${path}?q=${encodeURIComponent(query)}`);
      await until(page, `${path} finds ${query}`, `${RESULTS}.join() === ${JSON.stringify(headline)}`);
    }
    await page.open(`${origin}/search/?q=the+of`);
    await until(page, "function words alone are told of", `${STATUS}.startsWith("These words")`);
    await page.open(`${origin}/search/?q=zebrawood`);
    await until(page, "nothing found is told of", `${STATUS} === "Results: 0"`);
    check(`no complaint of the browser, such as ${heard.problems[0]}`, !heard.problems.length);
  } finally {
    await browser.close();
  }
}

if (!program.length) {
  console.error("usage: node search.mjs PROGRAM [ARGUMENT...]");
  process.exit(2);
}
try {
  newsroom();
  await spelling();
  const server = await serve(output);
  await pages(server.origin);
  server.close();
} finally {
  rmSync(work, { recursive: true, force: true });
}
for (const line of faults) console.log(`FAULT ${line}`);
console.log(`search: ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
