// Written by web/scripts/api_types.py from web/openapi.yaml: do not edit. Times are milliseconds, money is fen, bytes are base64,
// digests hex.
/* eslint-disable @typescript-eslint/no-explicit-any -- what the document leaves open is read as it comes */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  params?: Record<string, string>;
  nextStep?: string;
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
  must_change_password?: boolean;
  cn_now_ms: number;
  space: { name: string; uscc: string; origin: string };
}
export interface TotpOffer {
  secret: string;
  otpauth_url: string;
}
export interface Inbox {
  total: number;
  items: ({ kind: string; object: string; title: string; party_name?: string; since_ms: number; due_ms?: number | null; task?: string; questions?: string[]; reason?: string; work?: string; days_left?: number; limited_by?: string; found?: number })[];
}
export interface Found {
  items: { type: string; id: string; title: string }[];
}
export interface RevealedFilter {
  application: string;
  row_filter: { column: string; op: string; values: string[]; salt?: string; secret_ref?: string }[];
}
export interface DataQuery {
  cursor?: number;
  limit?: number;
  filter?: { column: string; op: string; values: string[] }[];
}
export interface Vocabulary {
  event_kinds: string[];
  labels: { id?: string; zh?: string; en?: string }[];
  purposes: string[];
  legal_bases: string[];
}
export interface Job {
  id: string;
  kind: string;
  state: 'running' | 'done' | 'failed';
  progress?: Record<string, any>;
  result?: any;
  code?: string;
  problem?: Problem;
}
export interface AdoptPlanRequest {
  plan: string | Record<string, any>;
  source_key?: string;
}
export interface CorrectRequest {
  corrections?: { row: number; cells: Record<string, string> }[];
  rejected?: number[];
  reason?: string;
}
export interface MergeRequest {
  parts?: string[];
  newest_by_key?: boolean;
}
export interface RiskAsk {
  quasi: string[];
  sensitive?: string[];
  share_type?: 'full' | 'controlled' | 'enclave';
  unique?: number;
  threshold_permille?: number;
  sampling_ppm?: number;
  population_size?: number;
  population?: string;
  population_model?: 'auto' | 'pitman' | 'zayatz' | 'snb';
  person?: string;
}
export interface DiversityAsk {
  column: string;
  l: number;
  kind?: 'distinct' | 'entropy' | 'recursive';
  c_permille?: number;
}
export interface ClosenessAsk {
  column: string;
  t_permille: number;
  distance?: 'equal' | 'ordered' | 'hierarchical';
  hierarchy?: string;
}
export interface PresenceAsk {
  lowest_permille: number;
  highest_permille: number;
}
export interface GeneraliseAsk {
  quasi: string[];
  k: number;
  suppression_permille?: number;
  metric?: 'loss' | 'entropy' | 'discernibility';
  l?: Record<string, number>;
  hierarchies?: Record<string, string>;
  diversity?: DiversityAsk[];
  closeness?: ClosenessAsk[];
  k_map?: number;
  presence?: PresenceAsk;
  population?: string;
  weights_permille?: Record<string, number>;
  recoding?: 'full-domain' | 'local';
  person?: string;
}
export interface AdoptStrategyRequest {
  text: string | Record<string, any>;
  signature?: Record<string, any>;
}
export interface ReleaseRequest {
  purpose: string;
  columns?: string[];
  format?: 'csv' | 'parquet';
}
export interface OpenedApi {
  release: ReleaseObject;
  token: string;
}
export interface EnrolRequest {
  party: string;
  account: string;
  display_name: string;
  phone?: string;
}
export interface Station {
  id: 'source' | 'grading' | 'deidentification' | 'product' | 'approval' | 'contract' | 'delivery' | 'ledger';
  ok: boolean;
  signer: string;
  at_ms: number;
  digest: string;
  seq: number;
  details: Record<string, any>;
}
export interface Rows {
  receipt: string;
  rows: Record<string, any>[];
  next: number | null;
  release: string;
}
export interface LedgerHead {
  origin: string;
  size: number;
  checkpoint: string;
  keys: string[];
  checkpoints: ({ size: number; at_ms: number | null; sm3_root: string })[];
}
export interface LedgerEntry {
  seq: number;
  time_ms: number;
  kind: string;
  actor: string;
  objects: string[];
  fields: string[];
  names?: Record<string, string>;
}
export interface Verification {
  id: string;
  state: 'running' | 'ok' | 'bad';
  done: number;
  total: number;
  report?: VerificationReport;
}
export interface NodeHealth {
  version: string;
  started_ms: number;
  read_only: boolean;
  read_only_reason?: string;
  ledger_entries: number;
  disk_free_bytes?: number;
  key_agent: 'up' | 'down';
  workers?: number;
  memory_bytes?: number;
}
export interface Health {
  status: 'ok';
}
export interface AcceptMandate {
  mandate?: string;
  approve?: boolean;
  reason?: string;
}
export interface AccessGranted {
  right: string;
  party: string;
  person: string;
  unit: string;
  scope: AccessScope;
  expires_ms: number;
  reason: string;
}
export interface AccessRevoked {
  right: string;
  reason: string;
}
export interface AccessRule {
  id: string;
  effect: AccessEffect;
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
export interface AccessRules {
  party: string;
  rules: AccessRule[];
  adopted_by: string;
  at_ms: number;
}
export interface AccessScope {
  actions: string[];
  datasets: string[];
  categories: string[];
  purposes: string[];
  level_max: number;
}
export interface AcknowledgeAlarm {
  alarm?: string;
  note?: string;
}
export interface AdoptAccessRules {
  rules?: AccessRule[];
  reason?: string;
}
export interface Alarm {
  id: string;
  rule: string;
  subject: string;
  reason: string;
  note: string;
  cleared_reason: string;
  party: string;
  severity: AlarmSeverity;
  status: AlarmStatus;
  count: number;
  since_ms: number;
  at_ms: number;
  acknowledged_ms: number;
  cleared_ms: number;
  acknowledged_by: string;
  cleared_by: string;
  seq: number;
  cleared_seq: number;
  deliveries: AlarmDelivery[];
}
export interface AlarmChannel {
  name: string;
  channel_kind: AlarmChannelKind;
  host: string;
  port: number;
  security: AlarmSecurity;
  least: AlarmSeverity;
  sender: string;
  to: string[];
  path: string;
  udp: boolean;
}
export interface AlarmChoice {
  rule: string;
  disabled: boolean;
  count?: number;
  window_s?: number;
  after_s?: number;
}
export interface AlarmDelivery {
  channel: string;
  stage: AlarmStage;
  delivered: boolean;
  tries: number;
  reason: string;
  at_ms: number;
}
export interface AlarmSettings {
  enabled: boolean;
  rules: AlarmChoice[];
  retry_s?: number[];
}
export interface AllowSourceHost {
  host?: string;
  reason?: string;
}
export interface AllowedHost {
  host: string;
  reason: string;
  by: string;
  at_ms: number;
}
export interface AnsweredFacts {
  number: number;
  facts: DatasetFacts;
  by: string;
  at_ms: number;
  seq: number;
}
export interface Application {
  grade?: FlowGrade;
  erased_filters: string[];
  id: string;
  product: string;
  applicant: string;
  submitted_by: string;
  form: ApplicationForm;
  policy: PolicyReason[];
  roster: string[];
  rule: VotingRule;
  at_ms: number;
  deadline_ms: number;
  votes: Vote[];
  status: ApplicationStatus;
  reason: string;
  submitted_seq: number;
  decided_seq: number;
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
export interface AppointDeputy {
  absent?: string;
  deputy?: string;
  duties?: Duty[];
  from_ms?: number;
  until_ms?: number;
  reason?: string;
}
export interface ApproveProvision {
  provision?: string;
  approve?: boolean;
  reason?: string;
}
export interface ArrivalGrades {
  reopened: string[];
  review: number;
  problem: string;
}
export interface AskCredentialReset {
  person?: string;
  what?: string;
  reason?: string;
}
export interface AskMutualTlsEnd {
  party?: string;
  reason?: string;
}
export interface AskedResume {
  reason: string;
  by: string;
  at_ms: number;
}
export interface AssessedAnswer {
  question: string;
  answer: string;
}
export interface AssessedCondition {
  column: string;
  op: string;
  values: string[];
}
export interface AssessedRisk {
  risk: string;
  likelihood: string;
  severity: string;
  measure: string;
  residual_likelihood: string;
  residual_severity: string;
}
export interface Assessment {
  id: string;
  owner: string;
  form: AssessmentForm;
  status: AssessmentStatus;
  risk: string;
  residual: string;
  rules: string;
  reason: string;
  drafted_by: string;
  decided_by: string;
  at_ms: number;
  decided_ms: number;
  valid_until_ms: number;
  keep_until_ms: number;
  seq: number;
  level?: number;
  cross_border?: boolean;
  rows?: number;
  row_filter?: AssessedCondition[];
}
export interface AssessmentForm {
  product: string;
  recipient: string;
  scenario: Scenario;
  purpose: string;
  legal_basis: string;
  columns: string[];
  answers: AssessedAnswer[];
  risks: AssessedRisk[];
  conclusion: string;
  form?: OpenForm;
  cross_border?: boolean;
  rows?: number;
  row_filter?: AssessedCondition[];
}
export interface Backup {
  id: string;
  epoch: string;
  snapshot: string;
  entries: number;
  versions: number;
  bytes_stored: number;
  made_by: string;
  at_ms: number;
  seq: number;
}
export interface Batch {
  id: string;
  plan: string;
  dataset: string;
  version: string;
  held_version: string;
  file_digest: string;
  status: BatchStatus;
  manifest: ManifestCheck;
  reason: string;
  rows: number;
  accepted: number;
  warned: number;
  held: number;
  quality_digest: string;
  at_ms: number;
  seq: number;
  reported_by: string;
  receipted_by: string;
  number?: string;
  file_problem?: string;
  replaced_by?: string;
  settled: RowSpan[];
  corrected?: number;
  rejected?: number;
  held_manifest?: string;
  source?: string;
}
export interface CastVote {
  application?: string;
  approve?: boolean;
  reason?: string;
  personal?: PersonalSignature;
}
export interface CatalogField {
  own_level?: string;
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
  by_row?: boolean;
  valid_until_ms?: number;
  drift: DriftFinding[];
  drift_version?: string;
  drift_ms?: number;
  lowered?: FieldLowering;
}
export interface CeremonySeat {
  person: string;
  joined: boolean;
  taken: boolean;
  confirmed: boolean;
}
export interface CeremonySeen {
  state: CeremonyState;
  key_work: string;
  begun_by: string;
  needed: number;
  begun_ms: number;
  lapses_ms: number;
  reason: string;
  officers: CeremonySeat[];
}
export interface CertificateAuthority {
  id: string;
  subject: string;
  certificate: string;
  fingerprint: string;
  list: string;
  not_after_ms: number;
  at_ms: number;
  this_update_ms: number;
  next_update_ms: number;
  ended: boolean;
  reason: string;
}
export interface CertifyDestruction {
  release?: string;
  contract?: string;
  file_digest?: string;
  method?: string;
  destroyed_ms?: number;
  signature?: string;
}
export interface ChangeSourceKey {
  plan?: string;
  source_key?: string;
  reason?: string;
}
export interface ChangedSince {
  kind: RowsChange;
  from: string;
  from_number: number;
  version: string;
  number: number;
  at_ms: number;
  seq: number;
}
export interface ChaseDelivery {
  mandate?: string;
  contract?: string;
  note?: string;
}
export interface ChaseProvision {
  provision?: string;
  note?: string;
}
export interface ChaseRecipient {
  release?: string;
  note?: string;
  mandate?: string;
}
export interface Chased {
  times: number;
  last_ms: number;
  note: string;
}
export interface CheckPaper {
  paper?: string;
  accept?: boolean;
  note?: string;
  key_id?: string;
}
export interface CheckResult {
  check: string;
  note_zh: string;
  note_en: string;
  passed: boolean;
}
export interface ClearAlarm {
  alarm?: string;
  reason?: string;
}
export interface ClientRevocations {
  list: string;
  this_update_ms: number;
  next_update_ms: number;
  serials: string[];
}
export interface CloseVote {
  application?: string;
}
export interface CodeTable {
  owner: string;
  name: string;
  title: string;
  versions: CodeTableVersion[];
}
export interface CodeTableVersion {
  number: number;
  from_day: number;
  to_day?: number;
  content: string;
  rows: number;
  adopted_by: string;
  at_ms: number;
  seq: number;
}
export interface CollectAnswer {
  batch: string;
  sealed: boolean;
  reason: string;
  rows: number;
  accepted: number;
  warned: number;
  held: number;
  dataset: string;
  version: string;
  seq: number;
  file_problem?: string;
  file_problem_at?: string;
  grading?: ArrivalGrades;
}
export interface ColumnTechnique {
  column: string;
  technique: string;
  parameters: string;
}
export interface ConfirmFields {
  dataset?: string;
  verdicts?: FieldVerdict[];
}
export interface ConfirmMandate {
  mandate?: string;
  approve?: boolean;
  reason?: string;
}
export interface ConfirmUnsearchable {
  consent?: string;
  why?: string;
}
export interface Consent {
  id: string;
  owner: string;
  form: ConsentForm;
  commitment: string;
  withdrawn: boolean;
  reason: string;
  recorded_by: string;
  at_ms: number;
  withdrawn_ms: number;
  seq: number;
  withdrawn_seq: number;
  awaits_check?: boolean;
  accepted?: boolean;
  rows?: number;
  checked_by?: string;
  checked_ms?: number;
  check_note?: string;
  unsearchable_why?: string;
  unsearchable_by?: string;
  searched_ms?: number;
}
export interface ConsentForm {
  signature?: ConsentSignature;
  subject: string;
  product: string;
  recipient: string;
  purpose: string;
  columns: string[];
  expires_ms: number;
  evidence: string;
  digest: string;
}
export interface ConsentSignature {
  by: ConsentSignedBy;
  kept: string;
}
export interface Contract {
  id: string;
  application: string;
  terms: ContractTerms;
  text_zh: string;
  odrl: any;
  digest: string;
  status: ContractStatus;
  signatures: Signature[];
  reason: string;
  delivered: number;
  leased: number;
  at_ms: number;
  drafted_seq: number;
  active_seq: number;
}
export interface ContractTerms {
  grade?: FlowGrade;
  provider: string;
  recipient: string;
  product: string;
  dataset: string;
  version: string;
  flow: FlowType;
  form: OpenForm;
  scenario: Scenario;
  provider_role: DataRole;
  recipient_role: DataRole;
  purpose: string;
  purpose_note: string;
  legal_basis: string;
  duties: string;
  liability: string;
  columns: string[];
  row_filter: RowCondition[];
  deliveries_max: number;
  rate_per_minute: number;
  price_fen: number;
  starts_ms: number;
  expires_ms: number;
  one_person?: OnePerson;
  level5_rows?: Level5Rows;
  mutual_tls?: boolean;
}
export interface CorrectAnswer {
  batch: string;
  accepted: number;
  warned: number;
  rejected: number;
  still_held: StillHeld[];
  version: string;
  seq?: number;
  grading?: ArrivalGrades;
}
export interface CorrectionAnswer {
  correction: string;
  version: string;
  rows: number;
  corrected: number;
  seq: number;
  grading?: ArrivalGrades;
}
export interface CorrectionValue {
  value: string;
  was?: string;
}
export interface Dataset {
  id: string;
  owner: string;
  plan: string;
  name: string;
  title: string;
  frequency: string;
  versions: string[];
  columns: CatalogField[];
  rule_pack: string;
  proposed_seq: number;
  proposed_version?: string;
  report?: string;
  unplanned: string[];
  facts?: DatasetFacts;
  associations: MeasuredAssociation[];
  answers: AnsweredFacts[];
  destroyed_ms?: number;
  destroyed_by?: string;
}
export interface DatasetFacts {
  measures?: Record<string, string>;
  department: string;
  system: string;
  place: string;
  medium: string;
  retention: string;
  purpose: string;
  processing: string;
  provision: string;
}
export interface DatasetQuota {
  dataset: string;
  bytes_max: number;
}
export interface DatasetVersion {
  id: string;
  dataset: string;
  number: number;
  rows: number;
  manifest: string;
  columns: string[];
  batch: string;
  masked_from: string;
  strategy: string;
  at_ms: number;
  seq: number;
  parts: string[];
  change?: VersionChange;
}
export interface DecideAssessment {
  assessment?: string;
  approve?: boolean;
  reason?: string;
}
export interface DecideClient {
  party?: string;
  client?: string;
  approve?: boolean;
  reason?: string;
}
export interface DecideDraftedApplication {
  mandate?: string;
  draft?: string;
  approve?: boolean;
  reason?: string;
}
export interface DecideException {
  exception?: string;
  approve?: boolean;
  days?: number;
  reason?: string;
}
export interface DecideKeyWork {
  key_work?: string;
  approve?: boolean;
  reason?: string;
}
export interface DecideMutualTlsEnd {
  party?: string;
  approve?: boolean;
  reason?: string;
}
export interface DecideOperation {
  operation?: string;
  approve?: boolean;
  reason?: string;
}
export interface DecidePartyKey {
  party?: string;
  key_id?: string;
  approve?: boolean;
  reason?: string;
}
export interface DecidePersonResume {
  person?: string;
  approve?: boolean;
  reason?: string;
}
export interface DecideResume {
  party?: string;
  approve?: boolean;
  reason?: string;
}
export interface DecideRowCorrection {
  correction?: string;
  approve?: boolean;
  reason?: string;
}
export interface DecideSameRows {
  dataset?: string;
  other?: string;
  same?: boolean;
  reason?: string;
}
export interface DecideSubjectLinks {
  request?: string;
  confirm?: string[];
  reject?: string[];
  reason?: string;
}
export interface DecideSubjectRequest {
  request?: string;
  grant?: boolean;
  reason?: string;
}
export interface DefineUnit {
  unit?: string;
  name?: string;
  unit_kind?: UnitKind;
  above?: string;
  head?: string;
  region?: string;
}
export interface DemandMutualTls {
  party?: string;
  reason?: string;
}
export interface DemandState {
  id: string;
  clause: string;
  zh: string;
  en: string;
  met: boolean;
  by: string;
  reason: string;
  detail: string;
}
export interface Deputyship {
  id: string;
  absent: string;
  deputy: string;
  duties: Duty[];
  from_ms: number;
  until_ms: number;
  reason: string;
  acts: number;
}
export interface DescribedItem {
  id: string;
  party: string;
  facts: ItemFacts;
  answers: ItemAnswers[];
  grade?: ItemGrade;
  graded_by: string;
  at_ms: number;
  graded_ms: number;
  valid_until_ms: number;
  ended_ms: number;
  ended: string;
  seq: number;
}
export interface DestroyedKeys {
  version: string;
  columns: string[];
  whole: boolean;
}
export interface Destruction {
  by: string;
  method: string;
  key_id: string;
  destroyed_ms: number;
  at_ms: number;
  seq: number;
}
export interface DraftApplication {
  mandate?: string;
  product?: string;
  form?: ApplicationForm;
}
export interface DraftContract {
  application?: string;
  duties?: string;
  liability?: string;
  level5_rows?: Level5Rows;
  mutual_tls?: boolean;
  mandate?: string;
}
export interface DraftProduct {
  dataset?: string;
  version?: string;
  form?: ProductForm;
  mandate?: string;
}
export interface DraftedApplication {
  id: string;
  product: string;
  form: ApplicationForm;
  status: DraftedStatus;
  by: string;
  decided_by: string;
  at_ms: number;
  decided_ms: number;
  reason: string;
  application: string;
}
export interface DriftFinding {
  column: string;
  cause: string;
  zh: string;
  en: string;
}
export interface EndAuthority {
  authority?: string;
  reason?: string;
}
export interface EndClient {
  party?: string;
  client?: string;
  reason?: string;
}
export interface EndDeputyship {
  deputyship?: string;
  reason?: string;
}
export interface EndException {
  exception?: string;
  reason?: string;
}
export interface EndHold {
  version?: string;
  reason?: string;
}
export interface EndMandate {
  mandate?: string;
  reason?: string;
}
export interface EndPaper {
  paper?: string;
  reason?: string;
}
export interface EngageOutsider {
  person?: string;
  sponsor?: string;
  company?: string;
  until_ms?: number;
}
export interface EpochCopy {
  place: string;
  at_ms: number;
  gone_ms?: number;
  note?: string;
  said_by?: string;
}
export interface EraseFilter {
  application?: string;
  secret_ref?: string;
  reason?: string;
}
export interface EraseQueries {
  release?: string;
  reason?: string;
}
export interface FieldCount {
  column: string;
  technique: string;
  masked: number;
  nulls: number;
  failed: number;
}
export interface FieldLowering {
  lowering: string;
  level: number;
  floor: number;
  until_ms: number;
  reason: string;
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
  enterprise?: boolean;
  level5_rows?: number;
}
export interface FieldVerdict {
  own_level?: string;
  column: string;
  type: string;
  category: Category;
  level: number;
  identifying: boolean;
  quasi: boolean;
  reason: string;
  by_row?: boolean;
}
export interface FlowGrade {
  level: number;
  columns_level: number;
  rows: number;
  scenario: string;
  national: string;
  reasons: FlowReason[];
}
export interface FlowReason {
  rule: string;
  level: number;
  columns: string[];
  zh: string;
  en: string;
}
export interface ForbidSourceHost {
  host?: string;
  reason?: string;
}
export interface FoundLink {
  subject: string;
  kind: string;
  dataset: string;
  version: string;
  column: string;
  rows: number;
}
export interface FoundRows {
  dataset: string;
  version: string;
  column: string;
  rows: number;
  in?: SearchedIn;
  by?: string;
}
export interface GrantAccess {
  person?: string;
  unit?: string;
  scope?: AccessScope;
  expires_ms?: number;
  reason?: string;
}
export interface GrantDuty {
  person?: string;
  duty?: Duty;
  expires_ms?: number;
}
export interface Growth {
  bytes_per_day: number;
  days_left?: number;
  limited_by: string;
}
export interface HeldDuty {
  duty: Duty;
  expires_ms: number;
}
export interface Identity {
  id: string;
  provider: string;
  asked_by: string;
  decided_by: string;
  at_ms: number;
}
export interface InventoryFinding {
  version: string;
  column: string;
  reason: string;
  chunk: number;
}
export interface InventoryRun {
  started_ms: number;
  at_ms: number;
  versions: number;
  chunks: number;
  bytes: number;
  found: number;
  findings: InventoryFinding[];
  seq: number;
}
export interface ItemAnswers {
  number: number;
  facts: ItemFacts;
  by: string;
  at_ms: number;
  seq: number;
}
export interface ItemFacts {
  title: string;
  description: string;
  medium: string;
  department: string;
  system: string;
  place: string;
  volume: number;
  volume_unit: string;
  frequency: string;
  retention: string;
  purpose: string;
  processing: string;
  provision: string;
  measures: Record<string, string>;
}
export interface ItemGrade {
  type: string;
  category: Category;
  level: number;
  identifying: boolean;
  reason: string;
  own_level?: string;
}
export interface KeepLonger {
  version?: string;
  until_ms?: number;
  reason?: string;
}
export interface KeyWorkAnswer {
  key_work: string;
  new_version: string;
  rows_removed: number;
  wraps: number;
  tombstones_written: number;
  tombstones_missed: number;
  epoch_files_removed: number;
  epoch_copies_left: number;
  versions_destroyed: number;
  versions_rewritten: number;
  versions_kept: number;
  versions_left: VersionLeft[];
  certificate: any;
}
export interface KeyWorkDecision {
  by: string;
  approved: boolean;
  as: string;
  reason: string;
  at_ms: number;
}
export interface KeyWorkItem {
  id: string;
  work: KeyWork;
  dataset: string;
  version: string;
  new_version: string;
  columns: string[];
  epoch: string;
  reason: string;
  failure: string;
  proposed_by: string;
  witnesses: string[];
  witnesses_needed: number;
  wraps: number;
  rows_removed: number;
  status: KeyWorkStatus;
  carried_out: boolean;
  certificate: string;
  at_ms: number;
  lapses_ms: number;
  done_ms: number;
  seqs: number[];
  approval?: string;
  retention_ends_ms?: number;
  request?: string;
  signed_by: string[];
  decision_needed?: boolean;
  decision?: KeyWorkDecision;
  contracts?: string[];
  linked?: string;
  whole?: WholeDataset;
  person?: PersonRows;
  versions_done?: number;
  versions_kept?: number;
  versions_left?: number;
}
export interface LegalCase {
  level: number;
  one_person: boolean;
  cross_border: boolean;
  important_data: boolean;
  human_genetic: boolean;
  demands: DemandState[];
}
export interface Mandate {
  id: string;
  principal: string;
  form: MandateForm;
  status: MandateStatus;
  proposed_by: string;
  confirmed_by: string;
  accepted_by: string;
  ended_by: string;
  reason: string;
  at_ms: number;
  confirmed_ms: number;
  accepted_ms: number;
  ended_ms: number;
  seq: number;
  drafts: DraftedApplication[];
  deeds: MandateDeed[];
}
export interface MandateDeed {
  act: MandateAct;
  command: string;
  note: string;
  by: string;
  at_ms: number;
  seq: number;
  product: string;
  application: string;
  contract: string;
  release: string;
  draft: string;
}
export interface MandateForm {
  broker: string;
  acts: MandateAct[];
  products: string[];
  datasets: string[];
  purposes: string[];
  from_ms: number;
  until_ms: number;
  number: string;
  note: string;
  digest: string;
}
export interface MaskAnswer {
  from: string;
  from_number: number;
  version: string;
  rows: number;
  k: number;
  max_risk_ppm: number;
  before_k: number;
  seq: number;
  rows_left_out: number;
  level5_rows_left_out?: number;
}
export interface MaskedColumn {
  column: string;
  technique: string;
  level: number;
  direct_identifier: boolean;
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
  columns: MaskedColumn[];
  receipt: string;
  seq: number;
  run?: MaskingRun;
  masked_by?: string;
}
export interface MaskingRun {
  applied?: string;
  rows_not_sampled?: number;
  rows_suppressed?: number;
  rows_level5?: number;
  cells?: number;
  cells_hidden?: number;
  share_type?: string;
  form?: string;
  purpose?: string;
  strategy: string;
  strategy_version: string;
  strategy_digest: string;
  input: string;
  output: string;
  key_id?: string;
  key_name: string;
  rows_in: number;
  rows_out: number;
  rows_dropped: number;
  residual_rows_scanned: number;
  duration_ms: number;
  counts: FieldCount[];
}
export interface MeasuredAssociation {
  version: string;
  quasi: string[];
  rows: number;
  unique_rows: number;
  k_min: number;
  combinations: MeasuredCombination[];
  at_ms: number;
}
export interface MeasuredCombination {
  columns: string[];
  unique_rows: number;
  k_min: number;
}
export interface MergeAnswer {
  dataset: string;
  version: string;
  parts: string[];
  rows: number;
  seq: number;
  superseded?: number;
  grading?: ArrivalGrades;
}
export interface NameHead {
  unit?: string;
  head?: string;
  reason?: string;
}
export interface NotSearched {
  dataset: string;
  version: string;
  in: SearchedIn;
  reason: string;
}
export interface NoteProvision {
  provision?: string;
  note?: string;
}
export interface OnePerson {
  subject: string;
  inputs: string[];
}
export interface Operation {
  id: string;
  what: string;
  party: string;
  dataset: string;
  version: string;
  batch: string;
  columns: string[];
  first_row: number;
  rows: number;
  flow: OperationFlow;
  status: OperationStatus;
  purpose: string;
  reason: string;
  decision: string;
  access: string;
  level: number;
  right: string;
  exception: string;
  windows: WindowFinding[];
  requested_by: string;
  decided_by: string;
  grant: string;
  done_rows: number;
  bytes: number;
  file_digest: string;
  envelope_digest: string;
  at_ms: number;
  decided_ms: number;
  expires_ms: number;
  seq: number;
}
export interface Outsider {
  person: string;
  sponsor: string;
  company: string;
  until_ms: number;
}
export interface OwnLevel {
  id: string;
  zh: string;
  en: string;
  standard: number;
}
export interface OwnScale {
  levels: OwnLevel[];
  reason: string;
  adopted_by: string;
  at_ms: number;
  seq: number;
}
export interface Paper {
  id: string;
  owner: string;
  form: PaperForm;
  status: PaperStatus;
  entered_by: string;
  checked_by: string;
  note: string;
  at_ms: number;
  checked_ms: number;
  seq: number;
  key_id?: string;
}
export interface PaperForm {
  kind: string;
  title: string;
  number: string;
  authority: string;
  dated_ms: number;
  expires_ms: number;
  digest: string;
  counterpart: string;
  product: string;
  dataset: string;
  columns: string[];
  basis: string;
  purpose: string;
  duties: string;
  abroad: string;
  mechanism: string;
  subcontracting: boolean;
  upstream: string;
  application: string;
  members: string[];
  approve: boolean;
  uscc?: string;
  public_key?: string;
  agency?: string;
  unit?: string;
  decides?: string;
}
export interface Party {
  id: string;
  name: string;
  uscc: string;
  role: PartyRole;
  status: PartyStatus;
  registered_by: string;
  verified_by: string;
  key_id: string;
  public_key: string;
  registered_seq: number;
  key_seq: number;
  country?: string;
  proposed_key?: ProposedKey;
  resume?: AskedResume;
  clients: PartyClient[];
  mutual_tls: boolean;
  mutual_tls_end?: AskedResume;
}
export interface PartyClient {
  id: string;
  by: ClientBy;
  status: ClientStatus;
  certificate: string;
  fingerprint: string;
  name: string;
  subject: string;
  reason: string;
  not_before_ms: number;
  not_after_ms: number;
  at_ms: number;
  decided_ms: number;
  ended_ms: number;
  proposed_by: string;
  decided_by: string;
  revocations?: ClientRevocations;
}
export interface PendingReset {
  what: string;
  reason: string;
  asked_by: string;
  at_ms: number;
}
export interface PendingResume {
  reason: string;
  asked_by: string;
  at_ms: number;
}
export interface Person {
  id: string;
  party: string;
  duties: HeldDuty[];
  suspended: boolean;
  reset?: PendingReset;
  identity_asked?: Identity;
  identity?: Identity;
  resume?: PendingResume;
}
export interface PersonCertificate {
  id: string;
  person: string;
  authority: string;
  fingerprint: string;
  public_key: string;
  not_before_ms: number;
  not_after_ms: number;
  at_ms: number;
  revoked_ms: number;
  revoked: boolean;
  reason: string;
  seq: number;
}
export interface PersonRows {
  versions: number;
  kept: number;
  list: string;
}
export interface PersonalSignature {
  certificate: string;
  signature: string;
}
export interface PlaceAnswer {
  looked_at: number;
  moved: number;
  bytes: number;
}
export interface PlaceInUnit {
  person?: string;
  unit?: string;
}
export interface Plan {
  seq: number;
  id: string;
  dataset: string;
  owner: string;
  name: string;
  title: string;
  source_name: string;
  source_uscc: string;
  purpose: string;
  legal_basis: string;
  frequency: string;
  source_key: string;
  plan_digest: string;
  fields: PlanField[];
  version?: number;
  mark?: string;
}
export interface PlanField {
  name: string;
  title: string;
  type: string;
  code: string;
  necessity: string;
}
export interface PolicyReason {
  id: string;
  clause: string;
  text_zh: string;
  text_en: string;
}
export interface PrivilegeException {
  id: string;
  what: string;
  party: string;
  dataset: string;
  columns: string[];
  level: number;
  days: number;
  reason: string;
  measures: string;
  decision: string;
  note: string;
  status: ExceptionStatus;
  requested_by: string;
  decided_by: string;
  reviewed_by: string;
  verdict: ReviewVerdict;
  uses: string[];
  at_ms: number;
  decided_ms: number;
  until_ms: number;
  review_due_ms: number;
  reviewed_ms: number;
  seq: number;
}
export interface Process {
  id: string;
  party: string;
  number: number;
  diagram: ProcessDiagram;
  drawn_by: string;
  at_ms: number;
  removed_ms: number;
  seq: number;
  earlier: number[];
}
export interface ProcessAccess {
  who: string;
  unit: string;
  rights: string[];
}
export interface ProcessDiagram {
  title: string;
  description: string;
  department: string;
  nodes: ProcessNode[];
  edges: ProcessEdge[];
}
export interface ProcessEdge {
  from: string;
  to: string;
  label: string;
}
export interface ProcessLink {
  dataset: string;
  columns: string[];
  item: string;
}
export interface ProcessNode {
  id: string;
  title: string;
  kind: string;
  data: ProcessLink[];
  access: ProcessAccess[];
  processing: string;
  storage: string;
  transmission: string;
}
export interface Product {
  grade?: FlowGrade;
  id: string;
  owner: string;
  dataset: string;
  version: string;
  form: ProductForm;
  status: ProductStatus;
  rows: number;
  sample_rows: number;
  level: number;
  checks: CheckResult[];
  number: string;
  reason: string;
  drafted_by: string;
  reviewed_by: string;
  registered_by: string;
  drafted_seq: number;
  checked_seq: number;
  reviewed_seq: number;
  registered_seq: number;
  at_ms: number;
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
  one_person?: OnePerson;
}
export interface ProposeClient {
  party?: string;
  by?: ClientBy;
  certificate?: string;
  name?: string;
}
export interface ProposeKeyWork {
  work?: KeyWork;
  version?: string;
  columns?: string[];
  epoch?: string;
  reason?: string;
  approval?: string;
  request?: string;
  contracts?: string[];
  linked?: string;
  dataset?: string;
}
export interface ProposedKey {
  key_id: string;
  public_key: string;
  proof: string;
  by: string;
  at_ms: number;
}
export interface Provision {
  id: string;
  owner: string;
  form: ProvisionForm;
  identified: boolean;
  level: number;
  grade?: FlowGrade;
  approvers: string[];
  status: ProvisionStatus;
  words: ProvisionWord[];
  grant: string;
  rows: number;
  bytes: number;
  file_digest: string;
  envelope_digest: string;
  reason: string;
  note: string;
  requested_by: string;
  noted_by: string;
  at_ms: number;
  delivered_ms: number;
  noted_ms: number;
  seq: number;
  destruction?: Destruction;
  chased?: Chased;
}
export interface ProvisionColumn {
  column: string;
  reason: string;
}
export interface ProvisionForm {
  party?: string;
  agency?: string;
  column_reasons?: ProvisionColumn[];
  range_reason?: string;
  destroy_by_ms?: number;
  rows_max?: number;
  kind: string;
  requester: string;
  document: string;
  reason: string;
  digest: string;
  basis: string;
  dataset: string;
  version: string;
  columns: string[];
  row_filter: RowCondition[];
  recipient_key: string;
}
export interface ProvisionWord {
  person: string;
  duty: string;
  reason: string;
  approved: boolean;
  at_ms: number;
}
export interface ReceiptBatch {
  plan?: string;
  file_digest?: string;
  rows?: number;
  receipt?: string;
  reconciliation?: string;
}
export interface RecuseMember {
  application?: string;
  reason?: string;
}
export interface RefusedFile {
  plan: string;
  owner: string;
  file_digest: string;
  bytes: number;
  reason: string;
  file_problem?: string;
  source?: string;
  deletion?: boolean;
  by: string;
  at_ms: number;
  seq: number;
}
export interface RegisterParty {
  name?: string;
  uscc?: string;
  role?: PartyRole;
  evidence?: string;
  country?: string;
}
export interface RegisterPartyKey {
  party?: string;
  public_key?: string;
  proof?: string;
}
export interface RegisterProduct {
  product?: string;
  approve?: boolean;
  reason?: string;
}
export interface Rehearsal {
  backup: string;
  reason: string;
  entries: number;
  versions: number;
  bytes: number;
  took_ms: number;
  at_ms: number;
  seq: number;
}
export interface Release {
  content_digest?: string;
  grade?: FlowGrade;
  destruction?: Destruction;
  marks?: ReleaseMarks;
  id: string;
  contract: string;
  dataset: string;
  version: string;
  grant: string;
  form: OpenForm;
  columns: string[];
  row_filter: RowCondition[];
  recipient_key_id: string;
  recipient_key: string;
  status: ReleaseStatus;
  level: number;
  rows: number;
  bytes: number;
  calls: number;
  file_digest: string;
  envelope_digest: string;
  token_digest: string;
  format: string;
  reason: string;
  policy: PolicyReason[];
  released_by: string;
  at_ms: number;
  expires_ms: number;
  prepared_seq: number;
  delivered_seq: number;
  recipient_key_seq: number;
}
export interface ReleaseMarks {
  unmarked?: string;
  cells_expected?: number;
  commitment: string;
  strategy: string;
  carriers: string[];
  cells_marked: number;
  cells_changed: number;
  k_before: number;
  k_min: number;
  seq: number;
}
export interface RemoveAlarmChannel {
  name?: string;
  reason?: string;
}
export interface RemoveSignInProvider {
  provider?: string;
  reason?: string;
}
export interface RequestException {
  what?: string;
  dataset?: string;
  columns?: string[];
  days?: number;
  reason?: string;
  measures?: string;
}
export interface RequestOperation {
  what?: string;
  dataset?: string;
  version?: string;
  batch?: string;
  columns?: string[];
  first_row?: number;
  rows?: number;
  flow?: OperationFlow;
  purpose?: string;
  reason?: string;
}
export interface ResumeContract {
  contract?: string;
  reason?: string;
}
export interface ResumeParty {
  party?: string;
  reason?: string;
}
export interface ResumePerson {
  person?: string;
  reason?: string;
}
export interface ReviewException {
  exception?: string;
  verdict?: ReviewVerdict;
  note?: string;
}
export interface ReviewProduct {
  product?: string;
  approve?: boolean;
  reason?: string;
}
export interface RevocationsAnswer {
  on_list: number;
  revoked: number;
  next_update_ms: number;
}
export interface RevokeAccess {
  right?: string;
  reason?: string;
}
export interface RevokeCertificate {
  certificate?: string;
  reason?: string;
}
export interface RevokeRelease {
  release?: string;
  reason?: string;
}
export interface Right {
  id: string;
  party: string;
  person: string;
  unit: string;
  scope: AccessScope;
  expires_ms: number;
  granted_ms: number;
  last_used_ms: number;
  granted_by: string;
  revoked: boolean;
  reason: string;
}
export interface RowCondition {
  column: string;
  op: string;
  values: string[];
  secret_ref: string;
  commitment?: string;
  masked?: string[];
}
export interface RowCorrection {
  id: string;
  request: string;
  owner: string;
  way: CorrectionWay;
  status: RowCorrectionStatus;
  dataset: string;
  version: string;
  new_version: string;
  person_column: string;
  column: string;
  evidence: string;
  reason: string;
  value: string;
  corrected: number;
  proposed_by: string;
  decided_by: string;
  done_by: string;
  at_ms: number;
  decided_ms: number;
  done_ms: number;
  seq: number;
}
export interface RowSpan {
  first: number;
  last: number;
}
export interface SameRows {
  dataset: string;
  other: string;
  same: boolean;
  permille?: number;
  at_ms: number;
  decided_by?: string;
  reason?: string;
}
export interface SetAlarms {
  settings?: AlarmSettings;
  reason?: string;
}
export interface SignContract {
  contract?: string;
  signature?: string;
  personal?: PersonalSignature;
}
export interface SignInProvider {
  provider: string;
  title: string;
  issuer: string;
  client_id: string;
  at_ms: number;
}
export interface Signature {
  key_seq: number;
  party: string;
  signer: string;
  key_id: string;
  public_key: string;
  signature: string;
  at_ms: number;
  seq: number;
  certificate?: string;
}
export interface Source {
  id: string;
  plan: string;
  owner: string;
  registered_by: string;
  name: string;
  source_kind: SourceKind;
  place: string;
  every_s: number;
  at: string[];
  late_after_s: number;
  retries: number;
  status: SourceStatus;
  registered_ms: number;
  last_run_ms?: number;
  last_taken_ms?: number;
  outcome?: RunOutcome;
  reason: string;
  failures: number;
  runs: number;
  batches: number;
  seq: number;
  rows_per_day?: number;
  secret?: string;
  from_afar?: boolean;
}
export interface StillHeld {
  row: number;
  reasons: string[];
}
export interface StorageFailure {
  reason: string;
  at_ms: number;
  times: number;
}
export interface StoragePolicy {
  space_bytes_max: number;
  keep_free_bytes: number;
  datasets: DatasetQuota[];
  warn_days: number;
  backup_to: string;
  backup_every_s: number;
  inventory_every_s: number;
  rehearse_every_s: number;
  inventory_bytes_per_s: number;
}
export interface StoredDataset {
  dataset: string;
  title: string;
  versions: number;
  bytes: number;
  bytes_max?: number;
  growth: Growth;
}
export interface StoredDay {
  at_ms: number;
  bytes: number;
}
export interface StoredTier {
  tier: number;
  versions: number;
  bytes: number;
}
export interface Strategy {
  summary?: StrategySummary;
  id: string;
  dataset: string;
  name: string;
  content: string;
  techniques: ColumnTechnique[];
  adopted_by: string;
  at_ms: number;
  seq: number;
}
export interface StrategyReview {
  reviewer: string;
  key_id: string;
  document: string;
  signature: string;
}
export interface StrategySummary {
  id: string;
  version: string;
  marks: boolean;
  base?: string;
  base_version?: string;
  use?: StrategyUse;
  review_required?: boolean;
  aggregate?: boolean;
  review?: StrategyReview;
}
export interface StrategyUse {
  share_types: string[];
  forms: string[];
  purposes: string[];
  not_after?: string;
}
export interface SubjectLink {
  link: FoundLink;
  status: LinkStatus;
  decided_by: string;
  reason: string;
}
export interface SubjectRequest {
  searched_ms?: number;
  versions_searched?: number;
  held_searched?: number;
  masked_searched?: number;
  not_searched?: NotSearched[];
  found: FoundRows[];
  links: SubjectLink[];
  searched_by: string[];
  identifier_kind?: string;
  id: string;
  owner: string;
  subject: string;
  what: string;
  channel: string;
  dataset: string;
  consent: string;
  status: SubjectRequestStatus;
  method: VerifiedBy;
  evidence: string;
  reason: string;
  note: string;
  token_digest: string;
  answer: string;
  key_work: string;
  taken_by: string;
  verified_by: string;
  decided_by: string;
  answered_by: string;
  at_ms: number;
  due_ms: number;
  verified_ms: number;
  decided_ms: number;
  answered_ms: number;
  seq: number;
}
export interface SubmitApplication {
  product?: string;
  form?: ApplicationForm;
}
export interface SuspendContract {
  contract?: string;
  reason?: string;
}
export interface SuspendParty {
  party?: string;
  reason?: string;
}
export interface SuspendPerson {
  person?: string;
  reason?: string;
}
export interface TakeClientRevocations {
  party?: string;
  client?: string;
  list?: string;
}
export interface TerminateContract {
  contract?: string;
  reason?: string;
}
export interface Unit {
  id: string;
  party: string;
  name: string;
  unit_kind: UnitKind;
  above: string;
  head: string;
  region: string;
}
export interface VerifyParty {
  party?: string;
  evidence?: string;
}
export interface VersionChange {
  by: string;
  superseded?: number;
  removed?: number;
  unmatched?: number;
  number?: string;
  list_digest?: string;
  operation?: string;
  correction?: string;
}
export interface VersionInForce {
  version: string;
  number: number;
  rows: number;
  beside: number;
}
export interface VersionLeft {
  version: string;
  reason: string;
}
export interface Vote {
  member: string;
  approve: boolean;
  recused: boolean;
  reason: string;
  at_ms: number;
  seq: number;
  certificate?: string;
}
export interface VotingRule {
  quorum: number;
  approve_percent: number;
}
export interface WholeDataset {
  versions: number;
  list: string;
}
export interface WindowFinding {
  window: string;
  rows: number;
  operations: number;
}
export interface WithdrawApplication {
  application?: string;
  reason?: string;
}
export interface WithdrawConsent {
  consent?: string;
  reason?: string;
}
export interface WithdrawDraftedApplication {
  mandate?: string;
  draft?: string;
  reason?: string;
}
export interface WithdrawOperation {
  operation?: string;
}
export interface WithdrawProduct {
  product?: string;
  reason?: string;
}
export interface WitnessKeyWork {
  key_work?: string;
  verdict?: WitnessWord;
  reason?: string;
  personal?: PersonalSignature;
}
export interface SourceCame {
  batches: number;
  rows: number;
}
export interface MandateAsk {
  broker: string;
  acts: MandateAct[];
  products?: string[];
  datasets?: string[];
  purposes?: string[];
  from_ms?: number;
  until_ms: number;
  number: string;
  note?: string;
  digest?: string;
  scan?: string;
}
export interface DraftedApplicationShown {
  id: string;
  product: string;
  form: ApplicationForm;
  status: DraftedStatus;
  by: string;
  decided_by: string;
  at_ms: number;
  decided_ms: number;
  reason: string;
  application: string;
  can: string[];
}
export interface MandateOffer {
  dataset: string;
  title: string;
  versions: MandateOfferVersion[];
}
export interface MandateOfferVersion {
  version: string;
  number: number;
  rows: number;
  k: number;
  columns: MandateOfferColumn[];
}
export interface MandateOfferColumn {
  column: string;
  title: string;
  category: string;
  level: number;
  technique: string;
}
export interface PartyClientObject {
  id: string;
  by: ClientBy;
  status: ClientStatus;
  certificate: string;
  fingerprint: string;
  name: string;
  subject: string;
  reason: string;
  not_before_ms: number;
  not_after_ms: number;
  at_ms: number;
  decided_ms: number;
  ended_ms: number;
  proposed_by: string;
  decided_by: string;
  revocations?: ClientRevocationsShown;
  can: string[];
}
export interface ClientRevocationsShown {
  list: string;
  this_update_ms: number;
  next_update_ms: number;
  serials: number;
}
export interface ChangedPart {
  version: string;
  number: number;
  rows: number;
  destroyed: boolean;
}
export interface ChangeOperation {
  id: string;
  flow: OperationFlow;
  requested_by: string;
  decided_by: string;
  decision: string;
  reason: string;
}
export interface VersionChangeObject {
  version: string;
  dataset: string;
  title: string;
  number: number;
  kind: 'merge' | 'deletion' | 'correction';
  rows: number;
  rows_before: number;
  at_ms: number;
  seq: number;
  older_until_ms: number | null;
  parts: ChangedPart[];
  change?: VersionChange;
  operation?: ChangeOperation;
  names: Record<string, string>;
  can: string[];
}
export interface RowCorrectionShown {
  id: string;
  request: string;
  owner: string;
  way: CorrectionWay;
  status: RowCorrectionStatus;
  dataset: string;
  version: string;
  new_version: string;
  person_column: string;
  column: string;
  evidence: string;
  reason: string;
  value: string;
  corrected: number;
  proposed_by: string;
  decided_by: string;
  done_by: string;
  at_ms: number;
  decided_ms: number;
  done_ms: number;
  seq: number;
  column_title: string;
  dataset_title: string;
  can: string[];
}
export interface CorrectionProposal {
  way?: CorrectionWay;
  version: string;
  person_column?: string;
  column: string;
  value?: string;
  was?: string;
  evidence: string;
}
export interface CorrectionAbout {
  at_ms: number;
  cells: number;
  field: string;
  reason: string;
  status: RowCorrectionStatus;
  title: string;
  version: string;
  way: CorrectionWay;
}
export interface SourceHeld {
  batch: string;
  reason: string;
  rows: number;
  at_ms: number;
}
export interface SourceWaiting {
  file: string;
  reason: string;
}
export interface ScanFile {
  name: string;
  content: string;
}
export interface SourceAsk {
  plan: string;
  name: string;
  folder?: FolderPlace;
  database?: any;
  sftp?: SftpPlace;
  every_s?: number;
  at?: string[];
  late_after_s?: number;
  retries?: number;
  rows_per_day?: number;
  password?: string;
}
export interface FolderPlace {
  folder: string;
  pattern?: string;
  settle_s?: number;
  manifest_within_s?: number;
}
export interface SftpPlace {
  host: string;
  port?: number;
  user: string;
  folder: string;
  host_key: string;
  pattern?: string;
  manifest_within_s?: number;
}
export interface AmendSourceAsk {
  reason: string;
  name?: string;
  every_s?: number;
  at?: string[];
  late_after_s?: number;
  retries?: number;
  rows_per_day?: number;
}
export interface SourceFolders {
  folders: string[];
}
export interface ScanAsk {
  name?: string;
  source?: string;
  database?: any;
  folder?: string;
  files?: ScanFile[];
  password?: string;
  rows?: number;
  names_only?: boolean;
}
export interface ScanObject {
  id: string;
  name: string;
  party: string;
  started_by: string;
  kind: 'database' | 'folder' | 'files';
  source: string;
  database?: any;
  folder?: string;
  files: string[];
  rows: number;
  names_only: boolean;
  status: 'running' | 'done' | 'stopped' | 'failed';
  stopping: boolean;
  reason: string;
  started_ms: number;
  ended_ms: number;
  tables: number;
  tables_total: number;
  unread: number;
  fields_found: number;
  review: number;
  levels: number[];
  can: string[];
}
export interface Scans {
  items: ScanObject[];
  total: number;
  can: string[];
}
export interface ScanTable {
  table: string;
  comment: string;
  columns: number;
  level: number;
  rows: number | null;
  sampled: number;
  error_permille: number;
  reason: string;
}
export interface ScanTables {
  items: ScanTable[];
  total: number;
}
export interface ScanField {
  table: string;
  table_comment: string;
  column: string;
  comment: string;
  data_type: string;
  type: string;
  type_zh: string;
  category: Category;
  level: number;
  confidence_permille: number;
  review: boolean;
  contains_level5: boolean;
  enterprise: boolean;
  identifying: boolean;
  quasi: boolean;
  reasons_zh: string[];
  reasons_en: string[];
}
export interface ScanFields {
  items: ScanField[];
  next: string | null;
  total: number;
}
export interface SourceRun {
  outcome?: string;
  reason: string;
  batches?: string[];
  waiting?: SourceWaiting[];
}
export interface WindowShown {
  window: string;
  rows: number;
  operations: number;
  rows_max: number;
  zh: string;
  en: string;
}
export interface OperationKind {
  id: string;
  zh: string;
  en: string;
  flow: string;
  group: string;
  duties: string[];
  level_free_max: number;
  level_shown_max: number;
  rows_max: number;
}
export interface OperationWindow {
  id: string;
  zh: string;
  en: string;
  group: string;
  across: string;
  hours: number;
  rows_max: number;
}
export interface ReleaseCall {
  at_ms: number;
  cursor: number | null;
  filter: CallCondition[];
  kind: string;
  limit: number;
  release: string;
  n: number;
  receipt: string;
  segment: number;
  rows?: number;
  lease?: string;
  content?: string;
  refused?: string;
  certificate?: string;
  subject?: string;
  consent?: string;
  secret_ref?: string;
}
export interface CallCondition {
  column: string;
  op: string;
  commitment?: string;
  secret_ref?: string;
}
export interface ReleaseCalls {
  items: ReleaseCall[];
}
export interface LawTerm {
  id: string;
  zh: string;
  en: string;
}
export interface LawDemand {
  id: string;
  clause: string;
  zh: string;
  en: string;
  level_min?: number;
  legal_bases: string[];
  scenarios: string[];
  flags: string[];
}
export interface LawPaperKind {
  id: string;
  zh: string;
  en: string;
  enter: string[];
  check: string[];
  needs: string[];
}
export interface LawRiskRow {
  likelihood: string;
  risk: string[];
}
export interface LawAssessmentRules {
  questions: LawTerm[];
  likelihoods: LawTerm[];
  severities: LawTerm[];
  risks: LawTerm[];
  matrix: LawRiskRow[];
  residual_max: string;
  valid_days: number;
  keep_years: number;
  growth_percent?: number;
}
export interface LawRequestKind {
  id: string;
  zh: string;
  en: string;
  days: number;
}
export interface LawCeiling {
  category: Category;
  level_max: number;
}
export interface LawProvisionKind {
  id: string;
  zh: string;
  en: string;
  identified: boolean;
  level_max: number;
  legal_bases: string[];
  approvers: string[];
  may_ask?: LawCeiling[];
  told?: boolean;
  columns_max?: number;
  persons_max?: number;
  keep_days?: number;
  range_approvers?: string[];
}
export interface ProvisionCase {
  complete: boolean;
  level: number;
  one_person: boolean;
  cross_border: boolean;
  important_data: boolean;
  human_genetic: boolean;
  demands: DemandState[];
}
export interface ProvisionNotice {
  format: string;
  provision: string;
  document: string;
  requester: string;
  file_digest: string;
  rows: number;
  destroy_by_ms?: number;
}
export interface ProvisionCertificate {
  format: string;
  provision: string;
  file_digest: string;
  method: string;
  destroyed_ms: number;
  signature: string;
}
export interface LawRetention {
  category: Category;
  zh: string;
  en: string;
  days: number;
}
export interface LawPersonNumber {
  id: string;
  zh: string;
  en: string;
  types: string[];
}
export interface LawOnePerson {
  misses_max: number;
  window_minutes: number;
}
export interface LawTemplate {
  pack: string;
  version: string;
  effective_from: string;
  interim: boolean;
  demands: LawDemand[];
  papers: LawPaperKind[];
  assessment: LawAssessmentRules;
  requests: LawRequestKind[];
  provisions: LawProvisionKind[];
  retention: LawRetention[];
  retention_warn_days: number;
  one_person: LawOnePerson;
  person_numbers?: LawPersonNumber[];
}
export interface PaperAsk {
  kind: string;
  title: string;
  number: string;
  authority: string;
  dated_ms?: number;
  expires_ms?: number;
  digest?: string;
  scan?: string;
  counterpart?: string;
  product?: string;
  dataset?: string;
  columns?: string[];
  basis?: string;
  purpose?: string;
  duties?: string;
  abroad?: string;
  mechanism?: string;
  subcontracting?: boolean;
  upstream?: string;
  application?: string;
  members?: string[];
  approve?: boolean;
  uscc?: string;
  public_key?: string;
  agency?: string;
}
export interface ConsentAsk {
  identifier: string;
  product: string;
  recipient: string;
  purpose: string;
  columns: string[];
  expires_ms: number;
  evidence: string;
  digest?: string;
  signature?: any;
  certificate?: string;
}
export interface ConsentTextAsk {
  identifier: string;
  product: string;
  recipient: string;
  purpose: string;
  columns: string[];
  expires_ms: number;
}
export interface ConsentDocument {
  column_names?: Record<string, string>;
  columns: string[];
  expires_ms: number;
  format: string;
  identifier: string;
  product: string;
  product_name: string;
  purpose: string;
  purpose_name?: string;
  recipient: string;
  recipient_name: string;
}
export interface ConsentText {
  document: ConsentDocument;
}
export interface SignedConsent {
  by: ConsentSignedBy;
  holds: boolean;
  document: ConsentDocument;
  signature: any;
  certificate?: string;
  certificate_subject?: string;
}
export interface FoundAbout {
  title: string;
  version: string;
  column: string;
  in: SearchedIn;
  rows: number;
  sealed_ms: number;
  destroyed: boolean;
}
export interface NotSearchedAbout {
  title: string;
  version: string;
  in: string;
  reason: string;
  zh: string;
  en: string;
}
export interface SearchAbout {
  found: FoundAbout[];
  held: number;
  later_versions: string[];
  masked: number;
  not_searched: NotSearchedAbout[];
  searched_ms: number;
  versions: number;
}
export interface ProposedDeletion {
  key_work: string;
  versions: number;
  kept: number;
}
export interface SubjectLinkShown {
  column: string;
  column_title: string;
  dataset: string;
  kind: string;
  kind_zh: string;
  kind_en: string;
  masked: string;
  rows: number;
  status: LinkStatus;
  subject: string;
  title: string;
}
export interface SubjectLinks {
  items: SubjectLinkShown[];
}
export interface SubjectRequestAsk {
  identifier: string;
  identifier_kind?: string;
  what: string;
  channel: string;
  dataset?: string;
  consent?: string;
}
export interface SubjectAnswerAsk {
  note: string;
  key_work?: string;
}
export interface NotTold {
  reason: string;
  zh: string;
  en: string;
}
export interface SubjectUse {
  at_ms: number;
  authority?: string;
  document?: string;
  kind?: string;
  kind_zh?: string;
  kind_en?: string;
  provision?: string;
  refused?: string;
  columns?: string[];
  product?: string;
  purpose?: string;
  recipient?: string;
  release?: string;
  rows?: number;
  titles?: string[];
}
export interface OwnConsent {
  id: string;
  at_ms: number;
  columns: string[];
  expires_ms: number;
  product: string;
  purpose: string;
  recipient: string;
  titles?: string[];
  withdrawn: boolean;
  withdrawn_ms: number;
}
export interface OwnRequest {
  id: string;
  at_ms: number;
  due_ms: number;
  what: string;
  status: string;
  note: string;
  reason: string;
  corrections?: CorrectionAbout[];
}
export interface OwnRecord {
  consents: OwnConsent[];
  not_told: NotTold[];
  requests: OwnRequest[];
  uses: SubjectUse[];
}
export interface HeldAbout {
  title: string;
  columns: string[];
  kept_until_ms: number;
  purpose?: string;
  source?: string;
}
export interface SubjectAnswer {
  what: string;
  note: string;
  held?: HeldAbout[];
  may_hold?: HeldAbout[];
  not_told?: NotTold[];
  search?: SearchAbout;
  uses?: SubjectUse[];
  corrections?: CorrectionAbout[];
  consents: OwnConsent[];
}
export interface VerifiedSubject {
  request: SubjectRequestObject;
  token: string;
}
export interface ProvisionAsk {
  kind: string;
  party?: string;
  agency?: string;
  requester?: string;
  document: string;
  reason: string;
  digest?: string;
  scan?: string;
  basis: string;
  dataset: string;
  version: string;
  columns: string[];
  row_filter: RowCondition[];
  recipient_key?: string;
  column_reasons?: ProvisionColumn[];
  range_reason?: string;
  rows_max?: number;
  destroy_by_ms?: number;
}
export interface RetentionItem {
  version: string;
  dataset: string;
  title: string;
  category: string;
  ends_ms: number;
  extended: boolean;
  masked: boolean;
  rows: number;
  sealed_ms: number;
  state: 'kept' | 'ending' | 'over' | 'destroyed';
  reason?: string;
  key_work?: string;
  held?: boolean;
  batch?: string;
  hold?: RetentionHold;
  can: string[];
}
export interface RetentionHold {
  until_ms: number;
  since_ms: number;
  by: string;
}
export interface RetentionRegister {
  items: RetentionItem[];
  names: Record<string, string>;
  total: number;
  warn_days: number;
  rules: LawRetention[];
}
export interface OverdueRecipient {
  release: string;
  recipient: string;
  due_ms: number;
  chased?: Chased;
}
export interface OverdueProvision {
  provision: string;
  recipient: string;
  due_ms: number;
  chased?: Chased;
}
export interface LawReport {
  provisions: ProvisionObject[];
  overdue_recipients: OverdueRecipient[];
  overdue_provisions: OverdueProvision[];
  late_requests: SubjectRequestObject[];
}
export interface PlanFieldName {
  name: string;
  title: string;
}
export interface ProductField {
  column: string;
  title?: string;
  type?: string;
  category?: Category;
  level?: number;
  technique?: string;
}
export interface BatchQuality {
  rows: number;
  accepted: number;
  warned: number;
  held: number;
}
export interface ContractRelease {
  id: string;
  status: ReleaseStatus;
  form: OpenForm;
  at_ms: number;
}
export interface Names {
  names: Record<string, string>;
}
export interface HeldReason {
  subject: string;
  rule: string;
}
export interface HeldRow {
  row: number;
  reasons: HeldReason[];
  cells?: Record<string, string>;
}
export interface HeldPage {
  rows: HeldRow[];
  next: number | null;
  open: number;
  on_reason: string[];
  withheld: string[];
}
export interface OfferedProvider {
  provider: string;
  title: string;
  start: string;
}
export interface OfferedProviders {
  items: OfferedProvider[];
}
export interface SetProviders {
  items: SignInProviderObject[];
}
export interface OidcProviderAsk {
  provider: string;
  title: string;
  issuer: string;
  client_id: string;
  redirect_uri: string;
  client_secret?: string;
  ca_pem?: string;
}
export interface OidcLink {
  person: string;
  linked: OidcIdentity | null;
  asked: OidcAsked | null;
  can: string[];
  names: Record<string, string>;
}
export interface OidcDecideAsk {
  identity: string;
  approve: boolean;
  reason?: string;
}
export interface OidcIdentity {
  id: string;
  provider: string;
  issuer: string;
  subject: string;
  asked_by: string;
  decided_by: string;
  at_ms: number;
}
export interface OidcAsked {
  id: string;
  provider: string;
  issuer: string;
  subject: string;
  asked_by: string;
  decided_by: string;
  at_ms: number;
  lapses_ms: number;
}
export interface Certificates {
  items: CertificateObject[];
  authorities: AuthorityObject[];
}
export interface RootOfficer {
  index: number;
  name: string;
}
export interface RootKeeperShown {
  keeper: 'passphrase' | 'officers' | 'device';
  needed: number;
  total: number;
  officers: RootOfficer[];
}
export interface KeyWorkAsk {
  proposal: ProposeKeyWork;
  subject?: string;
}
export interface KeyWorks {
  items: KeyWorkObject[];
  destroyed: DestroyedKeys[];
  datasets: DestroyedDataset[];
  destroyed_names: Record<string, string>;
  can: string[];
}
export interface DestroyedDataset {
  dataset: string;
  at_ms: number;
  key_work: string;
}
export interface SentList {
  name: string;
  content: string;
  manifest: string;
}
export interface DeletionAsk {
  plan: string;
  file?: string;
  version?: string;
  list?: SentList;
}
export interface DeletionAnswer {
  dataset: string;
  from: string;
  version: string;
  rows: number;
  removed: number;
  unmatched: number;
  seq: number;
  grading?: ArrivalGrades;
}
export interface EpochToClose {
  epoch: string;
  since_ms: number;
}
export interface BackupAsk {
  out: string;
  new_epoch?: boolean;
  escrow?: string[];
}
export interface HandedOut {
  epochs: number;
  folder: string;
}
export interface SourceHosts {
  hosts: AllowedHost[];
  names: Record<string, string>;
  can: string[];
}
export interface BackupEpochShown {
  id: string;
  destroyed: boolean;
  at_ms: number;
  destroyed_ms: number;
  copies: EpochCopy[];
  can: string[];
}
export interface Backups {
  backups: Backup[];
  epochs: BackupEpochShown[];
  names: Record<string, string>;
  to_close: EpochToClose[];
}
export interface StorageDue {
  backup_ms: number | null;
  inventory_ms: number | null;
  rehearsal_ms: number | null;
}
export interface StorageWarning {
  kind: 'full_soon' | 'dataset_full_soon' | 'inventory_findings' | 'rehearsal_failed' | 'work_failed' | 'overdue';
  reason?: string;
  work?: string;
  dataset?: string;
  days_left?: number;
  limited_by?: string;
  found?: number;
  since_ms?: number;
}
export interface StorageFailureShown {
  work: 'backup' | 'inventory' | 'rehearsal' | 'tiers';
  reason: string;
  at_ms: number;
  times: number;
}
export interface InventoryUnderWay {
  started_ms: number;
  versions: number;
  versions_total: number;
  chunks: number;
  bytes: number;
  found: number;
}
export interface StorageObject {
  used_bytes: number;
  disk_free_bytes: number;
  disk_total_bytes: number;
  misplaced: number;
  growth: Growth;
  tiers: StoredTier[];
  datasets: StoredDataset[];
  days: StoredDay[];
  policy: StoragePolicy;
  adopted_by: string;
  adopted_ms: number | null;
  due: StorageDue;
  last_backup_ms: number | null;
  failures: StorageFailureShown[];
  inventories: InventoryRun[];
  inventory_under_way: InventoryUnderWay | null;
  rehearsals: Rehearsal[];
  warnings: StorageWarning[];
  can: string[];
  names: Record<string, string>;
}
export interface BackupMade {
  backup: string;
  epoch: string;
  entries: number;
  versions: number;
  bytes_stored: number;
  bytes_known: number;
  objects_stored: number;
  snapshot_sm3: string;
  escrow: string[];
  escrow_new: boolean;
  epochs_closed: number;
  epoch_copies_left: number;
}
export interface RehearsalAsk {
  in?: string;
}
export interface CodeTableAsk {
  name: string;
  title: string;
  valid_from: string;
  valid_to?: string;
  text: string;
}
export interface References {
  items: CodeTable[];
  total: number;
  can: string[];
}
export interface ProtectionMeasure {
  id: string;
  aspect: string;
  enforced_by: 'node' | 'organisation';
  zh: string;
  en: string;
}
export interface ProtectionLevel {
  level: number;
  zh: string;
  en: string;
  measures: ProtectionMeasure[];
}
export interface ProtectionColumn {
  column: string;
  level: number;
  provisional: boolean;
  failing: string[];
}
export interface Protection {
  interim: boolean;
  version: string;
  levels: ProtectionLevel[];
  columns?: ProtectionColumn[];
}
export interface PersonCould {
  person: string;
  could: boolean;
  reason: string;
  by: string;
  needs: string[];
  duties: Duty[];
}
export interface RecipientOfColumn {
  party: string;
  contract: string;
  technique: string;
  level: number;
  purpose: string;
  expires_ms: number;
}
export interface WhoCould {
  action: string;
  dataset: string;
  column: string;
  purpose: string;
  provisional: boolean;
  level: number;
  category: Category;
  people: PersonCould[];
  recipients: RecipientOfColumn[];
  can: string[];
  names: Record<string, string>;
}
export interface UnusedItem {
  kind: 'right' | 'duty';
  holder: string;
  duty?: Duty;
  right?: string;
  granted_ms?: number;
  last_used_ms?: number;
  can: string[];
  names?: Record<string, string>;
}
export interface UnusedRights {
  days: number;
  items: UnusedItem[];
}
export interface PermissionEntry {
  seq: number;
  time_ms: number;
  kind: string;
  actor: string;
  body: Record<string, any>;
  can: string[];
  names: Record<string, string>;
}
export interface PermissionLog {
  items: PermissionEntry[];
}
export interface OperationRun {
  operation: OperationObject;
  values?: (Record<string, string | null>)[];
}
export interface PlacedPerson {
  person: string;
  unit: string;
}
export interface DeputyshipShown {
  id: string;
  absent: string;
  deputy: string;
  duties: Duty[];
  from_ms: number;
  until_ms: number;
  reason: string;
  acts: number;
  in_force: boolean;
  can: string[];
}
export interface OutsiderShown {
  person: string;
  sponsor: string;
  company: string;
  until_ms: number;
  over: boolean;
}
export interface Organisation {
  units: Unit[];
  placed: PlacedPerson[];
  deputyships: DeputyshipShown[];
  outsiders: OutsiderShown[];
  can: string[];
  names: Record<string, string>;
}
export interface DepartmentFigures {
  unit: string;
  people: number;
  datasets: number;
  items: number;
  columns: number;
  confirmed: number;
  level4_up: number;
  reopened: number;
  expired: number;
  asked: number;
  unanswered: number;
  decided: Record<string, number>;
  decisions: number;
  in_time: number;
  median_minutes?: number;
  procedures: number;
  procedures_due: number;
}
export interface DepartmentPaper {
  paper: string;
  unit: string;
  kind: string;
  title: string;
  number: string;
  expires_ms: number;
  checked: boolean;
  in_force: boolean;
  due: boolean;
}
export interface DepartmentFiguresShown {
  units: DepartmentFigures[];
  papers: DepartmentPaper[];
  from_ms: number;
  until_ms: number;
  can: string[];
  names: Record<string, string>;
}
export interface VerificationBad {
  reason: string;
  what: string;
  seq?: number;
}
export interface VerificationReport {
  first_bad?: VerificationBad | null;
  entries: number;
  fields: number;
  erased_fields: number;
  checkpoints: number;
  segments: number;
  records: number;
  blobs: number;
  tiles: number;
  key_periods: number;
  signed_size: number;
  sm3_root: string;
  sha256_root: string;
}
export interface SignInChallenge {
  challenge: string;
  text: string;
}
export interface RiskAttacker {
  max?: number;
  avg: number;
  share_above_threshold?: number;
  basis?: string;
  taken_as_whole?: boolean;
}
export interface RiskPerson {
  column: string;
  persons: number;
  rows: number;
}
export interface PopulationModels {
  fraction: number;
  population_rows: number;
  pitman: number | null;
  zayatz: number | null;
  snb: number | null;
  chosen: string;
  uniques: number | null;
  uniqueness: number | null;
}
export interface RiskProfile {
  share_type: ShareType;
  threshold: number;
  k_min: number;
  rows_above: number;
  share_above_threshold: number;
  acceptable: boolean;
}
export interface RiskClass {
  size: number;
  classes: number;
  rows: number;
}
export interface RiskColumn {
  name: string;
  distinct: number;
  top_share: number;
  dominant: boolean;
  rare_values: number;
  rare_rows: number;
}
export interface RiskCombination {
  columns: string[];
  rows: number;
  minimal_rows: number;
}
export interface RiskReport {
  format: string;
  rows: number;
  classes: number;
  k: number;
  quasi_identifiers: string[];
  unique_rows: number;
  uniqueness: number;
  threshold: number;
  prosecutor: RiskAttacker;
  journalist: RiskAttacker;
  marketer: RiskAttacker;
  profiles: RiskProfile[];
  histogram: RiskClass[];
  columns: RiskColumn[];
  unique_combinations: RiskCombination[];
  outliers: any;
  attribute_disclosure: any[];
  population_models?: PopulationModels;
  person?: RiskPerson;
}
export interface AnonymityAttribute {
  name: string;
  level: number;
  levels: number;
  loss: number;
  lowest_level?: number;
}
export interface AnonymityPerson {
  column: string;
  smallest_class: number;
}
export interface AnonymityReport {
  metric: string;
  k: number;
  rows: number;
  rows_out: number;
  score: number;
  suppressed_rows: number;
  classes: number;
  smallest_class: number;
  transformation?: Record<string, number>;
  attributes: AnonymityAttribute[];
  optimal?: boolean;
  recoding: string;
  person?: AnonymityPerson;
}
export interface ReceiptField {
  column: string;
  technique: string;
  masked: number;
  nulls: number;
  failed: number;
  kept?: number;
  parameters?: any;
  small_domain?: number;
  entities?: Record<string, number>;
}
export interface ReceiptRisk {
  columns: string[];
  rows: number;
  classes: number;
  k_min: number;
  unique_rows: number;
  prosecutor_ppm: number;
  journalist_ppm: number;
  marketer_ppm: number;
}
export interface ResidualFinding {
  column: string;
  type: string;
  cells: number;
}
export interface MaskingReceipt {
  format: string;
  strategy: string;
  strategy_version: string;
  strategy_digest: string;
  key_id?: string;
  performed_by?: string;
  rows_in: number;
  rows_out: number;
  rows_not_sampled?: number;
  rows_suppressed?: number;
  rows_level5?: number;
  input_sm3?: string;
  output_sm3?: string;
  digest_kind?: string;
  input_digest?: string;
  output_digest?: string;
  input_manifest_sm3?: string;
  output_manifest_sm3?: string;
  fields: ReceiptField[];
  residual_rows_scanned: number;
  residual: ResidualFinding[];
  risk_before?: ReceiptRisk;
  risk_after?: ReceiptRisk;
  models?: ModelReached[];
  reviewed_by?: string;
  aggregated_cells?: number;
  aggregated_hidden?: number;
  duration_ms: number;
}
export interface DeidentColumn {
  column: string;
  title: string;
  type: string;
  category?: string;
  level: number;
  confirmed: boolean;
  by_row?: boolean;
  identifying: boolean;
  quasi: boolean;
  marks_refused: MarkRefusal[];
}
export interface MarkRefusal {
  kind: 'low_digit' | 'day' | 'equivalent';
  reason: string;
  lifted_by_statement: boolean;
  lifted_by_noise: boolean;
}
export interface DeidentStrategy {
  id: string;
  name: string;
  strategy: string;
  strategy_version: string;
  current: boolean;
  marks: boolean;
  at_ms: number;
  adopted_by: string;
}
export interface DeidentOverview {
  dataset: string;
  version: string;
  rows: number;
  masked_from: string;
  columns: DeidentColumn[];
  suggested_quasi: string[];
  strategies: DeidentStrategy[];
  masked: ReceiptItem[];
  can: string[];
  names: Record<string, string>;
}
export interface StrategyFinding {
  rule: string;
  columns: string[];
  permille: number;
  serious: boolean;
  zh: string;
  en: string;
}
export interface StrategyPlan {
  strategy: any;
  text: string;
  findings: StrategyFinding[];
  rows: number;
  taken: VersionInForce;
}
export interface PreviewColumn {
  column: string;
  technique: string;
  parameters: any;
  level_before: number;
  level_after: number;
  masked: number;
  nulls: number;
  failed: number;
  distinct_before: number;
  distinct_after: number;
  changed_permille: number;
}
export interface PreviewRefusal {
  reason: string;
  detail: string;
}
export interface PreviewForm {
  column: string;
  form: string;
  example: string;
  masked: string | null;
}
export interface PreviewShown {
  rows: number[];
  columns: string[];
  after: ((string | null)[])[];
  forms?: PreviewForm[];
  before_columns?: string[];
  before: ((string | null)[])[] | null;
}
export interface StrategyPreview {
  taken: VersionInForce;
  rows_total: number;
  rows_sampled: number;
  quasi_identifiers: string[];
  k_min: number | null;
  columns: PreviewColumn[];
  risk_before: RiskReport | null;
  risk_after: RiskReport | null;
  residual: ResidualFinding[];
  findings: StrategyFinding[];
  refusals: PreviewRefusal[];
  models?: ModelReached[];
  utility?: UtilityReport | null;
  rows_suppressed?: number | null;
  shown: PreviewShown;
}
export interface UtilityColumn {
  name: string;
  dropped: boolean;
  ordered: boolean;
  distinct_before: number;
  distinct_after: number;
  total_variation: number;
  loss: number;
  earth_mover?: number;
  mean_before?: number;
  mean_after?: number;
}
export interface UtilityPair {
  a: string;
  b: string;
  measure: string;
  before: number;
  after: number;
}
export interface UtilityQueries {
  random: number;
  error_mean: number;
  error_median: number;
  error_p95: number;
  asked: any;
}
export interface UtilityReport {
  format: string;
  rows_before: number;
  rows_after: number;
  columns: UtilityColumn[];
  pairs: UtilityPair[];
  correlation_lost: number;
  queries: UtilityQueries;
  classes_before?: any;
  classes_after?: any;
}
export interface ModelReached {
  model: string;
  column: string;
  wanted: number;
  reached: number;
  holds: boolean;
}
export interface ComparedSide {
  columns: PreviewColumn[];
  risk_after: RiskReport | null;
  residual: ResidualFinding[];
  findings: StrategyFinding[];
  refusals: PreviewRefusal[];
  models?: ModelReached[];
  utility?: UtilityReport | null;
  rows_suppressed?: number | null;
}
export interface StrategyComparison {
  taken: VersionInForce;
  rows_total: number;
  rows_sampled: number;
  quasi_identifiers: string[];
  risk_before: RiskReport | null;
  a: ComparedSide;
  b: ComparedSide;
}
export interface ReceiptItem {
  version: string;
  dataset: string;
  dataset_title: string;
  strategy: string;
  strategy_name: string;
  strategy_version: string;
  from_version: string;
  rows: number;
  k: number;
  max_risk_ppm: number;
  uniques: number;
  before_k: number;
  before_risk_ppm: number;
  quasi_identifiers: string[];
  receipt: string;
  seq: number;
  at_ms: number;
  masked_by: string;
  current: boolean;
  duration_ms: number;
  names?: Record<string, string>;
  can?: string[];
}
export interface RecheckFinding {
  check: string;
  column: string;
  outcome: 'ok' | 'broken' | 'not_checkable' | 'note';
  cells: number;
  detail: string;
}
export interface RecheckReport {
  format: string;
  holds: boolean;
  not_checkable: number;
  rows: number;
  findings: RecheckFinding[];
}
export interface MarkItem {
  release: string;
  party: string;
  dataset: string;
  version: string;
  strategy: string;
  form: string;
  carriers: any;
  cells_marked: number;
  cells_expected?: number;
  cells_changed: number;
  k_before: number;
  k_min: number;
  commitment: string;
  seq: number;
  at_ms: number;
  names?: Record<string, string>;
  can?: string[];
}
export interface TracedRecipient {
  party: string;
  name: string;
  accused: boolean;
  deviations_permille: number;
  false_accusation_bound: string;
  releases: string[];
}
export interface TraceResult {
  trace: string;
  dataset: string;
  rows: number;
  symbols: number;
  carriers: any;
  bound: any;
  candidates: number;
  recipients: TracedRecipient[];
  seq: number;
}
export interface AuditFinding {
  rule: string;
  serious: boolean;
  kind: string;
  object: string;
  dataset: string;
  version: string;
  strategy: string;
  column: string;
  detail: string;
  zh: string;
  en: string;
}
export interface AuditChecked {
  versions: number;
  products: number;
  releases: number;
}
export interface DeidentAudit {
  items: AuditFinding[];
  checked: AuditChecked;
  names: Record<string, string>;
}
export interface Reversal {
  id: string;
  party: string;
  strategy: string;
  dataset: string;
  version: string;
  column: string;
  technique: string;
  count: number;
  commitment: string;
  reason: string;
  case_ref: string;
  status: string;
  expired: boolean;
  requested_by: string;
  at_ms: number;
  decided_by: string;
  decided_ms: number;
  decision: string;
  expires_ms: number;
  restored: number;
  missing: number;
  failure: string;
  seq: number;
  can: string[];
  names: Record<string, string>;
}
export interface StrategyDraft {
  id: string;
  party: string;
  dataset: string;
  name: string;
  note: string;
  reason: string;
  document: string;
  status: 'submitted' | 'signed' | 'refused' | 'withdrawn' | 'adopted';
  review?: StrategyReview;
  submitted_by: string;
  decided_by: string;
  strategy: string;
  at_ms: number;
  decided_ms: number;
  seq: number;
  text?: string;
  written?: any;
  findings?: StrategyFinding[];
  in_force?: StrategyInForce;
  can: string[];
  names: Record<string, string>;
}
export interface StrategyInForce {
  id: string;
  name: string;
  strategy: any;
}
export interface DraftAsk {
  text: any;
  note: string;
}
export interface DraftWord {
  signature?: any;
  reason: string;
}
export interface MaskAsk {
  version?: string;
  share_type?: ShareType;
  form?: OpenForm;
  purpose?: string;
  level5_rows?: 'keep' | 'leave_out';
  population?: string;
}
export interface PlanAsk {
  share_type?: ShareType;
  name?: string;
  strategy?: any;
  rows_max?: number;
}
export interface PreviewAsk {
  strategy?: any;
  strategy_id?: string;
  share_type?: ShareType;
  operation?: string;
  sample_rows?: number;
  show?: number;
}
export interface CompareAsk {
  a: any;
  b: any;
  share_type?: ShareType;
  sample_rows?: number;
}
export interface RecheckAsk {
  k?: number;
  quasi?: string[];
}
export interface TraceAsk {
  dataset: string;
  text?: string;
  file?: string;
  upload?: string;
  reason: string;
}
export interface SuspectPart {
  data: string;
  upload?: string;
}
export interface SuspectUpload {
  upload: string;
  bytes: number;
}
export interface ReversalAsk {
  version: string;
  column: string;
  values: string[];
  reason: string;
  case_ref?: string;
}
export interface TraceNamedShown {
  party: string;
  accused: boolean;
  deviations_permille: number;
  false_accusation_bound: string;
}
export interface TraceItem {
  id: string;
  grant: string;
  dataset: string;
  suspect: string;
  reason: string;
  failure: string;
  bound: string;
  candidates: number;
  rows: number;
  symbols: number;
  status: string;
  carriers: string[];
  named: TraceNamedShown[];
  traced_by: string;
  at_ms: number;
  seq: number;
  names?: Record<string, string>;
  can?: string[];
}
export interface ReversedValue {
  value: string;
  original: string | null;
}
export interface ReversedValues {
  reversal: any;
  values: ReversedValue[];
}
export interface Evidence {
  id: string;
  weight: number;
  zh: string;
  en: string;
}
export interface GradeCandidate {
  type: string;
  zh: string;
  en: string;
  category: Category;
  level: number;
  confidence_permille: number;
  evidence: Evidence[];
}
export interface ReviewProposal {
  type: string;
  type_zh: string;
  type_en: string;
  category: Category;
  level: number;
  confidence_permille: number;
  identifying: boolean;
  quasi: boolean;
  enterprise: boolean;
}
export interface ShapeCount {
  form: string;
  rows: number;
}
export interface FieldProfile {
  name: string;
  type: string;
  scale: number;
  rows: number;
  nulls: number;
  empty: number;
  distinct: number;
  distinct_exact: boolean;
  length_min?: number;
  length_max?: number;
  min?: number;
  max?: number;
  shapes: ShapeCount[];
}
export interface LevelFive {
  rows: number;
  scanned: number;
  zh: string;
  en: string;
}
export interface ReviewVerdictMade {
  type: string;
  category: Category;
  level: number;
  identifying: boolean;
  quasi: boolean;
  reason: string;
  confirmed_by: string;
  confirmed_ms: number;
  valid_until_ms: number;
}
export interface Drift {
  column?: string;
  cause: string;
  zh: string;
  en: string;
  version: string;
  at_ms: number;
}
export interface DecidedBefore {
  dataset: string;
  dataset_title: string;
  column: string;
  title: string;
  type: string;
  type_zh: string;
  category: Category;
  level: number;
  confirmed_ms: number;
}
export interface SimilarField {
  dataset: string;
  dataset_title: string;
  column: string;
  title: string;
}
export interface ReviewItem {
  dataset: string;
  dataset_title: string;
  table: string;
  column: string;
  title: string;
  data_type: string;
  why: string[];
  proposal: ReviewProposal | null;
  evidence: Evidence[];
  candidates: GradeCandidate[];
  contains_level5: LevelFive | null;
  profile: FieldProfile | null;
  floor: number;
  verdict: ReviewVerdictMade | null;
  drift: Drift[];
  decided_before: DecidedBefore[];
  similar: SimilarField[];
  can: string[];
  names?: Record<string, string>;
}
export interface ReviewCounts {
  review: number;
  reopened: number;
  expired: number;
  open: number;
}
export interface ReviewQueue {
  items: ReviewItem[];
  next: string | null;
  total: number;
  counts: ReviewCounts;
}
export interface GradeConfirmed {
  confirmed: number;
  seq: any;
  suggestions: any;
}
export interface ListColumn {
  id: string;
  zh: string;
  en: string;
  group: any;
}
export interface ListItem {
  dataset: string;
  dataset_title: string;
  table: string;
  column: string;
  title: string;
  description: string;
  data_type: string;
  category: Category;
  class: string;
  class_zh: string;
  type: string;
  type_zh: string;
  level: number;
  national: any;
  national_zh: string;
  identifier: 'direct' | 'quasi' | 'none';
  enterprise: boolean;
  level5_rows: number;
  by_row: boolean;
  rows: number;
  versions: number;
  frequency: string;
  updated_ms: number;
  department: string;
  system: string;
  place: string;
  medium: string;
  retention: string;
  purpose: string;
  processing: string;
  provision: string;
  measures: any;
  state: string;
  confirmed_by: string;
  confirmed_ms: number;
  valid_until_ms: number;
  lowered?: any;
  reason: string;
  names?: Record<string, string>;
  can?: string[];
  item?: string;
  volume_unit?: string;
  own_level?: string;
  own_level_zh?: string;
  stages: Record<string, string>;
}
export interface Completeness {
  permille: number;
  confirmed: number;
  fields: number;
  missing: Record<string, number>;
}
export interface GradingList {
  items: ListItem[];
  next: string | null;
  total: number;
  rows: any;
  completeness: Completeness;
  columns: ListColumn[];
}
export interface HeatCell {
  category: Category;
  level: number;
  fields: number;
  rows: number;
  open: number;
}
export interface HeatMap {
  cells: HeatCell[];
  fields: number;
  confirmed: number;
}
export interface WorksheetName {
  id: string;
  zh: string;
  en: string;
}
export interface WorksheetRow {
  object: string;
  levels: any;
}
export interface GradeArgument {
  object: string;
  property: string;
  degree: string;
  level: number;
  zh: string;
  en: string;
}
export interface TaxonomyType {
  id: string;
  zh: string;
  en: string;
  level: number;
  identifier: string;
  enterprise: boolean;
  arguments: GradeArgument[];
  fields: number;
}
export interface TaxonomyClass {
  id: string;
  zh: string;
  en: string;
  scope: string;
  level: number;
  arguments: GradeArgument[];
  types: TaxonomyType[];
}
export interface TaxonomyCategory {
  category: Category;
  zh: string;
  en: string;
  classes: TaxonomyClass[];
}
export interface GradeAssociation {
  id: string;
  zh: string;
  en: string;
  needs: any;
  level: number;
}
export interface NationalLabel {
  level: number;
  rows_min: number;
  label: string;
  zh: string;
  en: string;
}
export interface Worksheet {
  pack: string;
  version: string;
  interim: boolean;
  note: string;
  rules_digest: string;
  objects: WorksheetName[];
  properties: WorksheetName[];
  degrees: WorksheetName[];
  matrix: WorksheetRow[];
  tree: TaxonomyCategory[];
  associations: GradeAssociation[];
  national: NationalLabel[];
  policy: any;
}
export interface IssuedList {
  id: string;
  party?: string;
  seq?: number;
  signed_for?: string;
  signed_reason?: string;
  number: number;
  fields: number;
  completeness_permille: number;
  confirmed: number;
  issued_by: string;
  issued_ms: number;
  note: string;
  signed_by: string;
  signed_ms: number;
  review_due_ms: number;
  digest: string;
  can?: string[];
  names?: Record<string, string>;
  rows?: any;
}
export interface DescribedItems {
  items: DescribedItemObject[];
  total: number;
  can: string[];
}
export interface GradedNode {
  level: number;
  lines: string[];
}
export interface ProcessSummary {
  id: string;
  party: string;
  number: number;
  title: string;
  department: string;
  nodes: number;
  edges: number;
  drawn_by: string;
  at_ms: number;
  seq: number;
  can: string[];
  names?: Record<string, string>;
}
export interface ProcessList {
  items: ProcessSummary[];
  total: number;
}
export interface GradedProcess {
  id: string;
  party: string;
  number: number;
  diagram: ProcessDiagram;
  drawn_by: string;
  at_ms: number;
  removed_ms: number;
  seq: number;
  earlier: number[];
  level: number;
  graded_nodes: Record<string, GradedNode>;
  can: string[];
  names?: Record<string, string>;
}
export interface OwnScaleShown {
  levels: OwnLevel[];
  reason: string;
  adopted_by: string;
  at_ms: number;
  seq: number;
  can: string[];
  names?: Record<string, string>;
}
export interface DatasetAnswers {
  facts: DatasetFacts;
  questions: string[];
  answers: AnsweredFacts[];
  can: string[];
  names?: Record<string, string>;
}
export interface PurposeUse {
  purpose: string;
  zh: string;
  releases: number;
  calls: number;
  rows: number;
}
export interface ColumnUse {
  column: string;
  releases: number;
  operations: number;
  last_ms: number;
}
export interface MonthUse {
  month: string;
  releases: number;
  operations: number;
}
export interface AlarmOwed {
  channel: string;
  stage: 'raised' | 'cleared';
  tries: number;
  reason: string;
  next_ms: number | null;
}
export interface AlarmRuleShown {
  id: string;
  zh: string;
  en: string;
  severity: AlarmSeverity;
  watch: 'record' | 'entry' | 'state';
  per: string;
  next_zh: string;
  next_en: string;
  kinds?: string[];
  reasons?: string[];
  sum?: string;
  count?: number;
  window_s?: number;
  after_s?: number;
  percent?: number;
  chosen: AlarmChoice | null;
  standing: number;
}
export interface AlarmChannelShown {
  channel: AlarmChannel;
  set_by: string;
  set_ms: number;
  seq: number;
  tested?: boolean;
  test_reason: string;
  tested_ms: number;
}
export interface AlarmSettingsObject {
  enabled: boolean;
  pack: string;
  settings: AlarmSettings;
  rules: AlarmRuleShown[];
  channels: AlarmChannelShown[];
  retry_s: number[];
  set_by: string;
  set_ms: number | null;
  can: string[];
  names: Record<string, string>;
}
export interface AlarmChannelAsk {
  channel: AlarmChannel;
  user?: string;
  password?: string;
  key?: string;
  ca_pem?: string;
}
export interface FlowNode {
  id: string;
  kind: 'source' | 'batch' | 'version' | 'masked' | 'product' | 'release' | 'provision' | 'copy' | 'recipient';
  title: string;
  at_ms: number;
  seq: number;
  note?: string;
  status?: string;
  rows?: number;
  held?: number;
  dataset?: string;
  receipt?: string;
  digest?: string;
  destroyed?: 'whole' | 'columns';
  number?: string;
  form?: string;
  calls?: number;
  contract?: string;
  purpose?: string;
  recipient?: string;
  level?: number;
  marked?: boolean;
  destruction?: string;
  destruction_seq?: number;
  document?: string;
  person?: string;
}
export interface FlowEdge {
  from: string;
  to: string;
  how: 'sent' | 'replaced' | 'collected' | 'corrected' | 'merged' | 'masked' | 'rewritten' | 'offered' | 'released' | 'provided' | 'taken_out' | 'received';
}
export interface FlowObject {
  root: string;
  nodes: FlowNode[];
  edges: FlowEdge[];
  hidden: boolean;
  left_out: number;
  can: string[];
  names: Record<string, string>;
}
export interface DatasetUsage {
  releases: number;
  calls: number;
  rows: number;
  operations: number;
  products: number;
  last_ms: number | null;
  purposes: PurposeUse[];
  columns: ColumnUse[];
  per_month: MonthUse[];
}
export interface FoundInCatalog {
  kind: 'dataset' | 'field' | 'item';
  id: string;
  dataset: string;
  column: string;
  title: string;
  dataset_title: string;
  type_zh: string;
  category: Category;
  level: number;
  matched: 'name' | 'zh' | 'en' | 'pinyin' | 'initials';
  score: number;
  uses: number;
}
export interface CatalogFound {
  items: FoundInCatalog[];
  total: number;
}
export interface IssuedLists {
  items: IssuedList[];
  can: string[];
  names?: Record<string, string>;
  next?: any;
  total?: number;
}
export interface RuleSuggestion {
  name: string;
  title: string;
  type: string;
  type_zh: string;
  category: Category;
  level: number;
  fields: number;
  datasets: number;
  contradicted: number;
  at_ms: number;
}
export interface RuleSuggestions {
  items: RuleSuggestion[];
}
export interface ListChange {
  dataset: string;
  table: string;
  column: string;
  member: string;
  before: any;
  after: any;
  zh: string;
  en: string;
}
export interface ListDifference {
  from: string;
  to: string;
  added: any[];
  removed: any[];
  changed: ListChange[];
  lines_zh: string[];
  lines_en: string[];
}
export interface MovedField {
  dataset: string;
  table: string;
  column: string;
  type_before: string;
  type_after: string;
  category_before: Category;
  category_after: Category;
  level_before: number;
  level_after: number;
  verdict: 'kept' | 'open';
  effect: 'reopened' | 'none' | 'up' | 'down' | 'type';
}
export interface RuleImpactShown {
  datasets: number;
  fields: number;
  up: number;
  down: number;
  same_level: number;
  kept_by_person: number;
  below_floor: number;
  content: string;
  moved?: MovedField[];
}
export interface RuleChangeShown {
  id: string;
  party: string;
  number: number;
  title: string;
  reason: string;
  decision: string;
  packs: string[];
  content: string;
  rules_digest: string;
  status: 'proposed' | 'assessed' | 'approved' | 'rejected';
  impact: RuleImpactShown | null;
  proposed_by: string;
  decided_by: string;
  proposed_ms: number;
  assessed_ms: number;
  decided_ms: number;
  seq: number;
  can: string[];
  names: Record<string, string>;
}
export interface RuleChanges {
  items: RuleChangeShown[];
  can: string[];
  names?: Record<string, string>;
}
export interface LoweringShown {
  id: string;
  party: string;
  dataset: string;
  column: string;
  floor: number;
  level: number;
  days: number;
  reason: string;
  measures: string;
  decision: string;
  status: 'requested' | 'granted' | 'rejected';
  requested_by: string;
  decided_by: string;
  at_ms: number;
  decided_ms: number;
  until_ms: number;
  seq: number;
  can: string[];
  names: Record<string, string>;
}
export interface Lowerings {
  items: LoweringShown[];
  names?: Record<string, string>;
}
export interface QualityRate {
  permille: number;
  zh: string;
  en: string;
}
export interface DatasetQuality {
  completeness: QualityRate | null;
  validity: QualityRate | null;
  consistency: QualityRate | null;
  timeliness: QualityRate | null;
  uniqueness: QualityRate | null;
}
export interface ProfiledField {
  column: string;
  name?: string;
  type: string;
  scale?: number;
  rows: number;
  nulls: number;
  empty: number;
  distinct: number;
  distinct_exact: boolean;
  length_min?: number;
  length_max?: number;
  min?: number;
  max?: number;
  shapes: ShapeCount[];
}
export interface UnplannedColumn {
  column: string;
  type: string;
  type_zh: string;
  category: string;
  level: number;
  confidence_permille: number;
}
export interface DatasetProfile {
  version: string;
  rows: number;
  fields: ProfiledField[];
  quality: DatasetQuality;
  drift: Drift[];
  unplanned?: UnplannedColumn[];
  associations: MeasuredAssociation[];
}
export interface LineageColumnShown {
  column: string;
  technique: string;
  level: number;
  source_level: number;
  zh: string;
  en: string;
}
export interface LineageMeasured {
  k: number;
  max_risk_ppm: number;
}
export interface VersionLineage {
  version: string;
  kind: 'collected' | 'corrected' | 'merged' | 'masked' | 'aggregated';
  inputs: string[];
  level: number;
  zh: string;
  en: string;
  k?: number;
  max_risk_ppm?: number;
  cells?: number;
  cells_hidden?: number;
  columns: LineageColumnShown[];
  measured: LineageMeasured | null;
}
export interface FlowColumnShown {
  dataset: string;
  column: string;
  level: number;
  base: number;
  zh: string;
  en: string;
}
export interface FlowReasonShown {
  rule: string;
  level: number;
  columns: string[];
  zh: string;
  en: string;
}
export interface FlowLevel {
  level: number;
  rows: number;
  national: string;
  columns: FlowColumnShown[];
  reasons: FlowReasonShown[];
}
export interface FlowPartAsk {
  dataset: string;
  version?: string;
  columns?: string[];
}
export interface FlowAsk {
  parts: FlowPartAsk[];
  rows?: number;
  scenario?: string;
  fine_grained?: boolean;
}
export interface AssociationAsk {
  quasi: string[];
  size?: number;
}
export interface AssociationResult {
  version: string;
  quasi: string[];
  rows: number;
  unique_rows: number;
  k_min: number;
  combinations: MeasuredCombination[];
  at_ms: number;
  flow: FlowLevel;
}
export const ACCESS_EFFECT_NAMES = ['permit', 'forbid'] as const;
export type AccessEffect = (typeof ACCESS_EFFECT_NAMES)[number];
export const ALARM_CHANNEL_KIND_NAMES = ['smtp', 'syslog', 'webhook'] as const;
export type AlarmChannelKind = (typeof ALARM_CHANNEL_KIND_NAMES)[number];
export const ALARM_SECURITY_NAMES = ['none', 'starttls', 'tls'] as const;
export type AlarmSecurity = (typeof ALARM_SECURITY_NAMES)[number];
export const ALARM_SEVERITY_NAMES = ['low', 'medium', 'high'] as const;
export type AlarmSeverity = (typeof ALARM_SEVERITY_NAMES)[number];
export const ALARM_STAGE_NAMES = ['raised', 'cleared'] as const;
export type AlarmStage = (typeof ALARM_STAGE_NAMES)[number];
export const ALARM_STATUS_NAMES = ['raised', 'acknowledged', 'cleared'] as const;
export type AlarmStatus = (typeof ALARM_STATUS_NAMES)[number];
export const APPLICATION_STATUS_NAMES = ['voting', 'approved', 'rejected', 'withdrawn'] as const;
export type ApplicationStatus = (typeof APPLICATION_STATUS_NAMES)[number];
export const ASSESSMENT_STATUS_NAMES = ['drafted', 'approved', 'rejected'] as const;
export type AssessmentStatus = (typeof ASSESSMENT_STATUS_NAMES)[number];
export const BATCH_STATUS_NAMES = ['sealed', 'held', 'receipted', 'replaced'] as const;
export type BatchStatus = (typeof BATCH_STATUS_NAMES)[number];
export const CATEGORY_NAMES = ['personal', 'health', 'medical', 'payment', 'resource', 'public_health', 'none'] as const;
export type Category = (typeof CATEGORY_NAMES)[number];
export const CEREMONY_STATE_NAMES = ['none', 'joining', 'dealt', 'done', 'abandoned'] as const;
export type CeremonyState = (typeof CEREMONY_STATE_NAMES)[number];
export const CLIENT_BY_NAMES = ['certificate', 'authority'] as const;
export type ClientBy = (typeof CLIENT_BY_NAMES)[number];
export const CLIENT_STATUS_NAMES = ['proposed', 'in_force', 'refused', 'ended'] as const;
export type ClientStatus = (typeof CLIENT_STATUS_NAMES)[number];
export const CONSENT_SIGNED_BY_NAMES = ['key', 'certificate'] as const;
export type ConsentSignedBy = (typeof CONSENT_SIGNED_BY_NAMES)[number];
export const CONTRACT_STATUS_NAMES = ['drafted', 'active', 'suspended', 'terminated'] as const;
export type ContractStatus = (typeof CONTRACT_STATUS_NAMES)[number];
export const CORRECTION_WAY_NAMES = ['office', 'source'] as const;
export type CorrectionWay = (typeof CORRECTION_WAY_NAMES)[number];
export const DATA_ROLE_NAMES = ['subject', 'controller', 'processor', 'user'] as const;
export type DataRole = (typeof DATA_ROLE_NAMES)[number];
export const DRAFTED_STATUS_NAMES = ['waiting', 'submitted', 'refused', 'withdrawn'] as const;
export type DraftedStatus = (typeof DRAFTED_STATUS_NAMES)[number];
export const DUTY_NAMES = ['system_admin', 'security_admin', 'audit_admin', 'data_manager', 'security_officer', 'registrar', 'pi_officer', 'committee_member', 'contract_signer', 'data_user', 'supervisor', 'broker'] as const;
export type Duty = (typeof DUTY_NAMES)[number];
export const EXCEPTION_STATUS_NAMES = ['requested', 'granted', 'rejected', 'reviewed'] as const;
export type ExceptionStatus = (typeof EXCEPTION_STATUS_NAMES)[number];
export const FLOW_TYPE_NAMES = ['open', 'share', 'trade'] as const;
export type FlowType = (typeof FLOW_TYPE_NAMES)[number];
export const KEY_WORK_NAMES = ['destroy_columns', 'destroy_version', 'destroy_rows', 'destroy_epoch', 'rotate_root', 'rotate_space', 'rotate_datasets', 'rotate_ledger', 'rotate_columns', 'rotate_registry', 'rotate_pseudonyms', 'destroy_dataset', 'destroy_person'] as const;
export type KeyWork = (typeof KEY_WORK_NAMES)[number];
export const KEY_WORK_STATUS_NAMES = ['proposed', 'approved', 'refused', 'done', 'failed'] as const;
export type KeyWorkStatus = (typeof KEY_WORK_STATUS_NAMES)[number];
export const LEVEL5_ROWS_NAMES = ['keep', 'leave_out'] as const;
export type Level5Rows = (typeof LEVEL5_ROWS_NAMES)[number];
export const LINK_STATUS_NAMES = ['found', 'confirmed', 'rejected'] as const;
export type LinkStatus = (typeof LINK_STATUS_NAMES)[number];
export const MANDATE_ACT_NAMES = ['draft_product', 'draft_application', 'draft_contract', 'chase'] as const;
export type MandateAct = (typeof MANDATE_ACT_NAMES)[number];
export const MANDATE_STATUS_NAMES = ['proposed', 'confirmed', 'accepted', 'refused', 'ended'] as const;
export type MandateStatus = (typeof MANDATE_STATUS_NAMES)[number];
export const MANIFEST_CHECK_NAMES = ['verified', 'missing', 'forged', 'differs', 'receipt', 'measured'] as const;
export type ManifestCheck = (typeof MANIFEST_CHECK_NAMES)[number];
export const OPEN_FORM_NAMES = ['website', 'file', 'api', 'query', 'platform'] as const;
export type OpenForm = (typeof OPEN_FORM_NAMES)[number];
export const OPERATION_FLOW_NAMES = ['standing', 'person'] as const;
export type OperationFlow = (typeof OPERATION_FLOW_NAMES)[number];
export const OPERATION_STATUS_NAMES = ['requested', 'approved', 'rejected', 'withdrawn', 'started', 'done', 'failed'] as const;
export type OperationStatus = (typeof OPERATION_STATUS_NAMES)[number];
export const PAPER_STATUS_NAMES = ['entered', 'checked', 'rejected', 'ended'] as const;
export type PaperStatus = (typeof PAPER_STATUS_NAMES)[number];
export const PARTY_ROLE_NAMES = ['agency', 'data_user', 'supervisor', 'broker', 'service_provider'] as const;
export type PartyRole = (typeof PARTY_ROLE_NAMES)[number];
export const PARTY_STATUS_NAMES = ['registered', 'verified', 'suspended'] as const;
export type PartyStatus = (typeof PARTY_STATUS_NAMES)[number];
export const PRODUCT_STATUS_NAMES = ['drafted', 'checked', 'reviewed', 'registered', 'rejected', 'withdrawn'] as const;
export type ProductStatus = (typeof PRODUCT_STATUS_NAMES)[number];
export const PROVISION_STATUS_NAMES = ['requested', 'approved', 'refused', 'started', 'delivered'] as const;
export type ProvisionStatus = (typeof PROVISION_STATUS_NAMES)[number];
export const RELEASE_STATUS_NAMES = ['prepared', 'delivered', 'open', 'failed', 'revoked'] as const;
export type ReleaseStatus = (typeof RELEASE_STATUS_NAMES)[number];
export const REVIEW_VERDICT_NAMES = ['as_approved', 'not_used', 'misused'] as const;
export type ReviewVerdict = (typeof REVIEW_VERDICT_NAMES)[number];
export const ROW_CORRECTION_STATUS_NAMES = ['proposed', 'approved', 'refused', 'done'] as const;
export type RowCorrectionStatus = (typeof ROW_CORRECTION_STATUS_NAMES)[number];
export const ROWS_CHANGE_NAMES = ['deletion', 'correction'] as const;
export type RowsChange = (typeof ROWS_CHANGE_NAMES)[number];
export const RUN_OUTCOME_NAMES = ['taken', 'held', 'failed'] as const;
export type RunOutcome = (typeof RUN_OUTCOME_NAMES)[number];
export const SCENARIO_NAMES = ['subject_to_controller', 'controller_to_subject', 'within_controller', 'controller_to_processor', 'between_controllers', 'controller_to_user'] as const;
export type Scenario = (typeof SCENARIO_NAMES)[number];
export const SEARCHED_IN_NAMES = ['version', 'held', 'masked'] as const;
export type SearchedIn = (typeof SEARCHED_IN_NAMES)[number];
export const SHARE_TYPE_NAMES = ['full', 'controlled', 'enclave'] as const;
export type ShareType = (typeof SHARE_TYPE_NAMES)[number];
export const SOURCE_KIND_NAMES = ['folder', 'database', 'sftp'] as const;
export type SourceKind = (typeof SOURCE_KIND_NAMES)[number];
export const SOURCE_STATUS_NAMES = ['active', 'paused', 'removed'] as const;
export type SourceStatus = (typeof SOURCE_STATUS_NAMES)[number];
export const SUBJECT_REQUEST_STATUS_NAMES = ['taken', 'verified', 'granted', 'refused', 'answered'] as const;
export type SubjectRequestStatus = (typeof SUBJECT_REQUEST_STATUS_NAMES)[number];
export const UNIT_KIND_NAMES = ['decision_body', 'lead_department', 'implementing_department', 'data_owner'] as const;
export type UnitKind = (typeof UNIT_KIND_NAMES)[number];
export const VERIFIED_BY_NAMES = ['in_person', 'video', 'certificate'] as const;
export type VerifiedBy = (typeof VERIFIED_BY_NAMES)[number];
export const WITNESS_WORD_NAMES = ['agree', 'refuse'] as const;
export type WitnessWord = (typeof WITNESS_WORD_NAMES)[number];
export interface PartyObject {
  id: string;
  name: string;
  uscc: string;
  role: PartyRole;
  status: PartyStatus;
  registered_by: string;
  verified_by: string;
  key_id: string;
  public_key: string;
  registered_seq: number;
  key_seq: number;
  country?: string;
  proposed_key?: ProposedKey;
  resume?: AskedResume;
  mutual_tls: boolean;
  mutual_tls_end?: AskedResume;
  clients: PartyClientObject[];
  can: string[];
  names: Record<string, string>;
}
export interface PersonObject {
  id: string;
  party: string;
  duties: HeldDuty[];
  suspended: boolean;
  reset?: PendingReset;
  identity_asked?: Identity;
  identity?: Identity;
  resume?: PendingResume;
  display_name?: string;
  account?: string;
  password?: string;
  can: string[];
  names: Record<string, string>;
}
export interface OperationObject {
  id: string;
  what: string;
  party: string;
  dataset: string;
  version: string;
  batch: string;
  columns: string[];
  first_row: number;
  rows: number;
  flow: OperationFlow;
  status: OperationStatus;
  purpose: string;
  reason: string;
  decision: string;
  access: string;
  level: number;
  right: string;
  exception: string;
  requested_by: string;
  decided_by: string;
  grant: string;
  done_rows: number;
  bytes: number;
  file_digest: string;
  envelope_digest: string;
  at_ms: number;
  decided_ms: number;
  expires_ms: number;
  seq: number;
  what_zh?: string;
  what_en?: string;
  windows: WindowShown[];
  can: string[];
  names: Record<string, string>;
}
export interface ExceptionObject {
  id: string;
  what: string;
  party: string;
  dataset: string;
  columns: string[];
  level: number;
  days: number;
  reason: string;
  measures: string;
  decision: string;
  note: string;
  status: ExceptionStatus;
  requested_by: string;
  decided_by: string;
  reviewed_by: string;
  verdict: ReviewVerdict;
  uses: string[];
  at_ms: number;
  decided_ms: number;
  until_ms: number;
  review_due_ms: number;
  reviewed_ms: number;
  seq: number;
  in_force: boolean;
  review_overdue: boolean;
  can: string[];
  names: Record<string, string>;
}
export interface RightObject {
  id: string;
  party: string;
  person: string;
  unit: string;
  scope: AccessScope;
  expires_ms: number;
  granted_ms: number;
  last_used_ms: number;
  granted_by: string;
  revoked: boolean;
  reason: string;
  in_force: boolean;
  can: string[];
  names: Record<string, string>;
}
export interface AccessRulesObject {
  party: string;
  rules: AccessRule[];
  adopted_by: string;
  at_ms: number;
  kinds: OperationKind[];
  windows: OperationWindow[];
  purposes: string[];
  can: string[];
  names: Record<string, string>;
}
export interface KeyWorkObject {
  id: string;
  work: KeyWork;
  dataset: string;
  version: string;
  new_version: string;
  columns: string[];
  epoch: string;
  reason: string;
  failure: string;
  proposed_by: string;
  witnesses: string[];
  witnesses_needed: number;
  wraps: number;
  rows_removed: number;
  status: KeyWorkStatus;
  carried_out: boolean;
  certificate: string;
  at_ms: number;
  lapses_ms: number;
  done_ms: number;
  seqs: number[];
  approval?: string;
  retention_ends_ms?: number;
  request?: string;
  signed_by: string[];
  decision_needed?: boolean;
  decision?: KeyWorkDecision;
  contracts?: string[];
  linked?: string;
  whole?: WholeDataset;
  person?: PersonRows;
  versions_done?: number;
  versions_kept?: number;
  versions_left?: number;
  lapsed: boolean;
  can: string[];
  names: Record<string, string>;
}
export interface CeremonyObject {
  state: CeremonyState;
  key_work: string;
  begun_by: string;
  needed: number;
  begun_ms: number;
  lapses_ms: number;
  reason: string;
  officers: CeremonySeat[];
  can: string[];
  names: Record<string, string>;
}
export interface CertificateObject {
  id: string;
  person: string;
  authority: string;
  fingerprint: string;
  public_key: string;
  not_before_ms: number;
  not_after_ms: number;
  at_ms: number;
  revoked_ms: number;
  revoked: boolean;
  reason: string;
  seq: number;
  in_force: boolean;
  why: string;
  subject?: string;
  can: string[];
  names: Record<string, string>;
}
export interface AuthorityObject {
  id: string;
  subject: string;
  certificate: string;
  fingerprint: string;
  list: string;
  not_after_ms: number;
  at_ms: number;
  this_update_ms: number;
  next_update_ms: number;
  ended: boolean;
  reason: string;
  can: string[];
  names: Record<string, string>;
}
export interface SignInProviderObject {
  provider: string;
  title: string;
  issuer: string;
  client_id: string;
  at_ms: number;
  can: string[];
  names: Record<string, string>;
}
export interface DescribedItemObject {
  id: string;
  party: string;
  facts: ItemFacts;
  answers: ItemAnswers[];
  grade?: ItemGrade;
  graded_by: string;
  at_ms: number;
  graded_ms: number;
  valid_until_ms: number;
  ended_ms: number;
  ended: string;
  seq: number;
  can: string[];
  names: Record<string, string>;
}
export interface PaperObject {
  id: string;
  owner: string;
  form: PaperForm;
  status: PaperStatus;
  entered_by: string;
  checked_by: string;
  note: string;
  at_ms: number;
  checked_ms: number;
  seq: number;
  key_id?: string;
  in_force: boolean;
  kind_zh?: string;
  kind_en?: string;
  can: string[];
  names: Record<string, string>;
}
export interface AssessmentObject {
  id: string;
  owner: string;
  form: AssessmentForm;
  status: AssessmentStatus;
  risk: string;
  residual: string;
  rules: string;
  reason: string;
  drafted_by: string;
  decided_by: string;
  at_ms: number;
  decided_ms: number;
  valid_until_ms: number;
  keep_until_ms: number;
  seq: number;
  level?: number;
  cross_border?: boolean;
  rows?: number;
  row_filter?: AssessedCondition[];
  in_force: boolean;
  can: string[];
  names: Record<string, string>;
}
export interface ConsentObject {
  id: string;
  owner: string;
  form: ConsentForm;
  commitment: string;
  withdrawn: boolean;
  reason: string;
  recorded_by: string;
  at_ms: number;
  withdrawn_ms: number;
  seq: number;
  withdrawn_seq: number;
  awaits_check?: boolean;
  accepted?: boolean;
  rows?: number;
  checked_by?: string;
  checked_ms?: number;
  check_note?: string;
  unsearchable_why?: string;
  unsearchable_by?: string;
  searched_ms?: number;
  in_force: boolean;
  not_searched: boolean;
  can: string[];
  names: Record<string, string>;
}
export interface SubjectRequestObject {
  searched_ms?: number;
  versions_searched?: number;
  held_searched?: number;
  masked_searched?: number;
  not_searched?: NotSearched[];
  found: FoundRows[];
  links: SubjectLink[];
  searched_by: string[];
  identifier_kind?: string;
  id: string;
  owner: string;
  subject: string;
  what: string;
  channel: string;
  dataset: string;
  consent: string;
  status: SubjectRequestStatus;
  method: VerifiedBy;
  evidence: string;
  reason: string;
  note: string;
  answer: string;
  key_work: string;
  taken_by: string;
  verified_by: string;
  decided_by: string;
  answered_by: string;
  at_ms: number;
  due_ms: number;
  verified_ms: number;
  decided_ms: number;
  answered_ms: number;
  seq: number;
  overdue: boolean;
  what_zh: string;
  corrections: RowCorrectionShown[];
  can: string[];
  names: Record<string, string>;
}
export interface RefusedFileObject {
  plan: string;
  owner: string;
  file_digest: string;
  bytes: number;
  reason: string;
  file_problem?: string;
  source?: string;
  deletion?: boolean;
  by: string;
  at_ms: number;
  seq: number;
  plan_title?: string;
  source_party?: string;
  source_name?: string;
  batch?: string;
  version?: string;
  file?: string;
  can: string[];
  names: Record<string, string>;
}
export interface ProvisionObject {
  id: string;
  owner: string;
  form: ProvisionForm;
  identified: boolean;
  level: number;
  grade?: FlowGrade;
  approvers: string[];
  status: ProvisionStatus;
  words: ProvisionWord[];
  grant: string;
  rows: number;
  bytes: number;
  file_digest: string;
  envelope_digest: string;
  reason: string;
  note: string;
  requested_by: string;
  noted_by: string;
  at_ms: number;
  delivered_ms: number;
  noted_ms: number;
  seq: number;
  destruction?: Destruction;
  chased?: Chased;
  destruction_state: 'none' | 'due' | 'overdue' | 'certified';
  range: boolean;
  told: boolean;
  case?: ProvisionCase;
  can: string[];
  names: Record<string, string>;
}
export interface LegalCaseObject {
  level: number;
  one_person: boolean;
  cross_border: boolean;
  important_data: boolean;
  human_genetic: boolean;
  demands: DemandState[];
  complete: boolean;
  contract: string;
  can: string[];
  names: Record<string, string>;
}
export interface SourceObject {
  id: string;
  plan: string;
  owner: string;
  registered_by: string;
  name: string;
  source_kind: SourceKind;
  place: string;
  every_s: number;
  at: string[];
  late_after_s: number;
  retries: number;
  status: SourceStatus;
  registered_ms: number;
  last_run_ms?: number;
  last_taken_ms?: number;
  outcome?: RunOutcome;
  reason: string;
  failures: number;
  runs: number;
  batches: number;
  seq: number;
  rows_per_day?: number;
  secret?: string;
  from_afar?: boolean;
  where?: any;
  plan_title?: string;
  plan_name?: string;
  dataset?: string;
  mark?: string | null;
  came: SourceCame;
  held: SourceHeld[];
  held_batches: number;
  held_rows: number;
  late_since_ms: number | null;
  next_due_ms: number | null;
  looked_ms?: number | null;
  waiting?: SourceWaiting[];
  of_plan: SourceCame;
  refused: RefusedFileObject[];
  refused_files: number;
  can: string[];
  names: Record<string, string>;
}
export interface PlanObject {
  seq: number;
  id: string;
  dataset: string;
  owner: string;
  name: string;
  title: string;
  source_name: string;
  source_uscc: string;
  purpose: string;
  legal_basis: string;
  frequency: string;
  source_key: string;
  plan_digest: string;
  fields: PlanField[];
  version?: number;
  mark?: string;
  can: string[];
  names: Record<string, string>;
}
export interface MandateObject {
  id: string;
  principal: string;
  form: MandateForm;
  status: MandateStatus;
  proposed_by: string;
  confirmed_by: string;
  accepted_by: string;
  ended_by: string;
  reason: string;
  at_ms: number;
  confirmed_ms: number;
  accepted_ms: number;
  ended_ms: number;
  seq: number;
  deeds: MandateDeed[];
  now: 'proposed' | 'confirmed' | 'not_begun' | 'in_force' | 'over' | 'refused' | 'ended';
  principal_name: string;
  broker_name: string;
  deeds_count: number;
  drafts_waiting: number;
  drafts: DraftedApplicationShown[];
  offers: MandateOffer[];
  can: string[];
  names: Record<string, string>;
}
export interface BatchObject {
  id: string;
  plan: string;
  dataset: string;
  version: string;
  held_version: string;
  file_digest: string;
  status: BatchStatus;
  manifest: ManifestCheck;
  reason: string;
  rows: number;
  accepted: number;
  warned: number;
  held: number;
  quality_digest: string;
  at_ms: number;
  seq: number;
  reported_by: string;
  receipted_by: string;
  number?: string;
  file_problem?: string;
  replaced_by?: string;
  settled: RowSpan[];
  corrected?: number;
  rejected?: number;
  held_manifest?: string;
  source?: string;
  quality?: any;
  open_rows: number;
  plan_title?: string;
  plan_name?: string;
  source_name?: string;
  plan_fields?: PlanFieldName[];
  can: string[];
  names: Record<string, string>;
}
export interface DatasetObject {
  id: string;
  owner: string;
  name: string;
  title: string;
  frequency: string;
  columns: CatalogField[];
  rule_pack: string;
  proposed_seq: number;
  proposed_version?: string;
  report?: string;
  unplanned: string[];
  facts?: DatasetFacts;
  associations: MeasuredAssociation[];
  answers: AnsweredFacts[];
  destroyed_ms?: number;
  destroyed_by?: string;
  versions: DatasetVersion[];
  plan: Plan;
  batches: Batch[];
  strategies: Strategy[];
  maskings: MaskingResult[];
  in_force: VersionInForce;
  protection?: Protection;
  same_rows?: SameRows[];
  can: string[];
  names: Record<string, string>;
}
export interface AlarmObject {
  id: string;
  rule: string;
  subject: string;
  reason: string;
  note: string;
  cleared_reason: string;
  party: string;
  severity: AlarmSeverity;
  status: AlarmStatus;
  count: number;
  since_ms: number;
  at_ms: number;
  acknowledged_ms: number;
  cleared_ms: number;
  acknowledged_by: string;
  cleared_by: string;
  seq: number;
  cleared_seq: number;
  deliveries: AlarmDelivery[];
  zh: string;
  en: string;
  next_zh: string;
  next_en: string;
  clears_itself: boolean;
  owed: AlarmOwed[];
  can: string[];
  names: Record<string, string>;
}
export interface ProductObject {
  grade?: FlowGrade;
  id: string;
  owner: string;
  dataset: string;
  version: string;
  form: ProductForm;
  status: ProductStatus;
  rows: number;
  sample_rows: number;
  level: number;
  checks: CheckResult[];
  number: string;
  reason: string;
  drafted_by: string;
  reviewed_by: string;
  registered_by: string;
  drafted_seq: number;
  checked_seq: number;
  reviewed_seq: number;
  registered_seq: number;
  at_ms: number;
  fields: ProductField[];
  masking: MaskingResult | null;
  quality?: BatchQuality;
  can: string[];
  names: Record<string, string>;
}
export interface ApplicationObject {
  grade?: FlowGrade;
  erased_filters: string[];
  id: string;
  product: string;
  applicant: string;
  submitted_by: string;
  form: ApplicationForm;
  policy: PolicyReason[];
  roster: string[];
  rule: VotingRule;
  at_ms: number;
  deadline_ms: number;
  votes: Vote[];
  status: ApplicationStatus;
  reason: string;
  submitted_seq: number;
  decided_seq: number;
  product_name?: string;
  applicant_name: string;
  level?: number;
  contract: string | null;
  can: string[];
  names: Record<string, string>;
}
export interface ContractObject {
  id: string;
  application: string;
  terms: ContractTerms;
  text_zh: string;
  odrl: any;
  digest: string;
  status: ContractStatus;
  signatures: Signature[];
  reason: string;
  delivered: number;
  leased: number;
  at_ms: number;
  drafted_seq: number;
  active_seq: number;
  document?: string;
  now?: string;
  product_name?: string;
  provider_name: string;
  recipient_name: string;
  level?: number;
  changed_since: ChangedSince[];
  releases: ContractRelease[];
  can: string[];
  names: Record<string, string>;
}
export interface ReleaseObject {
  content_digest?: string;
  grade?: FlowGrade;
  destruction?: Destruction;
  marks?: ReleaseMarks;
  id: string;
  contract: string;
  dataset: string;
  version: string;
  grant: string;
  form: OpenForm;
  columns: string[];
  row_filter: RowCondition[];
  recipient_key_id: string;
  recipient_key: string;
  status: ReleaseStatus;
  level: number;
  rows: number;
  bytes: number;
  calls: number;
  file_digest: string;
  envelope_digest: string;
  format: string;
  reason: string;
  policy: PolicyReason[];
  released_by: string;
  at_ms: number;
  expires_ms: number;
  prepared_seq: number;
  delivered_seq: number;
  recipient_key_seq: number;
  seal: 'valid' | 'suspended' | 'revoked' | 'expired' | 'pending';
  destruction_state: 'nothing_received' | 'not_due' | 'due' | 'overdue' | 'certified';
  destruction_due_ms: number;
  marked?: boolean;
  unmarked?: string;
  product_name?: string;
  recipient_name: string;
  stations?: Station[];
  can: string[];
  names: Record<string, string>;
}
