// What stands in a step of the drawing beside its name: its data, and who reaches them.
import { useTranslation } from 'react-i18next';
import type { ProcessNode } from '../api/schema.ts';
import { listComma } from '../i18n/format.ts';

export function useStepLines(names: Record<string, string>): (node: ProcessNode) => string[] {
  const { t } = useTranslation();
  return (n) => [
    n.data.filter((x) => x.dataset !== '' || x.item !== '').map((x) => `${names[x.item || x.dataset] ?? (x.item || x.dataset)}${x.columns.length > 0 ? ` (${x.columns.length})` : ''}`).join(listComma()),
    n.access.map((a) => `${a.who || names[a.unit] || a.unit}: ${a.rights.map((r) => t(`holdings.process.right.${r}`, r)).join('')}`).join(listComma()),
  ].filter((line) => line !== '');
}
