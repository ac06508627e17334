// Legal papers: entered with their scan, in force once a second person has checked them.
import { Button, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useList, useOne } from '../api/hooks.ts';
import { routeOfId } from '../app/routes.ts';
import { useMe } from '../app/session.tsx';
import { dayText, listComma } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Digest, Facts, Name, download } from './bits.tsx';
import { Chip } from './chips.tsx';
import { CheckAgency } from './law_check_agency.tsx';
import { EnterPaper } from './law_enter_paper.tsx';
import type { Paper, Template } from './law_types.ts';
import { ListTable } from './list_table.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

export const inForceChip = (word: string, good: 'in' | 'out') => <Chip tone={good === 'in' ? 'good' : 'idle'} icon={good === 'in' ? '✓' : '–'} word={word} />;

/** An agency is itself a paper: its title is its name. */
function Agency({ id }: { id: string }) {
  const paper = useOne<Paper>(`/law/papers/${id}`).data;
  return paper ? <span title={id}>{paper.form.title}</span> : <span className="mono">{id}</span>;
}

/** What minutes are about, how the meeting decided, and who was there. */
function Decided({ paper: p }: { paper: Paper }) {
  const { t } = useTranslation();
  const at = routeOfId(p.form.decides ?? '');
  const id = <span className="mono">{p.form.decides}</span>;
  return <>{at ? <Link to={at}>{id}</Link> : id}<br /><strong>{t(p.form.approve ? 'meeting.agreed' : 'meeting.refused')}</strong> · {p.form.members.map((m, n) => <span key={m}>{n > 0 ? listComma() : ''}<Name id={m} names={p.names} /></span>)}</>;
}

export function Papers() {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const list = useList<Paper>('/law/papers');
  const template = useOne<Template>('/law/template').data;
  const zh = currentLanguage() === 'zh';
  const me = useMe();
  const kinds = (template?.papers ?? []).filter((k) => k.enter.some((d) => (me.duties as string[]).includes(d)));
  const [ask, setAsk] = useState<Ask | null>(null);
  const [entering, setEntering] = useState(false);
  const [agency, setAgency] = useState<Paper | null>(null);
  const kindOf = (id: string): string => { const k = template?.papers.find((p) => p.id === id); return k ? (zh ? k.zh : k.en) : id; };
  const scan = async (p: Paper): Promise<void> => {
    const file = await act(() => api.blob(`/law/papers/${p.id}/scan`));
    if (file) download(file, p.form.number || p.id);
  };
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      {kinds.length > 0 ? <div><Button type="primary" onClick={() => setEntering(true)}>{t('law.enter')}</Button></div> : null}
      <ListTable<Paper>
        query={list} rowKey={(p) => p.id} empty={{ title: t('law.noPapers'), text: t('law.noPapersText') }}
        columns={[
          { title: t('law.kind'), render: (_, p) => <strong>{kindOf(p.form.kind)}</strong> },
          { title: t('law.name'), render: (_, p) => <div style={{ maxWidth: 300, whiteSpace: 'normal' }}>{p.form.title}<br /><small>{p.form.number} · {p.form.authority}</small></div> },
          { title: t('common.details'), render: (_, p) => <Facts items={[[t('law.counterpart'), p.form.counterpart ? <Name id={p.form.counterpart} names={p.names} /> : ''], [t('law.requester'), p.form.agency ? <Agency id={p.form.agency} /> : ''], [t('law.product'), p.form.product ? <Name id={p.form.product} names={p.names} /> : ''], [t('law.dataset'), p.form.dataset ? <Name id={p.form.dataset} names={p.names} /> : ''], [t('law.columns'), p.form.columns.length > 0 ? <span className="mono">{p.form.columns.join(', ')}</span> : ''], [t('law.purpose'), p.form.purpose ? t(`purpose.${p.form.purpose}`, p.form.purpose) : ''], [t('law.basis'), p.form.basis ? t(`basis.${p.form.basis}`, p.form.basis) : ''], [t('provision.uscc'), p.form.uscc ?? ''], [t('meeting.decided'), p.form.decides ? <Decided key="m" paper={p} /> : ''], [t('provision.keyId'), p.key_id ? <Digest key="k" value={p.key_id} size={16} /> : '']]} /> },
          { title: t('law.expires'), render: (_, p) => dayText(p.form.expires_ms) },
          { title: t('common.status'), render: (_, p) => <Space orientation="vertical" size={2}>{inForceChip(t(`law.status.${p.status}`, p.status), p.status === 'checked' ? 'in' : 'out')}{p.status === 'checked' ? inForceChip(t(p.in_force ? 'law.inForce' : 'law.notInForce'), p.in_force ? 'in' : 'out') : null}{p.note ? <small>{p.note}</small> : null}</Space> },
          { title: t('common.who'), render: (_, p) => <><Name id={p.entered_by} names={p.names} />{p.checked_by ? <><br /><small>✓ <Name id={p.checked_by} names={p.names} /></small></> : null}</> },
          { title: t('common.actions'), render: (_, p) => <Space wrap>
            {p.can.includes('check') ? <Button size="small" type="primary" onClick={() => (p.form.kind === 'agency' ? setAgency(p) : setAsk({ title: `${t('law.check')}: ${p.form.title}`, choice: { yes: t('law.accept'), no: t('law.reject') }, run: (a) => act(() => api.post(`/law/papers/${p.id}/check`, { accept: a.approve, note: a.reason })) }))}>{t('law.check')}</Button> : null}
            {/^0*$/.test(p.form.digest) ? null : <Button size="small" loading={busy} onClick={() => void scan(p)}>{t('law.view')}</Button>}
            {p.can.includes('end') ? <Button size="small" danger onClick={() => setAsk({ title: `${t('law.end')}: ${p.form.title}`, run: (a) => act(() => api.post(`/law/papers/${p.id}/end`, { reason: a.reason })) })}>{t('law.end')}</Button> : null}
          </Space> },
        ]}
      />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {agency ? <CheckAgency paper={agency} onClose={() => setAgency(null)} /> : null}
      {entering ? <EnterPaper kinds={kinds} onClose={() => setEntering(false)} /> : null}
    </div>
  );
}
