// Setting up one-time codes before something asks for them: after the first password, and from the own menu.
import { Button, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { EnrolTotp } from './enrol_totp.tsx';

export default function OwnTotp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open title={t('signin.enrolTitle')} footer={<Button onClick={onClose}>{t('signin.later')}</Button>} onCancel={onClose} destroyOnHidden>
      <EnrolTotp onDone={onClose} />
    </Modal>
  );
}
