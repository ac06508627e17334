// The legal case of a contract.
import { Alert, Card, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { useOne } from '../api/hooks.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Chip } from './chips.tsx';
import type { LegalCase } from './law_types.ts';

/** What the case of a contract demands, and what meets it: nothing is released while something is missing. */
export function CaseCard({ contract }: { contract: string }) {
  const { t } = useTranslation();
  const query = useOne<LegalCase>(`/law/cases/${contract}`);
  const zh = currentLanguage() === 'zh';
  if (!query.data) return null;
  const c = query.data;
  return (
    <Card title={t('law.caseTitle')}>
      {c.complete ? null : <Alert type="warning" showIcon title={t('law.incomplete')} style={{ marginBottom: 12 }} />}
      <Table size="small" rowKey="id" pagination={false} dataSource={c.demands} locale={{ emptyText: t('law.nothing') }} columns={[
        { title: t('common.status'), render: (_, d) => <Chip tone={d.met ? 'good' : 'bad'} icon={d.met ? '✓' : '✕'} word={t(d.met ? 'law.met' : 'law.missing')} /> }, { title: t('common.details'), render: (_, d) => <div style={{ whiteSpace: 'normal' }}>{zh ? d.zh : d.en}{d.detail ? <><br /><small>{d.detail}</small></> : null}</div> },
        { title: t('law.clause'), render: (_, d) => <small>{d.clause}</small> },
      ]} />
    </Card>
  );
}
