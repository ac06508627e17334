// The part of a source's form that says when it is collected.
import { Form, InputNumber, Radio, Select, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import { type Unit, UNIT_SECONDS, isTime } from './source_schedule.ts';

/** `limited`: a database can be read a piece a day. */
export function ScheduleFields({ limited }: { limited: boolean }) {
  const { t } = useTranslation();
  const how = Form.useWatch<string>(['schedule', 'how']) ?? 'every';
  const need = [{ required: true, message: t('common.required') }];
  const times = { validator: (_: unknown, list: string[] | undefined) => ((list ?? []).every(isTime) ? Promise.resolve() : Promise.reject(new Error(t('sourceForm.badTime')))) };
  const three = { display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(170px, 1fr))', gap: '0 16px' };
  return (
    <>
      <Form.Item name={['schedule', 'how']} label={t('sourceForm.schedule')}><Radio.Group optionType="button" options={[{ value: 'every', label: t('sourceForm.every') }, { value: 'times', label: t('sourceForm.times') }]} /></Form.Item>
      {how === 'times' ? (
        <Form.Item name={['schedule', 'times']} label={t('sourceForm.times')} rules={[...need, times]} extra={t('sourceForm.timesText')}><Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[',', '，', ' ', '、']} /></Form.Item>
      ) : (
        <Form.Item label={t('sourceForm.every')} htmlFor="schedule-count">
          <Space.Compact>
            <Form.Item name={['schedule', 'count']} noStyle rules={need}><InputNumber id="schedule-count" min={1} max={10_000} precision={0} aria-label={t('sourceForm.every')} /></Form.Item>
            <Form.Item name={['schedule', 'unit']} noStyle><Select style={{ width: 110 }} aria-label={t('sourceForm.schedule')} options={(Object.keys(UNIT_SECONDS) as Unit[]).map((u) => ({ value: u, label: t(`sourceForm.unit.${u}`) }))} /></Form.Item>
          </Space.Compact>
        </Form.Item>
      )}
      <div style={three}>
        <Form.Item name={['schedule', 'late_hours']} label={t('sourceForm.lateAfter')} rules={need}><InputNumber min={0} max={8760} style={{ width: '100%' }} /></Form.Item>
        <Form.Item name={['schedule', 'retries']} label={t('sourceForm.retries')} rules={need}><InputNumber min={0} max={20} precision={0} style={{ width: '100%' }} /></Form.Item>
        {limited ? <Form.Item name={['schedule', 'rows_per_day']} label={t('sourceForm.rowsPerDay')}><InputNumber min={1} precision={0} style={{ width: '100%' }} /></Form.Item> : null}
      </div>
    </>
  );
}
