// Holdings that no plan collects: described and graded by people, without their content. Which form is open stands in the address, so
// that a task of the inbox leads to it.
import { Button, Space, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { DescribedItemObject as Item, DescribedItems, ItemFacts } from '../api/schema.ts';
import { useNow } from '../app/now.ts';
import { countText, dayText, listComma, timeText } from '../i18n/format.ts';
import { Facts, Name } from './bits.tsx';
import { Chip, GradeChip } from './chips.tsx';
import { DescribeItem, GradeItem } from './item_forms.tsx';
import { Measures } from './life_stages.tsx';
import { OwnStep } from './own_levels.tsx';
import { Loaded } from './page.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';
import { changedParts } from './said_changes.ts';

type Doing = 'describe' | 'grade';
const NEW = 'new';

export function ItemsTab() {
  const { t } = useTranslation();
  const { act } = useAct();
  const now = useNow();
  const query = useOne<DescribedItems>('/grading/items');
  const [search, setSearch] = useSearchParams();
  const [ask, setAsk] = useState<Ask | null>(null);
  const asked = search.get('item'), doing = search.get('do');
  const open = (item: string, what: Doing): void => setSearch({ tab: 'items', item, do: what }, { replace: true });
  const close = (): void => setSearch({ tab: 'items' }, { replace: true });
  const end = (i: Item): void => setAsk({ title: `${t('holdings.item.end')}: ${i.facts.title}`, text: t('holdings.item.endText'), run: (a) => act(() => api.post(`/grading/items/${i.id}/end`, { reason: a.reason })) });
  return (
    <Loaded query={query}>
      {(all) => {
        const item = all.items.find((i) => i.id === asked);
        return (
          <div style={{ display: 'grid', gap: 12 }}>
            <p style={{ margin: 0, color: 'var(--soft)', maxWidth: 860 }}>{t('holdings.item.text')}</p>
            {all.can.includes('describe') ? <div><Button type="primary" onClick={() => open(NEW, 'describe')}>{t('holdings.item.describe')}</Button></div> : null}
            <Table<Item>
              rowKey="id" size="middle" dataSource={all.items} pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} scroll={{ x: 'max-content' }} locale={{ emptyText: <><strong>{t('holdings.item.none')}</strong><br />{t('holdings.item.noneText')}</> }}
              expandable={{ expandedRowRender: (i) => <About item={i} /> }}
              columns={[
                { title: t('holdings.item.title'), render: (_, i) => <div style={{ maxWidth: 280, whiteSpace: 'normal' }}><strong>{i.facts.title}</strong>{i.facts.description ? <><br /><small>{i.facts.description}</small></> : null}</div> },
                { title: t('holdings.item.medium'), render: (_, i) => <>{t(`holdings.item.media.${i.facts.medium}`, i.facts.medium)}{i.facts.volume > 0 ? <><br /><small>{countText(i.facts.volume)} {i.facts.volume_unit}</small></> : null}</> },
                { title: t('holdings.item.place'), render: (_, i) => <div style={{ maxWidth: 200, whiteSpace: 'normal' }}>{i.facts.place}{i.facts.department ? <><br /><small><Name id={i.facts.department} names={i.names} /></small></> : null}</div> },
                { title: t('catalog.category'), render: (_, i) => (i.grade ? t(`category.${i.grade.category}`) : '—') },
                { title: t('catalog.level'), render: (_, i) => <><GradeChip level={i.grade?.level ?? 0} />{i.grade?.own_level ? <><br /><OwnStep id={i.grade.own_level} /></> : null}</> },
                { title: t('common.status'), render: (_, i) => <State item={i} now={now} /> },
                { title: t('common.actions'), render: (_, i) => <Space wrap>
                  {i.can.includes('grade') ? <Button size="small" type={i.grade ? 'default' : 'primary'} onClick={() => open(i.id, 'grade')}>{t('holdings.item.grade')}</Button> : null}
                  {i.can.includes('describe') ? <Button size="small" onClick={() => open(i.id, 'describe')}>{t('holdings.item.edit')}</Button> : null}
                  {i.can.includes('end') ? <Button size="small" danger onClick={() => end(i)}>{t('holdings.item.end')}</Button> : null}
                </Space> },
              ]}
            />
            <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
            {doing === 'describe' && (item || asked === NEW) ? <DescribeItem key={asked} item={item ?? null} onClose={close} /> : null}
            {doing === 'grade' && item ? <GradeItem key={asked} item={item} onClose={close} /> : null}
          </div>
        );
      }}
    </Loaded>
  );
}

function State({ item: i, now }: { item: Item; now: number }) {
  const { t } = useTranslation();
  if (!i.grade) return <Chip tone="busy" icon="○" word={t('holdings.item.ungraded')} />;
  if (i.valid_until_ms <= now) return <Chip tone="warn" icon="!" word={t('holdings.item.expired')} />;
  return <><Chip tone="good" icon="✓" word={t('holdings.item.graded')} /><br /><small>{t('holdings.item.validUntil')} {dayText(i.valid_until_ms)}</small></>;
}

/** Everything that was said of an item, and what it said before. */
function About({ item: i }: { item: Item }) {
  const { t } = useTranslation();
  const line = (name: 'system' | 'frequency' | 'retention' | 'purpose' | 'processing' | 'provision'): [string, string] => [t(`holdings.item.${name}`), i.facts[name]];
  return (
    <div className="two" style={{ padding: '4px 0 8px' }}>
      <div>
        <Facts items={[line('system'), line('frequency'), line('retention'), line('purpose'), line('processing'), line('provision'), [t('holdings.measures'), Object.keys(i.facts.measures).length > 0 ? <Measures key="m" said={i.facts.measures} /> : ''],
          [t('holdings.item.gradeReason'), i.grade?.reason], [t('holdings.item.gradedBy'), i.grade ? <><Name id={i.graded_by} names={i.names} /> · {timeText(i.graded_ms)}</> : '']]}
        />
      </div>
      <div>
        <strong>{t('holdings.item.history')}</strong>
        <ul style={{ margin: '4px 0 0', paddingLeft: 18 }}>{[...i.answers].reverse().map((a, at, all) => <li key={a.number}>{t('holdings.answered', { n: a.number })} · <Name id={a.by} names={i.names} /> · {timeText(a.at_ms)}{all[at + 1] ? <Changed before={all[at + 1]!.facts} after={a.facts} /> : null}</li>)}</ul>
      </div>
    </div>
  );
}

/** Which parts of a description differ from the one before. */
function Changed({ before, after }: { before: ItemFacts; after: ItemFacts }) {
  const { t } = useTranslation();
  const words: Partial<Record<keyof ItemFacts, string>> = { volume_unit: t('holdings.item.volumeUnit'), measures: t('holdings.measures') };
  const parts = changedParts(after, before).map((name) => words[name] ?? t(`holdings.item.${name}`));
  return parts.length > 0 ? <><br /><small>{t('holdings.changedParts')}: {parts.join(listComma())}</small></> : null;
}
