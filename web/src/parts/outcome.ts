// Why a node set an object's status, where the reason is one of its stable ids; a person's own words stay as they are.
export const outcomeText = (t: (key: string, otherwise: string) => string, reason: string): string => t(`outcome.${reason.replaceAll('.', '_')}`, reason);
