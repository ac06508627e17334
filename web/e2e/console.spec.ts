// The pages beside the walk of a release, against a real node: language, credentials, keys under dual control.
import { expect, test } from '@playwright/test';
import { accessible, shot } from './axe.ts';
import { button, choose } from './crew.ts';
import { onStage } from './stage.ts';

const { demo, crew } = onStage();

test('an English browser is greeted in English, keeps its choice, and nothing is refused before anybody signed in', async () => {
  const page = await crew.stranger('en-GB');
  const refused: string[] = [];
  page.on('response', (r) => { if (r.status() >= 400) refused.push(r.url()); });
  await page.goto(`${demo.url}/`);
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  expect(refused).toEqual([]);
  await button(page, '中文').click();
  await page.reload();
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
});

test('credentials are reset by two administrators; the first password must be changed before anything else', async () => {
  const asks = await crew.as('sysadmin');
  await crew.go(asks, '/admin');
  await asks.getByRole('tab', { name: '人员' }).click();
  const row = asks.locator('main tr', { hasText: 'registrar' });
  await button(row, '申请重置').click();
  await asks.getByRole('dialog').getByLabel('理由').fill('遗忘口令');
  await button(asks.getByRole('dialog'), '提交').click();
  await crew.stepUpIfAsked(asks, 'sysadmin', row.getByText('申请重置口令'));
  await expect(row).toContainText('遗忘口令');
  await expect(button(row, '批准重置')).toHaveCount(0);
  const allows = await crew.as('secadmin');
  await crew.go(allows, '/admin');
  await allows.getByRole('tab', { name: '人员' }).click();
  const same = allows.locator('main tr', { hasText: 'registrar' });
  await button(same, '批准重置').click();
  const once = allows.getByRole('dialog').filter({ hasText: '只显示这一次' });
  await crew.stepUpIfAsked(allows, 'secadmin', once);
  await expect(once).toBeVisible();
  const password = (await once.locator('code').innerText()).trim();
  await shot(allows, 'console-reset');
  const fresh = await crew.stranger('zh-CN');
  await fresh.goto(`${demo.url}/`);
  await fresh.getByLabel('账号').fill('registrar');
  await fresh.getByLabel('口令').fill(password);
  await button(fresh, '登录').click();
  const change = fresh.getByRole('dialog').filter({ hasText: '请先修改初始口令' });
  await change.getByLabel('当前口令').fill(password);
  await change.getByLabel('新口令').fill('another-long-word');
  await change.getByLabel('再输入一次').fill('another-long-word');
  await shot(fresh, 'console-first-password');
  await button(change, '提交').click();
  await expect(change).toBeHidden();
  // The authenticator was reset too: it is asked for at once, and put off stays in the own menu.
  const enrol = fresh.getByRole('dialog').filter({ hasText: '启用动态口令' });
  await button(enrol, '以后再说').click();
  await expect(enrol).toBeHidden();
  await fresh.locator('header.top').getByRole('button', { name: '平台登记员' }).click();
  await fresh.getByRole('menuitem', { name: '启用动态口令' }).click();
  await expect(enrol.locator('code')).toHaveText(/[A-Z2-7]{32}/);
  await accessible(fresh);
  await crew.go(fresh, '/products');
  await expect(fresh.locator('main')).toContainText('就诊结构分析数据');
});

test('keys are changed under dual control: proposed by one, witnessed by another, carried out', async () => {
  const officer = await crew.as('officer');
  await crew.go(officer, '/custody');
  await button(officer, '提出密钥操作').click();
  await crew.pick(officer, '事项', '更换数据集密钥');
  await officer.getByRole('dialog').getByLabel('理由').fill('年度更换');
  await button(officer.getByRole('dialog'), '提交').click();
  const row = officer.locator('main tr', { hasText: '年度更换' });
  await crew.stepUpIfAsked(officer, 'officer', row);
  await expect(row).toContainText('待见证');
  await expect(button(row, '见证')).toHaveCount(0);
  await accessible(officer);
  const witness = await crew.as('secadmin');
  await crew.go(witness, '/custody');
  await button(witness.locator('main tr', { hasText: '年度更换' }), '见证').click();
  const dialog = witness.getByRole('dialog').filter({ hasText: '见证' });
  await dialog.getByLabel('同意', { exact: true }).click();
  await dialog.getByLabel('理由').fill('已核对计划');
  await button(dialog, '提交').click();
  await crew.stepUpIfAsked(witness, 'secadmin', witness.locator('main').getByText('已见证'));
  await expect(witness.locator('main')).toContainText('已见证');
  await crew.go(officer, '/custody');
  await button(row, '执行').click();
  await button(officer.getByRole('dialog'), '执行').click();
  await crew.stepUpIfAsked(officer, 'officer', row.getByText('已完成'));
  await expect(row).toContainText('已完成', { timeout: 60_000 });
  await expect(row).toContainText(/重新封装 \d+ 把密钥/);
  await shot(officer, 'console-custody');
  await crew.go(officer, '/ledger');
  await choose(officer.getByLabel('种类'), '更换密钥');
  await button(officer, '查询').click();
  await expect(officer.locator('main')).toContainText('keys.rotated');
  await accessible(officer);
});
