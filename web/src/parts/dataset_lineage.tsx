// The lineage of a dataset: drawn from the source to every release, and for a version where the level of each field comes from.
import { Card, Empty, Select, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAll, useOne } from '../api/hooks.ts';
import type { LineageColumnShown, VersionLineage } from '../api/schema.ts';
import type { Dataset, Product, Release } from '../api/types.ts';
import { countText, dayText, percentOfPpm } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { draw } from '../pictures/lineage.ts';
import { LineageGraph } from '../pictures/lineage_graph.tsx';
import { GradeChip } from './chips.tsx';
import { Loaded } from './page.tsx';
import { SameRowsCard } from './same_rows.tsx';
import { WholeFlow } from './whole_flow.tsx';

export function DatasetLineageTab({ dataset: d }: { dataset: Dataset }) {
  const { t } = useTranslation();
  const products = useAll<Product>('/products').filter((p) => p.dataset === d.id);
  const releases = useAll<Release>('/releases').filter((r) => r.dataset === d.id && r.status !== 'failed');
  const [wanted, setWanted] = useState('');
  const chosen = d.versions.find((v) => v.id === wanted)?.id ?? d.versions.at(-1)?.id ?? '';
  if (d.versions.length === 0) return <Card><Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('inventory.lineage.none')} /></Card>;
  const kindOf = (v: Dataset['versions'][number]): string => t(v.masked_from ? 'inventory.lineage.kind.masked' : v.parts.length > 0 ? 'inventory.lineage.kind.merged' : 'inventory.lineage.kind.collected');
  const drawn = draw(
    { title: d.plan.source_name, note: t('inventory.lineage.batches', { n: countText(d.batches.length) }) },
    d.versions.map((v) => ({ id: v.id, title: `#${v.number} ${kindOf(v)}`, note: `${t('inventory.lineage.rows', { n: countText(v.rows) })} · ${dayText(v.at_ms)}`, of: v.masked_from ? [v.masked_from] : v.parts, masked: v.masked_from !== '' })),
    products.map((p) => ({ id: p.id, title: p.form.name, note: t(`status.${p.status}`), of: p.version, to: `/products/${p.id}` })),
    releases.map((r) => ({ id: r.id, title: r.recipient_name, note: `${t(`form.${r.form}`)} · ${dayText(r.at_ms)}`, of: products.find((p) => p.version === r.version)?.id ?? r.version, to: `/releases/${r.id}` })),
    (n) => t('inventory.lineage.more', { n: countText(n) }),
  );
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      <Card><LineageGraph drawn={drawn} chosen={chosen} onChoose={setWanted} /></Card>
      <WholeFlow of={d.id} title={t('wholeFlow.recipients')} drawn={false} />
      <SameRowsCard dataset={d} />
      <Card title={t('inventory.lineage.columns')} extra={<Select aria-label={t('inventory.lineage.choose')} value={chosen} onChange={setWanted} style={{ minWidth: 220 }} options={[...d.versions].reverse().map((v) => ({ value: v.id, label: `#${v.number} ${kindOf(v)} · ${dayText(v.at_ms)}` }))} />}>
        <Origin key={chosen} version={chosen} />
      </Card>
    </div>
  );
}

function Origin({ version }: { version: string }) {
  const { t } = useTranslation();
  const zh = currentLanguage() === 'zh';
  // The node names a technique by its id.
  const inWords = (text: string): string => text.replace(/[“"]([a-z_]+)[”"]/g, (_, id: string) => `“${t(`deident.tech.${id}`, id)}”`);
  const query = useOne<VersionLineage>(`/grading/versions/${version}`);
  return (
    <Loaded query={query}>
      {(l) => (
        <div style={{ display: 'grid', gap: 10 }}>
          <div><GradeChip level={l.level} /> {zh ? l.zh : l.en}{l.measured ? <> · {t('inventory.lineage.measured', { k: l.measured.k, risk: percentOfPpm(l.measured.max_risk_ppm) })}</> : null}{l.cells === undefined ? null : <> · {t('inventory.lineage.cells', { cells: countText(l.cells), hidden: countText(l.cells_hidden ?? 0) })}</>}</div>
          <Table<LineageColumnShown>
            size="small" rowKey="column" dataSource={l.columns} pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} scroll={{ x: 'max-content' }}
            columns={[
              { title: t('catalog.field'), render: (_, c) => <strong className="mono">{c.column}</strong> },
              { title: t('catalog.level'), render: (_, c) => <span style={{ whiteSpace: 'nowrap' }}>{c.source_level === c.level ? null : <><GradeChip level={c.source_level} /> → </>}<GradeChip level={c.level} /></span> },
              { title: t('inventory.lineage.technique'), render: (_, c) => (c.technique ? t(`deident.tech.${c.technique}`, c.technique) : '—') }, { title: t('inventory.flow.why'), render: (_, c) => <div style={{ maxWidth: 460, whiteSpace: 'normal' }}>{inWords(zh ? c.zh : c.en)}</div> },
            ]}
          />
        </div>
      )}
    </Loaded>
  );
}
