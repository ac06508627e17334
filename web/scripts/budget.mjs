// Fails when what a browser must load first, or a lazy route beyond it, is heavier than the budget (gzip).
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const KB = 1024;
const FIRST_MAX = 450 * KB;
const ROUTE_MAX = 250 * KB;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('assets/manifest.json', dist), 'utf8'));
const size = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;

function filesOf(key, out = new Set()) {
  const chunk = manifest[key];
  if (!chunk || out.has(chunk.file)) return out;
  out.add(chunk.file);
  for (const css of chunk.css ?? []) out.add(css);
  for (const next of chunk.imports ?? []) filesOf(next, out);
  return out;
}
const sum = (files) => [...files].reduce((n, f) => n + size(f), 0);

const first = filesOf('index.html');
const rows = [['first load', sum(first), FIRST_MAX]];
for (const [key, chunk] of Object.entries(manifest)) {
  if (!chunk.isDynamicEntry) continue;
  const more = [...filesOf(key)].filter((f) => !first.has(f));
  rows.push([key, sum(more), ROUTE_MAX]);
}
let bad = 0;
for (const [name, bytes, max] of rows) {
  if (bytes > max) bad++;
  console.log(`${bytes > max ? 'OVER ' : 'ok   '} ${(bytes / KB).toFixed(1).padStart(7)} KB of ${max / KB}  ${name}`);
}
process.exit(bad === 0 ? 0 : 1);
