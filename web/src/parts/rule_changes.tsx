// Changes of the classification rules: proposed with their text, measured on what is held, decided on the impact by a second person.
import { Alert, Button, Card, Drawer, Select, Space, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useQueryClient } from '@tanstack/react-query';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { MovedField, RuleChangeShown, RuleChanges as Changes, RuleImpactShown } from '../api/schema.ts';
import { countText, listComma, timeText } from '../i18n/format.ts';
import { ImpactBars } from '../pictures/impact_bars.tsx';
import { Digest, Facts, Name } from './bits.tsx';
import { Chip, GradeChip } from './chips.tsx';
import { Doing, useRun } from './long_work.tsx';
import { Loaded } from './page.tsx';
import { ProposeRules } from './propose_rules.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

const tones = { proposed: 'busy', assessed: 'warn', approved: 'good', rejected: 'bad' } as const;

export function RuleChanges() {
  const { t } = useTranslation();
  const query = useOne<Changes>('/grading/changes');
  const [search, setSearch] = useSearchParams();
  const [proposing, setProposing] = useState(false);
  const open = search.get('change');
  const show = (id: string | null): void => setSearch(id ? { tab: 'changes', change: id } : { tab: 'changes' });
  return (
    <Loaded query={query}>
      {(changes) => (
        <div style={{ display: 'grid', gap: 12 }}>
          <p style={{ margin: 0, color: 'var(--soft)', maxWidth: 860 }}>{t('inventory.change.text')}</p>
          {changes.can.includes('propose') ? <div><Button type="primary" onClick={() => setProposing(true)}>{t('inventory.change.propose')}</Button></div> : null}
          <Table<RuleChangeShown>
            rowKey="id" size="middle" dataSource={changes.items} pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} scroll={{ x: 'max-content' }} locale={{ emptyText: <><strong>{t('inventory.change.none')}</strong><br />{t('inventory.change.noneText')}</> }}
            columns={[
              { title: t('inventory.change.title'), render: (_, c) => <div style={{ maxWidth: 280, whiteSpace: 'normal' }}><strong>#{c.number} {c.title}</strong><br /><small>{c.reason}</small></div> },
              { title: t('inventory.change.packs'), render: (_, c) => <div style={{ maxWidth: 180, whiteSpace: 'normal' }}>{c.packs.map((p) => t(`inventory.change.pack.${p}`, p)).join(listComma())}</div> },
              { title: t('inventory.change.impact'), render: (_, c) => (c.impact ? <Counts impact={c.impact} /> : <span style={{ color: 'var(--soft)' }}>{t('inventory.change.notAssessed')}</span>) },
              { title: t('common.status'), render: (_, c) => <Chip tone={tones[c.status]} icon="●" word={t(`inventory.change.status.${c.status}`)} /> },
              { title: t('inventory.change.proposedBy'), render: (_, c) => <><Name id={c.proposed_by} names={c.names} /><br /><small>{timeText(c.proposed_ms)}</small></> },
              { title: t('common.actions'), render: (_, c) => <Button size="small" {...(c.can.length > 0 ? { type: 'primary' as const } : {})} onClick={() => show(c.id)}>{t('inventory.change.show')}</Button> },
            ]}
          />
          <Drawer open={open !== null} onClose={() => show(null)} size={980} title={t('grading.tab.changes')} destroyOnHidden>{open ? <OneChange id={open} /> : null}</Drawer>
          {proposing ? <ProposeRules onClose={(made) => { setProposing(false); if (made) show(made); }} /> : null}
        </div>
      )}
    </Loaded>
  );
}

function Counts({ impact: i }: { impact: RuleImpactShown }) {
  const { t } = useTranslation();
  return <span style={{ whiteSpace: 'nowrap' }}>↑ {countText(i.up)} {t('inventory.change.up')} · ↓ {countText(i.down)} {t('inventory.change.down')}{i.below_floor > 0 ? <> · <strong style={{ color: 'var(--warn)' }}>{countText(i.below_floor)} {t('inventory.change.effect.reopened')}</strong></> : null}</span>;
}

function OneChange({ id }: { id: string }) {
  const { t } = useTranslation();
  const { act } = useAct();
  const queries = useQueryClient();
  const { run, start } = useRun();
  const query = useOne<RuleChangeShown>(`/grading/changes/${id}`);
  const [ask, setAsk] = useState<Ask | null>(null);
  const assess = async (): Promise<void> => { if (await start<RuleChangeShown>(`/grading/changes/${id}/assess`, {})) await queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' }); };
  const decide = (c: RuleChangeShown): void => setAsk({
    title: `${t('inventory.change.decide')}: #${c.number} ${c.title}`, text: t('inventory.change.text'), choice: { yes: t('access.approve'), no: t('access.reject') },
    run: (a) => act(() => api.post(`/grading/changes/${id}/decide`, { approve: a.approve, reason: a.reason })),
  });
  return (
    <Loaded query={query}>
      {(c) => (
        <div style={{ display: 'grid', gap: 16 }}>
          <Space wrap>
            <Chip tone={tones[c.status]} icon="●" word={t(`inventory.change.status.${c.status}`)} />
            {c.can.includes('assess') ? <Button type={c.impact ? 'default' : 'primary'} disabled={run !== null} onClick={() => void assess()}>{t(c.impact ? 'inventory.change.again' : 'inventory.change.assess')}</Button> : null}
            {c.can.includes('decide') ? <Button type="primary" disabled={run !== null} onClick={() => decide(c)}>{t('inventory.change.decide')}</Button> : null}
          </Space>
          {run ? <Doing run={run} /> : null}
          <Facts items={[
            [t('inventory.change.title'), c.title], [t('common.reason'), c.reason], [t('inventory.change.packs'), `${c.packs.map((p) => t(`inventory.change.pack.${p}`, p)).join(listComma())} · ${t('inventory.change.unchangedPacks')}`],
            [t('inventory.change.proposedBy'), <span key="p"><Name id={c.proposed_by} names={c.names} /> · {timeText(c.proposed_ms)}</span>], [t('inventory.change.decidedBy'), c.decided_by ? <span key="d"><Name id={c.decided_by} names={c.names} /> · {timeText(c.decided_ms)}</span> : ''],
            [t('inventory.change.decision'), c.decision], [t('inventory.change.digest'), <Digest key="g" value={c.rules_digest} size={24} />],
          ]} />
          {c.impact ? <Impact impact={c.impact} names={c.names} /> : <Alert type="info" showIcon title={t('inventory.change.notAssessed')} />}
          <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
        </div>
      )}
    </Loaded>
  );
}

const EFFECTS = ['up', 'down', 'reopened', 'type', 'none'] as const;
const effectTones = { up: 'warn', down: 'bad', reopened: 'warn', type: 'busy', none: 'idle' } as const;

function Impact({ impact: i, names }: { impact: RuleImpactShown; names: Record<string, string> }) {
  const { t } = useTranslation();
  const [only, setOnly] = useState<string | null>(null);
  const moved = i.moved ?? [];
  const there = EFFECTS.filter((e) => moved.some((m) => m.effect === e));
  return (
    <Card title={t('inventory.change.impact')}>
      <div style={{ display: 'grid', gap: 16 }}>
        <ImpactBars impact={i} />
        {moved.length === 0 ? <Alert type="success" showIcon title={t('inventory.change.movedNone')} /> : (
          <>
            <Select allowClear placeholder={`${t('inventory.change.onlyEffect')}…`} aria-label={t('inventory.change.onlyEffect')} value={only} onChange={(v?: string) => setOnly(v ?? null)} style={{ width: 200 }} options={there.map((e) => ({ value: e, label: `${t(`inventory.change.effect.${e}`)} (${moved.filter((m) => m.effect === e).length})` }))} />
            <Table<MovedField>
              size="small" rowKey={(m) => `${m.dataset}/${m.column}`} title={() => t('inventory.change.moved')} scroll={{ x: 'max-content' }} pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} dataSource={only ? moved.filter((m) => m.effect === only) : moved}
              columns={[
                { title: t('catalog.field'), render: (_, m) => <><strong className="mono">{m.column}</strong><br /><Link to={`/catalog/${m.dataset}`}><Name id={m.dataset} names={names} /></Link></> },
                { title: t('catalog.type'), render: (_, m) => (m.type_before === m.type_after ? <span className="mono">{m.type_after}</span> : <span className="mono" style={{ whiteSpace: 'normal' }}>{m.type_before || '—'} → {m.type_after || '—'}</span>) },
                { title: t('catalog.category'), render: (_, m) => (m.category_before === m.category_after ? t(`category.${m.category_after}`) : `${t(`category.${m.category_before}`)} → ${t(`category.${m.category_after}`)}`) },
                { title: t('catalog.level'), render: (_, m) => <span style={{ whiteSpace: 'nowrap' }}><GradeChip level={m.level_before} />{m.level_before === m.level_after ? null : <> → <GradeChip level={m.level_after} /></>}</span> },
                { title: t('common.status'), render: (_, m) => <><Chip tone={effectTones[m.effect]} icon={m.effect === 'up' ? '↑' : m.effect === 'down' ? '↓' : '●'} word={t(`inventory.change.effect.${m.effect}`)} /><br /><small>{t(`inventory.change.verdict.${m.verdict}`)}</small></> },
              ]}
            />
          </>
        )}
      </div>
    </Card>
  );
}
