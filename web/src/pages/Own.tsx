// A person's own record, without an account: the token that was handed over at the desk opens it. The token stays in this page's memory.
import { Alert, Button, Card, Form, Input, Modal, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useWork } from '../api/hooks.ts';
import type { OwnConsent, OwnRecord } from '../api/schema.ts';
import { useNow } from '../app/now.ts';
import { LookButtons } from '../app/Shell.tsx';
import { dayText, listComma, timeText } from '../i18n/format.ts';
import { Chip } from '../parts/chips.tsx';
import { ProblemNote } from '../parts/page.tsx';
import { NotTold, UsesTable } from '../parts/uses_table.tsx';

export default function Own() {
  const { t } = useTranslation();
  const [token, setToken] = useState('');
  const [record, setRecord] = useState<OwnRecord | null>(null);
  const [error, setError] = useState<unknown>(null);
  const { busy, work } = useWork(setError);
  const ask = async (asked: () => Promise<OwnRecord>): Promise<void> => {
    setError(null);
    const answer = await work(asked);
    if (answer) setRecord(answer);
  };
  const leave = (): void => {
    setRecord(null);
    setToken('');
  };
  return (
    <div className="own">
      <header className="top">
        <a className="brand" href="/my"><img src="/sluice.svg" alt="" width="28" height="28" />{t('app.name')}</a>
        <span className="grow" />
        <LookButtons />
        {record ? <Button type="text" onClick={leave}>{t('own.leave')}</Button> : null}
      </header>
      <main className="work">
        <div className="page">
          <div className="page-head"><div><h1>{t('own.title')}</h1><p>{t('own.lead')}</p></div></div>
          {error ? <ProblemNote error={error} /> : null}
          {record ? <Shown record={record} busy={busy} onWithdraw={(id) => ask(() => api.postBy<OwnRecord>(token, `/my/consents/${id}/withdraw`))} /> : (
            <Card style={{ maxWidth: 520 }}>
              <Form layout="vertical" onFinish={() => void ask(() => api.getBy<OwnRecord>(token, '/my'))}>
                <Form.Item label={t('own.token')} htmlFor="own-token" extra={t('own.enter')}><Input.Password id="own-token" className="mono" autoComplete="off" value={token} onChange={(e) => setToken(e.target.value.trim())} /></Form.Item>
                <Button type="primary" htmlType="submit" loading={busy} disabled={token === ''}>{t('own.open')}</Button>
              </Form>
            </Card>
          )}
        </div>
      </main>
    </div>
  );
}

function Shown({ record, busy, onWithdraw }: { record: OwnRecord; busy: boolean; onWithdraw: (consent: string) => Promise<void> }) {
  const { t } = useTranslation();
  const now = useNow();
  const [leaving, setLeaving] = useState<OwnConsent | null>(null);
  const refused = record.uses.filter((u) => u.refused).length;
  const state = (c: OwnConsent) => (c.withdrawn ? <Chip tone="idle" icon="–" word={`${t('own.withdrawn')} · ${timeText(c.withdrawn_ms)}`} /> : c.expires_ms < now ? <Chip tone="idle" icon="–" word={t('own.over')} /> : <Chip tone="good" icon="✓" word={t('own.inForce')} />);
  return (
    <>
      <Card title={t('own.uses')} extra={t('own.usesText', { n: record.uses.length - refused, r: refused })}><UsesTable uses={record.uses} /><NotTold items={record.not_told} /></Card>
      <Card title={t('own.consents')}>
        <Table<OwnConsent> size="small" rowKey="id" pagination={false} dataSource={record.consents} scroll={{ x: 'max-content' }} locale={{ emptyText: t('own.noConsents') }} columns={[
          { title: t('own.product'), dataIndex: 'product' }, { title: t('own.recipient'), dataIndex: 'recipient' }, { title: t('law.purpose'), render: (_, c) => t(`purpose.${c.purpose}`, c.purpose) }, { title: t('law.columns'), render: (_, c) => <div style={{ maxWidth: 300, minWidth: 160, whiteSpace: 'normal' }}>{(c.titles ?? c.columns).join(listComma())}</div> },
          { title: t('law.expires'), render: (_, c) => dayText(c.expires_ms) }, { title: t('common.status'), render: (_, c) => state(c) },
          { title: t('common.actions'), fixed: 'right', render: (_, c) => (c.withdrawn ? null : <Button size="small" danger onClick={() => setLeaving(c)}>{t('own.withdraw')}</Button>) },
        ]} />
      </Card>
      <Card title={t('own.requests')}>
        <Table size="small" rowKey="id" pagination={false} dataSource={record.requests} scroll={{ x: 'max-content' }} locale={{ emptyText: t('own.noRequests') }} columns={[
          { title: t('own.what'), render: (_, r) => t(`own.whats.${r.what}`, r.what) }, { title: t('common.time'), render: (_, r) => timeText(r.at_ms) }, { title: t('law.due'), render: (_, r) => dayText(r.due_ms) }, { title: t('common.status'), render: (_, r) => t(`law.status.${r.status}`, r.status) }, { title: t('law.answerNote'), render: (_, r) => r.note || r.reason || '—' },
        ]} />
      </Card>
      <Modal open={leaving !== null} title={`${t('own.withdraw')}: ${leaving?.product ?? ''}`} onCancel={() => setLeaving(null)} confirmLoading={busy} okText={t('own.withdraw')} okButtonProps={{ danger: true }} cancelText={t('common.cancel')} onOk={() => { if (leaving) void onWithdraw(leaving.id).then(() => setLeaving(null)); }}>
        <Alert type="warning" showIcon title={t('own.withdrawText')} />
      </Modal>
    </>
  );
}
