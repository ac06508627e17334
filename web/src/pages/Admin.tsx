import { Button, Card, Form, Input, Modal, Select, Tabs } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useList, useOne } from '../api/hooks.ts';
import { PARTY_ROLE_NAMES } from '../api/schema.ts';
import type { NodeHealth, Party, PartyRole } from '../api/types.ts';
import { useMe } from '../app/session.tsx';
import { bytesText, countText, timeText } from '../i18n/format.ts';
import { Digest, Facts } from '../parts/bits.tsx';
import { Certificates } from '../parts/certificates.tsx';
import { Status } from '../parts/chips.tsx';
import { ListTable } from '../parts/list_table.tsx';
import { Loaded, Page } from '../parts/page.tsx';
import { PartyActions } from '../parts/party_actions.tsx';
import { People } from '../parts/people.tsx';
import { Providers } from '../parts/providers.tsx';

export default function Admin() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  return (
    <Page title={t('admin.title')} lead={t('admin.lead')}>
      <Tabs activeKey={search.get('tab') ?? 'parties'} onChange={(tab) => setSearch({ tab })} destroyOnHidden items={[
        { key: 'parties', label: t('admin.parties'), children: <Parties /> }, { key: 'people', label: t('admin.people'), children: <People /> },
        { key: 'certificates', label: t('identity.certificates'), children: <Certificates /> }, { key: 'providers', label: t('identity.providers'), children: <Providers /> },
        { key: 'node', label: t('admin.node'), children: <Node /> },
      ]} />
    </Page>
  );
}

function Parties() {
  const { t } = useTranslation();
  const me = useMe();
  const { act, busy } = useAct();
  const list = useList<Party>('/parties');
  const [adding, setAdding] = useState(false);
  const [form] = Form.useForm<{ name: string; uscc: string; country: string; role: PartyRole; evidence: string }>();
  const need = [{ required: true, whitespace: true, message: t('common.required') }];
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      {me.duties.includes('system_admin') ? <div><Button type="primary" onClick={() => setAdding(true)}>{t('admin.addParty')}</Button></div> : null}
      <ListTable<Party>
        query={list} rowKey={(p) => p.id} empty={{ title: t('common.nothing'), text: '' }}
        columns={[
          { title: t('common.party'), render: (_, p) => <><strong>{p.name}</strong><br /><span className="mono">{p.uscc}</span></> }, { title: t('admin.role'), render: (_, p) => t(`role.${p.role}`) },
          { title: t('common.status'), render: (_, p) => <Status value={p.status} /> }, { title: t('admin.key'), render: (_, p) => <>{p.key_id ? <Digest value={p.key_id} size={12} /> : t('admin.noKey')}{p.proposed_key ? <><br /><small>{t('admin.proposedKey')} <span className="mono">{p.proposed_key.key_id.slice(0, 12)}…</span></small></> : null}</> },
          { title: t('common.actions'), render: (_, p) => <PartyActions party={p} /> },
        ]}
      />
      <Modal open={adding} title={t('admin.addParty')} onCancel={() => setAdding(false)} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')} destroyOnHidden>
        <Form form={form} layout="vertical" preserve={false} initialValues={{ role: 'data_user', country: 'CN' }} onFinish={(v) => void act(() => api.post('/parties', v)).then((done) => { if (done) setAdding(false); })}>
          <Form.Item name="name" label={t('common.name')} rules={need}><Input maxLength={200} /></Form.Item>
          <Form.Item name="uscc" label={t('admin.uscc')} rules={need}><Input maxLength={64} className="mono" /></Form.Item>
          <Form.Item name="country" label={t('admin.country')} rules={[...need, { pattern: /^[A-Z]{2}$/ }]}><Input maxLength={2} className="mono" /></Form.Item>
          <Form.Item name="role" label={t('admin.role')}><Select options={PARTY_ROLE_NAMES.map((r) => ({ value: r, label: t(`role.${r}`) }))} /></Form.Item>
          <Form.Item name="evidence" label={t('admin.evidence')} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
        </Form>
      </Modal>
    </div>
  );
}

function Node() {
  const { t } = useTranslation();
  const query = useOne<NodeHealth>('/node');
  return (
    <Loaded query={query}>
      {(n) => <Card title={t('admin.health')} extra={<Status value={n.read_only ? 'bad' : 'ok'} />}><Facts items={[
        [t('admin.version'), n.version], [t('admin.started'), timeText(n.started_ms)], [t('common.status'), n.read_only ? `${t('admin.readOnly')} · ${n.read_only_reason ?? ''}` : t('admin.readWrite')],
        [t('admin.entries'), countText(n.ledger_entries)], [t('admin.disk'), n.disk_free_bytes === undefined ? '' : bytesText(n.disk_free_bytes)],
        [t('admin.keyAgent'), n.key_agent ? <Status key="k" value={n.key_agent} /> : ''], [t('admin.memory'), n.memory_bytes === undefined ? '' : bytesText(n.memory_bytes)],
      ]} /></Card>}
    </Loaded>
  );
}
