// A scan of a paper, chosen in a form: its limit is said before it is chosen.
import { Alert, Button, Form, Upload } from 'antd';
import { useTranslation } from 'react-i18next';
import { base64 } from '../crypto/bytes.ts';

export const SCAN_MAX = 4 * 1024 * 1024;
export const scanOf = async (file: File): Promise<string> => base64(new Uint8Array(await file.arrayBuffer()));

export function ScanChoice({ file, onFile, required = false }: { file: File | null; onFile: (file: File) => void; required?: boolean }) {
  const { t } = useTranslation();
  return (
    <Form.Item label={t('law.scan')} required={required}>
      <Upload maxCount={1} showUploadList={false} beforeUpload={(f) => { onFile(f); return false; }}><Button>{t('law.choose')}</Button></Upload>{file ? <span style={{ marginLeft: 10 }}>{file.name}</span> : null}
      {file && file.size > SCAN_MAX ? <Alert type="error" showIcon title={t('provision.scanTooLarge')} style={{ marginTop: 8 }} /> : null}
    </Form.Item>
  );
}
