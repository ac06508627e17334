// What is known of an organisation and its people, on a real node: its key replaced by a proof from elsewhere and by its own signer, each confirmed by
// somebody who was told the number; its programs' certificates, and the reminder before they end; an account suspended and resumed by two; and two
// datasets with the same rows, decided by the security officer.
import { type Locator, type Page, expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { accessible, inEnglish, inTheDark, looks, shot, whenNarrow } from './axe.ts';
import { button } from './crew.ts';
import { onStage } from './stage.ts';

const { crew, desk } = onStage();

interface Made { key_id: string }
const keyOf = (name: string): Made => JSON.parse(desk.run(['key', 'new', '--out', desk.path(`${name}.key`), '--name', name, '--no-passphrase', '--json'])) as Made;
const grouped = (number: string): string => number.replace(/(.{4})(?=.)/g, '$1 ');

/** Confirms the key that waits, by the number that was told. */
async function confirmKey(page: Page, opener: Locator, account: string, number: string): Promise<void> {
  const dialog = page.getByRole('dialog').filter({ has: page.getByText(/^核对并确认公钥: /) });
  // A dialog that still opens under load swallows the click.
  await expect(async () => {
    await opener.click();
    await expect(dialog).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 20_000 });
  await dialog.getByLabel('确认', { exact: true }).check();
  await dialog.getByLabel('持有单位告知的编号').fill('0000 1111');
  await expect(dialog).toContainText('与提出的公钥编号不一致');
  await expect(button(dialog, '提交')).toBeDisabled();
  await accessible(page);
  await shot(page, `parties-key-differs-${account}`);
  await dialog.getByLabel('持有单位告知的编号').fill(grouped(number).toUpperCase());
  await expect(dialog).toContainText('与提出的公钥编号一致');
  await shot(page, `parties-key-agrees-${account}`);
  await button(dialog, '提交').click();
  await crew.stepUpIfAsked(page, account, page.getByText('已完成').first());
  await expect(dialog).toBeHidden();
}

test('a key of an organisation is replaced: proposed by a proof that its holder made elsewhere, confirmed by another who was told its number', async () => {
  const made = keyOf('insurer-new'), proof = desk.path('proof.json');
  const admin = await crew.as('secadmin');
  await crew.go(admin, '/admin?tab=parties');
  const row = admin.locator('main tr', { hasText: '保险' });
  await button(row, '更换公钥').click();
  const dialog = admin.getByRole('dialog').filter({ hasText: '公钥从何而来' });
  await dialog.getByLabel('对方交来的持有证明文件').check();
  const party = /sluice party key (pt_[a-z0-9]+)/.exec(await dialog.innerText())![1]!;
  writeFileSync(proof, '{"format":"sluice-party-key/1"}');
  await dialog.locator('#party-proof-file').setInputFiles(proof);
  await expect(dialog).toContainText('不是该参与方的持有证明');
  // The holder's machine has the key and no account here.
  desk.run(['party', 'key', party, '--key', desk.path('insurer-new.key'), '--out', proof, '--json']);
  const good = readFileSync(proof, 'utf8');
  writeFileSync(proof, good.replace(/"proof":"..../, '"proof":"AAAA'));
  await dialog.locator('#party-proof-file').setInputFiles(proof);
  await button(dialog, '提交').click();
  await crew.refusal(admin, 'secadmin', 'party.key_not_proven');
  writeFileSync(proof, good);
  await dialog.locator('#party-proof-file').setInputFiles(proof);
  await expect(dialog).toContainText(grouped(made.key_id));
  await looks(admin, 'parties-key-propose');
  await inEnglish(admin, 'parties-key-propose');
  await button(dialog, '提交').click();
  await crew.stepUpIfAsked(admin, 'secadmin', row.getByText('待确认的公钥'));
  await expect(row).toContainText('待确认的公钥');
  await expect(button(row, '核对并确认公钥')).toHaveCount(0);

  const second = await crew.as('sysadmin');
  await crew.go(second, '/inbox');
  await button(second.locator('main tr', { hasText: '确认参与方公钥' }), '处理').click();
  await confirmKey(second, button(second.getByRole('dialog').first(), '核对并确认公钥'), 'sysadmin', made.key_id);
  await crew.go(admin, '/admin?tab=parties');
  await expect(row).toContainText(made.key_id.slice(0, 12));
  await expect(row).not.toContainText('待确认的公钥');
});

test('the signer of an organisation proposes its key and its certificates on a page of its own; an administrator confirms; before they end both are reminded', async () => {
  const made = keyOf('insurer-own'), certificate = desk.path('soon.pem');
  const signer = await crew.as('insurer.signer');
  await crew.go(signer, '/party');
  await expect(signer.getByRole('heading', { name: '本单位' })).toBeVisible();
  await button(signer, '更换公钥').click();
  const dialog = signer.getByRole('dialog').filter({ hasText: '公钥从何而来' });
  await dialog.locator('#party-key-file').setInputFiles(desk.path('insurer-own.key'));
  await expect(dialog).toContainText(grouped(made.key_id));
  await accessible(signer);
  await button(dialog, '提交').click();
  const waits = signer.locator('main').getByText('待确认').first();
  await crew.stepUpIfAsked(signer, 'insurer.signer', waits);
  await expect(signer.locator('main')).toContainText(grouped(made.key_id));
  await expect(button(signer.locator('main'), '核对并确认公钥')).toHaveCount(0);
  await expect(button(signer.locator('main'), '撤回公钥')).toBeVisible();

  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', desk.path('soon.tls.key'), '-out', certificate, '-days', '10', '-subj', '/CN=claims-soon'], { stdio: 'pipe' });
  await button(signer, '登记客户端证书').click();
  const propose = signer.getByRole('dialog').filter({ hasText: '只认此证书' });
  await propose.locator('input[type=file]').setInputFiles(certificate);
  await button(propose, '提交').click();
  const mine = signer.locator('main tr', { hasText: 'claims-soon' });
  await crew.stepUpIfAsked(signer, 'insurer.signer', mine);
  await expect(mine).toContainText('待确认');
  await expect(button(mine, '确认客户端证书')).toHaveCount(0);
  await looks(signer, 'own-party');
  await inEnglish(signer, 'own-party');

  const admin = await crew.as('secadmin');
  await crew.go(admin, '/inbox');
  await button(admin.locator('main tr', { hasText: '确认参与方公钥' }), '处理').click();
  const party = admin.getByRole('dialog').filter({ hasText: 'claims-soon' });
  await confirmKey(admin, button(party, '核对并确认公钥'), 'secadmin', made.key_id);
  await button(party, '确认客户端证书').click();
  await crew.answer(admin, '确认', '已电话核对指纹');
  const confirmed = party.locator('tr', { hasText: 'claims-soon' }).getByText('有效，将到期');
  await crew.stepUpIfAsked(admin, 'secadmin', confirmed);
  await expect(confirmed).toBeVisible();

  await crew.go(signer, '/party');
  await expect(signer.locator('main')).toContainText(grouped(made.key_id));
  await expect(mine).toContainText('有效，将到期');
  for (const page of [signer, admin]) {
    await crew.go(page, '/inbox');
    const reminder = page.locator('main tr', { hasText: '客户端证书将到期' });
    await expect(reminder).toContainText('claims-soon');
    await expect(reminder).toContainText('还剩');
  }
  await shot(signer, 'own-party-reminder');
  await button(signer.locator('main tr', { hasText: '客户端证书将到期' }), '处理').click();
  await expect(signer.getByRole('dialog')).toContainText('claims-soon');
});

test('a suspended account is resumed by two: asked for by one administrator, confirmed by another', async () => {
  const admin = await crew.as('secadmin'), second = await crew.as('sysadmin');
  await crew.go(admin, '/admin?tab=people');
  const row = admin.locator('main tr', { hasText: 'committee3' });
  await button(row, '停用').click();
  await crew.answer(admin, null, '核查期间停用');
  await crew.stepUpIfAsked(admin, 'secadmin', button(row, '申请恢复账号'));
  await button(row, '申请恢复账号').click();
  await crew.answer(admin, null, '核查完毕，无问题');
  await crew.stepUpIfAsked(admin, 'secadmin', row.getByText('核查完毕，无问题'));
  await expect(row).toContainText('核查完毕，无问题');
  await expect(button(row, '审核恢复账号')).toHaveCount(0);
  await expect(button(row, '撤回恢复申请')).toBeVisible();
  await accessible(admin);
  await shot(admin, 'parties-resume-asked');
  await inTheDark(admin, 'parties-resume-asked');
  await inEnglish(admin, 'parties-resume-asked');

  await crew.go(second, '/inbox');
  const task = second.locator('main tr', { hasText: '审核恢复账号' });
  await expect(task).toContainText('核查完毕，无问题');
  await button(task, '处理').click();
  const theirs = second.locator('main tr', { hasText: 'committee3' });
  await button(theirs, '审核恢复账号').click();
  await expect(second.getByRole('dialog').filter({ hasText: '核查完毕，无问题' })).toBeVisible();
  await crew.answer(second, '确认', '已向安全负责人核实');
  await crew.stepUpIfAsked(second, 'sysadmin', theirs.getByText('生效中'));
  await expect(button(theirs, '审核恢复账号')).toHaveCount(0);
  await expect(theirs).not.toContainText('已中止');
});

test('two sources brought the same rows: the security officer finds it in the inbox, confirms it, and says later that they differ', async () => {
  const key = desk.key(), plan = desk.plan('visits', '就诊流水'), copy = desk.plan('copied', '另报就诊流水');
  writeFileSync(copy, readFileSync(copy, 'utf8').replace('12449801MX0000019J', '12509803MAT000018C').replace('示例医院', '另一来源'));
  desk.collect(plan, key, desk.batch(plan, key, desk.path('first'), 1, 'whole'));
  const second = desk.collect(copy, key, desk.batch(copy, key, desk.path('second'), 1, 'whole'));
  const officer = await crew.as('officer');
  await crew.go(officer, '/inbox');
  const task = officer.locator('main tr', { hasText: '认定是否相同的数据' });
  await expect(task).toContainText('另报就诊流水 = 就诊流水');
  await button(task, '处理').click();
  await expect(officer).toHaveURL(new RegExp(`/catalog/${second.dataset}\\?tab=lineage`));
  await expect(officer.locator('main')).toContainText('与1个数据集有相同的行，等安全负责人认定');
  const row = officer.locator('main tr', { hasText: '待认定，限量合并计算' });
  await expect(row).toContainText(/\d+% 也在另一方/);
  await button(row, '认定').click();
  const dialog = officer.getByRole('dialog').filter({ hasText: '认定是否含有相同的行' });
  await expect(dialog).toContainText('就诊流水');
  await looks(officer, 'same-rows-decide');
  await dialog.getByLabel('相同的行（限量合并计算）').check();
  await dialog.getByLabel('理由').fill('两家报送同一批就诊，抽查一致');
  await button(dialog, '提交').click();
  const same = officer.locator('main tr', { hasText: '相同，限量合并计算' });
  await crew.stepUpIfAsked(officer, 'officer', same);
  await expect(same).toContainText('两家报送同一批就诊');
  await expect(officer.locator('main')).not.toContainText('等安全负责人认定');
  await accessible(officer);
  await shot(officer, 'same-rows');
  await inTheDark(officer, 'same-rows');
  await whenNarrow(officer, 'same-rows');
  await inEnglish(officer, 'same-rows');

  await button(same, '认定').click();
  await officer.getByRole('dialog').getByLabel('理由').fill('复核：仅引用同一编号');
  await button(officer.getByRole('dialog'), '提交').click();
  const apart = officer.locator('main tr', { hasText: '不同，限量分别计算' });
  await crew.stepUpIfAsked(officer, 'officer', apart);
  await expect(apart).toContainText('仅引用同一编号');
  await crew.go(officer, '/inbox');
  await expect(officer.locator('main tr', { hasText: '认定是否相同的数据' })).toHaveCount(0);

  // What the node did not find, a person names.
  await crew.go(officer, `/catalog/${second.dataset}?tab=lineage`);
  await button(officer, '另行认定').click();
  await crew.pick(officer, '数据集', /就诊信息/);
  await officer.getByRole('dialog').getByLabel('理由').fill('该来源确认为其摘录');
  await shot(officer, 'same-rows-say');
  await button(officer.getByRole('dialog'), '提交').click();
  const said = officer.locator('main tr', { hasText: '人工提出' });
  await crew.stepUpIfAsked(officer, 'officer', said);
  await expect(said).toContainText('相同，限量合并计算');

  // Who reads the data sees it, and decides nothing.
  const manager = await crew.as('manager');
  await crew.go(manager, `/catalog/${second.dataset}?tab=lineage`);
  await expect(manager.locator('main tr', { hasText: '人工提出' })).toBeVisible();
  await expect(button(manager.locator('main'), '另行认定')).toHaveCount(0);
});
