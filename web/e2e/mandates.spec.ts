// A broker's mandate, on a real node: an insurer lets a broker act for it on paper, its signer confirms, the broker accepts; the broker drafts an application and
// sees no data; the insurer's own person submits it; supervision looks on; the insurer ends it, and the next act is refused.
import { expect, test } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { accessible, inEnglish, inTheDark, shot, whenNarrow } from './axe.ts';
import { button } from './crew.ts';
import { onStage } from './stage.ts';

const { crew, desk, hands } = onStage();
const PRODUCT = '就诊结构分析数据（去标识化）', NUMBER = '委字〔2026〕7号';
const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' });

test.beforeAll(async () => {
  test.setTimeout(300_000);
  await hands.broker('broker', '示例数据经纪有限公司', '91509803MA00254157');
});

test('an insurer lets a broker act for it: proposed, confirmed by its signer, accepted; drafted by the broker and submitted by its own person; ended', async () => {
  const scan = desk.path('mandate.pdf');
  writeFileSync(scan, '%PDF-1.4 a mandate with two seals');
  const user = await crew.as('insurer.user');
  await crew.go(user, '/mandates');
  await expect(user.locator('main')).toContainText('没有委托授权');
  await button(user, '新建委托授权').click();
  const form = user.getByRole('dialog');
  await crew.pick(user, '数据经纪人', '示例数据经纪有限公司');
  await form.getByLabel('代拟申请').check();
  await form.getByLabel('催办').check();
  await expect(form.getByLabel('起草协议')).toHaveCount(0);
  await crew.pickAll(user, '适用产品', [PRODUCT.slice(0, 8)]);
  await crew.pickAll(user, '适用用途', ['健康保险产品设计']);
  await form.getByLabel('截止').fill(day(30));
  await user.keyboard.press('Enter');
  await form.getByLabel('委托书编号').fill(NUMBER);
  await form.locator('input[type=file]').setInputFiles(scan);
  await accessible(user);
  await shot(user, 'mandate-new');
  await button(form, '提交').click();
  await expect(user).toHaveURL(/\/mandates\/ma_/);
  const mandate = new URL(user.url()).pathname;
  await expect(user.locator('main')).toContainText('待委托方确认');
  await accessible(user);

  const signer = await crew.as('insurer.signer');
  await crew.go(signer, '/inbox');
  await signer.locator('main tr', { hasText: '确认委托授权' }).getByRole('button', { name: '处理' }).first().click();
  await expect(signer).toHaveURL(new RegExp(mandate));
  await button(signer, '确认委托').click();
  await crew.answer(signer, '同意', '已核对委托书');
  const confirmed = signer.locator('main').getByText('待经纪机构接受');
  await crew.stepUpIfAsked(signer, 'insurer.signer', confirmed);
  await expect(confirmed).toBeVisible();

  const broker = await crew.as('broker');
  await crew.go(broker, '/inbox');
  await broker.locator('main tr', { hasText: '接受委托授权' }).getByRole('button', { name: '处理' }).first().click();
  await button(broker, '接受委托').click();
  await crew.answer(broker, '同意', '可以办理');
  const inForce = broker.locator('main').getByText('✓ 有效');
  await crew.stepUpIfAsked(broker, 'broker', inForce);
  await expect(inForce).toBeVisible();

  await button(broker, '代拟申请').click();
  const choose = broker.getByRole('dialog').filter({ hasText: '选择产品' });
  await choose.getByLabel('选择产品').click();
  await broker.locator('.ant-select-item-option', { hasText: PRODUCT }).click();
  const apply = broker.getByRole('dialog').filter({ hasText: '用途说明' });
  await crew.pick(broker, '用途', '健康保险产品设计');
  await apply.getByLabel('用途说明').fill('设计老年人健康保险产品');
  await crew.pick(broker, '合法性基础', '公共利益');
  await apply.getByLabel('安全措施').fill('专用环境存放，到期销毁');
  await crew.pick(broker, '开放形式', '文件共享');
  await button(apply, '提交申请').click();
  await expect(broker.locator('main')).toContainText('待委托方处理');
  await accessible(broker);
  await shot(broker, 'mandate-drafted');
  // Of the console a broker has what its mandates cover; a dataset's page says that it is not for it.
  await expect(broker.locator('nav').getByText('数据资源目录')).toHaveCount(0);
  await crew.go(broker, '/catalog');
  await expect(broker.locator('main')).toContainText('broker.mandate_only');

  await crew.go(user, '/inbox');
  await user.locator('main tr', { hasText: '处理代拟申请' }).getByRole('button', { name: '处理', exact: true }).first().click();
  await button(user.locator('main tr', { hasText: '待委托方处理' }), '处理代拟申请').click();
  await crew.answer(user, '提交为本单位申请', '内容属实');
  await expect(user.locator('main')).toContainText('已提交');
  await inTheDark(user, 'mandate');
  await whenNarrow(user, 'mandate');
  await inEnglish(user, 'mandate');
  await crew.go(user, mandate);
  await user.locator('main a', { hasText: 'ap_' }).first().click();
  await expect(user.locator('main')).toContainText('表决中');

  const watch = await crew.as('supervisor');
  await crew.go(watch, '/mandates');
  await expect(watch.locator('main tr', { hasText: NUMBER })).toContainText('有效');
  await crew.go(watch, mandate);
  await expect(watch.locator('main')).toContainText('代拟申请');

  await crew.go(user, mandate);
  await button(user, '终止委托').click();
  await crew.answer(user, null, '改由本单位办理');
  await expect(user.locator('main')).toContainText('已终止');
  await crew.go(broker, mandate);
  await expect(broker.locator('main')).toContainText('已终止');
  await expect(button(broker, '代拟申请')).toHaveCount(0);
  await accessible(broker);
});
