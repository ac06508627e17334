// Who somebody is, on a real node: an authority adopted, a person's SM2 certificate registered, signing in and confirming with it, its end by
// the authority's list; a provider of OpenID Connect set, an account linked to an identity there, signing in through it, its end.
import { type Page, expect, test } from '@playwright/test';
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Authority } from './authority.ts';
import { accessible, inEnglish, inTheDark, shot, whenNarrow } from './axe.ts';
import { button } from './crew.ts';
import { onStage } from './stage.ts';

const { demo, crew, desk } = onStage();

let authority: Authority;
let key = '', certificate = '';

/** The own menu at the top: what it offers. */
async function own(page: Page, name: string, item: string): Promise<void> {
  await crew.go(page, '/inbox');
  await page.locator('header.top').getByRole('button', { name }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('the security administrator adopts an authority; what is none is refused', async () => {
  authority = new Authority(desk.path('ca'));
  key = desk.path('officer.key');
  desk.run(['key', 'new', '--out', key, '--name', 'officer', '--no-passphrase']);
  desk.run(['certificate', 'request', '--key', key, '--name', 'officer', '--organisation', '示例市医疗保障局', '--out', desk.path('officer.csr')]);
  certificate = authority.issue(desk.path('officer.csr'), 'officer');
  const page = await crew.as('secadmin');
  await crew.go(page, '/admin?tab=certificates');
  await expect(page.locator('main')).toContainText('没有采纳签发机构');
  await accessible(page);
  await button(page, '采纳签发机构').click();
  const dialog = page.getByRole('dialog').filter({ hasText: '证书文件' });
  await dialog.locator('input[type=file]').setInputFiles(certificate);
  await dialog.getByLabel('理由').fill('本市签发机构');
  await button(dialog, '提交').click();
  await crew.refusal(page, 'secadmin', 'certificate.not_an_authority');
  await dialog.locator('input[type=file]').setInputFiles(authority.certificate);
  await button(dialog, '提交').click();
  await expect(page.locator('main tr', { hasText: 'CN=ca' })).toContainText('有效');
  await page.locator('main tr', { hasText: 'CN=ca' }).locator('input[type=file]').setInputFiles(authority.list('empty', []));
  await expect(page.getByRole('status').filter({ hasText: '列表中 0 张' })).toBeVisible();
});

test('a person registers a certificate with its key, signs in with it, and confirms with it', async () => {
  const page = await crew.as('officer');
  await own(page, '安全负责人', '我的证书');
  const mine = page.getByRole('dialog').filter({ hasText: '我的证书' });
  await expect(mine).toContainText('没有登记的证书');
  await button(mine, '登记证书').click();
  const register = page.getByRole('dialog').filter({ hasText: '证明密钥在您手中' });
  await register.locator('input[type=file]').first().setInputFiles(key);
  await expect(register).toContainText('这不是证书文件');
  await register.locator('input[type=file]').first().setInputFiles(certificate);
  await page.setInputFiles('#own-key-file', key);
  await accessible(page);
  await shot(page, 'identity-register');
  await button(register, '提交').click();
  const row = mine.locator('tr', { hasText: 'CN=officer' });
  await crew.stepUpIfAsked(page, 'officer', row);
  await expect(row).toContainText('有效');
  await accessible(page);
  await shot(page, 'identity-own');

  const fresh = await crew.stranger('zh-CN');
  await fresh.goto(`${demo.url}/`);
  await button(fresh, '用 SM2 密钥登录').click();
  await fresh.getByRole('dialog').getByLabel('账号').fill('officer');
  await fresh.setInputFiles('#own-key-file', key);
  await button(fresh.getByRole('dialog'), '提交').click();
  await expect(fresh.getByRole('heading', { name: '待办' })).toBeVisible({ timeout: 30_000 });
  await crew.go(fresh, '/law?tab=retention');
  const kept = fresh.locator('main tr', { hasText: '就诊信息' }).first();
  await button(kept, '延长保存').click();
  await fresh.getByRole('dialog').getByLabel('延长至').fill('2049-12-31');
  await fresh.keyboard.press('Enter');
  await fresh.getByRole('dialog').getByLabel('理由').fill('专项稽核未结');
  await button(fresh.getByRole('dialog'), '提交').click();
  const ask = fresh.getByRole('dialog').filter({ hasText: '请输入动态口令' });
  await button(ask, '用证书确认').click();
  await fresh.setInputFiles('#own-key-file', key);
  await accessible(fresh);
  await shot(fresh, 'identity-step-up');
  await button(fresh.getByRole('dialog').filter({ hasText: '作为第二因素' }), '提交').click();
  // By the day it ends, it stands elsewhere now.
  await expect(fresh.locator('main tr', { hasText: '专项稽核未结' })).toContainText('2049', { timeout: 30_000 });

  // On the authority's list: the session that it opened is over with the next request.
  const admin = await crew.as('secadmin');
  await crew.go(admin, '/admin?tab=certificates');
  await expect(admin.locator('main tr', { hasText: 'CN=officer' })).toContainText('安全负责人·王');
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await admin.locator('main tr', { hasText: 'CN=ca' }).locator('input[type=file]').setInputFiles(authority.list('full', [certificate]));
  const told = admin.getByRole('status').filter({ hasText: '列表中 1 张，本空间吊销 1 张' });
  await crew.stepUpIfAsked(admin, 'secadmin', told);
  await expect(told).toBeVisible();
  await expect(admin.locator('main tr', { hasText: 'CN=officer' })).toContainText('已吊销');
  await accessible(admin);
  await shot(admin, 'identity-certificates');
  await inEnglish(admin, 'identity-certificates');
  await inTheDark(admin, 'identity-certificates');
  await whenNarrow(admin, 'identity-certificates');
  await fresh.reload();
  await expect(fresh.getByRole('heading', { name: '登录' }).or(fresh.getByText('会话已到期')).first()).toBeVisible();
});

/** npm oidc-provider as it is, in a process of its own. */
async function provider(): Promise<{ issuer: string; child: ChildProcess }> {
  const port = await new Promise<number>((resolve) => {
    const socket = createServer();
    socket.listen(0, '127.0.0.1', () => {
      const { port: free } = socket.address() as { port: number };
      socket.close(() => resolve(free));
    });
  });
  const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
  const child = spawn(process.execPath, [path('../../tests/support/oidc_provider.mjs')], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, PORT: String(port), CLIENT: 'sluice-space', SECRET: 'a secret of the client', REDIRECT: `${demo.url}/api/v1/session/oidc/callback`, ALG: 'ES256', NODE_MODULES: path('../node_modules') },
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the provider ended with ${String(code)}`)));
  });
  return { issuer: `http://127.0.0.1:${port}`, child };
}

/** Somebody's browser on the way through the provider's own pages. */
async function through(page: Page, name: string): Promise<void> {
  await page.goto(`${demo.url}/sign-in`);
  await page.getByRole('link', { name: '市统一身份认证' }).click();
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('anything');
  await page.locator('button[type=submit]').click();
  await page.locator('button[type=submit]').click();
}

test('a provider is set, an account linked to an identity there, somebody comes in through it; removed, the session is over', async () => {
  const { issuer, child } = await provider();
  try {
    const admin = await crew.as('sysadmin');
    await crew.go(admin, '/admin?tab=providers');
    await expect(admin.locator('main')).toContainText('没有设置统一身份服务');
    await button(admin, '设置统一身份服务').click();
    const dialog = admin.getByRole('dialog');
    await dialog.getByLabel('标识（小写字母、数字）').fill('city');
    await dialog.getByLabel('登录页显示的名称').fill('市统一身份认证');
    await dialog.getByLabel('签发方地址').fill('http://192.0.2.1');
    await dialog.getByLabel('客户端标识').fill('sluice-space');
    await dialog.getByLabel('客户端密钥（公开客户端留空）').fill('a secret of the client');
    await expect(dialog.getByLabel('回调地址')).toHaveValue(`${demo.url}/api/v1/session/oidc/callback`);
    await accessible(admin);
    await shot(admin, 'identity-provider-ask');
    await button(dialog, '提交').click();
    await crew.refusal(admin, 'sysadmin', 'oidc.bad_issuer');
    await dialog.getByLabel('签发方地址').fill(issuer);
    await button(dialog, '提交').click();
    await expect(admin.locator('main tr', { hasText: '市统一身份认证' })).toContainText(issuer);
    await expect(admin.locator('body')).not.toContainText('a secret of the client');
    await accessible(admin);
    await shot(admin, 'identity-providers');
    await inEnglish(admin, 'identity-providers');

    const person = await crew.stranger('zh-CN');
    await through(person, 'chen@city');
    await expect(person.getByRole('alert')).toContainText('尚未与本空间的账号关联');
    await shot(person, 'identity-not-linked');

    await crew.go(admin, '/admin?tab=people');
    await button(admin.locator('main tr', { hasText: 'committee1' }), '统一身份').click();
    await crew.pick(admin, '统一身份', '市统一身份认证');
    await dialog.getByLabel('在该服务中的身份（sub）').fill('chen@city');
    await accessible(admin);
    await button(dialog, '提出关联').click();
    await crew.stepUpIfAsked(admin, 'sysadmin', dialog.getByText('待确认'));
    await expect(dialog).toContainText('chen@city');
    await expect(button(dialog, '确认关联')).toHaveCount(0);
    await shot(admin, 'identity-asked');
    await button(dialog.locator('.ant-modal-footer'), '关闭').click();
    await crew.go(admin, '/admin?tab=people');
    await shot(admin, 'identity-people');
    // What one administrator asked for is no link: its owner confirms, signed in otherwise.
    const early = await crew.stranger('zh-CN');
    await through(early, 'chen@city');
    await expect(early.getByRole('alert')).toContainText('尚未与本空间的账号关联');
    const owner = await crew.as('committee1');
    await crew.go(owner, '/inbox');
    await owner.locator('main tr', { hasText: '确认统一身份关联' }).getByRole('button', { name: '处理' }).click();
    const asked = owner.getByRole('dialog').filter({ hasText: '待确认' });
    await expect(asked).toContainText('chen@city');
    await accessible(owner);
    await shot(owner, 'identity-confirm');
    await button(asked, '确认关联').click();
    await crew.stepUpIfAsked(owner, 'committee1', owner.getByRole('dialog').getByText('已关联'));
    await expect(owner.getByRole('dialog').getByText('已关联')).toBeVisible();
    await button(owner.getByRole('dialog').locator('.ant-modal-footer'), '关闭').click();

    const known = await crew.stranger('zh-CN');
    await through(known, 'chen@city');
    await expect(known.getByRole('heading', { name: '待办' })).toBeVisible({ timeout: 30_000 });
    await expect(known.locator('header.top')).toContainText('委员·陈');

    await crew.go(admin, '/admin?tab=providers');
    await button(admin.locator('main tr', { hasText: '市统一身份认证' }), '移除').click();
    await crew.answer(admin, null, '改用省级服务');
    await crew.stepUpIfAsked(admin, 'sysadmin', admin.locator('main').getByText('没有设置统一身份服务'));
    await expect(admin.locator('main')).toContainText('没有设置统一身份服务');
    await known.reload();
    await expect(known.getByRole('heading', { name: '登录' })).toBeVisible();
    await expect(known.getByRole('link', { name: '市统一身份认证' })).toHaveCount(0);
  } finally {
    child.kill('SIGTERM');
  }
});
