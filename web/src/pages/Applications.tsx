import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useList } from '../api/hooks.ts';
import type { Application } from '../api/types.ts';
import { timeText } from '../i18n/format.ts';
import { Due } from '../parts/bits.tsx';
import { Status } from '../parts/chips.tsx';
import { FlowChip } from '../parts/flow_grade.tsx';
import { ListTable } from '../parts/list_table.tsx';
import { Page } from '../parts/page.tsx';

export default function Applications() {
  const { t } = useTranslation();
  const list = useList<Application>('/applications');
  return (
    <Page title={t('application.title')} lead={t('application.lead')}>
      <ListTable<Application>
        query={list} rowKey={(a) => a.id} to={(a) => `/applications/${a.id}`} empty={{ title: t('application.empty'), text: t('application.emptyText') }}
        columns={[
          { title: t('application.product'), render: (_, a) => <Link to={`/applications/${a.id}`}><strong>{a.product_name ?? a.names?.[a.product] ?? a.product}</strong></Link> },
          { title: t('application.applicant'), render: (_, a) => a.applicant_name ?? a.names?.[a.applicant] ?? a.applicant },
          { title: t('catalog.level'), render: (_, a) => (a.level ? <FlowChip level={a.level} grade={a.grade} /> : '—') },
          { title: t('application.form'), render: (_, a) => t(`form.${a.form.form}`) },
          { title: t('common.status'), render: (_, a) => <Status value={a.status} /> },
          { title: t('application.votes'), render: (_, a) => `${a.votes.length} / ${a.roster.length}` },
          { title: t('application.deadline'), render: (_, a) => (a.status === 'voting' ? <Due at={a.deadline_ms} /> : '—') },
          { title: t('common.created'), render: (_, a) => timeText(a.at_ms) },
        ]}
      />
    </Page>
  );
}
