// A whole story from plan to delivery, told to the test issuer: what a node would have in its ledger for one release.
import { base64, concat, hex, utf8 } from '../crypto/bytes.ts';
import { sm2PublicKey, sm2Sign } from '../crypto/sm2.ts';
import { sm3 } from '../crypto/sm3.ts';
import { Issuer } from './issuer.fixture.ts';
import { type Json, type JsonObject, canonical } from './json.ts';

export interface Told {
  issuer: Issuer;
  passport: JsonObject;
  file: Uint8Array;
}

/** `bend` may change the body of any event before it is written, as a dishonest node could; with `marks`, the ledger says how the copy is marked. */
export function tellStory(bend: (kind: string, body: JsonObject) => JsonObject = (_, body) => body, marks: JsonObject | null = null): Told {
  const issuer = new Issuer();
  const stations: Record<string, number[]> = {};
  const say = (station: string, kind: string, actor: string, body: JsonObject): void => {
    (stations[station] ??= []).push(issuer.append(kind, bend(kind, body), [], actor));
  };
  const scalar = (n: number): Uint8Array => concat(Uint8Array.of(n), crypto.getRandomValues(new Uint8Array(31)));
  const keys = { pt_agency: scalar(1), pt_insurer: scalar(2) };
  const keyId = (k: Uint8Array): string => hex(sm3(sm2PublicKey(k)).subarray(0, 16));
  const file = utf8('sex,age_band\n1,30-39\n');
  const expires = 1_900_000_000_000;
  for (const [party, name] of [['pt_agency', '某市医疗保障局'], ['pt_insurer', '某健康保险']] as const) {
    say('contract', 'party.registered', 'ps_sys', { party, name, uscc: '11990000MB00000000' });
    say('contract', 'party.key_registered', 'ps_sec', { party, public_key: base64(sm2PublicKey(keys[party])), key_id: keyId(keys[party]) });
  }
  say('source', 'collection.plan_adopted', 'ps_dm', { plan: 'pl_1', dataset: 'ds_1', source_name: '某医院', source_uscc: '12990000MB00000000', purpose: '基金监管', legal_basis: '法定职责' });
  say('source', 'collection.batch_sealed', '', { batch: 'bt_1', plan: 'pl_1', dataset: 'ds_1', version: 'dv_1', file_digest: 'aa'.repeat(32), manifest: 'verified', rows: 1000, accepted: 990, warned: 8, held: 2, version_manifest: 'bb'.repeat(32) });
  for (const [column, level] of [['sex', 2], ['age_band', 3]] as const) say('grading', 'catalog.field_confirmed', 'ps_dm', { dataset: 'ds_1', column, type: column, category: 'personal', level });
  say('deidentification', 'masking.strategy_adopted', 'ps_so', { strategy: 'st_1', dataset: 'ds_1', content: 'cc'.repeat(32) });
  say('deidentification', 'masking.version_masked', '', {
    dataset: 'ds_1', strategy: 'st_1', from_version: 'dv_1', version: 'dv_2', rows: 990, residual_identifiers: 0, k: 11, max_risk_ppm: 90909,
    columns: [{ column: 'sex', title: '性别' }, { column: 'age_band', title: '年龄段' }], techniques: [{ column: 'age_band', technique: 'age_band', parameters: '10' }],
    quasi_identifiers: ['sex', 'age_band'], receipt: 'dd'.repeat(32), version_manifest: 'ee'.repeat(32),
  });
  say('product', 'product.drafted', 'ps_dm', { product: 'pd_1', owner: 'pt_agency', dataset: 'ds_1', version: 'dv_2', level: 3 });
  say('product', 'product.checked', '', { product: 'pd_1', passed: true });
  say('product', 'product.reviewed', 'ps_so', { product: 'pd_1', approved: true });
  say('product', 'product.registered', 'ps_reg', { product: 'pd_1', approved: true, number: 'SL-2026-0001' });
  const roster = ['ps_c1', 'ps_c2', 'ps_c3'];
  say('approval', 'application.submitted', 'ps_user', { application: 'ap_1', product: 'pd_1', applicant: 'pt_insurer', policy: [], roster, rule: { quorum: 2, approve_percent: 67 } });
  for (const member of roster.slice(0, 2)) say('approval', 'application.vote_cast', member, { application: 'ap_1', member, approve: true, reason: '用途明确' });
  say('approval', 'application.member_recused', 'ps_c3', { application: 'ap_1', member: 'ps_c3', reason: '曾任职' });
  say('approval', 'application.decided', '', { application: 'ap_1', approved: true, votes_for: 2, votes_against: 0, recused: 1, roster: 3 });
  const terms: JsonObject = { provider: 'pt_agency', recipient: 'pt_insurer', product: 'pd_1', dataset: 'ds_1', version: 'dv_2', form: 'file', purpose: '产品精算', columns: ['sex', 'age_band'], expires_ms: expires };
  const odrl: Json = { '@type': 'Agreement' };
  const document_ = canonical({ contract: 'ct_1', format: 'sluice-contract/1', odrl, terms, text_zh: '协议正文' });
  const digest = hex(sm3(utf8(document_)));
  say('contract', 'contract.drafted', 'ps_dm', { contract: 'ct_1', application: 'ap_1', terms, text_zh: '协议正文', odrl, digest });
  (['pt_agency', 'pt_insurer'] as const).forEach((party, i) => {
    say('contract', 'contract.signed', `ps_sign${i}`, {
      contract: 'ct_1', party, public_key: base64(sm2PublicKey(keys[party])), signature: base64(sm2Sign(utf8(document_), keys[party])), digest, completes: i === 1,
    });
  });
  say('delivery', 'release.prepared', 'ps_dm', { release: 'rl_1', contract: 'ct_1', dataset: 'ds_1', version: 'dv_2', form: 'file', columns: ['sex', 'age_band'], purpose: '产品精算', level: 3, recipient_key_id: keyId(keys.pt_insurer), expires_ms: expires });
  if (marks) say('delivery', 'release.marked', '', { release: 'rl_1', marks });
  say('delivery', 'release.delivered', '', { release: 'rl_1', rows: 990, bytes: file.length, file_digest: hex(sm3(file)), envelope_digest: 'ff'.repeat(32), format: 'csv' });
  const order = ['source', 'grading', 'deidentification', 'product', 'approval', 'contract', 'delivery', 'ledger'];
  const seqs = Object.values(stations).flat().sort((a, b) => a - b);
  const passport: JsonObject = {
    format: 'sluice-passport/1', release: 'rl_1', issued_ms: 1_800_000_100_000, evidence: issuer.bundle(seqs), stations: order.map((s) => ({ station: s, seqs: stations[s] ?? [] })),
  };
  return { issuer, passport, file };
}
