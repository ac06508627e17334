import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Audit, Datasets, Receipts } from '../parts/deident_lists.tsx';
import { Reversals } from '../parts/deident_reversals.tsx';
import { Trace } from '../parts/deident_trace.tsx';
import { Page } from '../parts/page.tsx';

export default function Deident() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const tab = (key: string, children: React.ReactNode) => ({ key, label: t(`deident.tab.${key}`), children });
  return (
    <Page title={t('deident.title')} lead={t('deident.lead')}>
      <Tabs
        activeKey={search.get('tab') ?? 'datasets'} onChange={(key) => setSearch({ tab: key })} destroyOnHidden
        items={[tab('datasets', <Datasets />), tab('receipts', <Receipts />), tab('audit', <Audit />), tab('trace', <Trace />), tab('reversals', <Reversals />)]}
      />
    </Page>
  );
}
