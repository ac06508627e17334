// A business process while it is drawn: the diagram as the node takes it (src/space/inventory/process.h), changed step by step.
import type { ProcessDiagram, ProcessEdge, ProcessNode } from '../api/schema.ts';

export const KINDS = ['start', 'activity', 'decision', 'store', 'outside', 'end'] as const;
export const RIGHTS = ['read', 'enter', 'change', 'export', 'delete', 'approve'] as const;

const step = (id: string, title: string, kind: string): ProcessNode => ({ id, title, kind, data: [], access: [], processing: '', storage: '', transmission: '' });

export const blankProcess = (start: string, end: string): ProcessDiagram => ({
  title: '', description: '', department: '', nodes: [step('n1', start, 'start'), step('n2', '', 'activity'), step('n3', end, 'end')], edges: [{ from: 'n1', to: 'n2', label: '' }, { from: 'n2', to: 'n3', label: '' }],
});

/** An id that no step has. */
function freshId(nodes: readonly ProcessNode[]): string {
  const taken = new Set(nodes.map((n) => n.id));
  for (let i = nodes.length + 1; ; i++) if (!taken.has(`n${i}`)) return `n${i}`;
}

/** A new step between this one and where its only arrow leads, else after it. */
export function withStepAfter(d: ProcessDiagram, after: string): { diagram: ProcessDiagram; id: string } {
  const id = freshId(d.nodes);
  const out = d.edges.filter((e) => e.from === after);
  const at = d.nodes.findIndex((n) => n.id === after) + 1;
  const only = out.length === 1 ? out[0] : undefined;
  const edges = only ? d.edges.map((e) => (e === only ? { ...e, to: id } : e)).concat({ from: id, to: only.to, label: '' }) : [...d.edges, { from: after, to: id, label: '' }];
  return { id, diagram: { ...d, nodes: [...d.nodes.slice(0, at), step(id, '', 'activity'), ...d.nodes.slice(at)], edges } };
}

/** Without a step and its arrows; what led to it leads on to where it led, so that nothing is cut off. */
export function withoutStep(d: ProcessDiagram, id: string): ProcessDiagram {
  const before = d.edges.filter((e) => e.to === id && e.from !== id), after = d.edges.filter((e) => e.from === id && e.to !== id);
  const kept = d.edges.filter((e) => e.from !== id && e.to !== id);
  const joined = before.flatMap((b) => after.map((a): ProcessEdge => ({ from: b.from, to: a.to, label: b.label }))).filter((e) => e.from !== e.to && !kept.some((k) => k.from === e.from && k.to === e.to));
  return { ...d, nodes: d.nodes.filter((n) => n.id !== id), edges: [...kept, ...joined] };
}

export const withStep = (d: ProcessDiagram, id: string, change: Partial<ProcessNode>): ProcessDiagram => ({ ...d, nodes: d.nodes.map((n) => (n.id === id ? { ...n, ...change } : n)) });

/** Arrows from a step, all at once: an arrow leads to another step, and to each once. */
export function withArrowsFrom(d: ProcessDiagram, from: string, out: { to: string; label: string }[]): ProcessDiagram {
  const seen = new Set<string>();
  const own = out.filter((o) => o.to !== '' && !seen.has(o.to) && seen.add(o.to)).map((o) => ({ from, ...o }));
  return { ...d, edges: [...d.edges.filter((e) => e.from !== from), ...own] };
}

/** What the node would refuse, told while drawing: steps without a name, and steps that no arrow from a start reaches. */
export function problemsOf(d: ProcessDiagram): { unnamed: string[]; unreached: string[]; noStart: boolean; halfSaid: string[] } {
  const reached = new Set(d.nodes.filter((n) => n.kind === 'start').map((n) => n.id));
  for (let grew = true; grew;) {
    grew = false;
    for (const e of d.edges) if (reached.has(e.from) && !reached.has(e.to)) { reached.add(e.to); grew = true; }
  }
  return {
    unnamed: d.nodes.filter((n) => n.title.trim() === '').map((n) => n.id), unreached: d.nodes.filter((n) => !reached.has(n.id)).map((n) => n.id), noStart: !d.nodes.some((n) => n.kind === 'start'),
    halfSaid: d.nodes.filter((n) => n.access.some((a) => a.rights.length === 0 || (a.who.trim() === '' && a.unit === '')) || n.data.some((x) => x.dataset === '' && x.item === '')).map((n) => n.id),
  };
}
