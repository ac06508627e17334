// A key file and its passphrase, chosen in a form. The key is opened in this browser, signs one text, and is overwritten; what opens
// it is loaded when a file is chosen.
import { Button, Form, Input } from 'antd';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PublicPart } from '../crypto/key_file.ts';

export interface Signer {
  part: PublicPart;
  /** The signature over the text, base64 DER. Throws an Error that says in words what is wrong with file or passphrase. */
  sign: (text: string) => Promise<string>;
}

export interface ChosenKey {
  /** To stand in a form; their ids begin with the id that was given. */
  fields: ReactNode;
  /** Null until there is a key file, and its passphrase where it has one. */
  signer: Signer | null;
  /** What was chosen and is no key file. */
  problem: string;
}

export function useKeyFile(id: string): ChosenKey {
  const { t } = useTranslation();
  const chooser = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<{ text: string; part: PublicPart } | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const [problem, setProblem] = useState('');
  const choose = async (chosen: File | undefined): Promise<void> => {
    setProblem('');
    setFile(null);
    if (!chosen) return;
    try {
      const [text, { readPublicPart }] = await Promise.all([chosen.text(), import('../crypto/key_file.ts')]);
      setFile({ text, part: readPublicPart(text) });
    } catch {
      setProblem(t('contract.badKeyFile'));
    }
  };
  const sign = async (text: string): Promise<string> => {
    const [{ KeyFileError, openKeyFile }, { sm2Sign }, { base64, utf8 }] = await Promise.all([import('../crypto/key_file.ts'), import('../crypto/sm2.ts'), import('../crypto/bytes.ts')]);
    try {
      const { scalar } = await openKeyFile(file?.text ?? '', passphrase);
      try { return base64(sm2Sign(utf8(text), scalar)); } finally { scalar.fill(0); }
    } catch (error) {
      throw error instanceof KeyFileError ? new Error(t(error.reason === 'malformed' ? 'contract.badKeyFile' : 'contract.wrongKey')) : error;
    }
  };
  const fields = (
    <>
      <Form.Item label={t('contract.keyFile')} htmlFor={`${id}-file`}>
        <input ref={chooser} id={`${id}-file`} className="sr" type="file" accept=".json,.key,application/json" onChange={(e) => void choose(e.target.files?.[0])} />
        <Button onClick={() => chooser.current?.click()}>{t('contract.chooseKey')}</Button>
        {file ? <span style={{ marginLeft: 12 }}>{file.part.name} · {t('contract.keyId')} <span className="mono">{file.part.keyId}</span></span> : null}
      </Form.Item>
      {file?.part.sealed ? (
        <Form.Item label={t('contract.passphrase')} htmlFor={`${id}-passphrase`}>
          <Input.Password id={`${id}-passphrase`} autoComplete="off" value={passphrase} onChange={(e) => setPassphrase(e.target.value)} />
        </Form.Item>
      ) : null}
    </>
  );
  return { fields, problem, signer: file && !(file.part.sealed && passphrase === '') ? { part: file.part, sign } : null };
}
