// What a draft changes against the strategy in force: side by side in words, first what changes.
import { Alert, Checkbox, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StrategyInForce } from '../api/schema.ts';
import { Wide } from './bits.tsx';
import { Chip } from './chips.tsx';
import { type Beside, sideBySide } from './side_by_side.ts';
import type { StrategyText } from './strategy.ts';
import { useStrategySaid } from './strategy_said.tsx';
import { StrategyWords } from './strategy_words.tsx';

export function DraftChanges({ draft, against }: { draft: StrategyText; against: StrategyInForce | undefined }) {
  const { t } = useTranslation();
  if (!against) return <><Alert type="info" showIcon title={t('drafts.first')} style={{ marginBottom: 12 }} /><StrategyWords strategy={draft} /></>;
  return <Changes draft={draft} against={against} />;
}

function Changes({ draft, against }: { draft: StrategyText; against: StrategyInForce }) {
  const { t } = useTranslation();
  const said = useStrategySaid();
  const [all, setAll] = useState(false);
  const inForce = against.strategy as StrategyText;
  const [was, is] = [said(inForce), said(draft)];
  const rows = [...sideBySide(was.facts, is.facts, { before: '', now: '' }), ...sideBySide(was.rules, is.rules, { before: t(`strategy.unlistedIs.${inForce.unlisted ?? 'refuse'}`), now: t(`strategy.unlistedIs.${draft.unlisted ?? 'refuse'}`) })].filter((r) => r.before !== '' || r.now !== '');
  const changed = rows.filter((r) => r.changed);
  const side = (text: string) => (text === '' ? <span style={{ color: 'var(--soft)' }}>—</span> : <div style={{ whiteSpace: 'normal', overflowWrap: 'anywhere', minWidth: 120 }}>{text}</div>);
  return (
    <div style={{ display: 'grid', gap: 10, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      {inForce.id === draft.id ? null : <Alert type="info" showIcon title={t('drafts.otherName', { name: against.name })} />}
      <div style={{ display: 'flex', gap: 16, flexWrap: 'wrap', alignItems: 'center' }}>
        <Checkbox checked={!all} onChange={(e) => setAll(!e.target.checked)}>{t('drafts.onlyChanged', { n: changed.length, all: rows.length })}</Checkbox>
      </div>
      <Wide label={t('drafts.changes')} height={520}>
        <Table<Beside>
          size="small" rowKey="key" pagination={false} dataSource={all ? rows : changed} locale={{ emptyText: t('drafts.noChange') }} onRow={(r) => (all && r.changed ? { style: { background: 'var(--warn-ground)' } } : {})}
          columns={[
            { title: t('drafts.what'), render: (_, r) => <div style={{ overflowWrap: 'anywhere', minWidth: 110, maxWidth: 260, whiteSpace: 'normal' }}><span className={was.facts.some((f) => f.key === r.key) ? '' : 'mono'}>{r.of}</span> {all && r.changed ? <Chip tone="warn" icon="≠" word={t('drafts.isChanged')} /> : null}</div> },
            { title: t('drafts.inForce', { name: against.name }), render: (_, r) => side(r.before) },
            { title: t('drafts.draft'), render: (_, r) => side(r.now) },
          ]}
        />
      </Wide>
    </div>
  );
}
