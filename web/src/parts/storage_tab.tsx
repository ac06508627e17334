// Storage of sealed data: what lies where, how much more may and how long that lasts; inventory, rehearsals and their schedules.
import { Alert, Button, Card, Drawer, Space, Table } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useOne } from '../api/hooks.ts';
import type { InventoryFinding, InventoryRun, Rehearsal, StorageObject, StorageWarning, StoredDataset, StoredTier } from '../api/schema.ts';
import { useNow } from '../app/now.ts';
import { bytesText, countText, spanText, timeText } from '../i18n/format.ts';
import { StoredCurve } from '../pictures/stored_curve.tsx';
import { Due, Facts, Name } from './bits.tsx';
import { Chip } from './chips.tsx';
import { Doing, useRun } from './long_work.tsx';
import { Loaded } from './page.tsx';
import { PolicyDialog } from './storage_policy.tsx';

/** The node's forecast ends here. */
const CENTURY = 36_500;

export function StorageTab() {
  const query = useOne<StorageObject>('/storage');
  return <Loaded query={query}>{(s) => <Storage storage={s} />}</Loaded>;
}

function Storage({ storage: s }: { storage: StorageObject }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { run, start } = useRun();
  const [changing, setChanging] = useState(false);
  const may = (what: string): boolean => s.can.includes(what);
  const work = async (path: string, body: unknown = {}): Promise<void> => {
    await start(path, body);
    await queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' });
  };
  const bound = s.policy.space_bytes_max > 0 ? s.policy.space_bytes_max : s.used_bytes + Math.max(0, s.disk_free_bytes - s.policy.keep_free_bytes);
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      <p style={{ margin: 0, color: 'var(--soft)' }}>{t('storage.text')}</p>
      <Warnings warnings={s.warnings} names={s.names} />
      {run ? <Card size="small"><Doing run={run} /></Card> : null}
      <div className="two wide-left">
        <Card title={t('storage.curve')}><StoredCurve days={s.days} perDay={s.growth.bytes_per_day} bound={bound} /></Card>
        <Card title={t('storage.used')} extra={may('policy') ? <Button size="small" onClick={() => setChanging(true)}>{t('storage.change')}</Button> : null}>
          <Used storage={s} />
        </Card>
      </div>
      <div className="two">
        <Card title={t('storage.tiers')} extra={may('tiers') && s.misplaced > 0 ? <Button size="small" disabled={run !== null} onClick={() => void work('/storage/tiers')}>{t('storage.place')}</Button> : null}>
          {s.misplaced > 0 ? <Alert type="warning" showIcon title={t('storage.misplaced', { n: countText(s.misplaced) })} style={{ marginBottom: 10 }} /> : null}
          <Tiers tiers={s.tiers} all={s.used_bytes} />
        </Card>
        <Card title={t('storage.schedule')} extra={may('backup') ? <Button size="small" disabled={run !== null || s.policy.backup_to === ''} onClick={() => void work('/storage/backup')}>{t('storage.backUp')}</Button> : null}>
          <Schedules storage={s} />
        </Card>
      </div>
      <Card title={t('storage.datasets')}><Datasets datasets={s.datasets} /></Card>
      <Inventories storage={s} busy={run !== null} {...(may('inventory') ? { onTake: () => void work('/storage/inventory') } : {})} />
      <Rehearsals rehearsals={s.rehearsals} busy={run !== null} from={s.policy.backup_to} {...(may('rehearse') ? { onRehearse: () => void work('/storage/rehearsal') } : {})} />
      {changing ? <PolicyDialog storage={s} onClose={() => setChanging(false)} /> : null}
    </div>
  );
}

function Warnings({ warnings, names }: { warnings: StorageWarning[]; names: Record<string, string> }) {
  const { t } = useTranslation();
  if (warnings.length === 0) return <Alert type="success" showIcon title={t('storage.allWell')} />;
  const work = (w: StorageWarning): string => t(`storage.work.${w.work ?? ''}`, w.work ?? '');
  return <>{warnings.map((w) => (
    <Alert
      key={w.kind + (w.work ?? '') + (w.dataset ?? '')} type={w.kind === 'overdue' ? 'warning' : 'error'} showIcon
      title={<>{t(`storage.warning.${w.kind}`, { n: countText(w.days_left ?? w.found ?? 0), by: t(`storage.limited.${w.limited_by ?? ''}`, ''), work: work(w) })}{w.dataset ? <> · <Link to={`/catalog/${w.dataset}`}><Name id={w.dataset} names={names} /></Link></> : null}</>}
      {...(w.reason ? { description: <span className="mono">{w.reason}</span> } : w.since_ms ? { description: timeText(w.since_ms) } : {})}
    />
  ))}</>;
}

function Used({ storage: s }: { storage: StorageObject }) {
  const { t } = useTranslation();
  const quota = s.policy.space_bytes_max, share = Math.min(1, s.used_bytes / Math.max(1, quota > 0 ? quota : s.disk_total_bytes));
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      <div className="meter">
        <div><span>{quota > 0 ? t('storage.of', { used: bytesText(s.used_bytes), all: bytesText(quota) }) : `${bytesText(s.used_bytes)} · ${t('storage.noQuota', { all: bytesText(s.disk_total_bytes) })}`}</span></div>
        <div className="bar" role="meter" aria-label={t('storage.used')} aria-valuenow={Math.round(100 * share)} aria-valuemin={0} aria-valuemax={100}><i className={share >= 0.95 ? 'full' : ''} style={{ width: `${100 * share}%` }} /></div>
      </div>
      <Facts items={[
        [t('storage.free'), bytesText(s.disk_free_bytes)], [t('storage.growth'), s.growth.bytes_per_day > 0 ? bytesText(s.growth.bytes_per_day) : t('storage.noForecast')],
        [t('storage.forecast'), s.growth.days_left === undefined || s.growth.days_left === null ? '' : s.growth.days_left >= CENTURY ? t('storage.century') : <strong key="d">{t('storage.daysLeft', { n: countText(s.growth.days_left) })} · {t(`storage.limited.${s.growth.limited_by}`, '')}</strong>],
        [t('storage.policy'), s.adopted_ms ? <span key="p"><Name id={s.adopted_by} names={s.names} /> · {timeText(s.adopted_ms)}</span> : t('storage.default')],
      ]} />
    </div>
  );
}

function Tiers({ tiers, all }: { tiers: StoredTier[]; all: number }) {
  const { t } = useTranslation();
  return (
    <Table<StoredTier> size="small" rowKey="tier" pagination={false} dataSource={tiers} columns={[
      { title: t('storage.tier'), render: (_, x) => t(`storage.tierName.${x.tier}`, String(x.tier)) }, { title: t('storage.versions'), align: 'right', render: (_, x) => countText(x.versions) },
      { title: t('storage.bytes'), render: (_, x) => <div style={{ minWidth: 120 }}><div style={{ height: 7, borderRadius: 4, background: 'var(--idle-ground)' }}><div style={{ height: 7, borderRadius: 4, width: `${(100 * x.bytes) / Math.max(1, all)}%`, background: x.tier > 0 ? `var(--l${x.tier})` : 'var(--idle)' }} /></div><small>{bytesText(x.bytes)}</small></div> },
    ]} />
  );
}

function Schedules({ storage: s }: { storage: StorageObject }) {
  const { t } = useTranslation();
  const rows = [
    { work: 'backup', every: s.policy.backup_every_s, due: s.due.backup_ms, last: s.last_backup_ms ?? 0 }, { work: 'inventory', every: s.policy.inventory_every_s, due: s.due.inventory_ms, last: s.inventories.at(-1)?.at_ms ?? 0 },
    { work: 'rehearsal', every: s.policy.rehearse_every_s, due: s.due.rehearsal_ms, last: s.rehearsals.at(-1)?.at_ms ?? 0 },
  ];
  return (
    <>
      <Table size="small" rowKey="work" pagination={false} dataSource={rows} columns={[
        { title: t('storage.schedule'), render: (_, r) => <>{t(`storage.work.${r.work}`)}{s.failures.filter((f) => f.work === r.work).map((f) => <div key={f.reason}><Chip tone="bad" icon="✕" word={t('storage.failed', { n: f.times, reason: f.reason })} /></div>)}</> },
        { title: t('storage.every'), render: (_, r) => (r.every > 0 ? t('storage.everyH', { n: Math.round((10 * r.every) / 3600) / 10 }) : <span style={{ color: 'var(--soft)' }}>{t('storage.notScheduled')}</span>) },
        { title: t('storage.due'), render: (_, r) => (r.due ? <Due at={r.due} /> : '—') }, { title: t('storage.last'), render: (_, r) => (r.last > 0 ? timeText(r.last) : '—') },
      ]} />
      <p style={{ color: 'var(--soft)', margin: '10px 0 0' }}>{t('storage.backupTo')}: <span className="mono">{s.policy.backup_to || t('storage.notSet')}</span><br />{t('storage.backupToText')}</p>
    </>
  );
}

function Datasets({ datasets }: { datasets: StoredDataset[] }) {
  const { t } = useTranslation();
  return (
    <Table<StoredDataset> size="small" rowKey="dataset" pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} dataSource={[...datasets].sort((a, b) => b.bytes - a.bytes)} scroll={{ x: 'max-content' }} columns={[
      { title: t('catalog.dataset'), render: (_, d) => <Link to={`/catalog/${d.dataset}`}>{d.title}</Link> }, { title: t('storage.versions'), align: 'right', render: (_, d) => countText(d.versions) }, { title: t('storage.bytes'), align: 'right', render: (_, d) => bytesText(d.bytes) },
      { title: t('storage.quota'), align: 'right', render: (_, d) => (d.bytes_max ? bytesText(d.bytes_max) : <span style={{ color: 'var(--soft)' }}>{t('storage.none')}</span>) }, { title: t('storage.growth'), align: 'right', render: (_, d) => (d.growth.bytes_per_day > 0 ? bytesText(d.growth.bytes_per_day) : '—') },
      { title: t('storage.forecast'), align: 'right', render: (_, d) => (d.growth.days_left === undefined || d.growth.days_left === null ? '—' : d.growth.days_left >= CENTURY ? t('storage.century') : t('storage.left', { n: countText(d.growth.days_left) })) },
    ]} />
  );
}

function Inventories({ storage: s, busy, onTake }: { storage: StorageObject; busy: boolean; onTake?: () => void }) {
  const { t } = useTranslation();
  const now = useNow();
  const [shown, setShown] = useState<InventoryRun | null>(null);
  const under = s.inventory_under_way;
  return (
    <Card title={t('storage.inventory')} extra={onTake ? <Button size="small" disabled={busy || under !== null} onClick={onTake}>{t('storage.takeInventory')}</Button> : null}>
      <p style={{ margin: '0 0 10px', color: 'var(--soft)' }}>{t('storage.inventoryText')}</p>
      {under ? <Alert type="info" showIcon title={`${t('storage.underWay', { versions: countText(under.versions), all: countText(under.versions_total), bytes: bytesText(under.bytes) })} · ${spanText(now - under.started_ms)}`} style={{ marginBottom: 10 }} /> : null}
      <Table<InventoryRun> size="small" rowKey="seq" pagination={false} dataSource={[...s.inventories].reverse()} locale={{ emptyText: t('storage.noInventory') }} columns={[
        { title: t('common.time'), render: (_, i) => timeText(i.at_ms) }, { title: t('storage.versions'), align: 'right', render: (_, i) => countText(i.versions) }, { title: t('storage.chunks'), align: 'right', render: (_, i) => countText(i.chunks) }, { title: t('storage.bytes'), align: 'right', render: (_, i) => bytesText(i.bytes) },
        { title: t('common.status'), render: (_, i) => (i.found > 0 ? <Space><Chip tone="bad" icon="✕" word={t('storage.found', { n: countText(i.found) })} /><Button size="small" onClick={() => setShown(i)}>{t('common.details')}</Button></Space> : <Chip tone="good" icon="✓" word={t('storage.clean')} />) },
      ]} />
      <Drawer open={shown !== null} onClose={() => setShown(null)} size={760} title={t('storage.findings')} destroyOnHidden>
        <Table<InventoryFinding> size="small" rowKey={(f) => `${f.version}/${f.column}/${f.chunk}`} pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} dataSource={shown?.findings ?? []} columns={[
          { title: t('storage.versions'), render: (_, f) => <Name id={f.version} names={s.names} /> }, { title: t('storage.column'), render: (_, f) => <span className="mono">{f.column}</span> }, { title: t('storage.chunk'), align: 'right', render: (_, f) => countText(f.chunk) }, { title: t('common.reason'), render: (_, f) => <span className="mono">{f.reason}</span> },
        ]} />
      </Drawer>
    </Card>
  );
}

function Rehearsals({ rehearsals, busy, from, onRehearse }: { rehearsals: Rehearsal[]; busy: boolean; from: string; onRehearse?: () => void }) {
  const { t } = useTranslation();
  return (
    <Card title={t('storage.rehearsals')} extra={onRehearse ? <Button size="small" disabled={busy || from === ''} onClick={onRehearse}>{t('storage.rehearse')}</Button> : null}>
      <p style={{ margin: '0 0 10px', color: 'var(--soft)' }}>{t('storage.rehearsalText')}{from === '' ? ` ${t('storage.backupFirst')}` : ''}</p>
      <Table<Rehearsal> size="small" rowKey="seq" pagination={false} dataSource={[...rehearsals].reverse()} locale={{ emptyText: t('storage.noRehearsal') }} columns={[
        { title: t('common.time'), render: (_, r) => timeText(r.at_ms) }, { title: t('custody.backups'), render: (_, r) => <span className="mono">{r.backup}</span> }, { title: t('storage.entries'), align: 'right', render: (_, r) => countText(r.entries) }, { title: t('storage.versions'), align: 'right', render: (_, r) => countText(r.versions) },
        { title: t('storage.bytes'), align: 'right', render: (_, r) => bytesText(r.bytes) }, { title: t('storage.took'), align: 'right', render: (_, r) => `${(r.took_ms / 1000).toFixed(1)} s` },
        { title: t('common.status'), render: (_, r) => (r.reason ? <Chip tone="bad" icon="✕" word={r.reason} /> : <Chip tone="good" icon="✓" word={t('storage.ok')} />) },
      ]} />
    </Card>
  );
}
