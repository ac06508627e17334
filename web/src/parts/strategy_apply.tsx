// A strategy carried out on a version: said for what, with or without rows of level 5; what came of it, counted.
import { Alert, Button, Form, Modal, Select } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useOne } from '../api/hooks.ts';
import type { DeidentOverview, MaskAnswer, MaskAsk } from '../api/schema.ts';
import { OPEN_FORM_NAMES, SHARE_TYPE_NAMES } from '../api/schema.ts';
import type { Vocabulary } from '../api/types.ts';
import { countText, percentOfPpm } from '../i18n/format.ts';
import { Facts } from './bits.tsx';
import { Doing, useRun } from './long_work.tsx';
import { PopulationSelect } from './population_select.tsx';
import { pruned } from './strategy.ts';

type Values = { strategy: string } & Omit<MaskAsk, 'version'>;

export function ApplyStrategy({ overview: o, onClose }: { overview: DeidentOverview; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { run, start } = useRun();
  const [form] = Form.useForm<Values>();
  const [done, setDone] = useState<MaskAnswer | null>(null);
  const vocabulary = useOne<Vocabulary>('/vocabulary');
  const byRow = o.columns.filter((c) => c.by_row || c.level === 5);
  const finish = async ({ strategy, ...ask }: Values): Promise<void> => {
    const answer = await start<MaskAnswer>(`/strategies/${strategy}/apply`, { version: o.version, ...pruned(ask) });
    if (!answer) return;
    setDone(answer);
    await queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' });
  };
  const options = (names: readonly string[], words: (k: string) => string) => names.map((k) => ({ value: k, label: words(k) }));
  if (done) {
    return (
      <Modal open title={t('deident.applied')} onCancel={onClose} footer={<><Link to="/deident?tab=receipts"><Button>{t('deident.receipts')}</Button></Link> <Button type="primary" onClick={onClose}>{t('common.close')}</Button></>}>
        <Facts items={[
          [t('deident.rowsOut'), countText(done.rows)], [t('strategy.leftOut'), countText(done.rows_left_out)], [t('strategy.level5LeftOut'), done.level5_rows_left_out === undefined ? t('strategy.level5Kept') : countText(done.level5_rows_left_out)],
          [t('catalog.k'), `${countText(done.before_k)} → ${countText(done.k)}`], [t('catalog.risk'), percentOfPpm(done.max_risk_ppm)], [t('common.entry'), done.seq],
        ]} />
      </Modal>
    );
  }
  return (
    <Modal open width={560} title={t('deident.apply')} onCancel={() => { run?.cancel(); onClose(); }} onOk={() => form.submit()} confirmLoading={run !== null} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <p>{t('deident.applyText')}</p>
      <Form form={form} layout="vertical" onFinish={(v) => void finish(v)} initialValues={{ strategy: o.strategies.filter((s) => s.current).at(-1)?.id, level5_rows: byRow.length > 0 ? 'leave_out' : 'keep' }}>
        <Form.Item name="strategy" label={t('deident.work')} rules={[{ required: true, message: t('common.required') }]}><Select options={o.strategies.map((s) => ({ value: s.id, label: `${s.name}${s.current ? '' : ` (${t('deident.outdated')})`}` }))} /></Form.Item>
        <div className="labelled">
          <Form.Item name="share_type" label={t('deident.share')} style={{ flex: 1 }}><Select allowClear placeholder={t('strategy.notSaid')} options={options(SHARE_TYPE_NAMES, (k) => t(`share.${k}`))} /></Form.Item>
          <Form.Item name="form" label={t('fact.form')} style={{ flex: 1 }}><Select allowClear placeholder={t('strategy.notSaid')} options={options(OPEN_FORM_NAMES, (k) => t(`form.${k}` as 'form.file'))} /></Form.Item>
        </div>
        <Form.Item name="purpose" label={t('fact.purpose')}><Select allowClear placeholder={t('strategy.notSaid')} options={options(vocabulary.data?.purposes ?? [], (k) => t(`purpose.${k}`, k))} /></Form.Item>
        <Form.Item name="level5_rows" label={t('strategy.level5Rows')} extra={byRow.length > 0 ? t('strategy.level5Columns', { columns: byRow.map((c) => c.column).join(' ') }) : t('strategy.level5None')}><Select options={options(['keep', 'leave_out'], (k) => t(`strategy.level5Is.${k}`))} /></Form.Item>
        <Form.Item name="population" label={t('strategy.population')} extra={t('strategy.populationText')}><PopulationSelect /></Form.Item>
      </Form>
      {o.strategies.length === 0 ? <Alert type="info" showIcon title={t('deident.noStrategy')} /> : null}
      {run ? <Doing run={run} /> : null}
    </Modal>
  );
}
