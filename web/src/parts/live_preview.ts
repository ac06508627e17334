// Work that follows what is being edited: started when the hand rests, and stopped on the node when it is overtaken.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../api/client.ts';

/** The value once it has stayed the same for so long. */
export function useRested<T>(value: T, ms: number): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return rested;
}

export interface Live<T> {
  result: T | undefined;
  error: unknown;
  /** The worker is at it. */
  busy: boolean;
  /** What is shown is not yet about what is edited. */
  behind: boolean;
}

const REST_MS = 900;

/** POSTs the body as a job whenever it rests; `on` false: not at all. What was computed for a body is kept while the page is open. */
export function useLive<T>(path: string, body: object, on: boolean): Live<T> {
  const now = JSON.stringify(body);
  const rested = useRested(now, REST_MS);
  const query = useQuery({
    queryKey: ['live', path, rested], enabled: on, staleTime: 'static', gcTime: 300_000, retry: false, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.work<T>(path, JSON.parse(rested), { signal }),
  });
  return { result: query.data, error: query.error, busy: query.isFetching, behind: on && (now !== rested || query.isPlaceholderData) };
}
