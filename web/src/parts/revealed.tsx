// The value of a revealed field, readable: words for codes, names for ids, tables for lists of records, facts for records. What
// only machines read (ODRL) stays folded. Every value is shown; nothing is summed up.
import { Table } from 'antd';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { FlowReason } from '../api/schema.ts';
import { countText, timeText, yuanText } from '../i18n/format.ts';
import { type Json, canonical } from '../verify/json.ts';
import { Digest, Facts, Wide } from './bits.tsx';
import { Name, hasName } from './names.tsx';
import { GradeChip } from './chips.tsx';
import { FlowReasons } from './flow_grade.tsx';

type Names = Record<string, string> | undefined;
type Fields = Record<string, Json>;

const isRecord = (value: Json): value is Fields => value !== null && typeof value === 'object' && !Array.isArray(value);
const isScalar = (value: Json): boolean => value === null || typeof value !== 'object';

/** Where a record says a thing in two languages, only the reader's is shown. */
function own(record: Fields, language: string): [string, Json][] {
  const other = language.startsWith('zh') ? '_en' : '_zh', mine = language.startsWith('zh') ? '_zh' : '_en';
  return Object.entries(record).filter(([key]) => !(key.endsWith(other) && key.slice(0, -3) + mine in record));
}

function wordOf(t: TFunction, field: string, value: string): string | null {
  if (field === 'forms') return t(`form.${value}`, value);
  // The scenario of G4.4 in a contract's terms, that of the flow in the reasons of a level.
  if (field === 'scenario') return t(`scenario.${value}`, t(`holdings.flow.scenarios.${value}`, value));
  if (field === 'purpose' || field === 'legal_basis') return t(`${field === 'purpose' ? 'purpose' : 'basis'}.${value}`, value);
  if (field === 'national') return t(`holdings.flow.labels.${value}`, value);
  if (field === 'level5_rows') return t(`strategy.level5Is.${value}`, value);
  if (field === 'provider_role' || field === 'recipient_role') return t(`dataRole.${value}`, value);
  if (field === 'status' || field === 'form' || field === 'flow' || field === 'share' || field === 'category' || field === 'manifest' || field === 'technique') return t(`${field}.${value}`, t(`fact.${value}`, value));
  return null;
}

function Text({ field, value, names }: { field: string; value: string; names: Names }) {
  const { t } = useTranslation();
  if (/^[0-9a-f]{32,}$/.test(value) || /^[A-Za-z0-9+/]{60,}=*$/.test(value)) return <Digest value={value} />;
  if (hasName(value)) return <Name id={value} names={names} />;
  const word = wordOf(t, field, value);
  return <span style={{ whiteSpace: 'pre-wrap' }}>{word ?? names?.[value] ?? (value || '—')}</span>;
}

function Amount({ field, value }: { field: string; value: Json }) {
  const number = Number(canonical(value));
  if (field.endsWith('_ms')) return <>{number > 0 ? timeText(number) : '—'}</>;
  if (field === 'level') return <GradeChip level={number} />;
  if (field.endsWith('_fen')) return <>{number > 0 ? yuanText(number) : '—'}</>;
  return <span className="mono">{countText(number)}</span>;
}

/** JSON inside a text (the parameters of a technique) is read like the rest. */
function inner(field: string, value: string): Json | null {
  if (field !== 'parameters' || !value.startsWith('{')) return null;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return null;
  }
}

export function Revealed({ field, value, names }: { field: string; value: Json; names: Names }) {
  const { t, i18n } = useTranslation();
  if (typeof value === 'boolean') return <>{t(value ? 'common.yes' : 'common.no')}</>;
  if (value === null) return <>—</>;
  if (typeof value === 'string') {
    const parsed = inner(field, value);
    return parsed ? <Revealed field={field} value={parsed} names={names} /> : <Text field={field} value={value} names={names} />;
  }
  if (field === 'odrl') return <details><summary>{t('fact.machine')}</summary><pre className="code" tabIndex={0}>{JSON.stringify(value, null, 2)}</pre></details>;
  if (Array.isArray(value)) {
    if (value.length === 0) return <>—</>;
    // Why a level: as on the pages of the flow.
    if (field === 'reasons' && value.every((one) => isRecord(one) && 'rule' in one)) return <FlowReasons reasons={value as unknown as FlowReason[]} />;
    if (value.every(isRecord)) return <Rows field={field} rows={value} names={names} />;
    return <>{value.map((one, i) => <span key={i}>{i > 0 ? '、' : ''}<Revealed field={field} value={one} names={names} /></span>)}</>;
  }
  if (isRecord(value)) {
    const items = own(value, i18n.language);
    if (items.length === 0) return <>—</>;
    if (items.every(([, one]) => isScalar(one)) && items.length <= 3) return <>{items.map(([key, one], i) => <span key={key}>{i > 0 ? '；' : ''}{label(t, key)} <Revealed field={key} value={one} names={names} /></span>)}</>;
    return <Facts items={items.map(([key, one]) => [label(t, key), <Revealed key={key} field={key} value={one} names={names} />])} />;
  }
  return <Amount field={field} value={value} />;
}

function label(t: TFunction, key: string): string {
  const plain = key.replace(/_(zh|en)$/, '');
  return t(`fact.${key}`, t(`fact.${plain}`, plain));
}

function Rows({ field, rows, names }: { field: string; rows: Fields[]; names: Names }) {
  const { t, i18n } = useTranslation();
  const keys = [...new Set(rows.flatMap((row) => own(row, i18n.language).map(([key]) => key)))].filter((key) => rows.some((row) => row[key] !== '' && row[key] !== undefined));
  return (
    <Wide label={label(t, field)}><Table
      rowKey={(row) => canonical(row)} size="small" pagination={false} dataSource={rows} style={{ width: 'max-content', minWidth: '100%' }}
      columns={keys.map((key) => ({ title: label(t, key), render: (_: unknown, row: Fields) => (row[key] === undefined ? '' : <div style={{ maxWidth: 420 }}><Revealed field={key} value={row[key]} names={names} /></div>) }))}
    /></Wide>
  );
}
