// A headless Chromium on the DevTools protocol, spoken over a pipe: no package, no port, no web socket.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const FLAGS = [
  "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--mute-audio",
  "--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--disable-extensions", "--disable-features=Translate,OptimizationHints,MediaRouter",
  "--force-color-profile=srgb", "--remote-debugging-pipe",
];

/** Path of the browser: the environment's `CHROMIUM`, else the first known name on the path, else null. */
export function find() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of NAMES) {
      if (existsSync(join(folder, name))) return join(folder, name);
    }
  }
  return null;
}

export class Browser {
  #next = 1;
  #waiting = new Map();
  #listeners = new Map();
  #rest = [];

  static async start(program) {
    const browser = new Browser();
    browser.profile = mkdtempSync(join(tmpdir(), "dateline-browser-"));
    browser.process = spawn(program, [...FLAGS, `--user-data-dir=${browser.profile}`, "about:blank"], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    const gone = (why) => {
      for (const { reject } of browser.#waiting.values()) reject(new Error(`the browser ended: ${why}`));
      browser.#waiting.clear();
    };
    browser.process.on("error", (error) => gone(error.message));
    browser.process.on("exit", (code, signal) => gone(signal ?? code));
    browser.process.stdio[3].on("error", () => {});
    browser.process.stdio[4].on("data", (bytes) => browser.#read(bytes));
    await browser.send("Browser.getVersion");
    return browser;
  }

  #read(bytes) {
    let from = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, from)) {
      this.#rest.push(bytes.subarray(from, end));
      this.#take(JSON.parse(Buffer.concat(this.#rest).toString("utf8")));
      this.#rest = [];
      from = end + 1;
    }
    if (from < bytes.length) this.#rest.push(bytes.subarray(from));
  }

  #take(message) {
    if (message.id) {
      const { resolve, reject, method } = this.#waiting.get(message.id) ?? {};
      this.#waiting.delete(message.id);
      if (message.error) reject?.(new Error(`${method}: ${message.error.message}`));
      else resolve?.(message.result);
    } else {
      this.#listeners.get(message.sessionId)?.(message.method, message.params);
    }
  }

  /** Sends one command and gives its answer. */
  send(method, params = {}, sessionId = undefined) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, method });
      this.process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /** A new tab. `listen` gets each event of it. */
  async page(listen = () => {}) {
    const { browserContextId } = await this.send("Target.createBrowserContext");
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank", browserContextId });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, sessionId, browserContextId);
    this.#listeners.set(sessionId, (method, params) => {
      page.heard(method, params);
      listen(method, params);
    });
    for (const domain of ["Page", "Runtime", "Network", "Log", "Security"]) await page.send(`${domain}.enable`);
    return page;
  }

  async close() {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.send("Browser.close").catch(() => {});
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5000))]);
    this.process.kill("SIGKILL");
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

class Page {
  #loaded = null;

  constructor(browser, sessionId, context) {
    Object.assign(this, { browser, sessionId, context });
  }

  send(method, params) {
    return this.browser.send(method, params, this.sessionId);
  }

  heard(method) {
    if (method === "Page.loadEventFired") this.#loaded?.();
  }

  /** Goes to an address and waits until the page and its fonts are there. */
  async open(url) {
    const loaded = new Promise((resolve, reject) => {
      this.#loaded = resolve;
      setTimeout(() => reject(new Error(`${url} did not load in 30 s`)), 30_000).unref();
    });
    const { errorText } = await this.send("Page.navigate", { url });
    if (errorText) throw new Error(`${url}: ${errorText}`);
    await loaded;
    await this.run("document.fonts.ready.then(() => true)");
  }

  /** Size of the window in CSS pixels, and media features such as `{"prefers-color-scheme": "dark"}`. */
  async media(width, height, features = {}, media = "") {
    await this.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
    const list = Object.entries(features).map(([name, value]) => ({ name, value }));
    await this.send("Emulation.setEmulatedMedia", { media, features: list });
  }

  /** Value of an expression in the page; promises are waited for. */
  async run(expression) {
    const answer = await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (answer.exceptionDetails) {
      const { text, exception } = answer.exceptionDetails;
      throw new Error(`${text} ${exception?.description ?? ""}`);
    }
    return answer.result.value;
  }

  /** Presses a key once. */
  async key(key, code = key, keyCode = 0, modifiers = 0) {
    const event = { key, code, windowsVirtualKeyCode: keyCode, modifiers };
    await this.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...event });
    if (key === "Enter") await this.send("Input.dispatchKeyEvent", { type: "char", text: "\r", ...event });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
  }

  async close() {
    await this.browser.send("Target.disposeBrowserContext", { browserContextId: this.context });
  }
}
