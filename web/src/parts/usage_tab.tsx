// How a dataset is used: how often, what for, which of its fields.
import { Alert, Card, Empty, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { useOne } from '../api/hooks.ts';
import type { ColumnUse, DatasetUsage } from '../api/schema.ts';
import type { Dataset } from '../api/types.ts';
import { useNow } from '../app/now.ts';
import { countText, timeText } from '../i18n/format.ts';
import { MonthColumns, ShareBars } from '../pictures/usage_bars.tsx';
import { Facts } from './bits.tsx';
import { Loaded } from './page.tsx';

export function UsageTab({ dataset }: { dataset: Dataset }) {
  const query = useOne<DatasetUsage>(`/datasets/${dataset.id}/usage`);
  return <Loaded query={query}>{(u) => <Shown dataset={dataset} usage={u} />}</Loaded>;
}

function Shown({ dataset, usage: u }: { dataset: Dataset; usage: DatasetUsage }) {
  const { t } = useTranslation();
  const now = useNow();
  if (u.releases + u.operations === 0) return <Card><Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={<><strong>{t('holdings.use.none')}</strong><br />{t('holdings.use.noneText')}</>} /></Card>;
  const used = new Map(u.columns.map((c) => [c.column, c]));
  const unused = dataset.columns.filter((c) => !used.has(c.column)).length;
  const purposes = [
    ...[...u.purposes].sort((a, b) => b.releases - a.releases).map((p) => ({ name: t(`purpose.${p.purpose}`, p.zh || p.purpose || '—'), count: p.releases, note: [t('holdings.use.releasedTimes', { n: countText(p.releases) }), ...(p.calls > 0 ? [t('holdings.use.calledTimes', { n: countText(p.calls) })] : []), `${countText(p.rows)} ${t('common.rows')}`].join(' · ') })),
    ...(u.operations > 0 ? [{ name: t('holdings.use.inside'), count: u.operations, note: t('holdings.search.uses', { n: countText(u.operations) }) }] : []),
  ];
  const columns: ColumnUse[] = dataset.columns.map((c) => used.get(c.column) ?? { column: c.column, releases: 0, operations: 0, last_ms: 0 });
  const titles = new Map(dataset.columns.map((c) => [c.column, c.title]));
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      <Card><Facts items={[
        [t('holdings.use.releases'), countText(u.releases)], [t('holdings.use.rows'), countText(u.rows)], [t('holdings.use.calls'), u.calls > 0 ? countText(u.calls) : ''], [t('holdings.use.operations'), countText(u.operations)], [t('holdings.use.products'), countText(u.products)], [t('holdings.use.last'), u.last_ms ? timeText(u.last_ms) : t('holdings.use.never')],
      ]} /></Card>
      <div className="two">
        <Card><MonthColumns months={u.per_month} now={now} /></Card>
        <Card><ShareBars title={t('holdings.use.byPurpose')} text={t('holdings.use.byPurposeText')} shares={purposes} head={[t('holdings.use.byPurpose'), t('holdings.use.releases'), t('common.details')]} /></Card>
      </div>
      <Card title={t('holdings.use.byColumn')}>
        {unused > 0 ? <Alert type="info" showIcon style={{ marginBottom: 12 }} title={t('holdings.use.unused', { n: unused })} /> : null}
        <Table<ColumnUse> size="small" rowKey="column" pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} scroll={{ x: 'max-content' }} dataSource={columns.sort((a, b) => b.releases + b.operations - a.releases - a.operations)} columns={[
          { title: t('catalog.field'), render: (_, c) => <><strong className="mono">{c.column}</strong> {titles.get(c.column)}</> }, { title: t('holdings.use.releases'), align: 'right', render: (_, c) => countText(c.releases) },
          { title: t('holdings.use.operations'), align: 'right', render: (_, c) => countText(c.operations) }, { title: t('holdings.use.last'), render: (_, c) => (c.last_ms > 0 ? timeText(c.last_ms) : t('holdings.use.never')) },
        ]} />
      </Card>
    </div>
  );
}
