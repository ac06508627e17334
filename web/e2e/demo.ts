// A real node for a test: a demo is told once for all walks, in the background (telling.ts); each file of walks serves a copy of it of its
// own, and ends it by its own pid.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const program = process.env['SLUICE'] ?? fileURLToPath(new URL('../../build/release/bin/sluice', import.meta.url));
export const present = (): boolean => existsSync(program);

export interface Account {
  password: string;
  secret: string;
}

/** What telling.ts leaves beside the demo that it told. */
export interface Told {
  accounts: Record<string, Account>;
  release: string;
  at_ms: number;
}

export interface Demo {
  url: string;
  dir: string;
  accounts: Map<string, Account>;
  release: string;
  /** A code of this account's authenticator that was not used yet. */
  code: (account: string) => Promise<string>;
  stop: () => Promise<void>;
}

/** Where the told demo lies, for the workers: telling.ts sets it. */
export const TOLD_IN = 'SLUICE_TOLD_IN';
export const TOLD = 'told.json', FAILED = 'failed.txt';
/** Under the demo's own folder: the node lets data managers register sources in it from their browsers. */
export const HANDED_OVER = 'handed_over';

const STARTS_WITHIN = 180_000, STEP_MS = 30_000;

export function ended(child: ChildProcess): Promise<void> {
  return child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise((resolve) => child.once('exit', () => resolve()));
}

export async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended(child);
  clearTimeout(hard);
}

/** The program, until it prints what is waited for: what it printed so far. */
export async function startedUntil(args: string[], shown: RegExp): Promise<{ child: ChildProcess; out: string }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '', log = '';
  child.stderr.on('data', (part: Buffer) => { log += part.toString(); });
  try {
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`sluice ${args[0]!}: nothing after ${STARTS_WITHIN} ms\n${out}\n${log}`)), STARTS_WITHIN);
      child.once('error', reject);
      child.once('exit', (code) => { clearTimeout(late); reject(new Error(`sluice ${args[0]!} ended with ${code}\n${out}\n${log}`)); });
      child.stdout.on('data', (part: Buffer) => {
        out += part.toString();
        if (shown.test(out)) {
          clearTimeout(late);
          resolve();
        }
      });
    });
  } catch (error) {
    await end(child);
    throw error;
  }
  return { child, out };
}

async function told(): Promise<{ folder: string; story: Told }> {
  const folder = process.env[TOLD_IN]!, until = Date.now() + STARTS_WITHIN;
  for (;;) {
    if (existsSync(join(folder, TOLD))) return { folder, story: JSON.parse(readFileSync(join(folder, TOLD), 'utf8')) as Told };
    if (existsSync(join(folder, FAILED))) throw new Error(readFileSync(join(folder, FAILED), 'utf8'));
    if (Date.now() > until) throw new Error('no demo was told');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** RFC 6238 with SHA-1, six digits, 30 seconds: the code of one step. */
function totp(secret: string, step: number): string {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g)!.map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19]! & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** Codes in turn: a node takes each once, and that of the coming half minute too; only who needs more waits. */
function codes(accounts: ReadonlyMap<string, Account>, toldAt: number): Demo['code'] {
  const used = new Map<string, number>();
  return async (account) => {
    for (;;) {
      const now = Math.floor(Date.now() / STEP_MS), step = Math.max((used.get(account) ?? Math.floor(toldAt / STEP_MS)) + 1, now);
      if (step <= now + 1) {
        used.set(account, step);
        return totp(accounts.get(account)!.secret, step);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
}

export async function startDemo(): Promise<Demo> {
  const { folder, story } = await told();
  const root = mkdtempSync(join(tmpdir(), 'sluice-walk-')), dir = join(root, 'demo');
  if (spawnSync('cp', ['-a', join(folder, 'demo'), dir]).status !== 0) throw new Error('the demo could not be copied');
  mkdirSync(join(dir, HANDED_OVER));
  const { child, out } = await startedUntil(['serve', '--space', join(dir, 'space'), '--listen', '127.0.0.1:0', '--source-folder', join(dir, HANDED_OVER)], /https:\S+\s/);
  const accounts = new Map(Object.entries(story.accounts));
  return {
    url: /(https:\S+?)\/?\s/.exec(out)![1]!, dir, accounts, release: story.release, code: codes(accounts, story.at_ms),
    stop: async () => {
      await end(child);
      rmSync(root, { recursive: true, force: true });
    },
  };
}
