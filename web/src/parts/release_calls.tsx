// The calls of an API release as they are on record: what was answered, what was refused and why, with the receipt of each.
import { Card, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { useOne } from '../api/hooks.ts';
import type { ReleaseCall, ReleaseCalls } from '../api/schema.ts';
import { countText, timeText } from '../i18n/format.ts';
import { Digest } from './bits.tsx';
import { Chip } from './chips.tsx';
import { Loaded } from './page.tsx';

export function Calls({ release }: { release: string }) {
  const { t } = useTranslation();
  const query = useOne<ReleaseCalls>(`/releases/${release}/calls`);
  return (
    <Card title={t('own.calls')}>
      <Loaded query={query} isEmpty={(c) => c.items.length === 0} empty={{ title: t('own.noCalls'), text: '' }}>
        {(c) => (
          <>
            <p style={{ marginTop: 0, color: 'var(--soft)' }}>{t('own.callsText', { n: c.items.length })}</p>
            <Table<ReleaseCall> size="small" rowKey="receipt" pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} dataSource={[...c.items].reverse()} scroll={{ x: 'max-content' }} columns={[
              { title: t('common.time'), render: (_, r) => timeText(r.at_ms) },
              { title: t('own.asked'), render: (_, r) => <span className="mono">{r.filter.map((f) => f.column).join(', ') || '—'}</span> },
              { title: t('own.result'), render: (_, r) => (r.refused ? <><Chip tone="bad" icon="✕" word={t('own.refused')} /> <span className="mono">{r.refused}</span></> : <Chip tone="good" icon="✓" word={`${countText(r.rows ?? 0)} ${t('common.rows')}`} />) },
              { title: t('own.consent'), render: (_, r) => (r.consent ? <span className="mono" title={r.consent}>{r.consent.slice(0, 11)}…</span> : '—') },
              ...(c.items.some((i) => i.certificate) ? [{ title: t('clients.shown'), render: (_: unknown, r: ReleaseCall) => (r.certificate ? <Digest value={r.certificate} size={12} /> : '—') }] : []),
              { title: t('own.receipt'), render: (_, r) => <Digest value={r.receipt} size={14} /> },
              { title: t('own.place'), render: (_, r) => t('own.segment', { segment: r.segment, n: r.n }) },
            ]} />
          </>
        )}
      </Loaded>
    </Card>
  );
}
