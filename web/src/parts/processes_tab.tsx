// Business processes (G2.3): the list; one as it is drawn, with the level of each step; and the editor. Which stands in the address.
import { Button, Card, Space, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { DescribedItems, GradedProcess, ProcessList, ProcessNode, ProcessSummary } from '../api/schema.ts';
import { countText, listComma, timeText } from '../i18n/format.ts';
import { ProcessPicture } from '../pictures/process_diagram.tsx';
import { Name, download } from './bits.tsx';
import { GradeChip } from './chips.tsx';
import { Loaded } from './page.tsx';
import { ProcessEditor } from './process_editor.tsx';
import { useStepLines } from './process_lines.ts';
import { StepDetails } from './process_step.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

const NEW = 'new';

export function ProcessesTab() {
  const [search, setSearch] = useSearchParams();
  const process = search.get('process'), editing = search.get('do') === 'draw';
  const show = (id: string | null, draw = ''): void => setSearch({ tab: 'processes', ...(id ? { process: id } : {}), ...(draw ? { do: draw } : {}) });
  if (process === NEW) return <ProcessEditor process={null} onClose={(drawn) => show(drawn)} />;
  if (process) return <One key={process} id={process} editing={editing} onEdit={() => show(process, 'draw')} onShow={(id) => show(id)} />;
  return <All onDraw={() => show(NEW)} />;
}

function All({ onDraw }: { onDraw: () => void }) {
  const { t } = useTranslation();
  const query = useOne<ProcessList>('/grading/processes');
  // Who may describe items may draw: the data managers, and the heads of departments for their own.
  const may = useOne<DescribedItems>('/grading/items').data?.can.includes('describe') ?? false;
  return (
    <Loaded query={query}>
      {(all) => (
        <div style={{ display: 'grid', gap: 12 }}>
          <p style={{ margin: 0, color: 'var(--soft)', maxWidth: 860 }}>{t('holdings.process.text')}</p>
          {may ? <div><Button type="primary" onClick={onDraw}>{t('holdings.process.draw')}</Button></div> : null}
          <Table<ProcessSummary>
            rowKey="id" size="middle" dataSource={all.items} pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} scroll={{ x: 'max-content' }} locale={{ emptyText: <><strong>{t('holdings.process.none')}</strong><br />{t('holdings.process.noneText')}</> }}
            columns={[
              { title: t('holdings.process.title'), render: (_, p) => <><Link to={`/grading?tab=processes&process=${p.id}`}><strong>{p.title}</strong></Link><br /><small>{t('holdings.answered', { n: p.number })}</small></> }, { title: t('holdings.item.department'), render: (_, p) => (p.department ? <Name id={p.department} names={p.names} /> : '—') },
              { title: t('holdings.process.steps'), align: 'right', render: (_, p) => countText(p.nodes) }, { title: t('holdings.process.arrows'), align: 'right', render: (_, p) => countText(p.edges) }, { title: t('holdings.process.drawnBy'), render: (_, p) => <><Name id={p.drawn_by} names={p.names} /><br /><small>{timeText(p.at_ms)}</small></> },
            ]}
          />
        </div>
      )}
    </Loaded>
  );
}

function One({ id, editing, onEdit, onShow }: { id: string; editing: boolean; onEdit: () => void; onShow: (id: string | null) => void }) {
  const query = useOne<GradedProcess>(`/grading/processes/${id}`);
  return <Loaded query={query}>{(p) => (editing && p.can.includes('draw') ? <ProcessEditor key={p.number} process={p} onClose={() => onShow(id)} /> : <Shown process={p} onEdit={onEdit} onShow={onShow} />)}</Loaded>;
}

function Shown({ process: p, onEdit, onShow }: { process: GradedProcess; onEdit: () => void; onShow: (id: string | null) => void }) {
  const { t } = useTranslation();
  const { act } = useAct();
  const [ask, setAsk] = useState<Ask | null>(null);
  const level = (n: ProcessNode): number => p.graded_nodes[n.id]?.level ?? 0;
  const highest = p.diagram.nodes.find((n) => level(n) === p.level) ?? p.diagram.nodes[0]!;
  const [chosen, setChosen] = useState(highest.id);
  const items = useOne<DescribedItems>('/grading/items').data?.items ?? [];
  const names = { ...Object.fromEntries(items.map((i) => [i.id, i.facts.title])), ...p.names };
  const lines = useStepLines(names);
  const node = p.diagram.nodes.find((n) => n.id === chosen) ?? highest;
  const remove = (): void => setAsk({ title: `${t('holdings.process.remove')}: ${p.diagram.title}`, text: t('holdings.process.removeText'), run: async (a) => { const done = await act(() => api.post(`/grading/processes/${p.id}/remove`, { reason: a.reason })); if (done) onShow(null); return done; } });
  const save = async (): Promise<void> => { const picture = await act(() => api.blob(`/grading/processes/${p.id}/picture`)); if (picture) download(picture, `${p.diagram.title}.svg`); };
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      <Space wrap>
        <Button onClick={() => onShow(null)}>{t('holdings.process.back')}</Button>
        {p.can.includes('draw') ? <Button type="primary" onClick={onEdit}>{t('holdings.process.redraw')}</Button> : null}
        <Button onClick={() => void save()}>{t('holdings.process.svg')}</Button>
        {p.can.includes('remove') ? <Button danger onClick={remove}>{t('holdings.process.remove')}</Button> : null}
      </Space>
      <Card title={<>{p.diagram.title} {p.level > 0 ? <GradeChip level={p.level} /> : null}</>} extra={<span style={{ color: 'var(--soft)' }}>{t('holdings.answered', { n: p.number })} · <Name id={p.drawn_by} names={p.names} /> · {timeText(p.at_ms)}</span>}>
        {p.diagram.description || p.diagram.department ? <p style={{ margin: '0 0 12px' }}>{p.diagram.description} {p.diagram.department ? <>· {t('holdings.item.department')}: <Name id={p.diagram.department} names={p.names} /></> : null}</p> : null}
        <ProcessPicture nodes={p.diagram.nodes} edges={p.diagram.edges} chosen={node.id} onChoose={setChosen} label={t('holdings.process.picture')} shown={(n) => ({ level: level(n), lines: lines(n) })} />
      </Card>
      <div className="two">
        <StepDetails node={node} level={level(node)} names={names} />
        <Card title={t('holdings.process.allSteps')}>
          <Table<ProcessNode> size="small" rowKey="id" pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} dataSource={p.diagram.nodes} columns={[
            { title: t('holdings.process.step'), render: (_, n) => <Button type="link" size="small" style={{ padding: 0 }} onClick={() => setChosen(n.id)}>{n.title}</Button> }, { title: t('catalog.level'), render: (_, n) => (level(n) > 0 ? <GradeChip level={level(n)} /> : '—') },
            { title: t('holdings.process.next'), render: (_, n) => p.diagram.edges.filter((e) => e.from === n.id).map((e) => `${p.diagram.nodes.find((x) => x.id === e.to)?.title ?? e.to}${e.label ? ` (${e.label})` : ''}`).join(listComma()) || '—' },
          ]} />
        </Card>
      </div>
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
    </div>
  );
}
