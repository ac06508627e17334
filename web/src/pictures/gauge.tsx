// A risk as an arc on a logarithmic scale, with the threshold as a mark: the small risks that count would vanish on a plain one.
import { useTranslation } from 'react-i18next';

const R = 52, CX = 70, CY = 66, FLOOR = 0.0001;
/** 0.01 % at the left, 100 % at the right. */
export const placeOf = (risk: number): number => 1 - Math.log10(Math.max(risk, FLOOR)) / Math.log10(FLOOR);
const point = (share: number, radius: number): string => `${CX - radius * Math.cos(Math.PI * share)} ${CY - radius * Math.sin(Math.PI * share)}`;
const arc = (from: number, to: number): string => `M ${point(from, R)} A ${R} ${R} 0 0 1 ${point(to, R)}`;

export const shareText = (risk: number): string => (risk === 0 ? '0%' : risk < 0.0001 ? '<0.01%' : `${Number((risk * 100).toPrecision(3))}%`);

export function Gauge({ name, note, before, after, threshold }: { name: string; note: string; before: number | null; after: number | null; threshold: number | null }) {
  const { t } = useTranslation();
  const shown = after ?? before ?? 0;
  const tone = threshold === null ? 'var(--brand)' : shown > threshold ? 'var(--bad)' : 'var(--good)';
  const verdict = threshold === null ? '' : t(shown > threshold ? 'deident.above' : 'deident.within', { share: shareText(threshold) });
  const text = [before !== null && after !== null ? `${shareText(before)} → ${shareText(after)}` : shareText(shown), verdict].filter(Boolean).join('; ');
  return (
    <figure className="gauge">
      <svg viewBox="0 0 140 84" role="img" aria-label={`${name}: ${text}`}>
        <path d={arc(0, 1)} fill="none" stroke="var(--idle-ground)" strokeWidth="13" />
        {shown > FLOOR ? <path d={arc(0, Math.min(1, placeOf(shown)))} fill="none" stroke={tone} strokeWidth="13" /> : null}
        {before !== null && after !== null ? <line x1={point(placeOf(before), R - 9).split(' ')[0]} y1={point(placeOf(before), R - 9).split(' ')[1]} x2={point(placeOf(before), R + 9).split(' ')[0]} y2={point(placeOf(before), R + 9).split(' ')[1]} stroke="var(--idle)" strokeWidth="3" /> : null}
        {threshold !== null ? <line x1={point(placeOf(threshold), R - 11).split(' ')[0]} y1={point(placeOf(threshold), R - 11).split(' ')[1]} x2={point(placeOf(threshold), R + 12).split(' ')[0]} y2={point(placeOf(threshold), R + 12).split(' ')[1]} stroke="var(--ink)" strokeWidth="2" strokeDasharray="3 2" /> : null}
        <text x={CX} y={CY - 4} textAnchor="middle" fontSize={shareText(shown).length > 5 ? 17 : 20} fontWeight="700" fill="var(--ink)">{shareText(shown)}</text>
        <text x={CX} y={CY + 14} textAnchor="middle" fontSize="10.5" fill="var(--soft)">{before !== null && after !== null ? t('deident.was', { share: shareText(before) }) : ''}</text>
      </svg>
      <figcaption><strong>{name}</strong><br /><small style={{ color: 'var(--soft)' }}>{note}</small><br /><span style={{ color: tone }}>{verdict}</span></figcaption>
    </figure>
  );
}
