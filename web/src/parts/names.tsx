// Names for the ids on screen: what came with the object, else the node is asked, many ids at once.
import { useQuery } from '@tanstack/react-query';
import { api } from '../api/client.ts';
import type { Names } from '../api/types.ts';

/** Ids of people, parties, products, datasets, units, strategies, versions and collection plans (src/space/ids.h). */
const named = /^(ps|pt|pd|ds|un|st|dv|pl)_[a-z0-9]{6,}$/;
const MANY = 100;

let waiting = new Map<string, ((name: string) => void)[]>();

async function ask(batch: Map<string, ((name: string) => void)[]>): Promise<void> {
  const ids = [...batch.keys()];
  for (let at = 0; at < ids.length; at += MANY) {
    const part = ids.slice(at, at + MANY);
    const names = await api.get<Names>(`/names?ids=${part.join(',')}`).then((a) => a.names ?? {}, () => ({} as Record<string, string>));
    for (const id of part) for (const tell of batch.get(id) ?? []) tell(names[id] ?? '');
  }
}

/** Ids asked for in one turn go in one request; an id that may not be known has no name. */
function nameOf(id: string): Promise<string> {
  if (waiting.size === 0) {
    setTimeout(() => {
      const batch = waiting;
      waiting = new Map();
      void ask(batch);
    });
  }
  return new Promise((resolve) => waiting.set(id, [...(waiting.get(id) ?? []), resolve]));
}

/** The name of an id where the node tells it, else the id. Of people elsewhere it is the organisation that answers for them. */
export function Name({ id, names }: { id: string; names?: Record<string, string> | undefined }) {
  const given = names?.[id];
  const query = useQuery({ queryKey: ['name', id], enabled: !given && named.test(id), staleTime: 60_000, retry: false, queryFn: () => nameOf(id) });
  const name = given || query.data;
  return name ? <span title={id}>{name}</span> : <span className="mono">{id || '—'}</span>;
}

export const hasName = (id: string): boolean => named.test(id);
