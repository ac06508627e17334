// Words of strategies on their way to a second person's review.
export const draftsZh = {
  lead: '策略由一人编制、另一人审核签名，签名后才采用；每一步都记入存证日志。', none: '没有策略草案', noneText: '在“编制策略”页面点“送审”，草案就会出现在这里和审核人的待办中。', all: '全部草案', draft: '策略草案', said: '说明或驳回理由',
  status: { submitted: '待审核', signed: '已签名', refused: '已驳回', withdrawn: '已撤回', adopted: '已采用' }, stage: { submitted: '送审', signed: '审核签名', adopted: '采用' },
  submittedBy: '送审人', reviewedBy: '审核人', review: '审核', sign: '同意并签名', refuse: '驳回', refuseText: '送审人会看到理由，可修改后重新送审。', refusedNow: '已驳回', refusedBecause: '驳回理由：{{reason}}', withdrawnNow: '已撤回', signedNow: '已签名',
  signText: '用您登录用的 SM2 密钥对草案全文签名，私钥不离开浏览器；签名只对这份内容有效。还没有登录密钥的，先在右上角姓名菜单“设置登录密钥”。',
  waitsForReview: '等待另一位安全管理员、个人信息保护责任人或委员审核。', waitsForAdoption: '已签名，等待安全管理员采用。', digest: '全文摘要（SM3）', exactly: '送审的全文（签名的内容）',
  submit: '送审', submitText: '草案连同说明进入审核人的待办；审核人在线阅读、对照现行策略并签名或驳回。送审后内容不再改变。', submittedNow: '已送审', note: '给审核人的说明', noteText: '选填：为什么改、改了什么。', bench: '在策略工作台打开',
  changes: '与现行策略对照', what: '内容', inForce: '现行：{{name}}', onlyChanged: '只看有变化的（{{n}} / {{all}}）', isChanged: '有变化', noChange: '内容与现行策略相同', first: '这个数据集还没有采用过策略：以下是草案全文。', otherName: '没有同一标识的现行策略；以下与最近采用的“{{name}}”对照。',
  hint: '提示', tryIt: '按数据试算', withoutData: '以下只看策略与分级；“按数据试算”还会测算剩余记录的唯一性。', withoutDataOnly: '以下只看策略与分级；按数据试算由安全管理员或数据管理员进行。', overData: '已按最新版本的数据试算。',
};
export const draftsEn: typeof draftsZh = {
  lead: 'One person composes a strategy, another reads and signs it, and only then is it adopted; every step is on record.', none: 'No strategy drafts', noneText: 'Choose “Submit for review” where a strategy is composed: the draft appears here and in the reviewers’ inboxes.', all: 'All drafts', draft: 'Strategy draft', said: 'Note, or why it was refused',
  status: { submitted: 'to be reviewed', signed: 'signed', refused: 'refused', withdrawn: 'withdrawn', adopted: 'adopted' }, stage: { submitted: 'Submitted', signed: 'Reviewed and signed', adopted: 'Adopted' },
  submittedBy: 'Submitted by', reviewedBy: 'Reviewer', review: 'Review', sign: 'Agree and sign', refuse: 'Refuse', refuseText: 'The author sees the reason, and can submit a changed text.', refusedNow: 'Refused', refusedBecause: 'Refused because: {{reason}}', withdrawnNow: 'Withdrawn', signedNow: 'Signed',
  signText: 'Signs the whole text with the SM2 key that you sign in with; the private key does not leave the browser, and the signature counts for this text only. Without such a key, set one first: your name at the top right, “Set a sign-in key”.',
  waitsForReview: 'Waits for another security officer, personal-information officer or committee member.', waitsForAdoption: 'Signed: waits for a security officer to adopt it.', digest: 'Digest of the text (SM3)', exactly: 'The text as submitted (what is signed)',
  submit: 'Submit for review', submitText: 'Draft and note go to the reviewers’ inboxes; they read it beside the strategy in force, and sign or refuse it. From then on the text does not change.', submittedNow: 'Submitted', note: 'Note for the reviewer', noteText: 'Optional: what changed, and why.', bench: 'Open on the bench',
  changes: 'Against the strategy in force', what: 'What', inForce: 'In force: {{name}}', onlyChanged: 'Only what changes ({{n}} of {{all}})', isChanged: 'changed', noChange: 'The same as the strategy in force', first: 'The dataset has no adopted strategy yet: this is the whole draft.', otherName: 'No strategy of this id is in force; it stands beside the last that was adopted, “{{name}}”.',
  hint: 'hint', tryIt: 'Try it on the data', withoutData: 'By strategy and grades alone; trying it on the data also measures which rows stay unique.', withoutDataOnly: 'By strategy and grades alone; a security officer or data manager can try it on the data.', overData: 'Tried on the data of the newest version.',
};
