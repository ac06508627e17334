// What protects data at each stage of their life, as people say it (G2.8): shown, and entered in a form under `measures`.
import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

/** The stages of src/space/inventory/item.h. */
const STAGES = ['collection', 'transmission', 'storage', 'use', 'provision', 'disclosure', 'destruction'] as const;

export function Measures({ said }: { said: Record<string, string> }) {
  const { t } = useTranslation();
  return <ul style={{ margin: 0, paddingLeft: 18 }}>{STAGES.filter((s) => said[s]).map((s) => <li key={s}>{t(`holdings.stages.${s}`)}: {said[s]}</li>)}</ul>;
}

export function MeasuresFields({ open }: { open: boolean }) {
  const { t } = useTranslation();
  return (
    <details className="foldable" open={open} style={{ marginBottom: 16 }}>
      <summary>{t('holdings.measures')}</summary>
      <p style={{ color: 'var(--soft)', margin: '6px 0 10px' }}>{t('holdings.measuresText')}</p>
      <div className="two" style={{ rowGap: 0 }}>{STAGES.map((s) => <Form.Item key={s} name={['measures', s]} label={t(`holdings.stages.${s}`)}><Input maxLength={500} /></Form.Item>)}</div>
    </details>
  );
}

/** What was written; stages without words are not said. */
export const measuresOf = (written: Record<string, string | undefined> | undefined): Record<string, string> => Object.fromEntries(Object.entries(written ?? {}).flatMap(([stage, words]) => (words?.trim() ? [[stage, words.trim()]] : [])));
