// The time of the page, moving on twice a minute, so that deadlines on screen stay true.
import { useSyncExternalStore } from 'react';

const STEP = 30_000;
let now = Date.now();

function subscribe(listener: () => void): () => void {
  const timer = setInterval(() => {
    now = Date.now();
    listener();
  }, STEP);
  return () => clearInterval(timer);
}

export const useNow = (): number => useSyncExternalStore(subscribe, () => now);
