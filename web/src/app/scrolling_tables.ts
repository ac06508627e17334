import { useEffect } from 'react';

/** A table that is wider than its place scrolls inside it; who works by keyboard alone must reach it to scroll it. */
export function useScrollingTables(): void {
  useEffect(() => {
    let asked = 0;
    const look = (): void => {
      asked = 0;
      for (const frame of document.querySelectorAll<HTMLElement>('.ant-table-content')) {
        if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
        else frame.removeAttribute('tabindex');
      }
    };
    const ask = (): void => { if (asked === 0) asked = requestAnimationFrame(look); };
    const changes = new MutationObserver(ask);
    changes.observe(document.body, { childList: true, subtree: true });
    window.addEventListener('resize', ask);
    ask();
    return () => { changes.disconnect(); window.removeEventListener('resize', ask); cancelAnimationFrame(asked); };
  }, []);
}
