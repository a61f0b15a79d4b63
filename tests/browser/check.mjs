// Looks at every kind of page of all themes in Chromium. Usage: node check.mjs PROGRAM [ARGUMENT...]
// Prints one line for each fault and exits with 1 if there is one. README.md says what is checked and against which budget.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { Browser, find } from "./chromium.mjs";
import { serve } from "./server.mjs";
import { build, pages } from "./site.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SCHEMES = ["light", "dark"];
/**
 * Where axe looks: at each page in every width, light and dark in turn. The next page of a kind begins with the other, so that two pages
 * of a kind are seen in all ten pairs, and the run takes half as long.
 */
const WIDTHS = [320, 360, 768, 1280, 1920];
const looks = (turn) => WIDTHS.map((width, at) => [width, SCHEMES[(at + turn) % 2]]);
/** Bytes over the wire, compressed by gzip. A story is what readers come for; lists and fronts show many. */
const BUDGET = {
  default: { page: 20_000, list: 30_000, script: 8_000, requests: 4 },
  archive: { page: 10_000, list: 16_000, script: 0, requests: 2 },
  // A style sheet of its own, and one for each of light and dark.
  bulletin: { page: 20_000, list: 30_000, script: 8_000, requests: 6 },
};
/** The search page has a script and a style sheet more, and loads the first files of the index. */
const SEARCH = { script: 8_000, requests: 5 };
/** The page for addresses that lead nowhere has a search field, and so the search's style sheet. */
const NOT_FOUND = { script: 0, requests: 1 };
/** A page with parts of `parts/media/` has their style sheet, and one with embeds their script. */
const MEDIA = `document.querySelectorAll("link[href*='/media.'], script[src*='/embed.']").length`;
/** The host of the embeds that the site may show. */
const FRAMES = "https://www.youtube-nocookie.com";
const SHIFT = 0.01;
/** Milliseconds until something is drawn, and until the largest thing is, for a phone: a processor slowed down four times, 1.6 Mbit/s, 150 ms a request. */
const PAINT = { first: 1_800, largest: 2_500 };
const PHONE = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 94_000 };

const SHIFTS = `(() => {
  window.__shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
})()`;

/** Runs axe and gives its findings as lines. */
const axe = (extra) => `axe.run(document, {
  resultTypes: ["violations"],
  rules: { "target-size": { enabled: true }, "color-contrast-enhanced": { enabled: ${extra} } },
}).then(({ violations }) => violations.flatMap(({ id, help, nodes }) =>
  nodes.slice(0, 3).map((node) => id + ": " + help + ": " + node.target.join(" "))))`;

/** What the keyboard is on, and whether a reader can see it. */
const FOCUS = `(() => {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  window.__order ??= [];
  // Day, month and year of a date are stops of their own.
  const within = element.type === "date" && window.__order.at(-1) === element;
  const again = !within && window.__order.includes(element);
  window.__order.push(element);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const inside = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth && box.width > 0;
  const line = element.getClientRects()[0] ?? box;
  const over = document.elementFromPoint(line.left + line.width / 2, line.top + line.height / 2);
  const covered = inside && over && !element.contains(over) && !over.contains(element);
  const name = element.className || element.textContent.trim().slice(0, 40) || element.tagName;
  return { again, within, ring, inside, covered, name, skip: element.classList.contains("skip"), tag: element.tagName };
})()`;
/** Text in Arabic letters that no element says the language of. */
const UNMARKED = `[...document.querySelectorAll("body *")].filter((element) => {
  const own = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("");
  return /\\p{Script=Arabic}/u.test(own) && !/^(ar|fa|ur)/.test(element.closest("[lang]").lang);
}).slice(0, 3).map((element) => element.textContent.trim().slice(0, 40))`;
const REACHABLE = `[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled).length`;

const faults = [];
const figures = {};
const contrasted = new Set();
let checks = 0;

function fault(theme, path, what) {
  faults.push(`${theme} ${decodeURI(path)}: ${what}`);
}

/** A tab that gathers everything the browser complains about. */
async function tab(browser) {
  const heard = { problems: [], sizes: new Map(), requests: new Map() };
  const page = await browser.page((method, params) => {
    if (method === "Log.entryAdded" && ["error", "warning"].includes(params.entry.level)) {
      heard.problems.push(`${params.entry.source}: ${params.entry.text} ${params.entry.url ?? ""}`);
    } else if (method === "Runtime.exceptionThrown") {
      heard.problems.push(`script: ${params.exceptionDetails.exception?.description ?? params.exceptionDetails.text}`);
    } else if (method === "Runtime.consoleAPICalled" && ["error", "warning", "assert"].includes(params.type)) {
      heard.problems.push(`console: ${params.args.map((argument) => argument.value).join(" ")}`);
    } else if (method === "Network.requestWillBeSent") {
      heard.requests.set(params.requestId, { type: params.type, url: params.request.url });
    } else if (method === "Network.loadingFinished") {
      heard.sizes.set(params.requestId, params.encodedDataLength);
    }
  });
  page.gathered = heard;
  page.fresh = () => {
    heard.problems.length = 0;
    heard.requests.clear();
    heard.sizes.clear();
  };
  await page.send("Page.addScriptToEvaluateOnNewDocument", { source: SHIFTS });
  return page;
}

async function accessibility(page, theme, origin, { path, kind, turn }) {
  for (const [width, scheme] of looks(turn)) {
    page.fresh();
    await page.media(width, 900, { "prefers-color-scheme": scheme });
    await page.open(origin + path);
    await page.run(AXE + ";true");
    checks += 1;
    for (const found of await page.run(axe(false))) fault(theme, path, `axe (${width} ${scheme}): ${found}`);
    for (const problem of page.gathered.problems) fault(theme, path, `${problem} (${width} ${scheme})`);
    // A busy machine may paint before the style sheet is read, once. What a page does by itself it does again.
    let shift = await page.run("window.__shift");
    for (let more = 0; more < 2 && shift > SHIFT; more += 1) {
      await page.open(origin + path);
      shift = Math.min(shift, await page.run("new Promise((resolve) => setTimeout(() => resolve(window.__shift), 1000))"));
    }
    if (shift > SHIFT) fault(theme, path, `layout shift of ${shift.toFixed(3)} (${width} ${scheme})`);
  }
  for (const text of await page.run(UNMARKED)) fault(theme, path, `nothing says what language "${text}" is in`);
  // Who asks for more contrast gets the 7 to 1 of level AAA. Colours do not differ within a kind of page.
  const colours = `${theme} ${kind} ${path.includes("everything-at-once")}`;
  for (const scheme of contrasted.has(colours) ? [] : SCHEMES) {
    contrasted.add(colours);
    await page.media(1280, 900, { "prefers-color-scheme": scheme, "prefers-contrast": "more" });
    checks += 1;
    for (const found of await page.run(axe(true))) fault(theme, path, `axe, more contrast (${scheme}): ${found}`);
  }
  await page.media(1280, 900, { "prefers-reduced-motion": "reduce" });
  if ((await page.run("getComputedStyle(document.documentElement).scrollBehavior")) !== "auto") {
    fault(theme, path, "scrolls smoothly for readers who asked for less motion");
  }
}

async function overflow(page, theme, { path }) {
  for (const width of [...WIDTHS, 2560]) {
    await page.media(width, 800);
    checks += 1;
    const wide = await page.run("document.documentElement.scrollWidth");
    if (wide > width) {
      const widest = await page.run(`[...document.querySelectorAll("body *")].filter((element) => {
        const box = element.getBoundingClientRect();
        return (box.right > ${width} + 1 || box.left < -1) && !element.closest(".table-scroll, pre, .hidden, .skip, .sections");
      }).slice(0, 3).map((element) => element.tagName + "." + element.className).join(", ")`);
      fault(theme, path, `${wide} pixels wide in a window of ${width}: ${widest}`);
    }
  }
}

async function keyboard(page, theme, origin, { path }) {
  // Smooth scrolling would still be on its way when we look.
  await page.media(1280, 900, { "prefers-reduced-motion": "reduce" });
  await page.open(origin + path);
  const reachable = await page.run(REACHABLE);
  let reached = 0;
  for (let step = 0; step <= 5 * reachable + 5; step += 1) {
    await page.key("Tab", "Tab", 9);
    const focus = await page.run(FOCUS);
    if (!focus) break;
    if (focus.again) {
      if (reached < reachable) fault(theme, path, `the keyboard is caught at "${focus.name}"`);
      break;
    }
    if (focus.within) continue;
    reached += 1;
    if (step === 0 && !focus.skip) fault(theme, path, `the first stop of the keyboard is "${focus.name}", not the skip link`);
    if (!focus.ring) fault(theme, path, `no visible focus on "${focus.name}"`);
    if (!focus.inside) fault(theme, path, `the keyboard is at "${focus.name}", which cannot be seen`);
    if (focus.covered) fault(theme, path, `something lies over "${focus.name}", where the keyboard is`);
  }
  if (reached < reachable) fault(theme, path, `the keyboard reaches ${reached} of ${reachable} links and buttons`);
  await page.open(origin + path);
  await page.key("Tab", "Tab", 9);
  await page.key("Enter", "Enter", 13);
  checks += 1;
  if ((await page.run("document.activeElement.tagName")) !== "MAIN") fault(theme, path, "the skip link does not lead to main");
}

async function weight(page, theme, origin, { path, kind }) {
  await page.send("Network.setCacheDisabled", { cacheDisabled: true });
  await page.media(1280, 900);
  page.fresh();
  await page.open(origin + path);
  await page.run("new Promise((resolve) => setTimeout(resolve, 100))");
  const sums = { Document: 0, Stylesheet: 0, Script: 0 };
  let requests = 0;
  for (const [id, { type, url }] of page.gathered.requests) {
    // The browser's own pictures in fields for dates.
    if (url.startsWith("data:") && type === "Image") continue;
    if (!url.startsWith(origin)) fault(theme, path, `asks another host: ${url}`);
    // The icon is `Other`, and asked for when the browser likes.
    if (type === "Image" || type === "Other") continue;
    requests += 1;
    sums[type] = (sums[type] ?? 0) + (page.gathered.sizes.get(id) ?? 0);
  }
  const budget = BUDGET[theme];
  const bytes = sums.Document + sums.Stylesheet;
  const media = await page.run(MEDIA);
  // The style sheet of blocks is for pages that have some.
  const limit = (["story", "tombstone", "page", "not-found", "search"].includes(kind) ? budget.page : budget.list) + (media ? 2_000 : 0);
  checks += 1;
  if (bytes > limit) fault(theme, path, `${bytes} bytes of HTML and CSS, more than ${limit}`);
  const search = { search: SEARCH, "not-found": NOT_FOUND }[kind] ?? { script: 0, requests: 0 };
  const [script, most] = [Math.max(budget.script, search.script), budget.requests + search.requests + media];
  if (sums.Script > script) fault(theme, path, `${sums.Script} bytes of script, more than ${script}`);
  if (requests > most) fault(theme, path, `${requests} requests, more than ${most}`);
  const figure = (figures[`${theme} ${kind}`] ??= { pages: 0, most: 0, script: 0, requests: 0 });
  figure.pages += 1;
  figure.most = Math.max(figure.most, bytes);
  figure.script = Math.max(figure.script, sums.Script);
  figure.requests = Math.max(figure.requests, requests);
  await page.send("Network.setCacheDisabled", { cacheDisabled: false });
}

/** A page reads the same without scripts, apart from what only works with them (buttons, the search field); the search says that it needs one. The demonstration's times may be recent or not. */
async function noScript(page, theme, origin, { path, kind }) {
  const text = `document.querySelector("main").innerText.replace(/\\s+/g, " ")`;
  await page.run(`document.querySelectorAll("button[type=button], .embed .asks, form[role=search], .ago span").forEach((part) => part.remove());
    document.querySelectorAll(".ago s").forEach((time) => time.replaceWith(time.textContent))`);
  const withScript = await page.run(text);
  await page.send("Emulation.setScriptExecutionDisabled", { value: true });
  await page.open(origin + path);
  const without = await page.run(text);
  await page.send("Emulation.setScriptExecutionDisabled", { value: false });
  checks += 1;
  if (kind === "search") {
    if (!/JavaScript|جافاسكربت/.test(without)) fault(theme, path, "does not say that it needs a script");
  } else if (withScript !== without) fault(theme, path, "reads otherwise without scripts");
}

/** Galleries by their numbers, and embeds: who is asked, and when. Themes without scripts have links. */
async function media(browser, theme, origin, chosen) {
  const page = await browser.page();
  const said = (what) => page.run(`new Promise((resolve) => {
    addEventListener("securitypolicyviolation", ({ effectiveDirective }) => resolve(effectiveDirective));
    ${what}
    setTimeout(() => resolve(""), 400);
  })`);
  const framed = `document.body.append(Object.assign(document.createElement("iframe"), { src: "${FRAMES}/embed/x" }));`;
  await page.media(1280, 900, { "prefers-reduced-motion": "reduce" });
  const { path } = chosen.find(({ traits }) => traits.includes("gallery") && traits.includes("embed")) ?? {};
  checks += 4;
  if (!path) return fault(theme, "/", "there is no story with a gallery and an embed");
  await page.open(origin + path);
  const inView = await page.run(`(() => {
    document.querySelector(".numbers a:last-child").click();
    const [strip, last] = [document.querySelector(".strip"), document.querySelector(".strip figure:last-child")];
    const [frame, box] = [strip.getBoundingClientRect(), last.getBoundingClientRect()];
    return box.left >= frame.left - 2 && box.right <= frame.right + 2 && box.top >= 0;
  })()`);
  if (!inView) fault(theme, path, "the number of a picture does not lead to it");
  if (BUDGET[theme].script) {
    if (await page.run(`document.querySelector(".embed iframe") !== null`)) fault(theme, path, "an embed is there before a click");
    if (await said(`document.querySelector(".embed button").click();`)) fault(theme, path, "the policy blocks an embed");
    const frame = await page.run(`document.querySelector(".embed iframe")?.src ?? ""`);
    if (!frame.startsWith(FRAMES)) fault(theme, path, `a click on an embed shows "${frame}"`);
  }
  await page.open(`${origin}/`);
  if ((await said(framed)) !== "frame-src") fault(theme, "/", "a page without embeds may show frames");
  await page.close();
}

/** Whether the times that paper shows are the times themselves. */
const PAPER = `[...document.querySelectorAll("main .ago")].filter((time) => time.checkVisibility())
  .every((time) => time.innerText === (time.querySelector("s") ?? time).textContent)`;
/** Twelve minutes after the newest story of the demonstration. */
const LATER = Date.parse("2026-11-23T11:14:00Z");

/** What is recent says so, moves nothing, and is a time again on paper. */
async function times(browser, theme, origin, chosen) {
  const page = await tab(browser);
  await page.send("Page.addScriptToEvaluateOnNewDocument", { source: `Date.now = () => ${LATER};` });
  const text = `[...document.querySelectorAll("main .ago")].map((time) => time.innerText).join("\\n")`;
  let said = "";
  for (const { path } of chosen.filter(({ kind }) => ["front", "story", "day", "category"].includes(kind))) {
    for (const width of [360, 1280]) {
      await page.media(width, 900);
      await page.open(origin + path);
      await page.run("new Promise((resolve) => setTimeout(resolve, 100))");
      const shift = await page.run("window.__shift");
      checks += 1;
      if (shift > SHIFT) fault(theme, path, `relative times move the page by ${shift.toFixed(3)} (${width})`);
      said += await page.run(text);
      await page.send("Emulation.setEmulatedMedia", { media: "print" });
      if (!(await page.run(PAPER))) fault(theme, path, "times on paper are relative");
      await page.send("Emulation.setEmulatedMedia", { media: "" });
    }
  }
  for (const words of theme === "default" ? ["12 minutes ago", "hace ", "today", "hoy"] : []) {
    if (!said.toLowerCase().includes(words)) fault(theme, "/", `no time of any page is "${words}"`);
  }
  await page.close();
}

/** What a reader with a phone waits for. The machine may have been busy with something else, so a slow page gets more tries. */
async function paint(page, theme, origin, { path, kind }) {
  await page.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.send("Network.emulateNetworkConditions", PHONE);
  await page.send("Network.setCacheDisabled", { cacheDisabled: true });
  await page.media(360, 800);
  let [first, largest, shift] = [Infinity, Infinity, Infinity];
  // A busy machine is slow once, and may paint before the style sheet is read. What a page does by itself it does again.
  for (let round = 0; round < 5 && (first > PAINT.first || largest > PAINT.largest || shift > SHIFT); round += 1) {
    await page.open(origin + path);
    const seen = await page.run(`new Promise((resolve) => {
      let first = 0, largest = 0;
      new PerformanceObserver((list) => {
        first = list.getEntriesByName("first-contentful-paint")[0]?.startTime ?? first;
      }).observe({ type: "paint", buffered: true });
      new PerformanceObserver((list) => {
        largest = list.getEntries().at(-1).startTime;
      }).observe({ type: "largest-contentful-paint", buffered: true });
      const wait = () => first && largest ? resolve([first, largest, window.__shift]) : setTimeout(wait, 20);
      setTimeout(wait, 300);
    })`);
    [first, largest, shift] = [Math.min(first, seen[0]), Math.min(largest, seen[1]), Math.min(shift, seen[2])];
  }
  await page.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  await page.send("Network.emulateNetworkConditions", { ...PHONE, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await page.send("Network.setCacheDisabled", { cacheDisabled: false });
  checks += 1;
  figures[`${theme} on a phone, ${kind} ${path}`] = `first paint ${first.toFixed(0)} ms, largest ${largest.toFixed(0)} ms, shift ${shift.toFixed(3)}`;
  if (first > PAINT.first) fault(theme, path, `first paint after ${first.toFixed(0)} ms on a phone, more than ${PAINT.first}`);
  if (largest > PAINT.largest) fault(theme, path, `largest paint after ${largest.toFixed(0)} ms on a phone, more than ${PAINT.largest}`);
  if (shift > SHIFT) fault(theme, path, `layout shift of ${shift.toFixed(3)} on a phone`);
}

async function theme(browser, program, work, name) {
  const output = build(program, work, name);
  const server = await serve(output, name, FRAMES);
  const chosen = pages(output);
  const kinds = new Set(chosen.map((page) => page.kind));
  const wanted = ["front", "category", "topic", "place", "author", "day", "month", "year", "latest", "corrections", "feeds", "index", "story", "tombstone", "page", "not-found", "search"];
  for (const kind of wanted) if (!kinds.has(kind)) fault(name, "/", `there is no page of the kind ${kind}`);
  if (!chosen.some((page) => page.older)) fault(name, "/", "there is no older page of a list");
  const turns = new Map();
  for (const page of chosen) {
    page.turn = turns.get(page.kind) ?? 0;
    turns.set(page.kind, page.turn + 1);
  }
  const queue = [...chosen];
  const worker = async () => {
    const page = await tab(browser);
    for (let next = queue.shift(); next; next = queue.shift()) {
      await accessibility(page, name, server.origin, next);
      await overflow(page, name, next);
      await keyboard(page, name, server.origin, next);
      await weight(page, name, server.origin, next);
      await noScript(page, name, server.origin, next);
    }
    await page.close();
  };
  await Promise.all(Array.from({ length: Math.min(4, cpus().length) }, worker));
  await times(browser, name, server.origin, chosen);
  await media(browser, name, server.origin, chosen);
  const page = await tab(browser);
  // One page of each kind, the one with the most parts.
  const richest = (kind) => chosen.filter((page) => page.kind === kind).sort((a, b) => b.traits.length - a.traits.length)[0];
  for (const kind of kinds) await paint(page, name, server.origin, richest(kind));
  await page.close();
  server.close();
  return chosen.length;
}

const program = process.argv.slice(2);
if (!program.length) {
  console.error("usage: node check.mjs PROGRAM [ARGUMENT...]");
  process.exit(2);
}
const started = Date.now();
const work = mkdtempSync(join(tmpdir(), "dateline-pages-"));
const browser = await Browser.start(find());
try {
  for (const name of (process.env.THEMES ?? "default,archive,bulletin").split(",")) {
    const count = await theme(browser, program, work, name);
    console.log(`${name}: ${count} pages looked at`);
  }
} finally {
  await browser.close();
  rmSync(work, { recursive: true, force: true });
}
for (const [name, figure] of Object.entries(figures)) {
  const text = typeof figure === "string" ? figure
    : `${figure.pages} pages, at most ${figure.most} bytes of HTML and CSS, ${figure.script} of script, ${figure.requests} requests`;
  console.log(`  ${name}: ${text}`);
}
for (const line of faults) console.log(`FAULT ${line}`);
console.log(`${checks} checks, ${faults.length} faults, ${((Date.now() - started) / 1000).toFixed(0)} s`);
process.exit(faults.length ? 1 : 0);
