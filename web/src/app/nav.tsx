// Where a person may go: at most six entries at first, chosen by duty; below them, and in the palette, everything else.
import { AlertOutlined, ApartmentOutlined, AuditOutlined, BankOutlined, ContainerOutlined, DatabaseOutlined, EyeInvisibleOutlined, FileProtectOutlined, IdcardOutlined, ImportOutlined, InboxOutlined, KeyOutlined, SafetyCertificateOutlined, SafetyOutlined, SettingOutlined, SolutionOutlined, TagsOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { Duty } from '../api/types.ts';

export type Place = 'inbox' | 'catalog' | 'sources' | 'grading' | 'deident' | 'products' | 'applications' | 'contracts' | 'mandates' | 'releases' | 'ledger' | 'law' | 'access' | 'custody' | 'alarms' | 'party' | 'admin';

export const placeIcon: Record<Place, ReactNode> = {
  inbox: <InboxOutlined />, catalog: <DatabaseOutlined />, sources: <ImportOutlined />, grading: <TagsOutlined />, deident: <EyeInvisibleOutlined />, products: <ContainerOutlined />, applications: <SolutionOutlined />, contracts: <FileProtectOutlined />, mandates: <IdcardOutlined />,
  releases: <SafetyCertificateOutlined />, ledger: <AuditOutlined />, law: <BankOutlined />, access: <KeyOutlined />, custody: <SafetyOutlined />, alarms: <AlertOutlined />, party: <ApartmentOutlined />, admin: <SettingOutlined />,
};

const MAX = 6;

/** Places of each duty, the most needed first. */
const places: Record<Duty, Place[]> = {
  data_manager: ['catalog', 'products', 'applications', 'contracts', 'releases', 'grading', 'deident', 'law', 'sources', 'access', 'mandates', 'custody', 'alarms'],
  security_officer: ['catalog', 'deident', 'products', 'access', 'releases', 'ledger', 'grading', 'law', 'custody', 'sources', 'alarms'],
  registrar: ['products', 'catalog', 'releases', 'ledger'],
  pi_officer: ['law', 'access', 'catalog', 'applications', 'releases', 'contracts', 'custody', 'deident', 'alarms'],
  committee_member: ['applications', 'products', 'contracts', 'releases', 'law', 'custody', 'deident'],
  contract_signer: ['contracts', 'applications', 'products', 'releases', 'mandates', 'party'],
  data_user: ['products', 'applications', 'contracts', 'releases', 'mandates', 'party'],
  broker: ['mandates', 'products', 'applications', 'contracts'],
  supervisor: ['releases', 'contracts', 'applications', 'law', 'ledger', 'products', 'catalog', 'mandates', 'alarms'],
  audit_admin: ['ledger', 'access', 'releases', 'admin', 'mandates', 'alarms'],
  security_admin: ['admin', 'access', 'custody', 'ledger', 'alarms'],
  system_admin: ['admin', 'custody', 'access', 'ledger', 'sources', 'alarms'],
};

/** All places of somebody's duties: what the palette reaches. */
export const allPlacesOf = (duties: Duty[]): Place[] => ['inbox', ...new Set(duties.flatMap((duty) => places[duty]))];

export function placesOf(duties: Duty[]): Place[] {
  const out: Place[] = ['inbox'];
  for (let rank = 0; rank < MAX; rank++) {
    for (const duty of duties) {
      const place = places[duty][rank];
      if (place && !out.includes(place) && out.length < MAX) out.push(place);
    }
  }
  const order = Object.keys(placeIcon);
  return out.sort((a, b) => order.indexOf(a) - order.indexOf(b));
}
