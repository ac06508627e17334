// Storage on a real node: an inventory, the policy, a rehearsal of a restore.
import { expect, test } from '@playwright/test';
import { join } from 'node:path';
import { accessible, inEnglish, shot } from './axe.ts';
import { Crew, button } from './crew.ts';
import { type Demo, present, program, startDemo } from './demo.ts';
import { Desk } from './desk.ts';

test.describe.configure({ mode: 'serial' });
test.setTimeout(150_000);

let demo: Demo;
let crew: Crew;

test.beforeAll(async ({ browser }) => {
  if (!present()) throw new Error(`no sluice program at ${program}: build it, or name it in SLUICE`);
  demo = await startDemo(1500);
  crew = new Crew(browser, demo);
});
test.afterAll(async () => {
  await crew?.close();
  await demo?.stop();
});
test.afterEach(() => { expect(crew.faults).toEqual([]); });

test('storage: what lies where, an inventory that finds it whole, a policy, and a backup that becomes a space again', async () => {
  const desk = new Desk(demo);
  desk.run(['storage', 'policy', '--space', desk.space, '--backup-to', join(demo.dir, 'backups')]);
  desk.run(['backup', '--space', desk.space, join(demo.dir, 'backups')]);
  const page = await crew.as('sysadmin');
  await crew.go(page, '/custody?tab=storage');
  await expect(page.getByRole('img', { name: /存储量/ })).toBeVisible();
  await button(page, '立即核对').click();
  await crew.stepUpIfAsked(page, 'sysadmin', page.locator('main').getByText('完好').first());
  await expect(page.locator('main').getByText('完好').first()).toBeVisible({ timeout: 60_000 });
  await button(page, '调整策略').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('空间配额（GiB，0 为不限）').fill('2');
  await dialog.getByLabel('库存核对周期（小时，0 为不安排）').fill('168');
  await accessible(page);
  await shot(page, 'custody-policy');
  await button(dialog, '提交').click();
  await crew.stepUpIfAsked(page, 'sysadmin', page.locator('main').getByText('每 168 小时'));
  await expect(page.locator('main')).toContainText('2 GiB');
  await button(page, '立即演练').click();
  await expect(page.locator('main').getByText('恢复成功').first()).toBeVisible({ timeout: 90_000 });
  await accessible(page);
  await shot(page, 'custody-storage');
  await inEnglish(page, 'custody-storage');
});

test('a code table is adopted with the days from which it holds, and a version after it', async () => {
  const page = await crew.as('manager');
  await crew.go(page, '/sources?tab=tables');
  await expect(page.locator('main')).toContainText('没有代码表');
  await accessible(page);
  await button(page, '采用代码表').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('标识').fill('divisions');
  await dialog.getByLabel('代码表').fill('行政区划');
  await dialog.getByLabel('自', { exact: true }).fill('2026-01-01');
  await page.keyboard.press('Enter');
  await dialog.locator('input[type=file]').setInputFiles({ name: 'divisions.csv', mimeType: 'text/csv', buffer: Buffer.from('code,name\n110000,北京市\n310000,上海市\n') });
  await shot(page, 'custody-table-ask');
  await button(dialog, '提交').click();
  const row = page.locator('main tr', { hasText: '行政区划' });
  await crew.stepUpIfAsked(page, 'manager', row);
  await expect(row).toContainText('2026-01-01');
  await accessible(page);
  await shot(page, 'custody-tables');
  await inEnglish(page, 'custody-tables');
});
