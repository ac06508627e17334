// What a mandate is now, by the node's clock.
import { useTranslation } from 'react-i18next';
import type { Mandate } from '../api/types.ts';
import { Chip } from './chips.tsx';

export function MandateNow({ value }: { value: Mandate['now'] }) {
  const { t } = useTranslation();
  const waits = value === 'proposed' || value === 'confirmed' || value === 'not_begun';
  return <Chip tone={value === 'in_force' ? 'good' : waits ? 'busy' : 'idle'} icon={value === 'in_force' ? '✓' : waits ? '…' : '–'} word={t(`mandate.now_${value}`)} />;
}
