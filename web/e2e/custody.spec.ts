// Storage and the root key on a real node: inventory, policy, a rehearsal of a restore; the root dealt among officers, each at a desk of
// their own; code tables.
import { type Page, expect, test } from '@playwright/test';
import { join } from 'node:path';
import { accessible, inEnglish, inTheDark, shot, whenNarrow } from './axe.ts';
import { button, choose } from './crew.ts';
import { onStage } from './stage.ts';

const { demo, crew, desk } = onStage();

test('storage: what lies where, an inventory that finds it whole, a policy, and a backup that becomes a space again', async () => {
  desk.run(['storage', 'policy', '--space', desk.space, '--backup-to', join(demo.dir, 'backups')]);
  const page = await crew.as('sysadmin');
  await crew.go(page, '/custody?tab=storage');
  await expect(page.getByRole('img', { name: /存储量/ })).toBeVisible();
  await button(page, '立即备份').click();
  const backedUp = page.locator('main tr', { hasText: /^备份/ }).filter({ hasText: /\d{4}\/\d\d\/\d\d/ });
  await crew.stepUpIfAsked(page, 'sysadmin', backedUp);
  await expect(backedUp).toBeVisible({ timeout: 60_000 });
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

test('a whole dataset is proposed for destruction from its page: contracts that deliver from it are named, and what the law keeps longer stays', async () => {
  const page = await crew.as('manager');
  await crew.go(page, '/catalog');
  await page.getByRole('link', { name: '就诊信息' }).first().click();
  await page.getByRole('button', { name: '销毁整个数据集' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('就诊信息');
  const named = dialog.getByLabel('仍从该版本交付的协议');
  await choose(named, /文件共享/);
  await choose(named, /API 接入/);
  await dialog.locator('.ant-modal-title').click();
  await dialog.getByLabel('理由').fill('业务终止');
  await accessible(page);
  await shot(page, 'custody-destroy-dataset');
  await button(dialog, '提交').click();
  await crew.refusal(page, 'manager', 'keys.retention_not_over');
  await crew.go(page, '/custody');
  await expect(page.locator('main')).not.toContainText('业务终止');
});

test('a version that contracts still deliver from is destroyed: each of them named, decided by the committee, witnessed by two, carried out', async () => {
  const page = await crew.as('manager');
  await crew.go(page, '/custody');
  await button(page, '提出密钥操作').click();
  const dialog = page.getByRole('dialog');
  await crew.pick(page, '事项', '销毁整个版本');
  await crew.pick(page, '数据版本', /就诊信息 #1/);
  await expect(dialog.getByLabel('仍从该版本交付的协议')).toHaveCount(0);
  await crew.pick(page, '数据版本', /就诊信息 #2/);
  await dialog.getByLabel('理由').fill('改用新的脱敏策略');
  await button(dialog, '提交').click();
  await expect(dialog.locator('.ant-form-item', { hasText: '仍从该版本交付的协议' })).toContainText('必填');
  const named = dialog.getByLabel('仍从该版本交付的协议');
  await choose(named, /文件共享/);
  await button(dialog, '提交').click();
  await crew.refusal(page, 'manager', 'keys.contract_delivers');
  await choose(named, /API 接入/);
  await dialog.locator('.ant-modal-title').click();
  await accessible(page);
  await shot(page, 'custody-destroy-contracts');
  await button(dialog, '提交').click();
  const row = page.locator('main tr', { hasText: '改用新的脱敏策略' });
  await expect(row).toContainText('待部门负责人或委员审批');
  await expect(row).toContainText('就诊结构分析数据');
  await expect(button(row, '审批')).toHaveCount(0);

  const witness = await crew.as('secadmin');
  await crew.go(witness, '/custody');
  await expect(witness.locator('main tr', { hasText: '改用新的脱敏策略' })).toContainText('待部门负责人或委员审批');
  await expect(button(witness.locator('main tr', { hasText: '改用新的脱敏策略' }), '见证')).toHaveCount(0);
  const member = await crew.as('committee2');
  await crew.go(member, '/inbox');
  await member.locator('main tr', { hasText: '审批销毁' }).getByRole('button', { name: '处理' }).click();
  const asked = member.locator('main tr', { hasText: '改用新的脱敏策略' });
  await button(asked, '审批').click();
  await accessible(member);
  await crew.answer(member, '同意', '新版本已可用');
  await crew.stepUpIfAsked(member, 'committee2', asked.getByText('已批准销毁'));
  await expect(asked).toContainText('新版本已可用');
  await expect(button(asked, '见证')).toHaveCount(0);
  await shot(member, 'custody-destroy-decided');
  for (const account of ['secadmin', 'sysadmin']) {
    const one = await crew.as(account);
    await crew.go(one, '/custody');
    const seen = one.locator('main tr', { hasText: '改用新的脱敏策略' });
    await button(seen, '见证').click();
    await crew.answer(one, '同意', '已核对');
    await crew.stepUpIfAsked(one, account, seen.getByText(account === 'secadmin' ? '1 / 2' : '2 / 2'));
    await expect(seen).toContainText(account === 'secadmin' ? '1 / 2' : '2 / 2');
  }
  await crew.go(page, '/custody');
  await button(row, '执行').click();
  await button(dialog.filter({ hasText: '不可撤销' }), '执行').click();
  await crew.stepUpIfAsked(page, 'manager', row.getByText('已完成'));
  await expect(row).toContainText('已完成', { timeout: 60_000 });
  await accessible(page);
  await shot(page, 'custody-destroyed');
});

/** Begins a ceremony for the witnessed work, with these officers; two open the space. */
async function begin(page: Page, officers: string[]): Promise<void> {
  await crew.go(page, '/custody?tab=root');
  await button(page, '开始仪式').click();
  for (const name of officers) await crew.pick(page, '保管员', name);
  await page.getByRole('dialog').locator('.ant-modal-title').click();
  await shot(page, 'custody-root-begin');
  await button(page.getByRole('dialog'), '提交').click();
  await crew.stepUpIfAsked(page, 'officer', page.locator('main').getByText('等待保管员到场'));
  await expect(page.locator('main')).toContainText('等待保管员到场');
}

const phraseOf = (account: string): string => `passphrase of ${account}`;

async function join_(page: Page, account: string, then: string): Promise<void> {
  await crew.go(page, '/custody?tab=root');
  await button(page, '到场').click();
  const dialog = page.getByRole('dialog').filter({ hasText: '封存您的份额' });
  await dialog.getByLabel('口令', { exact: true }).fill(phraseOf(account));
  await dialog.getByLabel('再输入一次').fill(phraseOf(account));
  await button(dialog, '提交').click();
  await crew.stepUpIfAsked(page, account, page.locator('main').getByText(then).first());
  await expect(page.locator('main').getByText(then).first()).toBeVisible({ timeout: 30_000 });
}

test('the root is dealt among officers: proposed, witnessed, joined, taken, handed in again; a wrong share is named; abandoned, it is what it was', async () => {
  const officer = await crew.as('officer'), witness = await crew.as('secadmin'), second = await crew.as('privacy');
  await crew.go(officer, '/custody?tab=root');
  await expect(officer.locator('main')).toContainText('一个人就能打开空间');
  await expect(button(officer, '开始仪式')).toBeDisabled();
  await accessible(officer);
  await crew.go(officer, '/custody');
  await button(officer, '提出密钥操作').click();
  await crew.pick(officer, '事项', '更换根密钥');
  await officer.getByRole('dialog').getByLabel('理由').fill('改为多人分持');
  await button(officer.getByRole('dialog'), '提交').click();
  await crew.stepUpIfAsked(officer, 'officer', officer.locator('main tr', { hasText: '改为多人分持' }));
  await crew.go(witness, '/inbox');
  await witness.locator('main tr', { hasText: '见证密钥操作' }).getByRole('button', { name: '处理' }).click();
  await button(witness.locator('main tr', { hasText: '改为多人分持' }), '见证').click();
  await crew.answer(witness, '同意', '已核对');
  await crew.stepUpIfAsked(witness, 'secadmin', witness.locator('main').getByText('已见证'));
  await expect(witness.locator('main')).toContainText('已见证');

  // One officer comes, the other does not: abandoned, and nothing has changed.
  await begin(officer, ['安全负责人', '个人信息保护责任人']);
  await join_(officer, 'officer', '1 / 2');
  await accessible(officer);
  await shot(officer, 'custody-root-joining');
  await button(officer, '中止').click();
  await crew.answer(officer, null, '另一名保管员不能到场');
  await expect(officer.locator('main')).toContainText('已中止：原来的根密钥仍然有效');
  await expect(officer.locator('main')).toContainText('另一名保管员不能到场');
  await expect(officer.locator('main')).toContainText('单一口令');
  await accessible(officer);

  await begin(officer, ['安全负责人', '个人信息保护责任人']);
  await join_(officer, 'officer', '1 / 2');
  await join_(second, 'privacy', '份额已生成');
  const files: Record<string, string> = {};
  for (const [page, account] of [[officer, 'officer'], [second, 'privacy']] as const) {
    await crew.go(page, '/custody?tab=root');
    const share = page.waitForEvent('download');
    await button(page, '领取份额').click();
    files[account] = join(demo.dir, `${account}.share.json`);
    await (await share).saveAs(files[account]!);
  }
  const handIn = async (page: Page, account: string, share: string, passphrase: string): Promise<void> => {
    if (!(await page.getByRole('dialog').filter({ hasText: '今天打得开' }).isVisible())) await button(page, '交回确认').click();
    const dialog = page.getByRole('dialog').filter({ hasText: '今天打得开' });
    await dialog.locator('input[type=file]').setInputFiles(files[share]!);
    await expect(dialog).toContainText(`${share}.share.json`);
    await dialog.getByLabel('口令').fill(passphrase);
    await shot(page, `custody-share-${account}`);
    await button(dialog, '提交').click();
  };
  const told = (reason: string) => officer.locator('.ant-notification').getByText(reason);
  await handIn(officer, 'officer', 'privacy', phraseOf('privacy'));
  await crew.stepUpIfAsked(officer, 'officer', told('shares.wrong_share'));
  await expect(told('shares.wrong_share')).toBeVisible();
  await handIn(officer, 'officer', 'officer', 'not the passphrase');
  await expect(told('shares.wrong_passphrase')).toBeVisible({ timeout: 30_000 });
  await handIn(officer, 'officer', 'officer', phraseOf('officer'));
  await expect(officer.getByRole('dialog').filter({ hasText: '今天打得开' })).toBeHidden({ timeout: 30_000 });
  await handIn(second, 'privacy', 'privacy', phraseOf('privacy'));
  await crew.stepUpIfAsked(second, 'privacy', second.locator('main').getByText('新的根密钥生效'));
  await expect(second.locator('main')).toContainText('新的根密钥生效', { timeout: 30_000 });
  await crew.go(officer, '/custody?tab=root');
  await expect(officer.locator('main')).toContainText('2 名保管员分持，2 名到场即可打开');

  // A share is looked at later: it opens, nothing changes.
  await button(officer, '检验我的份额').click();
  const dialog = officer.getByRole('dialog').filter({ hasText: '不改变任何东西' });
  await dialog.locator('input[type=file]').setInputFiles(files['officer']!);
  await dialog.getByLabel('口令').fill(phraseOf('officer'));
  await button(dialog, '提交').click();
  await crew.stepUpIfAsked(officer, 'officer', dialog.getByText('完好：'));
  await expect(dialog).toContainText('完好：officer 的份额可以打开', { timeout: 30_000 });
  await accessible(officer);
  await button(dialog, '取消').click();
  await shot(officer, 'custody-root');
  await inEnglish(officer, 'custody-root');
  await inTheDark(officer, 'custody-root');
  await whenNarrow(officer, 'custody-root');
});
