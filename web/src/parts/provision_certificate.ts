// The certificate of an agency that it destroyed what it had: the file that `sluice destroy-certificate` writes for a provision.
export interface Certificate { format: string; provision: string; file_digest: string; method: string; destroyed_ms: number; signature: string }

/** What the file says; null where it is no such certificate. Whether it holds, the node decides. */
export function certificateOf(text: string): Certificate | null {
  try {
    const read = JSON.parse(text) as Partial<Certificate>;
    const words = [read.format, read.provision, read.file_digest, read.method, read.signature].every((x) => typeof x === 'string');
    return words && typeof read.destroyed_ms === 'number' ? (read as Certificate) : null;
  } catch {
    return null;
  }
}
