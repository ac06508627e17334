// An id says what it names by its prefix (src/space/ids.h): where its page is. A task leads to where it is done.
const pageOf: Record<string, string> = { ds: 'catalog', bt: 'batches', pd: 'products', ap: 'applications', ct: 'contracts', rl: 'releases', ma: 'mandates' };

/** Objects that live in a tab of a page; legal registers (src/space/law): each kind its tab. */
const tabOf: Record<string, string> = {
  lp: '/law?tab=papers', ia: '/law?tab=assessments', cs: '/law?tab=consents', sq: '/law?tab=requests', sp: '/law?tab=provisions', pt: '/admin', ps: '/admin?tab=people', kw: '/custody', be: '/custody?tab=backups', bk: '/custody?tab=backups', sr: '/sources',
  op: '/access?tab=operations', ex: '/access?tab=exceptions', ri: '/access?tab=rights', un: '/access?tab=organisation', dy: '/access?tab=organisation', gl: '/grading?tab=versions', it: '/grading?tab=items', bp: '/grading?tab=processes', lo: '/grading?tab=lowerings', rc: '/grading?tab=changes', rv: '/deident?tab=reversals', sd: '/deident?tab=drafts', al: '/alarms', tr: '/deident?tab=trace',
};

export function routeOfId(id: string): string | null {
  const prefix = /^([a-z]{2})[_-][A-Za-z0-9]+$/.exec(id)?.[1] ?? '';
  if (prefix === 'rc') return `${tabOf['rc']!}&change=${id}`;
  if (prefix === 'sd') return `${tabOf['sd']!}&draft=${id}`;
  if (prefix === 'bp') return `${tabOf['bp']!}&process=${id}`;
  const page = pageOf[prefix];
  return page ? `/${page}/${id}` : (tabOf[prefix] ?? null);
}

/** Kinds of tasks (src/node/views) that are done elsewhere than on the page of their object. */
const placeOfTask: Record<string, (object: string) => string> = {
  confirm_grades: (d) => `/grading?dataset=${d}`, reopened_grades: (d) => `/grading?why=reopened&dataset=${d}`, expired_grades: (d) => `/grading?why=expired&dataset=${d}`, describe_dataset: (d) => `/catalog/${d}?tab=facts`, classify_version: (d) => `/catalog/${d}?tab=versions`, unplanned_columns: (d) => `/catalog/${d}?tab=quality`,
  describe_item: (i) => `/grading?tab=items&item=${i}&do=describe`, grade_item: (i) => `/grading?tab=items&item=${i}&do=grade`, expired_item: (i) => `/grading?tab=items&item=${i}&do=grade`,
  confirm_party_key: (p) => `/inbox?party=${p}`, confirm_party_client: (p) => `/inbox?party=${p}`, confirm_mutual_tls_end: (p) => `/inbox?party=${p}`, confirm_resume: (p) => `/inbox?party=${p}`, client_certificate_ends: (p) => `/inbox?party=${p}`, client_authority_ends: (p) => `/inbox?party=${p}`, client_list_due: (p) => `/inbox?party=${p}`, confirm_person_resume: () => '/admin?tab=people', allow_reset: () => '/admin?tab=people', certificate_ends: () => '/party', same_rows: (d) => `/catalog/${d}?tab=lineage`, confirm_identity: (p) => `/inbox?identity=${p}`,
  retention_ending: () => '/law?tab=retention', retention_over: () => '/law?tab=retention', review_procedure: () => '/access?tab=figures',
};

export const routeOfTask = (kind: string, object: string): string => placeOfTask[kind]?.(object) ?? routeOfId(object) ?? '/inbox';
