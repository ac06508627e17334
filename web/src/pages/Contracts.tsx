import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useList } from '../api/hooks.ts';
import type { Contract } from '../api/types.ts';
import { useNow } from '../app/now.ts';
import { dayText } from '../i18n/format.ts';
import { Status } from '../parts/chips.tsx';
import { FlowChip } from '../parts/flow_grade.tsx';
import { ListTable } from '../parts/list_table.tsx';
import { Page } from '../parts/page.tsx';
import { nowOf } from '../parts/contract_now.ts';

export default function Contracts() {
  const { t } = useTranslation();
  const list = useList<Contract>('/contracts');
  const now = useNow();
  const name = (c: Contract, id: string, given?: string): string => given ?? c.names?.[id] ?? id;
  return (
    <Page title={t('contract.title')} lead={t('contract.lead')}>
      <ListTable<Contract>
        query={list} rowKey={(c) => c.id} to={(c) => `/contracts/${c.id}`} empty={{ title: t('contract.empty'), text: t('contract.emptyText') }}
        columns={[
          { title: t('product.one'), render: (_, c) => <Link to={`/contracts/${c.id}`}><strong>{name(c, c.terms.product, c.product_name)}</strong><br /><span className="mono">{c.id}</span></Link> },
          { title: t('contract.provider'), render: (_, c) => name(c, c.terms.provider, c.provider_name) },
          { title: t('contract.recipient'), render: (_, c) => name(c, c.terms.recipient, c.recipient_name) },
          { title: t('catalog.level'), render: (_, c) => (c.level ? <FlowChip level={c.level} grade={c.terms.grade} /> : '—') },
          { title: t('application.form'), render: (_, c) => t(`form.${c.terms.form}`) },
          { title: t('common.status'), render: (_, c) => <Status value={nowOf(c, now)} /> },
          { title: t('contract.meters'), align: 'right', render: (_, c) => `${c.delivered} / ${c.terms.deliveries_max}` },
          { title: t('release.validTo'), render: (_, c) => dayText(c.terms.expires_ms) },
        ]}
      />
    </Page>
  );
}
