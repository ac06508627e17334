// An id says what it names by its prefix (src/space/ids.h): where its page is.
const pageOf: Record<string, string> = { ds: 'catalog', bt: 'batches', dv: 'catalog', pd: 'products', ap: 'applications', ct: 'contracts', rl: 'releases' };

/** Legal registers (src/space/law): each kind its tab. */
const lawTab: Record<string, string> = { lp: 'papers', ia: 'assessments', cs: 'consents', sq: 'requests', sp: 'provisions' };

export function routeOfId(id: string): string | null {
  const prefix = /^([a-z]{2})[_-][A-Za-z0-9]+$/.exec(id)?.[1];
  if (prefix === 'pt' || prefix === 'ps') return '/admin';
  if (prefix && prefix in lawTab) return `/law?tab=${lawTab[prefix]!}`;
  if (prefix === 'kw') return '/custody';
  if (prefix === 'be' || prefix === 'bk') return '/custody?tab=backups';
  if (prefix === 'sr') return '/sources';
  if (prefix === 'op') return '/access?tab=operations';
  if (prefix === 'ex') return '/access?tab=exceptions';
  if (prefix === 'ri') return '/access?tab=rights';
  if (prefix === 'un' || prefix === 'dy') return '/access?tab=organisation';
  const page = prefix === 'dv' ? undefined : pageOf[prefix ?? ''];
  return page ? `/${page}/${id}` : null;
}
