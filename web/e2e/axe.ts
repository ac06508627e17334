import AxeBuilder from '@axe-core/playwright';
import { type Page, expect } from '@playwright/test';

/** No violation of WCAG 2.1 A and AA on the page as it stands. */
export async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} ${n.failureSummary ?? ''}`).join(' | ')}`)).toEqual([]);
}

export const shot = async (page: Page, name: string): Promise<void> => {
  await page.screenshot({ path: `test-results/shots/${name}.png`, fullPage: true });
};

/** The page in English too: no key of a word stands where words should. */
export async function inEnglish(page: Page, name: string): Promise<void> {
  const speak = async (language: string): Promise<void> => {
    await page.evaluate((l) => localStorage.setItem('sluice.language', l), language);
    await page.reload();
    await page.waitForLoadState('networkidle');
  };
  await speak('en');
  await expect(page.locator('body')).not.toContainText(/\b(inventory|grading|deident|sources|law|custody|storage|root|catalog|common|access)\.[a-z][a-zA-Z_]+\b/);
  await shot(page, `${name}-en`);
  await speak('zh');
}
