// What every page must be, in whichever walk: accessible, readable in the dark, in English without a key of a word, not wider than its window.
import { type Page, expect } from '@playwright/test';
import type { AxeResults, RunOptions } from 'axe-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { named } from './crew.ts';

/** Waits until what fades and slides has come to rest: a colour half-way through a transition has a contrast of its own. What turns without end is not waited for. */
async function atRest(page: Page): Promise<void> {
  await page.waitForFunction(() => document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getComputedTiming().endTime === Infinity), undefined, { timeout: 5_000 });
}

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** No violation of WCAG 2.1 A and AA on the page as it stands. */
export async function accessible(page: Page): Promise<void> {
  await holds(page, { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
}

/** Contrast alone: all that other colours can change on a page that was judged before. */
export async function readable(page: Page): Promise<void> {
  await holds(page, { type: 'rule', values: ['color-contrast'] });
}

/** In the page itself, which has no frames: the judge comes in once, and works out only what is wrong. */
async function wrong(page: Page, rules: RunOptions['runOnly']): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(SOURCE);
  return page.evaluate(async (runOnly) => {
    const judge = (window as unknown as { axe: { run: (options: unknown) => Promise<AxeResults> } }).axe;
    const { violations } = await judge.run({ runOnly, resultTypes: ['violations'] });
    return violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} ${n.failureSummary ?? ''}`).join(' | ')}`);
  }, rules);
}

// A button that works for a moment is pale for that moment: what is wrong stays wrong.
async function holds(page: Page, rules: RunOptions['runOnly']): Promise<void> {
  await expect(async () => {
    await atRest(page);
    expect(await wrong(page, rules)).toEqual([]);
  }).toPass({ timeout: 40_000, intervals: [500, 1_000, 2_000] });
}

/** Pictures for those who look at the pages: taken where SLUICE_SHOTS names a folder. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['SLUICE_SHOTS'];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** Language and mode are buttons of every page: pressed whatever may lie over them. */
const press = (page: Page, words: string): Promise<void> => page.getByRole('button', { name: named(words), includeHidden: true }).first().dispatchEvent('click');

/** The page in English too: no key of a word stands where words should. */
export async function inEnglish(page: Page, name: string): Promise<void> {
  await press(page, 'English');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.locator('body')).not.toContainText(/\b(inventory|clients|mandate|holdings|grading|deident|drafts|strategy|sourceForm|sourceMore|correcting|provision|sources|law|custody|storage|root|catalog|common|access|party|sameRows|small|admin)\.[a-z][a-zA-Z_]+\b/);
  await shot(page, `${name}-en`);
  await press(page, '中文');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
}

/** The page in the dark: readable too. */
export async function inTheDark(page: Page, name: string): Promise<void> {
  await press(page, '深色');
  await readable(page);
  await shot(page, `${name}-dark`);
  await press(page, '浅色');
}

/** The page in a window of this width: nothing is wider than the window but what scrolls within its own frame. */
export async function whenNarrow(page: Page, name: string, width = 760): Promise<void> {
  const before = page.viewportSize()!;
  await page.setViewportSize({ width, height: 900 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
  await shot(page, `${name}-narrow`);
  await page.setViewportSize(before);
}

/** The page as it stands, in dark and on a narrow screen, for those who look at the shots; clean in all of them. */
export async function looks(page: Page, name: string): Promise<void> {
  await shot(page, name);
  await inTheDark(page, name);
  await whenNarrow(page, name, 700);
  await accessible(page);
}
