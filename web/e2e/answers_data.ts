// Known answers of grading, de-identification and custody, in the shape of their contracts (docs/formats), for looking at the pages alone.
import type { AssessmentObject, ConsentObject, DeidentOverview, Evidence, GradingList, HeatMap, LawTemplate, PaperObject, ProvisionObject, ReviewItem, ReviewQueue, RiskReport, SourceObject, StrategyPreview, SubjectRequestObject, Worksheet } from '../src/api/schema.ts';

type Known<T> = T extends (infer E)[] ? Known<E>[] : T extends object ? { [K in keyof T]?: Known<T[K]> } : T;
const T = Date.now();
const DAY = 86_400_000;
const names = { ps_dm: '周数据', ps_so: '吴安全', pt_insurer: '某健康保险公司', ds_1: '住院费用明细', dv_1: '住院费用明细 #1', dv_2: '住院费用明细 #2', st_1: '住院费用（产品设计用）' };

const say = (id: string, weight: number, zh: string): Evidence => ({ id, weight, zh, en: `evidence ${id}` });
const candidate = (type: string, zh: string, level: number, confidence_permille: number, evidence: Evidence[]) => ({ type, zh, en: type, category: 'health' as const, level, confidence_permille, evidence });
const review = (column: string, title: string): Known<ReviewItem> => ({
  dataset: 'ds_1', dataset_title: '住院费用明细', table: 'fee_list_d', column, title, data_type: 'varchar(200)', why: ['review', 'reopened'], floor: 4,
  proposal: { type: 'diagnosis_text', type_zh: '诊断描述', type_en: 'diagnosis', category: 'health', level: 4, confidence_permille: 640, identifying: false, quasi: false, enterprise: false }, evidence: [],
  candidates: [
    candidate('diagnosis_text', '诊断描述', 4, 640, [say('comment', 310, '注释含“诊断”，指向诊断描述'), say('values.icd', 120, '42% 的取样值符合 ICD-10 编码'), say('length', -85, '长度多在 3–7 之间，短于通常的描述文字')]),
    candidate('icd10', '疾病诊断编码', 4, 290, [say('values.icd', 260, '42% 的取样值符合 ICD-10 编码'), say('comment', -140, '注释未提及编码')]), candidate('free_text', '自由文本', 3, 70, [say('charset', 60, '含汉字')]),
  ],
  contains_level5: { rows: 37, scanned: 20_000, zh: '37 行含艾滋病、性病相关编码或词语', en: '37 rows with codes of level 5' },
  profile: { name: 'memo', type: 'text', scale: 0, rows: 20_000, nulls: 812, empty: 14, distinct: 3_120, distinct_exact: false, length_min: 2, length_max: 64, shapes: [{ form: '文{4}', rows: 6_200 }, { form: 'A9{2}.9{3}', rows: 5_900 }, { form: '文{2}（文{2}）', rows: 730 }] },
  verdict: { type: 'diagnosis_text', category: 'health', level: 4, identifying: false, quasi: false, reason: '', confirmed_by: 'ps_dm', confirmed_ms: T - 200 * DAY, valid_until_ms: T + 30 * DAY }, drift: [{ cause: 'form_changed', zh: '取值形态变化：编码占比由 2% 升至 42%', en: 'form changed', version: 'dv_2', at_ms: T - DAY }],
  decided_before: [{ dataset: 'ds_2', dataset_title: '门诊处方', column: 'dise_name', title: '病种名称', type: 'diagnosis_text', type_zh: '诊断描述', category: 'health', level: 4, confirmed_ms: T - 9 * DAY }],
  similar: Array.from({ length: 14 }, (_, i) => ({ dataset: 'ds_2', dataset_title: '门诊处方', column: `diag_${i + 1}`, title: '诊断' })), can: ['confirm'], names,
});
const queue: Known<ReviewQueue> = { items: [review('main_diag', '主要诊断'), review('memo_with_a_very_long_technical_name_from_an_old_system', '备注'), review('oprn_oprt_name', '手术操作名称')], next: null, total: 3, counts: { review: 3, reopened: 1, expired: 0, open: 0 } };

const columns = [['dataset_title', '数据集'], ['column', '字段'], ['department', '责任部门'], ['retention', '保存期限'], ['valid_until_ms', '有效至']].map(([id, zh]) => ({ id: id!, zh: zh!, en: id!, group: 'catalog' }));
const gradingList: Known<GradingList> = {
  next: null, total: 2, completeness: { permille: 731, confirmed: 103, fields: 141, missing: { department: 38, retention: 64 } }, columns,
  items: [
    { dataset: 'ds_1', dataset_title: '住院费用明细', table: 'fee', column: 'psn_no', title: '人员编号', description: '', data_type: 'varchar', category: 'personal', class: 'identity', class_zh: '身份标识', type: 'person_no', type_zh: '人员编号', level: 4, national: '', national_zh: '', identifier: 'direct', enterprise: false, level5_rows: 0, by_row: false, rows: 2992, versions: 1, state: 'confirmed', confirmed_by: 'ps_dm', confirmed_ms: T, valid_until_ms: T + 300 * DAY, department: '信息处', retention: '', names },
    { dataset: 'ds_1', dataset_title: '住院费用明细', table: 'fee', column: 'main_diag', title: '主要诊断', description: '', data_type: 'varchar', category: 'health', class: 'disease', class_zh: '疾病', type: 'diagnosis_text', type_zh: '诊断描述', level: 4, national: '', national_zh: '', identifier: 'none', enterprise: true, level5_rows: 37, by_row: false, rows: 2992, versions: 1, state: 'open', confirmed_by: '', confirmed_ms: 0, valid_until_ms: 0, department: '', retention: '', names },
  ],
};
const heat: Known<HeatMap> = { fields: 141, confirmed: 103, cells: [{ category: 'personal', level: 4, fields: 20, rows: 9, open: 3 }, { category: 'payment', level: 3, fields: 51, rows: 9, open: 0 }, { category: 'health', level: 5, fields: 3, rows: 9, open: 1 }] };
const argued = [{ object: 'person', property: 'confidentiality', degree: 'serious', level: 4, zh: '泄露会严重影响个人名誉', en: 'harms reputation' }];
const worksheet: Known<Worksheet> = {
  pack: 'worksheet', version: '2026.11', interim: true, note: '规范表格尚未取得', rules_digest: 'ab'.repeat(32), objects: [{ id: 'person', zh: '个人权益', en: 'person' }, { id: 'public', zh: '公共利益', en: 'public interest' }], properties: [{ id: 'confidentiality', zh: '保密性', en: 'confidentiality' }],
  degrees: [{ id: 'slight', zh: '一般', en: 'slight' }, { id: 'serious', zh: '严重', en: 'serious' }], matrix: [{ object: 'person', levels: { slight: 3, serious: 4 } }, { object: 'public', levels: { slight: 4, serious: 5 } }],
  tree: [{ category: 'personal', zh: '个人属性', en: 'Personal', classes: [{ id: 'identity', zh: '身份标识', en: 'Identity', scope: '', level: 4, arguments: argued, types: [{ id: 'id_number', zh: '居民身份证号', en: 'ID number', level: 4, identifier: 'direct', enterprise: false, arguments: argued, fields: 7 }, { id: 'phone', zh: '手机号码', en: 'phone', level: 4, identifier: 'direct', enterprise: false, arguments: argued, fields: 3 }] }] },
    { category: 'health', zh: '健康状况', en: 'Health', classes: [{ id: 'disease', zh: '疾病', en: 'Disease', scope: '', level: 5, arguments: argued, types: [{ id: 'diagnosis_text', zh: '诊断描述', en: 'diagnosis', level: 4, identifier: 'none', enterprise: false, arguments: argued, fields: 12 }] }] }],
  associations: [{ id: 'id_and_diagnosis', zh: '标识符与诊断同处：不低于第4级', en: 'identifier and diagnosis', needs: ['direct', 'diagnosis'], level: 4 }], national: [{ level: 4, rows_min: 1_000_000, label: 'important', zh: '重要数据', en: 'important data' }], policy: { validity_days: 365 },
};

const risk = (k: number, histogram: [number, number][]): Known<RiskReport> => ({
  format: 'sluice-risk/1', rows: 10_000, classes: 800, k, quasi_identifiers: ['gend', 'brdy'], unique_rows: k === 1 ? 6_200 : 0, uniqueness: k === 1 ? 0.62 : 0, threshold: 0.2, prosecutor: { max: 1 / k, avg: 0.8 / k }, journalist: { max: 0.4 / k, avg: 0.2 / k }, marketer: { avg: 0.3 / k },
  profiles: [{ share_type: 'full', threshold: 0.05, k_min: 20, rows_above: k === 1 ? 9_000 : 4_000, share_above_threshold: 0.4, acceptable: false }, { share_type: 'controlled', threshold: 0.2, k_min: 5, rows_above: k === 1 ? 8_000 : 0, share_above_threshold: 0, acceptable: k > 4 }],
  histogram: histogram.map(([size, rows]) => ({ size, classes: Math.ceil(rows / size), rows })), columns: [], unique_combinations: k === 1 ? [{ columns: ['gend', 'brdy', 'insu_admdvs'], rows: 6_200, minimal_rows: 5_800 }] : [], outliers: {}, attribute_disclosure: [],
});
const overview: Known<DeidentOverview> = {
  dataset: 'ds_1', version: 'dv_1', rows: 10_000, masked_from: '', suggested_quasi: ['gend', 'brdy'], can: ['risk', 'plan', 'preview', 'compare', 'adopt', 'apply', 'recheck'], names,
  columns: [['psn_name', '姓名', 4], ['gend', '性别', 2], ['brdy', '出生日期', 3], ['insu_admdvs', '参保所属医保区划', 2], ['fee_sumamt', '费用总额', 3]].map(([column, title, level]) => ({ column: String(column), title: String(title), type: 'text', level: Number(level), confirmed: true, identifying: column === 'psn_name', quasi: column === 'gend' || column === 'brdy' })),
  strategies: [{ id: 'st_1', name: '住院费用（产品设计用） 1', strategy: 's', strategy_version: '1', current: true, marks: false, at_ms: T, adopted_by: 'ps_so' }], masked: [],
};
const preview: Known<StrategyPreview> = {
  rows_total: 10_000, rows_sampled: 2_000, quasi_identifiers: ['gend', 'brdy'], k_min: 5, risk_before: risk(1, [[1, 6_200], [2, 2_400], [4, 1_400]]), risk_after: risk(12, [[12, 600], [40, 3_400], [300, 6_000]]), residual: [], refusals: [{ reason: 'deident.k_too_small', detail: 'k=4' }],
  findings: [{ rule: 'unique_combination', columns: ['gend', 'brdy'], permille: 62, serious: true, zh: '性别 + 出生日期 + 区划：6.2% 的记录唯一', en: '6.2% unique' }],
  columns: [{ column: 'psn_name', technique: 'suppress', parameters: {}, level_before: 4, level_after: 1, masked: 10_000, nulls: 0, failed: 0, distinct_before: 9_800, distinct_after: 0, changed_permille: 1000 }, { column: 'brdy', technique: 'date', parameters: { unit: 'year' }, level_before: 3, level_after: 2, masked: 10_000, nulls: 3, failed: 1, distinct_before: 8_200, distinct_after: 91, changed_permille: 998 }],
  shown: { rows: [3, 18], columns: ['gend', 'brdy', 'fee_sumamt'], after: [['1', '1961-01-01', '1200'], ['2', '1979-01-01', null]], before_columns: ['brdy'], before: [['1961-07-21'], ['1979-02-03']] },
};
const works = {
  can: ['destroy_version', 'rotate_datasets'], destroyed: [], destroyed_names: {},
  items: [{ id: 'kw_1', work: 'destroy_columns', dataset: 'ds_1', version: 'dv_1', new_version: '', columns: ['psn_name', 'certno'], epoch: '', reason: '协议终止，销毁标识字段', failure: '', proposed_by: 'ps_dm', witnesses: ['ps_so'], witnesses_needed: 2, wraps: 0, rows_removed: 0, status: 'proposed', carried_out: false, certificate: '0'.repeat(64), at_ms: T - DAY, lapses_ms: T + 6 * DAY, done_ms: 0, seqs: [], lapsed: false, can: ['witness'], names }],
};

const term = (id: string, zh: string) => ({ id, zh, en: id });
const template: Known<LawTemplate> = {
  papers: [{ ...term('legal_basis', '合法性基础'), enter: ['data_manager'], check: ['pi_officer'], needs: ['basis'] }, { ...term('processing_agreement', '委托处理协议'), enter: ['data_manager'], check: ['pi_officer'], needs: ['counterpart', 'purpose', 'duties', 'expires'] }],
  assessment: { questions: [term('lawful', '处理目的、方式是否合法、正当、必要')], likelihoods: [term('low', '低'), term('high', '高')], severities: [term('slight', '轻微'), term('severe', '严重')], risks: [term('low', '低'), term('high', '高')] },
  requests: [{ ...term('held', '查阅：保存了哪些信息'), days: 15 }], provisions: [{ ...term('court', '司法机关调取'), identified: true, level_max: 4, approvers: ['pi_officer'] }],
};
const paper: Known<PaperObject> = { id: 'lp_1', owner: 'pt_agency', form: { kind: 'legal_basis', title: '医疗保障基金使用监督管理条例', number: '国令第735号', authority: '国务院', dated_ms: T - 900 * DAY, expires_ms: 0, digest: 'ab'.repeat(32), counterpart: '', product: '', dataset: '', columns: [], basis: 'statutory_duty', purpose: '', duties: '', abroad: '', mechanism: '', subcontracting: false, application: '', members: [], approve: false }, status: 'entered', in_force: false, entered_by: 'ps_dm', checked_by: '', note: '', at_ms: T, can: ['check'], names };
const assessment: Known<AssessmentObject> = { id: 'ia_1', form: { product: 'pd_1', recipient: 'pt_insurer', scenario: 'controller_to_user', purpose: 'insurance_claims_service', legal_basis: 'separate_consent', columns: ['begndate'], answers: [{ question: 'lawful', answer: '是' }], risks: [{ risk: '被重新识别', likelihood: 'high', severity: 'severe', measure: '逐人核对', residual_likelihood: 'low', residual_severity: 'slight' }], conclusion: '可以实施' }, status: 'drafted', risk: 'high', residual: 'low', reason: '', drafted_by: 'ps_dm', decided_by: '', in_force: false, valid_until_ms: 0, keep_until_ms: 0, at_ms: T, can: ['approve', 'decide'], names: { ...names, pd_1: '惠民保核赔' } };
const consent: Known<ConsentObject> = { id: 'cs_1', form: { subject: `sb_${'0a'.repeat(16)}`, product: 'pd_1', recipient: 'pt_insurer', purpose: 'insurance_claims_service', columns: ['begndate', 'enddate'], expires_ms: T + 30 * DAY, evidence: '同意书 2026-11-003' }, in_force: true, withdrawn: false, reason: '', recorded_by: 'ps_dm', at_ms: T, can: ['withdraw'], names };
const request: Known<SubjectRequestObject> = { id: 'sq_1', subject: `sb_${'0a'.repeat(16)}`, what: 'held', what_zh: '查阅', channel: '窗口', dataset: '', consent: '', status: 'taken', due_ms: T - DAY, overdue: true, evidence: '', reason: '', note: '', taken_by: 'ps_dm', at_ms: T - 16 * DAY, can: ['verify'], names };
const provision: Known<ProvisionObject> = { id: 'sp_1', form: { kind: 'court', requester: '某市中级人民法院', document: '(2026)法调字第12号', reason: '民事诉讼取证', dataset: 'ds_1', version: 'dv_1', columns: ['psn_no', 'fee_sumamt'] }, identified: true, level: 4, approvers: ['pi_officer', 'committee_member'], status: 'requested', words: [], rows: 0, reason: '', note: '', requested_by: 'ps_dm', at_ms: T, can: ['approve'], names };
const source: Known<SourceObject> = { id: 'sr_1', plan: 'pl_1', owner: 'pt_agency', name: '住院结算前置库', source_kind: 'database', place: '', every_s: 3600, at: [], late_after_s: 7200, retries: 3, status: 'active', last_run_ms: T - DAY, last_taken_ms: T - 2 * DAY, outcome: 'failed', reason: 'odbc.connection_lost', failures: 3, plan_title: '结算明细', dataset: 'ds_1', came: { batches: 12, rows: 340_000 }, held: [{ batch: 'bt_1', reason: 'manifest.rows_differ', rows: 9_998, at_ms: T - DAY }], held_batches: 1, held_rows: 2, late_since_ms: T - DAY / 2, next_due_ms: T + DAY / 24, can: ['pause', 'remove', 'run'], names };
const one = (item: unknown) => ({ items: [item], next: null, total: 1 });

export const dataAnswers: Record<string, unknown> = {
  '/law/template': template, '/law/papers': one(paper), '/law/assessments': one(assessment), '/law/consents': one(consent), '/law/requests': one(request), '/law/provisions': one(provision), '/sources': one(source),
  '/law/retention': { items: [{ version: 'dv_1', dataset: 'ds_1', title: '住院费用明细', category: 'payment', ends_ms: T + 60 * DAY, extended: false, masked: false, rows: 10_000, sealed_ms: T - 99 * DAY, state: 'ending' }], total: 1, warn_days: 90, rules: [{ category: 'payment', days: 5475, zh: '医疗支付：十五年', en: 'fifteen years' }] },
  '/law/report': { provisions: [provision], overdue_recipients: [{ release: 'rl_1', recipient: '某健康保险公司', due_ms: T - DAY }], late_requests: [request] },
  '/law/cases/ct_1': { contract: 'ct_1', complete: false, level: 3, one_person: false, cross_border: false, important_data: false, human_genetic: false, demands: [{ id: 'impact_assessment', clause: 'G4.6a, PIPL 55', zh: '经批准的个人信息保护影响评估', en: 'An approved impact assessment', met: false, by: '', reason: 'law.assessment_missing', detail: '' }, { id: 'legal_basis_paper', clause: 'PIPL 13', zh: '已登记并复核的合法性基础文件', en: 'legal basis', met: true, by: 'lp_1', reason: '', detail: '' }], can: [], names: {} },
  '/grading/review': queue, '/grading/list': gradingList, '/grading/heatmap': heat, '/grading/worksheet': worksheet, '/grading/lists': { items: [{ id: 'gl_1', number: 1, fields: 141, completeness_permille: 731, confirmed: 103, issued_by: 'ps_dm', issued_ms: T, note: '首版', signed_by: '', signed_ms: 0, review_due_ms: T + 90 * DAY, digest: 'cd'.repeat(32), can: ['sign'], names }], can: ['issue'] }, '/grading/suggestions': { items: [] },
  '/datasets/ds_1/versions/dv_1/deident': overview, '/datasets/ds_1/versions/dv_1/preview': preview,
  '/datasets/ds_1/versions/dv_1/compare': { rows_total: 10_000, rows_sampled: 2_000, quasi_identifiers: ['gend', 'brdy'], risk_before: risk(1, [[1, 10_000]]), a: { columns: preview.columns, risk_after: preview.risk_after, residual: [], findings: [], refusals: [] }, b: { columns: preview.columns, risk_after: risk(4, [[4, 10_000]]), residual: [], findings: [], refusals: [] } },
  '/receipts': { items: [{ version: 'dv_2', dataset: 'ds_1', dataset_title: '住院费用明细', strategy: 'st_1', strategy_name: '住院费用（产品设计用） 1', strategy_version: '1', from_version: 'dv_1', rows: 10_000, k: 12, max_risk_ppm: 83_333, uniques: 0, before_k: 1, before_risk_ppm: 1_000_000, quasi_identifiers: ['gend'], receipt: 'ef'.repeat(32), seq: 12, at_ms: T, masked_by: 'ps_so', current: false, duration_ms: 320, names }], next: null, total: 1 },
  '/deident/audit': { items: [{ rule: 'strategy_superseded', serious: false, kind: 'version', object: 'dv_2', dataset: 'ds_1', version: 'dv_2', strategy: 'st_1', column: '', detail: '', zh: '该版本所用策略已有更新的采用', en: 'a newer adoption exists' }], checked: { versions: 1, products: 1, releases: 2 }, names },
  '/deident/marks': { items: [{ release: 'rl_1', party: 'pt_insurer', dataset: 'ds_1', version: 'dv_2', strategy: 'st_1', form: 'file', carriers: [], cells_marked: 9000, cells_changed: 410, k_min: 12, commitment: '', seq: 9, at_ms: T, names }] },
  '/deident/traces': { items: [{ id: 'tr_1', dataset: 'ds_1', suspect: 'ab'.repeat(32), reason: '网络发现的文件', failure: '', bound: '1e-6', candidates: 2, rows: 9000, symbols: 410, status: 'done', carriers: [], named: [{ party: 'pt_insurer', accused: true, deviations_permille: 4, false_accusation_bound: '3.1e-12' }], traced_by: 'ps_so', at_ms: T, seq: 77, names }], next: null, total: 1 },
  '/reversals': { items: [], next: null, total: 0 }, '/key-works': works, '/backups': { backups: [{ id: 'bk_1', epoch: 'be_1', snapshot: 'ab'.repeat(32), entries: 300, versions: 9, bytes_stored: 12_000_000, made_by: 'ps_so', at_ms: T - DAY, seq: 4 }], epochs: [{ id: 'be_1', destroyed: false, at_ms: T - 9 * DAY, destroyed_ms: 0 }], names },
};
