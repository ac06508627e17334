// Known answers of the inventory beside the fields, for looking at the pages alone.
import type { DatasetAnswers, DatasetUsage, DescribedItems, GradedProcess, OwnScaleShown, ProcessList } from '../src/api/schema.ts';

const T = Date.now(), DAY = 86_400_000;
const names = { ps_dm: '周数据', ps_so: '吴安全', ds_1: '住院费用明细', un_1: '档案室' };
const facts = { department: '', system: '医保信息平台', place: '', medium: 'electronic', retention: '三十年', purpose: '', processing: '', provision: '', measures: { storage: '逐列加密' } };
const answers: DatasetAnswers = { facts, questions: ['department', 'place', 'processing', 'provision'], answers: [{ number: 1, facts: { ...facts, measures: {} }, by: 'ps_dm', at_ms: T - 9 * DAY, seq: 40 }, { number: 2, facts, by: 'ps_so', at_ms: T - DAY, seq: 60 }], can: ['describe'], names };
const paper = { title: '1998—2005 年住院病历', description: '并入前三家医院的纸质病历', medium: 'paper', department: 'un_1', system: '', place: '二号库房三排', volume: 1200, volume_unit: '册', frequency: '', retention: '永久', purpose: '查阅', processing: '', provision: '', measures: { storage: '专库双锁' } };
const items: DescribedItems = {
  total: 2, can: ['describe'],
  items: [
    { id: 'it_1', party: 'pt_agency', facts: paper, answers: [{ number: 1, facts: paper, by: 'ps_dm', at_ms: T - DAY, seq: 9 }], grade: { type: 'person_name', category: 'personal', level: 4, identifying: true, reason: '含姓名与诊断', own_level: 'L4' }, graded_by: 'ps_dm', at_ms: T - DAY, graded_ms: T, valid_until_ms: T + 300 * DAY, ended_ms: 0, ended: '', seq: 9, can: ['describe', 'grade', 'end'], names },
    { id: 'it_2', party: 'pt_agency', facts: { ...paper, title: '手术录像磁带', medium: 'tape', volume: 0, measures: {} }, answers: [], graded_by: '', at_ms: T, graded_ms: 0, valid_until_ms: 0, ended_ms: 0, ended: '', seq: 12, can: ['describe', 'grade', 'end'], names },
  ],
};
const node = (id: string, title: string, kind: string, over: Partial<GradedProcess['diagram']['nodes'][number]> = {}) => ({ id, title, kind, data: [], access: [], processing: '', storage: '', transmission: '', ...over });
const process: GradedProcess = {
  id: 'bp_1', party: 'pt_agency', number: 2, drawn_by: 'ps_dm', at_ms: T, removed_ms: 0, seq: 70, earlier: [66], level: 4, can: ['draw', 'remove'], names,
  graded_nodes: { come: { level: 0, lines: [] }, settle: { level: 3, lines: [] }, check: { level: 0, lines: [] }, file: { level: 4, lines: [] }, done: { level: 0, lines: [] } },
  diagram: {
    title: '门诊结算', description: '从挂号到归档', department: 'un_1',
    nodes: [node('come', '患者到院', 'start'), node('settle', '结算登记', 'activity', { data: [{ dataset: 'ds_1', columns: ['gend', 'fee_sumamt'], item: '' }], access: [{ who: '结算员', unit: '', rights: ['read', 'change'] }], processing: '结算系统', storage: '结算库', transmission: '医保专线' }), node('check', '是否异地就医并且需要人工复核材料', 'decision'), node('file', '归档', 'store', { data: [{ dataset: '', columns: [], item: 'it_1' }] }), node('done', '完成', 'end')],
    edges: [{ from: 'come', to: 'settle', label: '' }, { from: 'settle', to: 'check', label: '' }, { from: 'check', to: 'file', label: '是' }, { from: 'check', to: 'done', label: '否' }, { from: 'file', to: 'settle', label: '更正' }],
  },
};
const processes: ProcessList = { total: 1, items: [{ id: 'bp_1', party: 'pt_agency', number: 2, title: '门诊结算', department: 'un_1', nodes: 5, edges: 5, drawn_by: 'ps_dm', at_ms: T, seq: 70, can: ['draw', 'remove'], names }] };
const usage: DatasetUsage = {
  releases: 14, calls: 2_040, rows: 1_204_000, operations: 3, products: 2, last_ms: T - DAY, purposes: [{ purpose: 'insurance_product_design', zh: '健康保险产品设计', releases: 9, calls: 2_040, rows: 1_200_000 }, { purpose: 'medical_research', zh: '医学研究', releases: 5, calls: 0, rows: 4_000 }],
  columns: [{ column: 'gend', releases: 14, operations: 1, last_ms: T - DAY }, { column: 'fee_sumamt', releases: 9, operations: 0, last_ms: T - 9 * DAY }], per_month: [{ month: new Date(T - 90 * DAY).toISOString().slice(0, 7), releases: 5, operations: 0 }, { month: new Date(T).toISOString().slice(0, 7), releases: 9, operations: 3 }],
};
const own: OwnScaleShown = { levels: [1, 2, 3, 4, 5].map((n) => ({ id: `L${n}`, zh: `${n}级`, en: `level ${n}`, standard: n })), reason: '省级要求', adopted_by: 'ps_so', at_ms: T - DAY, seq: 50, can: ['adopt'], names };
own.levels.splice(3, 0, { id: 'L3A', zh: '3级增强', en: 'level 3 plus', standard: 3 });

export const holdingsAnswers: Record<string, unknown> = { '/datasets/ds_1/answers': answers, '/grading/items': items, '/grading/processes': processes, '/grading/processes/bp_1': process, '/datasets/ds_1/usage': usage, '/grading/own-levels': own };
