// Figures of the departments, side by side, with the rules and procedures that each works by.
import { Alert, Card, Progress, Select, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useOne } from '../api/hooks.ts';
import type { DepartmentFigures, DepartmentFiguresShown } from '../api/types.ts';
import { currentLanguage } from '../i18n/index.ts';
import { countText, timeText } from '../i18n/format.ts';
import { Name } from './bits.tsx';
import { Chip } from './chips.tsx';
import type { Template } from './law_types.ts';
import { Loaded } from './page.tsx';

const PERIODS = [30, 90, 365];

export function Figures() {
  const { t } = useTranslation();
  const [days, setDays] = useState(90);
  const query = useOne<DepartmentFiguresShown>(`/organisation/figures?days=${days}`);
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      <div style={{ display: 'flex', gap: 12, alignItems: 'center', flexWrap: 'wrap' }}>
        <Select aria-label={t('access.period')} value={days} onChange={setDays} options={PERIODS.map((n) => ({ value: n, label: t('access.figures.last', { n }) }))} style={{ width: 160 }} />
        <span style={{ color: 'var(--soft)' }}>{t('access.figures.text')}</span>
      </div>
      <Loaded query={query}>{(shown) => <FiguresView shown={shown} />}</Loaded>
    </div>
  );
}

/** How much of it; nothing to do is neither good nor bad. */
function Share({ done, of, label }: { done: number; of: number; label: string }) {
  if (of === 0) return <>—</>;
  const percent = Math.floor((100 * done) / of);
  return <div style={{ minWidth: 130 }}><Progress percent={percent} size="small" aria-label={label} /><small>{countText(done)} / {countText(of)}</small></div>;
}

function FiguresView({ shown }: { shown: DepartmentFiguresShown }) {
  const { t } = useTranslation();
  const zh = currentLanguage() === 'zh';
  const template = useOne<Template>('/law/template').data;
  const kindOf = (id: string): string => { const kind = template?.papers.find((p) => p.id === id); return kind ? (zh ? kind.zh : kind.en) : id; };
  const unitOf = (unit: string) => (unit ? <Name id={unit} names={shown.names} /> : t('access.figures.none'));
  const took = (f: DepartmentFigures): string => (f.median_minutes === undefined ? '—' : f.median_minutes < 120 ? t('access.figures.minutes', { n: f.median_minutes }) : t('access.figures.hours', { n: Math.round(f.median_minutes / 60) }));
  const open = (f: DepartmentFigures): React.ReactNode[] => [['reopened', f.reopened], ['expired', f.expired], ['unanswered', f.unanswered], ['due', f.procedures_due]]
    .filter(([, n]) => Number(n) > 0).map(([key, n]) => <div key={String(key)}><Chip tone="warn" icon="!" word={t(`access.figures.open.${String(key)}`, { n })} /></div>);
  return (
    <>
      <Card>
        <Table<DepartmentFigures> size="small" rowKey="unit" pagination={false} dataSource={shown.units} scroll={{ x: 'max-content' }} locale={{ emptyText: t('access.noUnits') }} columns={[
          { title: t('access.unit'), render: (_, f) => <strong>{unitOf(f.unit)}</strong> },
          { title: t('access.figures.waits'), render: (_, f) => { const what = open(f); return what.length > 0 ? what : <Chip tone="good" icon="●" word={t('access.figures.nothing')} />; } },
          { title: t('access.members'), dataIndex: 'people', align: 'right' },
          { title: t('access.figures.holds'), render: (_, f) => t('access.figures.holdsText', { datasets: f.datasets, items: f.items, level4: f.level4_up }) },
          { title: t('access.figures.confirmed'), render: (_, f) => <Share done={f.confirmed} of={f.columns} label={t('access.figures.confirmed')} /> },
          { title: t('access.figures.described'), render: (_, f) => <Share done={f.asked - f.unanswered} of={f.asked} label={t('access.figures.described')} /> },
          { title: t('access.figures.inTime'), render: (_, f) => <Share done={f.in_time} of={f.decisions} label={t('access.figures.inTime')} /> },
          { title: t('access.figures.took'), align: 'right', render: (_, f) => took(f) },
          { title: t('access.figures.procedures'), dataIndex: 'procedures', align: 'right' },
        ]} expandable={{
          rowExpandable: (f) => f.decisions > 0,
          expandedRowRender: (f) => Object.entries(f.decided).map(([kind, n]) => <span key={kind} style={{ marginInlineEnd: 16 }}>{t(`access.figures.kind.${kind}`)} {countText(n)}</span>),
        }} />
      </Card>
      <Card title={t('access.figures.papers')} extra={<Link to="/law">{t('access.figures.enter')}</Link>}>
        {shown.papers.some((p) => p.due) ? <Alert type="warning" showIcon title={t('access.figures.dueText')} style={{ marginBottom: 12 }} /> : null}
        <Table size="small" rowKey="paper" pagination={false} dataSource={shown.papers} scroll={{ x: 'max-content' }} locale={{ emptyText: t('access.figures.noPapers') }} columns={[
          { title: t('access.unit'), render: (_, p) => unitOf(p.unit) }, { title: t('law.kind'), render: (_, p) => kindOf(p.kind) }, { title: t('law.name'), render: (_, p) => <Link to="/law">{p.title}</Link> },
          { title: t('law.number'), dataIndex: 'number' }, { title: t('law.expires'), render: (_, p) => timeText(p.expires_ms) },
          { title: t('common.status'), render: (_, p) => (p.due ? <Chip tone="warn" icon="!" word={t('access.figures.renew')} /> : p.in_force ? <Chip tone="good" icon="●" word={t('access.inForce')} /> : <Chip tone="idle" icon="–" word={t('access.figures.unchecked')} />) },
        ]} />
      </Card>
    </>
  );
}
