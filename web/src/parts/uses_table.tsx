// Who used a person's data, as that person may read it: on the own page, and in the answer to a request.
import { Table } from 'antd';
import { useTranslation } from 'react-i18next';
import type { NotTold as Untold, SubjectUse } from '../api/schema.ts';
import { listComma, timeText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Chip } from './chips.tsx';

/** What no record of uses has: by kind, never whether there was one. */
export function NotTold({ items }: { items: Untold[] }) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  return <small style={{ color: 'var(--soft)' }}>{t('finding.notTold')}: {items.map((n) => (currentLanguage() === 'zh' ? n.zh : n.en)).join('; ')}</small>;
}

export function UsesTable({ uses }: { uses: SubjectUse[] }) {
  const { t } = useTranslation();
  const why = (reason: string): string => t(`own.why.${reason.replaceAll('.', '_')}`, t('own.why.other'));
  const rows = uses.map((u, n) => ({ ...u, n })).reverse();
  return (
    <Table size="small" rowKey="n" pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} dataSource={rows} scroll={{ x: 'max-content' }} locale={{ emptyText: t('own.noUses') }} columns={[
      { title: t('common.time'), render: (_, u) => timeText(u.at_ms) }, { title: t('own.recipient'), render: (_, u) => u.recipient ?? '—' }, { title: t('own.product'), render: (_, u) => u.product ?? '—' }, { title: t('law.purpose'), render: (_, u) => t(`purpose.${u.purpose ?? ''}`, u.purpose ?? '—') },
      { title: t('own.result'), render: (_, u) => (u.refused ? <><Chip tone="bad" icon="✕" word={t('own.refused')} /> {why(u.refused)}</> : <><Chip tone="good" icon="✓" word={t('own.given')} /> {u.rows ? t('own.record', { n: u.rows }) : ''}</>) },
      { title: t('law.columns'), render: (_, u) => <div style={{ maxWidth: 300, minWidth: 160, whiteSpace: 'normal' }}>{u.refused ? '—' : (u.titles ?? u.columns ?? []).join(listComma())}</div> },
    ]} />
  );
}
