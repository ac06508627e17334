// Each page on known content: it renders without an error, its axe pass is clean in both modes, keyboard and language work.
import { type Page, expect, test } from '@playwright/test';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { answers } from './answers.ts';
import { accessible, shot } from './axe.ts';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const types: Record<string, string> = { js: 'text/javascript', css: 'text/css', html: 'text/html', svg: 'image/svg+xml' };
const origin = 'http://localhost:1';

async function open(page: Page, at: string, over: Record<string, unknown> = {}): Promise<string[]> {
  const errors: string[] = [];
  page.on('pageerror', (e) => errors.push(e.message));
  page.on('console', (m) => { if (m.type() === 'error' && !m.text().includes('Failed to load resource')) errors.push(m.text()); });
  await page.route(`${origin}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname.startsWith('/api/v1')) {
      const key = pathname.slice('/api/v1'.length);
      const answer = key in over ? over[key] : answers[key];
      if (answer === undefined || answer === null) return route.fulfill({ status: answer === null ? 401 : 404, json: { title: answer === null ? '请登录' : '没有找到', code: answer === null ? 'session.absent' : 'http.no_such_path', nextStep: '请返回列表' } });
      return typeof answer === 'string' ? route.fulfill({ body: answer }) : route.fulfill({ json: answer });
    }
    const file = existsSync(dist + pathname.slice(1)) && pathname !== '/' ? pathname.slice(1) : 'index.html';
    return route.fulfill({ body: readFileSync(dist + file), contentType: types[file.split('.').pop()!] ?? 'text/plain' });
  });
  await page.goto(origin + at);
  await page.waitForLoadState('networkidle');
  return errors;
}

const pages: [string, string, string][] = [
  ['inbox', '/inbox', '处理下一项'], ['catalog', '/catalog', '类别 × 级别'], ['dataset', '/catalog/ds_1', '全部确认'], ['batches', '/batches', '结算明细'], ['batch', '/batches/bt_1', '查看原因与数值'], ['products', '/products', '住院费用统计产品'], ['product', '/products/pd_1', 'SL-2026-000001'],
  ['applications', '/applications', '某健康保险公司'], ['application', '/applications/ap_1', '用途明确，风险可控'], ['contracts', '/contracts', '某市医疗保障局'], ['contract', '/contracts/ct_1', '第一条'], ['releases', '/releases', 'rl_1'],
  ['release', '/releases/rl_1', '去标识化'], ['ledger', '/ledger', '核验全部'], ['admin', '/admin', '某健康保险公司'],
  ['access-operations', '/access', '专项稽核'], ['access-exceptions', '/access?tab=exceptions', '复核逾期'], ['access-rights', '/access?tab=rights', '稽核岗位'], ['access-organisation', '/access?tab=organisation', '稽核处'], ['access-log', '/access?tab=log', '授予权限'],
];

for (const [name, at, text] of pages) {
  test(`${name} renders, and is accessible in light and dark`, async ({ page }) => {
    const errors = await open(page, at);
    await expect(page.locator('main')).toContainText(text);
    await shot(page, name);
    await accessible(page);
    await page.getByRole('button', { name: '深色' }).click();
    await page.waitForTimeout(150);
    await accessible(page);
    await shot(page, `${name}-dark`);
    expect(errors).toEqual([]);
  });
}

test('sign-in is accessible, and says what is wrong and what to do', async ({ page }) => {
  await open(page, '/inbox', { '/session': null });
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
  await accessible(page);
  await shot(page, 'sign-in');
});

test('Ctrl-K reaches a page by keyboard alone, and the language switches', async ({ page }) => {
  await open(page, '/inbox');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('凭证');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/releases$/);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'Release passports' })).toBeVisible();
});

test('the passport is verified in the browser: a tampered bundle shows the broken station', async ({ page }) => {
  const bad = JSON.parse(JSON.stringify(answers['/releases/rl_1/passport'])) as { stations: { seqs: number[] }[] };
  bad.stations[4]!.seqs.pop();
  await open(page, '/releases/rl_1', { '/releases/rl_1/passport': bad });
  await expect(page.locator('#station-approval .tick.bad')).toBeVisible();
  await expect(page.locator('#station-delivery .tick.bad')).toHaveCount(0);
});

test('the protection measures of a field stand beside it, and say who sees to each', async ({ page }) => {
  await open(page, '/catalog/ds_1');
  await page.locator('tr', { hasText: 'dise_codg' }).getByRole('button').first().click();
  await expect(page.locator('main')).toContainText('查看原值须双因素鉴别');
  await expect(page.locator('main')).toContainText('组织落实');
  await expect(page.locator('main')).toContainText('未满足');
});

test('a page that fails to load says so and offers to try again', async ({ page }) => {
  await open(page, '/products/pd_missing');
  await expect(page.getByRole('alert')).toContainText('请返回列表');
});
