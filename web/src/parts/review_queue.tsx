// The queue: one field at a time beside the list, worked by keyboard. What is confirmed leaves the queue and stays locked.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Card, Empty, Form, Input, Modal, Segmented, Select, Space, Switch, Tag } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { api } from '../api/client.ts';
import { useAct } from '../api/hooks.ts';
import type { GradeConfirmed, ReviewItem, ReviewQueue as Queue } from '../api/schema.ts';
import { CATEGORIES, type Category } from '../api/types.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Name } from './bits.tsx';
import { GradeChip } from './chips.tsx';
import { OwnStepField } from './own_levels.tsx';
import { Loaded } from './page.tsx';
import { Marks, ReviewField, keyOf } from './review_item.tsx';

/** So many stand in the list at first and by each step; the node hands out 500 at once, and what was confirmed makes room. */
const PAGE = 100, MOST = 500;
interface Verdict { type: string; category: Category; level: number; identifying: boolean; quasi: boolean; reason: string; by_row: boolean; own_level?: string }

export function ReviewQueue() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const why = search.get('why') ?? '', dataset = search.get('dataset') ?? '';
  const [shown, setShown] = useState(PAGE);
  const set = (name: string, value: string): void => {
    const next = new URLSearchParams(search);
    if (value) next.set(name, value);
    else next.delete(name);
    setSearch(next, { replace: true });
    setShown(PAGE);
  };
  const path = `/grading/review?limit=${shown}${why ? `&why=${why}` : ''}${dataset ? `&dataset=${dataset}` : ''}`;
  const query = useQuery({ queryKey: ['one', path], queryFn: () => api.get<Queue>(path), placeholderData: keepPreviousData });
  const counts = query.data?.counts;
  const options = ['', 'review', 'reopened', 'expired', 'open'].map((w) => ({ value: w, label: `${w === '' ? t('grading.all') : t(`grading.why.${w}`)}${counts && w ? ` (${counts[w as 'review']})` : ''}` }));
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      <div style={{ overflowX: 'auto', display: 'flex', gap: 12, alignItems: 'center' }}>
        <Segmented value={why} onChange={(w) => set('why', w)} options={options} />
        {dataset ? <Tag closable onClose={() => set('dataset', '')}><Name id={dataset} /></Tag> : null}
      </div>
      <Loaded query={query}>
        {(q) => (q.items.length === 0 ? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={<><strong>{t('grading.done')}</strong><br />{t('grading.doneText')}</>} /> : <Work queue={q} {...(q.total > q.items.length && shown < MOST ? { onMore: () => setShown(Math.min(shown + PAGE, MOST)) } : {})} />)}
      </Loaded>
    </div>
  );
}

/** The verdict of a candidate: what it says of identity is the proposal's. */
function verdictOf(item: ReviewItem, at: number): Verdict {
  const c = item.candidates[at];
  const p = item.proposal;
  return { type: c?.type ?? p?.type ?? '', category: c?.category ?? p?.category ?? 'none', level: Math.max(c?.level ?? p?.level ?? 1, item.floor && at === 0 ? item.floor : 0), identifying: p?.identifying ?? false, quasi: p?.quasi ?? false, reason: '', by_row: false };
}

function Work({ queue, onMore }: { queue: Queue; onMore?: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [at, setAt] = useState(0);
  const [choice, setChoice] = useState<{ key: string; candidate: number; ticked: string[] }>({ key: '', candidate: 0, ticked: [] });
  const [help, setHelp] = useState(false);
  const [correcting, setCorrecting] = useState<Verdict | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const index = Math.min(at, queue.items.length - 1);
  const item = queue.items[index]!;
  const own = choice.key === keyOf(item) ? choice : { key: keyOf(item), candidate: 0, ticked: [] };
  const may = item.can.includes('confirm');
  const send = async (verdict: Verdict): Promise<boolean> => {
    const targets = [{ dataset: item.dataset, column: item.column }, ...item.similar.filter((s) => own.ticked.includes(keyOf(s))).map((s) => ({ dataset: s.dataset, column: s.column }))];
    const done = await act(() => api.post<GradeConfirmed>('/grading/confirm', { verdict, targets }), t('grading.confirmed', { n: targets.length }));
    return done !== undefined;
  };
  const confirm = (): void => {
    if (!may || busy) return;
    const verdict = verdictOf(item, own.candidate);
    const p = item.proposal;
    if (!p || verdict.type !== p.type || verdict.level !== p.level || verdict.category !== p.category) setCorrecting(verdict);
    else void send(verdict);
  };
  const move = (step: number): void => {
    const next = Math.max(0, Math.min(queue.items.length - 1, index + step));
    setAt(next);
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
  };
  const keys = useRef<(e: KeyboardEvent) => void>(() => undefined);
  useEffect(() => {
    keys.current = (e) => {
      const target = e.target as HTMLElement;
      if (e.ctrlKey || e.metaKey || e.altKey || correcting || target.closest('input:not([type=checkbox]), textarea, .ant-select') || (help && e.key !== '?')) return;
      const pick = Number(e.key) - 1;
      if (e.key === 'j' || e.key === 'k') move(e.key === 'j' ? 1 : -1);
      else if (pick >= 0 && pick < item.candidates.length) setChoice({ ...own, candidate: pick });
      else if (e.key === 'Enter' && !target.closest('a, button:not([role=radio])')) confirm();
      else if (e.key === 'e' && may) setCorrecting(verdictOf(item, own.candidate));
      else if (e.key === 'a') setChoice({ ...own, ticked: own.ticked.length === item.similar.length ? [] : item.similar.map(keyOf) });
      else if (e.key === '?') setHelp((open) => !open);
      else return;
      e.preventDefault();
    };
  });
  useEffect(() => {
    const listen = (e: KeyboardEvent): void => keys.current(e);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
  return (
    <>
      <div className="review">
        <Card size="small" title={t('grading.of', { n: index + 1, total: queue.total })} extra={<Button size="small" onClick={() => setHelp(true)} aria-label={t('grading.keys')}>?</Button>}>
          <ul ref={list} role="listbox" aria-label={t('grading.tab.review')} tabIndex={0} aria-activedescendant={`review-${index}`}>
            {queue.items.map((i, n) => (
              <li key={keyOf(i)} id={`review-${n}`} role="option" aria-selected={n === index} onClick={() => setAt(n)}>
                <strong className="mono">{i.column}</strong>{i.proposal ? <GradeChip level={i.proposal.level} /> : null}<small>{i.title || i.dataset_title}</small>
              </li>
            ))}
          </ul>
          {onMore ? <Button size="small" block onClick={onMore}>{t('common.more')}</Button> : null}
        </Card>
        <div style={{ display: 'grid', gap: 14, minWidth: 0 }}>
          <div style={{ display: 'flex', gap: 12, flexWrap: 'wrap', alignItems: 'center' }}>
            <h2 style={{ margin: 0, fontSize: 18, flex: 1 }}><span className="mono">{item.column}</span> {item.title} <Marks item={item} /></h2>
            <Button onClick={() => move(-1)} disabled={index === 0}>{t('grading.prev')}</Button><Button onClick={() => move(1)} disabled={index === queue.items.length - 1}>{t('grading.next')}</Button>
            <Button disabled={!may} onClick={() => setCorrecting(verdictOf(item, own.candidate))}>{t('grading.correct')}</Button>
            <Button type="primary" disabled={!may} loading={busy} onClick={confirm} title={may ? '' : t('grading.noRight')}>{t('grading.confirm')}{own.ticked.length > 0 ? ` +${own.ticked.length}` : ''}</Button>
          </div>
          <ReviewField item={item} chosen={own.candidate} onChoose={(candidate) => setChoice({ ...own, candidate })} ticked={own.ticked} onTick={(ticked) => setChoice({ ...own, ticked })} />
        </div>
      </div>
      {correcting ? <Correct item={item} start={correcting} onClose={() => setCorrecting(null)} onSend={send} /> : null}
      <Modal open={help} title={t('grading.keys')} footer={null} onCancel={() => setHelp(false)}>
        <dl className="facts keys">{([['j', 'k'], ['1', '2', '3'], ['Enter'], ['a'], ['e'], ['?']] as const).map((k, i) => <div key={k[0]} style={{ display: 'contents' }}><dt>{k.map((x) => <kbd key={x}>{x}</kbd>)}</dt><dd>{t(`grading.help.${(['jk', 'num', 'enter', 'a', 'e', 'slash'] as const)[i]!}`)}</dd></div>)}</dl>
      </Modal>
    </>
  );
}

function Correct({ item, start, onClose, onSend }: { item: ReviewItem; start: Verdict; onClose: () => void; onSend: (verdict: Verdict) => Promise<boolean> }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Verdict>();
  const level = Form.useWatch('level', form);
  const zh = currentLanguage() === 'zh';
  const known = [...item.candidates.map((c) => ({ value: c.type, label: zh ? c.zh : c.en })), ...item.decided_before.map((d) => ({ value: d.type, label: zh ? d.type_zh : d.type }))];
  const types = [...new Map(known.map((k) => [k.value, k])).values()];
  return (
    <Modal open title={`${t('grading.yours')}: ${item.column}`} onCancel={onClose} onOk={() => form.submit()} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" initialValues={start} onFinish={(v) => void onSend({ ...start, ...v, type: [v.type].flat().at(-1) ?? '' }).then((done) => { if (done) onClose(); })}>
        <Form.Item name="type" label={t('grading.type')} rules={[{ required: true, message: t('common.required') }]}><Select showSearch mode="tags" maxCount={1} options={types} /></Form.Item>
        <Form.Item name="category" label={t('catalog.category')}><Select options={CATEGORIES.map((c) => ({ value: c, label: t(`category.${c}`) }))} /></Form.Item>
        <Form.Item name="level" label={t('catalog.level')}><Select options={[1, 2, 3, 4, 5].map((l) => ({ value: l, label: `${t('grade.level', { n: l })} · ${t(`grade.word.${l}`)}` }))} /></Form.Item>
        <OwnStepField level={level ?? start.level} />
        {(level ?? start.level) < item.floor ? <Alert type="warning" showIcon title={t('grading.belowFloor', { n: item.floor })} style={{ marginBottom: 12 }} /> : null}
        <Space size="large" wrap>
          <Form.Item name="identifying" label={t('catalog.identifying')} valuePropName="checked"><Switch /></Form.Item><Form.Item name="quasi" label={t('catalog.quasi')} valuePropName="checked"><Switch /></Form.Item>
        </Space>
        {item.contains_level5 ? <Form.Item name="by_row" label={t('grading.byRow')} valuePropName="checked"><Switch /></Form.Item> : null}
        <Form.Item name="reason" label={t('common.reason')} extra={t('grading.reasonAsk')} rules={[{ required: true, whitespace: true, message: t('common.reasonNeeded') }]}><Input.TextArea rows={2} maxLength={2000} autoFocus /></Form.Item>
      </Form>
    </Modal>
  );
}
