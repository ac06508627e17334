// The level of a flow as product, application, contract and release keep it: higher than its fields where combination, volume or
// scenario raise it, with the reason of every step (src/space/catalog/flow_level.h).
import { Alert, Card, Popover } from 'antd';
import { useTranslation } from 'react-i18next';
import type { FlowGrade, FlowReason } from '../api/schema.ts';
import { countText } from '../i18n/format.ts';
import { currentLanguage } from '../i18n/index.ts';
import { GradeChip } from './chips.tsx';

/** Why a level, step by step in the order in which they were weighed. */
export function FlowReasons({ reasons }: { reasons: FlowReason[] }) {
  const zh = currentLanguage() === 'zh';
  return (
    <ol style={{ margin: '6px 0 0', paddingLeft: 20 }}>
      {reasons.map((r, i) => <li key={r.rule + String(i)} style={{ marginBottom: 4 }}><GradeChip level={r.level} /> {zh ? r.zh : r.en}{r.columns.length > 0 ? <><br /><small className="mono" style={{ overflowWrap: 'anywhere' }}>{r.columns.join(' + ')}</small></> : null}</li>)}
    </ol>
  );
}

/** A level with its reasons a pointer or a Tab away; an arrow where the whole stands higher than its fields. */
export function FlowChip({ level, grade: g }: { level: number; grade: FlowGrade | undefined }) {
  const { t } = useTranslation();
  if (!g || g.reasons.length === 0) return <GradeChip level={level} />;
  const raised = g.level > g.columns_level;
  return (
    <Popover trigger={['hover', 'focus']} title={t(raised ? 'holdings.flow.raised' : 'holdings.flow.title')} content={<div style={{ maxWidth: 440 }}><FlowReasons reasons={g.reasons} /></div>}>
      <button type="button" className="bare" title={t('holdings.flow.why')} onClick={(e) => e.stopPropagation()}><GradeChip level={level} />{raised ? <strong> ↑</strong> : null}</button>
    </Popover>
  );
}

export function FlowGradeCard({ grade: g, columns }: { grade: FlowGrade | undefined; columns: number }) {
  const { t } = useTranslation();
  if (!g) return null;
  const parts = [t('holdings.flow.of', { columns: countText(columns), rows: countText(g.rows) }), t(`holdings.flow.scenarios.${g.scenario}`, g.scenario), ...(g.national ? [`${t('holdings.flow.national')} ${t(`holdings.flow.labels.${g.national}`, g.national)}`] : [])];
  return (
    <Card title={<>{t('holdings.flow.title')} <GradeChip level={g.level} /></>}>
      <p style={{ margin: '0 0 8px', color: 'var(--soft)' }}>{parts.join(' · ')}</p>
      {g.level > g.columns_level ? <Alert type="warning" showIcon title={<>{t('holdings.flow.raised')}: <GradeChip level={g.columns_level} /> → <GradeChip level={g.level} /></>} /> : null}
      {g.reasons.length > 0 ? <><strong style={{ display: 'block', marginTop: 10 }}>{t('holdings.flow.reasons')}</strong><FlowReasons reasons={g.reasons} /></> : null}
    </Card>
  );
}
