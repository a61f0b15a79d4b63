// Drives `dateline serve` in Chromium: edits files as editors do and looks at what the open page makes of it.
// Usage: node preview.mjs PROGRAM [ARGUMENT...]. SHOTS names a folder for pictures. Prints one line for each fault; exits with 1 if
// there is one.

import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Browser, find } from "./chromium.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
/** Milliseconds until something that should happen counts as not happening. */
const TIMEOUT = 60_000;
const faults = [];
const site = mkdtempSync(join(tmpdir(), "dateline-preview-"));
const program = process.argv.slice(2);

const write = (path, text) => {
  mkdirSync(dirname(join(site, path)), { recursive: true });
  // As editors save: a new file takes the name of the old one.
  writeFileSync(join(site, `${path}.tmp~`), text);
  renameSync(join(site, `${path}.tmp~`), join(site, path));
};
const read = (path) => readFileSync(join(site, path), "utf8");

function check(what, good) {
  if (!good) faults.push(what);
  if (process.env.VERBOSE) console.log(`${good ? "good" : "BAD "} ${what}`);
}

/** Runs an expression in the page until it gives something. */
async function until(page, what, expression) {
  const end = Date.now() + TIMEOUT;
  for (;;) {
    const value = await page.run(expression).catch(() => null);
    if (value) return check(what, true), value;
    if (Date.now() > end) return check(what, false), null;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function shot(page, name) {
  if (!process.env.SHOTS) return;
  mkdirSync(process.env.SHOTS, { recursive: true });
  const { data } = await page.send("Page.captureScreenshot", { format: "png" });
  writeFileSync(join(process.env.SHOTS, `${name}.png`), Buffer.from(data, "base64"));
}

/** Starts the preview and gives its address. */
function serve(more) {
  const child = spawn(program[0], [...program.slice(1), "serve", "--site", site, "--port", "0", ...more], { cwd: ROOT });
  let said = "";
  const ready = new Promise((resolve, reject) => {
    child.stderr.on("data", (bytes) => {
      said += bytes;
      const link = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (link) resolve(link);
    });
    child.on("exit", (code) => reject(new Error(`the preview ended with ${code}\n${said}`)));
  });
  return { ready, said: () => said, stop: () => child.kill("SIGTERM") };
}

const OVERLAY = `document.querySelector("dateline-preview").shadowRoot.querySelector(".overlay")`;
const BAR = `document.querySelector("dateline-preview").shadowRoot.querySelector(".bar")`;
const FRAME = `document.querySelector("dateline-preview").shadowRoot.querySelector("iframe")?.contentDocument`;

for (const folder of ["content", "data", "themes"]) cpSync(join(ROOT, folder), join(site, folder), { recursive: true });
const settings = readFileSync(join(ROOT, "dateline.yaml"), "utf8").replace(/^theme:.*\n/m, "");
write("dateline.yaml", `${settings}\ntheme: own\n`);
write("themes/own/theme.yaml", "extends: default\n");
write("themes/own/static/style.css", read("themes/default/static/style.css"));
write("themes/own/templates/story.html", `{% extends "default/story.html" %}\n`);
const STORY = "content/2026/11/22/browser-check.md";
const story = (headline, text) => `---
headline: "${headline}"
uri: urn:check:browser
firstCreated: 2026-11-22T10:00:00Z
category: economy
---

${text}

${"A paragraph that makes the page long enough to scroll.\n\n".repeat(60)}`;
write(STORY, story("Harbour check", "First words."));
const URL_PATH = "/economy/2026/11/22/browser-check/";

const server = serve(["--now", "2026-11-24T00:00:00Z"]);
const browser = await Browser.start(find());
try {
  const origin = await server.ready;
  const complaints = [];
  const listen = (method, { exceptionDetails, entry }) => {
    if (method === "Runtime.exceptionThrown") complaints.push(exceptionDetails.text);
    if (method === "Log.entryAdded" && entry.level === "error" && !/ 50\d | 404 /.test(`${entry.text} `)) complaints.push(entry.text);
  };
  const page = await browser.page(listen);
  await page.media(1280, 900);
  await page.open(origin + URL_PATH);
  await until(page, "the page is open", `document.querySelector("h1")?.textContent.includes("Harbour check")`);
  await until(page, "the notice of another time", `${BAR}?.textContent.includes("2026-11-24")`);
  await page.run(`window.mark = 1; document.querySelector("h1").mark = 1; scrollTo({ top: 900, behavior: 'instant' }); true`);
  const at = await page.run("scrollY");
  check("the page scrolls", at > 500);
  const second = await browser.page(listen);
  await second.media(500, 800);
  await second.open(origin + URL_PATH);
  await until(second, "a second browser", `document.querySelector("dateline-preview")`);

  // A style sheet.
  write("themes/own/static/style.css", `${read("themes/own/static/style.css")}\nh1 { color: rgb(1, 2, 3) !important }\n`);
  await until(page, "the style sheet is swapped", `getComputedStyle(document.querySelector("h1")).color === "rgb(1, 2, 3)"`);
  await until(second, "in the second browser too", `getComputedStyle(document.querySelector("h1")).color === "rgb(1, 2, 3)"`);
  check("without a reload", await page.run("window.mark === 1"));
  await until(page, "one sheet is left", `document.querySelectorAll("link[rel~=stylesheet]").length === 1`);

  // A template: what the reader did stays.
  write("themes/own/templates/story.html", `{% extends "default/base.html" %}{% block main %}<h1 id="h">{{ story.headline }}</h1>
    <details id="d"><summary>More</summary>Inner</details><input id="i">{{ story.body }}{% endblock %}`);
  await until(page, "the template is shown", `document.querySelector("#d")`);
  // Scripts of the default page are gone with it, which takes a reload; the browser then goes back to where it was scrolled.
  await until(page, "the page has loaded again", `document.readyState === "complete" && window.datelinePreview && window.mark === undefined`);
  await page.run("new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)))");
  await page.run(`window.mark = 3; document.querySelector("#d").open = true; document.querySelector("#i").value = "typed";
    document.querySelector("#i").focus({ preventScroll: true }); scrollTo({ top: 900, behavior: 'instant' }); true`);
  // Opening a part above moves the page once more: it has to have come to rest.
  await until(page, "the page rests", `new Promise((resolve) => { const at = scrollY; setTimeout(() => resolve(at > 500 && at === scrollY), 300); })`);
  const rest = await page.run("scrollY");
  write("themes/own/templates/story.html", read("themes/own/templates/story.html").replace("Inner", "Inner <b id='b'>edited</b>"));
  await until(page, "it is edited again", `document.querySelector("#b")`);
  check("no reload", await page.run("window.mark === 3"));
  const scrolled = await page.run("scrollY");
  check(`the scroll position stays (${rest}, then ${scrolled})`, Math.abs(scrolled - rest) < 2);
  check("the open part stays open", await page.run(`document.querySelector("#d").open`));
  check("the text that was typed stays", await page.run(`document.querySelector("#i").value === "typed"`));
  check("the focus stays", await page.run(`document.activeElement.id === "i"`));
  check("the style stays", await page.run(`getComputedStyle(document.querySelector("h1")).color === "rgb(1, 2, 3)"`));
  await until(second, "the second browser follows", `document.querySelector("#b")`);
  await shot(page, "template");

  // Broken, and mended.
  const good = read("themes/own/templates/story.html");
  write("themes/own/templates/story.html", good.replace("{{ story.headline }}", "{{ story.headline "));
  await until(page, "the overlay is shown", `${OVERLAY}?.textContent.includes("themes/own/templates/story.html:1:")`);
  check("over the page as it was", await page.run(`!!document.querySelector("#b")`));
  await shot(page, "overlay");
  await page.key("Escape");
  await until(page, "Escape closes it", `!${OVERLAY}`);
  write("themes/own/templates/story.html", good.replace("{{ story.headline }}", "{{ story.hedline }}"));
  await until(page, "a fault on this page", `${OVERLAY}?.textContent.includes("hedline")`);
  check("the terminal tells", server.said().includes("hedline"));
  await page.open(origin + URL_PATH);
  await until(page, "the overlay is there after a reload", `${OVERLAY} && document.querySelector("#b")`);
  await shot(page, "fault");
  write("themes/own/templates/story.html", good);
  await until(page, "the overlay goes when it is mended", `!${OVERLAY}`);

  // A story.
  await page.run("window.mark = 2; scrollTo({ top: 700, behavior: 'instant' }); true");
  write(STORY, story("Harbour check", "Second words."));
  await until(page, "the story is shown as edited", `document.body.textContent.includes("Second words.")`);
  check("without a reload, either", await page.run("window.mark === 2 && Math.abs(scrollY - 700) < 2"));
  write(STORY, story("Harbour check", "See [this](nowhere.md)."));
  await until(page, "a fault of the story", `${BAR}?.textContent.includes("1 problem on this page")`);
  await page.run(`${BAR}.querySelector("button").click(); true`);
  await until(page, "the panel of problems", `${FRAME}?.body.textContent.includes("nowhere.md")`);
  await shot(page, "problems");
  await page.key("Escape");
  write(STORY, story("Harbour check", "Third words."));
  await until(page, "it goes", `!${BAR}?.textContent.includes("problem")`);

  // The inspector, by its key and by the address.
  await page.key("i", "KeyI", 73, 1);
  await until(page, "the inspector", `${FRAME}?.body?.textContent.includes("themes/own/templates/story.html")`);
  await shot(page, "inspector");
  await page.key("i", "KeyI", 73, 1);
  await until(page, "its key closes it", `!${FRAME}`);
  await page.open(`${origin}/?inspect`);
  await until(page, "the inspector by ?inspect", `${FRAME}?.body?.textContent.includes("zone 1, lead: picked")`);
  await shot(page, "inspector-front");

  // A hidden story.
  write("content/2026/11/22/later.md", `---
headline: "Embargoed words"
uri: urn:check:later
firstCreated: 2026-11-22T10:00:00Z
embargoedUntil: 2026-12-01T06:00:00Z
category: economy
---

Not before December.
`);
  await until(page, "the hidden story is listed", `fetch("/_dateline/hidden/").then((answer) => answer.text()).then((text) => text.includes("Embargoed words"))`);
  await page.open(`${origin}/_dateline/hidden/2026/11/22/later.md`);
  const BANNER = `document.querySelector("dateline-preview").shadowRoot.querySelector(".banner")`;
  await until(page, "the banner of a hidden story", `${BANNER}?.textContent.includes("under embargo until 2026-12-01T")`);
  check("the story under it", await page.run(`document.body.textContent.includes("Not before December.")`));
  check("its address stays 404", await page.run(`fetch("/economy/2026/11/22/later/").then((answer) => answer.status === 404)`));
  await shot(page, "hidden");
  await second.open(`${origin}/`);
  await until(second, "the second browser goes elsewhere", `document.querySelector("dateline-preview")`);
  await shot(second, "front");

  check(`the browser complains: ${complaints.join("; ")}`, complaints.length === 0);
  const paper = await page.run(`document.querySelectorAll("dateline-preview").length`);
  check("one preview element", paper === 1);
} catch (error) {
  faults.push(String(error.stack ?? error));
} finally {
  await browser.close();
  server.stop();
  if (existsSync(site)) rmSync(site, { recursive: true, force: true });
}
faults.forEach((fault) => console.log(`preview: ${fault}`));
console.log(faults.length ? `${faults.length} faults` : "preview: good");
process.exitCode = faults.length ? 1 : 0;
