// What stands where in the picture of lineage: source, versions as they were made of each other, products, releases. Of each kind the
// newest `SHOWN` are drawn; what else there is stands as one node that says how many.

export interface LineageNode { id: string; kind: 'source' | 'batch' | 'version' | 'masked' | 'product' | 'release' | 'provision' | 'copy' | 'recipient'; title: string; note: string; to?: string; column: number; row: number }
export interface Drawn { nodes: LineageNode[]; edges: [string, string][]; columns: number; rows: number }

export interface Made { id: string; title: string; note: string; of: string[]; masked: boolean }
export interface Used { id: string; title: string; note: string; of: string; to: string }

export const SHOWN = 8;

/** How many steps a version is from what was collected. */
export function depths(versions: Made[]): Map<string, number> {
  const known = new Map(versions.map((v) => [v.id, v]));
  const out = new Map<string, number>();
  const depth = (id: string, seen: Set<string>): number => {
    const done = out.get(id);
    if (done !== undefined) return done;
    if (seen.has(id)) return 0;
    const of = (known.get(id)?.of ?? []).filter((x) => known.has(x));
    const value = of.length === 0 ? 0 : 1 + Math.max(...of.map((x) => depth(x, new Set([...seen, id]))));
    out.set(id, value);
    return value;
  };
  for (const v of versions) depth(v.id, new Set());
  return out;
}

export function draw(source: { title: string; note: string }, versions: Made[], products: Used[], releases: Used[], more: (n: number) => string): Drawn {
  const depth = depths(versions);
  const nodes: LineageNode[] = [{ id: 'source', kind: 'source', title: source.title, note: source.note, column: 0, row: 0 }];
  const edges: [string, string][] = [];
  const filled: number[] = [1];
  const put = (column: number, node: Omit<LineageNode, 'column' | 'row'>): void => {
    const row = filled[column] ?? 0;
    filled[column] = row + 1;
    nodes.push({ ...node, column, row });
  };
  /** Of a column the newest; the others as one node that stands for them. */
  const some = <T extends { id: string }>(column: number, all: T[], node: (one: T) => Omit<LineageNode, 'column' | 'row'>): Map<string, string> => {
    const stand = new Map<string, string>();
    const hidden = all.length > SHOWN ? all.length - SHOWN : 0;
    for (const one of all.slice(hidden)) {
      put(column, node(one));
      stand.set(one.id, one.id);
    }
    if (hidden > 0) {
      const id = `more-${column}`;
      put(column, { id, kind: 'source', title: more(hidden), note: '' });
      for (const one of all.slice(0, hidden)) stand.set(one.id, id);
    }
    return stand;
  };
  const link = (from: string | undefined, to: string): void => {
    if (from && from !== to && !edges.some(([a, b]) => a === from && b === to)) edges.push([from, to]);
  };
  const deepest = Math.max(0, ...depth.values());
  const standing = new Map<string, string>();
  for (let d = 0; d <= deepest; d++) {
    const here = versions.filter((v) => depth.get(v.id) === d);
    for (const [id, stand] of some(1 + d, here, (v) => ({ id: v.id, kind: v.masked ? 'masked' : 'version', title: v.title, note: v.note }))) standing.set(id, stand);
  }
  for (const v of versions) {
    const of = v.of.filter((x) => standing.has(x));
    if (of.length === 0) link('source', standing.get(v.id)!);
    for (const from of of) link(standing.get(from), standing.get(v.id)!);
  }
  const made = some(2 + deepest, products, (p) => ({ id: p.id, kind: 'product', title: p.title, note: p.note, to: p.to }));
  for (const p of products) link(standing.get(p.of), made.get(p.id)!);
  const gone = some(3 + deepest, releases, (r) => ({ id: r.id, kind: 'release', title: r.title, note: r.note, to: r.to }));
  for (const r of releases) link(made.get(r.of) ?? standing.get(r.of), gone.get(r.id)!);
  return { nodes, edges, columns: releases.length > 0 ? 4 + deepest : products.length > 0 ? 3 + deepest : 2 + deepest, rows: Math.max(...filled.map((n) => n ?? 0)) };
}
