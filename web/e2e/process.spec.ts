// A business process drawn by hand on a real node: steps with data, access and units, their levels as they are drawn, its versions.
import { type Page, expect, test } from '@playwright/test';
import { accessible, inEnglish, looks } from './axe.ts';
import { button, choose } from './crew.ts';
import { onStage } from './stage.ts';

const { crew } = onStage();

const main = (page: Page) => page.locator('main');
const dialog = (page: Page) => page.getByRole('dialog');
const step = (page: Page, name: string) => main(page).getByRole('list', { name: '流程图' }).getByRole('button', { name: new RegExp(`^${name}`) });
/** A choice beside the drawing; the list folds away, also where several may be chosen. */
async function pick(page: Page, label: string, option: string): Promise<void> {
  await choose(main(page).getByRole('combobox', { name: label, exact: true }), option);
  await page.keyboard.press('Escape');
}

test('a business process is drawn: its steps carry data, access and units, and show the level of what they use', async () => {
  const page = await crew.as('manager');
  await crew.go(page, '/grading?tab=items&item=new&do=describe');
  await dialog(page).getByLabel('名称').fill('住院病历（纸质）');
  await dialog(page).getByLabel('存放地点').fill('二号库房三排');
  await button(dialog(page), '提交').click();
  await expect(main(page)).toContainText('待定级');
  await crew.go(page, '/grading?tab=processes');
  await expect(main(page)).toContainText('没有业务流程图');
  await button(page, '绘制流程').click();
  await expect(main(page)).toContainText('还有 1 个环节没有名称');
  await page.getByLabel('流程名称').fill('门诊结算');
  await page.getByLabel('环节', { exact: true }).fill('结算登记');
  await button(page, '增加数据').click();
  await pick(page, '数据 1', '就诊信息');
  await expect(step(page, '结算登记')).toContainText(/第\d级/);
  await pick(page, '字段 1', 'gend');
  await button(page, '增加访问对象').click();
  await page.getByRole('textbox', { name: '岗位或角色 1', exact: true }).fill('结算员');
  await pick(page, '权限 1', '改');
  await page.getByLabel('处理单元').fill('结算子系统');
  await page.getByLabel('存储单元').fill('结算库');
  await page.getByLabel('传输单元').fill('医保专线');
  await button(page, '增加环节').click();
  await page.getByLabel('环节', { exact: true }).fill('归档');
  await pick(page, '种类', '存储');
  await button(page, '增加数据').click();
  await pick(page, '数据 1', '住院病历（纸质）');
  // Nobody has graded it yet: that counts as the highest.
  await expect(step(page, '归档')).toContainText('第5级');
  await pick(page, '之后的环节', '结算登记');
  await page.getByLabel('连线上的文字 结算登记').fill('更正');
  await button(page, '增加环节').click();
  await button(page, '去掉所选环节').click();
  await step(page, '归档').click();
  await accessible(page);
  await looks(page, 'process-draw');
  await inEnglish(page, 'process-draw');
});

test('the drawing is saved, shown with its levels, changed as the next version, and removed', async () => {
  const page = await crew.as('manager');
  await crew.go(page, '/grading?tab=processes&process=new');
  await page.getByLabel('流程名称').fill('住院结算');
  await page.getByLabel('环节', { exact: true }).fill('出院结算');
  await button(page, '增加数据').click();
  await pick(page, '数据 1', '住院病历（纸质）');
  await button(page, '增加访问对象').click();
  await page.getByRole('textbox', { name: '岗位或角色 1', exact: true }).fill('结算员');
  await page.getByLabel('处理单元').fill('结算子系统');
  await button(page, '保存流程').click();
  await expect(page).toHaveURL(/process=bp_/);
  await expect(main(page)).toContainText('第 1 版');
  await expect(main(page).locator('dl.facts')).toContainText('结算员: 读');
  await expect(main(page).getByRole('list', { name: '流程图' })).toContainText('第5级');
  await looks(page, 'process');
  await inEnglish(page, 'process');
  const file = page.waitForEvent('download');
  await button(page, '下载图片').click();
  expect((await file).suggestedFilename()).toBe('住院结算.svg');
  await button(page, '修改').click();
  await button(page, '增加环节').click();
  await page.getByLabel('环节', { exact: true }).fill('送审');
  await button(page, '保存流程').click();
  await expect(main(page)).toContainText('第 2 版');
  await button(page, '全部流程').click();
  const listed = main(page).locator('tr.ant-table-row', { hasText: '住院结算' });
  await expect(listed).toContainText('4');
  await accessible(page);
  await listed.getByRole('link').click();
  await button(page, '删除').click();
  await dialog(page).getByLabel('理由').fill('合并到门诊流程');
  await button(dialog(page), '提交').click();
  await expect(main(page)).toContainText('没有业务流程图');
});
