// How levels come about: the heat map of what is held, the taxonomy drawn, the worksheet of objects, degrees and levels.
import { Alert, Card, Select, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useOne } from '../api/hooks.ts';
import type { GradeArgument, HeatMap, Worksheet } from '../api/schema.ts';
import { CATEGORIES } from '../api/types.ts';
import { levelTone } from '../app/theme.ts';
import { countText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { TaxonomyTree } from '../pictures/taxonomy_tree.tsx';
import { Digest, Facts, Wide } from './bits.tsx';
import { GradeChip } from './chips.tsx';
import { OwnLevels } from './own_levels.tsx';
import { Loaded } from './page.tsx';

const LEVELS = [1, 2, 3, 4, 5];
const word = (o: { zh: string; en: string }): string => (currentLanguage() === 'zh' ? o.zh : o.en);

export function Heat() {
  const { t } = useTranslation();
  const go = useNavigate();
  const query = useOne<HeatMap>('/grading/heatmap');
  return (
    <Loaded query={query}>
      {(map) => (
        <Card title={t('catalog.heat')} extra={<span style={{ color: 'var(--soft)' }}>{t('grading.confirmedOf', { done: countText(map.confirmed), all: countText(map.fields) })} · {t('grading.heatText')}</span>}>
          <table className="heat">
            <caption className="sr">{t('catalog.heat')}</caption>
            <thead><tr><td />{LEVELS.map((l) => <th key={l} scope="col" style={{ textAlign: 'center' }}>{t('grade.level', { n: l })}</th>)}</tr></thead>
            <tbody>{CATEGORIES.map((category) => (
              <tr key={category}>
                <th scope="row">{t(`category.${category}`)}</th>
                {LEVELS.map((level) => {
                  const cell = map.cells.find((c) => c.category === category && c.level === level);
                  const { ink, ground } = levelTone(level);
                  if (!cell || cell.fields === 0) return <td key={level} style={{ background: 'var(--idle-ground)', opacity: 0.55 }}><span className="sr">0</span></td>;
                  return (
                    <td key={level} style={{ background: ground, color: ink }}>
                      <button type="button" onClick={() => void go(`/grading?tab=list&category=${category}&level=${level}`)} aria-label={`${cell.fields}${cell.open > 0 ? ` · ${t('grading.openOf', { n: cell.open })}` : ''} ${t(`category.${category}`)} ${t('grade.level', { n: level })}`}>
                        {cell.fields}{cell.open > 0 ? <small> · {t('grading.openOf', { n: cell.open })}</small> : null}
                      </button>
                    </td>
                  );
                })}
              </tr>
            ))}</tbody>
          </table>
        </Card>
      )}
    </Loaded>
  );
}

export function Taxonomy() {
  const { t } = useTranslation();
  const query = useOne<Worksheet>('/grading/worksheet');
  return <Loaded query={query}>{(w) => <Card title={t('grading.tree')} extra={<span style={{ color: 'var(--soft)' }}>{t('grading.treeText')}</span>}><TaxonomyTree tree={w.tree} /></Card>}</Loaded>;
}

export function WorksheetTab() {
  const query = useOne<Worksheet>('/grading/worksheet');
  return <Loaded query={query}>{(w) => <Sheet sheet={w} />}</Loaded>;
}

/** The level of an object at a degree, whether the pack says it by degree or in the order of degrees. */
function levelAt(levels: unknown, degree: string, at: number): number {
  const value = Array.isArray(levels) ? (levels as unknown[])[at] : (levels as Record<string, unknown> | null)?.[degree];
  return typeof value === 'number' ? value : 0;
}

function Sheet({ sheet: w }: { sheet: Worksheet }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string | null>(null);
  const named = [...w.objects, ...w.properties, ...w.degrees];
  const nameOf = (id: string): string => { const found = named.find((x) => x.id === id); return found ? word(found) : id; };
  const classes = w.tree.flatMap((c) => c.classes.map((k) => ({ key: `${c.category}/${k.id}`, label: `${t(`category.${c.category}`)} / ${word(k)}`, level: k.level, arguments: k.arguments, scope: k.scope })));
  const types = w.tree.flatMap((c) => c.classes.flatMap((k) => k.types.map((y) => ({ key: `${c.category}/${k.id}/${y.id}`, label: `${t(`category.${c.category}`)} / ${word(k)} / ${word(y)}`, level: y.level, arguments: y.arguments, scope: '' }))));
  const all = [...classes, ...types];
  const shown = all.find((x) => x.key === chosen) ?? all[0];
  const typeName = new Map(w.tree.flatMap((c) => c.classes.flatMap((k) => k.types.map((y) => [y.id, word(y)] as const))));
  /** A need of the pack, such as "category:health" or "quasi:4", in words. */
  const needText = (need: string): string => {
    const [what = '', of = ''] = need.split(':');
    if (what === 'identifier') return t(of === 'direct' ? 'catalog.identifying' : 'catalog.quasi');
    if (what === 'category') return t(`category.${of}`, of);
    if (what === 'quasi') return t('grading.quasiCount', { n: of });
    return what === 'type' ? (typeName.get(of) ?? of) : need;
  };
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      {w.interim ? <Alert type="warning" showIcon title={t('grading.interim')} description={w.note || null} /> : null}
      <div style={{ display: 'grid', gap: 16, gridTemplateColumns: 'minmax(0, 1fr)' }}>
        <Card title={t('grading.matrix')} extra={<span style={{ color: 'var(--soft)' }}>{t('grading.highest')}</span>}>
          <Wide label={t('grading.matrix')}><Table size="small" rowKey="object" pagination={false} dataSource={w.matrix} columns={[
            { title: t('grading.object'), render: (_, r) => <div style={{ width: 190, whiteSpace: 'normal' }}>{nameOf(r.object)}</div> },
            ...w.degrees.map((d, i) => ({ title: word(d), render: (_: unknown, r: Worksheet['matrix'][number]) => { const l = levelAt(r.levels, d.id, i); return l > 0 ? <GradeChip level={l} /> : '—'; } })),
          ]} /></Wide>
        </Card>
        <Card title={t('grading.arguments')}>
          <Select showSearch={{ optionFilterProp: 'label' }} style={{ width: '100%', marginBottom: 12 }} aria-label={t('grading.chooseClass')} value={shown?.key ?? null} onChange={setChosen} options={all.map((x) => ({ value: x.key, label: x.label }))} />
          {shown ? <><GradeChip level={shown.level} /> {shown.scope}<Arguments list={shown.arguments} nameOf={nameOf} /></> : null}
        </Card>
      </div>
      <div className="two">
        <Card title={t('grading.associations')}><Table size="small" rowKey="id" pagination={false} dataSource={w.associations} columns={[{ title: t('common.name'), render: (_, a) => <div style={{ whiteSpace: 'normal' }}>{word(a)}</div> }, { title: t('grading.needs'), render: (_, a) => <div style={{ whiteSpace: 'normal' }}>{[a.needs as unknown].flat().map((n) => needText(String(n))).join(' + ')}</div> }, { title: t('catalog.level'), render: (_, a) => <GradeChip level={a.level} /> }]} /></Card>
        <Card title={t('grading.nationalLabels')}><Table size="small" rowKey={(n) => n.label + n.level + n.rows_min} pagination={false} dataSource={w.national} columns={[{ title: t('catalog.level'), render: (_, n) => <GradeChip level={n.level} /> }, { title: t('grading.rowsMin'), align: 'right', render: (_, n) => countText(n.rows_min) }, { title: t('grading.national'), render: (_, n) => word(n) }]} /></Card>
      </div>
      <OwnLevels />
      <Card><Facts items={[[t('grading.pack'), `${w.pack} ${w.version}`], [t('grading.digest'), <Digest key="d" value={w.rules_digest} />]]} /><details className="foldable"><summary>{t('grading.policyTitle')}</summary><pre className="code" tabIndex={0}>{JSON.stringify(w.policy, null, 2)}</pre></details></Card>
    </div>
  );
}

function Arguments({ list, nameOf }: { list: GradeArgument[]; nameOf: (id: string) => string }) {
  const { t } = useTranslation();
  return (
    <Wide label={t('grading.arguments')}><Table size="small" style={{ marginTop: 10 }} rowKey={(a) => a.object + a.property + a.degree} pagination={{ pageSize: 6, hideOnSinglePage: true, showSizeChanger: false }} dataSource={list} columns={[
      { title: t('grading.object'), render: (_, a) => <div style={{ width: 150, whiteSpace: 'normal' }}>{nameOf(a.object)}</div> }, { title: t('grading.property'), render: (_, a) => nameOf(a.property) }, { title: t('grading.degree'), render: (_, a) => nameOf(a.degree) },
      { title: t('catalog.level'), render: (_, a) => <GradeChip level={a.level} /> }, { title: t('catalog.reasons'), render: (_, a) => <div style={{ width: 190, whiteSpace: 'normal' }}>{word(a)}</div> },
    ]} /></Wide>
  );
}
