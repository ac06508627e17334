// Answers in the shape of the state structs (src/space), for looking at the pages alone. What a real node answers is tested by
// walk.spec.ts; these exist so that layout, keyboard and accessibility can be checked on known content.
import { tellStory } from '../src/verify/passport.fixture.ts';
import type { DepartmentFiguresShown, AccessRules, Application, CatalogField, Contract, Dataset, InboxItem, LedgerEntry, Mandate, Me, Operation, Organisation, PrivilegeException, Product, Protection, Release, Right } from '../src/api/types.ts';
import { hex, utf8 } from '../src/crypto/bytes.ts';
import { sm3 } from '../src/crypto/sm3.ts';

/** What a page needs of an answer; the node's own answers are checked against the schemas by the walk. */
type Known<T> = T extends (infer E)[] ? Known<E>[] : T extends object ? { [K in keyof T]?: Known<T[K]> } : T;

const T = Date.now();
const DAY = 86_400_000;
const names = { ps_c1: '王委员', ps_c2: '李委员', ps_c3: '赵委员', ps_dm: '周数据', ps_so: '吴安全', ps_reg: '郑登记', pt_agency: '某市医疗保障局', pt_insurer: '某健康保险公司', ds_1: '住院费用明细', pd_1: '住院费用统计产品' };

export const me: Known<Me> = {
  account: 'zhou', person: 'ps_dm', display_name: '周数据', party: { id: 'pt_agency', name: '某市医疗保障局', role: 'agency' }, duties: ['data_manager', 'committee_member'], csrf: 'x', totp: 'enrolled',
  stepped_up_until_ms: 0, space: { name: '演示可信数据空间', uscc: '11990000MB00000000', origin: 'space.example/demo' },
};

const field = (column: string, title: string, type_zh: string, category: CatalogField['category'], level: number, confirmed: boolean, identifying = false, quasi = false): CatalogField => ({
  column, title, confirmed, corrected: false, type: confirmed ? column : '', category: confirmed ? category : 'none', level: confirmed ? level : 0, identifying, quasi, reason: '', confirmed_by: confirmed ? 'ps_dm' : '', confirmed_ms: confirmed ? T - DAY : 0, seq: confirmed ? 12 : 0, drift: [],
  proposal: { column, type: column, type_zh, category, level, confidence_permille: 930, review: !confirmed, identifying, quasi, reasons_zh: ['字段名命中词典', '98% 的取样值符合校验位'], reasons_en: ['name in dictionary', '98% of sampled values pass the check digit'] },
});

const batch = {
  id: 'bt_1', status: 'sealed', manifest: 'verified', reason: '', rows: 100, accepted: 95, warned: 3, held: 2, open_rows: 2, at_ms: 1790000000000, seq: 12, plan: 'pl_1', file_digest: 'ab'.repeat(32), number: '2026-11', plan_title: '结算明细', source_name: '测试来源机构', plan_fields: [{ name: 'fee', title: '费用' }],
  reported_by: '', receipted_by: '', can: ['held-reasons', 'held-values', 'correct'], names: {},
};
const dataset: Known<Dataset> = {
  id: 'ds_1', owner: 'pt_agency', plan: { id: 'pl_1', source_name: '某医院', source_uscc: '12990000MB00000000', purpose: '基金监管', legal_basis: '履行法定职责' }, name: 'fee_detail', title: '住院费用明细', frequency: 'monthly', rule_pack: 'base 1', strategies: [],
  columns: [
    field('psn_no', '人员编号', '人员编号', 'personal', 4, true, true), field('certno', '证件号码', '居民身份证号', 'personal', 4, true, true), field('gend', '性别', '性别代码', 'personal', 2, true, false, true), field('brdy', '出生日期', '日期', 'personal', 3, true, false, true),
    field('dise_codg', '病种编码', 'ICD-10', 'health', 4, false), field('med_type', '医疗类别', '代码', 'medical', 3, false), field('fee_sumamt', '费用总额', '金额', 'payment', 3, false), field('fund_pay', '基金支付', '金额', 'payment', 3, false), field('fixmedins', '定点机构编号', '机构代码', 'resource', 1, true),
  ],
  versions: [
    { id: 'dv_1', number: 1, rows: 1_000_000, manifest: 'ab'.repeat(32), columns: ['psn_no'], batch: 'bt_1', masked_from: '', parts: [], at_ms: T - 3 * DAY, seq: 9 },
    { id: 'dv_2', number: 2, rows: 1_000_000, manifest: 'cd'.repeat(32), columns: ['gend', 'fee_sumamt'], masked_from: 'dv_1', parts: [], strategy: 'st_1', at_ms: T - 2 * DAY, seq: 15 },
  ],
  batches: [{ id: 'bt_1', status: 'sealed', manifest: 'verified', reason: '', rows: 1_000_120, accepted: 999_100, warned: 900, held: 120, at_ms: T - 3 * DAY, seq: 8 }],
  maskings: [{ version: 'dv_2', from_version: 'dv_1', strategy: 'st_1', rows: 1_000_000, residual_identifiers: 0, k: 11, max_risk_ppm: 90_909, uniques: 0, before_k: 1, before_risk_ppm: 1_000_000, quasi_identifiers: ['gend', 'brdy'], receipt: 'ef'.repeat(32), seq: 15 }],
  can: ['confirm', 'same-rows'], names,
  in_force: { version: 'dv_1', number: 1, rows: 1_000_000, beside: 0 },
  same_rows: [{ dataset: 'ds_1', other: 'ds_2', same: true, permille: 964, at_ms: T - DAY }],
};

const product: Known<Product> = {
  id: 'pd_1', owner: 'pt_agency', dataset: 'ds_1', version: 'dv_2', status: 'registered', rows: 1_000_000, sample_rows: 200, level: 3, number: 'SL-2026-000001', reason: '', drafted_by: 'ps_dm', reviewed_by: 'ps_so', registered_by: 'ps_reg', at_ms: T - 2 * DAY,
  form: { name: '住院费用统计产品', summary: '去标识化的住院费用明细，供商业健康保险精算。', suited_uses: '产品精算', forbidden_uses: '重新识别个人；营销', authorisation: '按协议', time_span: '2025 年', keywords: ['住院', '费用'], applications: [], interfaces: [], related_products: [], flow: 'share', share: 'controlled', forms: ['file', 'api'], columns: ['gend', 'age_band', 'fee_sumamt'], price_fen: 0 },
  checks: [{ check: 'grades', note_zh: '全部字段分级已确认', note_en: 'every grade is confirmed', passed: true }, { check: 'risk', note_zh: '最大重识别风险 9.09%，低于阈值', note_en: 'highest risk 9.09%, below the limit', passed: true }],
  masking: dataset.maskings![0]!, quality: { rows: 1_000_120, accepted: 999_100, warned: 900, held: 120 }, can: ['apply', 'withdraw'], names,
  fields: [{ column: 'gend', title: '性别', type: '代码', category: 'personal', level: 2, technique: 'keep' }, { column: 'age_band', title: '年龄段', type: '区间', category: 'personal', level: 2, technique: 'age_band' }, { column: 'fee_sumamt', title: '费用总额', type: '金额', category: 'payment', level: 3, technique: 'round' }],
};

const application: Known<Application> = {
  id: 'ap_1', product: 'pd_1', applicant: 'pt_insurer', submitted_by: 'ps_user', roster: ['ps_c1', 'ps_c2', 'ps_c3'], rule: { quorum: 2, approve_percent: 67 }, at_ms: T - DAY, deadline_ms: T + 0.6 * DAY, status: 'voting', reason: '', level: 3, product_name: '住院费用统计产品', applicant_name: '某健康保险公司', contract: null, can: ['vote', 'recuse'], names,
  form: { purpose: 'insurance_product_design', purpose_note: '健康保险产品精算', legal_basis: 'contract_necessary', safety_measures: '专机存储，到期销毁', scenario: 'controller_to_user', form: 'file', columns: ['gend', 'age_band', 'fee_sumamt'], row_filter: [], deliveries_max: 2, rate_per_minute: 0, valid_days: 90, cross_border: false },
  policy: [{ id: 'policy.level3_controlled', clause: 'G4.5 表2', text_zh: '第3级数据可通过文件共享受控公开。', text_en: 'Level 3 may be shared as a file under control.' }],
  votes: [{ member: 'ps_c1', approve: true, recused: false, reason: '用途明确，风险可控', at_ms: T - DAY / 2, seq: 30 }, { member: 'ps_c3', approve: false, recused: true, reason: '曾任职于申请方', at_ms: T - DAY / 3, seq: 31 }],
};

const mandate: Known<Mandate> = {
  id: 'ma_1', principal: 'pt_insurer', status: 'accepted', now: 'in_force', principal_name: '某健康保险公司', broker_name: '某数据经纪公司', proposed_by: 'ps_user', confirmed_by: 'ps_user', accepted_by: '', ended_by: '', reason: '', at_ms: T - 3 * DAY, confirmed_ms: T - 2 * DAY,
  accepted_ms: T - DAY, ended_ms: 0, deeds_count: 2, drafts_waiting: 1, offers: [], can: ['end'], names,
  form: { broker: 'pt_broker', acts: ['draft_application', 'chase'], products: ['pd_1'], datasets: [], purposes: ['insurance_product_design'], from_ms: 0, until_ms: T + 60 * DAY, number: '委字〔2026〕1号', note: '', digest: 'ab'.repeat(32) },
  drafts: [{ id: 'da_1', product: 'pd_1', status: 'waiting', by: 'ps_broker', decided_by: '', at_ms: T - DAY / 2, decided_ms: 0, reason: '', application: '', can: ['submit', 'refuse'], form: application.form! }],
  deeds: [{ act: 'draft_application', command: 'mandate.draft_application', note: '', by: 'ps_broker', at_ms: T - DAY / 2, seq: 44, product: 'pd_1', application: '', contract: '', release: '', draft: 'da_1' }, { act: 'chase', command: 'mandate.chase_delivery', note: '请交付首批数据', by: 'ps_broker', at_ms: T - DAY / 3, seq: 47, product: 'pd_1', application: '', contract: 'ct_1', release: '', draft: '' }],
};

const document_ = '{"contract":"ct_1","format":"sluice-contract/1"}';
const contract: Known<Contract> = {
  id: 'ct_1', application: 'ap_1', text_zh: '第一条　提供方某市医疗保障局向使用方某健康保险公司提供“住院费用统计产品”。\n第二条　用途限于健康保险产品精算，不得用于其他目的。\n第三条　以文件形式交付，至多 2 次，自签署之日起 90 天内有效。', odrl: { '@context': 'http://www.w3.org/ns/odrl.jsonld', '@type': 'Agreement', permission: [{ action: 'use' }] }, digest: hex(sm3(utf8(document_))), document: document_,
  status: 'active', reason: '', delivered: 1, leased: 0, at_ms: T - DAY, product_name: '住院费用统计产品', provider_name: '某市医疗保障局', recipient_name: '某健康保险公司', level: 3, changed_since: [{ kind: 'deletion', from: 'dv_1', from_number: 1, version: 'dv_4', number: 4, at_ms: T - DAY, seq: 90 }], can: ['sign', 'release', 'suspend'], names,
  signatures: [{ party: 'pt_agency', signer: 'ps_s1', key_id: 'ab'.repeat(16), at_ms: T - DAY, seq: 40 }],
  terms: { provider: 'pt_agency', recipient: 'pt_insurer', product: 'pd_1', columns: ['gend', 'age_band', 'fee_sumamt'], row_filter: [], form: 'file', purpose: 'insurance_product_design', purpose_note: '健康保险产品精算', legal_basis: 'contract_necessary', duties: '', liability: '', scenario: 'controller_to_user', deliveries_max: 2, rate_per_minute: 0, price_fen: 0, starts_ms: T - 10 * DAY, expires_ms: T + 80 * DAY },
  releases: [{ id: 'rl_1', status: 'delivered', at_ms: T - DAY / 4, form: 'file' }],
};

const told = tellStory();
const release: Known<Release> = {
  id: 'rl_1', contract: 'ct_1', dataset: 'ds_1', version: 'dv_2', form: 'file', columns: ['sex', 'age_band'], status: 'delivered', level: 3, rows: 990, bytes: 48_211, calls: 0, file_digest: hex(sm3(told.file)), envelope_digest: 'ff'.repeat(32), format: 'csv', reason: '', released_by: 'ps_dm', at_ms: T - DAY / 4, expires_ms: T + 80 * DAY, seal: 'valid', product_name: '住院费用统计产品', recipient_name: '某健康保险公司', can: ['revoke', 'file'], names,
};
const inbox: InboxItem[] = [
  { kind: 'vote', object: 'ap_1', title: '住院费用统计产品', party_name: '某健康保险公司', since_ms: T - DAY, due_ms: T + 0.6 * DAY }, { kind: 'confirm_grades', object: 'ds_1', title: '住院费用明细：4 个字段', since_ms: T - 2 * DAY, due_ms: null },
];
const entries: LedgerEntry[] = told.issuer.log.slice(0, 8).map((_, i) => ({ seq: i, time_ms: T - DAY + i * 1000, kind: i === 0 ? 'ledger.genesis' : 'party.registered', actor: i === 0 ? '' : 'ps_sys', objects: i === 0 ? [] : ['pt_agency'], fields: ['name', 'party', 'uscc'] }));
const list = (items: unknown[]): unknown => ({ items, next: null, total: items.length });

const operations: Known<Operation>[] = [
  { id: 'op_1', what: 'download', what_zh: '下载数据集版本', what_en: 'download a dataset version', dataset: 'ds_1', version: 'dv_1', columns: ['gend', 'fee_sumamt'], first_row: 0, rows: 1_000_000, flow: 'person', status: 'requested', purpose: 'fund_supervision', reason: '专项稽核', decision: '', access: 'ri_1', level: 3, windows: [{ window: 'single', rows: 1_000_000, operations: 1, rows_max: 200, zh: '单次超过200行', en: 'more than 200 rows at once' }], requested_by: 'ps_dm', decided_by: '', at_ms: T - DAY, expires_ms: 0, can: ['decide', 'withdraw'], names },
  { id: 'op_2', what: 'list_values', what_zh: '查看取值', what_en: 'show values', dataset: 'ds_1', version: 'dv_1', columns: ['gend'], first_row: 100, rows: 20, flow: 'standing', status: 'done', purpose: 'statistics', reason: '核对编码', decision: '', access: 'ri_1', level: 2, windows: [], requested_by: 'ps_dm', decided_by: '', at_ms: T - 2 * DAY, expires_ms: T - DAY, can: [], names },
];
const exceptions: Known<PrivilegeException>[] = [{ id: 'ex_1', what: 'download', dataset: 'ds_1', columns: ['certno'], level: 4, days: 3, reason: '配合法院调取前核对', measures: '专机，用后即毁', decision: '限三日', note: '', status: 'granted', requested_by: 'ps_dm', decided_by: 'ps_so', reviewed_by: '', verdict: 'as_approved', uses: ['op_1'], at_ms: T - 20 * DAY, until_ms: T - 15 * DAY, review_due_ms: T - 5 * DAY, in_force: false, review_overdue: true, can: ['review'], names }];
const rights: Known<Right>[] = [{ id: 'ri_1', person: 'ps_dm', unit: '', scope: { actions: ['list_values'], datasets: ['ds_1'], categories: ['payment'], purposes: ['fund_supervision'], level_max: 3 }, expires_ms: T + 60 * DAY, last_used_ms: T - DAY, granted_by: 'ps_so', revoked: false, in_force: true, reason: '稽核岗位', can: ['revoke'], names }];
const accessRules: Known<AccessRules> = { rules: [{ id: 'no-night', effect: 'forbid', duties: ['data_manager'], units: [], regions: [], actions: [], datasets: [], categories: [], purposes: ['statistics'], level_min: 4, level_max: 5, zh: '统计用途不看原值', en: 'no raw values for statistics' }], at_ms: T, adopted_by: 'ps_so', kinds: [{ id: 'list_values', zh: '查看取值', en: 'show values', flow: 'standing', duties: ['data_manager'], level_free_max: 4, level_shown_max: 4 }], purposes: ['fund_supervision'], can: ['adopt', 'grant'], names };
const organisation: Known<Organisation> = {
  units: [{ id: 'un_1', name: '数据安全领导小组', unit_kind: 'decision_body', above: '', head: 'ps_so', region: '' }, { id: 'un_2', name: '稽核处', unit_kind: 'implementing_department', above: 'un_1', head: '', region: '330100' }], placed: [{ person: 'ps_dm', unit: 'un_2' }],
  deputyships: [{ id: 'dy_1', absent: 'ps_so', deputy: 'ps_reg', duties: ['security_officer'], from_ms: T - DAY, until_ms: T + DAY, reason: '出差', acts: 2, in_force: true, can: ['end'] }], outsiders: [{ person: 'ps_c3', sponsor: 'ps_so', company: '某软件公司', until_ms: T + 30 * DAY, over: false }], can: ['define', 'deputise'], names,
};
const figures: Known<DepartmentFiguresShown> = {
  from_ms: T - 90 * DAY, until_ms: T, can: [], names,
  units: [
    { unit: 'un_1', people: 3, datasets: 0, items: 0, columns: 0, confirmed: 0, level4_up: 0, reopened: 0, expired: 0, asked: 0, unanswered: 0, decided: { vote: 6, assessment: 2 }, decisions: 8, in_time: 8, median_minutes: 95, procedures: 2, procedures_due: 0 },
    { unit: 'un_2', people: 5, datasets: 7, items: 2, columns: 240, confirmed: 201, level4_up: 38, reopened: 3, expired: 1, asked: 56, unanswered: 4, decided: { operation: 12, paper: 1 }, decisions: 13, in_time: 11, median_minutes: 1_440, procedures: 1, procedures_due: 1 },
    { unit: '', people: 1, datasets: 1, items: 0, columns: 9, confirmed: 0, level4_up: 0, reopened: 0, expired: 0, asked: 8, unanswered: 8, decided: {}, decisions: 0, in_time: 0, procedures: 0, procedures_due: 0 },
  ],
  papers: [
    { paper: 'lp_9', unit: 'un_2', kind: 'procedure', title: '数据导出操作规程', number: '稽〔2025〕12号', expires_ms: T + 9 * DAY, checked: true, in_force: true, due: true },
    { paper: 'lp_8', unit: 'un_1', kind: 'management_rule', title: '数据分类分级管理办法', number: '医保发〔2026〕3号', expires_ms: T + 300 * DAY, checked: true, in_force: true, due: false },
  ],
};
const protection: Known<Protection> = { interim: true, levels: [{ level: 4, zh: '在较小范围内供访问使用', en: 'Small circle', measures: [{ id: 'second_factor', aspect: 'authentication', enforced_by: 'node', zh: '查看原值须双因素鉴别', en: 'Two factors' }, { id: 'graded_by_person', aspect: 'authorisation', enforced_by: 'node', zh: '分级经人员确认', en: 'graded by a person' }, { id: 'anomaly_alarm', aspect: 'audit', enforced_by: 'organisation', zh: '异常访问告警与值守', en: 'watch' }] }], columns: [{ column: 'psn_no', level: 4, provisional: false, failing: [] }, { column: 'dise_codg', level: 4, provisional: true, failing: ['graded_by_person'] }] };
dataset.protection = protection;

export const answers: Record<string, unknown> = {
  '/names': { names }, '/vocabulary': { purposes: [], legal_bases: [], labels: [], event_kinds: ['release.prepared', 'party.registered'] },
  '/operations': { items: operations, next: null, total: 2 }, '/exceptions': { items: exceptions, next: null, total: 1 }, '/access/rights': { items: rights, next: null, total: 1 }, '/access/rules': accessRules, '/organisation': organisation, '/organisation/figures': figures,
  '/access/unused': { days: 90, items: [{ kind: 'duty', holder: 'ps_reg', duty: 'registrar', names }] }, '/access/log': { items: [{ seq: 40, time_ms: T, kind: 'access.granted', actor: 'ps_so', body: { person: 'ps_dm', reason: '稽核岗位' }, names }] },
  '/batches': list([batch]), '/batches/bt_1': batch, '/session': me, '/inbox': list(inbox), '/datasets': list([dataset]), '/datasets/ds_1': dataset, '/products': list([product, { ...product, id: 'pd_2', status: 'checked', level: 2, form: { ...product.form, name: '门诊人次统计' } }]), '/products/pd_1': product,
  '/applications': list([application]), '/applications/ap_1': application, '/mandates': list([mandate]), '/mandates/ma_1': mandate, '/contracts': list([contract]), '/contracts/ct_1': contract, '/releases': list([release]), '/releases/rl_1': release, '/releases/rl_1/passport': told.passport, '/ledger/trust': told.issuer.trust(),
  '/ledger': { origin: told.issuer.origin, size: told.issuer.log.length, checkpoint: told.issuer.note(), keys: [], checkpoints: [8, 16, told.issuer.log.length].map((size) => ({ size, at_ms: T, sm3_root: hex(sm3(utf8(String(size)))) })) }, '/ledger/entries': list(entries),
  '/parties/pt_agency': {
    id: 'pt_agency', name: '某市医疗保障局', uscc: '11990000MB00000000', role: 'agency', status: 'verified', key_id: 'ab'.repeat(16), proposed_key: { key_id: 'cd'.repeat(16), by: 'ps_so', at_ms: T - DAY }, mutual_tls: true, can: ['key', 'refuse-key', 'client'], names,
    clients: [{ id: 'cl_1', by: 'certificate', status: 'in_force', fingerprint: 'ef'.repeat(32), name: '', subject: 'CN=claims-system', reason: '', not_before_ms: T - 300 * DAY, not_after_ms: T + 20 * DAY, at_ms: T - 300 * DAY, decided_ms: T - 299 * DAY, ended_ms: 0, proposed_by: 'ps_so', decided_by: 'ps_dm', can: ['end'] }],
  },
  '/certificates': { items: [], authorities: [] },
  '/parties': list([{ id: 'pt_agency', name: '某市医疗保障局', uscc: '11990000MB00000000', role: 'agency', status: 'verified', key_id: 'ab'.repeat(16), clients: [], mutual_tls: false, can: [] }, { id: 'pt_insurer', name: '某健康保险公司', uscc: '91990000MB00000000', role: 'data_user', status: 'registered', key_id: '', clients: [], mutual_tls: true, can: ['verify', 'suspend'] }]),
  '/people': list([{ id: 'ps_dm', party: 'pt_agency', display_name: '周数据', account: 'zhou', duties: [{ duty: 'data_manager', expires_ms: 0 }], suspended: false, can: ['grant', 'revoke'], names }]),
  '/node': { version: '0.1.0', started_ms: T - DAY, read_only: false, ledger_entries: 42, disk_free_bytes: 8e9, key_agent: 'up', memory_bytes: 7e7 },
};
