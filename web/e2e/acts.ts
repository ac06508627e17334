// What people do alike on the way to a contract, in whichever walk.
import { expect } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Authority } from './authority.ts';
import { type Crew, button } from './crew.ts';
import type { Demo } from './demo.ts';
import type { Desk } from './desk.ts';

/** Key files by account: of people who sign with their own certificates. */
export type Keys = Readonly<Record<string, string>>;

/** The security administrator adopts an authority, and it certifies these people; who they are is shown at the desk. */
export async function certified(crew: Crew, demo: Demo, desk: Desk, accounts: readonly string[]): Promise<Keys> {
  const authority = new Authority(desk.path('ca')), admin = await crew.as('secadmin');
  await crew.go(admin, '/admin?tab=certificates');
  await button(admin, '采纳签发机构').click();
  const dialog = admin.getByRole('dialog').filter({ hasText: '证书文件' });
  await dialog.locator('input[type=file]').setInputFiles(authority.certificate);
  await dialog.getByLabel('理由').fill('本市签发机构');
  await button(dialog, '提交').click();
  const adopted = admin.locator('main tr', { hasText: 'CN=ca' });
  await crew.stepUpIfAsked(admin, 'secadmin', adopted);
  await expect(adopted).toContainText('有效');
  const keys: Record<string, string> = {};
  for (const account of accounts) {
    const key = desk.path(`${account}.key`), request = desk.path(`${account}.csr`), word = desk.path(`${account}.word`);
    writeFileSync(word, `${demo.accounts.get(account)!.password}\n`);
    desk.run(['key', 'new', '--out', key, '--name', account, '--no-passphrase']);
    desk.run(['certificate', 'request', '--key', key, '--name', account, '--organisation', '示例单位', '--out', request]);
    desk.run(['certificate', 'register', authority.issue(request, account), '--space', desk.space, '--key', key, '--as', account, '--password-file', word, '--code', await demo.code(account), '--json']);
    keys[account] = key;
  }
  return keys;
}

/** The security administrator names the head of a unit. */
export async function nameHead(crew: Crew, unit: string, head: string): Promise<void> {
  const admin = await crew.as('secadmin');
  await crew.go(admin, '/access?tab=organisation');
  await button(admin, '任命负责人').click();
  await crew.pick(admin, '部门', unit);
  await crew.pick(admin, '负责人', head);
  await admin.getByRole('dialog').getByLabel('理由').fill('任命');
  await button(admin.getByRole('dialog').filter({ hasText: '任命负责人' }), '提交').click();
  const named = admin.getByRole('tree').getByText(head);
  await crew.stepUpIfAsked(admin, 'secadmin', named.first());
  await expect(named.first()).toBeVisible();
}

/** Votes until it is decided; each member gives the reason, and the own account with it. */
export async function voteFor(crew: Crew, application: string, reason: string, keys: Keys = {}): Promise<void> {
  for (const account of ['committee1', 'committee2', 'committee3']) {
    const page = await crew.as(account);
    await crew.go(page, `/applications/${application}`);
    if (await page.locator('main').getByText('已通过').count()) return;
    await button(page.locator('main'), '表决').click();
    const said = `${reason}（${account}）`;
    await crew.answer(page, '赞成', said, keys[account]);
    // Who signs needs no code.
    if (!keys[account]) await crew.stepUpIfAsked(page, account, page.locator('main').getByText(said));
    await expect(page.locator('main tr', { hasText: said })).toContainText(keys[account] ? '证书签名' : said);
  }
}

/** The contract of an application, signed by both parties with their key files. */
export async function agree(crew: Crew, demo: Demo, application: string, keys: Keys = {}): Promise<string> {
  const manager = await crew.as('manager');
  await crew.go(manager, `/applications/${application}`);
  await button(manager, '起草协议').click();
  await manager.getByRole('dialog').getByLabel('义务').fill('专人保管，不得转委托');
  await manager.getByRole('dialog').getByLabel('违约责任').fill('提供方可立即终止');
  await button(manager.getByRole('dialog'), '提交').click();
  await expect(manager).toHaveURL(/\/contracts\/ct_/);
  const contract = new URL(manager.url()).pathname.split('/').pop()!;
  for (const [account, key] of [['signer', 'agency.key'], ['insurer.signer', 'insurer.key']] as const) {
    const page = await crew.as(account);
    await crew.go(page, `/contracts/${contract}`);
    await button(page, '签署').click();
    const dialog = page.getByRole('dialog').filter({ hasText: '在本机签署' });
    await page.setInputFiles('#key-file', join(demo.dir, 'parties', key));
    if (keys[account]) await crew.withCertificate(dialog, keys[account]);
    await button(dialog, '签署').click();
    if (!keys[account]) await crew.stepUpIfAsked(page, account, page.locator('main').getByText('✓ 已签署').nth(account === 'signer' ? 0 : 1));
    await expect(dialog).toBeHidden();
    if (keys[account]) await expect(page.locator('main')).toContainText('证书签名');
  }
  return contract;
}
