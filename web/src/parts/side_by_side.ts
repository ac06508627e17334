// Two lists of things said, matched by their keys: what stays, what changes, what comes and what goes.
export interface Spoken { key: string; of: string; text: string }
export interface Beside { key: string; of: string; before: string; now: string; changed: boolean }

/** In the order of `now`; what is only in `before` follows. `missing` is what holds for a key that a side does not name. */
export function sideBySide(before: readonly Spoken[], now: readonly Spoken[], missing: { before: string; now: string }): Beside[] {
  const were = new Map(before.map((s) => [s.key, s])), are = new Set(now.map((s) => s.key));
  const pair = (key: string, of: string, was: string, is: string): Beside => ({ key, of, before: was, now: is, changed: was !== is });
  return [
    ...now.map((s) => pair(s.key, s.of, were.get(s.key)?.text ?? missing.before, s.text)),
    ...before.filter((s) => !are.has(s.key)).map((s) => pair(s.key, s.of, s.text, missing.now)),
  ];
}
