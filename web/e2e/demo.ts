// A real node for a test: `sluice demo` in a fresh folder, its address and accounts read from what it prints, ended by its own pid.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const program = process.env['SLUICE'] ?? fileURLToPath(new URL('../../build/release/bin/sluice', import.meta.url));
export const present = (): boolean => existsSync(program);

export interface Account {
  password: string;
  secret: string;
}

export interface Demo {
  url: string;
  dir: string;
  accounts: Map<string, Account>;
  release: string;
  stop: () => Promise<void>;
}

const STARTS_WITHIN = 60_000;

function ended(child: ChildProcess): Promise<void> {
  return child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise((resolve) => child.once('exit', () => resolve()));
}

export async function startDemo(rows: number): Promise<Demo> {
  const root = mkdtempSync(join(tmpdir(), 'sluice-walk-'));
  const dir = join(root, 'demo');
  const child = spawn(program, ['demo', '--dir', dir, '--rows', String(rows), '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let log = '';
  child.stderr.on('data', (part: Buffer) => { log += part.toString(); });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended(child);
    clearTimeout(hard);
    rmSync(root, { recursive: true, force: true });
  };
  try {
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no console after ${STARTS_WITHIN} ms\n${out}\n${log}`)), STARTS_WITHIN);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`sluice demo ended with ${code}\n${out}\n${log}`)));
      child.stdout.on('data', (part: Buffer) => {
        out += part.toString();
        if (/console: https:\S+ /.test(out)) {
          clearTimeout(late);
          resolve();
        }
      });
    });
  } catch (error) {
    await stop();
    throw error;
  }
  const accounts = new Map<string, Account>();
  for (const [, name, password, secret] of out.matchAll(/^ {4}(\S+)\s+(demo_\S+)\s+([A-Z2-7]{32})\s/gm)) accounts.set(name!, { password: password!, secret: secret! });
  const release = readdirSync(join(dir, 'recipient')).find((f) => f.endsWith('.passport.json'))!.replace('.passport.json', '');
  return { url: /console: (https:\S+?)\/? /.exec(out)![1]!, dir, accounts, release, stop };
}

/** RFC 6238 with SHA-1, six digits, 30 seconds. */
export function totp(secret: string, atMs: number): string {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g)!.map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(atMs / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19]! & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
