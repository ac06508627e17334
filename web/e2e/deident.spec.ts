// A security officer's whole way on a real node: how risky a dataset is, a strategy with its effect beside it, a review signed by a second person, a
// run with its receipt, releases to two recipients, a leaked copy that is traced, a reversal by two people, what the audit finds.
import { type Page, expect, test } from '@playwright/test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessible, inEnglish, readable, shot, whenNarrow } from './axe.ts';
import { button, choose } from './crew.ts';
import { onStage } from './stage.ts';

const { demo, crew, desk, hands } = onStage();
const PURPOSE = 'insurance_product_design';
const RIVAL = { name: '另一健康保险公司', uscc: '91509803MA00002347' };
/** Fields that the product offers; the price carries the marks. */
const AGREED = ['bkkp_sn', 'psn_no', 'pric', 'chrgitm_lv', 'list_type'];

let fees = { dataset: '', version: '' };
let rival = { party: '', key: '' };
const copies = new Map<string, { release: string; csv: string }>();

test.beforeAll(async () => {
  test.setTimeout(300_000);
  rival = await hands.recipient('rival', RIVAL.name, RIVAL.uscc);
  const manager = await hands.of('manager');
  const { items } = await manager.get<{ items: { id: string; title: string; versions: { id: string }[] }[] }>('/datasets?limit=100');
  const found = items.find((d) => d.title === '费用明细')!;
  fees = { dataset: found.id, version: found.versions[0]!.id };
});

/** The result beside the editor has caught up with it. */
async function settled(page: Page): Promise<void> {
  const card = page.locator('.grid-two > .ant-card').last();
  await expect(async () => {
    await expect(card.locator('[aria-busy]:visible').first()).toHaveAttribute('aria-busy', 'false', { timeout: 2_000 });
    await expect(card.getByRole('status').first()).toHaveText('', { timeout: 2_000 });
  }).toPass({ timeout: 120_000 });
}


/** Exactly these words: one column's name may begin another's. */
async function pick(page: Page, label: string, option: string): Promise<void> {
  const words = option.replace('±', '.');
  await choose(page.getByLabel(label, { exact: true }).last(), new RegExp(`^${words}$`), new RegExp(`(^|\\s)${words}(\\s|$)`), option);
}

/** A technique found by its name: the list is long and only what is near is drawn. */
async function technique(page: Page, column: string, words: string, told: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  await page.getByLabel('查找字段').fill(column);
  await pick(page, `技术 ${column}`, words);
  await told();
  await page.getByLabel('查找字段').fill('');
}

const view = (page: Page, words: string) => page.locator('.ant-segmented-item', { hasText: new RegExp(`^${words}$`) }).click();

test('the officer picks a dataset and sees how risky it is, before anything is composed', async () => {
  const page = await crew.as('officer');
  await crew.go(page, '/deident');
  await shot(page, 'deident-datasets');
  await page.locator('main tr', { hasText: '费用明细' }).getByRole('button', { name: '编制策略' }).click();
  await expect(page.getByRole('img', { name: /检察官/ })).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('main')).toContainText('未脱敏时按');
  await pick(page, '敏感字段', 'chrgitm_lv');
  await page.keyboard.press('Escape');
  await settled(page);
  await expect(page.locator('main')).toContainText('取值全同的行');
  // Nothing was said of the population: the page says what that means; with a fraction it estimates.
  const basis = page.getByRole('note', { name: '风险依据' });
  await expect(basis).toContainText('把本版本当作全部人群');
  await page.getByText('总体、阈值与计人', { exact: true }).click();
  await pick(page, '与总体的关系', '是样本：给抽样比例');
  await page.getByLabel('抽样比例（%）').fill('5');
  await page.getByLabel('另设阈值（‰）').fill('100');
  await page.getByLabel('另设阈值（‰）').blur();
  await settled(page);
  await expect(basis).toContainText('期望值，不是上界');
  await accessible(page);
  await shot(page, 'deident-risk');
});

test('a strategy is composed and changed; what it does follows each change, and what is wrong is said in words', async () => {
  const page = await crew.as('officer');
  await button(page, '自动编制').click();
  await expect(page.getByRole('img', { name: /等价类规模/ })).toBeVisible({ timeout: 60_000 });
  await settled(page);
  await page.getByLabel('策略标识').fill('fees-share');
  await expect(page.getByLabel('策略标识')).toHaveValue('fees-share');
  await page.getByLabel('策略名称').fill('费用明细（受控共享）');
  await technique(page, 'psn_no', '保留');
  await settled(page);
  const result = page.locator('.grid-two > .ant-card').last();
  await expect(result.locator('.ant-alert')).not.toHaveCount(0);
  await expect(result).toContainText('psn_no');
  await shot(page, 'deident-leaky');
  await technique(page, 'psn_no', '保留格式加密');
  for (const column of ['chrgitm_lv', 'list_type']) await technique(page, column, '保留');
  // A price bears marks only where it is no longer the one that was billed.
  await technique(page, 'pric', '加噪', async () => {
    await page.getByLabel('个人键 pric').fill('bkkp_sn');
    await page.getByLabel('幅度 pric').fill('1');
  });
  await technique(page, 'fee_ocur_time', '日期偏移', async () => page.getByLabel('个人键 fee_ocur_time').fill('psn_no'));
  // What single rows out by itself is a pseudonym: risk is that of the codes and the time.
  for (const column of ['bkkp_sn', 'mdtrt_id', 'setl_id', 'init_bkkp_sn']) await page.getByLabel(`准标识符 ${column}`, { exact: true }).uncheck();
  for (const column of ['chrgitm_lv', 'list_type']) await page.getByLabel(`准标识符 ${column}`, { exact: true }).check();
  await page.getByLabel('可剔除行（‰）').fill('20');
  await settled(page);
  // Shifted times still are one of a kind: the officer sees it, and makes them coarser.
  await expect(page.getByRole('img', { name: /检察官.*超过阈值/ })).toBeVisible();
  await technique(page, 'fee_ocur_time', '日期泛化');
  await settled(page);
  await expect(result).toContainText(/小等价类 \d+ 行不输出/);
  await expect(result).not.toContainText('正式执行会被拒绝');
  await expect(page.getByRole('img', { name: /检察官.*在阈值/ })).toBeVisible();
  await accessible(page);
  await shot(page, 'deident-preview');
  await result.getByRole('tab', { name: '可用性' }).click();
  await expect(result).toContainText('查询误差');
  await shot(page, 'deident-utility');
  await result.getByRole('tab', { name: '前后对照' }).click();
  // Numbers of people: the form and an example, no token of anybody's.
  await expect(result.locator('td').filter({ hasText: /^⟨[^⟩]+⟩示例/ }).first()).toBeVisible();
  await expect(result).toContainText('不是任何人的数据');
});

test('classes, a condition, targets, limits of use, marks and hierarchies are part of it; ARX files come in and go out', async () => {
  const page = await crew.as('officer');
  const result = page.locator('.grid-two > .ant-card').last();
  await technique(page, 'hilist_name', '固定值替换');
  await page.getByLabel('仅对部分行… hilist_name', { exact: true }).click();
  await pick(page, '条件字段 hilist_name', 'chrgitm_lv');
  await page.getByLabel('取值 hilist_name', { exact: true }).fill('03');
  await page.keyboard.press('Enter');
  await pick(page, '其余行 hilist_name', '保留');
  await shot(page, 'deident-condition');
  await view(page, '字段类');
  await button(page, '新增类规则').click();
  await shot(page, 'deident-classes');
  await page.getByLabel('移除 类规则 1').click();
  await view(page, '目标与限制');
  await pick(page, '按公开共享类型', '受控公开共享');
  await page.getByLabel('最后一天').fill('2099-12-31');
  // A plan with pseudonyms marks them by itself.
  await expect(page.getByRole('switch', { name: '交付时打标记' })).toBeChecked();
  await expect(page.getByLabel('假名带标记')).toBeChecked();
  await pick(page, '标记字段', 'pric');
  await pick(page, '稳定行键', 'bkkp_sn');
  await page.keyboard.press('Escape');
  await pick(page, 'pric 的标记方式', '小数末位 ±1');
  await page.getByRole('switch', { name: '采用前须签名审核' }).click();
  await expect(result).toContainText('风险‰', { timeout: 30_000 });
  await shot(page, 'deident-limits');
  await view(page, '层级');
  const files = page.locator('input[type=file]').first();
  await files.setInputFiles({ name: 'levels.csv', mimeType: 'text/csv', buffer: Buffer.from('01;甲类;*\n02;乙类;*\n03;丙类\n') });
  await expect(page.locator('main')).toContainText('各行的级数不同 · 第 3 行');
  const arx = '01;医保;*\n02;医保;*\n03;自费;*\n';
  await files.setInputFiles({ name: 'levels.csv', mimeType: 'text/csv', buffer: Buffer.from(arx) });
  await expect(page.getByRole('img', { name: /levels/ })).toBeVisible();
  await button(page, '编制层级').click();
  await page.getByLabel('层级名称').fill('ages');
  await button(page, '生成').click();
  await expect(page.getByRole('img', { name: /ages/ })).toBeVisible();
  const [saved] = await Promise.all([page.waitForEvent('download'), button(page.getByRole('region', { name: 'levels' }), '导出 CSV').click()]);
  expect(readFileSync(await saved.path(), 'utf8')).toBe(arx);
  await accessible(page);
  await shot(page, 'deident-hierarchies');
  // A choice that does something and keeps nothing: what it did is what is waited for.
  await expect(async () => {
    const box = page.getByLabel('用于字段… levels', { exact: true });
    await box.click({ timeout: 4_000 });
    await box.fill('chrgitm_lv');
    await page.locator('.ant-select-dropdown:visible:not(.ant-slide-up-leave) .ant-select-item-option').filter({ hasText: /^chrgitm_lv$/ }).click({ timeout: 4_000 });
    await expect(page.getByRole('region', { name: 'levels' })).toContainText('→ chrgitm_lv', { timeout: 15_000 });
  }).toPass({ timeout: 60_000 });
  await page.getByLabel('移除 ages').click();
  await shot(page, 'deident-hierarchy-used');
  // The search says what the hierarchies can reach; the strategy stays as it was composed.
  await result.getByRole('tab', { name: '最优泛化' }).click();
  await button(result, '搜索').click();
  await expect(result).toContainText('已证明最优', { timeout: 60_000 });
  await expect(button(result, '套用到策略')).toBeEnabled();
  await shot(page, 'deident-search');
  // Local recoding under a model that no strategy promises is a report; without that model it can be taken over.
  await result.getByText('更多模型与选项', { exact: true }).click();
  await pick(page, '泛化方式', '局部泛化（Mondrian）');
  await button(result, '添加敏感字段模型').click();
  await pick(page, '敏感字段名 1', 'pric');
  await pick(page, '敏感字段模型 1', 't-接近度（有序）');
  await page.getByLabel('t (‰) 1', { exact: true }).fill('400');
  await page.getByLabel('t (‰) 1', { exact: true }).blur();
  await accessible(page);
  await button(result, '搜索').click();
  await expect(result).toContainText('不能写成策略：熵与递归 l', { timeout: 60_000 });
  await expect(result).toContainText('贪心，未必最优');
  await shot(page, 'deident-search-local');
  await page.getByLabel('移除 1', { exact: true }).click();
  await button(result, '搜索').click();
  await expect(button(result, '采用局部泛化')).toBeEnabled({ timeout: 60_000 });
  await expect(result).toContainText('每次运行在两者之间为每个等价类重新确定高度');
  await result.getByRole('tab', { name: '预览' }).click();
});

/** The key that the reviewer signs in with, set once. */
async function keyOfReviewer(page: Page): Promise<string> {
  const key = desk.path('privacy.key');
  if (existsSync(key)) return key;
  desk.run(['key', 'new', '--out', key, '--name', 'privacy', '--no-passphrase', '--json']);
  await crew.go(page, '/inbox');
  await button(page, '个人信息保护责任人·沈').click();
  await page.getByRole('menuitem', { name: '设置登录密钥' }).click();
  await page.setInputFiles('#own-key-file', key);
  await button(page.getByRole('dialog').filter({ hasText: '设置登录密钥' }), '提交').click();
  await crew.stepUpIfAsked(page, 'privacy', page.getByText('登录密钥已设置'));
  return key;
}

test('a second person reviews it and signs with their own key; only then is it adopted', async () => {
  const page = await crew.as('officer');
  await button(page, '采用策略').click();
  const dialog = page.getByRole('dialog').filter({ hasText: '下载送审文件' });
  await expect(button(dialog, '提交')).toBeDisabled();
  const [draft] = await Promise.all([page.waitForEvent('download'), button(dialog, '下载送审文件').click()]);
  const strategy = desk.path('fees.strategy.json');
  await draft.saveAs(strategy);
  const reviewer = await crew.as('privacy'), key = await keyOfReviewer(reviewer);
  await crew.go(reviewer, '/deident?tab=review');
  await reviewer.locator('main input[type=file]').setInputFiles(strategy);
  await expect(reviewer.locator('main')).toContainText('小数末位 ±1');
  await expect(reviewer.locator('main')).toContainText('保留格式加密');
  await shot(reviewer, 'deident-review');
  await button(reviewer, '签名同意').click();
  await reviewer.setInputFiles('#own-key-file', key);
  const [signature] = await Promise.all([reviewer.waitForEvent('download'), button(reviewer.getByRole('dialog').filter({ hasText: '密钥文件' }), '提交').click()]);
  const signed = desk.path('fees.signature.json');
  await signature.saveAs(signed);
  // The same signature is what the command line makes of the same file.
  const [ours, theirs] = [JSON.parse(readFileSync(signed, 'utf8')) as Record<string, string>, JSON.parse(desk.run(['sign', '--key', key, '--json', strategy])) as Record<string, string>];
  expect({ ...ours, signature: '' }).toEqual({ ...theirs, signature: '' });
  await dialog.locator('input[type=file]').setInputFiles(strategy);
  await expect(dialog).toContainText('这不是签名文件');
  await dialog.locator('input[type=file]').setInputFiles(signed);
  await expect(dialog).toContainText('已载入签名');
  await shot(page, 'deident-adopt');
  await button(dialog, '提交').click();
  await crew.stepUpIfAsked(page, 'officer', page.getByText('已采用').first());
  await expect(dialog).toBeHidden();
});

test('two strategies side by side, then the run, its receipt, and the check by other code', async () => {
  const page = await crew.as('officer');
  const result = page.locator('.grid-two > .ant-card').last();
  await view(page, '字段');
  await technique(page, 'list_type', '置空');
  await result.getByRole('tab', { name: '比较' }).click();
  await button(result, '比较').click();
  await expect(result.locator('.chip', { hasText: '更优' }).first()).toBeVisible({ timeout: 60_000 });
  await accessible(page);
  await shot(page, 'deident-compare');
  await button(page, '执行脱敏').click();
  const dialog = page.getByRole('dialog').filter({ hasText: '含第5级内容的行' });
  await crew.pick(page, '公开共享类型', '受控公开共享');
  await shot(page, 'deident-apply');
  await button(dialog, '提交').click();
  const done = page.getByRole('dialog').filter({ hasText: '已生成脱敏版本' });
  await crew.stepUpIfAsked(page, 'officer', done);
  await expect(done).toContainText('未输出的行', { timeout: 60_000 });
  await shot(page, 'deident-applied');
  await button(done, '脱敏回执').click();
  await page.locator('main tbody tr.ant-table-row').first().getByRole('button', { name: '查看' }).click();
  const drawer = page.locator('.ant-drawer').filter({ hasText: '策略摘要' });
  await expect(drawer).toContainText('审核签名密钥');
  await button(drawer, '独立复核').click();
  await expect(drawer).toContainText('复核通过', { timeout: 60_000 });
  await expect(drawer).toContainText('个等价类');
  await drawer.getByLabel('按 k 复核').fill('100000');
  await button(drawer, '独立复核').click();
  await expect(drawer).toContainText('复核不通过', { timeout: 60_000 });
  await accessible(page);
  await shot(page, 'deident-receipt');
});

/** The draft of a contract on its page, with the wish that rows of level 5 stay behind. */
async function draftedOnThePage(application: string): Promise<string> {
  const page = await crew.as('manager');
  await crew.go(page, `/applications/${application}`);
  await button(page, '起草协议').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('义务').fill('专人保管');
  await dialog.getByLabel('违约责任').fill('依法追责');
  await dialog.getByLabel('交付时剔除含第5级内容的记录').check();
  await shot(page, 'deident-draft');
  await button(dialog, '提交').click();
  await expect(page).toHaveURL(/\/contracts\/ct_/);
  await expect(page.locator('main')).toContainText('每次交付时剔除并计数');
  await accessible(page);
  await shot(page, 'deident-contract');
  return new URL(page.url()).pathname.split('/').pop()!;
}

/** A product of the masked version, checked, reviewed and registered; an impact assessment, an application, votes and a contract for each recipient. */
async function agreed(): Promise<Map<string, string>> {
  const [manager, officer, privacy] = [await hands.of('manager'), await hands.of('officer'), await hands.of('privacy')];
  const { items: receipts } = await officer.get<{ items: { version: string; dataset: string }[] }>('/receipts?limit=5');
  const masked = receipts.find((r) => r.dataset === fees.dataset)!.version;
  const form = {
    name: '费用结构', summary: '去标识化的费用明细', suited_uses: '产品设计', forbidden_uses: '重标识', authorisation: '委员会审批', time_span: '2024-2025', keywords: ['费用'], applications: [], interfaces: [], related_products: [],
    flow: 'share', share: 'controlled', forms: ['file'], columns: AGREED, price_fen: 0,
  };
  const product = (await manager.post('/products', { dataset: fees.dataset, version: masked, form })).id;
  await manager.post(`/products/${product}/check`);
  await officer.post(`/products/${product}/review`, { approve: true, reason: '符合' });
  await (await hands.of('registrar')).post(`/products/${product}/register`, { approve: true, reason: '通过' });
  const { items: parties } = await (await hands.of('sysadmin')).get<{ items: { id: string; name: string; role: string }[] }>('/parties?limit=100');
  const insurer = parties.find((p) => p.role === 'data_user' && p.id !== rival.party)!.id;
  const { assessment } = await manager.get<{ assessment: { questions: { id: string }[] } }>('/law/template');
  const contracts = new Map<string, string>();
  for (const [name, party, key] of [['insurer', insurer, join(demo.dir, 'parties', 'insurer.key')], ['rival', rival.party, rival.key]] as const) {
    const drafted = await manager.post('/law/assessments', {
      product, recipient: party, purpose: PURPOSE, columns: AGREED, conclusion: '可行', legal_basis: 'public_interest', answers: assessment.questions.map((q) => ({ question: q.id, answer: '符合' })),
      risks: [{ risk: '重标识', likelihood: 'medium', severity: 'moderate', measure: '假名与标记', residual_likelihood: 'low', residual_severity: 'moderate' }],
    });
    await privacy.post(`/law/assessments/${drafted.id}/decide`, { approve: true, reason: '同意' });
    const wish = { purpose: PURPOSE, legal_basis: 'public_interest', purpose_note: '产品设计', safety_measures: '专机专人', scenario: 'controller_to_user', form: 'file', columns: AGREED, row_filter: [], deliveries_max: 1, rate_per_minute: 0, valid_days: 30, cross_border: false };
    const asked = (await (await hands.of(`${name}.user`)).post('/applications', { product, form: wish })).id;
    for (const member of ['committee1', 'committee2', 'committee3']) {
      if ((await manager.get<{ status: string }>(`/applications/${asked}`)).status === 'voting') await (await hands.of(member)).post(`/applications/${asked}/vote`, { approve: true, reason: '必要' });
    }
    const contract = name === 'insurer' ? await draftedOnThePage(asked) : (await manager.post(`/applications/${asked}/contract`, { duties: '专人保管', liability: '依法追责' })).id;
    for (const [account, own] of [['signer', join(demo.dir, 'parties', 'agency.key')], [`${name}.signer`, key]] as const) {
      const hand = await hands.of(account);
      const { document } = await hand.get<{ document: string }>(`/contracts/${contract}`);
      await hand.post(`/contracts/${contract}/sign`, { signature: desk.sign(own, document) });
    }
    contracts.set(name, contract);
  }
  return contracts;
}

test('two recipients get their copies; the passport page says that they bear marks, and the delivery is checked again', async () => {
  const contracts = await agreed();
  const page = await crew.as('manager');
  for (const [name, contract] of contracts) {
    await crew.go(page, `/contracts/${contract}`);
    await button(page.locator('main'), '交付数据').click();
    const row = page.locator('main tr[data-row-key^="rl_"]');
    await crew.stepUpIfAsked(page, 'manager', row);
    await expect(row).toBeVisible({ timeout: 60_000 });
    const release = (await row.getAttribute('data-row-key'))!;
    const [sealed, csv] = [desk.path(`${name}.sealed`), desk.path(`${name}.csv`)];
    writeFileSync(sealed, await (await hands.of(`${name}.user`)).file(`/releases/${release}/file`));
    desk.run(['open', '--key', name === 'rival' ? rival.key : join(demo.dir, 'parties', 'insurer.key'), '--out', csv, sealed]);
    copies.set(name, { release, csv: readFileSync(csv, 'utf8') });
  }
  expect(copies.get('insurer')!.csv).not.toBe(copies.get('rival')!.csv);
  await crew.go(page, `/releases/${copies.get('insurer')!.release}`);
  await expect(page.locator('main')).toContainText('带有接收方标记');
  await expect(page.locator('dl.facts', { hasText: '剔除的含第5级内容的行' }).first()).toBeVisible();
  await page.getByRole('tab', { name: /数据使用协议/ }).click();
  await expect(page.getByRole('tabpanel')).toContainText('剔除并计数');
  await page.getByRole('tab', { name: /交付/ }).click();
  await expect(page.getByRole('tabpanel')).toContainText('剔除的含第5级内容的行');
  await button(page, '独立复核').click();
  await expect(page.locator('main')).toContainText('复核通过', { timeout: 60_000 });
  await accessible(page);
  await shot(page, 'deident-release');
});

test('half of a copy turns up in another order: the page names who leaked it, and nobody else', async () => {
  const page = await crew.as('officer');
  const [head, ...rows] = copies.get('insurer')!.csv.replace('\ufeff', '').trim().split(/\r?\n/);
  const names = head!.split(',');
  const [id, price] = [names.indexOf('bkkp_sn'), names.indexOf('pric')];
  // Every other row, from the end, of all columns two.
  const found = rows.filter((_, i) => i % 2 === 0).reverse().map((row) => row.split(',')).map((cells) => `${cells[price]},${cells[id]}`);
  await crew.go(page, '/deident?tab=trace');
  await expect(page.locator('main')).toContainText('示例人寿');
  await choose(page.getByLabel('数据集', { exact: true }), /费用明细/);
  await page.getByLabel('理由').fill('网上发现');
  await page.locator('main input[type=file]').setInputFiles({ name: 'found.csv', mimeType: 'text/csv', buffer: Buffer.from(['pric,bkkp_sn', ...found].join('\n') + '\n') });
  await button(page, '溯源').click();
  await crew.stepUpIfAsked(page, 'officer', page.getByRole('alert').filter({ hasText: '指认' }));
  await expect(page.getByRole('alert').filter({ hasText: '指认' })).toContainText('示例人寿', { timeout: 60_000 });
  const verdict = page.locator('.ant-card', { hasText: '误判上限低于' });
  await expect(verdict.locator('tr', { hasText: '示例人寿' })).toContainText('指认');
  await expect(verdict.locator('tr', { hasText: RIVAL.name })).toContainText('未指认');
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
  await accessible(page);
  await shot(page, 'deident-trace');
  await page.getByLabel('理由').fill('排除');
  const other = ['pric,bkkp_sn', ...Array.from({ length: 2000 }, (_, i) => `${i}.1${i % 10},X${i}`)].join('\n');
  await page.locator('main input[type=file]').setInputFiles({ name: 'other.csv', mimeType: 'text/csv', buffer: Buffer.from(other) });
  await button(page, '溯源').click();
  await expect(page.locator('main')).toContainText('没有人被指认', { timeout: 60_000 });
  await inEnglish(page, 'deident-trace-page');
});

test('a pseudonym goes back by two people and is shown once; the audit finds the strategy that a later one replaced', async () => {
  const page = await crew.as('officer');
  const [head, first] = copies.get('insurer')!.csv.replace('\ufeff', '').split(/\r?\n/).map((line) => line.split(','));
  const pseudonym = first![head!.indexOf('psn_no')]!;
  await crew.go(page, '/deident?tab=reversals');
  await button(page, '申请还原').click();
  await crew.pick(page, '数据集', '费用明细');
  await crew.pick(page, '版本', /#2/);
  await crew.pick(page, '字段', 'psn_no');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('待还原的值（每行一个，至多 200）').fill(pseudonym);
  await dialog.getByLabel('理由').fill('稽核立案');
  await shot(page, 'deident-reversal-ask');
  await button(dialog, '提交').click();
  const row = page.locator('main tr', { hasText: '稽核立案' });
  await crew.stepUpIfAsked(page, 'officer', row);
  await expect(row).toContainText('待审批');
  const privacy = await crew.as('privacy');
  await crew.go(privacy, '/deident?tab=reversals');
  const asked = privacy.locator('main tr', { hasText: '稽核立案' });
  const decide = privacy.getByRole('dialog').filter({ has: privacy.getByLabel('理由') });
  // A list that is drawn anew under load swallows the click.
  await expect(async () => {
    if (!(await decide.isVisible())) await button(asked, '审批').click({ timeout: 6_000 });
    await expect(decide).toBeVisible({ timeout: 6_000 });
  }).toPass({ timeout: 30_000 });
  await crew.answer(privacy, '同意', '属实');
  await crew.stepUpIfAsked(privacy, 'privacy', asked.getByText('已批准'));
  await expect(asked).toContainText('已批准');
  await crew.go(page, '/deident?tab=reversals');
  await button(row, '还原').click();
  const shown = page.getByRole('dialog').filter({ hasText: '只显示这一次' });
  await crew.stepUpIfAsked(page, 'officer', shown);
  const people = new Set(desk.table('fee_list_d').map((line) => line['psn_no']));
  const original = (await shown.locator('tbody tr.ant-table-row td').last().innerText()).trim();
  expect(people.has(original)).toBe(true);
  await shot(page, 'deident-reversed');
  await adoptComposed('99');
  await crew.go(page, '/deident?tab=audit');
  await expect(page.locator('main')).toContainText('策略已被取代');
  await accessible(page);
  await shot(page, 'deident-audit');
});

/** What the node composes by itself, adopted as a later version of the strategy. */
async function adoptComposed(version: string): Promise<void> {
  const officer = await hands.of('officer');
  const { strategy } = await officer.post<{ strategy: Record<string, unknown> }>(`/datasets/${fees.dataset}/versions/${fees.version}/plan`, { share_type: 'controlled', name: 'fees-share' });
  await officer.post(`/datasets/${fees.dataset}/strategies`, { text: { ...strategy, id: 'fees-share', version } });
}

/** The row of the inbox for this task, opened. */
async function openTask(page: Page, words: string, title: string): Promise<void> {
  await crew.go(page, '/inbox');
  await button(page.locator('main tr', { hasText: words }).filter({ hasText: title }), '处理').click();
}

test('a draft goes to a second person on the page: refused with a reason, mended, signed in the browser, adopted', async () => {
  const [author, reviewer, officer] = [await crew.as('manager'), await crew.as('privacy'), await crew.as('officer')];
  const key = await keyOfReviewer(reviewer);
  await adoptComposed('100');
  await crew.go(author, `/deident/${fees.dataset}/${fees.version}`);
  await button(author, '自动编制').click();
  await expect(author.getByRole('img', { name: /等价类规模/ })).toBeVisible({ timeout: 60_000 });
  await author.getByLabel('策略标识').fill('fees-share');
  await author.getByLabel('策略名称').fill('费用明细（送审稿）');
  await technique(author, 'psn_no', '保留');
  await settled(author);
  await button(author, '送审').click();
  const dialog = author.getByRole('dialog').filter({ hasText: '给审核人的说明' });
  await dialog.getByLabel('给审核人的说明').fill('人员编号改为保留');
  await shot(author, 'deident-submit');
  await button(dialog, '提交').click();
  await expect(author.locator('main')).toContainText('等待另一位');
  await openTask(reviewer, '审核脱敏策略草案', '送审稿');
  await expect(reviewer.locator('main')).toContainText('直接标识字段未处理：psn_no');
  await expect(reviewer.locator('main tr', { hasText: 'psn_no' })).toContainText('保留');
  await reviewer.getByLabel(/只看有变化的/).uncheck();
  await expect(reviewer.locator('main tr', { hasText: 'psn_no' })).toContainText('有变化');
  await accessible(reviewer);
  await shot(reviewer, 'deident-draft-review');
  await whenNarrow(reviewer, 'deident-draft-review');
  await button(reviewer, '驳回').click();
  await crew.answer(reviewer, null, '人员编号不得保留');
  await expect(reviewer.locator('main')).toContainText('驳回理由：人员编号不得保留');
  await author.reload();
  await expect(author.locator('main')).toContainText('驳回理由：人员编号不得保留');
  await button(author, '按数据试算').click();
  await expect(author.locator('main')).toContainText('已按最新版本的数据试算', { timeout: 60_000 });
  await author.getByRole('link', { name: '在策略工作台打开' }).click();
  await expect(author.getByLabel('策略名称')).toHaveValue('费用明细（送审稿）');
  await technique(author, 'psn_no', '假名');
  await author.getByLabel('版本', { exact: true }).fill('2');
  await settled(author);
  await button(author, '送审').click();
  await button(dialog, '提交').click();
  await expect(author.locator('main')).toContainText('等待另一位');
  await openTask(reviewer, '审核脱敏策略草案', '送审稿');
  await expect(reviewer.locator('main')).not.toContainText('直接标识字段未处理：psn_no');
  await button(reviewer, '同意并签名').click();
  await reviewer.setInputFiles('#own-key-file', key);
  await button(reviewer.getByRole('dialog').filter({ hasText: '密钥文件' }), '提交').click();
  await crew.stepUpIfAsked(reviewer, 'privacy', reviewer.locator('main').getByText('等待安全管理员采用'));
  await expect(reviewer.locator('main')).toContainText('等待安全管理员采用');
  await openTask(officer, '采用已签名的策略', '送审稿');
  await shot(officer, 'deident-draft-signed');
  await button(officer, '采用策略').click();
  await crew.stepUpIfAsked(officer, 'officer', officer.locator('.stages .done', { hasText: '采用' }));
  await expect(officer.locator('.stages .done', { hasText: '采用' })).toBeVisible();
  await crew.go(officer, '/deident?tab=drafts');
  await expect(officer.locator('main tr', { hasText: '人员编号不得保留' })).toContainText('已驳回');
  await accessible(officer);
  await shot(officer, 'deident-drafts');
  await officer.getByRole('link', { name: /送审稿.* 2$/ }).click();
  await inEnglish(officer, 'deident-draft');
});

test('the workbench in English, in the dark and on a narrow window', async () => {
  const page = await crew.as('officer');
  await crew.go(page, `/deident/${fees.dataset}/${fees.version}`);
  await settled(page);
  await inEnglish(page, 'deident-work');
  await button(page, '深色').click();
  await readable(page);
  await shot(page, 'deident-work-dark');
  await whenNarrow(page, 'deident-work-dark');
  for (const tab of ['receipts', 'trace']) {
    await crew.go(page, `/deident?tab=${tab}`);
    await accessible(page);
    await shot(page, `deident-${tab}-dark`);
  }
});
