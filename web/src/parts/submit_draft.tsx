// A strategy goes to a second person for review, from the bench on which it was composed.
import { Alert, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '../api/client.ts';
import { useAct } from '../api/hooks.ts';
import type { StrategyDraft } from '../api/schema.ts';
import { routeOfId } from '../app/routes.ts';
import type { StrategyText } from './strategy.ts';

export function SubmitDraft({ dataset, strategy, onClose }: { dataset: string; strategy: StrategyText; onClose: () => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const { act, busy } = useAct();
  const [note, setNote] = useState('');
  const submit = async (): Promise<void> => {
    const draft = await act(() => api.post<StrategyDraft>(`/datasets/${dataset}/strategy-drafts`, { text: strategy, note: note.trim() }), t('drafts.submittedNow'));
    if (draft) void go(routeOfId(draft.id)!);
  };
  return (
    <Modal open width={560} title={t('drafts.submit')} onCancel={onClose} onOk={() => void submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')} okButtonProps={{ disabled: Boolean(strategy.extends) }}>
      <p>{t('drafts.submitText')}</p>
      {strategy.extends ? <Alert type="warning" showIcon title={t('strategy.reviewOfParts')} style={{ marginBottom: 12 }} /> : null}
      <p><strong>{strategy.title || strategy.id}</strong> <span className="mono">{strategy.id} {strategy.version}</span></p>
      <Form layout="vertical">
        <Form.Item label={t('drafts.note')} htmlFor="draft-note" extra={t('drafts.noteText')}><Input.TextArea id="draft-note" rows={3} maxLength={2000} value={note} onChange={(e) => setNote(e.target.value)} /></Form.Item>
      </Form>
    </Modal>
  );
}
