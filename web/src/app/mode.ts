// Light or dark: the person's choice, else the system's.
import { useSyncExternalStore } from 'react';
import type { Mode } from './theme.ts';

const KEY = 'sluice.mode';
const listeners = new Set<() => void>();
const system = window.matchMedia('(prefers-color-scheme: dark)');

function read(): Mode {
  const kept = localStorage.getItem(KEY);
  return kept === 'dark' || kept === 'light' ? kept : system.matches ? 'dark' : 'light';
}

function tell(): void {
  document.documentElement.dataset['mode'] = read();
  for (const listener of listeners) listener();
}
system.addEventListener('change', tell);
tell();

export const useMode = (): Mode => useSyncExternalStore((listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
}, read);

export function setMode(mode: Mode): void {
  localStorage.setItem(KEY, mode);
  tell();
}
