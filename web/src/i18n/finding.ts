// Words of the search for a person's rows, and of the numbers that it finds beside the one that was named.
export const findingZh = {
  open: '查找数据', title: '查找此人的数据', text: '按申请的编号在已确认为识别个人的字段中查找。同一行中的其他编号由您核对是否为本人所有，确认后须再次查找；在此之前不能答复删除或查阅申请。', search: '查找', rows: '查到的数据', place: '位置', count: '行数', by: '所用编号', own: '申请的编号', linked: '关联编号', gone: '已销毁', none: '没有查到',
  links: '同一行中的其他编号', kind: '种类', number: '号码（部分）', where: '所在', confirm: '是本人编号', reject: '不是', decide: '提交确认', status: { found: '待确认', confirmed: '已确认', rejected: '已排除' } as Record<string, string>, notSearched: '未能查找', remove: '提出删除', proposed: '已提出 {{n}} 项销毁，待两人见证后执行', identifierKind: '编号种类',
  mayHold: '可能保存、但未查到此人的数据集', notTold: '使用记录之外',
  why: { law_search_not_graded: '字段尚未确认', law_search_no_identifier: '没有识别个人的字段', law_search_destroyed: '密钥已销毁', law_search_masked: '已脱敏，无法再找到', law_search_aggregate: '仅有汇总数', law_search_went_away: '查找过程中被销毁', law_search_other_identifier: '仅有其他种类的编号', law_search_many_links: '同一行中其他编号过多，未作关联' } as Record<string, string>,
};
export const findingEn: typeof findingZh = {
  open: 'Find rows', title: "Find this person's rows", text: 'Looked through are the columns confirmed as naming people, for the number of the request. Of other numbers that stand in the same rows you say whether they are this person\'s; those that are want another search. Before that neither a deletion nor what is held can be answered.', search: 'Search', rows: 'Rows found', place: 'Where', count: 'Rows', by: 'By', own: 'number of the request', linked: 'linked number', gone: 'destroyed', none: 'Nothing found',
  links: 'Other numbers in the same rows', kind: 'Kind', number: 'Number (in part)', where: 'Stands in', confirm: "This person's", reject: "Not this person's", decide: 'Submit', status: { found: 'to be decided', confirmed: 'confirmed', rejected: 'rejected' }, notSearched: 'Not searched', remove: 'Propose deletion', proposed: '{{n}} destructions proposed; two witnesses, then they are carried out', identifierKind: 'Kind of number',
  mayHold: 'Datasets that may hold the person; nothing was found there', notTold: 'Beside the record of uses',
  why: { law_search_not_graded: 'columns not confirmed yet', law_search_no_identifier: 'no column identifies people', law_search_destroyed: 'keys destroyed', law_search_masked: 'masked beyond finding', law_search_aggregate: 'counts and sums only', law_search_went_away: 'destroyed meanwhile', law_search_other_identifier: 'other kinds of numbers only', law_search_many_links: 'too many other numbers in these rows' },
};
