// Recipient marks: which columns carry them and how, what the author states about a column, and what may not be touched, with its reason.
import { Alert, Checkbox, InputNumber, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import type { DeidentColumn } from '../api/schema.ts';
import { Wide } from './bits.tsx';
import { CARRIER_KINDS, type Untouchable, marksRefused } from './marks_refused.ts';
import type { Carrier, MarkPlan, StrategyText } from './strategy.ts';
import { Part } from './strategy_part.tsx';

interface Props { strategy: StrategyText; columns: DeidentColumn[]; onChange: (next: MarkPlan | null) => void }

const without = (carrier: Carrier, member: 'billing'): Carrier => Object.fromEntries(Object.entries(carrier).filter(([name]) => name !== member)) as unknown as Carrier;

export function StrategyMarks({ strategy, columns, onChange }: Props) {
  const { t } = useTranslation();
  const marks = strategy.marks;
  const names = columns.map((c) => ({ value: c.column, label: c.column }));
  const carriers = marks?.carriers ?? [];
  const why = (column: string, carrier: Carrier): Untouchable | null => {
    const found = columns.find((c) => c.column === column);
    return found ? marksRefused(strategy, found, carrier) : null;
  };
  /** Neither digits nor words of it may be touched, whatever is stated. That a date may be, its name does not tell. */
  const never = (column: string): Untouchable | null => {
    const [words, digits] = (['equivalent', 'low_digit'] as const).map((kind) => why(column, { column, kind, billing: false }));
    return words && digits ? words : null;
  };
  const blurred = (column: string): boolean => strategy.fields.some((f) => f.column === column && f.technique === 'noise');
  const carry = (i: number, next: Carrier): void => onChange({ ...marks!, carriers: carriers.map((c, at) => (at === i ? next : c)) });
  const named = strategy.fields.find((f) => f.technique === 'pseudonym' && !f.when)?.column;
  const carrying = (list: string[]): void => {
    const { row_key: before, ...rest } = marks!;
    const key = before ?? named ?? names[0]?.value;
    onChange({ ...rest, ...(list.length > 0 && key ? { row_key: key } : {}), carriers: list.map((column) => carriers.find((c) => c.column === column) ?? { column, kind: blurred(column) ? 'low_digit' : 'day' }) });
  };
  const forbidden = columns.flatMap((c) => { const reason = never(c.column); return reason ? [{ column: c.column, reason }] : []; });
  return (
    <Part title={t('strategy.marks')} text={t('strategy.marksText')}>
      <label style={{ display: 'flex', gap: 8, alignItems: 'center' }}><Switch size="small" checked={marks !== undefined} aria-label={t('strategy.marksOn')} onChange={(on) => onChange(on ? { ...(named ? { tokens: true } : {}), carriers: [], unmarkable: 'release' } : null)} />{t('strategy.marksOn')}</label>
      {marks ? (
        <>
          <div className="labelled">
            {carriers.length > 0 ? <label>{t('strategy.rowKey')}<Select size="small" value={marks.row_key ?? null} aria-label={t('strategy.rowKey')} options={names} onChange={(k) => onChange({ ...marks, row_key: k ?? undefined })} showSearch={{ optionFilterProp: 'label' }} /></label> : null}
            <label>{t('strategy.oneIn')}<InputNumber size="small" min={1} max={100} precision={0} value={marks.one_in ?? 1} onChange={(v) => onChange({ ...marks, one_in: v ?? 1 })} /></label>
            <label>{t('strategy.unmarkable')}<Select size="small" value={marks.unmarkable ?? 'release'} aria-label={t('strategy.unmarkable')} options={['release', 'refuse'].map((k) => ({ value: k, label: t(`strategy.unmarkableIs.${k}`) }))} onChange={(k: 'release' | 'refuse') => onChange({ ...marks, unmarkable: k })} /></label>
            <label>{t('strategy.carriers')}<Select mode="multiple" size="small" value={carriers.map((c) => c.column)} aria-label={t('strategy.carriers')} options={names.map((n) => ({ ...n, disabled: never(n.value) !== null && !carriers.some((c) => c.column === n.value) }))} onChange={carrying} /></label>
          </div>
          <Checkbox checked={marks.tokens === true} disabled={!named && !marks.tokens} aria-label={t('strategy.tokens')} onChange={(e) => onChange({ ...marks, tokens: e.target.checked })}>{t('strategy.tokens')} <small style={{ color: 'var(--soft)' }}>{t(named ? 'strategy.tokensText' : 'strategy.tokensNone')}</small></Checkbox>
          {carriers.map((c, i) => <OneCarrier key={c.column} carrier={c} refused={why(c.column, c)} stateable={c.billing === false || why(c.column, c)?.lifted === true} onChange={(next) => carry(i, next)} />)}
          {forbidden.length > 0 ? (
            <details>
              <summary>{t('strategy.untouchable', { n: forbidden.length })}</summary>
              <Wide label={t('strategy.untouchable', { n: forbidden.length })} height={180}>
                <dl className="facts">{[...new Set(forbidden.map((f) => f.reason.why))].map((reason) => (
                  <div key={reason} style={{ display: 'contents' }}><dt>{t(`strategy.untouchableWhy.${reason}`)}</dt><dd className="mono">{forbidden.filter((f) => f.reason.why === reason).map((f) => f.column).join(' ')}</dd></div>
                ))}</dl>
              </Wide>
            </details>
          ) : null}
        </>
      ) : null}
    </Part>
  );
}

/** `stateable`: whether it matters here what the author says about billing. */
function OneCarrier({ carrier: c, refused, stateable, onChange }: { carrier: Carrier; refused: Untouchable | null; stateable: boolean; onChange: (next: Carrier) => void }) {
  const { t } = useTranslation();
  return (
    <div style={{ display: 'grid', gap: 6 }}>
      <div className="labelled">
        <label>{t('strategy.carrierOf', { column: c.column })}
          <span style={{ display: 'flex', gap: 4 }}>
            <Select size="small" style={{ flex: 1 }} value={c.kind} aria-label={t('strategy.carrierOf', { column: c.column })} options={CARRIER_KINDS.map((k) => ({ value: k, label: t(`strategy.carrier.${k}`) }))} onChange={(kind: Carrier['kind']) => onChange({ column: c.column, kind, ...(kind === 'equivalent' ? { pair: c.pair ?? [] } : {}), ...(c.billing === false && kind !== 'day' ? { billing: false } : {}) })} />
            {c.kind === 'equivalent' ? <Select mode="tags" open={false} suffixIcon={null} maxCount={2} size="small" style={{ width: 120 }} value={c.pair ?? []} aria-label={`${t('strategy.pair')} ${c.column}`} placeholder={t('strategy.pair')} onChange={(pair: string[]) => onChange({ ...c, pair })} /> : null}
          </span>
        </label>
      </div>
      {stateable ? <Checkbox checked={c.billing === false} aria-label={`${t('strategy.noBilling')} ${c.column}`} onChange={(e) => onChange(e.target.checked ? { ...c, billing: false } : without(c, 'billing'))}>{t('strategy.noBilling')} <small style={{ color: 'var(--soft)' }}>{t('strategy.noBillingText')}</small></Checkbox> : null}
      {refused ? <Alert type="warning" showIcon title={<><span className="mono">{c.column}</span>: {t(`strategy.untouchableWhy.${refused.why}`)}{refused.lifted ? ` · ${t('strategy.statementLifts')}` : ''}</>} /> : null}
    </div>
  );
}
