// What an agency needs on its first working day and had no page for: a plan is adopted, a source's key changed; a meeting's decision is entered; a person
// signs a consent; a reset waits in an inbox; the numbers that stand beside a person's are decided about.
import { expect, test } from '@playwright/test';
import { readFileSync, writeFileSync } from 'node:fs';
import { accessible, inEnglish, looks, shot } from './axe.ts';
import { button } from './crew.ts';
import { onStage } from './stage.ts';

const { crew, desk } = onStage();

test('a plan is adopted from its file with the key of its source; the key is changed with a reason, and one with a private half is refused', async () => {
  const page = await crew.as('manager');
  const plan = desk.plan('ward_reg', '病区登记'), key = desk.path('ward.key'), next = desk.path('ward-next.key');
  for (const path of [key, next]) desk.run(['key', 'new', '--out', path, '--name', 'ward', '--no-passphrase']);
  await crew.go(page, '/sources?tab=plans');
  await accessible(page);
  await button(page, '采用方案').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('选择方案文件', { exact: true }).setInputFiles(plan);
  await expect(dialog.getByLabel('方案文件', { exact: true })).toHaveValue(/id: ward_reg\.v1/);
  await dialog.getByLabel('选择公钥文件').setInputFiles(key);
  await expect(dialog).toContainText('不是 SM2 公钥');
  await expect(button(dialog, '提交')).toBeDisabled();
  await dialog.getByLabel('选择公钥文件').setInputFiles(`${key}.pub`);
  await expect(dialog).toContainText((JSON.parse(readFileSync(`${key}.pub`, 'utf8')) as { key_id: string }).key_id);
  await accessible(page);
  await shot(page, 'first-day-plan');
  await button(dialog, '提交').click();
  const row = page.locator('main tr', { hasText: 'ward_reg.v1' });
  await crew.stepUpIfAsked(page, 'manager', row);
  await expect(row).toContainText('示例医院');
  await expect(button(row, '更换来源公钥')).toHaveCount(0);
  // The key is the security officer's to change.
  const officer = await crew.as('officer'), theirs = officer.locator('main tr', { hasText: 'ward_reg.v1' }), change = officer.getByRole('dialog');
  await crew.go(officer, '/sources?tab=plans');
  await expect(button(officer, '采用方案')).toHaveCount(0);
  await button(theirs, '更换来源公钥').click();
  await expect(change).toContainText('不给出公钥');
  await change.getByLabel('选择公钥文件').setInputFiles(`${next}.pub`);
  await change.getByLabel('理由').fill('来源更换签名机');
  await accessible(officer);
  await button(change, '提交').click();
  const changed = (JSON.parse(readFileSync(`${next}.pub`, 'utf8')) as { key_id: string }).key_id.slice(0, 16);
  await crew.stepUpIfAsked(officer, 'officer', theirs.getByText(changed));
  await expect(theirs).toContainText(changed);
  // What is no plan is refused with the reason, and what was written stays.
  await button(page, '采用方案').click();
  await dialog.getByLabel('方案文件', { exact: true }).fill('format: other/1');
  await button(dialog, '提交').click();
  await expect(page.locator('.ant-notification')).toBeVisible();
  await expect(dialog.getByLabel('方案文件', { exact: true })).toHaveValue('format: other/1');
  await shot(page, 'first-day-plans');
});

test('what a meeting decided is entered with its document, and decided when another, who may decide it, finds it true', async () => {
  const page = await crew.as('manager'), officer = await crew.as('privacy');
  await crew.go(page, '/access?tab=exceptions');
  await button(page, '申请例外').click();
  const dialog = page.getByRole('dialog');
  await crew.pick(page, '操作', /下载|导出/);
  await crew.pick(page, '数据集', '就诊信息');
  await crew.pickAll(page, '字段', ['certno']);
  await dialog.getByLabel('理由').fill('复核骗保线索');
  await dialog.getByLabel('保护措施').fill('专机，用后即毁');
  await button(dialog, '提交').click();
  const asked = page.locator('main tr', { hasText: '复核骗保线索' });
  await crew.stepUpIfAsked(page, 'manager', asked);
  await crew.go(page, '/law?tab=papers');
  await button(page, '登记文书').click();
  await crew.pick(page, '种类', '会议审批');
  for (const [label, text] of [['名称', '第三次办公会纪要'], ['文号', '办〔2026〕12号'], ['出具单位', '示例市医保局']] as const) await dialog.getByLabel(label).fill(text);
  await crew.pick(page, '会议审批的事项', /复核骗保线索/);
  await crew.pickAll(page, '参会人员（至少两人）', ['安全负责人', '个人信息保护责任人']);
  await dialog.getByLabel('会议同意').click();
  await dialog.locator('input[type=file]').setInputFiles({ name: '纪要.txt', mimeType: 'text/plain', buffer: Buffer.from('纪要全文') });
  await accessible(page);
  await shot(page, 'first-day-meeting');
  await button(dialog, '提交').click();
  await crew.stepUpIfAsked(page, 'manager', page.locator('main tr', { hasText: '办〔2026〕12号' }));
  await crew.go(officer, '/inbox');
  await officer.locator('main tr', { hasText: '第三次办公会纪要' }).getByRole('button', { name: '处理' }).click();
  const row = officer.locator('main tr', { hasText: '办〔2026〕12号' });
  await expect(row).toContainText('会议同意');
  await button(row, '复核').click();
  await crew.answer(officer, '属实', '与纪要原件一致');
  await crew.stepUpIfAsked(officer, 'privacy', row.getByText('已复核'));
  await expect(row).toContainText('已复核');
  await shot(officer, 'first-day-meeting-checked');
  await crew.go(page, '/access?tab=exceptions');
  await expect(asked).toContainText('办〔2026〕12号');
});

test('a person signs the text of a consent with an own key; who may see it sees that it holds', async () => {
  const page = await crew.as('privacy'), identifier = desk.table('mdtrt_d')[1]!['certno']!;
  await crew.go(page, '/law?tab=consents');
  await button(page, '登记同意').click();
  const dialog = page.getByRole('dialog');
  // The text is of what stands in the form.
  await button(dialog, '下载同意书文本').click();
  await expect(dialog.locator('.ant-form-item-explain-error').first()).toBeVisible();
  await crew.consentForm(page, identifier, '同意书 2026-11-017');
  const [text] = await Promise.all([page.waitForEvent('download'), button(dialog, '下载同意书文本').click()]);
  const document = desk.path('consent.json'), key = desk.path('person.key'), signature = desk.path('consent.sig.json'), other = desk.path('other.json');
  await text.saveAs(document);
  expect((JSON.parse(readFileSync(document, 'utf8')) as { identifier: string; columns: string[] })).toMatchObject({ identifier, columns: ['gend'] });
  desk.run(['key', 'new', '--out', key, '--name', 'person', '--no-passphrase']);
  desk.run(['sign', document, '--key', key, '--out', signature]);
  writeFileSync(other, '{"format":"something"}');
  await dialog.getByLabel('签名文件').setInputFiles(other);
  await expect(dialog).toContainText('不是签名文件');
  await dialog.getByLabel('签名文件').setInputFiles(signature);
  await expect(dialog).not.toContainText('不是签名文件');
  await shot(page, 'first-day-consent');
  await button(dialog, '提交').click();
  const row = page.locator('main tr', { hasText: '同意书 2026-11-017' });
  await crew.stepUpIfAsked(page, 'privacy', row);
  await button(row, '查看签名').click();
  const seen = page.getByRole('dialog').filter({ hasText: '本人签名' });
  await expect(seen).toContainText('签名有效');
  await expect(seen.locator('pre')).toContainText(identifier);
  await accessible(page);
  await shot(page, 'first-day-consent-signature');
});

test('a reset that was asked for waits in the inbox of another administrator', async () => {
  const asks = await crew.as('sysadmin'), allows = await crew.as('secadmin');
  await crew.go(asks, '/admin?tab=people');
  await button(asks.locator('main tr', { hasText: 'committee3' }), '申请重置').click();
  await asks.getByRole('dialog').getByLabel('理由').fill('遗失验证器');
  await button(asks.getByRole('dialog'), '提交').click();
  await crew.stepUpIfAsked(asks, 'sysadmin', asks.locator('main tr', { hasText: 'committee3' }).getByText('遗失验证器'));
  await crew.go(asks, '/inbox');
  await expect(asks.locator('main')).not.toContainText('遗失验证器');
  await crew.go(allows, '/inbox');
  const task = allows.locator('main tr', { hasText: '遗失验证器' });
  await expect(task).toContainText('审核重置口令或动态口令');
  await task.getByRole('button', { name: '处理' }).click();
  await button(allows.locator('main tr', { hasText: 'committee3' }), '批准重置').click();
  const once = allows.getByRole('dialog').filter({ hasText: '只显示这一次' });
  await crew.stepUpIfAsked(allows, 'secadmin', once);
  await expect(once).toBeVisible();
  await crew.go(allows, '/inbox');
  await expect(allows.locator('main')).not.toContainText('遗失验证器');
});

test('a person asks for deletion: the numbers beside the named one are shown in part and decided before anything is removed', async () => {
  const page = await crew.as('manager'), privacy = await crew.as('privacy');
  const { certno: identifier, psn_no: number } = desk.table('psn_info_b').find((r) => /^\d{17}[\dX]$/.test(r['certno']!) && r['psn_no'])! as { certno: string; psn_no: string };
  await crew.go(privacy, '/law?tab=requests');
  await button(privacy, '受理请求').click();
  await privacy.getByRole('dialog').getByLabel('个人标识（证件号等）').fill(identifier);
  await crew.pick(privacy, '请求', /删除/);
  await privacy.getByRole('dialog').getByLabel('受理渠道').fill('来信 7 号');
  await button(privacy.getByRole('dialog'), '提交').click();
  const taken = privacy.locator('main tr', { hasText: '来信 7 号' }), row = page.locator('main tr', { hasText: '来信 7 号' });
  await crew.stepUpIfAsked(privacy, 'privacy', taken);
  await crew.go(page, '/law?tab=requests');
  await button(row, '核验身份').click();
  await page.getByRole('dialog').getByLabel('同意凭据编号').fill('窗口核验 07');
  await button(page.getByRole('dialog'), '提交').click();
  const token = page.getByRole('dialog').filter({ hasText: '只显示这一次' });
  await crew.stepUpIfAsked(page, 'manager', token);
  await button(token.locator('.ant-modal-footer'), '关闭').click();
  await crew.go(privacy, '/law?tab=requests');
  await button(taken, '审批').click();
  await crew.answer(privacy, '同意', '本人依法请求');
  await crew.stepUpIfAsked(privacy, 'privacy', taken.getByText('待答复'));
  await crew.go(page, '/law?tab=requests');
  await button(row, '查找数据').click();
  const finding = page.getByRole('dialog').filter({ hasText: '查找此人的数据' });
  await button(finding, '查找').click();
  const links = finding.locator('.ant-table-wrapper', { hasText: '同一行中的其他编号' });
  await crew.stepUpIfAsked(page, 'manager', links);
  const link = links.locator('tbody tr', { hasText: number.slice(-4) }).first();
  await expect(link).toBeVisible({ timeout: 60_000 });
  await expect(finding).not.toContainText(number);
  await accessible(page);
  await shot(page, 'first-day-links');
  // Nothing is removed while a number is open: the page says why.
  await button(finding, '提出删除').click();
  await crew.refusal(page, 'manager', 'law.links_not_decided');
  const open = links.locator('tbody tr').filter({ has: page.getByRole('radio') });
  await expect(link.getByRole('radio')).toHaveCount(2);
  await link.getByLabel('是本人编号').check();
  const rest = open.filter({ has: page.locator('input:not(:checked)') });
  for (let left = await rest.count(); left > 0; left = 0)
    for (let i = 0; i < (await open.count()); i++) {
      const one = open.nth(i);
      if (!(await one.getByLabel('是本人编号').isChecked())) await one.getByLabel('不是').check();
    }
  await button(finding, '提交确认').click();
  await crew.answer(page, null, '与参保登记一致');
  await crew.stepUpIfAsked(page, 'manager', links.getByText('已确认'));
  await expect(links.locator('tbody tr', { hasText: number.slice(-4) }).first()).toContainText('已确认');
  await button(finding, '查找').click();
  await expect(finding).toContainText('关联编号', { timeout: 60_000 });
  await shot(page, 'first-day-links-decided');

  // All of it is one destruction: two witnesses, one carrying out, one certificate.
  await button(finding, '提出删除').click();
  await crew.stepUpIfAsked(page, 'manager', finding.getByText('已提出一项销毁'));
  await expect(finding.getByText('已提出一项销毁')).toBeVisible();
  await accessible(page);
  await shot(page, 'first-day-deletion');
  await expect(button(finding, '提出删除')).toHaveCount(0);
  for (const who of ['secadmin', 'sysadmin'] as const) {
    const witness = await crew.as(who);
    await crew.go(witness, '/custody');
    const work = witness.locator('main tr', { hasText: '销毁某人在全部版本的记录' });
    await button(work, '见证').click();
    await crew.answer(witness, '同意', '与请求核对一致');
    await crew.stepUpIfAsked(witness, who, work.getByText(who === 'secadmin' ? '1 / 2' : '2 / 2'));
    await expect(work).toContainText(who === 'secadmin' ? '1 / 2' : '2 / 2');
  }
  await crew.go(page, '/custody');
  const work = page.locator('main tr', { hasText: '销毁某人在全部版本的记录' });
  await button(work, '执行').click();
  await expect(page.getByRole('dialog')).toContainText('个版本，去掉此人的记录');
  await button(page.getByRole('dialog'), '执行').click();
  await crew.stepUpIfAsked(page, 'manager', work.getByText('已完成'));
  await expect(work).toContainText('已完成', { timeout: 60_000 });
  await expect(work).toContainText('移除');
  await looks(page, 'first-day-deletion-done');
  await inEnglish(page, 'first-day-deletion-done');
});
