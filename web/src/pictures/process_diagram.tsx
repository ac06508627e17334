// A business process drawn: steps in layers from left to right, each with the level of its data and what happens in it, over one SVG of
// arrows. Steps are buttons, so that they can be chosen by keyboard; the layout is process_layout.ts.
import { useTranslation } from 'react-i18next';
import type { ProcessEdge, ProcessNode } from '../api/schema.ts';
import { GradeChip } from '../parts/chips.tsx';
import { layProcess } from './process_layout.ts';

const WIDTH = 196, HEIGHT = 92, GAP_X = 76, GAP_Y = 40, TOP = 30;

/** What a step shows beside its name: the level (none: not said yet) and short lines. */
export interface StepShown { level: number | null; lines: string[] }

export function ProcessPicture({ nodes, edges, shown, chosen, onChoose, label }: { nodes: ProcessNode[]; edges: ProcessEdge[]; shown: (node: ProcessNode) => StepShown; chosen: string; onChoose: (id: string) => void; label: string }) {
  const { t } = useTranslation();
  const laid = layProcess(nodes, edges);
  const x = (id: string): number => laid.at.get(id)!.layer * (WIDTH + GAP_X), y = (id: string): number => TOP + laid.at.get(id)!.row * (HEIGHT + GAP_Y);
  const width = laid.layers * (WIDTH + GAP_X) - GAP_X + 8, height = TOP + laid.rows * (HEIGHT + GAP_Y) - GAP_Y + 6;
  return (
    <div style={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={label}>
      <div className="process" style={{ width, height }}>
        <svg width={width} height={height} aria-hidden="true">
          <defs><marker id="process-tip" viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" markerWidth="9" markerHeight="9" orient="auto"><path d="M 0 0 L 8 4 L 0 8 Z" fill="var(--soft)" /></marker></defs>
          {edges.map((e, i) => {
            if (!laid.at.has(e.from) || !laid.at.has(e.to)) return null;
            const lit = e.from === chosen || e.to === chosen;
            const back = laid.back.has(i);
            const x1 = back ? x(e.from) + WIDTH / 2 : x(e.from) + WIDTH, y1 = back ? y(e.from) : y(e.from) + HEIGHT / 2;
            const x2 = back ? x(e.to) + WIDTH / 2 + 24 : x(e.to) - 3, y2 = back ? y(e.to) - 3 : y(e.to) + HEIGHT / 2;
            // What leads back goes over the steps, what leads on goes between the layers.
            const over = Math.min(y1, y2) - 24;
            const path = back ? `M ${x1} ${y1} C ${x1} ${over}, ${x2} ${over}, ${x2} ${y2}` : `M ${x1} ${y1} C ${x1 + GAP_X / 2} ${y1}, ${x2 - GAP_X / 2} ${y2}, ${x2} ${y2}`;
            return (
              <g key={`${e.from} ${e.to} ${i}`}>
                <path d={path} fill="none" stroke={lit ? 'var(--brand)' : 'var(--soft)'} strokeWidth={lit ? 2.2 : 1.4} strokeDasharray={back ? '5 4' : 'none'} markerEnd="url(#process-tip)" />
                {e.label ? <text x={(x1 + x2) / 2} y={back ? over + 9 : (y1 + y2) / 2 - 7} textAnchor="middle" fontSize="11.5" fill="var(--soft)">{e.label}</text> : null}
              </g>
            );
          })}
        </svg>
        <ol aria-label={label}>
          {nodes.map((n) => {
            const { level, lines } = shown(n);
            const kind = t(`holdings.process.kinds.${n.kind}`, n.kind);
            return (
              <li key={n.id} style={{ left: x(n.id), top: y(n.id), width: WIDTH, height: HEIGHT }} className={`step ${n.kind}`}>
                <button type="button" aria-pressed={n.id === chosen} onClick={() => onChoose(n.id)}>
                  <span className="head"><strong>{n.title || '…'}</strong>{kind === n.title ? null : <small>{kind}</small>}</span>
                  {level !== null && level > 0 ? <GradeChip level={level} /> : null}
                  <small>{lines.slice(0, 2).map((line) => <span key={line}>{line}</span>)}</small>
                </button>
              </li>
            );
          })}
        </ol>
      </div>
    </div>
  );
}
