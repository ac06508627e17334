// The frame of a page: heading, and one place that shows loading, failure and emptiness alike everywhere.
import { Alert, App, Button, Empty, Skeleton } from 'antd';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api/client.ts';

export function Page({ title, lead, chips, actions, children }: { title: ReactNode; lead?: ReactNode; chips?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  return (
    <div className="page">
      <div className="page-head">
        <div>
          <h1>{title}{chips}</h1>
          {lead ? <p>{lead}</p> : null}
        </div>
        {actions ? <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}>{actions}</div> : null}
      </div>
      {children}
    </div>
  );
}

export function useProblemText(): (error: unknown) => { title: string; next: string; code: string } {
  const { t } = useTranslation();
  return (error) => {
    if (!(error instanceof Problem)) return { title: t('error.title'), next: '', code: '' };
    if (error.code === 'network.unreachable') return { title: t('error.network'), next: t('error.networkNext'), code: '' };
    const fallback = error.status === 403 ? t('error.forbidden') : error.status === 404 ? t('error.notFound') : t('error.title');
    return { title: error.title || fallback, next: error.nextStep, code: !error.detail ? error.code : error.detail.startsWith(error.code) ? error.detail : `${error.code} · ${error.detail}` };
  };
}

export function ProblemNote({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const text = useProblemText()(error);
  return (
    <Alert
      type="error" showIcon title={text.title}
      description={<>
        {text.next ? <div>{t('error.next')}: {text.next}</div> : null}
        {text.code ? <div className="mono">{text.code}</div> : null}
      </>}
      action={retry ? <Button size="small" onClick={retry}>{t('common.retry')}</Button> : null}
    />
  );
}

/** Reports the failure of an action, with what to do next. */
export function useReport(): (error: unknown) => void {
  const { notification } = App.useApp();
  const text = useProblemText();
  return (error) => {
    const { title, next, code } = text(error);
    // The actions of a page stand at its top, those of a dialog at its lower right: what is told must not cover them.
    notification.error({ placement: 'bottomLeft', title, description: <>{next ? <div>{next}</div> : null}<span className="mono">{code}</span></>, duration: 8 });
  };
}

export function Loaded<T>({ query, children, empty, isEmpty }: {
  query: UseQueryResult<T>; children: (data: T) => ReactNode; empty?: { title: string; text: string }; isEmpty?: (data: T) => boolean;
}) {
  const { t } = useTranslation();
  if (query.isPending) return <div role="status" aria-busy="true" aria-label={t('common.loading')}><Skeleton active paragraph={{ rows: 6 }} /></div>;
  if (query.isError) return <ProblemNote error={query.error} retry={() => void query.refetch()} />;
  if (isEmpty?.(query.data) && empty) {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={<><strong>{empty.title}</strong><br />{empty.text}</>} />;
  }
  return <>{children(query.data)}</>;
}
