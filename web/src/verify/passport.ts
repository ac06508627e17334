// The checks of docs/formats/passport.md, in its order, over evidence that was verified before. Pure. `sluice verify` makes the
// same ones (src/space/passport/verify.cc).
import { fromBase64, hex, utf8 } from '../crypto/bytes.ts';
import { sm2Verify } from '../crypto/sm2.ts';
import { sm3 } from '../crypto/sm3.ts';
import { type EntryVerdict, type EvidenceVerdict, MalformedEvidence } from './evidence.ts';
import { type Json, type JsonObject, arr, canonical, int, isObject, obj, str } from './json.ts';
import { MUST_REVEAL, STATIONS, type StationId, readStations } from './stations.ts';

export interface StationVerdict {
  id: StationId;
  ok: boolean;
  problems: string[];
  entries: EntryVerdict[];
}

export interface PassportVerdict {
  release: string;
  issuedMs: number;
  stations: StationVerdict[];
  columns: string[];
  level: number;
  rows: number;
  provider: string;
  recipient: string;
  productNumber: string;
  expiresMs: number;
  expired: boolean;
  /** The strategy asks for marks and the copy bears none: why. */
  unmarked: string | null;
  /** Rows with level-5 content that masking and, by its contract, the delivery left out; null where nobody asked for it. */
  level5RowsLeftOut: number | null;
  file: 'matches' | 'differs' | 'not_given';
  problems: string[];
}

const texts = (value: Json | undefined, key: string): string[] => (arr(value, key) ?? []).filter((x): x is string => typeof x === 'string');

class Checker {
  columns: string[] = [];
  level = 0;
  rows = 0;
  provider = '';
  recipient = '';
  productNumber = '';
  expiresMs = 0;
  unmarked: string | null = null;
  level5RowsLeftOut: number | null = null;
  fileDigests: string[] = [];
  readonly problems: Record<StationId, string[]>;
  private station: StationId = 'source';
  private readonly collected = new Map<string, { seq: number; parts: string[] }>();
  private prepared?: EntryVerdict;
  private masked?: EntryVerdict;
  private registered?: EntryVerdict;
  private decided?: EntryVerdict;
  private drafted?: EntryVerdict;
  private applicant = '';
  private completeSeq = 0;
  private recipientKeys: string[] = [];

  constructor(private readonly entries: Map<number, EntryVerdict>, private readonly named: Record<StationId, number[]>, private readonly release: string) {
    this.problems = Object.fromEntries(STATIONS.map((s) => [s, [] as string[]])) as Record<StationId, string[]>;
  }

  run(): void {
    for (const station of STATIONS) {
      this.station = station;
      this.demand(new Set(this.named[station]).size === this.named[station].length, 'an entry is named twice');
      for (const seq of this.named[station]) {
        const kind = this.entries.get(seq)?.entry.kind;
        this.demand(kind !== undefined && kind in MUST_REVEAL[station], 'a named entry is missing or of another kind');
      }
    }
    this.at('source', () => this.source());
    this.at('delivery', () => this.findDelivery());
    this.at('grading', () => this.grading());
    this.at('deidentification', () => this.deidentification());
    this.at('product', () => this.product());
    this.at('approval', () => this.approval());
    this.at('contract', () => this.contract());
    this.at('delivery', () => this.delivery());
    this.at('ledger', () => {
      const named = new Set(STATIONS.flatMap((s) => this.named[s]));
      for (const e of this.entries.values()) {
        this.demand(e.entry.kind !== 'release.revoked', 'release was revoked');
        this.demand(named.has(e.seq), 'an entry stands for no station');
      }
    });
  }

  private at(station: StationId, check: () => void): void {
    this.station = station;
    check();
  }
  private problem(what: string): void {
    this.problems[this.station].push(what);
  }
  private demand(holds: boolean, what: string): void {
    if (!holds) this.problem(what);
  }

  /** The station's entries of a kind that reveal what they must. */
  private all(kind: string): EntryVerdict[] {
    const must = MUST_REVEAL[this.station][kind]!;
    const out: EntryVerdict[] = [];
    for (const seq of this.named[this.station]) {
      const e = this.entries.get(seq);
      if (e?.entry.kind !== kind) continue;
      // Entries of old have no grade; where one was committed to, it is not held back.
      const graded = (kind === 'release.prepared' || kind === 'product.registered') && e.entry.fields.has('grade');
      if (must.every((f) => f in e.revealed) && (!graded || 'grade' in e.revealed)) out.push(e);
      else this.problem(`${kind} does not reveal what it must`);
    }
    return out;
  }
  private one(kind: string): EntryVerdict | undefined {
    const list = this.all(kind);
    if (list.length === 1) return list[0];
    this.problem(`${kind}${list.length === 0 ? ' is missing' : ' occurs more than once'}`);
    return undefined;
  }

  private same(a: EntryVerdict, b: EntryVerdict, field: string, otherField = field): boolean {
    return (str(a.revealed, field) ?? '') === (str(b.revealed, otherField) ?? '');
  }

  private source(): void {
    const plan = this.one('collection.plan_adopted');
    const batches = this.all('collection.batch_sealed');
    const settled = this.all('collection.held_settled');
    const merged = this.all('collection.versions_merged');
    if (batches.length === 0) this.problem('collection.batch_sealed is missing');
    if (!plan) return;
    for (const b of batches) {
      this.demand(this.same(plan, b, 'plan') && this.same(plan, b, 'dataset'), 'batch and plan do not belong together');
      this.demand(['verified', 'receipt'].includes(str(b.revealed, 'manifest') ?? ''), 'the source did not answer for the batch');
      this.demand(plan.seq < b.seq, 'the batch is older than its plan');
      this.collect(b, []);
    }
    for (const h of settled) {
      const of = batches.find((b) => this.same(b, h, 'batch'));
      this.demand(of !== undefined && of.seq < h.seq && this.same(of, h, 'plan'), 'corrected rows of another batch');
      this.collect(h, []);
    }
    for (const m of merged) {
      this.demand(this.same(plan, m, 'dataset'), 'a merge of another dataset');
      this.collect(m, texts(m.revealed, 'parts'));
    }
  }
  private collect(e: EntryVerdict, parts: string[]): void {
    const version = str(e.revealed, 'version') ?? '';
    this.demand(!this.collected.has(version), 'a version is collected twice');
    if (!this.collected.has(version)) this.collected.set(version, { seq: e.seq, parts });
  }
  /** Every part is older than what was made of it, and its rows are in once. */
  private reach(version: string, before: number, reached: Set<string>): void {
    const found = this.collected.get(version);
    if (!found || found.seq >= before || reached.has(version)) {
      this.problem('masked from another version');
      return;
    }
    reached.add(version);
    for (const part of found.parts) this.reach(part, found.seq, reached);
  }

  private findDelivery(): void {
    const prepared = (this.prepared = this.one('release.prepared'));
    if (!prepared) return;
    this.columns = texts(prepared.revealed, 'columns');
    this.level = int(prepared.revealed, 'level') ?? -1;
    if ('grade' in prepared.revealed) {
      const grade = obj(prepared.revealed, 'grade');
      this.demand(int(grade, 'level') === this.level && this.level >= (int(grade, 'columns_level') ?? Infinity), 'the level and its reasons do not agree');
    }
    this.expiresMs = int(prepared.revealed, 'expires_ms') ?? -1;
  }

  private countLevel5(e: EntryVerdict): void {
    const rows = int(e.revealed, 'level5_rows_left_out');
    if (rows !== undefined) this.level5RowsLeftOut = (this.level5RowsLeftOut ?? 0) + rows;
  }

  private grading(): void {
    const fields = this.all('catalog.field_confirmed');
    const graded = new Set(fields.filter((f) => this.prepared && this.same(f, this.prepared, 'dataset')).map((f) => str(f.revealed, 'column')));
    for (const column of this.columns) this.demand(graded.has(column), 'no confirmed grade for a released column');
  }

  private deidentification(): void {
    const strategy = this.one('masking.strategy_adopted');
    const masked = (this.masked = this.one('masking.version_masked'));
    if (!strategy || !masked) return;
    this.countLevel5(masked);
    this.demand(this.same(strategy, masked, 'strategy'), 'the strategy is not the adopted one');
    this.demand(strategy.seq < masked.seq, 'the strategy was adopted afterwards');
    this.demand(int(masked.revealed, 'residual_identifiers') === 0, 'identifiers were left');
    const reached = new Set<string>();
    this.reach(str(masked.revealed, 'from_version') ?? '', masked.seq, reached);
    this.demand(reached.size === this.collected.size, 'a collected version is no part of the masked one');
    if (!this.prepared) return;
    this.demand(this.same(masked, this.prepared, 'version'), 'another version was released');
    const names = (arr(masked.revealed, 'columns') ?? []).map((c) => (typeof c === 'string' ? c : str(c, 'column')));
    for (const column of this.columns) this.demand(names.includes(column), 'a released column is not of the masked version');
  }

  private product(): void {
    const drafted = this.one('product.drafted');
    const checked = this.one('product.checked');
    const reviewed = this.one('product.reviewed');
    const registered = (this.registered = this.one('product.registered'));
    if (!drafted || !checked || !reviewed || !registered) return;
    this.productNumber = str(registered.revealed, 'number') ?? '';
    this.demand([checked, reviewed, registered].every((e) => this.same(e, drafted, 'product')), 'the entries are of different products');
    this.demand(checked.revealed['passed'] === true, "the product's check did not pass");
    this.demand(reviewed.revealed['approved'] === true && registered.revealed['approved'] === true, 'the product was not approved');
    const people = new Set([drafted, reviewed, registered].map((e) => e.entry.actor));
    this.demand(people.size === 3 && !people.has(''), 'draft, review and registration were not by three people');
    this.demand(drafted.seq < checked.seq && checked.seq < reviewed.seq && reviewed.seq < registered.seq, 'steps out of order');
    if (this.masked) this.demand(this.same(drafted, this.masked, 'version') && this.masked.seq < drafted.seq, 'the product offers another version');
  }

  private approval(): void {
    const submitted = this.one('application.submitted');
    const decided = (this.decided = this.one('application.decided'));
    const votes = this.all('application.vote_cast');
    const recusals = this.all('application.member_recused');
    if (!submitted || !decided) return;
    this.applicant = str(submitted.revealed, 'applicant') ?? '';
    if (this.registered) this.demand(this.same(submitted, this.registered, 'product') && this.registered.seq < submitted.seq, 'applied for another product');
    this.demand(this.same(decided, submitted, 'application'), 'the decision is of another application');
    const roster = texts(submitted.revealed, 'roster');
    const voters = new Set<string>();
    for (const v of [...votes, ...recusals]) {
      const member = str(v.revealed, 'member') ?? '';
      this.demand(this.same(v, submitted, 'application'), 'a vote is of another application');
      this.demand(member === v.entry.actor, 'a vote was not cast by its member');
      this.demand(roster.includes(member), 'a vote is by someone who is not on the roster');
      this.demand(!voters.has(member), 'a member voted twice');
      voters.add(member);
      this.demand(submitted.seq < v.seq && v.seq < decided.seq, 'a vote was cast out of time');
    }
    const inFavour = votes.filter((v) => v.revealed['approve'] === true).length;
    const against = votes.length - inFavour;
    const counted = [int(decided.revealed, 'votes_for'), int(decided.revealed, 'votes_against'), int(decided.revealed, 'recused'), int(decided.revealed, 'roster')];
    this.demand(canonical(counted.map((n) => n ?? -1)) === canonical([inFavour, against, recusals.length, roster.length]), 'the decision counts other votes');
    const rule = obj(submitted.revealed, 'rule');
    const quorum = int(rule, 'quorum') ?? Infinity;
    const percent = int(rule, 'approve_percent') ?? Infinity;
    this.demand(percent >= 1 && percent <= 100 && quorum >= 1, 'the voting rule is not one');
    this.demand(votes.length >= quorum && percent <= 100 && inFavour * 100 >= votes.length * percent, 'the votes do not meet the rule');
    this.demand(decided.revealed['approved'] === true, 'the application was not approved');
  }

  private contract(): void {
    const drafted = (this.drafted = this.one('contract.drafted'));
    const parties = this.all('party.registered');
    const keys = this.all('party.key_registered');
    const signatures = this.all('contract.signed');
    if (!drafted) return;
    const terms = drafted.revealed['terms']!;
    const provider = str(terms, 'provider') ?? '';
    const recipient = str(terms, 'recipient') ?? '';
    if (this.decided) this.demand(this.same(drafted, this.decided, 'application') && this.decided.seq < drafted.seq, 'drawn up for another application');
    this.demand(recipient === this.applicant, 'the recipient is not the applicant');
    const document_ = utf8(canonical({
      contract: str(drafted.revealed, 'contract') ?? '', format: 'sluice-contract/1', odrl: drafted.revealed['odrl']!, terms, text_zh: str(drafted.revealed, 'text_zh') ?? '',
    }));
    this.demand(hex(sm3(document_)) === str(drafted.revealed, 'digest'), 'the digest is not of this document');
    for (const p of parties) {
      if (str(p.revealed, 'party') === provider) this.provider = str(p.revealed, 'name') ?? '';
      if (str(p.revealed, 'party') === recipient) this.recipient = str(p.revealed, 'name') ?? '';
    }
    this.demand(this.provider !== '' && this.recipient !== '', "a party's registration is missing");
    this.demand(signatures.length === 2, 'two signatures are needed');
    for (const s of signatures) this.signature(s, drafted, keys, document_);
    const signers = new Set(signatures.map((s) => str(s.revealed, 'party') ?? ''));
    const expected = new Set([provider, recipient]);
    this.demand(signers.size === expected.size && [...signers].every((s) => expected.has(s)), 'provider and recipient have not both signed');
    this.demand(this.completeSeq > 0, 'the contract is not complete');
    this.recipientKeys = keys.filter((k) => str(k.revealed, 'party') === recipient).map((k) => str(k.revealed, 'key_id') ?? '');
  }

  private signature(s: EntryVerdict, drafted: EntryVerdict, keys: EntryVerdict[], document_: Uint8Array): void {
    this.demand(this.same(s, drafted, 'contract') && this.same(s, drafted, 'digest'), 'a signature is of another contract');
    this.demand(drafted.seq < s.seq, 'a signature is older than the contract');
    this.demand(keys.some((k) => this.same(k, s, 'party') && this.same(k, s, 'public_key') && k.seq < s.seq), "a signature's key was not registered for its party");
    const point = fromBase64(str(s.revealed, 'public_key') ?? '');
    const der = fromBase64(str(s.revealed, 'signature') ?? '');
    this.demand(point !== null && der !== null && sm2Verify(document_, der, point), 'a signature does not verify');
    if (s.revealed['completes'] === true) this.completeSeq = s.seq;
  }

  private delivery(): void {
    const { prepared, drafted } = this;
    if (!prepared || !drafted) return;
    const terms = drafted.revealed['terms']!;
    this.demand(str(prepared.revealed, 'release') === this.release, 'the passport names another release');
    this.demand(this.same(prepared, drafted, 'contract'), 'released under another contract');
    const asAgreed = ['purpose', 'dataset', 'version', 'form'].every((t) => (str(prepared.revealed, t) ?? '') === (str(terms, t) ?? ''));
    this.demand(asAgreed, "purpose, dataset, version or form is not the contract's");
    const agreed = texts(terms, 'columns');
    for (const column of this.columns) this.demand(agreed.includes(column), 'a released column is not in the contract');
    this.demand(this.columns.length > 0, 'no column was released');
    const expires = int(terms, 'expires_ms') ?? 0;
    this.demand(prepared.entry.time < expires && this.expiresMs <= expires, "released after the contract's end");
    this.demand(this.completeSeq > 0 && this.completeSeq < prepared.seq, 'released before the contract was complete');
    this.demand(this.recipientKeys.includes(str(prepared.revealed, 'recipient_key_id') ?? ''), "sealed for a key that is not the recipient's");
    for (const m of this.all('release.marked')) {
      this.demand(str(m.revealed, 'release') === this.release && prepared.seq < m.seq, 'marks of another release');
      this.unmarked = str(m.revealed['marks'], 'unmarked') ?? '';
      this.demand(this.unmarked !== '', 'a passport does not say how a copy is marked');
    }
    if (str(prepared.revealed, 'form') !== 'file') return;
    const delivered = this.one('release.delivered');
    if (!delivered) return;
    this.demand(str(delivered.revealed, 'release') === this.release && prepared.seq < delivered.seq, 'the delivery is of another release');
    this.rows = int(delivered.revealed, 'rows') ?? -1;
    this.countLevel5(delivered);
    this.fileDigests = [str(delivered.revealed, 'file_digest') ?? '', str(delivered.revealed, 'envelope_digest') ?? ''];
  }
}

/** The members of a passport that do not depend on its evidence. Throws MalformedEvidence when it cannot be read. */
export function readPassport(bundle: Json): { bundle: JsonObject; evidence: Json; named: Record<StationId, number[]>; release: string; issuedMs: number } {
  if (!isObject(bundle) || Object.keys(bundle).length !== 5 || !('evidence' in bundle)) throw new MalformedEvidence('members');
  const release = str(bundle, 'release');
  const issuedMs = int(bundle, 'issued_ms');
  if (str(bundle, 'format') !== 'sluice-passport/1' || release === undefined || issuedMs === undefined) throw new MalformedEvidence('members');
  return { bundle, evidence: bundle['evidence']!, named: readStations(bundle), release, issuedMs };
}

export function checkPassport(passport: ReturnType<typeof readPassport>, evidence: EvidenceVerdict, fileDigest: string | null, nowMs: number): PassportVerdict {
  const entries = new Map(evidence.entries.map((e) => [e.seq, e]));
  const c = new Checker(entries, passport.named, passport.release);
  c.run();
  const stations = STATIONS.map((id) => {
    const problems = id === 'ledger' ? [...c.problems[id], ...evidence.problems] : c.problems[id];
    return { id, ok: problems.length === 0, problems, entries: passport.named[id].map((s) => entries.get(s)).filter((e): e is EntryVerdict => e !== undefined) };
  });
  const file = fileDigest === null ? 'not_given' : c.fileDigests.includes(fileDigest) ? 'matches' : 'differs';
  const problems = STATIONS.flatMap((id) => c.problems[id].map((p) => `passport.${id}: ${p}`));
  if (file === 'differs') problems.push('passport.file_differs');
  return {
    release: passport.release, issuedMs: passport.issuedMs, stations, columns: c.columns, level: c.level, rows: c.rows, provider: c.provider, recipient: c.recipient,
    productNumber: c.productNumber, expiresMs: c.expiresMs, expired: c.expiresMs !== 0 && nowMs >= c.expiresMs, unmarked: c.unmarked, level5RowsLeftOut: c.level5RowsLeftOut, file, problems,
  };
}
