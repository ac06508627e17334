// The classification-and-grading list (G2.8): found, filtered, confirmed in bulk, exported; how complete it is.
import { Button, Card, Dropdown, Input, Progress, Select, Space, Switch, Table, Tag } from 'antd';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { api } from '../api/client.ts';
import { useAct } from '../api/hooks.ts';
import type { Completeness, GradeConfirmed, GradingList, ListItem } from '../api/schema.ts';
import { CATEGORIES } from '../api/types.ts';
import { countText, dayText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Facts, Name, download } from './bits.tsx';
import { Chip, GradeChip } from './chips.tsx';
import { OwnStep } from './own_levels.tsx';
import { ProblemNote } from './page.tsx';

const STATES = ['open', 'reopened', 'expired', 'lowered', 'confirmed'];
const FORMATS = ['xlsx', 'pdf', 'csv', 'json', 'dcat'];
const FILES: Record<string, string> = { dcat: 'dcat.jsonld' };
const tones: Record<string, 'good' | 'warn' | 'busy'> = { confirmed: 'good', open: 'busy', reopened: 'warn', expired: 'warn', lowered: 'warn' };
const keyOf = (i: ListItem): string => i.item ?? `${i.dataset}/${i.column}`;

/** Fields that get the same verdict, together: one request each, all or none. */
function alike(chosen: ListItem[]): { verdict: Record<string, unknown>; targets: { dataset: string; column: string }[] }[] {
  const groups = new Map<string, { verdict: Record<string, unknown>; targets: { dataset: string; column: string }[] }>();
  for (const i of chosen) {
    const verdict = { type: i.type, category: i.category, level: i.level, identifying: i.identifier === 'direct', quasi: i.identifier === 'quasi', reason: '', by_row: i.by_row };
    const key = JSON.stringify(verdict);
    if (!groups.has(key)) groups.set(key, { verdict, targets: [] });
    groups.get(key)!.targets.push({ dataset: i.dataset, column: i.column });
  }
  return [...groups.values()];
}

export function GradingListTab() {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [search, setSearch] = useSearchParams();
  const [selected, setSelected] = useState<string[]>([]);
  const [wide, setWide] = useState(false);
  const zh = currentLanguage() === 'zh';
  const filters = new URLSearchParams();
  for (const name of ['q', 'category', 'level', 'state', 'dataset']) if (search.get(name)) filters.set(name, search.get(name)!);
  const set = (name: string, value: string | undefined): void => {
    const next = new URLSearchParams(search);
    if (value) next.set(name, value);
    else next.delete(name);
    setSearch(next);
    setSelected([]);
  };
  const asked = filters.toString();
  const query = useInfiniteQuery({
    queryKey: ['list', '/grading/list', asked], initialPageParam: '',
    queryFn: ({ pageParam }) => api.get<GradingList>(`/grading/list?limit=100${asked ? `&${asked}` : ''}${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''}`),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const first = query.data?.pages[0];
  const items = query.data?.pages.flatMap((p) => p.items) ?? [];
  const confirm = async (): Promise<void> => {
    const groups = alike(items.filter((i) => selected.includes(keyOf(i))));
    const left = new Set(selected);
    await act(async () => {
      for (const { verdict, targets } of groups) {
        await api.post<GradeConfirmed>('/grading/confirm', { verdict, targets });
        for (const target of targets) left.delete(`${target.dataset}/${target.column}`);
      }
      return groups;
    }, t('grading.confirmed', { n: selected.length }));
    setSelected([...left]);
  };
  const save = async (format: string): Promise<void> => {
    const file = await act(() => api.blob(`/grading/list/export?format=${format}${asked ? `&${asked}` : ''}`));
    if (file) download(file, `${t('grading.title')}.${FILES[format] ?? format}`);
  };
  if (query.isError) return <ProblemNote error={query.error} retry={() => void query.refetch()} />;
  const columnName = new Map((first?.columns ?? []).map((c) => [c.id, zh ? c.zh : c.en]));
  const text = (i: ListItem, id: string): string => { const v = (i as unknown as Record<string, unknown>)[id]; return v === null || v === undefined || v === '' ? '—' : typeof v === 'object' ? Object.values(v as object).filter(Boolean).join('；') || '—' : String(v); };
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      {first ? <Meter completeness={first.completeness} names={columnName} filtered={asked !== ''} /> : null}
      <Space wrap>
        <Input.Search allowClear defaultValue={search.get('q') ?? ''} onSearch={(v) => set('q', v.trim())} placeholder={t('grading.q')} aria-label={t('grading.q')} style={{ width: 330 }} />
        <Select allowClear placeholder={t('catalog.category')} aria-label={t('catalog.category')} style={{ width: 130 }} value={search.get('category')} onChange={(v?: string | null) => set('category', v ?? undefined)} options={CATEGORIES.map((c) => ({ value: c, label: t(`category.${c}`) }))} />
        <Select allowClear placeholder={t('catalog.level')} aria-label={t('catalog.level')} style={{ width: 110 }} value={search.get('level')} onChange={(v?: string | null) => set('level', v ?? undefined)} options={[1, 2, 3, 4, 5].map((l) => ({ value: String(l), label: t('grade.level', { n: l }) }))} />
        <Select allowClear placeholder={t('grading.state')} aria-label={t('grading.state')} style={{ width: 130 }} value={search.get('state')} onChange={(v?: string | null) => set('state', v ?? undefined)} options={STATES.map((s) => ({ value: s, label: t(`grading.states.${s}`) }))} />
        <Button type="primary" disabled={selected.length === 0} loading={busy} onClick={() => void confirm()} title={t('grading.bulkText')}>{t('grading.confirmSelected', { n: selected.length })}</Button>
        <Dropdown menu={{ items: FORMATS.map((f) => ({ key: f, label: t('grading.exportAs', { what: f.toUpperCase() }) })), onClick: ({ key }) => void save(key) }} trigger={['click']}><Button loading={busy}>{t('grading.export')}</Button></Dropdown>
        {search.get('dataset') ? <Tag closable onClose={() => set('dataset', undefined)}><Name id={search.get('dataset')!} /></Tag> : null}
        <span><Switch checked={wide} onChange={setWide} aria-label={t('grading.columnsShown')} /> {t('grading.columnsShown')}</span>
      </Space>
      <div style={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={t('grading.tab.list')}>
      <Table<ListItem>
        rowKey={keyOf} size="middle" dataSource={items} loading={query.isPending} pagination={false} locale={{ emptyText: <><strong>{t('grading.noList')}</strong><br />{t('grading.noListText')}</> }}
        rowSelection={{ selectedRowKeys: selected, onChange: (keys) => setSelected(keys.map(String)), getCheckboxProps: (i) => ({ disabled: Boolean(i.item) || i.state === 'confirmed' || i.state === 'lowered', 'aria-label': i.item ? i.title : `${i.dataset_title} ${i.column}` }) as object }}
        columns={[
          { title: t('catalog.field'), render: (_, i) => (i.item ? <><strong>{i.title}</strong><br /><small>{t('holdings.search.kind.item')}</small></> : <><strong className="mono">{i.column}</strong><br /><small>{i.title}</small></>) },
          { title: t('catalog.dataset'), render: (_, i) => (i.item ? <Link to="/grading?tab=items">{t('holdings.tab.items')}</Link> : <Link to={`/catalog/${i.dataset}`}>{i.dataset_title}</Link>) },
          { title: t('catalog.category'), render: (_, i) => <>{t(`category.${i.category}`)}{i.class_zh && zh ? <><br /><small>{i.class_zh}</small></> : null}</> },
          { title: t('catalog.type'), render: (_, i) => (zh ? i.type_zh : i.type) || '—' },
          { title: t('catalog.level'), render: (_, i) => <><GradeChip level={i.level} />{i.own_level ? <><br /><OwnStep id={i.own_level} /></> : null}{i.level5_rows > 0 ? <><br /><small style={{ color: 'var(--bad)' }}>{t('grading.level5Rows', { n: countText(i.level5_rows) })}</small></> : null}</> },
          { title: t('catalog.sensitive'), render: (_, i) => <>{i.identifier !== 'none' ? <Tag>{t(`grading.identifier.${i.identifier}`)}</Tag> : null}{i.enterprise ? <Tag>{t('grading.enterprise')}</Tag> : null}</> },
          { title: t('grading.state'), render: (_, i) => <Chip tone={tones[i.state] ?? 'busy'} icon={i.state === 'confirmed' ? '✓' : '!'} word={t(`grading.states.${i.state}`, i.state)} /> },
          { title: t('common.who'), render: (_, i) => (i.confirmed_by ? <><Name id={i.confirmed_by} names={i.names} /><br /><small>{dayText(i.confirmed_ms)}</small></> : '—') },
          ...(wide ? (first?.columns ?? []).filter((c) => !SHOWN.has(c.id)).map((c) => ({ title: zh ? c.zh : c.en, render: (_: unknown, i: ListItem) => <div style={{ maxWidth: 220, whiteSpace: 'normal' as const }}>{c.id.endsWith('_ms') ? dayText(Number((i as unknown as Record<string, unknown>)[c.id] ?? 0)) : text(i, c.id)}</div> })) : []),
        ]}
      />
      </div>
      {items.length > 0 ? <p style={{ color: 'var(--soft)', display: 'flex', gap: 12, alignItems: 'center', margin: 0 }}>{t('common.shown', { shown: items.length, total: first?.total ?? items.length })}{query.hasNextPage ? <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('common.more')}</Button> : null}</p> : null}
    </div>
  );
}

const SHOWN = new Set(['dataset', 'dataset_title', 'column', 'title', 'category', 'class', 'class_zh', 'type', 'type_zh', 'level', 'identifier', 'enterprise', 'level5_rows', 'state', 'confirmed_by']);

function Meter({ completeness: c, names, filtered }: { completeness: Completeness; names: Map<string, string>; filtered: boolean }) {
  const { t } = useTranslation();
  const missing = Object.entries(c.missing).filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1]);
  return (
    <Card size="small">
      <div style={{ display: 'flex', gap: 22, alignItems: 'center', flexWrap: 'wrap' }}>
        <Progress type="circle" size={70} percent={Math.floor(c.permille / 10)} aria-label={t('grading.completeness')} />
        <div><strong>{t('grading.completeness')}{filtered ? ` (${t('grading.ofFilter')})` : ''}</strong><br /><span style={{ color: 'var(--soft)' }}>{t('grading.complete', { done: countText(c.confirmed), all: countText(c.fields) })}</span></div>
        {missing.length > 0 ? <details className="foldable" style={{ flex: 1, minWidth: 220 }}><summary>{t('grading.missing')} ({missing.length})</summary><Facts items={missing.map(([id, n]) => [names.get(id) ?? t(`grading.${id}`, id), countText(n)])} /></details> : null}
      </div>
    </Card>
  );
}
