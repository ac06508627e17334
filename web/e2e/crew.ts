// The people of a demo, each in a browser of their own, and what they do alike; what a page does wrong meanwhile is kept.
import { type Browser, type BrowserContext, type Locator, type Page, expect } from '@playwright/test';
import { type Demo, totp } from './demo.ts';
import { holdAgainstDocument } from './schema_check.ts';

/** Exactly these words; the name of an icon may stand before them. */
export const named = (words: string): RegExp => new RegExp(`^([a-z-]+ )?${words}$`);
export const button = (at: Page | Locator, words: string): Locator => at.getByRole('button', { name: named(words) });

export class Crew {
  readonly faults: string[] = [];
  private readonly people = new Map<string, { context: BrowserContext; page: Page }>();

  constructor(private readonly browser: Browser, private readonly demo: Demo) {}

  private watch(page: Page): void {
    holdAgainstDocument(page, this.faults);
    page.on('pageerror', (e) => this.faults.push(e.message));
    page.on('console', (m) => { if (m.type() === 'error' && !m.text().includes('Failed to load resource')) this.faults.push(m.text()); });
    page.on('response', (r) => { if (r.status() >= 500) this.faults.push(`${r.status()} ${r.url()}`); });
  }

  async stranger(locale: string): Promise<Page> {
    const context = await this.browser.newContext({ ignoreHTTPSErrors: true, locale, timezoneId: 'Asia/Shanghai', viewport: { width: 1440, height: 960 } });
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    this.people.set(`stranger ${this.people.size}`, { context, page });
    this.watch(page);
    return page;
  }

  async as(account: string): Promise<Page> {
    const known = this.people.get(account);
    if (known) return known.page;
    const page = await this.stranger('zh-CN');
    this.people.set(account, { context: page.context(), page });
    await page.goto(`${this.demo.url}/`);
    await page.getByLabel('账号').fill(account);
    await page.getByLabel('口令').fill(this.demo.accounts.get(account)!.password);
    await button(page, '登录').click();
    await expect(page.getByRole('heading', { name: '待办' })).toBeVisible({ timeout: 45_000 });
    return page;
  }

  async go(page: Page, path: string): Promise<void> {
    await page.goto(this.demo.url + path);
    await page.waitForLoadState('networkidle');
  }

  /** The second factor, where the node asks for it before `done` shows. The code of the coming step: the demo has used this one. */
  async stepUpIfAsked(page: Page, account: string, done: Locator): Promise<void> {
    const ask = page.getByRole('dialog').filter({ hasText: '请输入动态口令' });
    await expect(ask.or(done).first()).toBeVisible({ timeout: 30_000 });
    if (!(await ask.isVisible())) return;
    await ask.getByLabel('6 位动态口令').fill(totp(this.demo.accounts.get(account)!.secret, Date.now() + 30_000));
    await button(ask, '确认').click();
    await expect(ask).toBeHidden({ timeout: 20_000 });
  }

  /** Chooses until it stays chosen: a list that still folds away under load swallows the click. */
  async pick(page: Page, label: string, option: string | RegExp): Promise<void> {
    const item = page.getByRole('dialog').locator('.ant-form-item').filter({ has: page.getByLabel(label, { exact: true }) });
    await expect(async () => {
      await item.getByLabel(label, { exact: true }).click();
      await page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: option }).first().click({ timeout: 6_000 });
      await expect(item).toContainText(option, { timeout: 2_000 });
    }).toPass({ timeout: 45_000 });
  }

  async close(): Promise<void> {
    for (const { context } of new Set(this.people.values())) await context.close();
  }
}
