// Prints what the tablet loads before it is usable and fails above the budget: 60 kB of gzipped
// script, 150 kB in all (an old municipal tablet behind a slow line). The
// texts that are loaded later are counted too.
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const SCRIPT_BYTES_MAX = 60_000;
const TOTAL_BYTES_MAX = 150_000;
/** Two files for the staff's language, and every visitor language but French, which is built in. */
const TEXT_FILES = 6;

const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");
const weigh = (file) => gzipSync(readFileSync(file)).length;

/** Every file the page's HTML names, and every script those import at once. */
function loaded(page) {
  const html = readFileSync(join(dist, page), "utf8");
  const files = new Set([join(dist, page)]);
  const queue = [...html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css|svg))"/g)].map((m) => m[1]);
  for (const name of queue) {
    const file = join(dist, name);
    if (files.has(file)) continue;
    files.add(file);
    if (!file.endsWith(".js")) continue;
    const text = readFileSync(file, "utf8");
    for (const [, path] of text.matchAll(/(?:from|import)\s*["'](\.[^"']+\.js)["']/g)) {
      queue.push(relative(dist, join(dirname(file), path)));
    }
  }
  return [...files];
}

/** The texts a page may load later: those named in `import()` by what it has loaded. */
function texts(files) {
  const found = new Set();
  for (const file of files.filter((name) => name.endsWith(".js"))) {
    for (const [, path] of readFileSync(file, "utf8").matchAll(
      /import\(\s*[`"'](\.[^`"']+\.js)[`"']/g,
    )) {
      const later = join(dirname(file), path);
      // Not what belongs to a call or a link: the page is usable before that is there. Every file
      // of texts begins with a comment.
      if (/^(?:var|let|const) \w+=["'`]#/.test(readFileSync(later, "utf8"))) found.add(later);
    }
  }
  return [...found];
}

let failed = false;
const PAGES = ["tablet", "interpreter", "coordinator", "administrator", "guest"];
for (const page of PAGES.map((name) => `${name}.html`)) {
  const files = loaded(page);
  const later = texts(files)
    .map(weigh)
    .sort((a, b) => b - a)
    .slice(0, TEXT_FILES);
  const textBytes = later.reduce((sum, bytes) => sum + bytes, 0);
  const sum = (kind) => files.filter((f) => f.endsWith(kind)).reduce((n, f) => n + weigh(f), 0);
  const script = sum(".js") + textBytes;
  const total = files.reduce((n, file) => n + weigh(file), 0) + textBytes;
  const over = page === "tablet.html" && (script > SCRIPT_BYTES_MAX || total > TOTAL_BYTES_MAX);
  failed ||= over;
  const kB = (bytes) => (bytes / 1000).toFixed(1);
  process.stdout.write(
    `${page}\tscript ${kB(script)} kB gzip\ttotal ${kB(total)} kB gzip\t${over ? "over budget" : "ok"}\n`,
  );
}
process.exit(failed ? 1 : 0);
