import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useHolds } from '../app/session.tsx';
import { Page } from '../parts/page.tsx';
import { Chart } from '../parts/access_chart.tsx';
import { Figures } from '../parts/department_figures.tsx';
import { Exceptions, Operations } from '../parts/access_operations.tsx';
import { PermissionLog, Rights, Who } from '../parts/access_rights.tsx';

export default function Access() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  // Whom the node shows the log: to others the tab would be a dead end.
  const log = useHolds('system_admin', 'security_admin', 'audit_admin', 'security_officer', 'pi_officer', 'supervisor');
  const tab = (key: string, children: React.ReactNode) => ({ key, label: t(`access.tab.${key}`), children });
  return (
    <Page title={t('access.title')} lead={t('access.lead')}>
      <Tabs
        activeKey={search.get('tab') ?? 'operations'} onChange={(key) => setSearch({ tab: key })} destroyOnHidden
        items={[tab('operations', <Operations />), tab('exceptions', <Exceptions />), tab('rights', <Rights />), tab('who', <Who />), tab('organisation', <Chart />), tab('figures', <Figures />), ...(log ? [tab('log', <PermissionLog />)] : [])]}
      />
    </Page>
  );
}
