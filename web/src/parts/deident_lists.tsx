// Which datasets can be de-identified, what every run left as a receipt, and where a strategy no longer holds.
import { Alert, Button, Drawer, Space, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useList, useOne } from '../api/hooks.ts';
import type { AuditFinding, DeidentAudit, MaskingReceipt, ReceiptItem, RecheckReport } from '../api/schema.ts';
import type { Dataset } from '../api/types.ts';
import { routeOfId } from '../app/routes.ts';
import { countText, percentOfPpm, timeText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Digest, Facts, Name } from './bits.tsx';
import { Chip, GradeChip } from './chips.tsx';
import { gradeOf } from './heat_map.tsx';
import { ListTable } from './list_table.tsx';
import { Loaded } from './page.tsx';

export function Datasets() {
  const { t } = useTranslation();
  const list = useList<Dataset>('/datasets');
  const raw = (d: Dataset) => d.versions.filter((v) => v.masked_from === '').at(-1);
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

export function Receipts() {
  const { t } = useTranslation();
  const list = useList<ReceiptItem>('/receipts');
  const [open, setOpen] = useState<ReceiptItem | null>(null);
  return (
    <>
      <ListTable<ReceiptItem>
        query={list} rowKey={(r) => r.version} empty={{ title: t('deident.noReceipts'), text: t('deident.noReceiptsText') }}
        columns={[
          { title: t('deident.dataset'), render: (_, r) => <><strong>{r.dataset_title}</strong><br /><Name id={r.version} names={r.names} /></> },
          { title: t('deident.work'), render: (_, r) => <div style={{ maxWidth: 240, whiteSpace: 'normal' }}>{r.strategy_name} {r.current ? null : <Chip tone="warn" icon="!" word={t('deident.outdated')} />}</div> },
          { title: t('catalog.rows'), align: 'right', render: (_, r) => countText(r.rows) },
          { title: t('catalog.k'), align: 'right', render: (_, r) => `${r.before_k} → ${r.k}` },
          { title: t('catalog.risk'), align: 'right', render: (_, r) => `${percentOfPpm(r.before_risk_ppm)} → ${percentOfPpm(r.max_risk_ppm)}` },
          { title: t('deident.who'), render: (_, r) => <Name id={r.masked_by} names={r.names} /> },
          { title: t('deident.when'), render: (_, r) => timeText(r.at_ms) },
          { title: t('common.actions'), render: (_, r) => <Button size="small" onClick={() => setOpen(r)}>{t('deident.show')}</Button> },
        ]}
      />
      <Drawer open={open !== null} onClose={() => setOpen(null)} size={860} title={t('deident.receipt')} destroyOnHidden>{open ? <Receipt item={open} /> : null}</Drawer>
    </>
  );
}

function Receipt({ item }: { item: ReceiptItem }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const query = useOne<MaskingReceipt>(`/versions/${item.version}/receipt`);
  const [check, setCheck] = useState<RecheckReport | null>(null);
  const recheck = async (): Promise<void> => setCheck((await act(() => api.work<RecheckReport>(`/versions/${item.version}/recheck`, {}))) ?? null);
  return (
    <Loaded query={query}>
      {(r) => (
        <div style={{ display: 'grid', gap: 18 }}>
          <Facts items={[
            [t('deident.work'), `${item.strategy_name} · ${r.strategy} ${r.strategy_version}`], [t('deident.strategyDigest'), <Digest key="s" value={r.strategy_digest} size={24} />], [t('deident.keyId'), r.key_id ?? ''],
            [t('deident.rowsIn'), countText(r.rows_in)], [t('deident.rowsOut'), countText(r.rows_out)], [t('deident.scanned'), countText(r.residual_rows_scanned)], [t('deident.residual'), r.residual.length === 0 ? t('deident.none') : r.residual.map((x) => `${x.column}: ${x.cells}`).join(', ')],
            [t('catalog.quasi'), r.risk_after.columns.join(', ') || t('deident.none')], [t('catalog.k'), `${r.risk_before.k_min} → ${r.risk_after.k_min}`], [t('catalog.risk'), `${percentOfPpm(r.risk_before.prosecutor_ppm)} → ${percentOfPpm(r.risk_after.prosecutor_ppm)}`],
            [t('deident.uniqueRows'), `${countText(r.risk_before.unique_rows)} → ${countText(r.risk_after.unique_rows)}`], [t('deident.digestIn'), r.input_sm3 ? <Digest key="i" value={r.input_sm3} size={24} /> : ''], [t('deident.digestOut'), r.output_sm3 ? <Digest key="o" value={r.output_sm3} size={24} /> : ''],
            [t('deident.duration'), `${countText(r.duration_ms)} ms`], [t('common.digest'), <Digest key="d" value={item.receipt} size={24} />],
          ]} />
          <Space><Button loading={busy} onClick={() => void recheck()}>{t('deident.recheck')}</Button></Space>
          {check ? <Recheck report={check} /> : null}
          <Table size="small" rowKey="column" pagination={false} dataSource={r.fields} scroll={{ x: 'max-content' }} columns={[
            { title: t('deident.column'), render: (_, f) => <strong className="mono">{f.column}</strong> }, { title: t('deident.technique'), render: (_, f) => t(`deident.tech.${f.technique}`, f.technique) },
            { title: t('deident.parameters'), render: (_, f) => <span style={{ whiteSpace: 'normal' }}>{Object.entries((f.parameters ?? {}) as Record<string, unknown>).map(([k, v]) => `${t(`deident.param.${k}`, k)} ${String(v)}`).join('；')}</span> },
            { title: t('deident.maskedCells'), align: 'right', render: (_, f) => countText(f.masked) }, { title: t('deident.nulls'), align: 'right', render: (_, f) => countText(f.nulls) },
            { title: t('deident.failed'), align: 'right', render: (_, f) => (f.failed > 0 ? <strong style={{ color: 'var(--bad)' }}>{countText(f.failed)}</strong> : 0) },
          ]} />
        </div>
      )}
    </Loaded>
  );
}

const outcomes = { ok: ['good', '✓'], broken: ['bad', '✕'], not_checkable: ['idle', '○'], note: ['warn', '!'] } as const;

export function Recheck({ report }: { report: RecheckReport }) {
  const { t } = useTranslation();
  return (
    <div style={{ display: 'grid', gap: 8 }}>
      <Alert type={report.holds ? 'success' : 'error'} showIcon title={t(report.holds ? 'deident.recheckHolds' : 'deident.recheckBroken')} />
      <Table size="small" rowKey={(f) => f.check + f.column + f.detail} pagination={{ pageSize: 12, hideOnSinglePage: true, showSizeChanger: false }} dataSource={report.findings} columns={[
        { title: t('deident.check'), dataIndex: 'check' }, { title: t('deident.column'), render: (_, f) => <span className="mono">{f.column}</span> },
        { title: t('common.status'), render: (_, f) => <Chip tone={outcomes[f.outcome][0]} icon={outcomes[f.outcome][1]} word={t(`deident.outcome.${f.outcome}`)} /> },
        { title: t('deident.cells'), align: 'right', render: (_, f) => countText(f.cells) }, { title: t('deident.detail'), render: (_, f) => <span style={{ whiteSpace: 'normal' }}>{f.detail}</span> },
      ]} />
    </div>
  );
}

export function Audit() {
  const { t } = useTranslation();
  const zh = currentLanguage() === 'zh';
  const query = useOne<DeidentAudit>('/deident/audit');
  return (
    <Loaded query={query}>
      {(a) => (
        <div style={{ display: 'grid', gap: 12 }}>
          <p style={{ margin: 0, color: 'var(--soft)' }}>{t('deident.auditText', { versions: a.checked.versions, products: a.checked.products, releases: a.checked.releases })}</p>
          {a.items.length === 0 ? <Alert type="success" showIcon title={t('deident.auditOk')} /> : (
            <Table<AuditFinding> size="middle" rowKey={(f) => f.rule + f.object + f.column} dataSource={a.items} pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} scroll={{ x: 'max-content' }} columns={[
              { title: t('common.status'), render: (_, f) => <Chip tone={f.serious ? 'bad' : 'warn'} icon="!" word={t(`deident.rule.${f.rule}`, f.rule)} /> },
              { title: t('common.details'), render: (_, f) => <div style={{ maxWidth: 460, whiteSpace: 'normal' }}>{zh ? f.zh : f.en}</div> },
              { title: t('deident.dataset'), render: (_, f) => <Name id={f.dataset} names={a.names} /> },
              { title: t('deident.work'), render: (_, f) => (f.strategy ? <Name id={f.strategy} names={a.names} /> : '—') },
              { title: t('deident.column'), render: (_, f) => <span className="mono">{f.column || '—'}</span> },
              { title: t('common.actions'), render: (_, f) => { const to = routeOfId(f.object); return to ? <Link to={to}>{t('inbox.open')}</Link> : null; } },
            ]} />
          )}
        </div>
      )}
    </Loaded>
  );
}
