// What spoke for a type and what against it: bars to the right and to the left of a line, as long as their weight.
import { useTranslation } from 'react-i18next';
import type { Evidence } from '../api/schema.ts';
import { currentLanguage } from '../i18n/index.ts';

export function EvidenceBars({ evidence, most }: { evidence: Evidence[]; most: number }) {
  const { t } = useTranslation();
  const zh = currentLanguage() === 'zh';
  if (evidence.length === 0) return <p style={{ color: 'var(--soft)', margin: 0 }}>{t('grading.noEvidence')}</p>;
  return (
    <ul className="evidence" aria-label={t('grading.evidence')}>
      {evidence.map((e) => {
        const share = Math.min(1, Math.abs(e.weight) / Math.max(most, 1));
        return (
          <li key={e.id + e.zh}>
            <span className="words">{zh ? e.zh : e.en}</span>
            <span className="scale" aria-hidden="true"><i className={e.weight < 0 ? 'against' : 'for'} style={e.weight < 0 ? { right: '50%', width: `${share * 50}%` } : { left: '50%', width: `${share * 50}%` }} /></span>
            <span className="weight">{e.weight > 0 ? '+' : e.weight < 0 ? '−' : ''}{(Math.abs(e.weight) / 100).toFixed(2)}</span>
          </li>
        );
      })}
    </ul>
  );
}
