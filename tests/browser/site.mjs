// Builds the demonstration site with a theme, short lists and a story that has everything, and picks the pages to look at.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "../..");

/** Builds into a folder below `work` and gives its path. `program` is the command line of dateline. */
export function build(program, work, theme) {
  const site = join(work, theme);
  mkdirSync(site);
  for (const folder of ["content", "data", "themes"]) cpSync(join(ROOT, folder), join(site, folder), { recursive: true });
  cpSync(join(HERE, "content"), join(site, "content/2026/11/23"), { recursive: true });
  // One edition has the front that dateline orders.
  rmSync(join(site, "content/fronts/es.yaml"));
  const settings = readFileSync(join(ROOT, "dateline.yaml"), "utf8").replace(/^theme:.*\n/m, "");
  writeFileSync(join(site, "dateline.yaml"), `${settings}\ntheme: ${theme}\nembeds: [youtube]\nlists:\n  per_page: 4\n`);
  const arguments_ = ["build", "--quiet", "--site", site, "--now", "2026-11-24T00:00:00Z", "--output", join(site, "output")];
  execFileSync(program[0], [...program.slice(1), ...arguments_], { stdio: "inherit", cwd: ROOT });
  return join(site, "output");
}

/** What sets pages apart in how they look, by a sign of it in their bytes. */
const TRAITS = {
  picture: /<figure/, table: /<table/, facts: /class="facts"/, gallery: /class="gallery"/, embed: /class="embed/, alert: /class="flag"/, corrected: /id="correction"/,
  archived: /class="notice archived"/, machine: /class="machine"/, translated: /class="translations"/, code: /<pre>/, history: /class="versions"/, breaking: /class="alerts breaking"/,
};

/** One page of each kind and language, older pages of lists apart, and of stories one of each set of traits: `{ path, kind, traits }`, by path. */
export function pages(output) {
  const chosen = new Map();
  for (const file of htmlFiles(output)) {
    const text = readFileSync(file, "utf8");
    const kind = /<body class="k-([a-z-]+)"/.exec(text)?.[1];
    if (!kind) continue;
    const language = /<html lang="([^"]+)"/.exec(text)?.[1];
    const traits = Object.keys(TRAITS).filter((name) => ["front", "story", "page"].includes(kind) && TRAITS[name].test(text));
    const older = /\/page\/\d+\//.test(file);
    const key = [kind, language, older, ...traits].join(" ");
    const path = `/${relative(output, file).replace(/index\.html$/, "")}`;
    const known = chosen.get(key);
    if (!known || path.length < known.path.length) chosen.set(key, { path: encodeURI(path), kind, traits, older });
  }
  return [...chosen.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Every HTML file below a folder. */
export function htmlFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return htmlFiles(path);
    return entry.name.endsWith(".html") ? [path] : [];
  });
}
