// Small pieces that many pages show.
import { CopyOutlined } from '@ant-design/icons';
import { App, Button, Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../app/now.ts';
import { spanText } from '../i18n/format.ts';

export { Name } from './names.tsx';

export function Facts({ items }: { items: [string, ReactNode][] }) {
  return (
    <dl className="facts">
      {items.filter(([, value]) => value !== undefined && value !== null && value !== '').map(([label, value]) => (
        <div key={label} style={{ display: 'contents' }}><dt>{label}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}

/** What may be wider than its frame, or higher than it should be: it scrolls, also by keyboard. */
export const Wide = ({ label, height, children }: { label: string; height?: number; children: ReactNode }) => <div className="wide" style={{ overflow: 'auto', ...(height ? { maxHeight: height } : {}) }} tabIndex={0} role="region" aria-label={label}>{children}</div>;

export function Digest({ value, size = 16 }: { value: string | undefined; size?: number }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  if (!value || /^0+$/.test(value)) return <>—</>;
  const short = value.length > size ? `${value.slice(0, size)}…` : value;
  return (
    <span className="mono" style={{ whiteSpace: 'nowrap' }}>
      <Tooltip title={value}><span>{short}</span></Tooltip>
      <Button
        type="text" size="small" icon={<CopyOutlined />} aria-label={`${t('common.copy')} ${short}`}
        onClick={() => { void navigator.clipboard.writeText(value).then(() => message.success(t('common.copied'))); }}
      />
    </span>
  );
}

export function Due({ at }: { at: number | null | undefined }) {
  const { t } = useTranslation();
  const now = useNow();
  if (!at) return <span className="due">{t('inbox.noDue')}</span>;
  const left = at - now;
  const look = left < 0 ? 'late' : left < 86_400_000 ? 'soon' : '';
  return <span className={`due ${look}`}>{t(left < 0 ? 'inbox.overdue' : 'inbox.due', { time: spanText(left) })}</span>;
}

export interface Stage {
  id: string;
  title: string;
  state: 'done' | 'now' | 'next' | 'failed';
  note?: string;
}

const mark: Record<Stage['state'], string> = { done: '✓', now: '●', next: '', failed: '✕' };

export function StageLine({ stages }: { stages: Stage[] }) {
  return (
    <ol className="stages">
      {stages.map((s, i) => (
        <li key={s.id} className={s.state} aria-current={s.state === 'now' ? 'step' : undefined}>
          <span className="dot" aria-hidden="true">{mark[s.state] || i + 1}</span>
          {s.title}<small>{s.note ?? ''}</small>
        </li>
      ))}
    </ol>
  );
}

export function Meter({ label, used, allowed, note }: { label: string; used: number; allowed: number; note?: string }) {
  const share = allowed > 0 ? Math.min(1, Math.max(0, used / allowed)) : 0;
  return (
    <div className="meter">
      <div><span>{label}</span><strong>{used} / {allowed}</strong></div>
      <div className="bar" role="meter" aria-label={label} aria-valuenow={used} aria-valuemin={0} aria-valuemax={Math.max(allowed, 1)}>
        <i className={share >= 1 ? 'full' : ''} style={{ width: `${share * 100}%` }} />
      </div>
      {note ? <small style={{ color: 'var(--soft)' }}>{note}</small> : null}
    </div>
  );
}

export function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
