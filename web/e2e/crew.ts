// The people of a demo, each in a browser of their own, and what they do alike; what a page does wrong meanwhile is kept.
import { type Browser, type BrowserContext, type BrowserContextOptions, type Locator, type Page, expect } from '@playwright/test';
import type { Demo } from './demo.ts';
import type { Hands } from './hands.ts';
import { holdAgainstDocument } from './schema_check.ts';

/** Exactly these words; the name of an icon may stand before them. */
export const named = (words: string): RegExp => new RegExp(`^([a-z-]+ )?${words}$`);
export const button = (at: Page | Locator, words: string): Locator => at.getByRole('button', { name: named(words) });

/** Chooses at this field until it stays chosen: a list that still folds away under load swallows the click. */
export async function choose(input: Locator, option: string | RegExp, chosen = option, search = typeof option === 'string' ? option : ''): Promise<void> {
  const page = input.page(), shown = input.locator('xpath=ancestor-or-self::*[contains(concat(" ", @class, " "), " ant-select ")][1]');
  const open = page.locator('.ant-select-dropdown:visible:not(.ant-slide-up-leave)');
  const wanted = open.locator('.ant-select-item-option').filter({ hasText: option }).first();
  await expect(async () => {
    // A second click on an open list closes it, a second choice in a list of several takes it back.
    const text = await shown.innerText({ timeout: 4_000 });
    if (typeof chosen === 'string' ? text.includes(chosen) : chosen.test(text)) return;
    if (!(await wanted.isVisible())) await input.click({ timeout: 4_000 });
    // Of a long list only the first stand on the page: what can be searched is.
    if (search && (await input.isEditable())) await input.fill(search);
    await wanted.click({ timeout: 6_000 });
    await expect(shown).toContainText(chosen, { timeout: 2_000, useInnerText: true });
  }).toPass({ timeout: 60_000 });
}

/** That this field offers the one and not the others; what can be searched is searched, since of a long list only the first stand on the page. */
export async function offers(input: Locator, wanted: string | RegExp, unwanted: (string | RegExp)[]): Promise<void> {
  const page = input.page(), open = page.locator('.ant-select-dropdown:visible:not(.ant-slide-up-leave)');
  const options = open.locator('.ant-select-item-option');
  const search = async (words: string | RegExp): Promise<void> => {
    if (typeof words === 'string' && (await input.isEditable())) await input.fill(words);
  };
  // A dialog that still opens under load swallows the click.
  await expect(async () => {
    if (!(await open.isVisible())) await input.click({ timeout: 4_000 });
    await search(wanted);
    await expect(options.filter({ hasText: wanted }).first()).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 60_000 });
  for (const words of unwanted) {
    await search(words);
    await expect(options.filter({ hasText: words })).toHaveCount(0);
    // Shown by what is offered still: the list is there, and open.
    await search(wanted);
    await expect(options.filter({ hasText: wanted }).first()).toBeVisible();
  }
  await page.keyboard.press('Escape');
  await expect(open).toHaveCount(0);
}

/** Until the page has read what it shows, and shows it. */
export async function read(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const main = document.querySelector('main'), seen = window as unknown as { readSince?: number };
    const busy = !main || main.getAttribute('aria-busy') === 'true' || main.querySelector('.ant-skeleton, .ant-spin-spinning');
    if (busy) delete seen.readSince;
    else seen.readSince ??= performance.now();
    // One answer may lead to the next question: at rest is what stays so for some frames.
    return seen.readSince !== undefined && performance.now() - seen.readSince > 80;
  });
}

export class Crew {
  readonly faults: string[] = [];
  private readonly people = new Map<string, { context: BrowserContext; page: Page }>();

  private browser: Browser | null = null;

  constructor(private readonly demo: Demo, private readonly hands: Hands) {}

  /** The browser in which they work, where it was not there yet. */
  enter(browser: Browser): void {
    this.browser = browser;
  }

  private watch(page: Page): void {
    holdAgainstDocument(page, this.faults);
    page.on('pageerror', (e) => this.faults.push(e.message));
    page.on('console', (m) => { if (m.type() === 'error' && !m.text().includes('Failed to load resource')) this.faults.push(m.text()); });
    page.on('request', (r) => {
      if (!r.url().includes('/api/v1/') || r.method() === 'GET') return;
      const headers = r.headers(), path = new URL(r.url()).pathname.slice('/api/v1'.length);
      if (r.method() === 'POST' && !headers['idempotency-key']) this.faults.push(`${r.method()} ${path} without Idempotency-Key`);
      // Whoever has no session yet, or comes with a token of their own, has no CSRF token.
      if (!headers['x-csrf-token'] && !headers['authorization'] && !/^\/session(\/key\/.+)?$/.test(path)) this.faults.push(`${r.method()} ${path} without CSRF token`);
    });
    page.on('response', (r) => { if (r.status() >= 500) this.faults.push(`${r.status()} ${r.url()}`); });
  }

  private async visitor(name: string, options: BrowserContextOptions): Promise<Page> {
    const context = await this.browser!.newContext({ ignoreHTTPSErrors: true, timezoneId: 'Asia/Shanghai', viewport: { width: 1440, height: 960 }, ...options });
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    this.people.set(name, { context, page });
    this.watch(page);
    return page;
  }

  stranger = (locale: string): Promise<Page> => this.visitor(`stranger ${this.people.size}`, { locale });

  /** A browser of this person, signed in with both factors: the session is the one that is used over the API too. */
  async as(account: string): Promise<Page> {
    const known = this.people.get(account);
    if (known) return known.page;
    const page = await this.visitor(account, { locale: 'zh-CN', ...await (await this.hands.of(account)).session() });
    // What the page keeps when somebody signs in on it.
    await page.addInitScript(() => {
      if (!sessionStorage.getItem('walk.entered')) localStorage.setItem('sluice.signed-in', '1');
      sessionStorage.setItem('walk.entered', '1');
    });
    return page;
  }

  /** Signs in on the page itself, with the password alone. */
  async signIn(account: string): Promise<Page> {
    const page = await this.visitor(account, { locale: 'zh-CN' });
    await page.goto(`${this.demo.url}/`);
    await page.getByLabel('账号').fill(account);
    await page.getByLabel('口令').fill(this.demo.accounts.get(account)!.password);
    await button(page, '登录').click();
    await expect(page.getByRole('heading', { name: '待办' })).toBeVisible({ timeout: 45_000 });
    return page;
  }

  async go(page: Page, path: string): Promise<void> {
    await page.goto(this.demo.url + path);
    await read(page);
  }

  /** The second factor, where the node asks for it before `done` shows: when the last time is minutes ago. */
  async stepUpIfAsked(page: Page, account: string, done: Locator): Promise<void> {
    const ask = page.getByRole('dialog').filter({ hasText: '请输入动态口令' });
    await expect(ask.or(done).first()).toBeVisible({ timeout: 30_000 });
    if (!(await ask.isVisible())) return;
    await ask.getByLabel('6 位动态口令').fill(await this.demo.code(account));
    await button(ask, '确认').click();
    await expect(ask).toBeHidden({ timeout: 20_000 });
  }

  /** Chooses at a field of the open dialog. */
  async pick(page: Page, label: string, option: string | RegExp, chosen = option): Promise<void> {
    const field = page.getByRole('dialog').locator('.ant-form-item').filter({ has: page.getByLabel(label, { exact: true }) });
    await choose(field.getByLabel(label, { exact: true }), option, chosen);
  }

  /** Chooses several in a list that takes more than one. */
  async pickAll(page: Page, label: string, options: string[]): Promise<void> {
    for (const option of options) await this.pick(page, label, new RegExp(`^${option}`), option);
    await page.getByRole('dialog').locator('.ant-modal-title').last().click();
    await expect(page.locator('.ant-select-dropdown:visible')).toHaveCount(0);
  }

  /** What the page says when the node refuses. */
  async refusal(page: Page, account: string, reason: string): Promise<void> {
    const told = page.locator('.ant-notification').getByText(reason).last();
    await this.stepUpIfAsked(page, account, told);
    await expect(told).toBeVisible({ timeout: 20_000 });
  }

  /** Fills the open form of a consent: one person, for the insurer's claims, one field of the demo's product. */
  async consentForm(page: Page, identifier: string, evidence: string): Promise<void> {
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('个人标识（证件号等）').fill(identifier);
    for (const [label, choice] of [['数据产品', '就诊结构分析数据'], ['接收方', '示例人寿'], ['用途', '健康保险理赔服务'], ['字段', 'gend']] as const) await this.pick(page, label, choice);
    await dialog.locator('.ant-modal-title').click();
    await dialog.getByLabel('有效至').fill('2029-12-31');
    await page.keyboard.press('Enter');
    await dialog.getByLabel('同意凭据编号').fill(evidence);
  }

  /** Signs what is decided in this dialog with one's own certificate, by its key file. */
  async withCertificate(dialog: Locator, key: string): Promise<void> {
    await dialog.getByLabel('用我的证书签名').check();
    await dialog.locator('#certificate-key-file').setInputFiles(key);
    await expect(dialog).toContainText('密钥标识');
  }

  /** Says yes or no in a dialog that asks for a reason; signed with the certificate of this key file, where one is given. */
  async answer(page: Page, choice: string | null, reason: string, key?: string): Promise<void> {
    const dialog = page.getByRole('dialog').filter({ has: page.getByLabel('理由') });
    if (choice) {
      const option = dialog.getByLabel(choice, { exact: true });
      // A dialog that still opens under load swallows the click.
      await expect(async () => {
        await option.click();
        await expect(option).toBeChecked({ timeout: 1_000 });
      }).toPass({ timeout: 10_000 });
    }
    await dialog.getByLabel('理由').fill(reason);
    if (key) await this.withCertificate(dialog, key);
    await button(dialog, '提交').click();
  }

  async close(): Promise<void> {
    for (const { context } of new Set(this.people.values())) await context.close();
  }
}
