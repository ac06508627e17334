// Issued versions of the list: signed off, compared; and what corrections suggest for the rules.
import { Button, Drawer, Space, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { IssuedList, IssuedLists, ListDifference, RuleSuggestion, RuleSuggestions } from '../api/schema.ts';
import { countText, dayText, timeText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Digest, Due, Name } from './bits.tsx';
import { Chip, GradeChip } from './chips.tsx';
import { Loaded } from './page.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

export function Versions() {
  const { t } = useTranslation();
  const { act } = useAct();
  const query = useOne<IssuedLists>('/grading/lists');
  const [ask, setAsk] = useState<Ask | null>(null);
  const [diff, setDiff] = useState<{ of: IssuedList; against: IssuedList } | null>(null);
  const issue = (): void => setAsk({ title: t('grading.issue'), text: t('grading.issueText'), run: (a) => act(() => api.post('/grading/lists', { note: a.reason })) });
  const sign = (l: IssuedList): void => setAsk({ title: `${t('grading.sign')} #${l.number}`, run: (a) => act(() => api.post(`/grading/lists/${l.id}/sign`, { reason: a.reason })) });
  return (
    <Loaded query={query}>
      {(lists) => (
        <div style={{ display: 'grid', gap: 12 }}>
          {lists.can.includes('issue') ? <div><Button type="primary" onClick={issue}>{t('grading.issue')}</Button></div> : null}
          <Table<IssuedList> rowKey="id" size="middle" pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} dataSource={lists.items} scroll={{ x: 'max-content' }} locale={{ emptyText: t('grading.noVersions') }} columns={[
            { title: t('grading.number'), render: (_, l) => <strong>#{l.number}</strong> }, { title: t('grading.fields'), align: 'right', render: (_, l) => countText(l.fields) }, { title: t('grading.completeness'), align: 'right', render: (_, l) => `${l.completeness_permille / 10}%` },
            { title: t('grading.note'), render: (_, l) => <div style={{ maxWidth: 260, whiteSpace: 'normal' }}>{l.note}</div> }, { title: t('grading.issuedBy'), render: (_, l) => <><Name id={l.issued_by} names={l.names} /><br /><small>{timeText(l.issued_ms)}</small></> },
            { title: t('common.status'), render: (_, l) => (l.signed_by ? <><Chip tone="good" icon="✓" word={t('grading.signed')} /> <Name id={l.signed_by} names={l.names} /></> : <Chip tone="busy" icon="○" word={t('grading.unsigned')} />) },
            { title: t('grading.reviewDue'), render: (_, l) => <><Due at={l.review_due_ms} /> <small>{dayText(l.review_due_ms)}</small></> }, { title: t('common.digest'), render: (_, l) => <Digest value={l.digest} size={12} /> },
            { title: t('common.actions'), render: (_, l) => <Space>
              {l.can?.includes('sign') ? <Button size="small" type="primary" onClick={() => sign(l)}>{t('grading.sign')}</Button> : null}
              {lists.items.some((x) => x.number === l.number - 1) ? <Button size="small" onClick={() => setDiff({ of: l, against: lists.items.find((x) => x.number === l.number - 1)! })}>{t('grading.diff')}</Button> : null}
            </Space> },
          ]} />
          <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
          <Drawer open={diff !== null} onClose={() => setDiff(null)} size={760} title={t('grading.diff')} destroyOnHidden>{diff ? <Diff path={`/grading/lists/${diff.of.id}/diff?against=${diff.against.id}`} /> : null}</Drawer>
        </div>
      )}
    </Loaded>
  );
}

function Diff({ path }: { path: string }) {
  const { t } = useTranslation();
  const query = useOne<ListDifference>(path);
  return <Loaded query={query}>{(d) => { const lines = currentLanguage() === 'zh' ? d.lines_zh : d.lines_en; return lines.length === 0 ? <>{t('grading.noDiff')}</> : <ul>{lines.map((l) => <li key={l}>{l}</li>)}</ul>; }}</Loaded>;
}

export function Suggestions() {
  const { t } = useTranslation();
  const query = useOne<RuleSuggestions>('/grading/suggestions');
  return (
    <Loaded query={query} isEmpty={(s) => s.items.length === 0} empty={{ title: t('grading.noSuggestions'), text: t('grading.suggestionsText') }}>
      {(s) => <><p style={{ color: 'var(--soft)', marginTop: 0 }}>{t('grading.suggestionsText')}</p><Table<RuleSuggestion> rowKey="name" size="middle" pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} dataSource={s.items} columns={[
        { title: t('catalog.field'), render: (_, i) => <><strong className="mono">{i.name}</strong> {i.title}</> }, { title: t('grading.type'), render: (_, i) => (currentLanguage() === 'zh' ? i.type_zh : i.type) }, { title: t('catalog.category'), render: (_, i) => t(`category.${i.category}`) }, { title: t('catalog.level'), render: (_, i) => <GradeChip level={i.level} /> },
        { title: t('grading.usedBy'), align: 'right', render: (_, i) => `${i.fields} / ${i.datasets}` }, { title: t('grading.contradicted'), align: 'right', render: (_, i) => (i.contradicted > 0 ? <strong style={{ color: 'var(--warn)' }}>{i.contradicted}</strong> : 0) }, { title: t('common.time'), render: (_, i) => timeText(i.at_ms) },
      ]} /></>}
    </Loaded>
  );
}
