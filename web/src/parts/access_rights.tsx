// Rights with scope and expiry, access rules, what nobody uses, who could see a column, the permission log.
import { Button, Card, Form, Input, InputNumber, Modal, Select, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import { useAct, useAll, useList, useOne } from '../api/hooks.ts';
import { type AccessRule, type AccessRules, CATEGORIES, type Dataset, type List, type Organisation, type Person, type Right, type UnusedRights, type WhoCould } from '../api/types.ts';
import { listComma, timeText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { Facts, Name } from './bits.tsx';
import { Chip, GradeChip, Status } from './chips.tsx';
import { ListTable } from './list_table.tsx';
import { hasName } from './names.tsx';
import { useOperationWord } from './operation_words.ts';
import { Loaded, useReport } from './page.tsx';
import { type Ask, ReasonDialog } from './reason_dialog.tsx';

const DAY = 86_400_000;

export function Rights() {
  const { t } = useTranslation();
  const { act } = useAct();
  const list = useList<Right>('/access/rights');
  const rules = useOne<AccessRules>('/access/rules');
  const [ask, setAsk] = useState<Ask | null>(null);
  const [granting, setGranting] = useState(false);
  const called = useOperationWord();
  const some = (label: string, values: string[]): string => (values.length > 0 ? `${label}: ${values.join(listComma())}` : '');
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      {rules.data?.can?.includes('grant') ? <div><Button type="primary" onClick={() => setGranting(true)}>{t('access.grant')}</Button></div> : null}
      <ListTable<Right>
        query={list} rowKey={(r) => r.id} empty={{ title: t('access.noRights'), text: t('access.noRightsText') }}
        columns={[
          { title: t('access.holder'), render: (_, r) => <Name id={r.person || r.unit} names={r.names} /> },
          { title: t('access.scope'), render: (_, r) => [some(t('access.what'), r.scope.actions.map(called)), some(t('access.dataset'), r.scope.datasets.map((d) => r.names?.[d] ?? d)), some(t('access.category'), r.scope.categories.map((c) => t(`category.${c}`))), some(t('access.purpose'), r.scope.purposes.map((p) => t(`purpose.${p}`, p)))].filter(Boolean).map((x) => <div key={x}>{x}</div>) },
          { title: t('access.levelMax'), render: (_, r) => <GradeChip level={r.scope.level_max} /> },
          { title: t('access.expires'), render: (_, r) => timeText(r.expires_ms) },
          { title: t('access.lastUsed'), render: (_, r) => (r.last_used_ms ? timeText(r.last_used_ms) : t('access.never')) },
          { title: t('common.status'), render: (_, r) => <Status value={r.revoked ? 'revoked' : r.in_force ? 'active' : 'expired'} /> },
          { title: t('common.reason'), dataIndex: 'reason' },
          { title: t('common.actions'), render: (_, r) => (r.can?.includes('revoke') ? <Button size="small" danger onClick={() => setAsk({ title: t('access.revoke'), run: (a) => act(() => api.post(`/access/rights/${r.id}/revoke`, { reason: a.reason })) })}>{t('access.revoke')}</Button> : null) },
        ]}
      />
      <Loaded query={rules}>{(r) => <Rules rules={r} />}</Loaded>
      <Unused />
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
      {granting && rules.data ? <GrantDialog rules={rules.data} onClose={() => setGranting(false)} /> : null}
    </div>
  );
}

interface GrantForm { holder: string; actions: string[]; datasets: string[]; categories: string[]; purposes: string[]; level_max: number; days: number; reason: string }

function GrantDialog({ rules, onClose }: { rules: AccessRules; onClose: () => void }) {
  const { t } = useTranslation();
  const { act, busy } = useAct();
  const [form] = Form.useForm<GrantForm>();
  const people = useAll<Person>('/people');
  const units = useOne<Organisation>('/organisation').data?.units ?? [];
  const datasets = useAll<Dataset>('/datasets');
  const zh = currentLanguage() === 'zh';
  const need = [{ required: true, message: t('common.required') }];
  const finish = async (v: GrantForm): Promise<void> => {
    const unit = v.holder.startsWith('un');
    const scope = { actions: v.actions ?? [], datasets: v.datasets ?? [], categories: v.categories ?? [], purposes: v.purposes ?? [], level_max: v.level_max };
    if (await act(() => api.post('/access/rights', { person: unit ? '' : v.holder, unit: unit ? v.holder : '', scope, expires_ms: Date.now() + v.days * DAY, reason: v.reason }))) onClose();
  };
  const many = (name: keyof GrantForm, label: string, options: { value: string; label: string }[]) => <Form.Item name={name} label={label}><Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} placeholder={t('access.anything')} options={options} /></Form.Item>;
  return (
    <Modal open title={t('access.grant')} onCancel={onClose} onOk={() => form.submit()} confirmLoading={busy} okText={t('common.submit')} cancelText={t('common.cancel')}>
      <Form form={form} layout="vertical" initialValues={{ level_max: 3, days: 90 }} onFinish={(v) => void finish(v)}>
        <Form.Item name="holder" label={t('access.holder')} rules={need}><Select showSearch={{ optionFilterProp: 'label' }} options={[...people.map((p) => ({ value: p.id, label: p.display_name ?? p.id })), ...units.map((u) => ({ value: u.id, label: `${t('access.unit')} ${u.name}` }))]} /></Form.Item>
        {many('actions', t('access.what'), rules.kinds.map((k) => ({ value: k.id, label: zh ? k.zh : k.en })))}
        {many('datasets', t('access.dataset'), datasets.map((d) => ({ value: d.id, label: d.title || d.name })))}
        {many('categories', t('access.category'), CATEGORIES.map((c) => ({ value: c, label: t(`category.${c}`) })))}
        {many('purposes', t('access.purpose'), rules.purposes.map((p) => ({ value: p, label: t(`purpose.${p}`, p) })))}
        <Space size="large"><Form.Item name="level_max" label={t('access.levelMax')}><InputNumber min={1} max={5} /></Form.Item><Form.Item name="days" label={t('access.days')}><InputNumber min={1} max={365} /></Form.Item></Space>
        <Form.Item name="reason" label={t('common.reason')} rules={need}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
      </Form>
    </Modal>
  );
}

function Rules({ rules }: { rules: AccessRules }) {
  const { t } = useTranslation();
  const { act } = useAct();
  const report = useReport();
  const called = useOperationWord();
  const [text, setText] = useState<string | null>(null);
  const [ask, setAsk] = useState<Ask | null>(null);
  const zh = currentLanguage() === 'zh';
  const adopt = (): void => {
    let parsed: unknown;
    try { parsed = JSON.parse(text ?? ''); } catch { parsed = null; }
    if (!Array.isArray(parsed)) { report(new Error(t('access.badJson'))); return; }
    setAsk({ title: t('access.adopt'), run: async (a) => { const done = await act(() => api.post('/access/rules', { rules: parsed, reason: a.reason })); if (done) setText(null); return done; } });
  };
  return (
    <Card title={t('access.rules')} extra={rules.can?.includes('adopt') ? <Button size="small" onClick={() => setText(JSON.stringify(rules.rules, null, 2))}>{t('access.adopt')}</Button> : null}>
      {rules.rules.length === 0 ? <p>{t('access.noRules')}</p> : (
        <Table<AccessRule>
          rowKey="id" size="small" pagination={false} dataSource={rules.rules} scroll={{ x: 'max-content' }}
          columns={[
            { title: t('common.name'), render: (_, r) => <><strong className="mono">{r.id}</strong><br />{zh ? r.zh : r.en}</> },
            { title: t('access.decide'), render: (_, r) => <Chip tone={r.effect === 'permit' ? 'good' : 'bad'} icon={r.effect === 'permit' ? '✓' : '✕'} word={t(`access.effect.${r.effect}`)} /> },
            { title: t('access.scope'), render: (_, r) => [...r.duties.map((d) => t(`duty.${d}`, d)), ...r.actions.map(called), ...r.categories.map((c) => t(`category.${c}`)), ...r.purposes.map((p) => t(`purpose.${p}`, p)), ...r.regions].join(listComma()) || t('access.anything') },
            { title: t('access.level'), render: (_, r) => `${r.level_min}–${r.level_max}` },
          ]}
        />
      )}
      <Modal open={text !== null} title={t('access.rulesJson')} onCancel={() => setText(null)} onOk={adopt} okText={t('common.submit')} cancelText={t('common.cancel')} width={760}>
        <Input.TextArea rows={18} className="mono" aria-label={t('access.rulesJson')} value={text ?? ''} onChange={(e) => setText(e.target.value)} />
      </Modal>
      <ReasonDialog ask={ask} onClose={() => setAsk(null)} />
    </Card>
  );
}

function Unused() {
  const { t } = useTranslation();
  const [days, setDays] = useState<number | null>(null);
  const query = useOne<UnusedRights>(`/access/unused${days === null ? '' : `?days=${days}`}`);
  // Who may not read the report is not shown that it exists.
  if (query.isError) return null;
  return (
    <Loaded query={query}>{(u) => (
      <Card title={t('access.unused')} extra={<InputNumber size="small" min={0} max={3650} precision={0} value={u.days} aria-label={t('access.unusedDays')} suffix={t('common.days')} style={{ width: 120 }} onChange={setDays} />}>
        <p>{t('access.unusedText', { n: u.days })}</p>
        <Table size="small" pagination={false} rowKey={(i) => `${i.holder}-${i.duty ?? i.right ?? ''}`} dataSource={u.items} locale={{ emptyText: t('access.allUsed') }} columns={[
          { title: t('access.holder'), render: (_, i) => <Name id={i.holder} names={i.names} /> },
          { title: t('access.duty'), render: (_, i) => (i.duty ? t(`duty.${i.duty}`, i.duty) : <span className="mono">{i.right}</span>) },
          { title: t('access.lastUsed'), render: (_, i) => (i.kind === 'duty' ? '—' : i.last_used_ms ? timeText(i.last_used_ms) : t('access.never')) },
        ]} />
      </Card>
    )}</Loaded>
  );
}

export function Who() {
  const { t } = useTranslation();
  const [ask, setAsk] = useState<string | null>(null);
  const [form] = Form.useForm<{ dataset: string; column: string; action: string; purpose: string }>();
  const rules = useOne<AccessRules>('/access/rules').data;
  const datasets = useAll<Dataset>('/datasets');
  const chosen = Form.useWatch('dataset', form);
  const dataset = datasets.find((d) => d.id === chosen);
  const zh = currentLanguage() === 'zh';
  const need = [{ required: true, message: t('common.required') }];
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <Form form={form} layout="inline" initialValues={{ action: 'list_values', purpose: 'fund_supervision' }} onFinish={(v) => setAsk(`/access/who?${new URLSearchParams(v).toString()}`)}>
        <Form.Item name="dataset" label={t('access.dataset')} rules={need}><Select style={{ width: 200 }} options={datasets.map((d) => ({ value: d.id, label: d.title || d.name }))} /></Form.Item>
        <Form.Item name="column" label={t('access.column')} rules={need}><Select style={{ width: 200 }} showSearch={{ optionFilterProp: 'label' }} options={(dataset?.columns ?? []).map((c) => ({ value: c.column, label: `${c.column} ${c.title}` }))} /></Form.Item>
        <Form.Item name="action" label={t('access.what')}><Select style={{ width: 160 }} options={(rules?.kinds ?? []).map((k) => ({ value: k.id, label: zh ? k.zh : k.en }))} /></Form.Item>
        <Form.Item name="purpose" label={t('access.purpose')}><Select style={{ width: 180 }} options={(rules?.purposes ?? []).map((p) => ({ value: p, label: t(`purpose.${p}`, p) }))} /></Form.Item>
        <Button type="primary" htmlType="submit">{t('access.ask')}</Button>
      </Form>
      {ask ? <WhoAnswer path={ask} /> : null}
    </div>
  );
}

function WhoAnswer({ path }: { path: string }) {
  const { t } = useTranslation();
  const query = useOne<WhoCould>(path);
  return (
    <Loaded query={query}>{(w) => (
      <div style={{ display: 'grid', gap: 12 }}>
        <Space><strong className="mono">{w.column}</strong><GradeChip level={w.level} />{t(`category.${w.category}`)}</Space>
        <Table size="small" rowKey="person" pagination={false} dataSource={[...w.people].sort((a, b) => Number(b.could) - Number(a.could))} scroll={{ x: 'max-content' }} columns={[
          { title: t('common.who'), render: (_, p) => <Name id={p.person} names={w.names} /> },
          { title: t('common.status'), render: (_, p) => <Chip tone={p.could ? 'warn' : 'idle'} icon={p.could ? '✓' : '–'} word={t(p.could ? 'access.could' : 'access.couldNot')} /> },
          { title: t('common.reason'), render: (_, p) => <>{reasonWord(t, p.reason)}{p.by ? <><br /><span className="mono">{p.by}</span></> : null}</> },
          { title: t('access.duty'), render: (_, p) => p.duties.map((d) => <Tag key={d}>{t(`duty.${d}`)}</Tag>) },
          { title: t('common.next'), render: (_, p) => p.needs.map((n) => t(`access.needs.${n}`, n)).join(listComma()) || '—' },
        ]} />
        {w.recipients.length > 0 ? <Table size="small" rowKey="contract" pagination={false} dataSource={w.recipients} title={() => t('access.recipients')} columns={[
          { title: t('common.party'), render: (_, r) => <Name id={r.party} names={w.names} /> }, { title: t('access.technique'), dataIndex: 'technique' },
          { title: t('access.level'), render: (_, r) => <GradeChip level={r.level} /> }, { title: t('access.purpose'), render: (_, r) => t(`purpose.${r.purpose}`, r.purpose) }, { title: t('access.until'), render: (_, r) => timeText(r.expires_ms) },
        ]} /> : null}
      </div>
    )}</Loaded>
  );
}

// The reason ids hold dots, which i18next reads as a path: the whole table is asked for and looked up by the id.
function reasonWord(t: ReturnType<typeof useTranslation>['t'], reason: string): string {
  const words = t('access.reason', { returnObjects: true }) as unknown as Record<string, string>;
  return words[reason] ?? reason;
}

/** What stands in an entry about rights, in words: names, duties, days; what is nothing is left out. */
function LogFacts({ body, names }: { body: Record<string, unknown>; names: Record<string, string> | undefined }) {
  const { t } = useTranslation();
  const said = ([fact, value]: [string, unknown]): [string, React.ReactNode] => {
    const text = String(value);
    if (fact === 'duty') return [t('fact.duty'), t(`duty.${text}`, text)];
    if (fact === 'what') return [t('access.credential'), t(`access.credentials.${text}`, text)];
    if (fact.endsWith('_ms')) return [t(`fact.${fact}`, fact), value === 0 ? '' : timeText(Number(value))];
    return [t(`fact.${fact}`, fact), hasName(text) ? <Name key={fact} id={text} names={names} /> : text];
  };
  return <Facts items={Object.entries(body).filter(([, v]) => v !== '' && typeof v !== 'object').map(said)} />;
}

export function PermissionLog() {
  const { t } = useTranslation();
  const query = useOne<List<{ seq: number; time_ms: number; kind: string; actor: string; body: Record<string, unknown>; names?: Record<string, string> }>>('/access/log');
  return (
    <Loaded query={query}>{(log) => (
      <Table size="small" rowKey="seq" dataSource={log.items} pagination={{ pageSize: 50, showSizeChanger: false }} scroll={{ x: 'max-content' }} columns={[
        { title: t('common.entry'), dataIndex: 'seq' }, { title: t('common.time'), render: (_, e) => timeText(e.time_ms) },
        { title: t('access.what'), render: (_, e) => t(`event.${e.kind.replace('.', '_')}`, e.kind) }, { title: t('common.who'), render: (_, e) => <Name id={e.actor} names={e.names} /> },
        { title: t('common.details'), render: (_, e) => <LogFacts body={e.body} names={e.names} /> },
      ]} />
    )}</Loaded>
  );
}
