// Every kind of entry that a ledger can hold has its words in both languages: the page shows no bare id.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import en from './en.ts';
import zh from './zh.ts';

const space = fileURLToPath(new URL('../../../src/space/', import.meta.url));

function headers(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((f) => (f.isDirectory() ? headers(join(folder, f.name)) : f.name.endsWith('.h') ? [readFileSync(join(folder, f.name), 'utf8')] : []));
}

test('each event of the space has its words', () => {
  const listed = readFileSync(join(space, 'event.h'), 'utf8');
  const names = new Set(listed.slice(listed.indexOf('OneOf<')).match(/\b[A-Z]\w+\b/g));
  const kinds = headers(space).flatMap((text) => [...text.matchAll(/struct (\w+) \{\n\s*static constexpr std::string_view kind = "([a-z_.0-9]+)"/g)]).filter(([, name]) => names.has(name!)).map(([, , kind]) => kind!.replace('.', '_'));
  expect(kinds.length).toBeGreaterThan(80);
  const words = { zh: zh.event as Record<string, string>, en: en.event as Record<string, string> };
  expect(kinds.filter((kind) => !words.zh[kind] || !words.en[kind])).toEqual([]);
});
