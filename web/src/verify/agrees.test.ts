// The page and `sluice verify` are two programs for one format: on a whole passport, and on what was bent, cut, retitled or taken out
// of it, both give the same verdict. Runs where SLUICE names the program (tests/run.py does).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWhere } from './needs.fixture.ts';
import { type Report, verifyDocument } from './report.ts';

const program = process.env['SLUICE'] ?? '';
const golden = new URL('../../../tests/golden/', import.meta.url).pathname;
const VERDICT: Record<number, Report['verdict'][]> = { 0: ['verified'], 1: ['unreadable'], 6: ['failed', 'not_pinned'] };

/** Numbers that look random and are the same in every run. */
function* numbers(seed: number): Generator<number> {
  for (let x = seed; ;) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    yield x;
  }
}

function bent(text: string, count: number): string[] {
  const from = numbers(7);
  const at = (limit: number): number => from.next().value! % limit;
  const out: string[] = [];
  for (let n = 0; n < count; n++) {
    const bytes = Buffer.from(text, 'utf8');
    const where = at(bytes.length);
    bytes[where] = bytes[where]! ^ (1 << at(7));
    out.push(bytes.toString('utf8'));
  }
  const lines = Object.keys(JSON.parse(text) as object);
  for (const member of lines) {
    const without = JSON.parse(text) as Record<string, unknown>;
    delete without[member];
    out.push(JSON.stringify(without));
  }
  return [...out, text.slice(0, text.length / 2), text + ' {}', text + '\n', `\ufeff${text}`, text.replace('"value":', '"value" :'), '{}', '[]', '', text.replace(/"([0-9a-f]{64})"/, (_, hex: string) => `"${hex.toUpperCase()}"`)];
}

describeWhere(program, 'SLUICE names no program: build it, and run the tests through ./dev test', 'the page agrees with the program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'agrees-'));
  const ask = (file: string, anchor: string): number => {
    try {
      execFileSync(program, ['verify', file, '--trust', anchor], { stdio: 'ignore' });
      return 0;
    } catch (error) {
      return (error as { status: number }).status;
    }
  };
  for (const [bundle, trust] of [['passport/passport.json', 'passport/trust.txt'], ['ledger/evidence.json', 'ledger/trust.txt']] as const)
    it(bundle, { timeout: 120_000 }, () => {
      const whole = readFileSync(golden + bundle, 'utf8');
      const anchor = readFileSync(golden + trust, 'utf8');
      const seen = new Set<string>();
      for (const [n, document] of [whole, ...bent(whole, 60)].entries()) {
        const file = join(folder, 'bundle.json');
        writeFileSync(file, document);
        const code = ask(file, golden + trust);
        const here = verifyDocument({ document: new TextDecoder('utf-8', { ignoreBOM: true }).decode(readFileSync(file)), anchor, fileDigest: null, nowMs: Date.now() });
        expect(VERDICT[code], `document ${n}: sluice verify says ${code}, the page ${here.verdict} ${here.reason ?? ''}`).toContain(here.verdict);
        seen.add(here.verdict);
      }
      expect([...seen].sort()).toEqual(['failed', 'unreadable', 'verified']);
    });
});
