// What lies in the vault, day by day, with the forecast at the growth so far and the bound that it runs into.
import { useTranslation } from 'react-i18next';
import { bytesText, dayText } from '../i18n/format.ts';
import { Figure } from './figure.tsx';
import { DAY_MS, type Day, forecast } from './forecast.ts';

const W = 620, H = 220, LEFT = 62, RIGHT = 14, TOP = 14, BOTTOM = 186;

export function StoredCurve({ days, perDay, bound }: { days: Day[]; perDay: number; bound: number | null }) {
  const { t } = useTranslation();
  if (days.length === 0) return <p style={{ color: 'var(--soft)' }}>{t('storage.noCurve')}</p>;
  const ahead = forecast(days, perDay);
  const all = [...days, ...ahead];
  const highest = Math.max(1, ...all.map((d) => d.bytes));
  // A bound far above what is stored would press the curve flat: it is drawn where it can be met.
  const shown = bound !== null && bound < highest * 4 ? bound : null;
  const most = Math.max(highest, shown ?? 0) * 1.08;
  const from = days[0]!.at_ms, to = Math.max(all.at(-1)!.at_ms, from + DAY_MS);
  const x = (ms: number): number => LEFT + ((ms - from) / (to - from)) * (W - LEFT - RIGHT), y = (bytes: number): number => BOTTOM - (bytes / most) * (BOTTOM - TOP);
  const line = (of: Day[]): string => of.map((d, i) => `${i === 0 ? 'M' : 'L'} ${x(d.at_ms).toFixed(1)} ${y(d.bytes).toFixed(1)}`).join(' ');
  return (
    <Figure title={t('storage.curve')} text={t('storage.curveText')} width={W} height={H} rows={{ head: [t('storage.day'), t('storage.bytes')], body: days.map((d) => [dayText(d.at_ms), bytesText(d.bytes)]) }}>
      {[0, 0.5, 1].map((s) => <g key={s}><line x1={LEFT} x2={W - RIGHT} y1={y(most * s)} y2={y(most * s)} stroke="var(--line)" /><text x={LEFT - 6} y={y(most * s) + 4} textAnchor="end" fontSize="11" fill="var(--soft)">{bytesText(Math.round(most * s))}</text></g>)}
      <path d={`${line(days)} L ${x(days.at(-1)!.at_ms).toFixed(1)} ${BOTTOM} L ${x(from).toFixed(1)} ${BOTTOM} Z`} fill="var(--busy-ground)" />
      <path d={line(days)} fill="none" stroke="var(--brand)" strokeWidth="2.4" />
      {days.length === 1 ? <circle cx={x(from)} cy={y(days[0]!.bytes)} r="4" fill="var(--brand)" /> : null}
      {ahead.length > 0 ? <path d={line(ahead)} fill="none" stroke="var(--brand)" strokeWidth="2" strokeDasharray="6 5" /> : null}
      {shown !== null ? <><line x1={LEFT} x2={W - RIGHT} y1={y(shown)} y2={y(shown)} stroke="var(--bad)" strokeWidth="1.6" /><text x={W - RIGHT} y={y(shown) - 5} textAnchor="end" fontSize="11.5" fill="var(--bad)">{t('storage.limit')} {bytesText(shown)}</text></> : null}
      <text x={LEFT} y={H - 14} fontSize="11.5" fill="var(--soft)">{dayText(from)}</text><text x={W - RIGHT} y={H - 14} textAnchor="end" fontSize="11.5" fill="var(--soft)">{dayText(to)}</text>
    </Figure>
  );
}
