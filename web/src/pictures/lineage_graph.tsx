// Where data come from and where they went, drawn: columns from left to right, arrows between what was made of what. Nodes are HTML over
// one SVG of arrows, so that they can be read, focused and followed. The layout is `lineage.ts`.
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Drawn, LineageNode } from './lineage.ts';

const WIDTH = 172, COLUMN = 226, HEIGHT = 58, ROW = 72;
const tone: Record<LineageNode['kind'], string> = { source: 'idle', batch: 'busy', version: 'busy', masked: 'good', product: 'warn', release: 'brand', provision: 'brand', copy: 'warn', recipient: 'bad' };

export function LineageGraph({ drawn, chosen, onChoose, title, text }: { drawn: Drawn; chosen: string; onChoose?: (version: string) => void; title?: string; text?: string }) {
  const { t } = useTranslation();
  const at = new Map(drawn.nodes.map((n) => [n.id, n]));
  const x = (column: number): number => column * COLUMN, y = (row: number): number => row * ROW;
  const width = (drawn.columns - 1) * COLUMN + WIDTH + 4, height = drawn.rows * ROW + 4;
  return (
    <figure className="picture">
      <figcaption><strong>{title ?? t('inventory.lineage.title')}</strong><span>{text ?? t('inventory.lineage.text')}</span></figcaption>
      <div style={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={title ?? t('inventory.lineage.title')}>
        <div className="lineage" style={{ width, height }}>
          <svg width={width} height={height} aria-hidden="true">
            {drawn.edges.map(([from, to]) => {
              const a = at.get(from), b = at.get(to);
              if (!a || !b) return null;
              const x1 = x(a.column) + WIDTH, y1 = y(a.row) + HEIGHT / 2, x2 = x(b.column), y2 = y(b.row) + HEIGHT / 2;
              // Made of a version of the same column: an arrow around the left side.
              const path = b.column > a.column ? `M ${x1} ${y1} C ${x1 + 34} ${y1}, ${x2 - 34} ${y2}, ${x2} ${y2}` : `M ${x(a.column)} ${y1} C ${x(a.column) - 30} ${y1}, ${x2 - 30} ${y2}, ${x2} ${y2}`;
              const lit = from === chosen || to === chosen;
              return <path key={`${from} ${to}`} d={path} fill="none" stroke={lit ? 'var(--brand)' : 'var(--line)'} strokeWidth={lit ? 2.2 : 1.5} />;
            })}
          </svg>
          <ul>
            {drawn.nodes.map((n) => (
              <li key={n.id} style={{ left: x(n.column), top: y(n.row), width: WIDTH, height: HEIGHT, borderLeftColor: `var(--${tone[n.kind]})` }}>
                {n.to ? <Link to={n.to}><strong>{n.title}</strong><small>{n.note}</small></Link>
                  : onChoose && (n.kind === 'version' || n.kind === 'masked') ? <button type="button" aria-pressed={n.id === chosen} onClick={() => onChoose(n.id)}><strong>{n.title}</strong><small>{n.note}</small></button>
                    : <span><strong>{n.title}</strong><small>{n.note}</small></span>}
              </li>
            ))}
          </ul>
        </div>
      </div>
    </figure>
  );
}
