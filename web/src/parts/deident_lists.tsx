// Which datasets can be de-identified, and where a strategy no longer holds.
import { Alert, Button, Select, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useList, useOne } from '../api/hooks.ts';
import type { AuditFinding, DeidentAudit } from '../api/schema.ts';
import type { Dataset } from '../api/types.ts';
import { routeOfId } from '../app/routes.ts';
import { countText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Name } from './bits.tsx';
import { Chip, GradeChip } from './chips.tsx';
import { gradeOf } from './heat_map.tsx';
import { ListTable } from './list_table.tsx';
import { Loaded } from './page.tsx';

export function Datasets() {
  const { t } = useTranslation();
  const list = useList<Dataset>('/datasets');
  const raw = (d: Dataset) => d.versions.find((v) => v.id === d.in_force.version);
  return (
    <ListTable<Dataset>
      query={list} rowKey={(d) => d.id} empty={{ title: t('deident.noDatasets'), text: t('deident.noDatasetsText') }}
      columns={[
        { title: t('deident.dataset'), render: (_, d) => <Link to={`/catalog/${d.id}`}><strong>{d.title || d.name}</strong><br /><span className="mono">{d.name}</span></Link> },
        { title: t('deident.highest'), render: (_, d) => <GradeChip level={Math.max(0, ...d.columns.map((c) => gradeOf(c).level))} /> },
        { title: t('catalog.rows'), align: 'right', render: (_, d) => countText(raw(d)?.rows ?? 0) },
        { title: t('deident.strategies'), render: (_, d) => (d.strategies.length === 0 ? <span style={{ color: 'var(--soft)' }}>{t('deident.noStrategy')}</span> : <div style={{ maxWidth: 260, whiteSpace: 'normal' }}>{d.strategies.at(-1)!.name}{d.strategies.length > 1 ? ` (+${d.strategies.length - 1})` : ''}</div>) },
        { title: t('deident.maskedVersions'), align: 'right', render: (_, d) => d.maskings.length },
        { title: t('catalog.k'), align: 'right', render: (_, d) => (d.maskings.length > 0 ? `${d.maskings.at(-1)!.before_k} → ${d.maskings.at(-1)!.k}` : '—') },
        { title: t('common.actions'), render: (_, d) => (raw(d) ? <Link to={`/deident/${d.id}/${raw(d)!.id}`}><Button size="small">{t('deident.open')}</Button></Link> : null) },
      ]}
    />
  );
}

export function Audit() {
  const { t } = useTranslation();
  const zh = currentLanguage() === 'zh';
  const query = useOne<DeidentAudit>('/deident/audit');
  const [rule, setRule] = useState<string | null>(null);
  return (
    <Loaded query={query}>
      {(a) => {
        const counts = new Map<string, number>();
        for (const f of a.items) counts.set(f.rule, (counts.get(f.rule) ?? 0) + 1);
        const worst = a.items.filter((f) => f.serious).length;
        const shown = a.items.filter((f) => rule === null || f.rule === rule).sort((x, y) => Number(y.serious) - Number(x.serious));
        return (
          <div style={{ display: 'grid', gap: 12 }}>
            <div style={{ display: 'flex', gap: 12, flexWrap: 'wrap', alignItems: 'center' }}>
              <span style={{ color: 'var(--soft)' }}>{t('deident.auditText', { versions: a.checked.versions, products: a.checked.products, releases: a.checked.releases })}</span>
              {worst > 0 ? <Chip tone="bad" icon="!" word={t('strategy.worst', { n: worst })} /> : null}
              {counts.size > 1 ? <Select<string> allowClear size="small" value={rule} placeholder={t('strategy.all')} aria-label={t('strategy.rule')} style={{ width: 240 }} options={[...counts].map(([k, n]) => ({ value: k, label: `${t(`deident.rule.${k}`, k)} (${n})` }))} onChange={(k?: string) => setRule(k ?? null)} /> : null}
            </div>
            {a.items.length === 0 ? <Alert type="success" showIcon title={t('deident.auditOk')} /> : (
              <Table<AuditFinding> size="middle" rowKey={(f) => f.rule + f.object + f.column + f.detail} dataSource={shown} pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} scroll={{ x: 'max-content' }} columns={[
                { title: t('common.status'), render: (_, f) => <Chip tone={f.serious ? 'bad' : 'warn'} icon="!" word={t(`deident.rule.${f.rule}`, f.rule)} /> },
                { title: t('common.details'), render: (_, f) => <div style={{ maxWidth: 460, whiteSpace: 'normal' }}>{zh ? f.zh : f.en}{f.detail ? <><br /><small>{t(`strategy.unmarkedWhy.${f.detail}`, f.detail)}</small></> : null}</div> },
                { title: t('deident.dataset'), render: (_, f) => <Name id={f.dataset} names={a.names} /> },
                { title: t('deident.work'), render: (_, f) => (f.strategy ? <Name id={f.strategy} names={a.names} /> : '—') },
                { title: t('deident.column'), render: (_, f) => <span className="mono">{f.column || '—'}</span> },
                { title: t('common.actions'), render: (_, f) => { const to = routeOfId(f.object); return to ? <Link to={to}>{t('inbox.open')}</Link> : null; } },
              ]} />
            )}
          </div>
        );
      }}
    </Loaded>
  );
}
