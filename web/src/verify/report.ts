// What the verify page says about a document: one verdict, and the checks it rests on. Pure.
//
//   verified    everything checks against the pinned anchor (revocation stays "unknown": this is offline)
//   not_pinned  everything is consistent, but the issuer is only who it says it is: never green
//   failed      something does not check
//   unreadable  this is no bundle
import { hex } from '../crypto/bytes.ts';
import { type EvidenceVerdict, MalformedEvidence, verifyEvidence } from './evidence.ts';
import { JsonError, parseJson, str } from './json.ts';
import { type Trust, parseTrust } from './note.ts';
import { type PassportVerdict, checkPassport, readPassport } from './passport.ts';
import { type RegistrationVerdict, checkRegistration, readRegistration } from './registration.ts';

export type State = 'pass' | 'fail' | 'unknown';
export type CheckId =
  | 'form' | 'entries' | 'commitments' | 'inclusion' | 'keys' | 'checkpoint' | 'anchor' | 'consistency' | 'stations' | 'contract' | 'registration' | 'file' | 'validity' | 'revocation';

export interface Check {
  id: CheckId;
  state: State;
  /** Stable reasons, for people who look closer. */
  reasons: string[];
}

export interface Report {
  verdict: 'verified' | 'not_pinned' | 'failed' | 'unreadable';
  checks: Check[];
  reason?: string;
  evidence?: EvidenceVerdict;
  passport?: PassportVerdict;
  registration?: RegistrationVerdict;
}

export interface Question {
  document: string;
  /** A trust file; null when there is none. */
  anchor: string | null;
  /** SM3 of the delivered file, lower-case hex; null when there is none. */
  fileDigest: string | null;
  nowMs: number;
}

const unreadable = (reason: string): Report => ({ verdict: 'unreadable', checks: [], reason });

export function verifyDocument(question: Question): Report {
  let trust: Trust | null = null;
  if (question.anchor !== null) {
    trust = parseTrust(question.anchor);
    if (!trust) return unreadable('trust.malformed');
  }
  try {
    const document = parseJson(question.document);
    const format = str(document, 'format');
    if (format === 'sluice-evidence/1') return judge(question, verifyEvidence(document, trust), null);
    if (format === 'sluice-passport/1') {
      const passport = readPassport(document);
      return judge(question, verifyEvidence(passport.evidence, trust), passport);
    }
    if (format === 'sluice-registration-certificate/1') {
      const certificate = readRegistration(document);
      return judgeRegistration(question, verifyEvidence(certificate.evidence, trust), certificate);
    }
    return unreadable('format.unknown');
  } catch (error) {
    if (error instanceof MalformedEvidence) return unreadable(`evidence.malformed ${error.message}`);
    if (error instanceof JsonError) return unreadable(error.message);
    throw error;
  }
}

function evidenceChecks(verdict: EvidenceVerdict, trust: boolean): Check[] {
  const about = (...prefixes: string[]): string[] => verdict.problems.filter((p) => prefixes.some((x) => p.startsWith(x)));
  const check = (id: CheckId, reasons: string[]): Check => ({ id, state: reasons.length === 0 ? 'pass' : 'fail', reasons });
  const anchor: Check = { id: 'anchor', state: verdict.pinning === 'pinned' ? 'pass' : 'unknown', reasons: trust && verdict.pinning !== 'pinned' ? ['trust.not_pinned'] : [] };
  const checks = [
    check('entries', about('evidence.entry', 'evidence.origin')),
    check('commitments', about('evidence.field')),
    check('inclusion', about('evidence.not_included')),
    check('keys', about('evidence.keys')),
    check('checkpoint', about('evidence.checkpoint_signature')),
    anchor,
  ];
  if (verdict.consistency !== 'not_asked') {
    const state: State = verdict.consistency === 'proven' ? 'pass' : verdict.consistency === 'unknown' ? 'unknown' : 'fail';
    checks.push({ id: 'consistency', state, reasons: about('evidence.fork') });
  }
  return checks;
}

function passportChecks(passport: PassportVerdict, evidence: EvidenceVerdict): Check[] {
  const stations = passport.problems.filter((p) => p !== 'passport.file_differs');
  const checks: Check[] = [{ id: 'stations', state: stations.length === 0 && evidence.problems.length === 0 ? 'pass' : 'fail', reasons: stations }];
  const signed = !passport.problems.some((p) => p.startsWith('passport.contract'));
  checks.push({ id: 'contract', state: signed ? 'pass' : 'fail', reasons: [] });
  if (passport.file !== 'not_given') checks.push({ id: 'file', state: passport.file === 'matches' ? 'pass' : 'fail', reasons: [] });
  // A contract that has ended since does not make the passport wrong: it is said, and does not fail.
  checks.push({ id: 'validity', state: passport.expired ? 'unknown' : 'pass', reasons: [] });
  return checks;
}

function judge(question: Question, evidence: EvidenceVerdict, read: ReturnType<typeof readPassport> | null): Report {
  const checks = evidenceChecks(evidence, question.anchor !== null);
  let passport: PassportVerdict | undefined;
  if (read) {
    passport = checkPassport(read, evidence, question.fileDigest, question.nowMs);
    checks.push(...passportChecks(passport, evidence));
  } else if (question.fileDigest !== null) {
    const named = evidence.entries.some((e) => Object.values(e.revealed).includes(question.fileDigest!));
    checks.push({ id: 'file', state: named ? 'pass' : 'fail', reasons: named ? [] : ['file.not_named'] });
  }
  checks.push({ id: 'revocation', state: 'unknown', reasons: [] });
  const failed = evidence.problems.length > 0 || (passport?.problems.length ?? 0) > 0 || checks.some((c) => c.state === 'fail');
  const verdict = failed ? 'failed' : evidence.pinning === 'pinned' ? 'verified' : 'not_pinned';
  return { verdict, checks, evidence, ...(passport ? { passport } : {}) };
}

function judgeRegistration(question: Question, evidence: EvidenceVerdict, read: ReturnType<typeof readRegistration>): Report {
  const registration = checkRegistration(read.document, evidence);
  const checks = evidenceChecks(evidence, question.anchor !== null);
  checks.push({ id: 'registration', state: registration.problems.length === 0 ? 'pass' : 'fail', reasons: registration.problems });
  checks.push({ id: 'revocation', state: 'unknown', reasons: [] });
  const failed = evidence.problems.length > 0 || checks.some((c) => c.state === 'fail');
  return { verdict: failed ? 'failed' : evidence.pinning === 'pinned' ? 'verified' : 'not_pinned', checks, evidence, registration };
}

/** The SM3 root of the checkpoint, for people to compare with another copy. */
export const rootText = (evidence: EvidenceVerdict): string => hex(evidence.checkpoint.sm3Root);
