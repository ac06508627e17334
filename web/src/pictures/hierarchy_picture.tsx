// A generalisation hierarchy, the coarsest at the left: each group as wide a band as the values it stands for. What does not fit is counted.
import { useTranslation } from 'react-i18next';
import { type Group, type Hierarchy, groupCounts, groupsOf } from '../parts/arx.ts';
import { countText } from '../i18n/format.ts';
import { Figure } from './figure.tsx';

const WIDTH = 620, ROW = 19, SHOWN_MAX = 60, GAP = 3;

interface Band { level: number; top: number; height: number; label: string; leaves: number }

/** Bands of the tree where each value has a row; of a group that would not fit only the first values are drawn. */
export function bandsOf(groups: Group[], levels: number): { bands: Band[]; rows: number; hidden: number } {
  const bands: Band[] = [];
  let rows = 0, hidden = 0;
  const place = (g: Group, level: number): number => {
    const top = rows;
    if (level === 0 || g.children.length === 0) rows++;
    else for (const child of g.children) {
      if (rows >= SHOWN_MAX) hidden += child.leaves;
      else place(child, level - 1);
    }
    bands.push({ level, top, height: Math.max(1, rows - top), label: g.label, leaves: g.leaves });
    return rows - top;
  };
  for (const g of groups) {
    if (rows >= SHOWN_MAX) hidden += g.leaves;
    else place(g, levels - 1);
  }
  return { bands, rows, hidden };
}

export function HierarchyPicture({ name, hierarchy: h }: { name: string; hierarchy: Hierarchy }) {
  const { t } = useTranslation();
  const { bands, rows, hidden } = bandsOf(groupsOf(h), h.levels);
  const counts = groupCounts(h);
  const wide = (WIDTH - GAP) / h.levels;
  const fit = Math.max(3, Math.floor(wide / 8.5));
  const short = (label: string): string => ([...label].length > fit ? `${[...label].slice(0, fit - 1).join('')}…` : label);
  return (
    <Figure
      title={name} text={t('strategy.hierarchyHas', { values: countText(h.rows.length), levels: h.levels - 1 })} width={WIDTH} height={24 + rows * ROW + (hidden > 0 ? 22 : 0)}
      rows={{ head: [t('strategy.height'), t('strategy.groups'), t('strategy.example')], body: counts.map((n, level) => [level, countText(n), h.rows[0]![level]!]) }}
    >
      {counts.map((n, level) => <text key={level} x={(h.levels - 1 - level) * wide + 6} y={14} fontSize="11.5" fill="var(--soft)">{t('strategy.heightN', { n: level })} · {countText(n)}</text>)}
      {bands.map((b) => {
        const x = (h.levels - 1 - b.level) * wide;
        return (
          <g key={`${b.level} ${b.top}`}>
            <rect x={x + 1} y={22 + b.top * ROW} width={wide - GAP} height={b.height * ROW - 2} rx="4" fill={b.level === 0 ? 'var(--idle-ground)' : 'var(--busy-ground)'} stroke="var(--line)" />
            <text x={x + 8} y={22 + b.top * ROW + Math.min(b.height * ROW, 2 * ROW) / 2 + 3} fontSize="11.5" fill="var(--ink)">{short(b.label)}</text>
          </g>
        );
      })}
      {hidden > 0 ? <text x={8} y={22 + rows * ROW + 14} fontSize="12" fill="var(--soft)">{t('strategy.moreValues', { n: countText(hidden) })}</text> : null}
    </Figure>
  );
}
