// Whether what a node answers is what web/openapi.yaml says: each JSON answer of a walk is held against the schema of its route.
import type { Page } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  oneOf?: Schema[];
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
  pattern?: string;
}
interface Operation { responses: Record<string, { content?: Record<string, { schema: Schema }> }> }
interface Document { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } }

const yaml = fileURLToPath(new URL('../openapi.yaml', import.meta.url));
const document_ = JSON.parse(spawnSync('python3', ['-c', 'import json,sys,yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))', yaml], { maxBuffer: 1 << 26 }).stdout.toString()) as Document;
const routes = Object.entries(document_.paths).map(([path, methods]) => ({ path: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`), weight: (path.match(/\{/g) ?? []).length, methods }));

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
const fits = (kind: string, value: unknown): boolean => kind === kindOf(value) || (kind === 'integer' && Number.isInteger(value));

/** What is wrong with a value, with its place; empty when it fits. */
export function misfits(schema: Schema, value: unknown, at = ''): string[] {
  if (schema.$ref) return misfits(document_.components.schemas[schema.$ref.split('/').pop()!]!, value, at);
  if (schema.oneOf) return schema.oneOf.some((one) => misfits(one, value, at).length === 0) ? [] : [`${at}: fits none of its schemas`];
  if (schema.enum && !schema.enum.includes(value)) return [`${at}: not one of ${schema.enum.join(', ')}`];
  const kinds = schema.type === undefined ? [] : [schema.type].flat();
  if (kinds.length > 0 && !kinds.some((kind) => fits(kind, value))) return [`${at}: ${kindOf(value)}, not ${kinds.join(' or ')}`];
  if (schema.pattern && typeof value === 'string' && !new RegExp(schema.pattern).test(value)) return [`${at}: not of its form`];
  if (Array.isArray(value)) return value.flatMap((one, i) => misfits(schema.items ?? {}, one, `${at}[${i}]`));
  if (kindOf(value) !== 'object') return [];
  const record = value as Record<string, unknown>;
  const missing = (schema.required ?? []).filter((name) => !(name in record)).map((name) => `${at}.${name}: missing`);
  return [...missing, ...Object.entries(record).flatMap(([name, one]) => {
    const own = schema.properties?.[name];
    if (own) return misfits(own, one, `${at}.${name}`);
    if (schema.additionalProperties) return misfits(schema.additionalProperties, one, `${at}.${name}`);
    return schema.properties ? [`${at}.${name}: not in the document`] : [];
  })];
}

/** Holds every answer that this page gets against the document; what does not fit goes to `faults`. */
export function holdAgainstDocument(page: Page, faults: string[]): void {
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.startsWith('/api/v1/') || !response.ok() || !(response.headers()['content-type'] ?? '').startsWith('application/json')) return;
    const method = response.request().method().toLowerCase();
    const route = routes.filter((r) => r.path.test(pathname) && r.methods[method]).sort((a, b) => a.weight - b.weight)[0];
    const schema = route?.methods[method]?.responses[String(response.status())]?.content?.['application/json']?.schema;
    if (!schema) {
      faults.push(`${method} ${pathname} ${response.status()}: not in openapi.yaml`);
      return;
    }
    void response.json().then((value: unknown) => { faults.push(...misfits(schema, value).slice(0, 3).map((m) => `${method} ${pathname}${m}`)); }, () => undefined);
  });
}
