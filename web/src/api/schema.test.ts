// The committed document and the types are what the scripts write from the C++ structs and the list of routes.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const python = (script: string): number | null => spawnSync('python3', [fileURLToPath(new URL(`../../scripts/${script}`, import.meta.url)), '--check']).status;

test('openapi.yaml and schema.ts are current: `npm run api` writes both', () => {
  expect(python('openapi.py')).toBe(0);
  expect(python('api_types.py')).toBe(0);
}, 60_000);
