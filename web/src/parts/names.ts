// Names for the ids on screen: what came with the object, and the people and parties that this person may list.
import { useQuery } from '@tanstack/react-query';
import { api } from '../api/client.ts';
import type { List, Party, Person } from '../api/types.ts';

const listed = async <T>(path: string): Promise<T[]> => (await api.get<List<T>>(`${path}?limit=200`).catch((): List<T> => ({ items: [] }))).items;

export function useNames(own?: Record<string, string>): Record<string, string> {
  const { data } = useQuery({
    queryKey: ['names'], staleTime: 60_000, retry: false,
    queryFn: async (): Promise<Record<string, string>> => {
      const [people, parties] = await Promise.all([listed<Person>('/people'), listed<Party>('/parties')]);
      return Object.fromEntries([...people.map((p) => [p.id, p.display_name ?? '']), ...parties.map((p) => [p.id, p.name])].filter(([, name]) => name));
    },
  });
  return { ...data, ...own };
}
