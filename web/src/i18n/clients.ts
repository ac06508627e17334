// Words of what programs of a party are known by on the wire (mutual TLS).
export const clientsZh = {
  title: '客户端证书', text: '该参与方的系统以双向 TLS 调用接口时出示的证书。登记须由另一人确认；移除、吊销和过期从下一次调用起生效。浏览器登录控制台不需要客户端证书。', none: '没有登记客户端证书', add: '登记客户端证书', what: '证书', by_certificate: '只认此证书', by_authority: '认此机构签发的证书',
  bears: '证书须载明的名称', bearsText: '通用名、域名或 URI，须完全一致；留空则此机构签发的证书都算该参与方的。为多方服务的机构必须填写。',
  proposed: '待确认', in_force: '有效', refused: '未予确认', ended: '已移除', expired: '已过期', soon: '有效，将到期', onList: '列表中 {{n}} 张',
  decide: '确认客户端证书', decideText: '请与该参与方当面或电话核对指纹（SHA-256）：{{print}}。登记人：{{who}}', takeBack: '撤回', end: '移除', endText: '从下一次调用起，该证书（及该机构签发的证书）不再有效。',
  demand: '要求客户端证书', demandText: '该参与方的系统和使用其数据的各方，每次接口调用都须出示使用方已登记的客户端证书。', demanded: '接口调用须出示客户端证书', notDemanded: '未要求出示客户端证书', noneThere: '已要求出示，但还没有有效的客户端证书：该参与方的调用一律被拒绝。',
  askEnd: '申请不再要求', askEndText: '由另一人确认后，接口调用不再必须出示客户端证书。', decideEnd: '确认不再要求', decideEndText: '申请理由：{{reason}}。申请人：{{who}}',
  byContract: '每次调用须出示使用方的客户端证书（双向 TLS）', inDraft: '每次接口调用须出示客户端证书', inDraftText: '写入协议条款：未出示、已过期、已吊销或非使用方的证书一律不予答复。', shown: '客户端证书',
};
export const clientsEn: typeof clientsZh = {
  title: 'Client certificates', text: "What this party's systems show when they call over mutual TLS. Another person confirms each; removal, revocation and expiry count from the next call on. Browsers at the console need none.", none: 'No client certificates', add: 'Register a client certificate', what: 'Certificate', by_certificate: 'this certificate alone', by_authority: 'what this authority issues',
  bears: 'Name that the certificate bears', bearsText: 'Common name, DNS name or URI, exactly. Empty: whatever the authority issues counts for this party. An authority of several parties needs one.',
  proposed: 'to be confirmed', in_force: 'in force', refused: 'refused', ended: 'removed', expired: 'expired', soon: 'in force, ends soon', onList: '{{n}} on the list',
  decide: 'Confirm a client certificate', decideText: 'Compare the fingerprint (SHA-256) with the party, in person or by telephone: {{print}}. Proposed by {{who}}', takeBack: 'Take back', end: 'Remove', endText: 'From the next call on it does not count any more, nor does what the authority issued.',
  demand: 'Demand client certificates', demandText: "Each call for this party, and each call of its data, shows a client certificate that is registered for the recipient.", demanded: 'Calls show a client certificate', notDemanded: 'No client certificate is demanded', noneThere: 'Demanded, and none is in force: calls of this party are refused.',
  askEnd: 'Ask to demand it no more', askEndText: 'Once another person confirmed it, calls need no client certificate.', decideEnd: 'Decide on the end', decideEndText: 'Reason: {{reason}}. Asked by {{who}}',
  byContract: 'each call shows a client certificate of the recipient (mutual TLS)', inDraft: 'Each call shows a client certificate', inDraftText: 'A term of the contract: without one, with one that has expired, was revoked or is not the recipient’s, nothing is answered.', shown: 'Client certificate',
};
