import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Heat, Taxonomy, WorksheetTab } from '../parts/grading_worksheet.tsx';
import { GradingListTab } from '../parts/grading_list.tsx';
import { FlowLevel } from '../parts/flow_level.tsx';
import { Suggestions, Versions } from '../parts/grading_versions.tsx';
import { ItemsTab } from '../parts/items_tab.tsx';
import { Lowerings } from '../parts/lowerings.tsx';
import { Page } from '../parts/page.tsx';
import { ProcessesTab } from '../parts/processes_tab.tsx';
import { ScansTab } from '../parts/scans_tab.tsx';
import { ReviewQueue } from '../parts/review_queue.tsx';
import { RuleChanges } from '../parts/rule_changes.tsx';

export default function Grading() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const tab = (key: string, children: React.ReactNode) => ({ key, label: t(`grading.tab.${key}`), children });
  return (
    <Page title={t('grading.title')} lead={t('grading.lead')}>
      <Tabs
        tabBarGutter={20} activeKey={search.get('tab') ?? 'review'} onChange={(key) => setSearch({ tab: key })} destroyOnHidden
        items={[tab('review', <ReviewQueue />), tab('list', <GradingListTab />), { key: 'scans', label: t('holdings.tab.scans'), children: <ScansTab /> }, { key: 'items', label: t('holdings.tab.items'), children: <ItemsTab /> }, { key: 'processes', label: t('holdings.tab.processes'), children: <ProcessesTab /> }, tab('heat', <Heat />), tab('tree', <Taxonomy />), tab('worksheet', <WorksheetTab />), tab('flow', <FlowLevel />), tab('versions', <Versions />), tab('changes', <RuleChanges />), tab('lowerings', <Lowerings />), tab('suggestions', <Suggestions />)]}
      />
    </Page>
  );
}
