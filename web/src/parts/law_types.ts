// The pages' names for what the legal registers answer.
export type {
  AssessedRisk as Risk, AssessmentObject as Assessment, ConsentObject as Consent, LawReport as Report, LawTemplate as Template, LawTerm as Label, LegalCaseObject as LegalCase, PaperObject as Paper, ProvisionObject as Provision,
  RetentionItem, RetentionRegister as Retention, SubjectAnswer, SubjectRequestObject as SubjectRequest,
} from '../api/schema.ts';
