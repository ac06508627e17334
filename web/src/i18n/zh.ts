import { correctingZh } from './correcting.ts';
import { findingZh } from './finding.ts';
import { consentZh, escrowZh, meetingZh, plansZh } from './first_day.ts';
import { accessZh } from './access.ts';
import { custodyZh } from './custody.ts';
import { deidentZh } from './deident.ts';
import { draftsZh } from './drafts.ts';
import { strategyZh } from './strategy.ts';
import { gradingZh } from './grading.ts';
import { holdingsZh } from './holdings.ts';
import { clientsZh } from './clients.ts';
import { mandatesZh } from './mandates.ts';
import { identityZh } from './identity.ts';
import { inventoryZh } from './inventory.ts';
import { alarmsZh } from './alarms.ts';
import { registrationZh } from './registration.ts';
import { wholeFlowZh } from './flow.ts';
import { storageZh, rootZh } from './storage.ts';
import { lawZh, sourcesZh } from './law.ts';
import { ownZh } from './own.ts';
import { partyZh, sameRowsZh } from './party.ts';
import { provisionZh } from './provision.ts';
import { smallZh } from './small.ts';
import { sourceFormZh } from './source_form.ts';
import { sourceMoreZh } from './source_more.ts';
import { entriesZh, tasksZh } from './tasks.ts';

const zh = {
  app: { more: '更多', name: '数闸', space: '可信数据空间', skip: '跳到正文', find: '查找', findHint: '页面、产品、协议、编号…', language: 'English', dark: '深色', light: '浅色', signOut: '退出', account: '账号', nothingFound: '没有匹配的内容', go: '前往', offlineVerify: '离线核验页' },
  nav: { inbox: '待办', catalog: '数据资源目录', grading: '分类分级', sources: '数据来源', law: '法律登记', custody: '密钥与存储', deident: '脱敏', products: '数据产品', applications: '申请', contracts: '数据使用协议', mandates: '委托授权', releases: '流通凭证', ledger: '存证日志', access: '访问与审批', alarms: '告警', party: '本单位', admin: '节点与账号' },
  common: {
    loading: '正在读取…', retry: '重试', nothing: '暂无内容', submit: '提交', cancel: '取消', confirm: '确认', close: '关闭', reason: '理由', reasonNeeded: '请填写理由', all: '全部', rows: '行', of: '共', shown: '显示 {{shown}} / 共 {{total}} 条', more: '显示更多',
    shownSoFar: '已显示 {{shown}} 条', chart: '图', table: '表', status: '状态', time: '时间', who: '人员', name: '名称', actions: '操作', details: '详情', done: '已完成', copy: '复制', copied: '已复制', digest: '摘要（SM3）', back: '返回', unknown: '未知', yes: '是', no: '否', none: '无', party: '参与方', created: '创建时间', required: '必填', next: '下一步', days: '天', times: '次', entry: '条目',
  },
  error: { title: '没有成功', network: '无法连接节点', networkNext: '请检查网络后重试。', forbidden: '您没有这项权限', notFound: '没有找到', next: '下一步', code: '错误代码', unreadable: '文件无法读取' },
  signin: {
    title: '登录', account: '账号', password: '口令', submit: '登录', headline: '放行约定的数据，\n记下每一次流通。', lead: '数闸是医疗保障数据的可信数据空间软件：分类分级、去标识化、审批、协议、交付，每一步都有存证，第三方可以离线核验。', verify: '核验一份流通凭证（离线）',
    enrolTitle: '启用动态口令', enrolText: '表决、签署和密钥操作需要第二因素。请用动态口令应用扫描二维码，然后输入 6 位数字。', secret: '或手工输入密钥', code: '6 位动态口令', enrol: '启用动态口令', later: '以后再说', stepUp: '请输入动态口令', stepUpText: '此操作需要第二因素确认，五分钟内有效。', notEnrolled: '尚未启用动态口令，请先启用。', codeForm: '请输入 6 位数字', signedOut: '会话已结束，请重新登录。', againTitle: '会话已到期', againText: '请输入口令继续：页面上已填写的内容都还在，刚才的操作会自动接着进行。', otherWay: '换一种方式登录', outside: '或通过统一身份登录', outsideFailed: { oidc_denied: '统一身份服务拒绝了这次登录', oidc_not_linked: '该身份尚未与本空间的账号关联，请联系系统管理员', oidc_unreachable: '统一身份服务暂时无法连接', oidc_bad_state: '登录已超时，请重新开始', other: '统一身份登录没有成功' } as Record<string, string>,
  },
  inbox: {
    title: '待办', lead: '需要您处理的事项，最急的在前', empty: '没有待办事项', emptyText: '需要您处理的事项会出现在这里。', open: '处理', openNext: '处理下一项', only: '只看一类', since: '自 {{time}}', noDue: '无期限', overdue: '已超期 {{time}}', due: '还剩 {{time}}', task: '事项', clock: '期限',
    kind: { ...tasksZh, certify_destruction: '出具销毁证明', destruction_overdue: '使用方逾期未销毁', decide_operation: '审批数据操作', decide_exception: '审批权限例外', review_exception: '复核权限例外', run_operation: '执行已批准的操作', decide_reversal: '审批还原申请', run_reversal: '执行已批准的还原', escalated: '已逾期上报', confirm_grades: '确认分级', check_product: '产品自动检查', review_product: '审核产品', register_product: '登记产品', vote: '表决', close_vote: '结束表决', draft_contract: '起草协议', sign_contract: '签署协议', verify_party: '核验参与方', release: '交付数据', reconcile_batch: '核对批次', adopt_strategy: '制定脱敏策略', enrol_totp: '启用动态口令', correct_held: '处理待核行', source_late: '数据来源逾期未到', source_failing: '数据来源采集失败' },
  },
  grade: { level: '第{{n}}级', unset: '待定级', word: { '1': '可公开', '2': '内部', '3': '受控', '4': '敏感', '5': '核心' } as Record<string, string> },
  category: { personal: '个人属性', health: '健康状况', medical: '医疗应用', payment: '医疗支付', resource: '卫生资源', public_health: '公共卫生', none: '非医保数据' },
  form: { website: '网站公开', file: '文件共享', api: 'API 接入', query: '在线查询', platform: '数据分析平台' },
  flow: { open: '开放', share: '共享', trade: '交易' },
  share: { full: '完全公开共享', controlled: '受控公开共享', enclave: '领地公开共享' },
  role: { agency: '医疗保障机构', data_user: '数据使用方', supervisor: '数据监管方', broker: '数据经纪人', service_provider: '生态服务方' },
  dataRole: { subject: '主体', controller: '控制者', processor: '处理者', user: '使用者' } as Record<string, string>,
  scenario: { subject_to_controller: '主体—控制者', controller_to_subject: '控制者—主体', within_controller: '控制者内部使用', controller_to_processor: '控制者—处理者', between_controllers: '控制者间', controller_to_user: '控制者—使用者' },
  duty: { system_admin: '系统管理员', security_admin: '安全管理员', audit_admin: '审计管理员', data_manager: '数据管理员', security_officer: '安全负责人', registrar: '平台登记员', pi_officer: '个人信息保护责任人', committee_member: '数据安全委员会委员', contract_signer: '签约人', data_user: '数据使用人', supervisor: '监管人员', broker: '数据经纪人' },
  status: {
    raised: '未处理', acknowledged: '处理中', cleared: '已解除',
    requested: '待审批', granted: '已批准', done: '已完成', started: '执行中', drafted: '草稿', checked: '已检查',
    reviewed: '已审核', registered: '已登记', rejected: '未通过', withdrawn: '已撤回', voting: '表决中', approved: '已通过',
    active: '生效中', suspended: '已中止', terminated: '已终止', expired: '已到期', prepared: '准备中', delivered: '已交付',
    open: '已开通', failed: '失败', revoked: '已撤销', valid: '有效', pending: '进行中', verified: '已核验', sealed: '已入库',
    held: '待核', receipted: '已核对', proposed: '待确认', confirmed: '已确认', corrected: '已更正', running: '进行中',
    ok: '完好', bad: '有误', up: '正常', down: '不可用', closed: '已关闭', replaced: '已替换',
  } as Record<string, string>,
  catalog: {
    destroyedWhole: '该数据集已于 {{day}} 整体销毁，不再接收数据', inForce: '现行版本 #{{number}}（{{rows}} 行）', beside: '另有 {{n}} 个版本的行不在其中', title: '数据资源目录', lead: '持有哪些数据，有多敏感', heat: '类别 × 级别（字段数）', dataset: '数据集', fields: '字段', field: '字段', pending: '待确认', source: '来源', rows: '行数', version: '版本', type: '类型', category: '类别', level: '级别', confidence: '置信度', reasons: '依据', proposal: '建议', confirmSelected: '确认所选（{{n}}）', confirmAll: '全部确认（{{n}}）', correct: '更正', correctTitle: '更正分类分级：{{field}}', identifying: '直接标识符', quasi: '准标识符', sensitive: '标识', rulePack: '规则包', batches: '批次', quality: '质量', accepted: '接受', warned: '有提示', held: '待核', filter: '查找字段', showOnly: '仅看', clear: '清除筛选', highest: '最高级别', plan: '采集目的', basis: '合法性基础', manifest: '清单校验', maskings: '去标识化结果', confirmedBy: '{{who}} 确认', versions: '版本', masked: '去标识化版本', collected: '采集版本', risk: '最大重识别风险', before: '处理前', after: '处理后', k: '最小等价类', empty: '还没有数据集', emptyText: '用 sluice collect 采集第一批数据后，目录会出现在这里。', saved: '已确认 {{n}} 个字段', mustExplain: '与建议不同时请写明理由',
  },
  batch: {
    title: '归集批次', lead: '到了什么，哪些待核，为什么', one: '批次', source: '来源', number: '来源批号', open: '未处理待核行', corrected: '更正后接受', rejected: '已剔除', receiptedBy: '凭据出具人', replacedBy: '已由此批次替换', digest: '文件摘要（SM3）', whole: '整批待核', empty: '还没有批次', emptyText: '用 sluice collect 采集第一批数据后，批次会出现在这里。',
    check: { verified: '来源签名有效', missing: '缺少清单', forged: '签名无效', differs: '与清单不符', receipt: '凭据接收' } as Record<string, string>,
    receiptTitle: '来源方无法签名：接收与核对', receiptText: '由采集人之外的第二人填写，记入存证日志；之后可凭此再次采集该文件。', stated: '来源告知的行数', paper: '接收凭据编号', compared: '核对了什么、如何核对', receiptDo: '确认接收',
    heldTitle: '待核行', heldText: '每次查看都会记入存证日志；日志只含行号与字段名，不含数值。数值按本人权限显示；五级、未定级与标识字段只在需更正处显示。', readReasons: '查看原因', readValues: '查看原因与数值', readDone: '已读取，并已记录', resend: '重新提交所选（{{n}}）', reject: '剔除所选（{{n}}）', row: '行号', changed: '已更正字段', edit: '更正', editTitle: '更正第 {{n}} 行',
    rule: { value_missing: '必填为空', value_not_int: '不是整数', value_not_decimal: '不是数值', value_not_bool: '不是布尔值', value_not_in_set: '不在值域内', value_out_of_range: '超出范围', value_too_long: '过长', key_duplicate: '主键重复', id_check_character: '校验码不符', code_none_fits: '不符合任何代码体系', cross_id_birth: '与身份证出生日期不符', cross_id_sex: '与身份证性别不符', cross_sum: '合计不等', cross_product: '乘积不等', cross_order: '先后顺序不符' } as Record<string, string>,
  },
  product: {
    title: '数据产品', lead: '可以使用哪些数据产品', one: '数据产品', register: '登记', review: '审核', check: '自动检查', apply: '申请使用', draft: '新建产品', withdraw: '撤回', number: '登记编号', summary: '简介', suited: '适用场景', forbidden: '禁止用途', authorisation: '授权方式', span: '时间范围', forms: '开放形式', flow: '流通类型', share: '公开共享类型', fields: '字段', checks: '自动检查', passed: '通过', notPassed: '未通过', quality: '数据质量', price: '价格', risk: '去标识化后风险', owner: '提供方', sample: '抽样 {{n}} 行', drafted: '起草', reviewed: '机构审核', registered: '平台登记', approve: '同意', refuse: '不同意', decision: '意见', empty: '还没有数据产品', emptyText: '数据管理员可以从去标识化版本新建产品。', keywords: '关键词', dataset: '数据集', versionLabel: '去标识化版本', technique: '脱敏技术', noVersion: '该数据集还没有去标识化版本', step: '步骤', twoSteps: '机构审核与平台登记由两人分别完成', priceFen: '价格（元）',
  },
  application: {
    title: '申请', lead: '这些申请应当通过吗', one: '使用申请', purpose: '用途', purposeNote: '用途说明', basis: '合法性基础', safety: '安全措施', scenario: '流通使用场景', form: '开放形式', columns: '申请字段', rows: '行条件', noFilter: '全部行', count: '次数', rate: '每分钟上限', days: '有效天数', crossBorder: '是否出境', applicant: '申请方', product: '数据产品', stage: { submitted: '提交', policy: '规则判定', voting: '表决', decided: '决定', contract: '协议' }, vote: '表决', approve: '赞成', reject: '反对', recuse: '回避', notVoted: '未表决', votes: '表决情况', need: '须 {{quorum}} 人表决，赞成 ≥ {{percent}}%', deadline: '截止', policy: '规则判定依据', withdraw: '撤回申请', close: '结束表决', draftContract: '起草协议', duties: '义务', liability: '违约责任', empty: '没有申请', emptyText: '在数据产品页面可以提交使用申请。', submit: '提交申请', submitTitle: '申请使用：{{name}}', ringLabel: '{{done}} / {{all}} 已表决，赞成 {{yes}}，反对 {{no}}，回避 {{out}}', clause: '条款', addFilter: '增加记录条件', removeFilter: '删除条件', filterNote: '不填则为全部记录。标识个人的取值（证件号、电话、参保号、假名）只存登记册，协议中仅有掩码与承诺。', secretFilter: '（个人标识，存于登记册）', member: '委员', contract: '查看协议', voteFinal: '表决提交后不能更改。',
  },
  purpose: { insurance_product_design: '健康保险产品设计', insurance_claims_service: '健康保险理赔服务', medical_research: '医学研究', public_health_research: '公共卫生研究', policy_evaluation: '政策评估', fund_supervision: '基金监管', drug_evaluation: '药品评价', service_quality: '服务质量评价', statistics: '统计分析', public_information: '公共信息服务' } as Record<string, string>,
  basis: { consent: '个人同意', separate_consent: '个人单独同意', contract_necessary: '订立或履行合同所必需', statutory_duty: '履行法定职责', public_health_emergency: '应对突发公共卫生事件', public_interest: '公共利益', anonymous_information: '匿名化信息', not_personal_information: '不属于个人信息' } as Record<string, string>,
  outcome: { application_approved_by_vote: '表决通过', application_rejected_by_vote: '表决未通过', application_quorum_out_of_reach: '已无法达到法定人数', application_quorum_not_reached: '未达到法定人数' } as Record<string, string>,
  destruction: { label: '数据销毁', nothing_received: '未收到数据', not_due: '未到期', due: '应销毁', overdue: '逾期未销毁', certified: '已出具销毁证明', how: '在使用方一侧运行 sluice destroy-certificate，把得到的证明文件提交到这里。', upload: '提交销毁证明' },
  operator: { eq: '等于', ne: '不等于', lt: '小于', le: '不大于', gt: '大于', ge: '不小于', in: '属于', prefix: '开头为' },
  fact: { method: '销毁方式', destroyed_ms: '销毁时间', token_digest: '令牌摘要', applicant: '申请方', application: '申请', approve: '赞成', approved: '通过', policy: '规则判定', product: '产品', roster: '委员', rule: '表决规则', member: '委员', reason: '理由', recused: '回避', votes_against: '反对票', votes_for: '赞成票', columns: '字段', column: '字段', dataset: '数据集', version: '版本', from_version: '源版本', k: '最小等价类 k', max_risk_ppm: '最大重识别风险（百万分之）', before_k: '处理前 k', before_risk_ppm: '处理前风险（百万分之）', quasi_identifiers: '准标识符', residual_identifiers: '残留标识符', receipt: '回执摘要', rows: '行数', strategy: '脱敏策略', techniques: '脱敏技术', version_manifest: '版本清单摘要', content: '内容摘要', uniques: '唯一记录', plan: '采集方案', batch: '批次', manifest: '清单校验', accepted: '接受', warned: '有提示', held: '待核', file_digest: '文件摘要', quality_digest: '质量报告摘要', source_name: '来源', source_uscc: '来源信用代码', purpose: '用途', legal_basis: '合法性基础', name: '名称', number: '编号', level: '级别', owner: '持有方', checks: '检查', passed: '通过', sample_rows: '抽样行数', form: '形式', contract: '协议', digest: '摘要', terms: '条款', text_zh: '协议正文', odrl: 'ODRL', party: '参与方', key_id: '密钥标识', public_key: '公钥', signature: '签名', completes: '签署完成', release: '流通编号', bytes: '字节', envelope_digest: '封装摘要', format: '格式', expires_ms: '到期', deadline_ms: '截止', recipient_key: '接收方公钥', recipient_key_id: '接收方密钥', row_filter: '行条件', grant: '密钥授权', outcome: '结果', work: '用途', command: '命令', category: '类别', corrected: '更正', identifying: '直接标识符', quasi: '准标识符', type: '类型', uscc: '信用代码', role: '角色', duty: '职责', person: '人员', calls: '调用次数', used_calls: '已用次数', lease: '额度', parent: '上级', status: '状态', title: '名称', frequency: '频率', fields: '字段', evidence: '登记依据', proof: '持有证明', source_key: '来源公钥', plan_digest: '计划摘要', rule_pack: '规则包', proposals: '建议', machine: '展开机器可读协议（ODRL）', note: '说明', check: '检查项', text: '内容', clause: '依据条款', id: '标识', technique: '技术', parameters: '参数', direct_identifier: '仍为直接标识符', provider: '提供方', recipient: '使用方', provider_role: '提供方角色', recipient_role: '使用方角色', flow: '流通类型', scenario: '流通使用场景', purpose_note: '用途说明', safety_measures: '安全措施', duties: '义务', liability: '违约责任', deliveries_max: '次数上限', rate_per_minute: '每分钟次数', valid_days: '有效天数', cross_border: '跨境', price_fen: '价款', starts_ms: '开始', quorum: '法定投票人数', approve_percent: '同意比例（%）', op: '运算', values: '取值', secret_ref: '登记编号', commitment: '承诺（SM3）', masked: '掩码后的取值', summary: '简介', suited_uses: '适用场景', forbidden_uses: '禁止用途', authorisation: '授权依据', time_span: '时间范围', keywords: '关键词', applications: '应用', interfaces: '接口', related_products: '相关产品', share: '公开共享类型', forms: '开放形式', width: '宽度', bottom: '下限', top: '上限', unit: '单位', digits: '位数', keep: '保留', suppress: '抑制', pseudonym: '假名化', band: '分段', date: '日期泛化', region: '地区泛化', round: '取整', code: '代码', necessity: '必要性', drafted_by: '起草人', reviewed_by: '审核人', registered_by: '登记人', submitted_by: '提交人', signer: '签约人', at_ms: '时间', labels: '标签', verified: '核验一致', receipt_check: '收据代替', level5_rows: '含第5级内容的行', level5_rows_left_out: '剔除的含第5级内容的行', marks: '接收方标记', unmarked: '未带标记的原因', grade: '定级理由', columns_level: '字段最高级别', national: '国标标识', reasons: '依据' },
  event: { ...entriesZh, application_submitted: '提交申请', application_vote_cast: '委员表决', application_decided: '表决决定', application_member_recused: '委员回避', application_withdrawn: '撤回申请', application_filter_erased: '销毁筛选取值', release_destruction_certified: '销毁证明', release_queries_erased: '销毁查询取值', person_credential_reset_asked: '申请重置凭据', person_credential_reset_allowed: '批准重置凭据', masking_strategy_adopted: '采用脱敏策略', masking_version_masked: '去标识化完成', catalog_field_confirmed: '确认分级', catalog_fields_proposed: '提出分级建议', product_drafted: '起草产品', product_checked: '自动检查', product_reviewed: '机构审核', product_registered: '平台登记', product_withdrawn: '撤回产品', contract_drafted: '起草协议', contract_signed: '签署协议', contract_suspended: '中止协议', contract_resumed: '恢复协议', contract_terminated: '终止协议', release_prepared: '准备交付', release_delivered: '完成交付', release_revoked: '撤销交付', release_quota_leased: '预留调用额度', release_lease_settled: '结算调用额度', keys_granted: '授权用密钥', keys_grant_ended: '密钥授权结束', command_refused: '命令被拒绝', collection_plan_adopted: '采用采集方案', collection_batch_sealed: '批次入库', party_registered: '登记参与方', party_verified: '核验参与方', party_key_registered: '登记签名密钥', person_duty_granted: '授予职责', person_duty_revoked: '撤销职责', person_enrolled: '人员登记', person_credential_changed: '凭据变更', person_suspended: '人员停用', party_suspended: '中止参与方', collection_batch_held: '批次待核', collection_batch_receipted: '批次核对', operation_requested: '申请数据操作', operation_decided: '审批数据操作', operation_withdrawn: '撤回数据操作', operation_started: '开始数据操作', operation_done: '完成数据操作', operation_failed: '数据操作失败', exception_requested: '申请权限例外', exception_decided: '审批权限例外', exception_ended: '结束权限例外', exception_reviewed: '复核权限例外', access_rules_adopted: '采用访问规则', access_granted: '授予权限', access_revoked: '撤销权限', organisation_unit_defined: '设置部门', organisation_person_placed: '安排人员', organisation_deputy_appointed: '指定代行', organisation_deputyship_ended: '结束代行', organisation_deputy_acted: '代行职责', organisation_outsider_engaged: '登记外部人员', collection_held_settled: '处理待核行', collection_versions_merged: '合并版本', collection_source_key_changed: '更换来源公钥' },
  contract: {
    changed: { deletion: '按来源方删除之前的版本订立：第 {{from}} 版中的记录已由来源方撤回（{{time}}，形成第 {{to}} 版），本协议不再交付', correction: '按更正之前的版本订立：第 {{from}} 版中的记录已更正（{{time}}，形成第 {{to}} 版），继续交付的仍是原记录' },
    title: '数据使用协议', lead: '允许什么，用了多少', one: '数据使用协议（数字合约）', text: '协议正文', odrl: 'ODRL 2.2', parties: '签署方', signed: '已签署', unsigned: '待签署', provider: '提供方', recipient: '使用方', sign: '签署', suspend: '中止', resume: '恢复', terminate: '终止', release: '交付数据', meters: '使用量', deliveries: '交付文件', calls: 'API 调用', validity: '有效期', remaining: '剩余 {{n}} 天', ended: '已结束', purposeLabel: '用途', columns: '字段', empty: '没有协议', emptyText: '申请通过后，由数据管理员起草协议。', releases: '交付记录', leased: '其中 {{n}} 次已预留',
    signTitle: '在本机签署', signText: '私钥只在这个浏览器里使用，不会发送到节点。请选择密钥文件（sluice-key/1）并输入口令。', keyFile: '密钥文件', chooseKey: '选择密钥文件', passphrase: '密钥口令', signing: '正在签署…', digestDiffers: '节点给出的协议正文与摘要不符，已停止签署。', keyId: '密钥标识', wrongKey: '口令不对，或密钥文件已损坏。', badKeyFile: '这不是 sluice-key/1 密钥文件。', willSign: '将签署的文档（规范 JSON）', signedNow: '已签署', otherKey: '此密钥不是贵方登记的签名密钥。', tokenTitle: '访问令牌', tokenText: '令牌只显示这一次，请立即妥善保存。', status: '状态', newRelease: '交付', termPurpose: '交付用途须与协议一致。',
  },
  release: {
    title: '流通凭证', lead: '每一次数据流通，从来源到交付', one: '流通凭证', id: '流通编号', recipient: '接收方', validTo: '有效至', form: '形式', rows: '行数', download: '下载凭证', file: '下载数据文件', verifyPage: '打开离线核验页', revoke: '撤销', spine: '八个环节', station: { source: '数据来源', grading: '分类分级', deidentification: '去标识化', product: '数据产品', approval: '审批', contract: '数据使用协议', delivery: '交付', ledger: '存证日志' }, signer: '签署', notYet: '尚未完成', empty: '没有交付记录', emptyText: '协议生效后，数据管理员可以交付数据。', qr: '本凭证的二维码', pinnedHere: '核验依据为本节点密钥；独立核验请使用离线验证页', hereOk: '与本节点密钥一致', noStations: '此次流通还没有凭证', seal: '印章', bytes: '字节', contract: '协议', fileDigest: '文件摘要（SM3）',
  },
  ledger: {
    title: '存证日志', lead: '记录是否完好', chain: '检查点', size: '条目数', verify: '核验全部', verifying: '正在核验', intact: '完好：{{n}} 个条目、{{c}} 个检查点全部核对无误', broken: '发现问题：{{what}}', kind: '种类', actor: '人员', object: '对象', from: '从', to: '到', search: '查询', seq: '序号', fields: '承诺的字段', note: '最新检查点（签名便笺）', trust: '下载信任锚', origin: '日志名称', empty: '没有符合条件的条目', root: 'SM3 根', progress: '{{done}} / {{total}}', range: '时间',
  },
  access: accessZh,
  small: smallZh,
  sources: sourcesZh,
  sourceForm: sourceFormZh,
  sourceMore: sourceMoreZh,
  correcting: correctingZh,
  finding: findingZh,
  plans: plansZh,
  consent: consentZh,
  meeting: meetingZh,
  escrow: escrowZh,
  law: lawZh,
  provision: provisionZh,
  custody: custodyZh,
  grading: gradingZh,
  inventory: inventoryZh,
  holdings: holdingsZh,
  clients: clientsZh,
  mandate: mandatesZh,
  identity: identityZh,
  own: ownZh,
  party: partyZh,
  sameRows: sameRowsZh,
  storage: storageZh,
  registration: registrationZh,
  wholeFlow: wholeFlowZh,
  alarms: alarmsZh,
  root: rootZh,
  deident: deidentZh,
  drafts: draftsZh,
  strategy: strategyZh,
  admin: {
    title: '节点与账号', lead: '参与方、人员与节点状态', parties: '参与方', people: '人员', node: '节点', addParty: '登记参与方', verifyParty: '核验', suspendParty: '中止', suspendPartyText: '该机构人员的会话立即终止，正在为其制作的文件作废，开放接口的调用被拒绝；恢复须由两人办理。', decideKey: '审核公钥', decideKeyText: '由{{who}}提出，编号 {{key}}。请与该机构核对编号后再确认。', takeBackKey: '撤回公钥', proposedKey: '待确认的公钥', proposedBy: '提出人', approve: '确认', refuse: '拒绝', resumeParty: '申请恢复', resumePartyText: '由另一名管理员确认后恢复。', decideResume: '审核恢复', decideResumeText: '由{{who}}申请：{{reason}}', takeBackResume: '撤回恢复申请', uscc: '统一社会信用代码（境外机构填当地登记号）', country: '国家或地区（两位字母）', role: '角色', evidence: '登记依据', checkedAgainst: '核验依据', key: '签名密钥', noKey: '未登记', duties: '职责', grant: '授予职责', revoke: '撤销', suspend: '停用', addPerson: '新增人员', account: '账号', displayName: '姓名', password: '初始口令', version: '版本', started: '启动时间', readOnly: '只读', readWrite: '可写', entries: '日志条目', disk: '可用磁盘', memory: '内存', keyAgent: '密钥代理', health: '节点状态', duty: '职责', separate: '系统、安全、审计三类管理员不得由同一人兼任。',
  },
};
export type Words = typeof zh;
export default zh;
