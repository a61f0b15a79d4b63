// Serves a built site from the loopback interface with the headers that hosts are sent: the policy of the theme and three more.

import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml", ".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".avif": "image/avif",
  ".json": "application/json", ".xml": "application/xml", ".txt": "text/plain; charset=utf-8", ".wasm": "application/wasm",
};
/** The policy that a built-in theme states. */
export function policy(theme) {
  const file = fileURLToPath(new URL(`../../themes/${theme}/theme.yaml`, import.meta.url));
  const found = /^content_security_policy: "(.+)"$/m.exec(readFileSync(file, "utf8"));
  if (!found) throw new Error(`${file} states no content_security_policy`);
  return found[1];
}
const HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "strict-origin-when-cross-origin",
  "cross-origin-opener-policy": "same-origin",
};

/** Starts the server with the policy of a theme, and frames of these hosts; gives its origin and a function that stops it. */
export async function serve(root, theme = "default", frames = "") {
  const always = { ...HEADERS, "content-security-policy": policy(theme) + (frames && `; frame-src ${frames}`) };
  const server = createServer(async (request, response) => {
    const asked = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    let path = join(root, normalize(asked));
    let status = 200;
    try {
      if ((await stat(path)).isDirectory()) path = join(path, "index.html");
      await stat(path);
    } catch {
      path = join(root, "404.html");
      status = 404;
    }
    let bytes = await readFile(path);
    const type = TYPES[extname(path)] ?? "application/octet-stream";
    const headers = { ...always, "content-type": type };
    if (/^text|json|xml/.test(type)) {
      bytes = gzipSync(bytes);
      headers["content-encoding"] = "gzip";
    }
    response.writeHead(status, headers).end(bytes);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
