// Known content for the pages of alarms and of the whole flow.
import type { AlarmObject, AlarmRuleShown, AlarmSettingsObject, FlowObject } from '../src/api/schema.ts';

const T = 1_790_000_000_000, DAY = 86_400_000;
const names = { pt_agency: '某市医疗保障局', pt_insurer: '某健康保险公司', ps_dm: '周数据', ps_so: '李安全' };

const flow = (root: string): FlowObject => ({
  root, hidden: false, left_out: 0, can: [], names,
  nodes: [
    { id: 'pl_1', kind: 'source', title: '某医院', at_ms: 0, seq: 3, note: '结算明细' },
    { id: 'bt_1', kind: 'batch', title: '2026-11', at_ms: T - 3 * DAY, seq: 8, status: 'sealed', rows: 1_000_120, held: 2, digest: 'ab'.repeat(32) },
    { id: 'dv_1', kind: 'version', title: '住院费用明细 #1', at_ms: T - 3 * DAY, seq: 9, rows: 1_000_000, dataset: 'ds_1' },
    { id: 'dv_2', kind: 'masked', title: '住院费用明细 #2', at_ms: T - 2 * DAY, seq: 15, rows: 1_000_000, dataset: 'ds_1', receipt: 'ef'.repeat(32) },
    { id: 'pd_1', kind: 'product', title: '住院费用统计产品', at_ms: T - 2 * DAY, seq: 20, status: 'registered', number: 'SL-2026-000001', rows: 1_000_000 },
    { id: 'rl_1', kind: 'release', title: '住院费用统计产品', at_ms: T - DAY, seq: 31, status: 'delivered', form: 'file', rows: 990, calls: 0, contract: 'ct_1', purpose: 'insurance_product_design', recipient: 'pt_insurer', level: 3, marked: true, digest: 'cd'.repeat(32), destruction: 'certified', destruction_seq: 52 },
    { id: 'op_1', kind: 'copy', title: 'download', at_ms: T - DAY, seq: 33, status: 'done', rows: 200, digest: '12'.repeat(32), person: 'ps_dm', level: 4 },
    { id: 'pt_insurer', kind: 'recipient', title: '某健康保险公司', at_ms: 0, seq: 5 },
  ],
  edges: [
    { from: 'pl_1', to: 'bt_1', how: 'sent' }, { from: 'bt_1', to: 'dv_1', how: 'collected' }, { from: 'dv_1', to: 'dv_2', how: 'masked' }, { from: 'dv_2', to: 'pd_1', how: 'offered' },
    { from: 'pd_1', to: 'rl_1', how: 'released' }, { from: 'rl_1', to: 'pt_insurer', how: 'received' }, { from: 'dv_1', to: 'op_1', how: 'taken_out' },
  ],
});

const said = { zh: '同一人员的请求多次被拒绝', en: 'many refused requests of one person', next_zh: '询问当事人，核对其权限', next_en: 'ask the person and look at their rights' };
const alarm = (id: string, over: Partial<AlarmObject>): AlarmObject => ({
  id, rule: 'refused_requests', subject: 'ps_dm', reason: 'duty.missing', note: '', cleared_reason: '', party: 'pt_agency', severity: 'medium', status: 'raised', count: 15, since_ms: T - 600_000, at_ms: T, acknowledged_ms: 0, cleared_ms: 0, acknowledged_by: '', cleared_by: '',
  seq: 40, cleared_seq: 0, deliveries: [{ channel: 'mail', stage: 'raised', delivered: true, tries: 2, reason: '', at_ms: T }], ...said, clears_itself: false, owed: [{ channel: 'hook', stage: 'raised', tries: 3, reason: 'fetch.unreachable', next_ms: T + 60_000 }], can: ['acknowledge', 'clear'], names, ...over,
});
const damaged = { rule: 'chunk_damaged', subject: '', reason: 'storage.inventory_findings', severity: 'high' as const, clears_itself: true, zh: '库存核对发现密文损坏', en: 'the inventory found damaged chunks', next_zh: '查看存储页面，从备份恢复', next_en: 'see the page of storage', can: ['acknowledge'] };
const alarms: AlarmObject[] = [
  alarm('al_2', { ...damaged, count: 2, deliveries: [{ channel: 'hook', stage: 'raised', delivered: false, tries: 8, reason: 'webhook.refused', at_ms: T }], owed: [] }), alarm('al_1', {}),
  alarm('al_3', { status: 'cleared', note: '正在核查', acknowledged_by: 'ps_so', acknowledged_ms: T, cleared_reason: '误操作，已培训', cleared_by: 'ps_so', cleared_ms: T, cleared_seq: 44, owed: [], can: [] }),
];

const rule = (id: string, over: Partial<AlarmRuleShown>): AlarmRuleShown => ({ id, ...said, severity: 'medium', watch: 'entry', per: 'actor', kinds: ['command.refused'], count: 15, window_s: 600, chosen: null, standing: 1, ...over });
const words = { zh: damaged.zh, en: damaged.en, next_zh: damaged.next_zh, next_en: damaged.next_en, severity: damaged.severity };
const settings: AlarmSettingsObject = {
  enabled: true, pack: '2026.11', settings: { enabled: true, rules: [{ rule: 'refused_requests', disabled: false, count: 5 }] }, retry_s: [5, 30, 120], set_by: 'ps_so', set_ms: T, can: ['set', 'channels'], names,
  rules: [rule('refused_requests', { chosen: { rule: 'refused_requests', disabled: false, count: 5 } }), rule('chunk_damaged', { ...words, watch: 'state', per: 'node', after_s: 0 })],
  channels: [
    { channel: { name: 'mail', channel_kind: 'smtp', host: 'mail.example.gov', port: 587, security: 'starttls', least: 'medium', sender: 'sluice@example.gov', to: ['duty@example.gov'], path: '', udp: false }, set_by: 'ps_so', set_ms: T, seq: 30, tested: true, test_reason: '', tested_ms: T },
    { channel: { name: 'hook', channel_kind: 'webhook', host: 'soc.example.gov', port: 443, security: 'tls', least: 'low', sender: '', to: [], path: '/in', udp: false }, set_by: 'ps_so', set_ms: T, seq: 31, tested: false, test_reason: 'fetch.untrusted', tested_ms: T },
  ],
};

export const watchAnswers: Record<string, unknown> = {
  '/flow/bt_1': flow('bt_1'), '/flow/ds_1': flow('ds_1'), '/flow/rl_1': flow('rl_1'), '/alarms': { items: alarms, next: null, total: 3 }, '/alarm-settings': settings,
};
