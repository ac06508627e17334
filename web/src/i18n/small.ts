// Words of smaller matters: credentials, personal values of filters.
export const smallZh = {
  resume: '恢复账号', resumeText: '恢复后该账号以现有岗位继续工作；停用期间到期的岗位不恢复。', reset: '重置凭据', resetAsk: '申请重置', resetAllow: '批准重置', resetText: '由一名管理员申请、另一名管理员批准；批准后原凭据立即失效，已登录的会话结束。', resetWhat: '重置内容', resetKind: { password: '口令', totp: '动态口令', both: '口令和动态口令' } as Record<string, string>, resetPending: '{{who}} 申请重置{{what}}', resetDone: '凭据已重置',
  once: '初始口令', onceText: '只显示这一次，请当面交给本人；首次登录必须修改。',
  change: '修改口令', changeFirst: '请先修改初始口令', old: '当前口令', fresh: '新口令', again: '再输入一次', differs: '两次输入不一致', changed: '口令已修改', tooShort: '至少 12 个字符', phone: '手机（选填）',
  reveal: '查看筛选取值', revealText: '显示标识个人的筛选取值；每次查看都会记入存证日志。', revealed: '筛选取值（已记录本次查看）', erase: '销毁筛选取值', eraseText: '销毁登记册中的取值：依赖它的交付与查询随即停止，已有的证明仍然有效。不能撤销。', erased: '取值已销毁', eraseQueries: '销毁查询取值', eraseQueriesText: '销毁这次接口交付中全部查询所含的个人标识取值；记录与证明保留。不能撤销。',
};
export const smallEn: typeof smallZh = {
  resume: 'Resume', resumeText: 'The account acts again with the duties that it has now; those that ended meanwhile do not come back.', reset: 'Credential reset', resetAsk: 'Ask for a reset', resetAllow: 'Allow the reset', resetText: 'One administrator asks, another allows. The old credentials end at once, and so do open sessions.', resetWhat: 'What is reset', resetKind: { password: 'password', totp: 'one-time codes', both: 'password and one-time codes' }, resetPending: '{{who}} asks to reset: {{what}}', resetDone: 'The credentials are reset',
  once: 'First password', onceText: 'Shown this once: hand it over in person. It must be changed at the first sign-in.',
  change: 'Change password', changeFirst: 'Change the first password to go on', old: 'Current password', fresh: 'New password', again: 'Once more', differs: 'The two differ', changed: 'The password is changed', tooShort: 'At least 12 characters', phone: 'Phone (optional)',
  reveal: 'Show filter values', revealText: 'Shows the values that identify people. Each reading is on record in the ledger.', revealed: 'Filter values (this reading is on record)', erase: 'Destroy filter values', eraseText: 'Destroys the values in the registry: deliveries and queries that rest on them stop at once, proofs stay valid. This cannot be undone.', erased: 'values destroyed', eraseQueries: 'Destroy query values', eraseQueriesText: 'Destroys the personal values of all queries of this API release; records and proofs stay. This cannot be undone.',
};
