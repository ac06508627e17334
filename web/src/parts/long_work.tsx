// Long work: one at a time on a page, with its progress and a way to stop it; it stops when the page is left.
import { Button, Progress } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { countText } from '../i18n/format.ts';
import { useReport } from './page.tsx';

export interface Run { progress: Record<string, unknown> | null; cancel: () => void }

/** `refused` takes a failure that the page itself says more about: true if it did. */
export function useRun(): { run: Run | null; start: <T>(path: string, body: unknown, refused?: (error: unknown) => boolean) => Promise<T | undefined> } {
  const [run, setRun] = useState<Run | null>(null);
  const report = useReport();
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const start = async <T,>(path: string, body: unknown, refused?: (error: unknown) => boolean): Promise<T | undefined> => {
    const control = new AbortController();
    stop.current = control;
    const cancel = (): void => control.abort();
    setRun({ progress: null, cancel });
    try {
      return await api.work<T>(path, body, { signal: control.signal, onProgress: (progress) => setRun({ progress, cancel }) });
    } catch (error) {
      if (!refused?.(error)) report(error);
      return undefined;
    } finally {
      setRun(null);
    }
  };
  return { run, start };
}

/** Rows of a worker, or objects done of all. */
export function Doing({ run }: { run: Run }) {
  const { t } = useTranslation();
  const rows = run.progress?.['rows'], total = Number(run.progress?.['total'] ?? 0);
  const done = Math.min(Number(rows ?? run.progress?.['done'] ?? 0), total);
  const words = total <= 0 ? t('deident.working') : rows === undefined ? `${countText(done)} / ${countText(total)}` : t('deident.rowsDone', { rows: countText(done), total: countText(total) });
  return (
    <div style={{ display: 'flex', gap: 12, alignItems: 'center', marginTop: 10 }} role="status">
      <Progress percent={total > 0 ? Math.floor((100 * done) / total) : 0} status="active" style={{ flex: 1 }} aria-label={t('deident.working')} format={() => words} />
      <Button size="small" onClick={run.cancel}>{t('deident.cancel')}</Button>
    </div>
  );
}
