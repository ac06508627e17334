// Where a person may go: at most six entries, chosen by duty; the palette reaches the same places.
import { AuditOutlined, ContainerOutlined, DatabaseOutlined, EyeInvisibleOutlined, FileProtectOutlined, InboxOutlined, KeyOutlined, SafetyCertificateOutlined, SettingOutlined, SolutionOutlined, TagsOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { Duty } from '../api/types.ts';

export type Place = 'inbox' | 'catalog' | 'grading' | 'deident' | 'products' | 'applications' | 'contracts' | 'releases' | 'ledger' | 'access' | 'admin';

export const placeIcon: Record<Place, ReactNode> = {
  inbox: <InboxOutlined />, catalog: <DatabaseOutlined />, grading: <TagsOutlined />, deident: <EyeInvisibleOutlined />, products: <ContainerOutlined />, applications: <SolutionOutlined />, contracts: <FileProtectOutlined />,
  releases: <SafetyCertificateOutlined />, ledger: <AuditOutlined />, access: <KeyOutlined />, admin: <SettingOutlined />,
};

const MAX = 6;

/** Places of each duty, the most needed first. */
const places: Record<Duty, Place[]> = {
  data_manager: ['catalog', 'products', 'applications', 'contracts', 'releases', 'grading', 'deident', 'access'],
  security_officer: ['catalog', 'deident', 'products', 'access', 'releases', 'ledger', 'grading'],
  registrar: ['products', 'catalog', 'releases', 'ledger'],
  pi_officer: ['access', 'catalog', 'applications', 'contracts', 'releases'],
  committee_member: ['applications', 'products', 'contracts', 'releases'],
  contract_signer: ['contracts', 'applications', 'products', 'releases'],
  data_user: ['products', 'applications', 'contracts', 'releases'],
  broker: ['products', 'applications', 'contracts', 'releases'],
  supervisor: ['releases', 'contracts', 'applications', 'products', 'ledger'],
  audit_admin: ['ledger', 'access', 'releases', 'admin'],
  security_admin: ['admin', 'access', 'ledger'],
  system_admin: ['admin', 'access', 'ledger'],
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
