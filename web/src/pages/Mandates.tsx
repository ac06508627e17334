import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useList } from '../api/hooks.ts';
import type { Mandate } from '../api/types.ts';
import { useMe } from '../app/session.tsx';
import { dayText } from '../i18n/format.ts';
import { ListTable } from '../parts/list_table.tsx';
import { MandateForm } from '../parts/mandate_form.tsx';
import { MandateNow } from '../parts/mandate_now.tsx';
import { Page } from '../parts/page.tsx';

export default function Mandates() {
  const { t } = useTranslation();
  const me = useMe();
  const list = useList<Mandate>('/mandates');
  const [adding, setAdding] = useState(false);
  const may = (me.party.role === 'agency' || me.party.role === 'data_user') && (me.duties.includes('data_manager') || me.duties.includes('data_user'));
  return (
    <Page title={t('mandate.title')} lead={t('mandate.lead')} actions={may ? <Button type="primary" onClick={() => setAdding(true)}>{t('mandate.add')}</Button> : null}>
      <ListTable<Mandate>
        query={list} rowKey={(m) => m.id} to={(m) => `/mandates/${m.id}`} empty={{ title: t('mandate.none'), text: t('mandate.noneText') }}
        columns={[
          { title: t('mandate.number'), render: (_, m) => <Link to={`/mandates/${m.id}`}><strong>{m.form.number}</strong><br /><span className="mono">{m.id}</span></Link> },
          { title: t('mandate.principal'), render: (_, m) => m.principal_name },
          { title: t('mandate.broker'), render: (_, m) => m.broker_name },
          { title: t('mandate.acts'), render: (_, m) => m.form.acts.map((a) => t(`mandate.act_${a}`)).join(' · ') },
          { title: t('common.status'), render: (_, m) => <MandateNow value={m.now} /> },
          { title: t('mandate.until'), render: (_, m) => dayText(m.form.until_ms) },
          { title: t('mandate.deeds'), align: 'right', render: (_, m) => m.deeds_count },
          { title: t('mandate.draft_waiting'), align: 'right', render: (_, m) => m.drafts_waiting || '—' },
        ]}
      />
      {adding ? <MandateForm onClose={() => setAdding(false)} /> : null}
    </Page>
  );
}
