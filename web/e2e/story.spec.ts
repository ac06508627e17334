// Story A, 惠民保核赔, on the pages: impact assessment, the person's separate consent and a contract come before an API that answers for
// one person; refusals with their reasons; the person's own view; withdrawal counts on the next call. What the insurer's system does goes
// over HTTP with its token, everything else is done by people in their browsers.
import { type APIRequestContext, type Page, expect, test } from '@playwright/test';
import { readFileSync, writeFileSync } from 'node:fs';
import { agree, certified, voteFor } from './acts.ts';
import { accessible, inEnglish, inTheDark, shot, whenNarrow } from './axe.ts';
import { button, offers } from './crew.ts';
import { onStage } from './stage.ts';

const { demo, crew, desk } = onStage();

const INPUTS = ['certno', 'setl_id'];
const GIVEN = ['begndate', 'enddate', 'medfee_sumamt', 'inscp_amt', 'fund_pay_sumamt', 'psn_pay'];
const DIAGNOSIS = 'dscg_maindiag_code';
const TABLE = [...INPUTS, ...GIVEN, DIAGNOSIS];
const NAME = '理赔核算一人一查';

type Row = Record<string, string>;
let dataset = '', application = '', contract = '', release = '', token = '', own = '';
let mine: Row = {}, theirs: Row = {};
let program: APIRequestContext;

test.afterAll(async () => { await program?.dispose(); });

/** Settlements with their person, as the source hands them over; two of one person, one of another. */
function settlements(): string {
  const person = new Map(desk.table('psn_info_b').map((r) => [r['psn_no']!, r['certno']!]));
  const diagnosis = new Map(desk.table('mdtrt_d').map((r) => [r['mdtrt_id']!, r[DIAGNOSIS] ?? '']));
  const rows = new Map<string, Row>();
  for (const r of desk.table('setl_d')) {
    const certno = person.get(r['psn_no']!);
    if (certno) rows.set(r['setl_id']!, { ...Object.fromEntries(TABLE.map((c) => [c, r[c] ?? ''])), certno, [DIAGNOSIS]: diagnosis.get(r['mdtrt_id']!) ?? '' });
  }
  const all = [...rows.values()];
  mine = all.find((r) => all.filter((x) => x['certno'] === r['certno']).length >= 2)!;
  theirs = all.find((r) => r['certno'] !== mine['certno'])!;
  const path = desk.path('claims.csv');
  writeFileSync(path, [TABLE.join(','), ...all.map((r) => TABLE.map((c) => r[c]).join(','))].join('\n') + '\n');
  return path;
}

const PLAN = readFileSync(new URL('../../tests/support/claims_plan.yaml', import.meta.url), 'utf8');

const fen = (amount: unknown): number => Math.round(Number(String(amount)) * 100);

/** A call of the insurer's system: its token and nothing else. */
async function call(filter: Row): Promise<{ status: number; code: string; rows: Row[]; receipt: string; next: number | null }> {
  const query = new URLSearchParams(filter).toString();
  const answer = await program.get(`${demo.url}/api/v1/data?${query}`, { headers: { authorization: `Bearer ${token}` } });
  const body = await answer.json() as { code?: string; rows?: Row[]; receipt?: string; next?: number | null };
  return { status: answer.status(), code: body.code ?? '', rows: body.rows ?? [], receipt: body.receipt ?? '', next: body.next ?? null };
}
const about = (row: Row): Row => ({ 'certno.eq': row['certno']!, 'setl_id.eq': row['setl_id']! });

test('settlements come in, are graded by people, and become a version that answers for one person', async ({ playwright }) => {
  program = await playwright.request.newContext({ ignoreHTTPSErrors: true });
  const plan = desk.path('claims.yaml');
  writeFileSync(plan, PLAN);
  const key = desk.key(), file = settlements();
  desk.run(['manifest', '--plan', plan, '--key', key, '--batch', '1', file]);
  const collected = desk.collect(plan, key, file);
  dataset = collected.dataset;
  const manager = await crew.as('manager');
  await crew.go(manager, `/catalog/${dataset}?tab=versions`);
  await manager.getByRole('alert').getByRole('button', { name: '分类' }).click();
  await expect(manager.getByText('最新版本尚未分类')).toHaveCount(0, { timeout: 30_000 });
  await crew.go(manager, `/catalog/${dataset}`);
  await button(manager, '全部确认（\\d+）').click();
  await expect(button(manager, '全部确认（\\d+）')).toHaveCount(0);
  await expect(manager.locator('main')).toContainText('第4级');
  const officer = await crew.as('officer');
  await crew.go(officer, `/deident/${dataset}/${collected.version}`);
  await officer.locator('.ant-segmented-item').filter({ hasText: '文本' }).click();
  const fields = TABLE.map((column) => ({ column, technique: column === DIAGNOSIS ? 'suppress' : 'keep' }));
  await officer.locator('textarea').fill(JSON.stringify({ format: 'sluice-strategy/1', id: 'one-person', version: '1', title: '一人一查', identifiers_kept: INPUTS, fields }));
  await button(officer.locator('main'), '确认').click();
  await button(officer, '采用策略').click();
  await button(officer.getByRole('dialog'), '提交').click();
  await crew.stepUpIfAsked(officer, 'officer', officer.getByText('已采用').first());
  await button(officer.locator('main'), '执行脱敏').click();
  await expect(officer.getByRole('dialog').last()).toContainText('一人一查');
  await button(officer.getByRole('dialog').last(), '提交').click();
  await crew.stepUpIfAsked(officer, 'officer', officer.getByText('已生成脱敏版本'));
  await expect(officer.getByText('已生成脱敏版本')).toBeVisible({ timeout: 60_000 });
});

test('a product that answers for one person at a time is drafted, checked, reviewed and registered', async () => {
  const manager = await crew.as('manager');
  await crew.go(manager, '/products');
  await button(manager, '新建产品').click();
  const dialog = manager.getByRole('dialog');
  await crew.pick(manager, '数据集', '理赔核算');
  await crew.pick(manager, '去标识化版本', /#\d/);
  await crew.pickAll(manager, '字段', GIVEN);
  await dialog.getByLabel('逐人查询').click();
  await crew.pick(manager, '本人标识字段', 'certno');
  await crew.pickAll(manager, '输入项', INPUTS);
  for (const [label, text] of [['名称', NAME], ['简介', '理赔核算所需的一次结算'], ['适用场景', '惠民保一站式理赔'], ['禁止用途', '承保定价、重标识'], ['授权方式', '本人单独同意并经委员会审批'], ['时间范围', '2024-2025']] as const) await dialog.getByLabel(label, { exact: true }).fill(text);
  await dialog.getByLabel('关键词').fill('惠民保');
  await manager.keyboard.press('Enter');
  await crew.pick(manager, '开放形式', /API 接入/);
  await dialog.locator('.ant-select-selection-item[title="文件共享"] .ant-select-selection-item-remove').click();
  await dialog.locator('.ant-modal-title').click();
  await accessible(manager);
  await shot(manager, 'story-product-draft');
  await button(dialog, '提交').click();
  await expect(manager).toHaveURL(/\/products\/pd_/);
  const path = new URL(manager.url()).pathname;
  await button(manager, '自动检查').click();
  await expect(manager.locator('.page-head')).toContainText('已检查', { timeout: 40_000 });
  await expect(manager.locator('main')).toContainText('按 certno、setl_id 查询，本人由 certno 指明，以单独同意为限');
  const officer = await crew.as('officer');
  await crew.go(officer, path);
  await button(officer, '审核').click();
  await crew.answer(officer, '同意', '字段最小必要');
  await crew.stepUpIfAsked(officer, 'officer', officer.locator('main').getByText('字段最小必要'));
  const registrar = await crew.as('registrar');
  await crew.go(registrar, path);
  await button(registrar, '登记').click();
  await crew.answer(registrar, '同意', '予以登记');
  await crew.stepUpIfAsked(registrar, 'registrar', registrar.locator('main').getByText(/YBSJ-/).first());
  await expect(registrar.locator('main')).toContainText(/YBSJ-\d{4}-\d{6}/);
  await shot(registrar, 'story-product');
});

async function apply(page: Page): Promise<void> {
  await crew.go(page, '/products');
  await page.locator('main').getByText(NAME).first().click();
  await button(page, '申请使用').click();
  const dialog = page.getByRole('dialog');
  await crew.pick(page, '用途', '健康保险理赔服务');
  await dialog.getByLabel('用途说明').fill('被保险人申请理赔时核算一次住院费用');
  await dialog.getByLabel('安全措施').fill('专机专人，不落地');
  await dialog.getByLabel('次数', { exact: true }).fill('100');
}

test('the insurer is refused what it may not ask for, each time with the reason; then it applies, and the contract is signed', async () => {
  const user = await crew.as('insurer.user');
  await apply(user);
  const dialog = user.getByRole('dialog');
  // Underwriting is no purpose, the diagnosis no field that could be asked for.
  await offers(dialog.getByLabel('用途', { exact: true }), '健康保险理赔服务', ['承保', '核保']);
  await offers(dialog.getByLabel('申请字段'), 'psn_pay', [DIAGNOSIS]);
  await crew.pick(user, '合法性基础', '公共利益');
  await button(dialog, '提交申请').click();
  await crew.refusal(user, 'insurer.user', 'policy.one_person_needs_consent');
  await shot(user, 'story-refused-basis');
  await crew.pick(user, '合法性基础', '个人单独同意');
  await dialog.getByLabel('是否出境').click();
  await button(dialog, '提交申请').click();
  await crew.refusal(user, 'insurer.user', 'policy.cross_border_not_assessed');
  await expect(user.locator('.ant-notification')).toContainText('G4.6a');
  await dialog.getByLabel('是否出境').click();
  await button(dialog, '提交申请').click();
  await expect(user).toHaveURL(/\/applications\/ap_/);
  application = new URL(user.url()).pathname.split('/').pop()!;
  // A member of the committee and the agency's signer sign with certificates of their own.
  const keys = await certified(crew, demo, desk, ['committee1', 'signer']);
  await voteFor(crew, application, '理赔必要，逐人同意', keys);
  contract = await agree(crew, demo, application, keys);
  const signer = await crew.as('signer');
  await accessible(signer);
  await shot(signer, 'story-signed');
  await crew.go(user, `/contracts/${contract}`);
  await expect(user.locator('main')).toContainText('逐人查询');
});

test('no impact assessment, no interface: the case names what is missing; drafted is not approved; approved, it opens', async () => {
  const user = await crew.as('insurer.user');
  await crew.go(user, `/contracts/${contract}`);
  const papers = user.locator('.ant-card').filter({ hasText: '法律要件' });
  await expect(papers).toContainText('缺少要件，不能交付');
  await button(user.locator('main'), '交付数据').click();
  await crew.refusal(user, 'insurer.user', 'law.assessment_missing');
  await accessible(user);
  await shot(user, 'story-case-missing');
  const manager = await crew.as('manager');
  await crew.go(manager, '/law?tab=assessments');
  await button(manager, '起草评估').click();
  const dialog = manager.getByRole('dialog');
  await crew.pick(manager, '数据产品', NAME);
  await crew.pick(manager, '接收方', '示例人寿');
  await crew.pick(manager, '用途', '健康保险理赔服务');
  await crew.pick(manager, '合法性基础', '个人单独同意');
  await crew.pickAll(manager, '字段', GIVEN);
  for (const area of await dialog.locator('textarea:visible').all()) await area.fill('符合，逐次查询并存证');
  await dialog.getByLabel('风险', { exact: true }).fill('超出目的使用');
  await dialog.getByLabel('措施', { exact: true }).fill('逐次存证，限一人一条');
  for (const [label, word] of [['可能性', '中'], ['影响', '一般'], ['措施后可能性', '低'], ['措施后影响', '轻微']] as const) await crew.pick(manager, label, word);
  await shot(manager, 'story-assessment-draft');
  await button(dialog, '提交').click();
  const drafted = manager.locator('main tr', { hasText: NAME });
  await crew.stepUpIfAsked(manager, 'manager', drafted);
  await expect(drafted).toContainText('待审批');
  await expect(button(drafted, '审批')).toHaveCount(0);
  await button(user.locator('main'), '交付数据').click();
  await crew.refusal(user, 'insurer.user', 'law.assessment_not_approved');
  const privacy = await crew.as('privacy');
  await crew.go(privacy, '/inbox');
  await privacy.locator('main tr', { hasText: '审批影响评估' }).getByRole('button', { name: '处理' }).click();
  const row = privacy.locator('main tr', { hasText: NAME });
  await button(row, '审批').click();
  await crew.answer(privacy, '批准', '措施与风险相适应');
  await crew.stepUpIfAsked(privacy, 'privacy', row.getByText('已批准'));
  await expect(row).toContainText('已批准');
  await accessible(privacy);
  await shot(privacy, 'story-assessments');
  await inEnglish(privacy, 'story-assessments');
  await button(row, '详情').click();
  await expect(privacy.locator('.ant-drawer')).toContainText('至少保存至');
  await shot(privacy, 'story-assessment');
  await crew.go(user, `/contracts/${contract}`);
  await expect(papers).not.toContainText('缺少');
  await button(user.locator('main'), '交付数据').click();
  const shown = user.getByRole('dialog').filter({ hasText: '令牌只显示这一次' });
  await crew.stepUpIfAsked(user, 'insurer.user', shown);
  token = (await shown.locator('code').innerText()).trim();
  await button(shown.locator('.ant-modal-footer'), '关闭').click();
  await user.reload();
  release = (await user.locator('main tr[data-row-key^="rl_"]').getAttribute('data-row-key'))!;
});

test("without the person's separate consent no call is answered; with it, one record and its receipt; everything else is refused", async () => {
  expect((await call(about(mine))).code).toBe('law.consent_missing');
  const privacy = await crew.as('privacy');
  await crew.go(privacy, '/law?tab=consents');
  await button(privacy, '登记同意').click();
  const dialog = privacy.getByRole('dialog');
  await dialog.getByLabel('个人标识（证件号等）').fill(mine['certno']!);
  await crew.pick(privacy, '数据产品', NAME);
  await crew.pick(privacy, '接收方', '示例人寿');
  await crew.pick(privacy, '用途', '健康保险理赔服务');
  await crew.pickAll(privacy, '字段', GIVEN);
  await dialog.getByLabel('有效至').fill('2029-12-31');
  await privacy.keyboard.press('Enter');
  await dialog.getByLabel('同意凭据编号').fill('单独同意书 2026-0001');
  await button(dialog, '提交').click();
  const consent = privacy.locator('main tr', { hasText: '单独同意书 2026-0001' });
  await crew.stepUpIfAsked(privacy, 'privacy', consent);
  await expect(consent).toContainText('待第二人复核');
  const manager = await crew.as('manager'), entered = manager.locator('main tr', { hasText: '单独同意书 2026-0001' });
  await crew.go(manager, '/inbox');
  await manager.locator('main tr', { hasText: '复核单独同意' }).getByRole('button', { name: '处理' }).click();
  await button(entered, '复核').click();
  await crew.answer(manager, '属实', '与原件一致');
  await crew.stepUpIfAsked(manager, 'manager', entered.getByText('与原件一致'));
  await expect(entered).toContainText('有效');
  await privacy.reload();
  await expect(consent).toContainText('有效');
  await expect(privacy.locator('body')).not.toContainText(mine['certno']!);

  const answer = await call(about(mine));
  expect([answer.status, answer.rows.length, answer.next]).toEqual([200, 1, null]);
  const [record] = answer.rows;
  expect(Object.keys(record!)).toEqual(GIVEN);
  for (const amount of GIVEN.slice(2)) expect(fen(record![amount])).toBe(fen(mine[amount]));
  expect(fen(record!['medfee_sumamt'])).toBe(fen(record!['fund_pay_sumamt']) + fen(record!['psn_pay']));
  expect(answer.receipt).toMatch(/^[0-9a-f]{64}$/);
  expect((await call({ 'certno.eq': mine['certno']! })).code).toBe('api.input_missing');
  expect((await call({ ...about(mine), 'setl_id.eq': theirs['setl_id']! })).code).toBe('api.record_not_of_person');
  expect((await call(about(theirs))).code).toBe('law.consent_missing');
  expect((await call({ ...about(mine), [`${DIAGNOSIS}.eq`]: 'I10' })).code).toBe('contract.column_not_agreed');
  const guesses: string[] = [];
  for (let n = 0; n < 6; n++) guesses.push((await call({ 'certno.eq': mine['certno']!, 'setl_id.eq': `guess${n}` })).code);
  expect([guesses[0], guesses.at(-1)]).toEqual(['api.record_not_of_person', 'api.enumeration']);

  // Each call stands on the page of the release, the answered one with its receipt.
  const user = await crew.as('insurer.user');
  await crew.go(user, `/releases/${release}`);
  const calls = user.locator('.ant-card').filter({ hasText: '调用记录' });
  await expect(calls).toContainText('api.enumeration');
  await expect(calls).toContainText('law.consent_missing');
  await expect(calls).toContainText(answer.receipt.slice(0, 14));
  await expect(user.locator('body')).not.toContainText(mine['certno']!);
  await accessible(user);
  // Refusals stand there by their stable code, in either language.
  await shot(user, 'story-calls');
});

test('the person asks who used the data, is verified, is answered, and gets a token for the own view', async () => {
  const manager = await crew.as('manager'), privacy = await crew.as('privacy');
  // Who takes it does not verify it.
  await crew.go(privacy, '/law?tab=requests');
  await button(privacy, '受理请求').click();
  const asked = privacy.getByRole('dialog');
  await asked.getByLabel('个人标识（证件号等）').fill(mine['certno']!);
  await crew.pick(privacy, '请求', '谁使用过');
  await asked.getByLabel('受理渠道').fill('经办窗口');
  await button(asked, '提交').click();
  await crew.stepUpIfAsked(privacy, 'privacy', privacy.locator('main tr', { hasText: '经办窗口' }));
  await crew.go(manager, '/law?tab=requests');
  const dialog = manager.getByRole('dialog'), request = manager.locator('main tr', { hasText: '经办窗口' });
  await button(request, '核验身份').click();
  await dialog.getByLabel('同意凭据编号').fill('身份证原件核对');
  await button(dialog, '提交').click();
  const shown = manager.getByRole('dialog').filter({ hasText: '只显示这一次' });
  await crew.stepUpIfAsked(manager, 'manager', shown);
  own = (await shown.locator('code').innerText()).trim();
  expect(own).toMatch(/^sls_/);
  await button(shown.locator('.ant-modal-footer'), '关闭').click();
  await crew.go(privacy, '/inbox');
  await privacy.locator('main tr', { hasText: '决定个人请求' }).getByRole('button', { name: '处理' }).click();
  await button(privacy.locator('main tr', { hasText: '经办窗口' }), '审批').click();
  await crew.answer(privacy, '同意', '本人申请');
  await crew.stepUpIfAsked(privacy, 'privacy', privacy.locator('main').getByText('待答复'));
  await crew.go(manager, '/law?tab=requests');
  await button(request, '答复').click();
  await crew.answer(manager, null, '已出具使用记录');
  await crew.stepUpIfAsked(manager, 'manager', button(request, '查看答复'));
  await button(request, '查看答复').click();
  const told = manager.getByRole('dialog').filter({ hasText: '已出具使用记录' });
  await expect(told).toContainText('示例人寿');
  await expect(told).toContainText('没有您的单独同意');
  await accessible(manager);
  await shot(manager, 'story-answer');
});

test("the person's own view shows each access and each attempt; the consent is withdrawn there, and the next call is refused", async () => {
  const person = await crew.stranger('zh-CN');
  await person.goto(`${demo.url}/`);
  await person.getByRole('link', { name: /本人查询/ }).click();
  await person.getByLabel('查询凭证').fill('sls_of_nobody');
  await button(person, '查看').click();
  await expect(person.getByRole('alert')).toContainText('law.bad_token');
  await shot(person, 'story-own-refused');
  await person.getByLabel('查询凭证').fill(own);
  await button(person, '查看').click();
  const uses = person.locator('.ant-card').filter({ hasText: '次被拒绝' });
  await expect(uses).toContainText('示例人寿健康保险股份有限公司');
  await expect(uses).toContainText('1 条记录');
  await expect(uses).toContainText('没有您的单独同意');
  await expect(uses).toContainText('对方逐个试探记录');
  await expect(person.locator('body')).not.toContainText(mine['certno']!);
  await accessible(person);
  await shot(person, 'story-own');
  await inTheDark(person, 'story-own');
  await whenNarrow(person, 'story-own');
  await button(person, 'English').click();
  await expect(person.getByRole('heading', { name: 'Your own record' })).toBeVisible();
  await expect(person.locator('body')).not.toContainText(/\b(own|law|common)\.[a-z][a-zA-Z_]+\b/);
  await shot(person, 'story-own-en');
  await button(person, '中文').click();
  const consent = person.locator('.ant-card').filter({ hasText: '我的单独同意' }).locator('tr', { hasText: NAME });
  await button(consent, '撤回同意').click();
  await accessible(person);
  await shot(person, 'story-own-withdraw');
  await button(person.getByRole('dialog').locator('.ant-modal-footer'), '撤回同意').click();
  await expect(consent).toContainText('已撤回');
  expect((await call(about(mine))).code).toBe('law.consent_withdrawn');
  const privacy = await crew.as('privacy');
  await crew.go(privacy, '/law?tab=consents');
  await expect(privacy.locator('main tr', { hasText: '单独同意书 2026-0001' })).toContainText('本人撤回');
  await button(person, '退出').click();
  await expect(person.getByLabel('查询凭证')).toHaveValue('');
});
