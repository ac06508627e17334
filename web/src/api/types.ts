// What the node answers: the state structs of src/space as their `fields` encode them, with `can` and `names`.
// Times are milliseconds, money is fen, bytes are base64, digests hex.

export type Duty =
  | 'system_admin' | 'security_admin' | 'audit_admin' | 'data_manager' | 'security_officer' | 'registrar' | 'pi_officer'
  | 'committee_member' | 'contract_signer' | 'data_user' | 'supervisor' | 'broker';
export type Category = 'personal' | 'health' | 'medical' | 'payment' | 'resource' | 'public_health' | 'none';
export const CATEGORIES: Category[] = ['personal', 'health', 'medical', 'payment', 'resource', 'public_health', 'none'];
export type OpenForm = 'website' | 'file' | 'api' | 'query' | 'platform';
export type FlowType = 'open' | 'share' | 'trade';
export type ShareType = 'full' | 'controlled' | 'enclave';
export type PartyRole = 'agency' | 'data_user' | 'supervisor' | 'broker' | 'service_provider';
export type Scenario =
  | 'subject_to_controller' | 'controller_to_subject' | 'within_controller' | 'controller_to_processor' | 'between_controllers' | 'controller_to_user';

/** What every object carries beside its own members. */
export interface Shown {
  can?: string[];
  names?: Record<string, string>;
}

export interface List<T> {
  items: T[];
  next?: string | null;
  total?: number;
}

export interface Me {
  account: string;
  person: string;
  display_name: string;
  party: { id: string; name: string; role: PartyRole };
  duties: Duty[];
  csrf: string;
  totp: 'none' | 'enrolled';
  stepped_up_until_ms: number;
  space: { name: string; uscc: string; origin: string };
}

export interface InboxItem {
  kind: string;
  object: string;
  title: string;
  party_name?: string;
  since_ms: number;
  due_ms?: number | null;
}

export interface FieldProposal {
  column: string;
  type: string;
  type_zh: string;
  category: Category;
  level: number;
  confidence_permille: number;
  review: boolean;
  identifying: boolean;
  quasi: boolean;
  reasons_zh: string[];
  reasons_en: string[];
}
export interface CatalogField {
  column: string;
  title: string;
  proposal?: FieldProposal;
  confirmed: boolean;
  corrected: boolean;
  type: string;
  category: Category;
  level: number;
  identifying: boolean;
  quasi: boolean;
  reason: string;
  confirmed_by: string;
  confirmed_ms: number;
  seq: number;
}
export interface FieldVerdict {
  column: string;
  type: string;
  category: Category;
  level: number;
  identifying: boolean;
  quasi: boolean;
  reason: string;
}
export interface DatasetVersion {
  id: string;
  number: number;
  rows: number;
  manifest: string;
  columns: string[];
  batch?: string;
  masked_from?: string;
  strategy?: string;
  at_ms: number;
  seq: number;
}
export interface HeldRow {
  row: number;
  reasons: { subject: string; rule: string }[];
  cells?: Record<string, string>;
}
export interface HeldPage {
  rows: HeldRow[];
  next: number | null;
  open: number;
}
export interface CorrectAnswer {
  accepted: number;
  warned: number;
  rejected: number;
  still_held: { row: number; reasons: string[] }[];
  version: string;
}
export interface Batch extends Shown {
  id: string;
  status: 'sealed' | 'held' | 'receipted' | 'replaced';
  plan?: string;
  file_digest?: string;
  number?: string;
  file_problem?: string;
  replaced_by?: string;
  corrected?: number;
  rejected?: number;
  open_rows?: number;
  plan_title?: string;
  source_name?: string;
  plan_fields?: { name: string; title: string }[];
  reported_by?: string;
  receipted_by?: string;
  manifest: string;
  reason: string;
  rows: number;
  accepted: number;
  warned: number;
  held: number;
  at_ms: number;
  seq: number;
}
export interface MaskingResult {
  version: string;
  from_version: string;
  strategy: string;
  rows: number;
  residual_identifiers: number;
  k: number;
  max_risk_ppm: number;
  uniques: number;
  before_k: number;
  before_risk_ppm: number;
  quasi_identifiers: string[];
  receipt: string;
  seq: number;
}
export interface Strategy {
  id: string;
  name: string;
  techniques: { column: string; technique: string; parameters: string }[];
  at_ms: number;
}
export interface Dataset extends Shown {
  id: string;
  owner: string;
  plan: { id: string; source_name: string; source_uscc: string; purpose: string; legal_basis: string } | string;
  name: string;
  title: string;
  frequency: string;
  versions: DatasetVersion[];
  columns: CatalogField[];
  rule_pack: string;
  batches?: Batch[];
  strategies?: Strategy[];
  maskings?: MaskingResult[];
  protection?: Protection;
}

export interface ProductForm {
  name: string;
  summary: string;
  suited_uses: string;
  forbidden_uses: string;
  authorisation: string;
  time_span: string;
  keywords: string[];
  applications: string[];
  interfaces: string[];
  related_products: string[];
  flow: FlowType;
  share: ShareType;
  forms: OpenForm[];
  columns: string[];
  price_fen: number;
}
export type ProductStatus = 'drafted' | 'checked' | 'reviewed' | 'registered' | 'rejected' | 'withdrawn';
export interface Product extends Shown {
  id: string;
  owner: string;
  dataset: string;
  version: string;
  form: ProductForm;
  status: ProductStatus;
  rows: number;
  sample_rows: number;
  level: number;
  checks: { check: string; note_zh: string; note_en: string; passed: boolean }[];
  number: string;
  reason: string;
  drafted_by: string;
  reviewed_by: string;
  registered_by: string;
  at_ms: number;
  fields?: { column: string; title: string; type: string; category: Category; level: number; technique?: string }[];
  masking?: MaskingResult | null;
  quality?: { rows: number; accepted: number; warned: number; held: number };
}

export interface RowCondition {
  column: string;
  op: string;
  values: string[];
  secret_ref: string;
  commitment?: string;
  masked?: string[];
}
/** The closed lists of the node's policy pack. */
export interface Vocabulary {
  purposes: string[];
  legal_bases: string[];
}
export interface ApplicationForm {
  purpose: string;
  legal_basis: string;
  purpose_note: string;
  safety_measures: string;
  scenario: Scenario;
  form: OpenForm;
  columns: string[];
  row_filter: RowCondition[];
  deliveries_max: number;
  rate_per_minute: number;
  valid_days: number;
  cross_border: boolean;
}
export interface PolicyReason {
  id: string;
  clause: string;
  text_zh: string;
  text_en: string;
}
export type ApplicationStatus = 'voting' | 'approved' | 'rejected' | 'withdrawn';
export interface Application extends Shown {
  id: string;
  product: string;
  applicant: string;
  submitted_by: string;
  form: ApplicationForm;
  policy: PolicyReason[];
  roster: string[];
  rule: { quorum: number; approve_percent: number };
  at_ms: number;
  deadline_ms: number;
  votes: { member: string; approve: boolean; recused: boolean; reason: string; at_ms: number; seq: number }[];
  status: ApplicationStatus;
  reason: string;
  product_name?: string;
  applicant_name?: string;
  level?: number;
  contract?: string | null;
}

export interface ContractTerms {
  provider: string;
  recipient: string;
  product: string;
  columns: string[];
  row_filter: RowCondition[];
  form: OpenForm;
  purpose: string;
  purpose_note: string;
  legal_basis: string;
  duties: string;
  liability: string;
  scenario: Scenario;
  deliveries_max: number;
  rate_per_minute: number;
  price_fen: number;
  starts_ms: number;
  expires_ms: number;
}
export type ContractStatus = 'drafted' | 'active' | 'suspended' | 'terminated';
export interface Contract extends Shown {
  id: string;
  application: string;
  terms: ContractTerms;
  text_zh: string;
  odrl: unknown;
  digest: string;
  status: ContractStatus;
  signatures: { party: string; signer: string; key_id: string; at_ms: number; seq: number }[];
  reason: string;
  delivered: number;
  leased: number;
  at_ms: number;
  document?: string;
  product_name?: string;
  provider_name?: string;
  recipient_name?: string;
  level?: number;
  releases?: { id: string; status: ReleaseStatus; at_ms: number; form: OpenForm }[];
}

export type ReleaseStatus = 'prepared' | 'delivered' | 'open' | 'failed' | 'revoked';
export type Seal = 'valid' | 'suspended' | 'revoked' | 'expired' | 'pending';
export interface StationView {
  id: 'source' | 'grading' | 'deidentification' | 'product' | 'approval' | 'contract' | 'delivery' | 'ledger';
  ok: boolean;
  signer: string;
  at_ms: number;
  digest: string;
  seq?: number;
  details: Record<string, unknown>;
}
export interface Release extends Shown {
  destruction?: { by: string; method: string; key_id: string; destroyed_ms: number; at_ms: number; seq: number };
  destruction_state?: 'nothing_received' | 'not_due' | 'due' | 'overdue' | 'certified';
  destruction_due_ms?: number;
  id: string;
  contract: string;
  dataset: string;
  version: string;
  form: OpenForm;
  columns: string[];
  status: ReleaseStatus;
  level: number;
  rows: number;
  bytes: number;
  calls: number;
  file_digest: string;
  envelope_digest: string;
  format: string;
  reason: string;
  released_by: string;
  at_ms: number;
  expires_ms: number;
  seal?: Seal;
  product_name?: string;
  recipient_name?: string;
  stations?: StationView[];
}

export interface LedgerHead {
  origin: string;
  size: number;
  checkpoint: string;
  keys: string[];
  checkpoints: { size: number; at_ms?: number; sm3_root: string }[];
}
export interface LedgerEntry {
  seq: number;
  time_ms: number;
  kind: string;
  actor: string;
  objects: string[];
  fields: string[];
}
export interface Verification {
  state: 'running' | 'ok' | 'bad';
  done: number;
  total: number;
  report?: { first_bad?: { reason: string; what: string; seq?: number }; entries: number; checkpoints: number };
}

export interface Party extends Shown {
  id: string;
  name: string;
  uscc: string;
  role: PartyRole;
  status: 'registered' | 'verified' | 'suspended';
  key_id: string;
}
export interface Person extends Shown {
  id: string;
  party: string;
  display_name?: string;
  account?: string;
  duties: { duty: Duty; expires_ms: number }[];
  suspended: boolean;
}
export interface NodeHealth {
  version: string;
  started_ms: number;
  read_only: boolean;
  read_only_reason?: string;
  ledger_entries: number;
  disk_free_bytes?: number;
  key_agent?: 'up' | 'down';
  memory_bytes?: number;
}

export type OperationStatus = 'requested' | 'approved' | 'rejected' | 'withdrawn' | 'started' | 'done' | 'failed';
export interface Operation extends Shown {
  id: string;
  what: string;
  what_zh?: string;
  what_en?: string;
  dataset: string;
  version: string;
  columns: string[];
  first_row: number;
  rows: number;
  flow: 'standing' | 'person';
  status: OperationStatus;
  purpose: string;
  reason: string;
  decision: string;
  access: string;
  level: number;
  windows: { window: string; rows: number; operations: number; rows_max?: number; zh?: string; en?: string }[];
  requested_by: string;
  decided_by: string;
  at_ms: number;
  expires_ms: number;
}
export interface PrivilegeException extends Shown {
  id: string;
  what: string;
  dataset: string;
  columns: string[];
  level: number;
  days: number;
  reason: string;
  measures: string;
  decision: string;
  note: string;
  status: 'requested' | 'granted' | 'rejected' | 'reviewed';
  requested_by: string;
  decided_by: string;
  reviewed_by: string;
  verdict: string;
  uses: string[];
  at_ms: number;
  until_ms: number;
  review_due_ms: number;
  in_force: boolean;
  review_overdue: boolean;
}
export interface AccessScope {
  actions: string[];
  datasets: string[];
  categories: string[];
  purposes: string[];
  level_max: number;
}
export interface Right extends Shown {
  id: string;
  person: string;
  unit: string;
  scope: AccessScope;
  expires_ms: number;
  last_used_ms: number;
  granted_by: string;
  revoked: boolean;
  in_force: boolean;
  reason: string;
}
export interface AccessRule {
  id: string;
  effect: 'permit' | 'forbid';
  duties: string[];
  units: string[];
  regions: string[];
  actions: string[];
  datasets: string[];
  categories: string[];
  purposes: string[];
  level_min: number;
  level_max: number;
  zh: string;
  en: string;
}
export interface AccessRules extends Shown {
  rules: AccessRule[];
  at_ms: number;
  adopted_by: string;
  kinds: { id: string; zh: string; en: string; flow: string; duties: string[]; level_free_max: number; level_shown_max: number }[];
  purposes: string[];
}
export interface WhoCould extends Shown {
  column: string;
  level: number;
  category: Category;
  people: { person: string; could: boolean; reason: string; by: string; needs: string[]; duties: Duty[] }[];
  recipients: { party: string; contract: string; technique: string; level: number; purpose: string; expires_ms: number }[];
}
export interface Organisation extends Shown {
  units: { id: string; name: string; unit_kind: string; above: string; head: string; region: string }[];
  placed: { person: string; unit: string }[];
  deputyships: { id: string; absent: string; deputy: string; duties: Duty[]; from_ms: number; until_ms: number; reason: string; acts: number; in_force: boolean; can: string[] }[];
  outsiders: { person: string; sponsor: string; company: string; until_ms: number; over: boolean }[];
}
export interface ProtectionMeasure {
  id: string;
  aspect: string;
  enforced_by: 'node' | 'organisation';
  zh: string;
  en: string;
}
export interface Protection {
  interim: boolean;
  levels: { level: number; zh: string; en: string; measures: ProtectionMeasure[] }[];
  columns?: { column: string; level: number; provisional: boolean; failing: string[] }[];
}
