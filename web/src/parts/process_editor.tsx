// A business process drawn by hand: the picture is the editor. A step is chosen in it and changed beside it; its level is worked out as
// its data change.
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Alert, Button, Card, Input, Select, Space } from 'antd';
import { useQueries } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useAll, useOne } from '../api/hooks.ts';
import type { DescribedItemObject, DescribedItems, FlowLevel, GradedProcess, ProcessDiagram, ProcessNode } from '../api/schema.ts';
import type { Dataset, Organisation } from '../api/types.ts';
import { listComma } from '../i18n/format.ts';
import { ProcessPicture } from '../pictures/process_diagram.tsx';
import { blankProcess, problemsOf, withStepAfter, withoutStep } from './process_draft.ts';
import { StepForm } from './process_step.tsx';
import { useStepLines } from './process_lines.ts';

/** The level of all that a step has, handled together there; null while it is not known. Without data there is none. */
function useLevels(nodes: ProcessNode[], items: DescribedItemObject[]): Map<string, number | null> {
  const asks = nodes.map((n) => n.data.filter((x) => x.dataset !== '').map((x) => ({ dataset: x.dataset, version: '', columns: x.columns })));
  const flows = useQueries({ queries: asks.map((parts) => ({ queryKey: ['level', JSON.stringify(parts)], enabled: parts.length > 0, retry: false, staleTime: 60_000, queryFn: () => api.post<FlowLevel>('/grading/level', { parts, rows: 0, scenario: 'internal', fine_grained: false }) })) });
  return new Map(nodes.map((n, i) => {
    // Whatever nobody has graded counts as the highest.
    const held = Math.max(0, ...n.data.filter((x) => x.item !== '').map((x) => items.find((item) => item.id === x.item)?.grade?.level ?? 5));
    return [n.id, asks[i]!.length === 0 ? held : flows[i]?.data ? Math.max(held, flows[i].data.level) : null];
  }));
}

export function ProcessEditor({ process, onClose }: { process: GradedProcess | null; onClose: (drawn: string | null) => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const ids = { title: useId(), department: useId(), description: useId() };
  const units = useOne<Organisation>('/organisation').data?.units ?? [];
  const datasets = useAll<Dataset>('/datasets');
  const items = useOne<DescribedItems>('/grading/items').data?.items ?? [];
  const [diagram, setDiagram] = useState<ProcessDiagram>(() => process?.diagram ?? blankProcess(t('holdings.process.kinds.start'), t('holdings.process.kinds.end')));
  const [chosen, setChosen] = useState(() => diagram.nodes[1]?.id ?? diagram.nodes[0]?.id ?? '');
  const levels = useLevels(diagram.nodes, items);
  const names = Object.fromEntries([...datasets.map((d) => [d.id, d.title || d.name]), ...items.map((i) => [i.id, i.facts.title]), ...units.map((u) => [u.id, u.name])]) as Record<string, string>;
  const lines = useStepLines(names);
  const node = diagram.nodes.find((n) => n.id === chosen) ?? diagram.nodes[0];
  const problems = problemsOf(diagram);
  const named = (list: string[]): string => list.map((id) => diagram.nodes.find((n) => n.id === id)?.title || id).join(listComma());
  const told = [
    diagram.title.trim() ? '' : t('holdings.process.needTitle'), problems.noStart ? t('holdings.process.needStart') : '', problems.unnamed.length > 0 ? t('holdings.process.needNames', { n: problems.unnamed.length }) : '',
    problems.unreached.length > 0 ? t('holdings.process.needArrows', { what: named(problems.unreached) }) : '', problems.halfSaid.length > 0 ? t('holdings.process.needWhole', { what: named(problems.halfSaid) }) : '',
  ].filter((words) => words !== '');
  const save = async (): Promise<void> => {
    const drawn = await act(() => api.post<GradedProcess>(process ? `/grading/processes/${process.id}` : '/grading/processes', diagram), t('holdings.process.saved'));
    if (drawn) onClose(drawn.id);
  };
  const add = (): void => {
    const grown = withStepAfter(diagram, node?.id ?? '');
    setDiagram(grown.diagram);
    setChosen(grown.id);
  };
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      <Card>
        <div className="three">
          <div className="field"><label htmlFor={ids.title}>{t('holdings.process.title')}</label><Input id={ids.title} value={diagram.title} maxLength={200} onChange={(e) => setDiagram({ ...diagram, title: e.target.value })} /></div>
          <div className="field"><label htmlFor={ids.department}>{t('holdings.item.department')}</label><Select id={ids.department} allowClear value={diagram.department || null} options={units.map((u) => ({ value: u.id, label: u.name }))} onChange={(id?: string | null) => setDiagram({ ...diagram, department: id ?? '' })} /></div>
          <div className="field"><label htmlFor={ids.description}>{t('holdings.item.description')}</label><Input id={ids.description} value={diagram.description} maxLength={2000} onChange={(e) => setDiagram({ ...diagram, description: e.target.value })} /></div>
        </div>
      </Card>
      <Card title={t('holdings.process.picture')} extra={<Space wrap>
        <Button icon={<PlusOutlined />} onClick={add}>{t('holdings.process.addStep')}</Button>
        <Button icon={<DeleteOutlined />} disabled={!node || diagram.nodes.length < 2} onClick={() => { setDiagram(withoutStep(diagram, node!.id)); setChosen(''); }}>{t('holdings.process.removeStep')}</Button>
      </Space>}>
        <p style={{ margin: '0 0 10px', color: 'var(--soft)' }}>{t('holdings.process.editText')}</p>
        <ProcessPicture nodes={diagram.nodes} edges={diagram.edges} chosen={node?.id ?? ''} onChoose={setChosen} label={t('holdings.process.picture')} shown={(n) => ({ level: levels.get(n.id) ?? null, lines: lines(n) })} />
      </Card>
      {node ? <Card title={node.title || t('holdings.process.unnamed')}><StepForm key={node.id} diagram={diagram} node={node} datasets={datasets} items={items} units={units} onChange={setDiagram} /></Card> : null}
      {told.length > 0 ? <Alert type="info" showIcon title={told.join('；')} /> : null}
      <Space><Button type="primary" loading={busy} disabled={told.length > 0} onClick={() => void save()}>{t('holdings.process.save')}</Button><Button onClick={() => onClose(null)}>{t('common.cancel')}</Button></Space>
    </div>
  );
}
