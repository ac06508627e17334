// The taxonomy drawn: category → class → type from left to right; a branch opens on demand, the keyboard walks it.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaxonomyCategory } from '../api/schema.ts';
import { currentLanguage } from '../i18n/index.ts';

interface Node { id: string; name: string; level: number; fields: number; children: Node[] }
interface Placed { node: Node; x: number; y: number; depth: number; parent: { x: number; y: number } | null }

const ROW = 26, COLUMN = 250, WIDTH = 190;

const sum = (children: Node[]): number => children.reduce((n, c) => n + c.fields, 0);

function nodesOf(tree: TaxonomyCategory[], zh: boolean, category: (id: TaxonomyCategory['category']) => string): Node[] {
  return tree.map((c) => {
    const classes = c.classes.map((k) => {
      const types = k.types.map((ty) => ({ id: `${c.category}/${k.id}/${ty.id}`, name: zh ? ty.zh : ty.en, level: ty.level, fields: ty.fields, children: [] }));
      return { id: `${c.category}/${k.id}`, name: zh ? k.zh : k.en, level: k.level, fields: sum(types), children: types };
    });
    return { id: c.category, name: category(c.category), level: Math.max(0, ...classes.map((k) => k.level)), fields: sum(classes), children: classes };
  });
}

/** Leaves below each other, inner nodes in the middle of theirs. */
function place(nodes: Node[], open: Set<string>, depth: number, from: number, out: Placed[]): number {
  let at = from;
  for (const node of nodes) {
    const children: Placed[] = [];
    const shown = open.has(node.id) ? node.children : [];
    const end = shown.length > 0 ? place(shown, open, depth + 1, at, children) : at + ROW;
    const y = shown.length > 0 ? (at + end - ROW) / 2 : at;
    const here = { node, x: depth * COLUMN, y, depth, parent: null };
    out.push(here, ...children.map((c) => (c.depth === depth + 1 ? { ...c, parent: { x: here.x, y } } : c)));
    at = end;
  }
  return at;
}

export function TaxonomyTree({ tree }: { tree: TaxonomyCategory[] }) {
  const { t } = useTranslation();
  const zh = currentLanguage() === 'zh';
  const nodes = nodesOf(tree, zh, (id) => t(`category.${id}`));
  const [open, setOpen] = useState<Set<string>>(() => new Set([...nodes.slice(0, 2).map((n) => n.id), nodes[0]?.children[0]?.id ?? '']));
  const placed: Placed[] = [];
  const height = place(nodes, open, 0, 4, placed);
  const toggle = (id: string): void => setOpen((was) => {
    const next = new Set(was);
    if (!next.delete(id)) next.add(id);
    return next;
  });
  return (
    <div style={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={t('grading.tree')}>
      <div className="tree" style={{ height, width: 2 * COLUMN + WIDTH + 60 }}>
        <svg width="100%" height={height} aria-hidden="true">
          {placed.filter((p) => p.parent).map((p) => {
            const x = p.parent!.x + WIDTH, y = p.parent!.y + ROW / 2, to = p.y + ROW / 2;
            return <path key={p.node.id} d={`M ${x} ${y} C ${x + 30} ${y}, ${p.x - 30} ${to}, ${p.x} ${to}`} fill="none" stroke="var(--line)" strokeWidth="1.5" />;
          })}
        </svg>
        <ul>
          {placed.map(({ node, x, y }) => (
            <li key={node.id} style={{ left: x, top: y, width: WIDTH }}>
              {node.children.length > 0 ? (
                <button type="button" aria-expanded={open.has(node.id)} onClick={() => toggle(node.id)}>
                  <i style={{ background: `var(--l${node.level || 1}-ground)`, color: `var(--l${node.level || 1})` }}>{node.level || '—'}</i>{node.name}<small>{node.fields} {open.has(node.id) ? '−' : '+'}</small>
                </button>
              ) : <span><i style={{ background: `var(--l${node.level || 1}-ground)`, color: `var(--l${node.level || 1})` }}>{node.level || '—'}</i>{node.name}<small>{node.fields}</small></span>}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
