// Tells the demo of which every walk serves a copy, once a run. It is told in the background: what needs no node is walked meanwhile.
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FAILED, TOLD, TOLD_IN, type Told, end, present, program, startedUntil } from './demo.ts';

const ROWS = 2000;

async function tell(folder: string): Promise<void> {
  if (!present()) throw new Error(`no sluice program at ${program}: build it, or name it in SLUICE`);
  const dir = join(folder, 'demo');
  const { child, out } = await startedUntil(['demo', '--dir', dir, '--rows', String(ROWS), '--listen', '127.0.0.1:0'], /console: https:\S+ /);
  await end(child);
  const accounts = Object.fromEntries([...out.matchAll(/^ {4}(\S+)\s+(demo_\S+)\s+([A-Z2-7]{32})\s/gm)].map(([, name, password, secret]) => [name!, { password: password!, secret: secret! }]));
  const release = readdirSync(join(dir, 'recipient')).find((f) => f.endsWith('.passport.json'))!.replace('.passport.json', '');
  const story: Told = { accounts, release, at_ms: Date.now() };
  // Whole or not there: whoever waits for it reads it at once.
  writeFileSync(join(folder, `${TOLD}.new`), JSON.stringify(story));
  renameSync(join(folder, `${TOLD}.new`), join(folder, TOLD));
}

export default function telling(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-told-'));
  process.env[TOLD_IN] = folder;
  const done = tell(folder).catch((error: unknown) => writeFileSync(join(folder, FAILED), String(error)));
  return async () => {
    await done;
    rmSync(folder, { recursive: true, force: true });
  };
}
