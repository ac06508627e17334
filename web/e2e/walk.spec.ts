// The console against a real node: the whole of one data release, walked in the browser by the people who have to do it.
import { expect, test } from '@playwright/test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { agree, voteFor } from './acts.ts';
import { accessible, shot } from './axe.ts';
import { button } from './crew.ts';
import { onStage } from './stage.ts';

const { demo, crew } = onStage();

let application = '';
let contract = '';
let release = '';

test('the manager sees the catalog with grades and reasons, and corrects one field', async () => {
  const page = await crew.signIn('manager');
  await shot(page, 'walk-inbox');
  await crew.go(page, '/catalog');
  await expect(page.locator('main tbody tr.ant-table-row')).toHaveCount(8);
  await expect(page.locator('main')).toContainText('参保人员基本信息');
  await expect(page.locator('main')).toContainText('第4级 · 敏感');
  await accessible(page);
  await shot(page, 'walk-catalog');
  await page.getByRole('link', { name: /医保目录信息/ }).click();
  await expect(page.getByRole('heading', { name: /医保目录信息/ })).toBeVisible();
  const row = page.locator('tr[data-row-key="hilist_name"]');
  await row.getByRole('button').first().click();
  await expect(page.locator('main')).toContainText('注释含“医保目录名称”，指向目录名称');
  await accessible(page);
  await shot(page, 'walk-dataset');
  await button(row, '更正').click();
  await crew.pick(page, '级别', '第2级');
  await page.getByRole('dialog').getByLabel('理由').fill('目录名称暂按内部数据管理');
  await button(page.getByRole('dialog'), '提交').click();
  await expect(row).toContainText('已更正');
  await expect(row).toContainText('第2级 · 内部');
  await shot(page, 'walk-dataset-corrected');
});

test('the passport: seal, eight stations, its bundle checked on the offline page', async ({ page: offline }, info) => {
  const page = await crew.as('manager');
  await crew.go(page, `/releases/${demo.release}`);
  await expect(page.locator('.stamp')).toContainText('有效');
  await expect(page.getByRole('tab')).toHaveCount(8);
  await expect(page.locator('.tick.bad')).toHaveCount(0);
  await expect(page.locator('main')).toContainText('核验依据为本节点密钥；独立核验请使用离线验证页');
  await expect(page.locator('main')).not.toContainText('已核验');
  await accessible(page);
  for (const station of ['source', 'grading', 'deidentification', 'product', 'contract', 'delivery', 'ledger', 'approval']) {
    await page.locator(`#station-${station}`).click();
    await expect(page.locator('#station-panel')).not.toBeEmpty();
  }
  await expect(page.locator('#station-panel')).toContainText('目的正当，字段最小必要');
  await shot(page, 'walk-release');
  const [saved] = await Promise.all([page.waitForEvent('download'), button(page, '下载凭证').click()]);
  const bundle = info.outputPath('passport.json');
  await saved.saveAs(bundle);
  const text = readFileSync(bundle, 'utf8');
  const tampered = info.outputPath('tampered.json');
  const more = text.replace(/"rows":(\d+)/g, (_, rows: string) => `"rows":${Number(rows) + 1}`);
  expect(more).not.toBe(text);
  writeFileSync(tampered, more);
  await offline.route((url) => url.protocol !== 'file:', () => { throw new Error('the page used the network'); });
  await offline.goto(pathToFileURL(fileURLToPath(new URL('../dist/verify.html', import.meta.url))).href);
  const verdict = offline.getByRole('status');
  await offline.setInputFiles('#choose-bundle', bundle);
  await expect(verdict).toContainText('一致，但签发方未锚定');
  await offline.setInputFiles('#choose-anchor', join(demo.dir, 'recipient', 'trust.txt'));
  await expect(verdict).toContainText('核验通过');
  await offline.setInputFiles('#choose-file', join(demo.dir, 'recipient', `${demo.release}.csv`));
  await expect(verdict).toContainText('核验通过');
  await shot(offline, 'walk-verified');
  await offline.setInputFiles('#choose-bundle', tampered);
  await expect(verdict).toContainText('核验不通过');
  // The node serves the same page.
  await crew.go(page, '/verify.html');
  await page.setInputFiles('#choose-bundle', bundle);
  await expect(page.getByRole('status')).toContainText('一致，但签发方未锚定');
});

test('the insurer applies for the product', async () => {
  const page = await crew.as('insurer.user');
  await crew.go(page, '/products');
  await page.locator('main').getByText('就诊结构分析数据（去标识化）').first().click();
  await expect(page.locator('main')).toContainText('YBSJ-2026-000001');
  await shot(page, 'walk-product');
  await button(page, '申请使用').click();
  await crew.pick(page, '用途', '健康保险产品设计');
  await page.getByRole('dialog').getByLabel('用途说明').fill('设计老年人健康保险产品');
  await crew.pick(page, '合法性基础', '公共利益');
  await page.getByRole('dialog').getByLabel('安全措施').fill('专用环境存放，到期销毁');
  await crew.pick(page, '开放形式', '文件共享');
  // The pseudonym is not needed for this purpose.
  await page.getByRole('dialog').locator('.ant-select-selection-item[title="psn_no"] .ant-select-selection-item-remove').click();
  await page.getByRole('dialog').locator('.ant-modal-title').click();
  await page.getByRole('dialog').getByLabel('次数').fill('2');
  await shot(page, 'walk-apply');
  await button(page.getByRole('dialog'), '提交申请').click();
  await expect(page).toHaveURL(/\/applications\/ap_/);
  application = new URL(page.url()).pathname.split('/').pop()!;
  await expect(page.locator('main')).toContainText('表决中');
});

test('three members vote, each with a reason and the second factor', async () => {
  const votes: [string, string, string][] = [['committee1', '赞成', '目的正当，字段最小必要'], ['committee2', '反对', '建议缩小范围'], ['committee3', '赞成', '风险在阈值内，同意']];
  for (const [account, choice, reason] of votes) {
    // Signed in with the password alone, a vote needs the second factor.
    const page = account === 'committee1' ? await crew.signIn(account) : await crew.as(account);
    if (account !== 'committee1') await crew.go(page, '/inbox');
    await expect(page.locator('main')).toContainText('表决');
    await crew.go(page, `/applications/${application}`);
    await button(page.locator('main'), '表决').click();
    await crew.answer(page, choice, reason);
    if (account === 'committee1') await expect(page.getByRole('dialog').filter({ hasText: '请输入动态口令' })).toBeVisible();
    await crew.stepUpIfAsked(page, account, page.locator('main').getByText(reason));
    await expect(page.locator('main')).toContainText(reason);
    if (account === 'committee2') await shot(page, 'walk-application');
  }
  const last = await crew.as('committee3');
  await expect(last.locator('main')).toContainText('已通过');
  await accessible(last);
  await shot(last, 'walk-application-approved');
});

test('the manager drafts the contract, both parties sign it in their browsers', async () => {
  contract = await agree(crew, demo, application);
  const signer = await crew.as('insurer.signer');
  await expect(signer.locator('main')).toContainText('生效中');
  await shot(signer, 'walk-signed');
});

test('the manager delivers a file under it, and the meter moves', async () => {
  const page = await crew.as('manager');
  await crew.go(page, `/contracts/${contract}`);
  const meter = page.getByRole('meter', { name: '交付文件' });
  await expect(meter).toHaveAttribute('aria-valuenow', '0');
  await button(page.locator('main'), '交付数据').click();
  await crew.stepUpIfAsked(page, 'manager', page.locator('main tr[data-row-key^="rl_"]'));
  await expect(meter).toHaveAttribute('aria-valuenow', '1', { timeout: 20_000 });
  await accessible(page);
  await shot(page, 'walk-contract');
  release = (await page.locator('main tr[data-row-key^="rl_"]').getAttribute('data-row-key'))!;
  await crew.go(page, `/releases/${release}`);
  await expect(page.getByRole('tab')).toHaveCount(8);
  await expect(page.locator('.tick.bad')).toHaveCount(0);
  await shot(page, 'walk-release-new');
});

test('the insurer opens an API under a second contract: the token is shown once, and a page of rows comes for it', async ({ playwright }) => {
  const user = await crew.as('insurer.user');
  await crew.go(user, '/products');
  await user.locator('main').getByText('就诊结构分析数据（去标识化）').first().click();
  await button(user, '申请使用').click();
  await crew.pick(user, '用途', '健康保险产品设计');
  await user.getByRole('dialog').getByLabel('用途说明').fill('按接口逐页取用');
  await crew.pick(user, '合法性基础', '公共利益');
  await user.getByRole('dialog').getByLabel('安全措施').fill('专用环境，到期销毁');
  await crew.pick(user, '开放形式', 'API 接入');
  await user.getByRole('dialog').getByLabel('次数', { exact: true }).fill('20');
  await user.getByRole('dialog').getByLabel('每分钟上限').fill('60');
  await button(user.getByRole('dialog'), '提交申请').click();
  await expect(user).toHaveURL(/\/applications\/ap_/);
  const asked = new URL(user.url()).pathname.split('/').pop()!;
  await voteFor(crew, asked, '同意按接口提供');
  const agreed = await agree(crew, demo, asked);
  await crew.go(user, `/contracts/${agreed}`);
  await button(user.locator('main'), '交付数据').click();
  const shown = user.getByRole('dialog').filter({ hasText: '令牌只显示这一次' });
  await expect(shown).toBeVisible();
  const token = (await shown.locator('code').innerText()).trim();
  expect(token).toMatch(/^slt_[A-Za-z0-9_-]{43}$/);
  await shot(user, 'walk-token');
  await button(shown.locator('.ant-modal-footer'), '关闭').click();
  await expect(shown).toBeHidden();
  await user.reload();
  await expect(user.locator('main tr[data-row-key^="rl_"]')).toBeVisible();
  await expect(user.locator('body')).not.toContainText(token);
  // A program of the recipient: no session, the token alone.
  const program = await playwright.request.newContext({ ignoreHTTPSErrors: true });
  const rows = await program.get(`${demo.url}/api/v1/data?limit=50`, { headers: { authorization: `Bearer ${token}` } });
  expect(rows.status()).toBe(200);
  const page = await rows.json() as { rows: Record<string, unknown>[]; next: number | null; release: string };
  expect(page.rows).toHaveLength(50);
  expect(page.next).toBeGreaterThanOrEqual(50);
  const outside = await program.get(`${demo.url}/api/v1/data?certno.eq=x`, { headers: { authorization: `Bearer ${token}` } });
  expect([outside.status(), ((await outside.json()) as { code: string }).code]).toEqual([422, 'contract.column_not_agreed']);
  await program.dispose();
  await crew.go(user, `/releases/${page.release}`);
  await expect(user.getByRole('tab')).toHaveCount(8);
  await shot(user, 'walk-release-api');
});

test('every station of the passport is readable: no folded JSON but the machine-readable contract', async () => {
  const page = await crew.as('manager');
  await crew.go(page, `/releases/${release}`);
  for (const station of await page.getByRole('tab').all()) {
    await station.click();
    const panel = page.locator('#station-panel');
    // What is shown; the machine-readable contract stays folded.
    expect(await panel.innerText()).not.toMatch(/[{}]|\[object/);
    await shot(page, `walk-station-${(await station.getAttribute('id'))!.replace('station-', '')}`);
  }
  await accessible(page);
});

test('the supervisor sees all of it and can change nothing; the ledger verifies', async () => {
  const page = await crew.as('supervisor');
  for (const path of [`/products`, `/applications/${application}`, `/contracts/${contract}`, `/releases/${release}`]) {
    await crew.go(page, path);
    await expect(page.locator('main h1')).toBeVisible();
    for (const action of ['表决', '回避', '起草协议', '签署', '交付数据', '中止', '终止', '撤销', '撤回', '新建产品', '申请使用']) await expect(button(page.locator('main'), action)).toHaveCount(0);
  }
  await crew.go(page, '/ledger');
  await button(page, '核验全部').click();
  await expect(page.locator('main')).toContainText(/完好：\d+ 个条目/, { timeout: 20_000 });
  await accessible(page);
  await shot(page, 'walk-ledger');
});

test('the whole console speaks English too', async () => {
  const page = await crew.as('manager');
  await crew.go(page, `/releases/${release}`);
  await button(page, 'English').click();
  await expect(page.getByRole('heading', { name: /Release passport/ })).toBeVisible();
  for (const path of ['/inbox', '/catalog', '/products', '/applications', `/applications/${application}`, `/contracts/${contract}`, '/releases', `/releases/${release}`]) {
    await crew.go(page, path);
    await expect(page.locator('main')).not.toBeEmpty();
    await expect(page.locator('main')).not.toContainText(/\b(status|purpose|basis|category|form|scenario|outcome|inbox|fact|event)\.[a-z_]+\b/);
    if (path.includes('_')) await shot(page, `walk-en${path.replace(/\/([a-z]+)(\/.*)?/, (_, p: string, one?: string) => `-${p}${one ? '-one' : ''}`)}`);
  }
  await button(page, '中文').click();
  await expect(page.getByRole('heading', { name: /流通凭证/ })).toBeVisible();
});
