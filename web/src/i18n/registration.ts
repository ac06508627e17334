// Words of the registration form's further parts and of the certificate (C6.6.3).
export const registrationZh = {
  general: '通用信息', specific: '个性信息', size: '数据规模', sizeText: '{{rows}} 行 · {{columns}} 个字段', applications: '应用场景', interfaces: '接口', related: '关联产品', tags: '可填多项，回车分隔',
  certificate: '登记证书', json: '下载证书（JSON）', pdf: '打印版（PDF）', verified: '已在本页核验：登记表与存证条目一致，起草、审核、登记分属三人', failed: '登记证书核验不通过：{{why}}', text: '证书可离线核验：sluice verify，或离线核验页。登记之后是否下架，离线无法得知。', verifyPage: '打开离线核验页',
};
export const registrationEn: typeof registrationZh = {
  general: 'General information', specific: 'Specific information', size: 'Size', sizeText: '{{rows}} rows · {{columns}} fields', applications: 'Applications', interfaces: 'Interfaces', related: 'Related products', tags: 'several, each ended by Enter',
  certificate: 'Registration certificate', json: 'Download the certificate (JSON)', pdf: 'For print (PDF)', verified: 'Checked on this page: the form is what the entries say; draft, review and registration are three people\'s', failed: 'The certificate does not check: {{why}}', text: 'It can be verified offline: sluice verify, or the offline page. Whether the product was withdrawn since cannot be known offline.', verifyPage: 'Open offline verification',
};
