// Every word of the verify page, in both languages.
import type { CheckId, State } from '../src/verify/report.ts';
import type { StationId } from '../src/verify/stations.ts';

export type Language = 'zh' | 'en';

interface Words {
  title: string;
  lead: string;
  bundle: string;
  bundleHint: string;
  file: string;
  fileHint: string;
  anchor: string;
  anchorHint: string;
  choose: string;
  remove: string;
  working: string;
  verdict: Record<'verified' | 'not_pinned' | 'failed' | 'unreadable', { title: string; text: string }>;
  state: Record<State, string>;
  check: Record<CheckId, { title: string; pass: string; fail: string; unknown: string }>;
  station: Record<StationId, string>;
  stations: string;
  checks: string;
  issuer: string;
  origin: string;
  size: string;
  root: string;
  release: string;
  at: string;
  entry: string;
  proves: string;
  notProven: string;
  notProvenItems: string[];
  fields: string;
  nothing: string;
  other: string;
  offline: string;
  parties: string;
  content: string;
  rows: string;
  level: string;
  validTo: string;
  number: string;
  product: string;
  registered: string;
  owner: string;
  unmarked: string;
  unmarkedWhy: Record<string, string>;
  level5: string;
  level5Left: (rows: number) => string;
}

export const words: Record<Language, Words> = {
  zh: {
    title: '流通凭证核验',
    lead: '在本机离线核验一份数据流通凭证。文件不会离开这台电脑，本页不访问网络。',
    bundle: '凭证文件', bundleHint: '拖入凭证（JSON），或点此选择',
    file: '交付的数据文件（可选）', fileHint: '核对文件是否就是凭证所记的那一份',
    anchor: '信任锚（可选）', anchorHint: '签发方首个公钥（vkey 行）或此前保存的检查点',
    choose: '选择文件', remove: '移除', working: '正在核验…',
    verdict: {
      verified: { title: '核验通过', text: '全部检查通过，签发方与您给出的信任锚一致。' },
      not_pinned: { title: '一致，但签发方未锚定', text: '凭证内部一致，但没有信任锚能证明签发方是谁。请从可靠渠道取得签发方的信任锚后再核验。' },
      failed: { title: '核验不通过', text: '至少一项检查不通过。不要依据这份凭证使用数据，请联系签发方。' },
      unreadable: { title: '无法读取', text: '这不是本页能识别的凭证或信任锚文件。' },
    },
    state: { pass: '通过', fail: '不通过', unknown: '未知' },
    check: {
      form: { title: '格式', pass: '格式正确', fail: '格式不正确', unknown: '未检查' },
      entries: { title: '存证条目', pass: '条目可解码，序号一致', fail: '有条目无法解码或序号不符', unknown: '未检查' },
      commitments: { title: '加盐承诺', pass: '披露的字段与条目中的承诺一致', fail: '披露的字段与承诺不一致，内容被改动', unknown: '未检查' },
      inclusion: { title: '包含证明', pass: '条目在 SM3 与 SHA-256 两棵树中均被证明', fail: '条目不在检查点所签的日志中', unknown: '未检查' },
      keys: { title: '密钥沿革', pass: '首个密钥及每次更换均有签名', fail: '密钥沿革不成立', unknown: '未检查' },
      checkpoint: { title: '检查点签名', pass: 'SM2 与 Ed25519 签名均有效', fail: '检查点签名无效', unknown: '未检查' },
      anchor: { title: '签发方', pass: '与信任锚一致', fail: '与信任锚不符', unknown: '未锚定：不能确认签发方身份' },
      consistency: { title: '与此前检查点的一致性', pass: '日志是此前检查点的延续', fail: '日志与此前检查点矛盾：出现分叉', unknown: '凭证未附一致性证明' },
      stations: { title: '八个环节', pass: '每个环节都有证明且内容相符', fail: '有环节缺少证明或内容不符', unknown: '未检查' },
      contract: { title: '协议签名', pass: '双方签名有效', fail: '协议签名无效', unknown: '凭证未披露协议签名' },
      registration: { title: '登记内容', pass: '登记表与存证条目一致，起草、审核、登记分属三人', fail: '登记内容与存证条目不符', unknown: '未给出登记内容' },
      file: { title: '数据文件', pass: '文件摘要（SM3）与凭证一致', fail: '文件不是凭证所记的那一份', unknown: '未提供文件' },
      validity: { title: '有效期', pass: '在有效期内（按本机时钟）', fail: '已过有效期', unknown: '协议现已到期（按本机时钟）' },
      revocation: { title: '是否已撤销', pass: '未撤销', fail: '已撤销', unknown: '离线无法得知签发之后是否被撤销或中止' },
    },
    station: {
      source: '数据来源', grading: '分类分级', deidentification: '去标识化', product: '数据产品', approval: '审批', contract: '数据使用协议', delivery: '交付', ledger: '存证日志',
    },
    stations: '八个环节', checks: '检查项', issuer: '签发方', origin: '日志名称', size: '日志长度', root: 'SM3 根', release: '流通编号', at: '时间', entry: '条目',
    proves: '披露并已证明的字段', notProven: '核验通过不说明什么',
    notProvenItems: [
      '不说明数据本身真实、准确或完整，只说明签发方在日志中如此记载。',
      '不说明凭证签发之后没有被撤销、中止或更正：请在线向签发方查询。',
      '不说明日志在此检查点之后没有更换密钥。',
      '没有信任锚时，不说明签发方是谁。',
      '不说明接收方之后如何使用数据。',
    ],
    fields: '字段', nothing: '没有披露的字段', other: 'English', offline: '离线 · 不联网', parties: '提供方 → 使用方', content: '交付内容', rows: '行', level: '级别', number: '登记编号', product: '数据产品', registered: '登记时间', owner: '登记主体', validTo: '协议有效至',
    unmarked: '接收方标记', unmarkedWhy: { too_few_rows: '未带标记：行数不足', no_carrier: '未带标记：没有可打标记的字段', policy: '未带标记：策略不要求' }, level5: '含第5级内容的行', level5Left: (rows) => `剔除 ${rows} 行`,
  },
  en: {
    title: 'Verify a release passport',
    lead: 'Checks a release passport on this computer. No file leaves it; this page uses no network.',
    bundle: 'Passport file', bundleHint: 'Drop the passport (JSON) here, or click to choose',
    file: 'Delivered data file (optional)', fileHint: 'Checks that it is the very file that the passport names',
    anchor: 'Trust anchor (optional)', anchorHint: "The issuer's first keys (vkey lines) or a checkpoint you kept",
    choose: 'Choose file', remove: 'Remove', working: 'Checking…',
    verdict: {
      verified: { title: 'Verified', text: 'Every check passes, and the issuer matches your trust anchor.' },
      not_pinned: { title: 'Consistent, issuer not pinned', text: 'The passport agrees with itself, but nothing shows who issued it. Get the trust anchor of the issuer from a source you trust and check again.' },
      failed: { title: 'Not verified', text: 'At least one check fails. Do not rely on this passport; ask the issuer.' },
      unreadable: { title: 'Cannot be read', text: 'This is not a passport or a trust anchor that this page knows.' },
    },
    state: { pass: 'passes', fail: 'fails', unknown: 'unknown' },
    check: {
      form: { title: 'Form', pass: 'well-formed', fail: 'not well-formed', unknown: 'not checked' },
      entries: { title: 'Ledger entries', pass: 'entries decode, sequences agree', fail: 'an entry does not decode or has another sequence', unknown: 'not checked' },
      commitments: { title: 'Salted commitments', pass: 'revealed fields match the commitments in the entries', fail: 'revealed fields do not match: content was changed', unknown: 'not checked' },
      inclusion: { title: 'Inclusion proofs', pass: 'entries are proven in both trees, SM3 and SHA-256', fail: 'an entry is not in the log that the checkpoint signs', unknown: 'not checked' },
      keys: { title: 'Key history', pass: 'the first keys and every hand-over are signed', fail: 'the key history does not hold', unknown: 'not checked' },
      checkpoint: { title: 'Checkpoint signatures', pass: 'SM2 and Ed25519 signatures are valid', fail: 'a signature of the checkpoint is not valid', unknown: 'not checked' },
      anchor: { title: 'Issuer', pass: 'matches the trust anchor', fail: 'does not match the trust anchor', unknown: 'not pinned: the identity of the issuer is not confirmed' },
      consistency: { title: 'Consistency with the earlier checkpoint', pass: 'the log continues the earlier checkpoint', fail: 'the log contradicts the earlier checkpoint: a fork', unknown: 'the passport brings no consistency proof' },
      stations: { title: 'Eight stations', pass: 'each station is proven and says what the proof says', fail: 'a station is not proven or says something else', unknown: 'not checked' },
      contract: { title: 'Contract signatures', pass: 'the signatures of both parties are valid', fail: 'a signature of the contract is not valid', unknown: 'the passport does not reveal the signatures' },
      registration: { title: 'Registration', pass: 'the form is what the entries say; draft, review and registration are three people\'s', fail: 'the certificate differs from its entries', unknown: 'no registration given' },
      file: { title: 'Data file', pass: 'the digest (SM3) of the file is the one in the passport', fail: 'this is not the file that the passport names', unknown: 'no file given' },
      validity: { title: 'Validity', pass: 'within its time, by the clock of this computer', fail: 'expired', unknown: 'the contract has ended by now, by the clock of this computer' },
      revocation: { title: 'Revocation', pass: 'not revoked', fail: 'revoked', unknown: 'offline, nobody can tell whether it was revoked or suspended after it was issued' },
    },
    station: {
      source: 'Source', grading: 'Grading', deidentification: 'De-identification', product: 'Product', approval: 'Approval', contract: 'Contract', delivery: 'Delivery', ledger: 'Ledger',
    },
    stations: 'Eight stations', checks: 'Checks', issuer: 'Issuer', origin: 'Log', size: 'Log size', root: 'SM3 root', release: 'Release', at: 'Time', entry: 'entry',
    proves: 'Fields revealed and proven', notProven: 'What a pass does not prove',
    notProvenItems: [
      'That the data are true, accurate or complete: only that the issuer recorded so in its ledger.',
      'That the release was not revoked, suspended or corrected afterwards: ask the issuer online.',
      'That the ledger did not change its keys after this checkpoint.',
      'Without a trust anchor: who the issuer is.',
      'What the recipient does with the data afterwards.',
    ],
    fields: 'Field', nothing: 'No revealed fields', other: '中文', offline: 'offline · no network', parties: 'Provider → recipient', content: 'Delivered', rows: 'rows', level: 'level', number: 'Registration number', product: 'Product', registered: 'Registered', owner: 'Owner', validTo: 'Contract ends',
    unmarked: 'Recipient marks', unmarkedWhy: { too_few_rows: 'none: too few rows', no_carrier: 'none: no field can carry one', policy: 'none: the strategy asks for none' }, level5: 'Rows with level-5 content', level5Left: (rows) => `${rows} left out`,
  },
};
