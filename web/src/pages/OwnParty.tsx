// One's own organisation: what it is registered as, its key, what its systems show when they call, and one's own certificates.
import { Alert, Button, Card, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOne } from '../api/hooks.ts';
import type { Certificates } from '../api/schema.ts';
import type { Party } from '../api/types.ts';
import { useMe } from '../app/session.tsx';
import { timeText } from '../i18n/format.ts';
import { Facts, Name } from '../parts/bits.tsx';
import { CertificateTable } from '../parts/certificates.tsx';
import { Chip, Status } from '../parts/chips.tsx';
import { RegisterOwn } from '../parts/own_certificates.tsx';
import { Loaded, Page } from '../parts/page.tsx';
import { PartyClients } from '../parts/party_clients.tsx';
import { DecideKey, KeyNumber, ProposeKey } from '../parts/party_key.tsx';

export default function OwnParty() {
  const { t } = useTranslation();
  const me = useMe();
  const query = useOne<Party>(`/parties/${me.party.id}`);
  return (
    <Page title={t('party.title')} lead={t('party.lead')}>
      <Loaded query={query}>
        {(p) => (
          <div style={{ display: 'grid', gap: 16, gridTemplateColumns: 'minmax(0, 1fr)' }}>
            <Card title={p.name} extra={<Status value={p.status} />}><Facts items={[[t('admin.uscc'), <span key="u" className="mono">{p.uscc}</span>], [t('admin.role'), t(`role.${p.role}`)], [t('admin.country'), p.country ?? 'CN']]} /></Card>
            <Key party={p} />
            <Card title={t('clients.title')}>
              <PartyClients party={p} />
            </Card>
            <Own />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Key({ party: p }: { party: Party }) {
  const { t } = useTranslation();
  const [doing, setDoing] = useState<'propose' | 'decide' | null>(null);
  const waiting = p.proposed_key;
  return (
    <Card title={t('party.key')} extra={p.can.includes('key') ? <Button size="small" type={p.key_id ? 'default' : 'primary'} onClick={() => setDoing('propose')}>{t(p.key_id ? 'party.replace' : 'party.propose')}</Button> : null}>
      <p style={{ marginTop: 0, color: 'var(--soft)' }}>{t('party.keyText')}</p>
      {p.key_id ? <Facts items={[[t('party.now'), <KeyNumber key="k" id={p.key_id} />]]} /> : <Alert type="warning" showIcon title={t('party.none')} />}
      {waiting ? (
        <Space wrap style={{ marginTop: 12 }}>
          <Chip tone="busy" icon="…" word={t('party.waiting')} /><KeyNumber id={waiting.key_id} /><span><Name id={waiting.by} names={p.names} /> · {timeText(waiting.at_ms)}</span>
          {p.can.includes('refuse-key') ? <Button size="small" type={p.can.includes('confirm-key') ? 'primary' : 'default'} onClick={() => setDoing('decide')}>{t(p.can.includes('confirm-key') ? 'party.confirm' : 'admin.takeBackKey')}</Button> : null}
        </Space>
      ) : null}
      {doing === 'propose' ? <ProposeKey party={p} onClose={() => setDoing(null)} /> : null}
      {doing === 'decide' ? <DecideKey party={p} onClose={() => setDoing(null)} /> : null}
    </Card>
  );
}

function Own() {
  const { t } = useTranslation();
  const me = useMe();
  const query = useOne<Certificates>('/certificates');
  const [registering, setRegistering] = useState(false);
  return (
    <Card title={t('party.mine')} extra={<Button size="small" onClick={() => setRegistering(true)}>{t('identity.register')}</Button>}>
      <p style={{ marginTop: 0, color: 'var(--soft)' }}>{t('identity.ownText')}</p>
      <Loaded query={query}>{(seen) => <CertificateTable items={seen.items.filter((c) => c.person === me.person)} />}</Loaded>
      {registering ? <RegisterOwn onClose={() => setRegistering(false)} /> : null}
    </Card>
  );
}
