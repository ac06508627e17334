// De-identification and the legal station on a real node; a session that ends in the middle of a form; tasks under dual control.
import { type Page, expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessible, inEnglish, shot } from './axe.ts';
import { Crew, button } from './crew.ts';
import { type Demo, present, program, startDemo } from './demo.ts';

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

/** Somebody whom the synthetic data are about. */
function insured(): { certno: string } {
  const [header, first] = readFileSync(join(demo.dir, 'source', 'psn_info_b.csv'), 'utf8').replace('\ufeff', '').split('\n').map((line) => line.split(','));
  return { certno: first![header!.indexOf('certno')]! };
}

/** Says yes or no in a dialog that asks for a reason. */
async function answer(page: Page, choice: string | null, reason: string): Promise<void> {
  const dialog = page.getByRole('dialog').filter({ has: page.getByLabel('理由') });
  if (choice) await dialog.getByLabel(choice, { exact: true }).click();
  await dialog.getByLabel('理由').fill(reason);
  await button(dialog, '提交').click();
}

test('a session ends in the middle of a form: the password is asked for over it, and what was typed is sent', async () => {
  const page = await crew.as('manager');
  await crew.go(page, '/law?tab=papers');
  await button(page, '登记文书').click();
  await crew.pick(page, '种类', '合法性基础');
  const dialog = page.getByRole('dialog').filter({ hasText: '登记文书' });
  await dialog.getByLabel('名称').fill('医疗保障基金使用监督管理条例');
  await dialog.getByLabel('文号').fill('国令第735号');
  await dialog.getByLabel('出具单位').fill('国务院');
  await crew.pick(page, '合法性基础', '履行法定职责');
  await dialog.locator('input[type=file]').setInputFiles({ name: '735.txt', mimeType: 'text/plain', buffer: Buffer.from('条例全文') });
  await shot(page, 'office-paper');
  await page.context().clearCookies();
  await button(dialog, '提交').click();
  const again = page.getByRole('dialog').filter({ hasText: '会话已到期' });
  await expect(again).toContainText('已填写的内容都还在');
  await expect(again.getByLabel('账号')).toHaveValue('manager');
  await accessible(page);
  await shot(page, 'office-again');
  await again.getByLabel('口令', { exact: true }).fill('wrong');
  await button(again, '登录').click();
  await expect(again.getByRole('alert').filter({ hasText: /sign_in/ })).toBeVisible();
  await again.getByLabel('口令', { exact: true }).fill(demo.accounts.get('manager')!.password);
  await button(again, '登录').click();
  const row = page.locator('main tr', { hasText: '国令第735号' });
  await crew.stepUpIfAsked(page, 'manager', row);
  await expect(row).toContainText('待复核');
  await expect(again).toBeHidden();
});

test('the paper is checked by another, whose inbox led there', async () => {
  const page = await crew.as('privacy');
  await crew.go(page, '/inbox');
  await page.locator('main tr', { hasText: '复核法律文书' }).getByRole('button', { name: '处理' }).click();
  const row = page.locator('main tr', { hasText: '国令第735号' });
  await button(row, '复核').click();
  await answer(page, '属实', '现行有效');
  await crew.stepUpIfAsked(page, 'privacy', row.getByText('有效').first());
  await expect(row).toContainText('已复核');
  const [scan] = await Promise.all([page.waitForEvent('download'), button(row, '查看扫描件').click()]);
  expect(readFileSync(await scan.path(), 'utf8')).toBe('条例全文');
  await accessible(page);
  await shot(page, 'office-papers');
  await inEnglish(page, 'office-papers');
});

test('a consent is recorded and withdrawn; a person asks what is held, is verified, and is answered', async () => {
  test.setTimeout(120_000);
  const page = await crew.as('privacy');
  const identifier = insured().certno;
  await crew.go(page, '/law?tab=consents');
  await expect(page.locator('main')).toContainText('没有登记的单独同意');
  await accessible(page);
  await button(page, '登记同意').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('个人标识（证件号等）').fill(identifier);
  await crew.pick(page, '数据产品', '就诊结构分析数据');
  await crew.pick(page, '接收方', '示例人寿');
  await crew.pick(page, '用途', '健康保险理赔服务');
  await crew.pick(page, '字段', 'age');
  await dialog.locator('.ant-modal-title').click();
  await dialog.getByLabel('有效至').fill('2029-12-31');
  await page.keyboard.press('Enter');
  await dialog.getByLabel('同意凭据编号').fill('同意书 2026-11-003');
  await shot(page, 'office-consent');
  await button(dialog, '提交').click();
  const consent = page.locator('main tr', { hasText: '同意书 2026-11-003' });
  await crew.stepUpIfAsked(page, 'privacy', consent);
  await expect(consent).toContainText('有效');
  await expect(page.locator('body')).not.toContainText(identifier);
  await button(consent, '撤回').click();
  await answer(page, null, '本人要求');
  await crew.stepUpIfAsked(page, 'privacy', consent.getByText('已撤回'));
  await expect(consent).toContainText('已撤回');
  await accessible(page);
  await crew.go(page, '/law?tab=requests');
  await button(page, '受理请求').click();
  await dialog.getByLabel('个人标识（证件号等）').fill(identifier);
  await crew.pick(page, '请求', /查阅|保存/);
  await dialog.getByLabel('受理渠道').fill('服务窗口');
  await button(dialog, '提交').click();
  const request = page.locator('main tr', { hasText: '服务窗口' });
  await crew.stepUpIfAsked(page, 'privacy', request);
  await button(request, '核验身份').click();
  await dialog.getByLabel('同意凭据编号').fill('窗口核验 01');
  await button(dialog, '提交').click();
  const token = page.getByRole('dialog').filter({ hasText: '只显示这一次' });
  await crew.stepUpIfAsked(page, 'privacy', token);
  await expect(token.locator('code')).not.toBeEmpty();
  await shot(page, 'office-token');
  await button(token.locator('.ant-modal-footer'), '关闭').click();
  await button(request, '审批').click();
  await answer(page, '同意', '本人依法查阅');
  await crew.stepUpIfAsked(page, 'privacy', request.getByText('待答复'));
  await button(request, '答复').click();
  await answer(page, null, '已书面告知');
  await crew.stepUpIfAsked(page, 'privacy', button(request, '查看答复'));
  await button(request, '查看答复').click();
  await expect(page.getByRole('dialog').filter({ hasText: '已书面告知' })).toContainText('保存的信息');
  await shot(page, 'office-request');
  await accessible(page);
});
