// Access inside the agency on a real node: default deny, a right, values shown once, who could see a column and why, an exception beyond
// the rights of a post, the organisation with a deputy and outside staff, what nobody uses, and a revocation that counts at once.
import { type Page, expect, test } from '@playwright/test';
import { accessible, inEnglish, inTheDark, shot, whenNarrow } from './axe.ts';
import { nameHead } from './acts.ts';
import { button, choose, offers } from './crew.ts';
import { onStage } from './stage.ts';

const { crew } = onStage();
const DATASET = '参保人员基本信息';

/** The request of an operation, as far as the dialog's own button. */
async function request(page: Page, what: string, columns: string[], reason: string, flow?: string): Promise<void> {
  await crew.go(page, '/access');
  await button(page, '申请操作').click();
  await crew.pick(page, '操作', what);
  await crew.pick(page, '数据集', DATASET);
  await crew.pick(page, '版本', /#1/);
  await crew.pickAll(page, '字段', columns);
  if (flow) await crew.pick(page, '审批方式', flow);
  await page.getByRole('dialog').getByLabel('理由').fill(reason);
  await button(page.getByRole('dialog'), '提交').click();
}

test('nobody sees values without a right; the security administrator grants one, and what it reaches is shown', async () => {
  const manager = await crew.as('manager');
  await request(manager, '查看', ['gend', 'insutype'], '核对参保状态');
  await crew.refusal(manager, 'manager', 'access.no_right');
  const admin = await crew.as('secadmin');
  await crew.go(admin, '/access?tab=rights');
  await accessible(admin);
  await button(admin, '授予权限').click();
  await crew.pick(admin, '权限人', '数据管理员·李');
  await crew.pickAll(admin, '操作', ['查看', '下载']);
  await crew.pickAll(admin, '数据集', [DATASET]);
  const dialog = admin.getByRole('dialog');
  await dialog.getByLabel('最高级别').fill('4');
  await dialog.getByLabel('理由').fill('稽核岗位');
  await accessible(admin);
  await shot(admin, 'access-grant');
  await button(dialog, '提交').click();
  const right = admin.locator('main tr', { hasText: '稽核岗位' });
  await crew.stepUpIfAsked(admin, 'secadmin', right);
  await expect(right).toContainText(/操作: .*查看/);
  await button(manager.getByRole('dialog'), '提交').click();
  const asked = manager.locator('main tr', { hasText: '核对参保状态' });
  await expect(asked).toContainText('常设授权');
  await button(asked, '执行').click();
  const values = manager.getByRole('dialog').filter({ hasText: '取值' });
  await crew.stepUpIfAsked(manager, 'manager', values);
  await expect(values.locator('tbody tr.ant-table-row')).toHaveCount(20);
  await button(values, '关闭').first().click();
  await expect(asked).toContainText('已完成');
  await accessible(manager);
  await shot(manager, 'access-operations');
  await inEnglish(manager, 'access-operations');
});

test('who could see this column, and why: people with their reason, and recipients under contracts', async () => {
  const page = await crew.as('officer');
  await crew.go(page, '/access?tab=who');
  const field = (label: string) => page.locator('main').getByLabel(label, { exact: true });
  await choose(field('数据集'), DATASET);
  await choose(field('字段'), /^certno/);
  await button(page, '查询').click();
  const could = page.locator('main tr', { hasText: '数据管理员·李' });
  await expect(could).toContainText('可以');
  await expect(could).toContainText('有权限覆盖');
  await expect(could).toContainText('须双因素');
  await expect(page.locator('main tr', { hasText: '安全负责人·王' })).toContainText('不可以');
  await expect(page.locator('main')).not.toContainText(/\b(access|duty|operation)\.[a-z_]+/);
  await accessible(page);
  await shot(page, 'access-who');
  await inTheDark(page, 'access-who');
  await whenNarrow(page, 'access-who');
});

test('beyond the rights of a post: an exception of the personal-information officer, for a time, used or not, reviewed', async () => {
  const manager = await crew.as('manager'), privacy = await crew.as('privacy');
  await request(manager, '下载', ['certno'], '配合核查', '人工审批');
  await crew.refusal(manager, 'manager', 'operation.exception_needed');
  await crew.go(manager, '/access?tab=exceptions');
  await button(manager, '申请例外').click();
  const dialog = manager.getByRole('dialog');
  await crew.pick(manager, '操作', '下载');
  await crew.pick(manager, '数据集', DATASET);
  await crew.pickAll(manager, '字段', ['certno']);
  await dialog.getByLabel('天数').fill('2');
  await dialog.getByLabel('理由').fill('配合公安核查');
  await dialog.getByLabel('保护措施').fill('专机，用后即毁');
  await accessible(manager);
  await shot(manager, 'access-exception-ask');
  await button(dialog, '提交').click();
  const mine = manager.locator('main tr', { hasText: '配合公安核查' });
  await crew.stepUpIfAsked(manager, 'manager', mine);
  await expect(button(mine, '审批')).toHaveCount(0);
  await crew.go(privacy, '/inbox');
  await privacy.locator('main tr', { hasText: '审批权限例外' }).getByRole('button', { name: '处理' }).click();
  const theirs = privacy.locator('main tr', { hasText: '配合公安核查' });
  await button(theirs, '审批').click();
  await crew.answer(privacy, '同意', '限期同意');
  await crew.stepUpIfAsked(privacy, 'privacy', theirs.getByText('有效'));
  await expect(theirs).toContainText('有效');
  await expect(button(theirs, '复核')).toHaveCount(0);
  await request(manager, '下载', ['certno'], '配合核查', '人工审批');
  const waiting = manager.locator('main tr', { hasText: '配合核查' }).filter({ hasText: '人工审批' });
  await crew.stepUpIfAsked(manager, 'manager', waiting);
  await expect(waiting).toContainText('待审批');
  await crew.go(manager, '/access?tab=exceptions');
  await button(mine, '提前结束').click();
  await crew.answer(manager, null, '已完成');
  // Whoever granted it does not review it.
  await crew.go(privacy, '/inbox');
  await expect(privacy.locator('main tr', { hasText: '复核权限例外' })).toHaveCount(0);
  const auditor = await crew.as('auditadmin');
  await crew.go(auditor, '/inbox');
  await auditor.locator('main tr', { hasText: '复核权限例外' }).getByRole('button', { name: '处理' }).click();
  const over = auditor.locator('main tr', { hasText: '配合公安核查' });
  await button(over, '复核').click();
  await crew.answer(auditor, '未使用', '没有执行');
  await expect(over).toContainText('已审核', { timeout: 30_000 });
  await accessible(auditor);
  await shot(auditor, 'access-exceptions');
  await inEnglish(auditor, 'access-exceptions');
});

test('the organisation: a unit, its people, outside staff with sponsor and end, and a deputy who decides in the absent one\'s place', async () => {
  const system = await crew.as('sysadmin'), admin = await crew.as('secadmin');
  await crew.go(system, '/access?tab=organisation');
  const dialog = system.getByRole('dialog');
  await button(system, '新增部门').click();
  await dialog.getByLabel('名称').fill('稽核处');
  await crew.pick(system, '部门类别', '实施部门');
  await button(dialog, '提交').click();
  await crew.stepUpIfAsked(system, 'sysadmin', system.getByRole('tree').getByText('稽核处'));
  await nameHead(crew, '稽核处', '安全负责人');
  await button(system, '安排人员').click();
  // Posts are for one's own people: nobody of another organisation can be chosen.
  await offers(dialog.getByLabel('人员', { exact: true }), '数据管理员·李', ['数据使用人·郑']);
  await crew.pick(system, '人员', '数据管理员·李');
  await crew.pick(system, '部门', '稽核处');
  await button(dialog, '提交').click();
  await expect(system.getByRole('tree')).toContainText('数据管理员·李');
  await button(system, '登记外部人员').click();
  // Whoever approves others is not outside staff.
  await crew.pick(system, '人员', '平台登记员·赵');
  await crew.pick(system, '保荐人', '安全负责人·王');
  await dialog.getByLabel('单位').fill('某软件公司');
  const day = (n: number): string => new Date(Date.now() + n * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' });
  // Nobody is engaged for longer than a year: a later day cannot be chosen.
  await dialog.getByLabel('有效至').fill(day(400));
  await system.keyboard.press('Enter');
  await button(dialog, '提交').click();
  await expect(dialog.locator('.ant-form-item-explain-error')).toBeVisible();
  await dialog.getByLabel('有效至').fill(day(300));
  await system.keyboard.press('Enter');
  await button(dialog, '提交').click();
  await crew.refusal(system, 'sysadmin', 'duty.not_for_outsiders');
  await crew.pick(system, '人员', '数据管理员·李');
  await button(dialog, '提交').click();
  await expect(system.locator('main tr', { hasText: '某软件公司' })).toContainText(day(300).replaceAll('-', '/'));

  await crew.go(admin, '/access?tab=organisation');
  await button(admin, '指定代行').click();
  await crew.pick(admin, '离岗人员', '安全负责人·王');
  await crew.pick(admin, '代行人', '委员·孙');
  await crew.pickAll(admin, '岗位', ['安全负责人']);
  const period = admin.getByRole('dialog').locator('.ant-picker-range input');
  await period.first().fill(day(0));
  await admin.keyboard.press('Enter');
  await period.last().fill(day(3));
  await admin.keyboard.press('Enter');
  await admin.getByRole('dialog').getByLabel('理由').fill('出差');
  await accessible(admin);
  await shot(admin, 'access-deputy-ask');
  await button(admin.getByRole('dialog'), '提交').click();
  const deputyship = admin.locator('main tr', { hasText: '出差' });
  await crew.stepUpIfAsked(admin, 'secadmin', deputyship);
  await expect(deputyship).toContainText('有效');

  const deputy = await crew.as('committee2');
  await crew.go(deputy, '/inbox');
  await deputy.locator('main tr', { hasText: '审批数据操作' }).first().getByRole('button', { name: '处理' }).click();
  const waiting = deputy.locator('main tr', { hasText: '配合核查' }).filter({ hasText: '人工审批' });
  await button(waiting, '审批').click();
  await crew.answer(deputy, '不同意', '例外已结束');
  await crew.stepUpIfAsked(deputy, 'committee2', waiting.getByText('委员·孙'));
  await expect(waiting).toContainText('委员·孙');
  await crew.go(admin, '/access?tab=organisation');
  await expect(deputyship.locator('td').nth(5)).toHaveText('1');
  await accessible(admin);
  await shot(admin, 'access-organisation');
  await inEnglish(admin, 'access-organisation');
  await whenNarrow(admin, 'access-organisation');
  await crew.go(admin, '/access?tab=log');
  await expect(admin.locator('main')).toContainText('指定代行');
  await accessible(admin);
  await shot(admin, 'access-log');
});

test('least privilege: what nobody used stands in the report; a right that is taken back counts at once', async () => {
  const admin = await crew.as('secadmin');
  await crew.go(admin, '/access?tab=rights');
  const report = admin.locator('.ant-card').filter({ hasText: '长期未使用' });
  await expect(report).toContainText(/\d+ 天内未使用/);
  await report.getByLabel('未使用天数').fill('0');
  await admin.keyboard.press('Tab');
  await expect(report).toContainText('0 天内未使用');
  await expect(report).toContainText('委员·周');
  await accessible(admin);
  await shot(admin, 'access-rights');
  await inEnglish(admin, 'access-rights');
  await inTheDark(admin, 'access-rights');
  // By the holder: the reason that stands there afterwards is that of the revocation.
  const right = admin.locator('main tr', { hasText: '数据管理员·李' }).filter({ hasText: '查看取值' });
  await button(right, '撤销').click();
  await crew.answer(admin, null, '年度复核');
  await crew.stepUpIfAsked(admin, 'secadmin', right.getByText('已撤销'));
  await expect(right).toContainText('年度复核');
  const manager = await crew.as('manager');
  await request(manager, '查看', ['gend'], '再次核对');
  await crew.refusal(manager, 'manager', 'access.no_right');
});
