import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useHolds } from '../app/session.tsx';
import { Audit, Datasets } from '../parts/deident_lists.tsx';
import { Receipts } from '../parts/deident_receipts.tsx';
import { Reversals } from '../parts/deident_reversals.tsx';
import { Trace } from '../parts/deident_trace.tsx';
import { Page } from '../parts/page.tsx';
import { StrategyDrafts } from '../parts/strategy_drafts.tsx';
import { StrategyReview } from '../parts/strategy_review.tsx';

export default function Deident() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const looks = useHolds('data_manager', 'security_officer');
  const reviews = useHolds('security_officer', 'pi_officer', 'committee_member');
  const tab = (key: string, children: React.ReactNode) => ({ key, label: t(`deident.tab.${key}`), children });
  return (
    <Page title={t('deident.title')} lead={t('deident.lead')}>
      <Tabs
        activeKey={search.get('tab') ?? (looks ? 'datasets' : reviews ? 'drafts' : 'receipts')} onChange={(key) => setSearch({ tab: key })} destroyOnHidden
        items={[...(looks ? [tab('datasets', <Datasets />)] : []), ...(looks || reviews ? [tab('drafts', <StrategyDrafts />)] : []), ...(reviews ? [tab('review', <StrategyReview />)] : []), tab('receipts', <Receipts />), tab('audit', <Audit />), tab('trace', <Trace />), tab('reversals', <Reversals />)]}
      />
    </Page>
  );
}
