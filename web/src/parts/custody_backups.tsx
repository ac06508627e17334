// Backups and the epochs whose secret they are under.
import { Alert, Button, Card, Empty, Space, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { Backup, BackupEpochShown, Backups as Made, EpochCopy } from '../api/schema.ts';
import { useNow } from '../app/now.ts';
import { bytesText, countText, spanText, timeText } from '../i18n/format.ts';
import { Digest, Name } from './bits.tsx';
import { Chip } from './chips.tsx';
import { Loaded } from './page.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

export function Backups() {
  const { t } = useTranslation();
  const query = useOne<Made>('/backups');
  const now = useNow();
  const { act } = useAct();
  const [ask, setAsk] = useState<Ask | null>(null);
  const sayGone = (e: BackupEpochShown, place: string): void => setAsk({ title: t('custody.copyGone'), text: t('custody.copyGoneText', { place }), run: (a) => act(() => api.post(`/backups/epochs/${e.id}/copy-gone`, { place, note: a.reason })) });
  const copyLine = (e: BackupEpochShown, c: EpochCopy) => (
    <Space key={c.place} wrap>
      <span className="mono">{c.place}</span>
      {c.gone_ms !== undefined ? <small>{t('custody.copyDestroyed')} {timeText(c.gone_ms)}{c.note ? ` · ${c.note}` : ''}</small> : e.destroyed ? <Chip tone="warn" icon="!" word={t('custody.copyLeft')} /> : null}
      {c.gone_ms === undefined && e.can.includes('copy-gone') ? <Button size="small" onClick={() => sayGone(e, c.place)}>{t('custody.copyGone')}</Button> : null}
    </Space>
  );
  return (
    <Loaded query={query}>
      {(m) => {
        const backups = [...m.backups].sort((a, b) => b.at_ms - a.at_ms);
        const lives = (epoch: string): boolean => m.epochs.some((e) => e.id === epoch && !e.destroyed);
        const life = (alive: boolean) => <Chip tone={alive ? 'good' : 'idle'} icon={alive ? '✓' : '–'} word={t(alive ? 'custody.open' : 'custody.gone')} />;
        return (
          <div style={{ display: 'grid', gap: 16 }}>
            <Alert type="info" showIcon title={t('custody.backupsText')} description={<>{t('escrow.how')}<code className="mono">sluice keys escrow DIR --space …</code>{t('escrow.after')}</>} />
            {backups.length === 0 ? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={<><strong>{t('custody.noBackups')}</strong><br />{t('custody.noBackupsText')}</>} /> : (
              <Card title={t('custody.backups')} extra={`${t('custody.last')}: ${t('custody.since', { time: spanText(now - backups[0]!.at_ms) })}`}>
                <Table<Backup> size="small" rowKey="id" pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} dataSource={backups} scroll={{ x: 'max-content' }} columns={[
                  { title: t('custody.made'), render: (_, b) => timeText(b.at_ms) }, { title: t('custody.by'), render: (_, b) => <Name id={b.made_by} names={m.names} /> }, { title: t('custody.entries'), align: 'right', render: (_, b) => countText(b.entries) },
                  { title: t('custody.versions'), align: 'right', render: (_, b) => countText(b.versions) }, { title: t('custody.stored'), align: 'right', render: (_, b) => bytesText(b.bytes_stored) }, { title: t('custody.snapshot'), render: (_, b) => <Digest value={b.snapshot} size={14} /> },
                  { title: t('custody.epoch'), render: (_, b) => <><span className="mono">{b.epoch}</span> {life(lives(b.epoch))}</> },
                ]} />
              </Card>
            )}
            {m.epochs.length > 0 ? <Card title={t('custody.epochs')}><Table<BackupEpochShown> size="small" rowKey="id" pagination={false} dataSource={m.epochs} scroll={{ x: 'max-content' }} columns={[
              { title: t('custody.epoch'), render: (_, e) => <span className="mono">{e.id}</span> }, { title: t('common.time'), render: (_, e) => timeText(e.at_ms) }, { title: t('common.status'), render: (_, e) => <>{life(!e.destroyed)} {e.destroyed ? timeText(e.destroyed_ms) : ''}{m.to_close.some((c) => c.epoch === e.id) ? <><br /><small>{t('custody.toClose')}</small></> : null}</> },
              { title: t('custody.copies'), render: (_, e) => <Space orientation="vertical" size={2}>{e.copies.map((c) => copyLine(e, c))}{!e.destroyed && e.copies.filter((c) => c.gone_ms === undefined).length < 2 ? <Chip tone="warn" icon="!" word={t(e.copies.length === 0 ? 'escrow.none' : 'escrow.only')} /> : null}</Space> },
            ]} /></Card> : null}
            <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
          </div>
        );
      }}
    </Loaded>
  );
}
