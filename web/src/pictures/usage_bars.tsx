// How often a dataset is used: month by month as columns (releases below, operations inside above), and by purpose as bars.
import { useTranslation } from 'react-i18next';
import type { MonthUse } from '../api/schema.ts';
import { countText } from '../i18n/format.ts';
import { Figure } from './figure.tsx';
import { monthsUpTo } from './months.ts';

const W = 560, H = 210, LEFT = 40, TOP = 16, BOTTOM = 172;

export function MonthColumns({ months, now }: { months: MonthUse[]; now: number }) {
  const { t } = useTranslation();
  const shown = monthsUpTo(months, now);
  const most = Math.max(1, ...shown.map((m) => m.releases + m.operations));
  const step = (W - LEFT - 10) / shown.length, width = Math.min(34, step * 0.62);
  const height = (n: number): number => (n / most) * (BOTTOM - TOP);
  const colours = [{ name: t('holdings.use.releases'), fill: 'var(--brand)' }, { name: t('holdings.use.operations'), fill: 'var(--warn)' }];
  return (
    <Figure title={t('holdings.use.byMonth')} text={t('holdings.use.byMonthText')} width={W} height={H} rows={{ head: [t('holdings.use.month'), t('holdings.use.releases'), t('holdings.use.operations')], body: [...shown].reverse().map((m) => [m.month, m.releases, m.operations]) }}>
      {[0, most].map((n) => <g key={n}><line x1={LEFT} x2={W - 10} y1={BOTTOM - height(n)} y2={BOTTOM - height(n)} stroke="var(--line)" /><text x={LEFT - 6} y={BOTTOM - height(n) + 4} textAnchor="end" fontSize="11" fill="var(--soft)">{countText(n)}</text></g>)}
      {shown.map((m, i) => {
        const x = LEFT + i * step + (step - width) / 2, released = height(m.releases), inside = height(m.operations);
        return (
          <g key={m.month}>
            <rect x={x} width={width} y={BOTTOM - released} height={released} fill={colours[0]!.fill} />
            <rect x={x} width={width} y={BOTTOM - released - inside} height={inside} fill={colours[1]!.fill} />
            <text x={x + width / 2} y={BOTTOM + 15} textAnchor="middle" fontSize="10.5" fill="var(--soft)">{m.month.slice(2)}</text>
          </g>
        );
      })}
      {colours.map((c, i) => <g key={c.name}><rect x={LEFT + i * 130} y={H - 14} width="11" height="11" rx="2" fill={c.fill} /><text x={LEFT + i * 130 + 16} y={H - 4} fontSize="11.5" fill="var(--soft)">{c.name}</text></g>)}
    </Figure>
  );
}

export interface Share { name: string; count: number; note: string }

const ROW = 38;

export function ShareBars({ title, text, shares, head }: { title: string; text: string; shares: Share[]; head: string[] }) {
  const most = Math.max(1, ...shares.map((s) => s.count));
  const height = shares.length * ROW + 4;
  return (
    <Figure title={title} text={text} width={W} height={height} rows={{ head, body: shares.map((s) => [s.name, s.count, s.note]) }}>
      {shares.map((s, i) => (
        <g key={s.name}>
          <text x="0" y={i * ROW + 13} fontSize="12.5" fill="var(--ink)">{s.name}</text>
          <text x={W} y={i * ROW + 13} textAnchor="end" fontSize="12" fill="var(--soft)">{s.note}</text>
          <rect x="0" y={i * ROW + 19} width={W} height="10" rx="5" fill="var(--idle-ground)" />
          <rect x="0" y={i * ROW + 19} width={Math.max(4, (s.count / most) * W)} height="10" rx="5" fill="var(--brand)" />
        </g>
      ))}
    </Figure>
  );
}
