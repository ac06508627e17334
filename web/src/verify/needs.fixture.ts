// Tests that need something from outside say what is missing, in their name and on the terminal: nothing vanishes quietly.
import { existsSync } from 'node:fs';
import { describe } from 'vitest';

export function describeWhere(path: string | URL, what: string, name: string, body: () => void): void {
  if (String(path) !== '' && existsSync(path)) {
    describe(name, body);
    return;
  }
  console.warn(`skipped: ${name}: ${what}`);
  describe.skip(`${name} (skipped: ${what})`, body);
}
