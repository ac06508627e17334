// An organisation's own scale of levels, each step mapped to one of the five: shown beside the standard level, and replaced by a
// security officer.
import { ArrowUpOutlined, MinusCircleOutlined } from '@ant-design/icons';
import { Button, Card, Form, Input, Modal, Select, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useOne } from '../api/hooks.ts';
import type { OwnLevel, OwnScaleShown } from '../api/schema.ts';
import { timeText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Name } from './bits.tsx';
import { GradeChip } from './chips.tsx';
import { Loaded } from './page.tsx';

const PATH = '/grading/own-levels';
const word = (l: OwnLevel): string => (currentLanguage() === 'zh' ? l.zh : l.en);

/** A step of the own scale, by its name where the scale is the reader's. */
export function OwnStep({ id }: { id: string }) {
  const { t } = useTranslation();
  const step = useOne<OwnScaleShown>(PATH).data?.levels.find((l) => l.id === id);
  return <small className="own-step" title={t('holdings.own.step')}>{step ? word(step) : id}</small>;
}

/** The choice of a step in a form, where the level has more than one. A level is said first; another level has other steps. */
export function OwnStepField({ level }: { level: number | undefined }) {
  const { t } = useTranslation();
  const steps = (useOne<OwnScaleShown>(PATH).data?.levels ?? []).filter((l) => l.standard === level);
  if (steps.length < 2) return null;
  return <Form.Item key={level} name="own_level" label={t('holdings.own.step')} preserve={false}><Select allowClear placeholder={`${word(steps[0]!)} (${t('holdings.own.lowest')})`} options={steps.map((l) => ({ value: l.id, label: word(l) }))} /></Form.Item>;
}

export function OwnLevels() {
  const { t } = useTranslation();
  const query = useOne<OwnScaleShown>(PATH);
  const [adopting, setAdopting] = useState(false);
  return (
    <Loaded query={query}>
      {(scale) => (
        <Card title={t('holdings.own.title')} extra={scale.can.includes('adopt') ? <Button size="small" onClick={() => setAdopting(true)}>{t(scale.levels.length > 0 ? 'holdings.own.change' : 'holdings.own.adopt')}</Button> : null}>
          {scale.levels.length === 0 ? <span style={{ color: 'var(--soft)' }}>{t('holdings.own.none')}</span> : (
            <>
              <Ladder levels={scale.levels} />
              <p style={{ color: 'var(--soft)', margin: '10px 0 0' }}><Name id={scale.adopted_by} names={scale.names} /> · {timeText(scale.at_ms)} · {scale.reason}</p>
            </>
          )}
          {adopting ? <Adopt scale={scale} onClose={() => setAdopting(false)} /> : null}
        </Card>
      )}
    </Loaded>
  );
}

/** The steps from low to high, each over the standard level that it stands for. */
function Ladder({ levels }: { levels: OwnLevel[] }) {
  const { t } = useTranslation();
  const groups = [1, 2, 3, 4, 5].map((standard) => ({ standard, steps: levels.filter((l) => l.standard === standard) }));
  return (
    <div style={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={t('holdings.own.ladder')}>
      <ol className="ladder">
        {groups.map((g) => (
          <li key={g.standard} style={{ flexGrow: g.steps.length, background: `var(--l${g.standard}-ground)`, color: `var(--l${g.standard})` }}>
            <GradeChip level={g.standard} />
            <ol>{g.steps.map((l) => <li key={l.id}><strong>{word(l)}</strong> <span className="mono">{l.id}</span></li>)}</ol>
          </li>
        ))}
      </ol>
    </div>
  );
}

const STANDARD: OwnLevel[] = [1, 2, 3, 4, 5].map((n) => ({ id: `L${n}`, zh: `${n}级`, en: `level ${n}`, standard: n }));

function Adopt({ scale, onClose }: { scale: OwnScaleShown; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<{ levels: OwnLevel[]; reason: string }>();
  const need = [{ required: true, whitespace: true, message: t('common.required') }];
  const label = (name: 'id' | 'zh' | 'en' | 'standard', at: number): string => `${t(`holdings.own.${name}`)} ${at + 1}`;
  return (
    <Modal open width={760} title={t('holdings.own.adopt')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <p>{t('holdings.own.text')}</p>
      <Form form={form} layout="vertical" initialValues={{ levels: scale.levels.length > 0 ? scale.levels : STANDARD }} onFinish={(v) => void act(() => api.post(PATH, v), t('holdings.own.saved')).then((done) => { if (done) onClose(); })}>
        <Form.List name="levels">
          {(fields, { add, remove, move }) => (
            <>
              {fields.map((field, at) => (
                <Space key={field.key} wrap align="start" style={{ display: 'flex', marginBottom: 6 }}>
                  <Form.Item name={[field.name, 'id']} rules={need} noStyle><Input className="mono" aria-label={label('id', at)} maxLength={40} style={{ width: 80 }} /></Form.Item>
                  <Form.Item name={[field.name, 'zh']} rules={need} noStyle><Input aria-label={label('zh', at)} placeholder={t('holdings.own.zh')} maxLength={60} style={{ width: 150 }} /></Form.Item>
                  <Form.Item name={[field.name, 'en']} rules={need} noStyle><Input aria-label={label('en', at)} placeholder={t('holdings.own.en')} maxLength={60} style={{ width: 150 }} /></Form.Item>
                  <Form.Item name={[field.name, 'standard']} noStyle><Select aria-label={label('standard', at)} style={{ width: 100 }} options={[1, 2, 3, 4, 5].map((n) => ({ value: n, label: t('grade.level', { n }) }))} /></Form.Item>
                  <Button type="text" icon={<ArrowUpOutlined />} disabled={at === 0} aria-label={`${t('holdings.own.up')} ${at + 1}`} onClick={() => move(at, at - 1)} />
                  <Button type="text" icon={<MinusCircleOutlined />} aria-label={`${t('holdings.own.remove')} ${at + 1}`} onClick={() => remove(field.name)} />
                </Space>
              ))}
              <Button size="small" onClick={() => add({ standard: 5 })}>{t('holdings.own.add')}</Button>
            </>
          )}
        </Form.List>
        <Form.Item name="reason" label={t('common.reason')} rules={need} style={{ marginTop: 12 }}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
      </Form>
    </Modal>
  );
}
