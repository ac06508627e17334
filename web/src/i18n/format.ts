// Times, counts and sizes as people read them, in the language of the page.
import { currentLanguage } from './index.ts';

const locale = (): string => (currentLanguage() === 'zh' ? 'zh-CN' : 'en-GB');

export const timeText = (ms: number): string =>
  ms > 0 ? new Date(ms).toLocaleString(locale(), { hour12: false, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' }) : '—';
export const dayText = (ms: number): string =>
  ms > 0 ? new Date(ms).toLocaleDateString(locale(), { year: 'numeric', month: '2-digit', day: '2-digit' }) : '—';
/** What stands between the names of a list. */
export const listComma = (): string => (currentLanguage() === 'zh' ? '、' : ', ');
export const countText = (n: number): string => n.toLocaleString(locale());
export const yuanText = (fen: number): string => (fen / 100).toLocaleString(locale(), { style: 'currency', currency: 'CNY' });
export const percentOfPpm = (ppm: number): string => `${(ppm / 10_000).toLocaleString(locale(), { maximumFractionDigits: 2 })}%`;

export function spanText(ms: number): string {
  const zh = currentLanguage() === 'zh';
  const minutes = Math.max(0, Math.floor(Math.abs(ms) / 60_000));
  if (minutes < 60) return zh ? `${minutes} 分钟` : `${minutes} min`;
  if (minutes < 48 * 60) return zh ? `${Math.floor(minutes / 60)} 小时` : `${Math.floor(minutes / 60)} h`;
  return zh ? `${Math.floor(minutes / 1440)} 天` : `${Math.floor(minutes / 1440)} days`;
}

export function bytesText(n: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let i = 0;
  let value = n;
  while (value >= 1024 && i < units.length - 1) {
    value /= 1024;
    i++;
  }
  return `${value.toLocaleString(locale(), { maximumFractionDigits: i === 0 ? 0 : 1 })} ${units[i]!}`;
}
