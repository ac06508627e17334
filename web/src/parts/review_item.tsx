// One field under review: what speaks for each candidate, the data without values, what was decided before, and the verdict.
import { Alert, Card, Checkbox, Space, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { FieldProfile, ReviewItem } from '../api/schema.ts';
import { countText, dayText, timeText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { EvidenceBars } from '../pictures/evidence_bars.tsx';
import { Facts, Name } from './bits.tsx';
import { Chip, GradeChip } from './chips.tsx';
import { boundText } from './profile_text.ts';

export const keyOf = (i: { dataset: string; column: string }): string => `${i.dataset}/${i.column}`;

export function ReviewField({ item, chosen, onChoose, ticked, onTick }: {
  item: ReviewItem; chosen: number; onChoose: (candidate: number) => void; ticked: string[]; onTick: (keys: string[]) => void;
}) {
  const { t } = useTranslation();
  const zh = currentLanguage() === 'zh';
  const most = Math.max(1, ...item.candidates.flatMap((c) => c.evidence.map((e) => Math.abs(e.weight))));
  const shown = item.candidates[chosen];
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      <Card size="small">
        <Facts items={[
          [t('catalog.dataset'), <Link key="d" to={`/catalog/${item.dataset}`}>{item.dataset_title}</Link>], [t('grading.table'), <span key="t" className="mono">{item.table}</span>], [t('grading.comment'), item.title], [t('catalog.type'), <span key="y" className="mono">{item.data_type}</span>],
          [t('grading.floor'), item.floor > 0 ? <GradeChip key="f" level={item.floor} /> : ''],
        ]} />
        {item.drift.map((d) => <Alert key={d.cause + d.at_ms} type="warning" showIcon style={{ marginTop: 8 }} title={`${t('grading.drift')}: ${zh ? d.zh : d.en} · ${timeText(d.at_ms)}`} />)}
        {item.contains_level5 ? <Alert type="error" showIcon style={{ marginTop: 8 }} title={t('grading.level5')} description={`${zh ? item.contains_level5.zh : item.contains_level5.en} · ${countText(item.contains_level5.rows)} / ${countText(item.contains_level5.scanned)} ${t('common.rows')}`} /> : null}
        {item.verdict ? <Alert type="info" showIcon style={{ marginTop: 8 }} title={<>{t('grading.verdict')}: {t(`category.${item.verdict.category}`)} <GradeChip level={item.verdict.level} /></>} description={<><Name id={item.verdict.confirmed_by} names={item.names} /> · {timeText(item.verdict.confirmed_ms)}{item.verdict.valid_until_ms > 0 ? ` · ${t('grading.validUntil')} ${dayText(item.verdict.valid_until_ms)}` : ''}{item.verdict.reason ? ` · ${item.verdict.reason}` : ''}</>} /> : null}
      </Card>
      <Card size="small" title={t('grading.candidates')}>
        <div role="radiogroup" aria-label={t('grading.candidates')} className="candidates">
          {item.candidates.map((c, i) => (
            <button key={c.type} type="button" role="radio" aria-checked={i === chosen} tabIndex={i === chosen ? 0 : -1} onClick={() => onChoose(i)}>
              <kbd>{i + 1}</kbd><span><strong>{zh ? c.zh : c.en}</strong><br /><small>{t(`category.${c.category}`)}</small></span><GradeChip level={c.level} /><span className="sure">{Math.round(c.confidence_permille / 10)}%</span>
            </button>
          ))}
        </div>
        <h3 style={{ fontSize: 14, margin: '14px 0 8px' }}>{t('grading.evidence')}{shown ? `: ${zh ? shown.zh : shown.en}` : ''}</h3>
        <EvidenceBars evidence={shown?.evidence ?? item.evidence} most={most} />
      </Card>
      <div className="two">
        <Card size="small" title={t('grading.profile')}><Profile profile={item.profile} /></Card>
        <Card size="small" title={t('grading.before')}>
          {item.decided_before.length === 0 ? <span style={{ color: 'var(--soft)' }}>{t('grading.noBefore')}</span> : (
            <ul style={{ margin: 0, paddingLeft: 18 }}>{item.decided_before.map((d) => <li key={keyOf(d)}><span className="mono">{d.column}</span> {d.title} · {d.dataset_title}<br />{zh ? d.type_zh : d.type} · {t(`category.${d.category}`)} <GradeChip level={d.level} /> <small>{dayText(d.confirmed_ms)}</small></li>)}</ul>
          )}
          {item.similar.length > 0 ? (
            <div style={{ marginTop: 12 }}>
              <Checkbox
                checked={ticked.length === item.similar.length} indeterminate={ticked.length > 0 && ticked.length < item.similar.length}
                onChange={(e) => onTick(e.target.checked ? item.similar.map(keyOf) : [])}
              ><strong>{t('grading.applyTo', { n: item.similar.length })}</strong></Checkbox>
              <div style={{ maxHeight: 170, overflowY: 'auto', paddingLeft: 22 }} tabIndex={0} role="group" aria-label={t('grading.similar')}>
                {item.similar.map((s) => <div key={keyOf(s)}><Checkbox checked={ticked.includes(keyOf(s))} onChange={(e) => onTick(e.target.checked ? [...ticked, keyOf(s)] : ticked.filter((k) => k !== keyOf(s)))}><span className="mono">{s.column}</span> {s.title} <small>{s.dataset_title}</small></Checkbox></div>)}
              </div>
            </div>
          ) : null}
        </Card>
      </div>
    </div>
  );
}

function Profile({ profile: p }: { profile: FieldProfile | null }) {
  const { t } = useTranslation();
  if (!p) return <span style={{ color: 'var(--soft)' }}>{t('grading.noProfile')}</span>;
  const most = Math.max(1, ...p.shapes.map((s) => s.rows));
  return (
    <>
      <Facts items={[
        [t('grading.rows'), countText(p.rows)], [t('grading.nulls'), countText(p.nulls + p.empty)], [t('grading.distinct'), `${p.distinct_exact ? '' : `${t('grading.atLeast')} `}${countText(p.distinct)}`], [t('grading.lengths'), p.length_max ? `${p.length_min ?? 0}–${p.length_max}` : ''],
        [t('grading.range'), p.min === undefined || p.max === undefined ? '' : `${boundText(p, p.min)} – ${boundText(p, p.max)}`],
      ]} />
      {p.shapes.length > 0 ? <p style={{ margin: '10px 0 4px', color: 'var(--soft)' }}>{t('grading.shapes')}</p> : null}
      {p.shapes.slice(0, 8).map((s) => <div key={s.form} style={{ display: 'grid', gridTemplateColumns: 'minmax(0,1fr) 90px 60px', gap: 8, alignItems: 'center' }}><code style={{ overflowWrap: 'anywhere' }}>{s.form}</code><span style={{ background: 'var(--idle-ground)', height: 8, borderRadius: 4 }}><i style={{ display: 'block', height: 8, borderRadius: 4, width: `${(100 * s.rows) / most}%`, background: 'var(--brand)' }} /></span><small style={{ textAlign: 'right' }}>{countText(s.rows)}</small></div>)}
    </>
  );
}

export function Marks({ item }: { item: ReviewItem }) {
  const { t } = useTranslation();
  return (
    <Space size={4} wrap>
      {item.why.map((w) => <Chip key={w} tone={w === 'open' ? 'busy' : 'warn'} icon="!" word={t(`grading.why.${w}`, w)} />)}
      {item.proposal?.identifying ? <Tag>{t('catalog.identifying')}</Tag> : null}{item.proposal?.quasi ? <Tag>{t('catalog.quasi')}</Tag> : null}{item.proposal?.enterprise ? <Tag>{t('grading.enterprise')}</Tag> : null}
    </Space>
  );
}
