// Reading lists and single objects, and acting on them: one pattern for all pages.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReport } from '../parts/page.tsx';
import { api } from './client.ts';
import type { List } from './types.ts';

export const useOne = <T>(path: string) => useQuery({ queryKey: ['one', path], queryFn: () => api.get<T>(path) });

/** All pages of a list so far, with `fetchNextPage`. */
export const useList = <T>(path: string) => useInfiniteQuery({
  queryKey: ['list', path],
  initialPageParam: '',
  queryFn: ({ pageParam }) => api.get<List<T>>(pageParam ? `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(pageParam)}` : path),
  getNextPageParam: (last) => last.next ?? undefined,
  select: (data) => ({ items: data.pages.flatMap((p) => p.items), total: data.pages[0]?.total ?? null }),
});

const AT_ONCE = 500, AT_MOST = 10_000;

/** A whole list, page after page: what a form chooses from must not end with the first page. */
export function useAll<T>(path: string): T[] {
  const query = useQuery({
    queryKey: ['list', path, 'all'], staleTime: 30_000,
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

/** Runs an action once at a time; everything on screen is read again afterwards; a failure says what to do next. */
export function useAct(): { busy: boolean; act: <T>(work: () => Promise<T>, done?: string) => Promise<T | undefined> } {
  const queries = useQueryClient();
  const report = useReport();
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const act = async <T>(work: () => Promise<T>, done?: string): Promise<T | undefined> => {
    setBusy(true);
    try {
      const result = await work();
      await queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' });
      void message.success(done ?? t('common.done'));
      return result;
    } catch (error) {
      report(error);
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { busy, act };
}
