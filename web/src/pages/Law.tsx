import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Assessments } from '../parts/law_assessments.tsx';
import { Papers } from '../parts/law_papers.tsx';
import { Provisions, ReportTab, RetentionTab } from '../parts/law_provisions.tsx';
import { Consents } from '../parts/law_consents.tsx';
import { Requests } from '../parts/law_subjects.tsx';
import { Page } from '../parts/page.tsx';

export default function Law() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const tab = (key: string, children: React.ReactNode) => ({ key, label: t(`law.tab.${key}`), children });
  return (
    <Page title={t('law.title')} lead={t('law.lead')}>
      <Tabs
        activeKey={search.get('tab') ?? 'papers'} onChange={(key) => setSearch({ tab: key })} destroyOnHidden
        items={[tab('papers', <Papers />), tab('assessments', <Assessments />), tab('consents', <Consents />), tab('requests', <Requests />), tab('provisions', <Provisions />), tab('retention', <RetentionTab />), tab('report', <ReportTab />)]}
      />
    </Page>
  );
}
