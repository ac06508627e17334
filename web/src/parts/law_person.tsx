/** Who takes in persons' requests and consents (src/space/law). */
export const DESK = ['data_manager', 'pi_officer'] as const;
export const Person = ({ id }: { id: string }) => <span className="mono" title={id}>{id.slice(0, 11)}…</span>;
