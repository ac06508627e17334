// The legal station on a real node: a session that ends in the middle of a form, papers, consents, persons' requests, statutory provision,
// how long data are kept and how they end, and what the supervisor sees.
import { type Locator, type Page, expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { certified } from './acts.ts';
import { accessible, inEnglish, inTheDark, shot, whenNarrow } from './axe.ts';
import { button, choose } from './crew.ts';
import { onStage } from './stage.ts';

const { demo, crew, desk, hands } = onStage();

/** Passes GB 32100 and is nobody's: its division was never assigned. */
const COURT_USCC = '91509803MA0000613Q';

/** The number of somebody whom the synthetic data are about. */
const insured = (): string => desk.table('psn_info_b')[0]!['certno']!;

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

/** Another person finds a paper true, led there by the inbox; the row of that paper. */
async function checked(page: Page, number: string): Promise<Locator> {
  await crew.go(page, '/inbox');
  await page.locator('main tr', { hasText: '复核法律文书' }).first().getByRole('button', { name: '处理' }).click();
  const row = page.locator('main tr', { hasText: number });
  await button(row, '复核').click();
  await crew.answer(page, '属实', '现行有效');
  await crew.stepUpIfAsked(page, 'privacy', row.getByText('已复核'));
  await expect(row).toContainText('已复核');
  return row;
}

test('the paper is checked by another, whose inbox led there', async () => {
  const page = await crew.as('privacy');
  const row = await checked(page, '国令第735号');
  const [scan] = await Promise.all([page.waitForEvent('download'), button(row, '查看扫描件').click()]);
  expect(readFileSync(await scan.path(), 'utf8')).toBe('条例全文');
  await accessible(page);
  await shot(page, 'office-papers');
  await inEnglish(page, 'office-papers');
});

test('a consent is recorded and withdrawn; a person asks what is held, is verified, and is answered', async () => {
  const page = await crew.as('privacy');
  // Of the table that the product was made of: the node looks there.
  const identifier = desk.table('mdtrt_d')[0]!['certno']!;
  await crew.go(page, '/law?tab=consents');
  await expect(page.locator('main')).toContainText('没有登记的单独同意');
  await accessible(page);
  await button(page, '登记同意').click();
  const dialog = page.getByRole('dialog');
  await crew.consentForm(page, identifier, '同意书 2026-11-003');
  await shot(page, 'office-consent');
  await button(dialog, '提交').click();
  const consent = page.locator('main tr', { hasText: '同意书 2026-11-003' });
  await crew.stepUpIfAsked(page, 'privacy', consent);
  await expect(consent).toContainText('待第二人复核');
  await expect(page.locator('body')).not.toContainText(identifier);
  // It counts when another desk has found it true, and the node the person in the data.
  const other = await crew.as('manager');
  await crew.go(other, '/inbox');
  await other.locator('main tr', { hasText: '复核单独同意' }).getByRole('button', { name: '处理' }).click();
  const asked = other.locator('main tr', { hasText: '同意书 2026-11-003' });
  await button(asked, '复核').click();
  await crew.answer(other, '属实', '与同意书原件一致');
  await crew.stepUpIfAsked(other, 'manager', asked.getByText('与同意书原件一致'));
  await expect(asked).toContainText('有效');
  await shot(other, 'office-consent-checked');
  await crew.go(page, '/law?tab=consents');
  await expect(consent).toContainText('有效');
  await button(consent, '撤回').click();
  await crew.answer(page, null, '本人要求');
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
  // Who takes it does not verify it.
  await crew.go(other, '/law?tab=requests');
  await button(other.locator('main tr', { hasText: '服务窗口' }), '核验身份').click();
  await other.getByRole('dialog').getByLabel('同意凭据编号').fill('窗口核验 01');
  await button(other.getByRole('dialog'), '提交').click();
  const token = other.getByRole('dialog').filter({ hasText: '只显示这一次' });
  await crew.stepUpIfAsked(other, 'manager', token);
  await expect(token.locator('code')).not.toBeEmpty();
  await shot(other, 'office-token');
  await button(token.locator('.ant-modal-footer'), '关闭').click();
  await crew.go(page, '/law?tab=requests');
  await button(request, '审批').click();
  await crew.answer(page, '同意', '本人依法查阅');
  await crew.stepUpIfAsked(page, 'privacy', request.getByText('待答复'));
  await button(request, '答复').click();
  await crew.answer(page, null, '已书面告知');
  await crew.stepUpIfAsked(page, 'privacy', button(request, '查看答复'));
  await button(request, '查看答复').click();
  await expect(page.getByRole('dialog').filter({ hasText: '已书面告知' })).toContainText('保存的信息');
  await shot(page, 'office-request');
  await accessible(page);
});

/** An agency that may demand data: entered with its key, found true by another with the fingerprint that the agency told. */
async function agency(name: string): Promise<string> {
  const path = join(demo.dir, 'court.key');
  const made = JSON.parse(desk.run(['key', 'new', '--out', path, '--name', 'court', '--no-passphrase', '--json'])) as { public_key: string; key_id: string };
  const page = await crew.as('manager'), privacy = await crew.as('privacy');
  await crew.go(page, '/law?tab=papers');
  await button(page, '登记文书').click();
  await crew.pick(page, '种类', '法定提供的请求机关');
  const dialog = page.getByRole('dialog').filter({ hasText: '登记文书' });
  for (const [label, text] of [['名称', name], ['文号', '示编〔2020〕1号'], ['出具单位', '示例市委编办'], ['统一社会信用代码', COURT_USCC], ['公钥（base64）', Buffer.from(made.public_key, 'hex').toString('base64')]] as const) await dialog.getByLabel(label).fill(text);
  await dialog.locator('input[type=file]').setInputFiles({ name: '登记证.txt', mimeType: 'text/plain', buffer: Buffer.from('登记证') });
  await shot(page, 'office-agency');
  await button(dialog, '提交').click();
  const entered = page.locator('main tr', { hasText: name });
  await crew.stepUpIfAsked(page, 'manager', entered);
  await expect(entered).toContainText('待复核');
  await crew.go(privacy, '/law?tab=papers');
  const row = privacy.locator('main tr', { hasText: name }), check = privacy.getByRole('dialog').filter({ hasText: '统一社会信用代码' });
  await button(row, '复核').click();
  await check.getByLabel('属实', { exact: true }).check();
  await check.getByLabel('公钥指纹（32 位十六进制）').fill('0'.repeat(32));
  await check.getByLabel('理由').fill('电话核实');
  await accessible(privacy);
  await shot(privacy, 'office-agency-check');
  await button(check, '提交').click();
  await crew.refusal(privacy, 'privacy', 'law.agency_key_not_confirmed');
  await check.getByLabel('公钥指纹（32 位十六进制）').fill(made.key_id);
  await button(check, '提交').click();
  await expect(row).toContainText('有效');
  return path;
}

test('what the law demands is provided: to an agency that was checked, with its document, approved by two, delivered, certified destroyed', async () => {
  const key = await agency('示例市人民法院');
  const page = await crew.as('manager');
  await crew.go(page, '/law?tab=provisions');
  await button(page, '申请法定提供').click();
  const dialog = page.getByRole('dialog').filter({ hasText: '申请法定提供' });
  await crew.pick(page, '种类', '司法');
  await expect(dialog).toContainText('每次至多 100 人');
  await crew.pick(page, '调取机关', '示例市人民法院');
  await dialog.getByLabel('法律文书文号').fill('（2026）示民初字第1号');
  await dialog.getByLabel('理由', { exact: true }).fill('仅案件当事人的参保状态');
  await crew.pick(page, '合法性基础', '国令第735号');
  await crew.pick(page, '数据集', '参保人员基本信息');
  await crew.pick(page, '数据版本', /#1/);
  await crew.pick(page, '字段', 'insutype');
  await dialog.locator('.ant-modal-title').click();
  await expect(button(dialog, '提交')).toBeDisabled();
  await dialog.locator('input[type=file]').setInputFiles({ name: '通知书.txt', mimeType: 'text/plain', buffer: Buffer.from('调取证据通知书') });
  // Nobody is named: more is to be said, and one more person decides.
  await expect(dialog).toContainText('没有指明个人，属于按范围调取');
  await expect(dialog.getByLabel('按范围调取的理由')).toBeVisible();
  await shot(page, 'office-provision-range');
  await choose(dialog.getByLabel('记录条件 字段'), /certno/);
  await dialog.getByLabel('记录条件 取值').fill(insured());
  await page.keyboard.press('Enter');
  await expect(dialog.getByLabel('按范围调取的理由')).toHaveCount(0);
  await accessible(page);
  await shot(page, 'office-provision-ask');
  await button(dialog, '提交').click();
  const row = page.locator('main tr', { hasText: '示例市人民法院' });
  await expect(row).toContainText('0 / 2');
  await expect(page.locator('main')).not.toContainText(insured());
  for (const account of ['privacy', 'committee1']) {
    const approver = await crew.as(account);
    await crew.go(approver, '/inbox');
    await approver.locator('main tr', { hasText: '审批法定提供' }).getByRole('button', { name: '处理' }).click();
    const asked = approver.locator('main tr', { hasText: '示例市人民法院' });
    await button(asked, '审批').click();
    await crew.answer(approver, '批准', '依法调取，范围最小');
    await crew.stepUpIfAsked(approver, account, asked.getByText(account === 'privacy' ? '1 / 2' : '2 / 2'));
    await expect(asked).toContainText(account === 'privacy' ? '1 / 2' : '2 / 2');
  }
  await crew.go(page, '/law?tab=provisions');
  await button(row, '交付').click();
  await crew.stepUpIfAsked(page, 'manager', row.getByText('已交付'));
  await expect(row).toContainText('已交付', { timeout: 40_000 });
  const [sealed] = await Promise.all([page.waitForEvent('download'), button(row, '取文件').click()]);
  expect(readFileSync(await sealed.path()).includes(insured())).toBe(false);
  await expect(row).toContainText('使用中');
  const [notice] = await Promise.all([page.waitForEvent('download'), button(row, '告知单').click()]);
  const [told, certificate] = [desk.path('court.notice.json'), desk.path('court.destruction.json')];
  await notice.saveAs(told);
  desk.run(['destroy-certificate', '--key', key, '--method', '消磁', '--out', certificate, told]);
  await row.locator('input[type=file]').setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
  await expect(page.locator('.ant-message').getByText('不是销毁证明文件')).toBeVisible();
  await row.locator('input[type=file]').setInputFiles(certificate);
  await crew.stepUpIfAsked(page, 'manager', row.getByText('已销毁'));
  await expect(row).toContainText('消磁');
  await shot(page, 'office-provisions');
  await inEnglish(page, 'office-provisions');
  await crew.go(page, '/law?tab=retention');
  await expect(page.locator('main')).toContainText('保存规则');
  await accessible(page);
  await shot(page, 'office-retention');
  const supervisor = await crew.as('supervisor');
  for (const tab of ['papers', 'assessments', 'provisions', 'report']) {
    await crew.go(supervisor, `/law?tab=${tab}`);
    for (const action of ['登记文书', '申请法定提供', '起草评估', '登记同意']) await expect(button(supervisor.locator('main'), action)).toHaveCount(0);
    await accessible(supervisor);
    await shot(supervisor, `office-supervisor-${tab}`);
  }
  await crew.go(supervisor, '/law?tab=provisions');
  await button(supervisor.locator('main tr', { hasText: '示例市人民法院' }), '备查').click();
  await crew.answer(supervisor, null, '已阅');
  const noted = supervisor.locator('main tr', { hasText: '示例市人民法院' });
  await crew.stepUpIfAsked(supervisor, 'supervisor', noted.getByText('备查: 已阅'));
  await expect(noted).toContainText('备查: 已阅');
  await expect(button(noted, '备查')).toHaveCount(0);
});

test('a provision of important data names the paper that it rests on, as soon as the fields are chosen; entered from there, checked, it is taken', async () => {
  const [manager, privacy] = [await hands.of('manager'), await hands.of('privacy')];
  const { items } = await manager.get<{ items: { id: string; title: string }[] }>('/datasets?limit=100');
  const dataset = items.find((d) => d.title === '参保人员基本信息')!.id;
  const catalog = await manager.post('/law/papers', { kind: 'important_data', title: '重要数据目录', number: '网信〔2026〕2号', authority: '示例市网信办', dataset, columns: ['insutype'] });
  await privacy.post(`/law/papers/${catalog.id}/check`, { accept: true, note: '属实' });

  const page = await crew.as('manager');
  await crew.go(page, '/law?tab=provisions');
  await button(page, '申请法定提供').click();
  const dialog = page.getByRole('dialog').filter({ hasText: '申请法定提供' });
  await crew.pick(page, '种类', '司法');
  await crew.pick(page, '调取机关', '示例市人民法院');
  await dialog.getByLabel('法律文书文号').fill('（2026）示刑初字第7号');
  await dialog.locator('input[type=file]').setInputFiles({ name: '通知书.txt', mimeType: 'text/plain', buffer: Buffer.from('调取证据通知书') });
  await dialog.getByLabel('理由', { exact: true }).fill('核实参保险种');
  await crew.pick(page, '合法性基础', '国令第735号');
  await crew.pick(page, '数据集', '参保人员基本信息');
  await crew.pick(page, '数据版本', /#1/);
  await crew.pickAll(page, '字段', ['insutype']);
  await choose(dialog.getByLabel('记录条件 字段'), /certno/);
  await dialog.getByLabel('记录条件 取值').fill(insured());
  await page.keyboard.press('Enter');
  const papers = dialog.getByRole('region', { name: '法律要件' });
  await expect(papers).toContainText('缺少');
  await expect(papers).toContainText('重要数据的评估与审批');
  await button(dialog, '提交').click();
  await crew.refusal(page, 'manager', 'law.important_data_missing');
  await accessible(page);
  await shot(page, 'office-provision-papers');

  await button(papers, '登记文书').click();
  const entering = page.getByRole('dialog').filter({ hasText: '登记文书' }).last();
  await expect(entering).toContainText('示例市人民法院');
  await expect(entering).toContainText('参保人员基本信息');
  for (const [label, text] of [['名称', '参保险种提供评估'], ['文号', '评估〔2026〕3号'], ['出具单位', '示例市医疗保障局']] as const) await entering.getByLabel(label).fill(text);
  await entering.getByLabel('有效至').fill('2029-12-31');
  await page.keyboard.press('Enter');
  await accessible(page);
  await shot(page, 'office-provision-paper');
  await button(entering, '提交').click();
  await expect(papers).toContainText('待第二人复核');
  const { items: entered } = await privacy.get<{ items: { id: string; form: { title: string } }[] }>('/law/papers?limit=100');
  await privacy.post(`/law/papers/${entered.find((p) => p.form.title === '参保险种提供评估')!.id}/check`, { accept: true, note: '属实' });
  await button(dialog, '提交').click();
  const row = page.locator('main tr', { hasText: '（2026）示刑初字第7号' });
  await expect(row).toContainText('0 / 2');
  await crew.go(page, '/law?tab=papers');
  await expect(page.locator('main tr', { hasText: '参保险种提供评估' })).toContainText('示例市人民法院');
});

test('data are kept longer with a reason; destroyed early only by an approval, proposed by one, witnessed by two, and certified', async () => {
  const officer = await crew.as('officer');
  await crew.go(officer, '/law?tab=retention');
  const kept = officer.locator('main tr', { hasText: '就诊信息' }).first();
  await button(kept, '延长保存').click();
  const dialog = officer.getByRole('dialog').filter({ hasText: '延长' });
  await dialog.getByLabel('延长至').fill('2049-12-31');
  await officer.keyboard.press('Enter');
  await dialog.getByLabel('理由').fill('专项稽核未结');
  await accessible(officer);
  await button(dialog, '提交').click();
  // By the day it ends, it stands elsewhere then.
  const longer = officer.locator('main tr', { hasText: '专项稽核未结' });
  await crew.stepUpIfAsked(officer, 'officer', longer);
  await expect(longer).toContainText('2049');

  const propose = async (early: boolean): Promise<void> => {
    if (early) {
      // From where it stands how long the data are kept: what is to be destroyed is chosen already.
      await crew.go(officer, '/law?tab=retention');
      await button(officer.locator('main tr', { hasText: '医保目录信息' }).first(), '提出销毁').click();
      await expect(officer.getByRole('dialog')).toContainText('医保目录信息 #1');
    } else {
      await crew.go(officer, '/custody');
      await button(officer, '提出密钥操作').click();
      await crew.pick(officer, '事项', '销毁整个版本');
      await crew.pick(officer, '数据版本', /医保目录信息 #1/);
    }
    await officer.getByRole('dialog').getByLabel('理由').fill('目录已停用');
    if (early) await crew.pick(officer, '提前销毁审批', '目录数据提前销毁');
    await shot(officer, 'office-destroy-ask');
    await button(officer.getByRole('dialog'), '提交').click();
  };
  await propose(false);
  await crew.refusal(officer, 'officer', 'keys.retention_not_over');
  const manager = await crew.as('manager');
  await crew.go(manager, '/law?tab=papers');
  await button(manager, '登记文书').click();
  await crew.pick(manager, '种类', '提前销毁审批');
  const entering = manager.getByRole('dialog').filter({ hasText: '登记文书' });
  for (const [label, text] of [['名称', '目录数据提前销毁'], ['文号', '局务〔2026〕11号'], ['出具单位', '示例市医疗保障局']] as const) await entering.getByLabel(label).fill(text);
  await crew.pick(manager, '数据集', '医保目录信息');
  await entering.getByLabel('有效至').fill('2029-12-31');
  await manager.keyboard.press('Enter');
  await entering.locator('input[type=file]').setInputFiles({ name: '批复.txt', mimeType: 'text/plain', buffer: Buffer.from('同意提前销毁') });
  await button(entering, '提交').click();
  await crew.stepUpIfAsked(manager, 'manager', manager.locator('main tr', { hasText: '局务〔2026〕11号' }));
  await checked(await crew.as('privacy'), '局务〔2026〕11号');

  await propose(true);
  const row = officer.locator('main tr', { hasText: '目录已停用' });
  await crew.stepUpIfAsked(officer, 'officer', row);
  await expect(row).toContainText('凭审批提前销毁');
  await expect(button(row, '见证')).toHaveCount(0);
  // One of them signs with a certificate of their own, in place of a code.
  const keys = await certified(crew, demo, desk, ['sysadmin']);
  for (const [account, count] of [['secadmin', '1 / 2'], ['sysadmin', '2 / 2']] as const) {
    const witness = await crew.as(account);
    await crew.go(witness, '/inbox');
    await witness.locator('main tr', { hasText: '见证密钥操作' }).getByRole('button', { name: '处理' }).click();
    const seen = witness.locator('main tr', { hasText: '目录已停用' });
    await button(seen, '见证').click();
    await crew.answer(witness, '同意', '已核对审批与对象', keys[account]);
    if (!keys[account]) await crew.stepUpIfAsked(witness, account, seen.getByText(count));
    await expect(seen).toContainText(count);
    await expect(button(seen, '见证')).toHaveCount(0);
  }
  await crew.go(officer, '/custody');
  await expect(row).toContainText('证书签名');
  await button(row, '执行').click();
  await expect(officer.getByRole('dialog')).toContainText('不可撤销');
  // A dialog that still opens under load swallows the click; one that works takes no second.
  const asked = officer.getByRole('dialog').filter({ hasText: '请输入动态口令' });
  await expect(async () => {
    const yes = button(officer.getByRole('dialog').filter({ hasText: '不可撤销' }), '执行');
    if (await yes.isVisible()) await yes.click({ timeout: 2_000 });
    await expect(asked.or(row.getByText('已完成')).first()).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 60_000 });
  await crew.stepUpIfAsked(officer, 'officer', row.getByText('已完成'));
  await expect(row).toContainText('已完成', { timeout: 60_000 });
  const [saved] = await Promise.all([officer.waitForEvent('download'), button(row, '销毁证明').click()]);
  const certificate = JSON.parse(readFileSync(await saved.path(), 'utf8')) as { format: string };
  expect(certificate.format).toMatch(/^sluice-/);
  await accessible(officer);
  await shot(officer, 'office-destroyed');
  await inEnglish(officer, 'office-destroyed');
  await crew.go(officer, '/custody?tab=destroyed');
  await expect(officer.locator('main')).toContainText('整个版本');
  await shot(officer, 'office-destroyed-list');
  await crew.go(officer, '/law?tab=retention');
  await expect(officer.locator('main tr', { hasText: '医保目录信息' }).first()).toContainText('已销毁');
  await shot(officer, 'office-retention');
  await inTheDark(officer, 'office-retention');
  await whenNarrow(officer, 'office-retention');
});
