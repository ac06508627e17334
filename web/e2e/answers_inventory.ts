// Known answers of rule changes, lowerings, facts, quality and lineage, for looking at the pages alone.
import type { DatasetProfile, LoweringShown, OfferedProviders, References, RuleChangeShown, VersionLineage } from '../src/api/schema.ts';

const T = Date.now(), DAY = 86_400_000;
const names = { ps_dm: '周数据', ps_so: '吴安全', ds_1: '住院费用明细' };
const moved = (column: string, before: number, after: number, effect: 'up' | 'down' | 'reopened' | 'type') => ({ dataset: 'ds_1', table: 'fee_detail', column, type_before: 'amount', type_after: effect === 'type' ? 'fund_amount' : 'amount', category_before: 'payment' as const, category_after: 'payment' as const, level_before: before, level_after: after, verdict: 'kept' as const, effect });
const change: RuleChangeShown = {
  id: 'rc_1', party: 'pt_agency', number: 3, title: '基金支付类字段从严', reason: '省级规定：基金支付金额按第四级管理，并对与诊断同表出现的情形另作说明；本次同时调整词典中三个同义词，使历史命名能够识别', decision: '', packs: ['types', 'dictionary'], content: 'ab'.repeat(32), rules_digest: 'cd'.repeat(32), status: 'assessed',
  impact: { datasets: 12, fields: 1_204, up: 31, down: 2, same_level: 7, kept_by_person: 28, below_floor: 9, content: 'ef'.repeat(32), moved: [moved('fund_pay_sumamt', 3, 4, 'reopened'), moved('cash_payamt', 3, 4, 'up'), moved('bed_no', 3, 2, 'down'), moved('othfund_pay', 3, 3, 'type')] },
  proposed_by: 'ps_dm', decided_by: '', proposed_ms: T - 2 * DAY, assessed_ms: T - DAY, decided_ms: 0, seq: 90, can: ['assess', 'decide'], names,
};
const lowering = (status: LoweringShown['status'], until: number): LoweringShown => ({ id: `lo_${status}${until}`, party: 'pt_agency', dataset: 'ds_1', column: 'gend', floor: 3, level: 2, days: 90, reason: '历史统计口径需要', measures: '仅内部使用，不对外提供', decision: status === 'requested' ? '' : '限期同意', status, requested_by: 'ps_dm', decided_by: status === 'requested' ? '' : 'ps_so', at_ms: T - 9 * DAY, decided_ms: 0, until_ms: until, seq: 5, can: status === 'requested' ? ['decide'] : [], names });
const profile: DatasetProfile = {
  version: 'dv_1', rows: 1_000_000, quality: { completeness: { permille: 987, zh: '非空单元格占比', en: 'share of cells that are filled' }, validity: { permille: 999, zh: '符合字段规则的取值占比', en: 'share of values that keep the rules' }, consistency: { permille: 912, zh: '符合跨字段规则的行占比', en: 'share of rows that keep the rules across fields' }, timeliness: null, uniqueness: { permille: 701, zh: '不重复行占比', en: 'share of rows that repeat no other' } },
  fields: [{ column: 'psn_no', type: 'text', rows: 1_000_000, nulls: 0, empty: 12, distinct: 310_204, distinct_exact: false, length_min: 24, length_max: 24, shapes: [{ form: '9{24}', rows: 999_988 }] }, { column: 'brdy', type: 'date', rows: 1_000_000, nulls: 900, empty: 0, distinct: 31_000, distinct_exact: true, min: -18_000, max: 19_700, shapes: [] }, { column: 'fee_sumamt', type: 'decimal', scale: 2, rows: 1_000_000, nulls: 0, empty: 0, distinct: 90_120, distinct_exact: false, min: 0, max: 981_200_45, shapes: [] }],
  drift: [{ column: 'med_type', cause: 'distinct_changed', zh: '不同取值由 12 个变为 31 个', en: 'from 12 values to 31', version: 'dv_1', at_ms: T - DAY }],
  associations: [{ version: 'dv_1', quasi: ['gend', 'brdy', 'insu_admdvs'], rows: 1_000_000, unique_rows: 182_000, k_min: 1, at_ms: T - DAY, combinations: [{ columns: ['gend', 'brdy', 'insu_admdvs'], unique_rows: 182_000, k_min: 1 }] }],
};
const lineage: VersionLineage = {
  version: 'dv_2', kind: 'masked', inputs: ['dv_1'], level: 3, zh: '去标识化后测得 k=11，不低于要求，按技术降级', en: 'measured k=11 after masking, enough to stand lower', k: 11, max_risk_ppm: 90_909, measured: { k: 11, max_risk_ppm: 90_909 },
  columns: [{ column: 'gend', technique: 'keep', level: 2, source_level: 2, zh: '保留，级别不变', en: 'kept' }, { column: 'fee_sumamt', technique: 'round', level: 2, source_level: 3, zh: '取整到百元', en: 'rounded' }],
};

const tables: References = { total: 1, can: ['add'], items: [{ owner: 'pt_agency', name: 'divisions', title: '行政区划', versions: [{ number: 1, from_day: 20_089, to_day: 20_453, content: 'ab'.repeat(32), rows: 3_212, adopted_by: 'ps_dm', at_ms: T - 9 * DAY, seq: 3 }, { number: 2, from_day: 20_454, content: 'cd'.repeat(32), rows: 3_214, adopted_by: 'ps_dm', at_ms: T - DAY, seq: 8 }] }] };
const providers: OfferedProviders = { items: [{ provider: 'province', title: '省政务统一身份认证', start: '/api/v1/session/oidc/province/start' }] };

export const inventoryAnswers: Record<string, unknown> = {
  '/grading/changes': { items: [change, { ...change, id: 'rc_2', number: 2, title: '词典补充', status: 'proposed', impact: null, can: ['assess'] }], can: ['propose'], names }, '/grading/changes/rc_1': change,
  '/grading/lowerings': { items: [lowering('requested', 0), lowering('granted', T + 20 * DAY), lowering('granted', T - DAY)], names }, '/datasets/ds_1/profile': profile, '/grading/versions/dv_2': lineage, '/references': tables, '/session/providers': providers,
};
