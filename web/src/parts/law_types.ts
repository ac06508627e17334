// What the legal registers answer (docs/formats/law.md).
import type { Duty } from '../api/types.ts';

export interface Label { id: string; zh: string; en: string }
export interface Template {
  papers: (Label & { needs: string[] })[];
  assessment: { questions: Label[]; likelihoods: Label[]; severities: Label[]; risks: Label[] };
  requests: (Label & { days: number })[];
  provisions: (Label & { identified: boolean; level_max: number; approvers: string[] })[];
}
interface Shown { id: string; can: string[]; names: Record<string, string>; at_ms: number }
export interface Paper extends Shown {
  form: { kind: string; title: string; number: string; authority: string; dated_ms: number; expires_ms: number; digest: string; counterpart: string; product: string; dataset: string; columns: string[]; basis: string; purpose: string; duties: string; abroad: string; mechanism: string; subcontracting: boolean; application: string; members: string[]; approve: boolean };
  status: string; in_force: boolean; entered_by: string; checked_by: string; note: string;
}
export interface Risk { risk: string; likelihood: string; severity: string; measure: string; residual_likelihood: string; residual_severity: string }
export interface Assessment extends Shown {
  form: { product: string; recipient: string; scenario: string; purpose: string; legal_basis: string; columns: string[]; answers: { question: string; answer: string }[]; risks: Risk[]; conclusion: string };
  status: string; risk: string; residual: string; reason: string; drafted_by: string; decided_by: string; in_force: boolean; valid_until_ms: number; keep_until_ms: number;
}
export interface Consent extends Shown {
  form: { subject: string; product: string; recipient: string; purpose: string; columns: string[]; expires_ms: number; evidence: string };
  in_force: boolean; withdrawn: boolean; reason: string; recorded_by: string;
}
export interface SubjectRequest extends Shown {
  subject: string; what: string; what_zh: string; channel: string; dataset: string; consent: string; status: string; due_ms: number; overdue: boolean; evidence: string; reason: string; note: string; taken_by: string;
}
export interface Provision extends Shown {
  form: { kind: string; requester: string; document: string; reason: string; dataset: string; version: string; columns: string[] };
  identified: boolean; level: number; status: string; words: { person: string; duty: Duty; reason: string; approved: boolean; at_ms: number }[]; approvers: Duty[]; rows: number; reason: string; note: string; requested_by: string;
}
export interface RetentionItem { version: string; dataset: string; title: string; category: string; ends_ms: number; extended: boolean; masked: boolean; rows: number; sealed_ms: number; state: string; reason?: string; key_work?: string }
export interface Retention { items: RetentionItem[]; rules: { category: string; days: number; zh: string; en: string }[] }
export interface LegalCase { complete: boolean; level: number; demands: { id: string; clause: string; zh: string; en: string; met: boolean; by: string; reason: string; detail: string }[] }
export interface Report { provisions: Provision[]; overdue_recipients: { release: string; recipient: string; due_ms: number }[]; late_requests: SubjectRequest[] }
