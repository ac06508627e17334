// What a party's programs are known by, on a real node: a certificate registered by one and confirmed by the party's signer, demanded, removed; the browser,
// which the node asks for a certificate from then on, goes on without one.
import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { accessible, inEnglish, inTheDark, shot, whenNarrow } from './axe.ts';
import { button } from './crew.ts';
import { onStage } from './stage.ts';

const { crew, desk } = onStage();

test('a client certificate is registered, confirmed by the party, demanded and removed; browsers need none', async () => {
  const certificate = desk.path('system.pem');
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', desk.path('system.key'), '-out', certificate, '-days', '90', '-subj', '/CN=claims-system'], { stdio: 'pipe' });
  const admin = await crew.as('secadmin');
  await crew.go(admin, '/admin?tab=parties');
  const row = admin.locator('main tr', { hasText: '保险' });
  await button(row, '客户端证书').click();
  const dialog = admin.getByRole('dialog').filter({ hasText: '浏览器登录控制台不需要客户端证书' });
  await expect(dialog).toContainText('没有登记客户端证书');
  await button(dialog, '登记客户端证书').click();
  const propose = admin.getByRole('dialog').filter({ hasText: '只认此证书' });
  await propose.locator('input[type=file]').setInputFiles(desk.path('system.key'));
  await button(propose, '提交').click();
  await crew.refusal(admin, 'secadmin', 'client.malformed');
  await propose.locator('input[type=file]').setInputFiles(certificate);
  await accessible(admin);
  await button(propose, '提交').click();
  const mine = dialog.locator('tr', { hasText: 'claims-system' });
  await expect(mine).toContainText('待确认');
  await expect(button(mine, '确认客户端证书')).toHaveCount(0);
  await accessible(admin);
  await shot(admin, 'clients-proposed');

  const signer = await crew.as('insurer.signer');
  await crew.go(signer, '/inbox');
  await button(signer.locator('main tr', { hasText: '确认客户端证书' }), '处理').click();
  const party = signer.getByRole('dialog').filter({ hasText: 'claims-system' });
  await button(party, '确认客户端证书').click();
  await crew.answer(signer, '确认', '已核对指纹');
  const confirmed = party.locator('tr', { hasText: 'claims-system' }).getByText('✓ 有效');
  await crew.stepUpIfAsked(signer, 'insurer.signer', confirmed);
  await expect(confirmed).toBeVisible();
  await accessible(signer);

  // The node now asks each new connection for a certificate; a browser that has none goes on.
  await crew.go(admin, '/admin?tab=parties');
  await button(row, '客户端证书').click();
  await button(dialog, '要求客户端证书').click();
  await crew.answer(admin, null, '协议约定');
  const demanded = dialog.getByText('接口调用须出示客户端证书');
  await crew.stepUpIfAsked(admin, 'secadmin', demanded);
  await expect(demanded).toBeVisible();
  await inTheDark(admin, 'clients');
  await whenNarrow(admin, 'clients');
  await inEnglish(admin, 'clients');
  await crew.go(admin, '/admin?tab=parties');
  await button(row, '客户端证书').click();
  await button(mine, '移除').click();
  await crew.answer(admin, null, '更换设备');
  await expect(mine).toContainText('已移除');
  await expect(dialog).toContainText('已要求出示，但还没有有效的客户端证书');
});
