// What other rules would do to the fields that are held: one bar a kind of effect, as long as its share of the fields that move.
import { useTranslation } from 'react-i18next';
import type { RuleImpactShown } from '../api/schema.ts';
import { countText } from '../i18n/format.ts';
import { Figure } from './figure.tsx';

const W = 620, ROW = 30, LEFT = 210;

export function ImpactBars({ impact: i }: { impact: RuleImpactShown }) {
  const { t } = useTranslation();
  const bars = [
    { name: t('inventory.change.up'), n: i.up, colour: 'var(--warn)' }, { name: t('inventory.change.down'), n: i.down, colour: 'var(--bad)' }, { name: t('inventory.change.sameLevel'), n: i.same_level, colour: 'var(--busy)' },
    { name: t('inventory.change.kept'), n: i.kept_by_person, colour: 'var(--idle)' }, { name: t('inventory.change.below'), n: i.below_floor, colour: 'var(--brand)' },
  ];
  const most = Math.max(1, ...bars.map((b) => b.n));
  return (
    <Figure title={t('inventory.change.byKind')} text={t('inventory.change.measured', { datasets: countText(i.datasets), fields: countText(i.fields) })} width={W} height={bars.length * ROW + 6} rows={{ head: [t('inventory.change.impact'), t('grading.fields')], body: bars.map((b) => [b.name, countText(b.n)]) }}>
      {bars.map((b, at) => (
        <g key={b.name}>
          <text x={LEFT - 12} y={at * ROW + 20} textAnchor="end" fontSize="13" fill="var(--ink)">{b.name}</text>
          <rect x={LEFT} y={at * ROW + 6} width={W - LEFT - 70} height={18} rx="4" fill="var(--idle-ground)" />
          {b.n > 0 ? <rect x={LEFT} y={at * ROW + 6} width={Math.max(4, ((W - LEFT - 70) * b.n) / most)} height={18} rx="4" fill={b.colour} /> : null}
          <text x={W - 60} y={at * ROW + 20} fontSize="13" fontWeight="600" fill="var(--ink)">{countText(b.n)}</text>
        </g>
      ))}
    </Figure>
  );
}
