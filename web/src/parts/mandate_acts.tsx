// What a broker's person does under a mandate: drafts an application, a product or a contract, chases a delivery.
import { Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../api/client.ts';
import { useAct, useAll, useOne } from '../api/hooks.ts';
import type { Application, Contract, Mandate, Product } from '../api/types.ts';
import { ApplyDialog } from './apply_dialog.tsx';
import { DraftProduct } from './draft_product.tsx';

type Doing = 'draft_product' | 'draft_application' | 'draft_contract' | 'chase';

export function MandateActs({ mandate: m }: { mandate: Mandate }) {
  const { t } = useTranslation();
  const [doing, setDoing] = useState<Doing | null>(null);
  const word = { draft_product: t('mandate.draftProduct'), draft_application: t('mandate.apply'), draft_contract: t('mandate.draftContract'), chase: t('mandate.chase') };
  const may = (Object.keys(word) as Doing[]).filter((act) => m.can.includes(act));
  const close = (): void => setDoing(null);
  return (
    <>
      {may.map((act) => <Button key={act} onClick={() => setDoing(act)}>{word[act]}</Button>)}
      {doing === 'draft_application' ? <Apply mandate={m} onClose={close} /> : null}
      {doing === 'draft_product' ? <DraftProduct mandate={m} onClose={close} /> : null}
      {doing === 'draft_contract' ? <DraftContract mandate={m} onClose={close} /> : null}
      {doing === 'chase' ? <Chase mandate={m} onClose={close} /> : null}
    </>
  );
}

function Apply({ mandate: m, onClose }: { mandate: Mandate; onClose: () => void }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string | null>(null);
  const products = useAll<Product>('/products?status=registered').filter((p) => p.owner !== m.principal && (m.form.products.length === 0 || m.form.products.includes(p.id)));
  const product = useOne<Product>(`/products/${chosen ?? ''}`, { enabled: chosen !== null });
  if (product.data && chosen) return <ApplyDialog product={product.data} mandate={m.id} onClose={onClose} />;
  return (
    <Modal open title={t('mandate.pickProduct')} onCancel={onClose} footer={<Button onClick={onClose}>{t('common.cancel')}</Button>}>
      <Select aria-label={t('mandate.pickProduct')} style={{ width: '100%' }} loading={product.isFetching} options={products.map((p) => ({ value: p.id, label: p.form.name }))} onChange={(id: string) => setChosen(id)} />
    </Modal>
  );
}

interface Drawn { application: string; duties: string; liability: string }

function DraftContract({ mandate: m, onClose }: { mandate: Mandate; onClose: () => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Drawn>();
  const open = useAll<Application>('/applications?status=approved').filter((a) => a.applicant !== m.principal && !a.contract);
  const need = [{ required: true, whitespace: true, message: t('common.required') }];
  const finish = async (v: Drawn): Promise<void> => {
    const made = await act(() => api.post<Contract>(`/mandates/${m.id}/contracts`, v));
    if (made) {
      onClose();
      void go(`/contracts/${made.id}`);
    }
  };
  return (
    <Modal open title={t('mandate.draftContract')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" onFinish={(v) => void finish(v)}>
        <Form.Item name="application" label={t('mandate.pickApplication')} rules={need} extra={open.length === 0 ? t('mandate.noApplications') : null}><Select options={open.map((a) => ({ value: a.id, label: `${a.product_name ?? a.product} · ${a.applicant_name}` }))} /></Form.Item>
        <Form.Item name="duties" label={t('application.duties')} rules={need}><Input.TextArea rows={3} maxLength={4000} /></Form.Item>
        <Form.Item name="liability" label={t('application.liability')} rules={need}><Input.TextArea rows={3} maxLength={4000} /></Form.Item>
      </Form>
    </Modal>
  );
}

function Chase({ mandate: m, onClose }: { mandate: Mandate; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<{ contract: string; note: string }>();
  const contracts = useAll<Contract>('/contracts?status=active').filter((c) => c.terms.recipient === m.principal);
  const need = [{ required: true, whitespace: true, message: t('common.required') }];
  const finish = async (v: { contract: string; note: string }): Promise<void> => {
    if (await act(() => api.post(`/mandates/${m.id}/chase`, v))) onClose();
  };
  return (
    <Modal open title={t('mandate.chase')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" onFinish={(v) => void finish(v)}>
        <Form.Item name="contract" label={t('mandate.pickContract')} rules={need}><Select options={contracts.map((c) => ({ value: c.id, label: `${c.product_name ?? c.terms.product} · ${c.id}` }))} /></Form.Item>
        <Form.Item name="note" label={t('mandate.chaseNote')} rules={need}><Input.TextArea rows={2} maxLength={1000} /></Form.Item>
      </Form>
    </Modal>
  );
}
