// Words of the whole flow of a batch, from its source to every recipient.
export const wholeFlowZh = {
  title: '全程流向', text: '来源 → 批次 → 版本 → 产品 → 交付 → 接收方', back: '来路与去向', recipients: '全部接收方', none: '还没有交付给任何人', hidden: '其中部分环节您无权查看，未列出', leftOut: '只列出最新的部分，另有 {{n}} 项', more: '另有 {{n}} 个',
  kind: { source: '来源', batch: '批次', version: '版本', masked: '去标识化版本', product: '产品', release: '交付', provision: '法定提供', copy: '导出件', recipient: '接收方' } as Record<string, string>,
  what: '流向', who: '接收方', rows: '行数', marks: '追踪标记', marked: '带标记', unmarked: '无标记', proof: '文件摘要', end: '销毁', entry: '存证条目', calls: '{{n}} 次调用',
  state: { certified: '已出具销毁证明', overdue: '逾期未销毁', due: '应销毁', not_due: '未到期', nothing_received: '未收到数据' } as Record<string, string>, gone: { whole: '密钥已销毁', columns: '部分字段已销毁' } as Record<string, string>,
  copy: { download: '下载', download_held: '下载待核数据', copy: '复制' } as Record<string, string>, copyBy: '本机构人员',
};
export const wholeFlowEn: typeof wholeFlowZh = {
  title: 'The whole flow', text: 'Source → batch → versions → product → deliveries → recipient', back: 'Where it came from and went', recipients: 'All recipients', none: 'Nothing was delivered to anybody', hidden: 'Parts that you may not see are left out', leftOut: 'The newest only; {{n}} more', more: '{{n}} more',
  kind: { source: 'Source', batch: 'Batch', version: 'Version', masked: 'De-identified version', product: 'Product', release: 'Release', provision: 'Statutory provision', copy: 'Copy taken out', recipient: 'Recipient' },
  what: 'Delivery', who: 'Recipient', rows: 'Rows', marks: 'Marks', marked: 'marked', unmarked: 'not marked', proof: 'File digest', end: 'Destruction', entry: 'Entry', calls: '{{n}} calls',
  state: { certified: 'certified', overdue: 'overdue', due: 'due', not_due: 'not due', nothing_received: 'nothing received' }, gone: { whole: 'keys destroyed', columns: 'some columns destroyed' },
  copy: { download: 'Download', download_held: 'Download of held rows', copy: 'Copy' }, copyBy: 'own people',
};
