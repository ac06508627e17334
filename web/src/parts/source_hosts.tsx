// Hosts on which a source may be registered from off the machine: who allowed which for what, and their end.
import { Alert, Button, Form, Input, Modal, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { AllowedHost, SourceHosts } from '../api/schema.ts';
import { timeText } from '../i18n/format.ts';
import { Name } from './bits.tsx';
import { Loaded } from './page.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

export function AllowedHosts() {
  const { t } = useTranslation();
  const { act } = useAct();
  const query = useOne<SourceHosts>('/source-hosts');
  const [adding, setAdding] = useState(false);
  const [ask, setAsk] = useState<Ask | null>(null);
  return (
    <Loaded query={query}>
      {(all) => {
        const may = all.can.includes('change');
        return (
          <div style={{ display: 'grid', gap: 12 }}>
            <p style={{ margin: 0, color: 'var(--soft)', maxWidth: 860 }}>{t('sourceMore.hostsText')}</p>
            {may ? <div><Button type="primary" onClick={() => setAdding(true)}>{t('sourceMore.allowHost')}</Button></div> : <Alert type="info" showIcon title={t('sourceMore.hostsKept')} />}
            <Table<AllowedHost>
              rowKey="host" size="middle" dataSource={all.hosts} pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }} scroll={{ x: 'max-content' }} locale={{ emptyText: <><strong>{t('sourceMore.noHosts')}</strong><br />{t('sourceMore.noHostsText')}</> }}
              columns={[
                { title: t('sourceMore.host'), render: (_, h) => <strong className="mono">{h.host}</strong> }, { title: t('common.reason'), render: (_, h) => <div style={{ maxWidth: 420, whiteSpace: 'normal' }}>{h.reason}</div> },
                { title: t('common.who'), render: (_, h) => <><Name id={h.by} names={all.names} /><br /><small>{timeText(h.at_ms)}</small></> },
                { title: t('common.actions'), render: (_, h) => (may ? <Button size="small" danger onClick={() => setAsk({ title: `${t('sourceMore.endHost')}: ${h.host}`, text: t('sourceMore.endHostText'), run: (a) => act(() => api.post('/source-hosts/remove', { host: h.host, reason: a.reason })) })}>{t('sourceMore.endHost')}</Button> : null) },
              ]}
            />
            <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
            {adding ? <AllowHost onClose={() => setAdding(false)} /> : null}
          </div>
        );
      }}
    </Loaded>
  );
}

function AllowHost({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<{ host: string; reason: string }>();
  const need = [{ required: true, whitespace: true, message: t('common.required') }];
  const finish = async (v: { host: string; reason: string }): Promise<void> => { if (await act(() => api.post('/source-hosts', { host: v.host.trim(), reason: v.reason.trim() }))) onClose(); };
  return (
    <Modal open title={t('sourceMore.allowHost')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" onFinish={(v) => void finish(v)}>
        <Form.Item name="host" label={t('sourceMore.host')} rules={need} extra={t('sourceMore.hostText')}><Input className="mono" maxLength={260} autoComplete="off" /></Form.Item>
        <Form.Item name="reason" label={t('common.reason')} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
      </Form>
    </Modal>
  );
}
