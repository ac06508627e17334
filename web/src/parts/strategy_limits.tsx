// What a strategy promises and allows: its base, the models that the output must reach, where and until when it may be used, who must have
// reviewed it, which rows and marks, and whether only an aggregate leaves.
import { Input, InputNumber, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { useOne } from '../api/hooks.ts';
import type { DeidentColumn, DeidentStrategy } from '../api/schema.ts';
import { OPEN_FORM_NAMES, SHARE_TYPE_NAMES } from '../api/schema.ts';
import type { Vocabulary } from '../api/types.ts';
import type { StrategyText, Targets, UseLimits } from './strategy.ts';
import { pruned, withMember } from './strategy.ts';
import { StrategyMarks } from './strategy_marks.tsx';
import { Part } from './strategy_part.tsx';

interface Props { strategy: StrategyText; columns: DeidentColumn[]; adopted: DeidentStrategy[]; onChange: (next: StrategyText) => void }

export function StrategyLimits({ strategy: s, columns, adopted, onChange }: Props) {
  const { t } = useTranslation();
  const names = columns.map((c) => ({ value: c.column, label: c.column }));
  const use = s.use ?? {};
  const limit = (more: Partial<UseLimits>): void => onChange(withMember(s, 'use', pruned({ ...use, ...more })));
  const vocabulary = useOne<Vocabulary>('/vocabulary');
  const bases = [...new Set(adopted.map((a) => a.strategy))].filter((id) => id !== s.id);
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <Part title={t('strategy.base')} text={t('strategy.baseText')}>
        <div className="labelled">
          <label>{t('strategy.extends')}<Select mode="tags" maxCount={1} size="small" value={s.extends ? [s.extends] : []} aria-label={t('strategy.extends')} options={bases.map((b) => ({ value: b, label: b }))} onChange={(list: string[]) => onChange(withMember(s, 'extends', list.at(-1) ?? null))} /></label>
          <label>{t('strategy.scope')}<Input size="small" className="mono" value={s.scope ?? ''} placeholder={s.id} maxLength={60} onChange={(e) => onChange(withMember(s, 'scope', e.target.value))} /></label>
          <label>{t('strategy.unlisted')}<Select size="small" value={s.unlisted} aria-label={t('strategy.unlisted')} options={['refuse', 'suppress', 'keep'].map((k) => ({ value: k, label: t(`strategy.unlistedIs.${k}`) }))} onChange={(k) => onChange({ ...s, unlisted: k })} /></label>
          <label>{t('strategy.kept')}<Select mode="multiple" size="small" value={s.identifiers_kept ?? []} aria-label={t('strategy.kept')} options={names} onChange={(list: string[]) => onChange(withMember(s, 'identifiers_kept', list))} /></label>
        </div>
      </Part>
      <ModelTargets strategy={s} names={names} onChange={(next) => onChange(withMember(s, 'targets', pruned(next)))} />
      <Part title={t('strategy.use')} text={t('strategy.useText')}>
        <div className="labelled">
          <label>{t('deident.share')}<Select mode="multiple" size="small" value={use.share_types ?? []} aria-label={`${t('strategy.use')} ${t('deident.share')}`} options={SHARE_TYPE_NAMES.map((k) => ({ value: k, label: t(`share.${k}`) }))} onChange={(list: string[]) => limit({ share_types: list })} /></label>
          <label>{t('fact.forms')}<Select mode="multiple" size="small" value={use.forms ?? []} aria-label={`${t('strategy.use')} ${t('fact.forms')}`} options={OPEN_FORM_NAMES.map((k) => ({ value: k, label: t(`form.${k}`) }))} onChange={(list: string[]) => limit({ forms: list })} /></label>
          <label>{t('fact.purpose')}<Select mode="multiple" size="small" value={use.purposes ?? []} aria-label={`${t('strategy.use')} ${t('fact.purpose')}`} options={(vocabulary.data?.purposes ?? []).map((k) => ({ value: k, label: t(`purpose.${k}`, k) }))} onChange={(list: string[]) => limit({ purposes: list })} /></label>
          <label>{t('strategy.notAfter')}<Input size="small" type="date" value={use.not_after ?? ''} onChange={(e) => limit({ not_after: e.target.value })} /></label>
        </div>
      </Part>
      <Part title={t('strategy.review')} text={t('strategy.reviewText')}>
        <label style={{ display: 'flex', gap: 8, alignItems: 'center' }}><Switch size="small" checked={s.review === 'required'} aria-label={t('strategy.reviewRequired')} onChange={(on) => onChange(withMember(s, 'review', on ? 'required' : null))} />{t('strategy.reviewRequired')}</label>
      </Part>
      <StrategyMarks strategy={s} columns={columns} onChange={(next) => onChange(withMember(s, 'marks', next))} />
      <Rows strategy={s} names={names} onChange={onChange} />
    </div>
  );
}

type Names = { value: string; label: string }[];

function ModelTargets({ strategy, names, onChange }: { strategy: StrategyText; names: Names; onChange: (next: Targets) => void }) {
  const { t } = useTranslation();
  const targets = strategy.targets ?? {};
  const sensitive = <K extends 'diversity' | 'closeness'>(member: K, bound: 'l' | 't_permille', start: number) => {
    const list = (targets[member] ?? []) as { column: string; l?: number; t_permille?: number }[];
    const first = list[0];
    return (
      <label>{t(`strategy.${member}`)}
        <span style={{ display: 'flex', gap: 4 }}>
          <Select mode="multiple" size="small" style={{ flex: 1, minWidth: 110 }} value={list.map((x) => x.column)} aria-label={`${t(`strategy.${member}`)} ${t('deident.column')}`} options={names} onChange={(columns: string[]) => onChange({ ...targets, [member]: columns.map((column) => list.find((x) => x.column === column) ?? { column, [bound]: first?.[bound] ?? start }) })} />
          <InputNumber size="small" style={{ width: 76 }} min={1} max={1000} precision={0} disabled={!first} value={first?.[bound] ?? null} aria-label={`${t(`strategy.${member}`)} ${bound}`} onChange={(v) => onChange({ ...targets, [member]: list.map((x) => ({ ...x, [bound]: v ?? start })) })} />
        </span>
      </label>
    );
  };
  return (
    <Part title={t('strategy.targets')} text={t('strategy.targetsText')}>
      <div className="labelled">
        <label>{t('strategy.profile')}<Select allowClear size="small" value={targets.share_type ?? null} aria-label={t('strategy.profile')} options={SHARE_TYPE_NAMES.map((k) => ({ value: k, label: t(`share.${k}`) }))} onChange={(k?: string) => onChange({ ...targets, share_type: k ?? '' })} /></label>
        <label>{t('strategy.riskMax')}<InputNumber size="small" min={1} max={1000} precision={0} value={targets.risk_permille_max ?? null} onChange={(v) => onChange(pruned({ ...targets, risk_permille_max: v as number }))} /></label>
        {sensitive('diversity', 'l', 2)}
        {sensitive('closeness', 't_permille', 300)}
        <label>{t('strategy.presence')}<InputNumber size="small" min={1} max={1000} precision={0} value={targets.presence_permille_max ?? null} onChange={(v) => onChange(pruned({ ...targets, presence_permille_max: v as number }))} /></label>
      </div>
    </Part>
  );
}

function Rows({ strategy: s, names, onChange }: { strategy: StrategyText; names: Names; onChange: (next: StrategyText) => void }) {
  const { t } = useTranslation();
  const a = s.aggregate;
  const many = (member: 'by' | 'sums' | 'means') => (
    <label>{t(`strategy.${member}`)}<Select mode="multiple" size="small" value={a?.[member] ?? []} aria-label={t(`strategy.${member}`)} options={names} onChange={(list: string[]) => onChange(withMember(s, 'aggregate', pruned({ by: [], ...a, [member]: list })))} /></label>
  );
  return (
    <>
      <Part title={t('strategy.sample')} text={t('strategy.sampleText')}>
        <div className="labelled">
          <label>{t('strategy.sampleBy')}<Select allowClear size="small" value={s.sample?.column ?? null} aria-label={t('strategy.sampleBy')} options={names} onChange={(column?: string) => onChange(withMember(s, 'sample', column ? { column, permille: s.sample?.permille ?? 500 } : null))} showSearch={{ optionFilterProp: 'label' }} /></label>
          <label>{t('strategy.samplePermille')}<InputNumber size="small" min={1} max={1000} precision={0} disabled={!s.sample} value={s.sample?.permille ?? null} onChange={(v) => onChange(withMember(s, 'sample', s.sample ? { ...s.sample, permille: v ?? 500 } : null))} /></label>
        </div>
      </Part>
      <Part title={t('strategy.aggregate')} text={t('strategy.aggregateText')}>
        <div className="labelled">
          {many('by')}{many('sums')}{many('means')}
          <label>{t('strategy.threshold')}<InputNumber size="small" min={2} max={1000} precision={0} disabled={!a} value={a?.threshold ?? null} placeholder="5" onChange={(v) => onChange(withMember(s, 'aggregate', pruned({ by: [], ...a, threshold: v as number })))} /></label>
        </div>
      </Part>
    </>
  );
}
