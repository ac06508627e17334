// The inventory beside the fields, on a real node: a paper record described, graded and ended; questions that go to the head of a
// department; an own scale of levels; the catalog found in four ways of typing; usage; the level of a flow with its reasons.
import { type Page, expect, test } from '@playwright/test';
import { accessible, inEnglish, looks, shot } from './axe.ts';
import { nameHead } from './acts.ts';
import { button, choose } from './crew.ts';
import { onStage } from './stage.ts';

const { crew, demo } = onStage();

const main = (page: Page) => page.locator('main');
const row = (page: Page, text: string) => main(page).locator('tr.ant-table-row', { hasText: text });
const dialog = (page: Page) => page.getByRole('dialog');

test('a paper record is described, asked about, and graded not below the floor of its type', async () => {
  const admin = await crew.as('sysadmin');
  await crew.go(admin, '/access?tab=organisation');
  await button(admin, '新增部门').click();
  await dialog(admin).getByLabel('名称').fill('档案室');
  await crew.pick(admin, '部门类别', '数据所有部门');
  await button(dialog(admin), '提交').click();
  await crew.stepUpIfAsked(admin, 'sysadmin', admin.getByRole('tree').getByText('档案室'));
  await nameHead(crew, '档案室', '安全负责人');

  const page = await crew.as('manager');
  await crew.go(page, '/grading?tab=items');
  await expect(main(page)).toContainText('没有登记的载体');
  await button(page, '登记载体').click();
  await dialog(page).getByLabel('名称').fill('1998—2005 年住院病历');
  await dialog(page).getByLabel('说明').fill('并入前三家医院的纸质病历');
  await dialog(page).getByLabel('存放地点').fill('二号库房三排');
  await dialog(page).getByLabel('数量').fill('1200');
  await dialog(page).getByLabel('单位').fill('册');
  await crew.pick(page, '责任部门', '档案室');
  await accessible(page);
  await shot(page, 'holdings-describe');
  await button(dialog(page), '提交').click();
  const paper = row(page, '1998—2005 年住院病历');
  await expect(paper).toContainText('待定级');
  await expect(paper).toContainText('1,200 册');

  await crew.go(page, '/inbox');
  await button(main(page).locator('tr', { hasText: '登记条目分级' }), '处理').click();
  await expect(dialog(page)).toContainText('级别不得低于');
  await crew.pick(page, '数据类型', '个人姓名');
  await crew.pick(page, '级别', /第2级/);
  await dialog(page).getByLabel('理由').fill('含姓名、住址与诊断');
  await button(dialog(page), '提交').click();
  await expect(page.locator('.ant-notification')).toContainText('catalog.below_floor');
  await crew.pick(page, '级别', /第4级/);
  await dialog(page).getByLabel('含直接标识符').click();
  await accessible(page);
  await shot(page, 'holdings-grade');
  await button(dialog(page), '提交').click();
  await expect(paper).toContainText('已定级');
  await expect(paper).toContainText('第4级');
  await inEnglish(page, 'holdings-items');
});

test('what nobody has said of it is asked of the head of its department, whose answer is a version', async () => {
  const head = await crew.as('officer');
  await crew.go(head, '/inbox');
  const task = main(head).locator('tr', { hasText: '补充登记条目信息' });
  await expect(task).toContainText('待回答：保存期限、用途、处理活动、对外提供情况、各环节措施');
  await shot(head, 'holdings-inbox');
  await button(task, '处理').click();
  await expect(dialog(head).getByRole('alert')).toContainText('还缺');
  await dialog(head).getByLabel('保存期限').fill('永久');
  await dialog(head).getByLabel('用途').fill('查阅与举证');
  await dialog(head).getByLabel('处理活动').fill('不处理');
  await dialog(head).getByLabel('对外提供情况').fill('不对外提供');
  await dialog(head).getByLabel('存储', { exact: true }).fill('专库双锁');
  await accessible(head);
  await button(dialog(head), '提交').click();
  const paper = row(head, '1998—2005 年住院病历');
  await paper.getByRole('button', { name: /展开|expand/i }).click();
  await expect(main(head)).toContainText('存储: 专库双锁');
  await expect(main(head)).toContainText('改动: 保存期限、用途、处理活动、对外提供情况、各环节措施');
  await looks(head, 'holdings-items');
  await crew.go(head, '/inbox');
  await expect(main(head)).not.toContainText('补充登记条目信息');

  const page = await crew.as('manager');
  await crew.go(page, '/grading?tab=list&q=' + encodeURIComponent('住院病历'));
  await expect(row(page, '1998—2005 年住院病历')).toContainText('其他载体');
  await accessible(page);
  await crew.go(page, '/grading?tab=items');
  await button(page, '登记载体').click();
  await dialog(page).getByLabel('名称').fill('旧胶片');
  await crew.pick(page, '介质', '胶片');
  await dialog(page).getByLabel('存放地点').fill('地下室');
  await button(dialog(page), '提交').click();
  await button(row(page, '旧胶片'), '移出').click();
  await dialog(page).getByLabel('理由').fill('已销毁');
  await button(dialog(page), '提交').click();
  await expect(row(page, '旧胶片')).toHaveCount(0);
});

test('questions about a dataset go the same way, and its answers are kept by version', async () => {
  const page = await crew.as('manager');
  await crew.go(page, '/inbox');
  await expect(main(page)).toContainText('待回答：责任部门');
  await button(main(page).locator('tr', { hasText: '补充数据集信息' }).filter({ hasText: '就诊信息' }), '处理').click();
  await expect(main(page).getByRole('alert')).toContainText('责任部门');
  await choose(page.getByLabel('责任部门'), /^档案室$/);
  await button(page, '保存').click();
  await expect(main(page)).toContainText('第 1 版');
  await crew.go(page, '/inbox');
  await expect(main(page).locator('tr', { hasText: '补充数据集信息' }).filter({ hasText: '就诊信息' })).toHaveCount(0);

  const head = await crew.as('officer');
  await crew.go(head, '/inbox');
  await button(main(head).locator('tr', { hasText: '补充数据集信息' }).filter({ hasText: '就诊信息' }), '处理').click();
  await head.getByLabel('存储地点').fill('市政务云一号机房');
  await head.getByLabel('保存期限').fill('三十年');
  await head.getByLabel('处理活动').fill('结算审核');
  await head.getByLabel('对外提供情况').fill('经批准提供去标识化数据');
  await head.getByLabel('存储', { exact: true }).fill('逐列加密');
  await head.getByLabel('传输', { exact: true }).fill('专线');
  await button(head, '保存').click();
  await expect(main(head).getByRole('alert')).toContainText('说明已齐全');
  await expect(main(head)).toContainText('第 2 版');
  await looks(head, 'holdings-facts');
  await inEnglish(head, 'holdings-facts');
});

test('the catalog is found by Chinese, by pinyin, by initials and by its own names', async () => {
  const page = await crew.as('manager');
  await crew.go(page, '/catalog');
  const field = page.getByRole('searchbox', { name: /查找数据集/ });
  for (const [typed, by] of [['出生日期', '中文'], ['chushengriqi', '拼音'], ['csrq', '首字母'], ['brdy', '名称']] as const) {
    await field.fill(typed);
    await expect(row(page, 'brdy').first()).toContainText(by);
  }
  await expect(row(page, 'brdy').first()).toContainText('第');
  await accessible(page);
  await shot(page, 'holdings-search');
  await field.fill('zhuyuanbingli');
  await expect(row(page, '1998—2005 年住院病历')).toContainText('载体');
  await field.fill('没有这种东西');
  await expect(main(page)).toContainText('没有匹配的内容');
  await field.fill('brdy');
  await expect(page).toHaveURL(/q=brdy/);
  await looks(page, 'holdings-catalog');
  await inEnglish(page, 'holdings-catalog');
  await row(page, 'brdy').first().getByRole('link').click();
  await expect(page).toHaveURL(/field=brdy/);
  await expect(row(page, 'brdy')).toHaveCount(1);
});

test('how often a dataset is used, what for, and which of its fields nobody ever used', async () => {
  const page = await crew.as('manager');
  await crew.go(page, '/catalog');
  await main(page).getByRole('link', { name: /就诊信息/ }).click();
  await page.getByRole('tab', { name: '使用情况' }).click();
  await expect(page.getByRole('img', { name: /每月使用次数/ })).toBeVisible();
  await expect(main(page)).toContainText('健康保险产品设计');
  await expect(main(page)).toContainText(/\d+ 个字段从未被使用/);
  await looks(page, 'holdings-usage');
  await inEnglish(page, 'holdings-usage');
});

test('an own scale stands beside the standard levels, and a verdict may name its step', async () => {
  const officer = await crew.as('officer');
  await crew.go(officer, '/grading?tab=worksheet');
  await expect(main(officer)).toContainText('没有自定级别');
  await button(officer, '采用自定级别').click();
  await button(dialog(officer), '增加一级').click();
  await dialog(officer).getByLabel('标识 6').fill('L3A');
  await dialog(officer).getByLabel('级别名称（中文） 6').fill('3级增强');
  await dialog(officer).getByLabel('级别名称（英文） 6').fill('level 3 plus');
  await choose(dialog(officer).getByLabel('对应标准级别 6'), /^第3级$/);
  await dialog(officer).getByLabel('上移 6').click();
  await dialog(officer).getByLabel('上移 5').click();
  await dialog(officer).getByLabel('理由').fill('省级要求');
  await accessible(officer);
  await shot(officer, 'holdings-own-adopt');
  await button(dialog(officer), '提交').click();
  await crew.stepUpIfAsked(officer, 'officer', main(officer).getByText('3级增强'));
  await expect(main(officer)).toContainText('3级增强');
  await looks(officer, 'holdings-own');
  await inEnglish(officer, 'holdings-own');

  const page = await crew.as('manager');
  await crew.go(page, '/catalog');
  await main(page).getByRole('link', { name: /就诊信息/ }).click();
  const third = main(page).locator('tr.ant-table-row', { hasText: '第3级' }).first();
  const name = await third.locator('strong.mono').innerText();
  await button(third, '更正').click();
  await crew.pick(page, '本单位级别', '3级增强');
  await dialog(page).getByLabel('理由').fill('内部加强管控');
  await button(dialog(page), '提交').click();
  await expect(main(page).locator('tr.ant-table-row', { hasText: '3级增强' })).toContainText(name);
  await crew.go(page, `/grading?tab=list&q=${name}`);
  await expect(main(page)).toContainText('3级增强');
  await shot(page, 'holdings-own-list');
});

test('product, application, contract and release show the level of their flow with its reasons', async () => {
  const page = await crew.as('manager');
  for (const list of ['products', 'applications', 'contracts', 'releases']) {
    await crew.go(page, `/${list}`);
    await main(page).locator('button.bare').first().focus();
    await expect(page.locator('.ant-popover:visible')).toContainText('第');
  }
  await accessible(page);
  await crew.go(page, `/releases/${demo.release}`);
  const shown = async (name: string): Promise<void> => {
    const card = main(page).locator('.ant-card', { hasText: '流转级别' }).last();
    await expect(card).toContainText('个字段、至多');
    await expect(card.locator('li').first()).toContainText('第');
    await accessible(page);
    await shot(page, `holdings-flow-${name}`);
  };
  await shown('release');
  await main(page).getByRole('link', { name: /^ct_/ }).click();
  await shown('contract');
  await inEnglish(page, 'holdings-flow-contract');
  await main(page).getByRole('link', { name: /^ap_/ }).click();
  await shown('application');
  await main(page).getByRole('link', { name: /就诊结构/ }).click();
  await shown('product');
});

const DUMP = `CREATE TABLE pat_base (
  pat_id varchar(20) NOT NULL, -- 患者编号
  xm varchar(50), -- 姓名
  sfzh varchar(18), -- 身份证号
  hiv_result varchar(20) -- HIV抗体检测结果
);
`;

test('a schema dump is scanned: every field with its level and the reasons, and the list to take along', async () => {
  const page = await crew.as('manager');
  await crew.go(page, '/grading?tab=scans');
  await expect(main(page)).toContainText('还没有扫描过');
  await button(page, '扫描数据源').click();
  await main(page).locator('input[type=file]').setInputFiles({ name: 'his.sql', mimeType: 'text/plain', buffer: Buffer.from(DUMP) });
  await main(page).getByLabel('名称', { exact: true }).fill('医院库结构');
  await accessible(page);
  await button(page, '开始扫描').click();
  await expect(row(page, 'hiv_result')).toContainText('第5级');
  await expect(row(page, 'sfzh')).toContainText('身份证号');
  await expect(main(page)).toContainText('尚未经人确认');
  await accessible(page);
  await shot(page, 'holdings-scan');
  const saved = page.waitForEvent('download');
  await button(page, '下载分类分级清单').click();
  expect((await saved).suggestedFilename()).toBe('医院库结构.xlsx');
  await inEnglish(page, 'holdings-scan');
  await button(page, '全部扫描').click();
  await expect(row(page, '医院库结构')).toContainText('已完成');
  await button(row(page, '医院库结构'), '删除结果').click();
  await expect(main(page)).toContainText('还没有扫描过');
});
