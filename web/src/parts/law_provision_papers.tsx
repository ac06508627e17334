// What a statutory provision rests on beside its document: papers for important data, human genetic data and flows abroad. They are named as soon
// as the fields are chosen, and can be entered from there; without them the node does not take the request.
import { Alert, Button, Card } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Party } from '../api/types.ts';
import { useHolds } from '../app/session.tsx';
import { currentLanguage } from '../i18n/index.ts';
import { Chip } from './chips.tsx';
import { EnterPaper } from './law_enter_paper.tsx';
import { requesterOf } from './law_requester.tsx';
import type { Paper, Template } from './law_types.ts';

type Demand = Template['demands'][number];

/** Which demands hold for these fields: what catalogs say of them, and whether the requester sits abroad (provision_case in src/space/law/legal_case.h). */
export function demandsOf(template: Template, papers: Paper[], dataset: string, columns: string[], abroad: boolean): Demand[] {
  const catalogued = (kind: string): boolean => papers.some((p) => p.in_force && p.form.kind === kind && p.form.dataset === dataset && p.form.columns.some((c) => columns.includes(c)));
  const flags: Record<string, boolean> = { cross_border: abroad, important_data: catalogued('important_data'), human_genetic: catalogued('human_genetic_data') };
  return template.demands.filter((d) => d.flags.length > 0 && d.flags.every((f) => flags[f]));
}

/** How far the paper for one demand is. */
export function stateOf(papers: Paper[], demand: string, requester: string, dataset: string, columns: string[]): 'met' | 'other_fields' | 'waits' | 'missing' {
  const whom = requesterOf(requester);
  const ofFlow = papers.filter((p) => p.form.kind === demand && !p.form.product && p.form.dataset === dataset && ('agency' in whom ? p.form.agency === whom.agency : p.form.counterpart === whom.party));
  const covers = (p: Paper): boolean => p.form.columns.length === 0 || columns.every((c) => p.form.columns.includes(c));
  const counts = ofFlow.filter((p) => p.in_force);
  if (counts.some(covers)) return 'met';
  if (ofFlow.some((p) => p.status === 'entered' && covers(p))) return 'waits';
  return counts.length > 0 ? 'other_fields' : 'missing';
}

const looks = { met: ['good', '✓'], waits: ['busy', '●'], other_fields: ['warn', '!'], missing: ['bad', '✕'] } as const;

export function ProvisionPapers({ template, requester, dataset, columns, papers, parties }: { template: Template; requester: string; dataset: string; columns: string[]; papers: Paper[]; parties: Party[] }) {
  const { t } = useTranslation();
  const zh = currentLanguage() === 'zh';
  const [entering, setEntering] = useState('');
  const mayEnter = useHolds('data_manager', 'security_officer');
  const whom = requesterOf(requester);
  const country = 'party' in whom ? parties.find((p) => p.id === whom.party)?.country : undefined;
  const demands = demandsOf(template, papers, dataset, columns, Boolean(country && country !== 'CN'));
  if (demands.length === 0) return null;
  return (
    <Card size="small" title={t('law.caseTitle')} style={{ marginBottom: 16 }} role="region" aria-label={t('law.caseTitle')}>
      {demands.map((d) => {
        const state = stateOf(papers, d.id, requester, dataset, columns), [tone, icon] = looks[state];
        return (
          <div key={d.id} style={{ display: 'flex', gap: 8, alignItems: 'center', flexWrap: 'wrap', marginBottom: 6 }}>
            <Chip tone={tone} icon={icon} word={t(`provision.paper.${state}`)} />
            <span style={{ flex: 1, minWidth: 200 }}>{zh ? d.zh : d.en} <small>{d.clause}</small></span>
            {mayEnter && (state === 'missing' || state === 'other_fields') ? <Button size="small" onClick={() => setEntering(d.id)}>{t('law.enter')}</Button> : null}
          </div>
        );
      })}
      <Alert type="info" showIcon title={t('provision.papersText')} />
      {entering ? <EnterPaper kinds={template.papers.filter((k) => k.id === entering)} about={{ kind: entering, requester, dataset, columns }} onClose={() => setEntering('')} /> : null}
    </Card>
  );
}
