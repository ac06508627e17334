// JSON as the node reads it: strict RFC 8259, no duplicate keys, depth 64, integers only up to 2^53−1, no fractions
// (money is integer fen); and its canonical form (RFC 8785), whose bytes are committed to and signed.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

const DEPTH_MAX = 64;

export class JsonError extends Error {}

class Parser {
  private at = 0;
  constructor(private readonly text: string) {}

  document(): Json {
    const value = this.value(0);
    this.space();
    if (this.at !== this.text.length) this.fail();
    return value;
  }

  private fail(reason = 'json.malformed'): never {
    throw new JsonError(`${reason} at ${this.at}`);
  }

  private space(): void {
    while (' \t\n\r'.includes(this.text[this.at] ?? 'x')) this.at++;
  }

  private value(depth: number): Json {
    if (depth > DEPTH_MAX) this.fail('json.too_deep');
    this.space();
    const c = this.text[this.at];
    if (c === '{') return this.object(depth);
    if (c === '[') return this.array(depth);
    if (c === '"') return this.string();
    if (c === 't') return this.word('true', true);
    if (c === 'f') return this.word('false', false);
    if (c === 'n') return this.word('null', null);
    return this.number();
  }

  private word<T extends Json>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.fail();
    this.at += word.length;
    return value;
  }

  private number(): number {
    const match = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
    match.lastIndex = this.at;
    const found = match.exec(this.text);
    if (found === null) this.fail();
    const value = Number(found[0]);
    if (/^-?[0-9]+$/.test(found[0]) && !Number.isSafeInteger(value)) this.fail('json.number_too_large');
    this.at += found[0].length;
    return value;
  }

  private string(): string {
    const match = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
    match.lastIndex = this.at;
    const found = match.exec(this.text);
    if (found === null) this.fail();
    const value = JSON.parse(found[0]) as string;
    if (!isWellFormed(value)) this.fail();
    this.at += found[0].length;
    return value;
  }

  private array(depth: number): Json[] {
    const out: Json[] = [];
    this.at++;
    this.space();
    if (this.text[this.at] === ']') {
      this.at++;
      return out;
    }
    for (;;) {
      out.push(this.value(depth + 1));
      this.space();
      const c = this.text[this.at++];
      if (c === ']') return out;
      if (c !== ',') this.fail();
    }
  }

  private object(depth: number): JsonObject {
    const out = Object.create(null) as JsonObject;
    this.at++;
    this.space();
    if (this.text[this.at] === '}') {
      this.at++;
      return out;
    }
    for (;;) {
      this.space();
      if (this.text[this.at] !== '"') this.fail();
      const key = this.string();
      if (key in out) this.fail('json.duplicate_key');
      this.space();
      if (this.text[this.at++] !== ':') this.fail();
      out[key] = this.value(depth + 1);
      this.space();
      const c = this.text[this.at++];
      if (c === '}') return out;
      if (c !== ',') this.fail();
    }
  }
}

const isWellFormed = (text: string): boolean => !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);

/** Throws JsonError. */
export const parseJson = (text: string): Json => new Parser(text).document();

export function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return '[' + value.map(canonical).join(',') + ']';
  return '{' + Object.keys(value).sort().map((key) => JSON.stringify(key) + ':' + canonical(value[key]!)).join(',') + '}';
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The member when it is a string; undefined otherwise. */
export const str = (value: Json | undefined, key: string): string | undefined => {
  const member = isObject(value) ? value[key] : undefined;
  return typeof member === 'string' ? member : undefined;
};
export const int = (value: Json | undefined, key: string): number | undefined => {
  const member = isObject(value) ? value[key] : undefined;
  return typeof member === 'number' && Number.isSafeInteger(member) ? member : undefined;
};
export const arr = (value: Json | undefined, key: string): Json[] | undefined => {
  const member = isObject(value) ? value[key] : undefined;
  return Array.isArray(member) ? member : undefined;
};
export const obj = (value: Json | undefined, key: string): JsonObject | undefined => {
  const member = isObject(value) ? value[key] : undefined;
  return isObject(member) ? member : undefined;
};
