// Each page on known content: it renders without an error, its axe pass is clean in both modes, keyboard and language work.
import { type Page, expect, test } from '@playwright/test';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { answers as states } from './answers.ts';
import { dataAnswers } from './answers_data.ts';
import { holdingsAnswers } from './answers_holdings.ts';
import { inventoryAnswers } from './answers_inventory.ts';
import { watchAnswers } from './answers_watch.ts';
import { accessible, inTheDark, shot } from './axe.ts';
import { read } from './crew.ts';

test.describe.configure({ mode: 'parallel' });

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const types: Record<string, string> = { js: 'text/javascript', css: 'text/css', html: 'text/html', svg: 'image/svg+xml' };
const answers = { ...states, ...dataAnswers, ...inventoryAnswers, ...holdingsAnswers, ...watchAnswers };
const origin = 'http://localhost:1';

/** Answers this page what it asks; gives what goes wrong on it. */
async function answered(page: Page, over: Record<string, unknown> = {}): Promise<string[]> {
  const errors: string[] = [];
  page.on('pageerror', (e) => errors.push(e.message));
  page.on('console', (m) => { if (m.type() === 'error' && !m.text().includes('Failed to load resource')) errors.push(m.text()); });
  if (over['/session'] !== null) await page.addInitScript(() => localStorage.setItem('sluice.signed-in', '1'));
  await page.route(`${origin}/**`, (route) => {
    const { pathname, search } = new URL(route.request().url());
    if (pathname.startsWith('/api/v1')) {
      const key = pathname.slice('/api/v1'.length);
      const answer = key in over ? over[key] : (answers[key + search] ?? answers[key]);
      if (answer === undefined || answer === null) return route.fulfill({ status: answer === null ? 401 : 404, json: { title: answer === null ? '请登录' : '没有找到', code: answer === null ? 'session.absent' : 'http.no_such_path', nextStep: '请返回列表' } });
      return typeof answer === 'string' ? route.fulfill({ body: answer }) : route.fulfill({ json: answer });
    }
    const file = existsSync(dist + pathname.slice(1)) && pathname !== '/' ? pathname.slice(1) : 'index.html';
    return route.fulfill({ body: readFileSync(dist + file), contentType: types[file.split('.').pop()!] ?? 'text/plain' });
  });
  return errors;
}

async function open(page: Page, at: string, over: Record<string, unknown> = {}): Promise<void> {
  await answered(page, over);
  await page.goto(origin + at);
  await read(page);
}

const pages: [string, string, string][] = [
  ['inbox', '/inbox', '处理下一项'], ['catalog', '/catalog', '类别 × 级别'], ['dataset', '/catalog/ds_1', '全部确认'], ['batches', '/batches', '结算明细'], ['batch', '/batches/bt_1', '已出具销毁证明'], ['products', '/products', '住院费用统计产品'], ['product', '/products/pd_1', 'SL-2026-000001'],
  ['applications', '/applications', '某健康保险公司'], ['application', '/applications/ap_1', '用途明确，风险可控'], ['mandates', '/mandates', '某数据经纪公司'], ['mandate', '/mandates/ma_1', '请交付首批数据'], ['contracts', '/contracts', '某市医疗保障局'], ['contract', '/contracts/ct_1', '第一条'], ['releases', '/releases', 'rl_1'],
  ['release', '/releases/rl_1', '去标识化'], ['ledger', '/ledger', '核验全部'], ['admin', '/admin', '某健康保险公司'], ['own-party', '/party', 'abab abab'],
  ['access-operations', '/access', '专项稽核'], ['access-exceptions', '/access?tab=exceptions', '复核逾期'], ['access-rights', '/access?tab=rights', '稽核岗位'], ['access-organisation', '/access?tab=organisation', '稽核处'], ['access-figures', '/access?tab=figures', '数据导出操作规程'],
  ['grading-review', '/grading', '同时应用到这 14 个'], ['grading-list', '/grading?tab=list', '103 / 141'], ['grading-heat', '/grading?tab=heat', '103 / 141'], ['grading-tree', '/grading?tab=tree', '居民身份证号'], ['grading-worksheet', '/grading?tab=worksheet', '暂行矩阵'], ['grading-versions', '/grading?tab=versions', '首版'], ['grading-changes', '/grading?tab=changes', '基金支付类字段从严'], ['grading-lowerings', '/grading?tab=lowerings', '历史统计口径需要'], ['grading-flow', '/grading?tab=flow', '测算级别'],
  ['dataset-lineage', '/catalog/ds_1?tab=lineage', '取整到百元'], ['dataset-quality', '/catalog/ds_1?tab=quality', '182,000'], ['dataset-facts', '/catalog/ds_1?tab=facts', '还缺'], ['dataset-usage', '/catalog/ds_1?tab=usage', '健康保险产品设计'], ['grading-items', '/grading?tab=items', '手术录像磁带'], ['grading-processes', '/grading?tab=processes', '门诊结算'], ['grading-process', '/grading?tab=processes&process=bp_1', '更正'],
  ['deident', '/deident', '住院费用明细'], ['deident-work', '/deident/ds_1/dv_1', '参保所属医保区划'], ['deident-drafts', '/deident?tab=drafts', '敏感字段从严'], ['deident-draft', '/deident?tab=drafts&draft=sd_1', '不得再按月'], ['deident-review', '/deident?tab=review', '打开送审文件'], ['deident-receipts', '/deident?tab=receipts', '已被取代'], ['deident-audit', '/deident?tab=audit', '策略已被取代'], ['deident-trace', '/deident?tab=trace', '某健康保险公司'], ['deident-reversals', '/deident?tab=reversals', '没有还原申请'],
  ['law-papers', '/law', '国令第735号'], ['law-assessments', '/law?tab=assessments', '惠民保核赔'], ['law-consents', '/law?tab=consents', '同意书'], ['law-requests', '/law?tab=requests', '已逾期'], ['law-provisions', '/law?tab=provisions', '某市中级人民法院'], ['law-retention', '/law?tab=retention', '即将到期'], ['law-report', '/law?tab=report', '某健康保险公司'],
  ['alarms', '/alarms', '误操作，已培训'], ['alarms-rules', '/alarms?tab=rules', '10 分钟内达到 5 次'], ['alarms-channels', '/alarms?tab=channels', '测试未送达'],
  ['sources', '/sources', '连续失败 3 次'], ['sources-tables', '/sources?tab=tables', '3,214'], ['sources-refused', '/sources?tab=refused', 'csv.ragged'], ['sources-merges', '/sources?tab=merges', '140 行被重报替代'], ['sources-deletions', '/sources?tab=deletions', '退-2026-11-03'], ['sources-hosts', '/sources?tab=hosts', 'his.example.cn:5432'],
  ['custody', '/custody', '协议终止，销毁标识字段'], ['custody-backups', '/custody?tab=backups', '最近一次备份'],
];

test('tabs that the node would refuse are not shown; whose office it is sees them', async ({ page }) => {
  const mine = answers['/session'] as { duties: string[] };
  const errors = await answered(page);
  await page.goto(`${origin}/access`);
  await read(page);
  await expect(page.getByRole('tab', { name: '权限日志' })).toHaveCount(0);
  await page.unrouteAll();
  const office = await answered(page, { '/session': { ...mine, duties: ['security_officer'] } });
  await page.goto(`${origin}/access?tab=log`);
  await read(page);
  await expect(page.locator('main')).toContainText('授予权限');
  await shot(page, 'access-log');
  await accessible(page);
  await inTheDark(page, 'access-log');
  await page.unrouteAll();
  await answered(page, { '/session': { ...mine, duties: ['pi_officer'] } });
  await page.goto(`${origin}/custody?tab=backups`);
  await read(page);
  await expect(page.getByRole('tab', { name: '存储' })).toHaveCount(0);
  expect([...errors, ...office]).toEqual([]);
});

test.describe('each page', () => {
  // One window for all of them: each is loaded anew.
  let page: Page, errors: string[];
  test.beforeAll(async ({ browser }) => {
    page = await (await browser.newContext()).newPage();
    errors = await answered(page);
  });
  test.afterAll(() => page.context().close());

  for (const [name, at, text] of pages) {
    test(`${name} renders, and is accessible in light and dark`, async () => {
      errors.length = 0;
      await page.goto(origin + at);
      await read(page);
      await expect(page.locator('main')).toContainText(text);
      await shot(page, name);
      await accessible(page);
      await inTheDark(page, name);
      expect(errors).toEqual([]);
    });
  }
});

test('sign-in is accessible, and says what is wrong and what to do', async ({ page }) => {
  await open(page, '/inbox', { '/session': null });
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
  await expect(page.getByRole('link', { name: '省政务统一身份认证' })).toHaveAttribute('href', '/api/v1/session/oidc/province/start');
  await accessible(page);
  await shot(page, 'sign-in');
  await page.goto(`${origin}/?sign_in_error=oidc.not_linked`);
  await expect(page.getByRole('alert')).toContainText('尚未与本空间的账号关联');
});

test('Ctrl-K reaches a page by keyboard alone, and the language switches', async ({ page }) => {
  await open(page, '/inbox');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('凭证');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/releases$/);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'Release passports' })).toBeVisible();
});

test('the passport is verified in the browser: a tampered bundle shows the broken station', async ({ page }) => {
  const bad = JSON.parse(JSON.stringify(answers['/releases/rl_1/passport'])) as { stations: { seqs: number[] }[] };
  bad.stations[4]!.seqs.pop();
  await open(page, '/releases/rl_1', { '/releases/rl_1/passport': bad });
  await expect(page.locator('#station-approval .tick.bad')).toBeVisible();
  await expect(page.locator('#station-delivery .tick.bad')).toHaveCount(0);
});

test('the protection measures of a field stand beside it, and say who sees to each', async ({ page }) => {
  await open(page, '/catalog/ds_1');
  await page.locator('tr', { hasText: 'dise_codg' }).getByRole('button').first().click();
  await expect(page.locator('main')).toContainText('查看原值须双因素鉴别');
  await expect(page.locator('main')).toContainText('组织落实');
  await expect(page.locator('main')).toContainText('未满足');
});

test('the review queue is worked by keyboard alone', async ({ page }) => {
  await open(page, '/grading', { '/grading/confirm': { confirmed: 15, seq: 9, suggestions: 0 } });
  const sent: unknown[] = [];
  page.on('request', (r) => { if (r.url().endsWith('/grading/confirm')) sent.push(r.postDataJSON()); });
  await expect(page.getByRole('option', { selected: true })).toContainText('main_diag');
  await page.keyboard.press('j');
  await expect(page.getByRole('option', { selected: true })).toContainText('memo_with');
  await page.keyboard.press('k');
  await page.keyboard.press('2');
  await expect(page.locator('.candidates').getByRole('radio', { checked: true })).toContainText('疾病诊断编码');
  await page.keyboard.press('1');
  await page.keyboard.press('a');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toContainText('勾选全部相似字段');
  await shot(page, 'grading-keys');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.keyboard.press('Enter');
  await expect.poll(() => sent.length).toBe(1);
  expect(sent[0]).toMatchObject({ verdict: { type: 'diagnosis_text', level: 4 }, targets: { length: 15 } });
});

test('a strategy is tried: risk, class sizes and cells before and after, and on a narrow window too', async ({ page }) => {
  await open(page, '/deident/ds_1/dv_1');
  await page.getByRole('button', { name: '预览' }).click();
  await expect(page.locator('main')).toContainText('正式执行会被拒绝');
  await expect(page.getByRole('img', { name: /等价类规模/ })).toBeVisible();
  await expect(page.locator('main')).toContainText('1979-01-01');
  // What nobody may see has its form, and an example that is marked as one.
  await expect(page.locator('main')).toContainText('⟨9{11}⟩');
  await expect(page.locator('main')).toContainText('示例 13800000000 → 138****0000');
  await expect(page.locator('main')).toContainText('不是任何人的数据');
  await accessible(page);
  await shot(page, 'deident-preview');
  await page.getByRole('tab', { name: '可用性' }).click();
  await shot(page, 'deident-utility');
  await page.setViewportSize({ width: 720, height: 900 });
  await shot(page, 'deident-narrow');
});

test('what a mark may not touch is said with its reason; what only the author can know is stated on the page', async ({ page }) => {
  await open(page, '/deident/ds_1/dv_1');
  await page.locator('.ant-segmented-item', { hasText: /^目标与限制$/ }).click();
  const sent: string[] = [];
  page.on('request', (r) => { if (r.url().endsWith('/preview')) sent.push(r.postData() ?? ''); });
  await page.getByRole('switch', { name: '交付时打标记' }).click();
  await page.getByText('不能打标记的字段（1）').click();
  await expect(page.getByRole('region', { name: '不能打标记的字段（1）' })).toContainText('代码、编号不得改动');
  const carriers = page.getByLabel('标记字段', { exact: true }), kind = page.getByLabel('fee_sumamt 的标记方式');
  await expect(async () => {
    await carriers.click();
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: /^fee_sumamt$/ }).click({ timeout: 2_000 });
    await expect(kind).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await page.keyboard.press('Escape');
  await expect(async () => {
    await kind.click();
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: '小数末位' }).click({ timeout: 2_000 });
    await expect(page.getByRole('alert').filter({ hasText: '结算金额不得改动' })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await shot(page, 'deident-marks');
  await page.getByLabel('不是结算金额 fee_sumamt').press('Space');
  await expect(page.getByRole('alert').filter({ hasText: '结算金额不得改动' })).toHaveCount(0);
  await expect.poll(() => sent.some((body) => body.includes('"billing":false'))).toBe(true);
  await accessible(page);
});

test('a page that fails to load says so and offers to try again', async ({ page }) => {
  await open(page, '/products/pd_missing');
  await expect(page.getByRole('alert')).toContainText('请返回列表');
});
