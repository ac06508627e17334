// Words of what a first working day needs: collection plans, consents that the person signed, decisions of meetings, backups that are handed out.
export const plansZh = {
  tab: '采集方案', text: '向谁采集什么、凭什么、每一项怎样才算对。方案先采用，再登记来源；每个文件按方案逐行校验。', adopt: '采用方案', none: '还没有采集方案', noneText: '点“采用方案”，选择方案文件（YAML），并给出来源的签名公钥。', source: '来源单位', why: '用途与依据', frequency: '频次', key: '来源签名公钥',
  noKey: '没有公钥', changeKey: '更换来源公钥', file: '方案文件', choose: '选择方案文件', keyFile: '选择公钥文件', keyHex: '或粘贴公钥（130 位十六进制）', badKey: '不是 SM2 公钥。请选择 .pub 文件；含私钥的文件不得交给任何人。', keyText: '来源以对应的私钥签清单。没有公钥时，每个文件都要由第二人凭接收凭据核对后才能入库。', newKeyText: '自此以后的清单以新公钥核验，已采集的不变。公钥须经来源另行确认。', withoutKey: '不给出公钥：来源不再能签名，此后的文件须凭接收凭据核对。', adoptText: '采用后按方案建立数据集；同一数据集可再采用新版本的方案。',
};
export const plansEn: typeof plansZh = {
  tab: 'Plans', text: 'What is collected from whom, on what basis, and what each field must look like. A plan is adopted first, then its source is registered; every file is checked row by row against it.', adopt: 'Adopt a plan', none: 'No plans yet', noneText: 'Choose “Adopt a plan”, its file (YAML), and the public key by which the source signs.', source: 'Source', why: 'Purpose and basis', frequency: 'Frequency', key: "Source's public key",
  noKey: 'no key', changeKey: "Change the source's key", file: 'Plan', choose: 'Choose the plan file', keyFile: 'Choose the public key file', keyHex: 'or paste the public key (130 hexadecimal digits)', badKey: 'This is no SM2 public key. Choose the .pub file; a file with the private key goes to nobody.', keyText: 'The source signs its manifests with the private half. Without a key every file waits until a second person has compared it with a receipt.', newKeyText: 'Manifests from now on are checked by the new key; what was collected stays. Confirm the key with the source by another way.', withoutKey: 'Without a key the source cannot sign any more: files from now on wait for a receipt.', adoptText: 'Its dataset is made with it; a later version of the plan may be adopted for the same dataset.',
};
export const consentZh = {
  noneText: '一次提供、一名接收方、一个用途的同意在此登记，由第二人复核。', text: '本人签名（选填）', signedText: '先生成同意书文本交本人签名，再把签名文件和证书附上；没有签名时以同意凭据为准。', make: '下载同意书文本', needs: '填好以上各项后可生成。', signature: '签名文件', certificate: '证书（选填）', notSignature: '不是签名文件（sluice-signature/1）', tooLarge: '证书文件超过 64 KiB', seen: '本人签名', see: '查看签名', holds: '签名有效', broken: '签名不符', by: '签名密钥', subject: '证书持有人', document: '所签文本', read: '查看会留痕。', noRequestsText: '个人来查询、更正、删除或撤回时，点“受理请求”。',
};
export const consentEn: typeof consentZh = {
  noneText: 'A consent to one recipient for one purpose is recorded here and checked by a second person.', text: "The person's own signature (optional)", signedText: 'Make the text, have the person sign it, then attach the signature and the certificate; without them the evidence stands.', make: 'Download the text', needs: 'Fill in what stands above first.', signature: 'Signature file', certificate: 'Certificate (optional)', notSignature: 'This is no signature file (sluice-signature/1)', tooLarge: 'The certificate file is larger than 64 KiB', seen: 'Signed by the person', see: 'Show the signature', holds: 'the signature holds', broken: 'the signature does not hold', by: 'Key', subject: 'Certificate of', document: 'What was signed', read: 'Reading it is on record.', noRequestsText: 'Who comes to see, correct, delete or withdraw: choose “Take a request”.',
};
export const meetingZh = {
  decides: '会议审批的事项', decidesText: '只列出在等待决定的事项。复核人须有权决定该事项：复核属实即按会议结论决定。', nothing: '没有等待决定的事项', present: '参会人员（至少两人）',
  kind: { operation: '批量操作', exception: '例外申请', assessment: '影响评估', provision: '法定提供', lowering: '降级例外', product: '产品审核', key_work: '密钥操作' } as Record<string, string>, decided: '会议决定的事项', agreed: '会议同意', refused: '会议不同意',
};
export const meetingEn: typeof meetingZh = {
  decides: 'What the meeting decided', decidesText: 'Listed is what waits for a decision. Whoever checks the minutes must be one who may decide it: checked, it is decided as the meeting did.', nothing: 'Nothing waits for a decision', present: 'People present (two at least)',
  kind: { operation: 'operation', exception: 'exception', assessment: 'assessment', provision: 'statutory provision', lowering: 'lowering', product: 'product review', key_work: 'work on keys' }, decided: 'Decided by it', agreed: 'the meeting agreed', refused: 'the meeting refused',
};
export const escrowZh = { how: '备份密钥的副本由本机操作员交给保管人：', after: '。每个仍有效的批次至少要有一份副本不在本机，否则本机损毁后备份打不开。', only: '只有一处副本', none: '没有副本记录' };
export const escrowEn: typeof escrowZh = { how: 'Copies of what opens the backups are handed to officers at the machine: ', after: '. Of every living epoch one copy at least must lie elsewhere, or its backups open nowhere once this machine is gone.', only: 'one copy only', none: 'no copy on record' };
