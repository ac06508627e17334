// What a version of an answer changed: the parts of what is said of a dataset or an item, in the order of their forms.
const PARTS = ['title', 'description', 'medium', 'volume', 'volume_unit', 'department', 'system', 'place', 'frequency', 'retention', 'purpose', 'processing', 'provision', 'measures'] as const;
type Part = (typeof PARTS)[number];

/** A part that is not said, whatever its kind. */
const written = (value: unknown): string => (value === undefined || value === null || value === '' || value === 0 ? '' : typeof value === 'object' && Object.keys(value).length === 0 ? '' : JSON.stringify(value));

export function changedParts(after: Partial<Record<Part, unknown>>, before: Partial<Record<Part, unknown>> | undefined): Part[] {
  return PARTS.filter((part) => written(after[part]) !== written(before?.[part]));
}
