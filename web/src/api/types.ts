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
export interface Batch {
  id: string;
  status: 'sealed' | 'held' | 'receipted';
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
