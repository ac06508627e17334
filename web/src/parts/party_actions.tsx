// What somebody may do about a party: check it, suspend it, and, as another person than who proposed, decide on its key or its return.
import { Button, Modal, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { Party } from '../api/types.ts';
import { timeText } from '../i18n/format.ts';
import { Facts, Name } from './bits.tsx';
import { Status } from './chips.tsx';
import { Loaded } from './page.tsx';
import { ClientsButton, PartyClients } from './party_clients.tsx';
import { DecideKey, KeyNumber, ProposeKey } from './party_key.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

export function PartyActions({ party: p, inside = false }: { party: Party; inside?: boolean }) {
  const { t } = useTranslation();
  const { act } = useAct();
  const [ask, setAsk] = useState<Ask | null>(null);
  const can = (action: string): boolean => p.can.includes(action);
  const choice = { yes: t('admin.approve'), no: t('admin.refuse') };
  const [key, setKey] = useState<'propose' | 'decide' | null>(null);
  // Whoever proposed may take it back, and nothing else.
  const yesToo = (action: string): Pick<Ask, 'choice'> | Record<string, never> => (can(action) ? { choice } : {});
  const decideResume = (): void => setAsk({
    title: `${t('admin.decideResume')}: ${p.name}`, text: t('admin.decideResumeText', { reason: p.resume?.reason ?? '', who: p.names[p.resume?.by ?? ''] ?? '' }), ...yesToo('confirm-resume'),
    run: (a) => act(() => api.post(`/parties/${p.id}/resume/decide`, { approve: a.approve && can('confirm-resume'), reason: a.reason })),
  });
  return (
    <Space wrap>
      {can('verify') ? <Button size="small" onClick={() => setAsk({ title: `${t('admin.verifyParty')}: ${p.name}`, text: t('admin.checkedAgainst'), run: (a) => act(() => api.post(`/parties/${p.id}/verify`, { evidence: a.reason })) })}>{t('admin.verifyParty')}</Button> : null}
      {can('refuse-key') ? <Button size="small" type={can('confirm-key') ? 'primary' : 'default'} onClick={() => setKey('decide')}>{t(can('confirm-key') ? 'party.confirm' : 'admin.takeBackKey')}</Button> : null}
      {can('key') ? <Button size="small" onClick={() => setKey('propose')}>{t(p.key_id ? 'party.replace' : 'party.propose')}</Button> : null}
      {can('resume') ? <Button size="small" onClick={() => setAsk({ title: `${t('admin.resumeParty')}: ${p.name}`, text: t('admin.resumePartyText'), run: (a) => act(() => api.post(`/parties/${p.id}/resume`, { reason: a.reason })) })}>{t('admin.resumeParty')}</Button> : null}
      {can('refuse-resume') ? <Button size="small" type={can('confirm-resume') ? 'primary' : 'default'} onClick={decideResume}>{t(can('confirm-resume') ? 'admin.decideResume' : 'admin.takeBackResume')}</Button> : null}
      {can('suspend') ? <Button size="small" danger onClick={() => setAsk({ title: `${t('admin.suspendParty')}: ${p.name}`, text: t('admin.suspendPartyText'), run: (a) => act(() => api.post(`/parties/${p.id}/suspend`, { reason: a.reason })) })}>{t('admin.suspendParty')}</Button> : null}
      {inside ? null : <ClientsButton party={p} />}
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {key === 'propose' ? <ProposeKey party={p} onClose={() => setKey(null)} /> : null}
      {key === 'decide' ? <DecideKey party={p} onClose={() => setKey(null)} /> : null}
    </Space>
  );
}

/** A task of the inbox about a party, for people who have no page of administration: a signer whose key was proposed. */
export function PartyDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const query = useOne<Party>(`/parties/${id}`);
  return (
    <Modal open title={query.data?.name ?? t('common.party')} onCancel={onClose} footer={<Button onClick={onClose}>{t('common.close')}</Button>}>
      <Loaded query={query}>
        {(p) => (
          <div style={{ display: 'grid', gap: 12 }}>
            <Facts items={[
              [t('common.status'), <Status key="s" value={p.status} />], [t('admin.uscc'), <span key="u" className="mono">{p.uscc}</span>],
              [t('admin.key'), p.key_id ? <KeyNumber key="k" id={p.key_id} /> : t('admin.noKey')],
              ...(p.proposed_key ? [[t('admin.proposedBy'), <><Name id={p.proposed_key.by} names={p.names} /> · {timeText(p.proposed_key.at_ms)}</>]] as [string, React.ReactNode][] : []),
            ]} />
            <PartyActions party={p} inside />
            {p.clients.length > 0 || p.mutual_tls ? <PartyClients party={p} /> : null}
          </div>
        )}
      </Loaded>
    </Modal>
  );
}
