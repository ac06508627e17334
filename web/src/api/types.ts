// The pages' names for what the node answers. The shapes are in schema.ts, written from web/openapi.yaml.
import { CATEGORY_NAMES } from './schema.ts';
import type * as S from './schema.ts';

export type {
  AccessRule, AccessScope, ApplicationForm, ApplicationStatus, Backup, BackupEpochShown, CatalogField, Category, ContractStatus, ContractTerms, CorrectAnswer, DatasetVersion, DepartmentFigures, DepartmentFiguresShown, DestroyedKeys, Duty, FieldProposal, FieldVerdict,
  FlowType, HeldPage, HeldRow, KeyWorks, LedgerEntry, LedgerHead, MaskingResult, Me, Names, NodeHealth, OpenForm, OperationStatus, Organisation, PartyRole, PolicyReason, ProductForm, ProductStatus, Protection,
  ProtectionMeasure, ReleaseStatus, RevealedFilter, RowCondition, Scenario, ShareType, Strategy, UnusedRights, Verification, Vocabulary, WhoCould,
} from './schema.ts';
export type AccessRules = S.AccessRulesObject;
export type Application = S.ApplicationObject;
export type Batch = S.BatchObject;
export type Contract = S.ContractObject;
export type Dataset = S.DatasetObject;
export type InboxItem = S.Inbox['items'][number];
export type KeyWork = S.KeyWorkObject;
export type Mandate = S.MandateObject;
export type Operation = S.OperationObject;
export type Party = S.PartyObject;
export type Person = S.PersonObject;
export type PrivilegeException = S.ExceptionObject;
export type Product = S.ProductObject;
export type Release = S.ReleaseObject;
export type Right = S.RightObject;
export type Seal = Release['seal'];

export const CATEGORIES: readonly S.Category[] = CATEGORY_NAMES;

/** A page of a list. */
export interface List<T> {
  items: T[];
  next?: string | null;
  total?: number;
}
