// A private key of SSH, chosen as a file; its text goes into the form's `password` and is never shown.
import { Button, Form } from 'antd';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

const BYTES_MAX = 16_384;

/** What the form hands to a field is for an input; this is none. */
const Plain = ({ children }: { children: ReactNode }) => <span>{children}</span>;

export function PrivateKey() {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const chooser = useRef<HTMLInputElement>(null);
  const [name, setName] = useState('');
  const choose = async (file: File | undefined): Promise<void> => {
    setName('');
    const text = file && file.size <= BYTES_MAX ? await file.text() : '';
    const good = text.startsWith('-----BEGIN OPENSSH PRIVATE KEY-----');
    form.setFields([{ name: 'password', value: good ? text : undefined, errors: good || !file ? [] : [t('sourceForm.badPrivateKey')] }]);
    if (good) setName(file!.name);
  };
  return (
    <>
      <Form.Item name="password" label={t('sourceForm.privateKey')} extra={t('sourceForm.privateKeyText')} rules={[{ required: true, message: t('common.required') }]} valuePropName="data-held" getValueProps={() => ({})}>
        <Plain>
          <input ref={chooser} id="source-private-key" className="sr" type="file" aria-label={t('sourceForm.privateKey')} onChange={(e) => void choose(e.target.files?.[0])} />
          <Button onClick={() => chooser.current?.click()}>{t('sourceForm.choosePrivateKey')}</Button>
          {name ? <span style={{ marginLeft: 12 }}>✓ {t('sourceForm.keyChosen', { name })}</span> : null}
        </Plain>
      </Form.Item>
    </>
  );
}
