// The public key by which a source signs its manifests: its file (sluice-public-key/1), or what somebody read out of it.
const HEX = /^04[0-9a-f]{128}$/i;

/** The key as 130 hexadecimal digits; null where the text is none. A key file with a private half is none: it goes to nobody. */
export function sourceKeyIn(text: string): string | null {
  const plain = text.trim();
  if (HEX.test(plain)) return plain.toLowerCase();
  try {
    const file = JSON.parse(plain) as unknown;
    if (typeof file !== 'object' || file === null || 'private_key' in file || !('public_key' in file)) return null;
    const { public_key } = file;
    return typeof public_key === 'string' && HEX.test(public_key) ? public_key.toLowerCase() : null;
  } catch {
    return null;
  }
}
