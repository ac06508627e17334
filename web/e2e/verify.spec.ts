// The offline verify page, opened from disk as a stranger would, on the ledger's golden bundle and on a whole passport.
import { expect, test } from '@playwright/test';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { tellStory } from '../src/verify/passport.fixture.ts';
import { accessible, shot } from './axe.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const pageUrl = pathToFileURL(path('../dist/verify.html')).href;
const golden = (name: string): string => path(`../../tests/golden/ledger/${name}`);

test.beforeEach(async ({ page }) => {
  await page.route((url) => url.protocol !== 'file:', () => { throw new Error('the page used the network'); });
  await page.goto(pageUrl);
});

test('golden evidence: pinned is verified, without an anchor never green, tampered fails', async ({ page }) => {
  await page.setInputFiles('#choose-bundle', golden('evidence.json'));
  await expect(page.getByRole('status')).toContainText('一致，但签发方未锚定');
  await page.setInputFiles('#choose-anchor', golden('trust.txt'));
  await expect(page.getByRole('status')).toContainText('核验通过');
  await accessible(page);
  await page.setInputFiles('#choose-bundle', golden('evidence_tampered.json'));
  await expect(page.getByRole('status')).toContainText('核验不通过');
});

test('a passport with its file: eight stations, and another file is noticed', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'verify-'));
  const { issuer, passport, file } = tellStory();
  const put = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  await page.setInputFiles('#choose-bundle', put('passport.json', JSON.stringify(passport)));
  await page.setInputFiles('#choose-anchor', put('trust.txt', issuer.trust()));
  await page.setInputFiles('#choose-file', put('delivered.csv', file));
  await expect(page.getByRole('status')).toContainText('核验通过');
  await expect(page.locator('.stations > li')).toHaveCount(8);
  await expect(page.locator('main')).toContainText('离线无法得知');
  await accessible(page);
  await shot(page, 'verify-passed');
  await page.setInputFiles('#choose-file', put('other.csv', 'x'));
  await expect(page.getByRole('status')).toContainText('核验不通过');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('status')).toContainText('Not verified');
  await shot(page, 'verify-failed-en');
});
