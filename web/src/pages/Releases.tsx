import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useList } from '../api/hooks.ts';
import type { Release } from '../api/types.ts';
import { countText, dayText, timeText } from '../i18n/format.ts';
import { Status } from '../parts/chips.tsx';
import { FlowChip } from '../parts/flow_grade.tsx';
import { ListTable } from '../parts/list_table.tsx';
import { Page } from '../parts/page.tsx';
import { sealOf } from '../parts/seal_of.ts';

export default function Releases() {
  const { t } = useTranslation();
  const list = useList<Release>('/releases');
  return (
    <Page title={t('release.title')} lead={t('release.lead')}>
      <ListTable<Release>
        query={list} rowKey={(r) => r.id} to={(r) => `/releases/${r.id}`} empty={{ title: t('release.empty'), text: t('release.emptyText') }}
        columns={[
          { title: t('release.id'), render: (_, r) => <Link to={`/releases/${r.id}`}><strong>{r.product_name ?? r.id}</strong><br /><span className="mono">{r.id}</span></Link> },
          { title: t('release.seal'), render: (_, r) => <Status value={sealOf(r)} /> },
          { title: t('catalog.level'), render: (_, r) => <FlowChip level={r.level} grade={r.grade} /> },
          { title: t('release.recipient'), render: (_, r) => r.recipient_name ?? '—' },
          { title: t('release.form'), render: (_, r) => t(`form.${r.form}`) },
          { title: t('release.rows'), align: 'right', render: (_, r) => countText(r.rows) },
          { title: t('common.time'), render: (_, r) => timeText(r.at_ms) },
          { title: t('release.validTo'), render: (_, r) => dayText(r.expires_ms) },
        ]}
      />
    </Page>
  );
}
