// The registration certificate of a product (docs/formats/registration-certificate.md): what it says, held against its entries. Agrees with
// src/space/product/certificate.cc.
import { type EntryVerdict, type EvidenceVerdict, MalformedEvidence } from './evidence.ts';
import { type Json, type JsonObject, canonical, int, isObject, obj, str } from './json.ts';

export interface RegistrationVerdict {
  product: string;
  number: string;
  name: string;
  owner: string;
  level: number;
  rows: number;
  registeredMs: number;
  problems: string[];
}

export function readRegistration(document: Json): { document: JsonObject; evidence: Json } {
  if (!isObject(document) || document['evidence'] === undefined || !obj(document, 'general') || !obj(document, 'specific')) throw new MalformedEvidence('certificate');
  return { document, evidence: document['evidence'] };
}

const same = (a: Json | undefined, b: Json | undefined): boolean => a !== undefined && b !== undefined && canonical(a) === canonical(b);
const pick = (form: JsonObject, names: string[]): JsonObject => Object.fromEntries(names.map((n) => [n, form[n] ?? null]));

export function checkRegistration(c: JsonObject, evidence: EvidenceVerdict): RegistrationVerdict {
  const problems: string[] = [];
  const product = str(c, 'product') ?? '', number = str(c, 'number') ?? '', level = int(c, 'level') ?? 0, registeredMs = int(c, 'registered_ms') ?? 0;
  const of = (kind: string): EntryVerdict | undefined => evidence.entries.find((e) => e.entry.kind === kind && e.revealed['product'] === product);
  const drafted = of('product.drafted'), checked = of('product.checked'), reviewed = of('product.reviewed'), registered = of('product.registered');
  const owner = evidence.entries.find((e) => e.entry.kind === 'party.registered' && e.revealed['party'] === drafted?.revealed['owner']);
  const out = {
    product, number, level, registeredMs, problems, name: str(obj(c, 'general') ?? {}, 'name') ?? '', rows: int(obj(c, 'general') ?? {}, 'rows') ?? 0,
    owner: owner ? `${String(owner.revealed['name'])} ${String(owner.revealed['uscc'])}` : '',
  };
  const form = drafted ? obj(drafted.revealed, 'form') : undefined;
  if (!drafted || !checked || !reviewed || !registered || !owner || !form) {
    problems.push('certificate.entry_missing');
    return out;
  }
  if (!(drafted.seq < checked.seq && checked.seq < reviewed.seq && reviewed.seq < registered.seq)) problems.push('certificate.order');
  if (checked.revealed['passed'] !== true || reviewed.revealed['approved'] !== true || registered.revealed['approved'] !== true) problems.push('certificate.not_approved');
  const people = new Set([drafted.entry.actor, reviewed.entry.actor, registered.entry.actor]);
  if (people.size !== 3 || people.has('')) problems.push('certificate.same_person');
  if (!same(c['owner'], owner.revealed)) problems.push('certificate.differs owner');
  if (number === '' || registered.revealed['number'] !== number) problems.push('certificate.differs number');
  const grade = obj(registered.revealed, 'grade');
  if ((grade ? int(grade, 'level') : int(drafted.revealed, 'level')) !== level) problems.push('certificate.differs level');
  if (registered.entry.time !== registeredMs) problems.push('certificate.differs registered_ms');
  const general = { ...pick(form, ['authorisation', 'columns', 'forbidden_uses', 'keywords', 'name', 'suited_uses', 'summary', 'time_span']), number, rows: drafted.revealed['rows'] ?? 0 };
  if (!same(c['general'], general)) problems.push('certificate.differs general');
  if (!same(c['specific'], pick(form, ['applications', 'flow', 'forms', 'interfaces', 'price_fen', 'related_products', 'share']))) problems.push('certificate.differs specific');
  return out;
}
