// What every run left as a receipt; checked again by code that shares nothing with masking.
import { Alert, Button, Drawer, InputNumber, Space, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useList, useOne } from '../api/hooks.ts';
import type { MaskingReceipt, ReceiptField, ReceiptItem, RecheckReport } from '../api/schema.ts';
import { countText, percentOfPpm, timeText } from '../i18n/format.ts';
import { Digest, Facts, Name, Wide, download } from './bits.tsx';
import { Chip } from './chips.tsx';
import { Models } from './deident_result.tsx';
import { ListTable } from './list_table.tsx';
import { Loaded } from './page.tsx';

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
  const query = useOne<MaskingReceipt>(`/versions/${item.version}/receipt`);
  const counted = (n: number | undefined): string => (n === undefined ? '' : countText(n));
  const change = <T,>(before: T | undefined, after: T | undefined, text: (x: T) => string): string => (after === undefined ? '' : before === undefined ? text(after) : `${text(before)} → ${text(after)}`);
  const digest = (value: string | undefined) => (value ? <Digest key={value} value={value} size={24} /> : '');
  return (
    <Loaded query={query}>
      {(r) => (
        <div style={{ display: 'grid', gap: 18, gridTemplateColumns: 'minmax(0, 1fr)' }}>
          <Facts items={[
            [t('deident.work'), `${item.strategy_name} · ${r.strategy} ${r.strategy_version}`], [t('deident.strategyDigest'), digest(r.strategy_digest)], [t('deident.keyId'), r.key_id ?? ''], [t('strategy.reviewedBy'), r.reviewed_by ? <span className="mono" key="r">{r.reviewed_by}</span> : ''],
            [t('deident.rowsIn'), countText(r.rows_in)], [t('deident.rowsOut'), countText(r.rows_out)], [t('strategy.notSampled'), counted(r.rows_not_sampled)], [t('strategy.smallClasses'), counted(r.rows_suppressed)], [t('strategy.level5OutRows'), counted(r.rows_level5)],
            [t('strategy.aggregated'), r.aggregated_cells === undefined ? '' : `${countText(r.aggregated_cells)} (${countText(r.aggregated_hidden ?? 0)})`],
            [t('deident.scanned'), countText(r.residual_rows_scanned)], [t('deident.residual'), r.residual.length === 0 ? t('deident.none') : r.residual.map((x) => `${x.column}: ${x.cells}`).join(', ')],
            [t('catalog.quasi'), r.risk_after?.columns.join(', ') || t('deident.none')], [t('catalog.k'), change(r.risk_before?.k_min, r.risk_after?.k_min, countText)], [t('catalog.risk'), change(r.risk_before?.prosecutor_ppm, r.risk_after?.prosecutor_ppm, percentOfPpm)],
            [t('deident.uniqueRows'), change(r.risk_before?.unique_rows, r.risk_after?.unique_rows, countText)], [t('deident.digestIn'), digest(r.input_sm3 ?? r.input_digest ?? r.input_manifest_sm3)], [t('deident.digestOut'), digest(r.output_sm3 ?? r.output_digest ?? r.output_manifest_sm3)],
            [t('deident.duration'), `${countText(r.duration_ms)} ms`], [t('common.digest'), digest(item.receipt)],
          ]} />
          <Models models={r.models ?? []} suppressed={null} />
          <RecheckNow path={`/versions/${item.version}/recheck`}><Button onClick={() => { void api.text(`/versions/${item.version}/receipt`).then((text) => download(new Blob([text], { type: 'application/json' }), `${item.version}.receipt.json`)); }}>{t('strategy.receiptFile')}</Button></RecheckNow>
          <Wide label={t('deident.columns')}><Table<ReceiptField> size="small" rowKey="column" pagination={false} dataSource={r.fields} style={{ width: 'max-content', minWidth: '100%' }} columns={[
            { title: t('deident.column'), render: (_, f) => <strong className="mono">{f.column}</strong> }, { title: t('deident.technique'), render: (_, f) => t(`deident.tech.${f.technique}`, f.technique) },
            { title: t('deident.parameters'), render: (_, f) => <span style={{ whiteSpace: 'normal' }}>{Object.entries((f.parameters ?? {}) as Record<string, unknown>).map(([k, v]) => `${t(`deident.param.${k}`, k)} ${typeof v === 'string' ? t(`deident.choice.${v}`, v) : typeof v === 'number' ? v : JSON.stringify(v)}`).join('；')}</span> },
            { title: t('deident.maskedCells'), align: 'right', render: (_, f) => countText(f.masked) }, { title: t('deident.nulls'), align: 'right', render: (_, f) => countText(f.nulls) },
            { title: t('deident.failed'), align: 'right', render: (_, f) => (f.failed > 0 ? <strong style={{ color: 'var(--bad)' }}>{countText(f.failed)}</strong> : 0) },
          ]} /></Wide>
        </div>
      )}
    </Loaded>
  );
}

const outcomes = { ok: ['good', '✓'], broken: ['bad', '✕'], not_checkable: ['idle', '○'], note: ['warn', '!'] } as const;

/** The check of a masked version or of a release, at the press of a button; k may be asked for higher than the strategy did. */
export function RecheckNow({ path, children }: { path: string; children?: React.ReactNode }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [k, setK] = useState<number | null>(null);
  const [report, setReport] = useState<RecheckReport | null>(null);
  const recheck = async (): Promise<void> => setReport((await act(() => api.work<RecheckReport>(path, k === null ? {} : { k }))) ?? null);
  return (
    <div style={{ display: 'grid', gap: 10, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <Space wrap>
        <Button loading={busy} onClick={() => void recheck()}>{t('deident.recheck')}</Button>
        <InputNumber min={1} max={100_000} precision={0} value={k} onChange={setK} prefix={<small>{t('strategy.recheckK')}</small>} aria-label={t('strategy.recheckK')} style={{ width: 150 }} />
        {children}
      </Space>
      <small style={{ color: 'var(--soft)' }}>{t('strategy.recheckText')}</small>
      {report ? <Recheck report={report} /> : null}
    </div>
  );
}

/** What the checker says of a finding, in words; the few forms that it has (src/recheck) are known, another is shown as it stands. */
function useDetailText(): (finding: RecheckReport['findings'][number]) => string {
  const { t } = useTranslation();
  return ({ check, detail }) => {
    if (check === 'claim') return t(`deident.tech.${detail}`, detail);
    if (detail === 'the receipt names none') return t('strategy.found.none');
    if (detail === 'no quasi-identifiers named') return t('strategy.found.noQuasi');
    const said = { 'left as it was, the receipt says': 'kept', 'rows in = out + not sampled + suppressed + level 5': 'sum', 'the receipt is of a sealed version': 'sealed', 'every row scanned, clean': 'clean',
      'every row scanned: what is left stands above': 'scanned', "none: input, strategy and person are the receipt's own word": 'unsigned' }[detail];
    if (said) return t(`strategy.found.${said}`);
    const rows = /^rows scanned for identifiers when it was made; out: (\d+)$/.exec(detail) ?? /^(\d+) rows alone in their class$/.exec(detail);
    if (rows) return t(`strategy.found.${detail.startsWith('rows') ? 'scannedRows' : 'alone'}`, { n: countText(Number(rows[1])) });
    const counted = /^(receipt: )?(\d+)( classes| relations)?$/.exec(detail);
    if (counted) return t(`strategy.found.${counted[1] ? 'receipt' : (counted[3] ?? '').trim()}`, { n: countText(Number(counted[2])), defaultValue: detail });
    const pages = /^(\d+) of (\d+) calls made again are what left, (\d+) not checkable$/.exec(detail);
    return pages ? t('strategy.found.pages', { same: pages[1], calls: pages[2], not: pages[3] }) : detail;
  };
}

function Recheck({ report }: { report: RecheckReport }) {
  const { t } = useTranslation();
  const detailText = useDetailText();
  return (
    <div style={{ display: 'grid', gap: 8, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <Alert type={report.holds ? 'success' : 'error'} showIcon title={t(report.holds ? 'deident.recheckHolds' : 'deident.recheckBroken')} description={report.not_checkable > 0 ? t('deident.recheckOnTrust', { n: report.not_checkable }) : undefined} />
      <Table size="small" rowKey={(f) => f.check + f.column + f.detail} pagination={false} dataSource={report.findings} columns={[
        { title: t('deident.check'), render: (_, f) => t(`strategy.checked.${f.check}`, f.check) }, { title: t('deident.column'), render: (_, f) => <span className="mono">{f.column}</span> },
        { title: t('common.status'), render: (_, f) => <Chip tone={outcomes[f.outcome][0]} icon={outcomes[f.outcome][1]} word={t(`deident.outcome.${f.outcome}`)} /> },
        { title: t('deident.cells'), align: 'right', render: (_, f) => countText(f.cells) }, { title: t('deident.detail'), render: (_, f) => <span style={{ whiteSpace: 'normal' }}>{detailText(f)}</span> },
      ]} />
    </div>
  );
}
