// The ring of the committee's votes; the table beside it says the same.
import { useTranslation } from 'react-i18next';
import type { Application } from '../api/types.ts';

const R = 46;
const LENGTH = 2 * Math.PI * R;

export function VotesRing({ application }: { application: Application }) {
  const { t } = useTranslation();
  const { votes, roster } = application;
  const yes = votes.filter((v) => !v.recused && v.approve).length;
  const no = votes.filter((v) => !v.recused && !v.approve).length;
  const out = votes.filter((v) => v.recused).length;
  const all = Math.max(roster.length, 1);
  const parts: [number, string][] = [[yes, 'var(--good)'], [no, 'var(--bad)'], [out, 'var(--idle)']];
  const label = t('application.ringLabel', { done: votes.length, all: roster.length, yes, no, out });
  const starts = parts.map((_, i) => parts.slice(0, i).reduce((n, [p]) => n + p, 0));
  return (
    <figure style={{ margin: 0, display: 'flex', gap: 18, alignItems: 'center' }}>
      <svg viewBox="0 0 120 120" width="120" height="120" role="img" aria-label={label}>
        <circle cx="60" cy="60" r={R} fill="none" stroke="var(--idle-ground)" strokeWidth="13" />
        {parts.map(([count, colour], i) => count > 0 && (
          <circle
            key={colour} cx="60" cy="60" r={R} fill="none" stroke={colour} strokeWidth="13" transform="rotate(-90 60 60)"
            strokeDasharray={`${(count / all) * LENGTH - 2} ${LENGTH}`} strokeDashoffset={-(starts[i]! / all) * LENGTH}
          />
        ))}
        <text x="60" y="64" textAnchor="middle" fontSize="24" fontWeight="700" fill="var(--ink)">{votes.length}/{roster.length}</text>
      </svg>
      <figcaption style={{ color: 'var(--soft)' }}>
        {label}<br />{t('application.need', { quorum: application.rule.quorum, percent: application.rule.approve_percent })}
      </figcaption>
    </figure>
  );
}
