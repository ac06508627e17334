// What stands where in the picture of a whole flow: each thing to the right of everything that it was made of, recipients last. Of each column the
// newest `SHOWN` are drawn; the others stand as one node that says how many.
import type { Drawn, LineageNode } from './lineage.ts';
import { SHOWN } from './lineage.ts';

export interface FlowThing { id: string; kind: LineageNode['kind']; title: string; note: string; to?: string }

export function drawFlow(things: FlowThing[], links: [string, string][], more: (n: number) => string): Drawn {
  const known = new Set(things.map((x) => x.id));
  const kept = links.filter(([a, b]) => known.has(a) && known.has(b) && a !== b);
  const before = new Map<string, string[]>();
  for (const [a, b] of kept) before.set(b, [...(before.get(b) ?? []), a]);
  const column = new Map<string, number>();
  const place = (id: string, above: Set<string>): number => {
    const done = column.get(id);
    if (done !== undefined) return done;
    if (above.has(id)) return 0;
    const inside = new Set([...above, id]);
    const value = Math.max(-1, ...(before.get(id) ?? []).map((x) => place(x, inside))) + 1;
    column.set(id, value);
    return value;
  };
  for (const x of things) place(x.id, new Set());
  const last = Math.max(0, ...things.map((x) => column.get(x.id)!));
  for (const x of things) if (x.kind === 'recipient') column.set(x.id, last);
  const nodes: LineageNode[] = [], standing = new Map<string, string>();
  let rows = 1;
  for (let c = 0; c <= last; c++) {
    const here = things.filter((x) => column.get(x.id) === c);
    const hidden = here.length > SHOWN ? here.length - SHOWN : 0;
    here.slice(hidden).forEach((x, row) => { nodes.push({ ...x, column: c, row }); standing.set(x.id, x.id); });
    if (hidden > 0) {
      nodes.push({ id: `more-${c}`, kind: 'source', title: more(hidden), note: '', column: c, row: SHOWN });
      for (const x of here.slice(0, hidden)) standing.set(x.id, `more-${c}`);
    }
    rows = Math.max(rows, Math.min(here.length, SHOWN) + (hidden > 0 ? 1 : 0));
  }
  const edges: [string, string][] = [], drawn = new Set<string>();
  for (const [a, b] of kept) {
    const from = standing.get(a)!, to = standing.get(b)!;
    if (from === to || drawn.has(`${from} ${to}`)) continue;
    drawn.add(`${from} ${to}`);
    edges.push([from, to]);
  }
  return { nodes, edges, columns: last + 1, rows };
}
