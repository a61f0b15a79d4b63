// Takes pictures of pages: node shots.mjs SITE OUT WIDTHS SCHEMES PATH... (SCHEMES of light, dark, print, contrast)

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Browser, find } from "./chromium.mjs";
import { serve } from "./server.mjs";

const [site, out, widths, schemes, ...paths] = process.argv.slice(2);
if (!paths.length) {
  console.error("usage: node shots.mjs SITE OUT WIDTHS SCHEMES PATH...");
  process.exit(2);
}
mkdirSync(out, { recursive: true });
const server = await serve(site);
const browser = await Browser.start(find());
const page = await browser.page();
try {
  for (const path of paths) {
    for (const width of widths.split(",").map(Number)) {
      for (const scheme of schemes.split(",")) {
        const features = { "prefers-color-scheme": scheme === "dark" ? "dark" : "light" };
        if (scheme === "contrast") features["prefers-contrast"] = "more";
        if (scheme === "forced") features["forced-colors"] = "active";
        await page.media(width, 900, features, scheme === "print" ? "print" : "");
        await page.open(server.origin + path);
        const height = Math.min(await page.run("document.documentElement.scrollHeight"), Number(process.env.MAX ?? 4000));
        await page.media(width, height, features, scheme === "print" ? "print" : "");
        await page.run(`Promise.all([...document.images].map((image) => {
          image.loading = "eager";
          return image.decode().catch(() => {});
        })).then(() => new Promise((resolve) => setTimeout(resolve, 150)))`);
        const { data } = await page.send("Page.captureScreenshot", { format: "png" });
        const name = `${path.replaceAll("/", "_").replace(/^_|_$/g, "") || "front"}-${width}-${scheme}.png`;
        writeFileSync(join(out, decodeURIComponent(name)), Buffer.from(data, "base64"));
      }
    }
  }
} finally {
  await browser.close();
  server.close();
}
