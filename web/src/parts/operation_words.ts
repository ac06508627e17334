// What kinds of operations are called: the words of the rules in force, for ids that stand in rights and exceptions.
import { useOne } from '../api/hooks.ts';
import type { AccessRules } from '../api/types.ts';
import { currentLanguage } from '../i18n/index.ts';

export function useOperationWord(): (id: string) => string {
  const kinds = useOne<AccessRules>('/access/rules').data?.kinds ?? [];
  const zh = currentLanguage() === 'zh';
  return (id) => {
    const kind = kinds.find((k) => k.id === id);
    return kind ? (zh ? kind.zh : kind.en) : id;
  };
}
