import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Backups } from '../parts/custody_backups.tsx';
import { Destroyed, Works } from '../parts/custody_works.tsx';
import { useHolds } from '../app/session.tsx';
import { Page } from '../parts/page.tsx';
import { Root } from '../parts/root_ceremony.tsx';
import { StorageTab } from '../parts/storage_tab.tsx';

export default function Custody() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  // Whom the node shows its storage (src/edge/api/storage_routes.cc): to others the tab would be a dead end.
  const storage = useHolds('system_admin', 'security_admin', 'audit_admin', 'security_officer', 'data_manager', 'supervisor');
  const tab = (key: string, children: React.ReactNode) => ({ key, label: t(`custody.tab.${key}`), children });
  return (
    <Page title={t('custody.title')} lead={t('custody.lead')}>
      <Tabs
        activeKey={search.get('tab') ?? 'works'} onChange={(key) => setSearch({ tab: key })} destroyOnHidden
        items={[tab('works', <Works />), tab('root', <Root />), tab('destroyed', <Destroyed />), tab('backups', <Backups />), ...(storage ? [tab('storage', <StorageTab />)] : [])]}
      />
    </Page>
  );
}
