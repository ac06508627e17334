// Ctrl-K: go to a page or to a thing by name or id.
import { useQuery } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../api/client.ts';
import type { List } from '../api/types.ts';
import { allPlacesOf } from './nav.tsx';
import { routeOfId } from './routes.ts';
import { useMe } from './session.tsx';

interface Hit {
  key: string;
  title: string;
  kind: string;
  to: string;
}

export function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Modal open={open} onCancel={onClose} mask={{ closable: true }} footer={null} closable={false} destroyOnHidden width={560} style={{ top: 90 }} className="palette">
      <Finder onClose={onClose} />
    </Modal>
  );
}

function Finder({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const me = useMe();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const asked = useDeferredValue(text.trim());
  const found = useQuery({
    queryKey: ['search', asked], enabled: asked.length >= 2, retry: false,
    queryFn: () => api.get<List<{ type: string; id: string; title: string }>>(`/search?q=${encodeURIComponent(asked)}`),
  });
  const pages: Hit[] = allPlacesOf(me.duties).map((p) => ({ key: p, title: t(`nav.${p}`), kind: t('app.go'), to: `/${p}` }))
    .filter((h) => h.title.toLowerCase().includes(text.trim().toLowerCase()));
  const things: Hit[] = (found.data?.items ?? []).map((i) => ({ key: i.id, title: i.title || i.id, kind: i.id, to: routeOfId(i.id) ?? '/inbox' }));
  const direct = routeOfId(text.trim());
  const hits = [...(direct ? [{ key: 'direct', title: text.trim(), kind: t('app.go'), to: direct }] : []), ...pages, ...things];
  const chosen = Math.min(at, Math.max(hits.length - 1, 0));
  const pick = (hit: Hit | undefined): void => {
    if (!hit) return;
    onClose();
    void go(hit.to);
  };
  return (
    <>
      <Input
        autoFocus size="large" value={text} placeholder={t('app.findHint')} aria-label={t('app.find')} role="combobox" aria-expanded="true" aria-controls="palette-list"
        aria-activedescendant={hits[chosen] ? `hit-${hits[chosen].key}` : undefined}
        onChange={(e) => { setText(e.target.value); setAt(0); }}
        onKeyDown={(e) => {
          if (e.key === 'ArrowDown') { e.preventDefault(); setAt(Math.min(chosen + 1, hits.length - 1)); }
          if (e.key === 'ArrowUp') { e.preventDefault(); setAt(Math.max(chosen - 1, 0)); }
          if (e.key === 'Enter') pick(hits[chosen]);
        }}
      />
      <ul id="palette-list" role="listbox" aria-label={t('app.find')}>
        {hits.map((hit, i) => (
          <li key={hit.key} id={`hit-${hit.key}`} role="option" aria-selected={i === chosen} onMouseEnter={() => setAt(i)} onClick={() => pick(hit)}>
            <span>{hit.title}</span><small className="mono">{hit.kind}</small>
          </li>
        ))}
        {hits.length === 0 ? <li role="option" aria-selected="false">{t('app.nothingFound')}</li> : null}
      </ul>
    </>
  );
}
