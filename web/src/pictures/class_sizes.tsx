// How many rows stand in classes of which size, before and after: classes below k are the ones at risk.
import { useTranslation } from 'react-i18next';
import { countText } from '../i18n/format.ts';
import type { RiskReport } from '../api/schema.ts';
import { Figure } from './figure.tsx';

/** Class sizes by doubling: 1, 2, 3–4, 5–9, 10–19, 20–49, 50–99, 100–999, 1000 and more. */
const STEPS = [1, 2, 3, 5, 10, 20, 50, 100, 1000];
const nameOf = (i: number): string => {
  const from = STEPS[i]!, next = STEPS[i + 1];
  return next === undefined ? `≥${from}` : next - from === 1 ? `${from}` : `${from}–${next - 1}`;
};

export function rowsBySize(report: Pick<RiskReport, 'histogram'>): number[] {
  const out = STEPS.map(() => 0);
  for (const bin of report.histogram) {
    const at = STEPS.findLastIndex((from) => bin.size >= from);
    if (at >= 0) out[at]! += bin.rows;
  }
  return out;
}

const W = 620, H = 236, BOTTOM = 190, TOP = 14, LEFT = 8;

export function ClassSizes({ before, after, k, titles }: { before: RiskReport | null; after: RiskReport | null; k: number | null; titles?: [string, string] }) {
  const { t } = useTranslation();
  const [first, second] = titles ?? [t('deident.before'), t('deident.after')];
  const series = [{ name: first, rows: before ? rowsBySize(before) : null, colour: 'var(--idle)' }, { name: second, rows: after ? rowsBySize(after) : null, colour: 'var(--brand)' }].filter((s) => s.rows);
  const total = Math.max(1, ...series.map((s) => s.rows!.reduce((a, b) => a + b, 0)));
  const most = Math.max(1, ...series.flatMap((s) => s.rows!));
  const step = (W - 2 * LEFT) / STEPS.length;
  const bar = Math.min(26, (step - 14) / Math.max(series.length, 1));
  const below = k === null ? 0 : STEPS.filter((from) => from < k).length;
  return (
    <Figure
      title={t('deident.histogram')} text={t('deident.histogramText')} width={W} height={H}
      rows={{ head: [t('deident.classSize'), ...series.map((s) => s.name)], body: STEPS.map((_, i) => [nameOf(i), ...series.map((s) => countText(s.rows![i]!))]) }}
    >
      {k !== null && below > 0 ? <><rect x={LEFT} y={TOP - 10} width={below * step} height={BOTTOM - TOP + 10} fill="var(--bad-ground)" /><text x={LEFT + below * step - 6} y={TOP + 4} textAnchor="end" fontSize="12" fill="var(--bad)">{t('deident.belowK', { k })}</text></> : null}
      <line x1={LEFT} x2={W - LEFT} y1={BOTTOM} y2={BOTTOM} stroke="var(--line)" />
      {STEPS.map((_, i) => (
        <g key={nameOf(i)}>
          {series.map((s, j) => {
            const rows = s.rows![i]!;
            const height = rows === 0 ? 0 : Math.max(2, (rows / most) * (BOTTOM - TOP - 24));
            // Two labels side by side at one height would run into each other.
            const raised = j > 0 && rows > 0 && series[0]!.rows![i]! > 0 && Math.abs(rows - series[0]!.rows![i]!) / most < 0.1 ? 12 : 0;
            const x = LEFT + i * step + (step - bar * series.length) / 2 + j * bar;
            return <g key={s.name}><rect x={x + 1} y={BOTTOM - height} width={bar - 2} height={height} rx="2" fill={s.colour} />{rows > 0 ? <text x={x + bar / 2} y={BOTTOM - height - 4 - raised} textAnchor="middle" fontSize="10.5" fill="var(--soft)">{rows / total < 0.001 ? '<0.1%' : `${Math.round((1000 * rows) / total) / 10}%`}</text> : null}</g>;
          })}
          <text x={LEFT + (i + 0.5) * step} y={BOTTOM + 17} textAnchor="middle" fontSize="12" fill="var(--ink)">{nameOf(i)}</text>
        </g>
      ))}
      {series.map((s, j) => <g key={s.name}><rect x={LEFT + j * 150} y={H - 17} width="12" height="12" rx="2" fill={s.colour} /><text x={LEFT + j * 150 + 18} y={H - 7} fontSize="12" fill="var(--ink)">{s.name}</text></g>)}
    </Figure>
  );
}
