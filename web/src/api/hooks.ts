// Reading lists and single objects, and acting on them: one pattern for all pages.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReport } from '../parts/page.tsx';
import { api } from './client.ts';
import type { List } from './types.ts';

/** `again`: after how many milliseconds it is read again, by what it said last; false: when something was done. */
export const useOne = <T>(path: string, { enabled = true, again }: { enabled?: boolean; again?: (last: T | undefined) => number | false } = {}) =>
  useQuery({ queryKey: ['one', path], queryFn: () => api.get<T>(path), enabled, ...(again ? { refetchInterval: (query: { state: { data: T | undefined } }) => again(query.state.data) } : {}) });

/** All pages of a list so far, with `fetchNextPage`. */
export const useList = <T>(path: string) => useInfiniteQuery({
  queryKey: ['list', path],
  initialPageParam: '',
  queryFn: ({ pageParam }) => api.get<List<T>>(pageParam ? `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(pageParam)}` : path),
  getNextPageParam: (last) => last.next ?? undefined,
  select: (data) => ({ items: data.pages.flatMap((p) => p.items), total: data.pages[0]?.total ?? null }),
});

const AT_ONCE = 500, AT_MOST = 10_000;

const collator = new Intl.Collator('zh');
/** What people know a thing by; things without a name keep the node's order. */
const nameOf = (item: unknown): string => {
  const { display_name, title, name } = item as { display_name?: unknown; title?: unknown; name?: unknown };
  const known = [display_name, title, name].find((word) => typeof word === 'string' && word !== '');
  return (known as string | undefined) ?? '';
};
const byName = <T>(items: T[]): T[] => [...items].sort((a, b) => collator.compare(nameOf(a), nameOf(b)));

/** A whole list, page after page, by name: what a form chooses from must not end with the first page, and ids are in no order that people could look along. */
export function useAll<T>(path: string): T[] {
  const query = useQuery({
    queryKey: ['list', path, 'all'], staleTime: 30_000, select: byName<T>,
    queryFn: async () => {
      const out: T[] = [];
      for (let cursor = ''; out.length < AT_MOST;) {
        const page = await api.get<List<T>>(`${path}${path.includes('?') ? '&' : '?'}limit=${AT_ONCE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
        out.push(...page.items);
        if (!page.next) break;
        cursor = page.next;
      }
      return out;
    },
  });
  return query.data ?? [];
}

/** Whether a piece of work is under way; what goes wrong in it is handed to `failed`, and the work gives nothing. */
export function useWork(failed: (error: unknown) => void): { busy: boolean; work: <T>(doing: () => Promise<T>) => Promise<T | undefined> } {
  const [busy, setBusy] = useState(false);
  const work = async <T>(doing: () => Promise<T>): Promise<T | undefined> => {
    setBusy(true);
    try {
      return await doing();
    } catch (error) {
      failed(error);
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { busy, work };
}

/** Runs an action once at a time; everything on screen is read again afterwards; a failure says what to do next. */
export function useAct(): { busy: boolean; act: <T>(doing: () => Promise<T>, done?: string) => Promise<T | undefined> } {
  const queries = useQueryClient();
  const { busy, work } = useWork(useReport());
  const { t } = useTranslation();
  const { message } = App.useApp();
  const act = <T>(doing: () => Promise<T>, done?: string): Promise<T | undefined> => work(async () => {
    const result = await doing();
    await queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' });
    void message.success(done ?? t('common.done'));
    return result;
  });
  return { busy, act };
}
