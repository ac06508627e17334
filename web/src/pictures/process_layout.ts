// Where the steps of a business process stand: layers from left to right along the arrows, steps below each other within a layer,
// as near as may be to those before them. Arrows that close a circle do not count.

export interface Step { id: string; kind: string }
export interface Arrow { from: string; to: string; label: string }
export interface Laid { at: Map<string, { layer: number; row: number }>; layers: number; rows: number; back: Set<number> }

/** Arrows that lead back to a step that is still being walked, from the starts on. */
function backward(steps: readonly Step[], arrows: readonly Arrow[]): Set<number> {
  const known = new Map<string, 'open' | 'done'>();
  const back = new Set<number>();
  const walk = (start: string): void => {
    const path: { id: string; next: number }[] = [{ id: start, next: 0 }];
    known.set(start, 'open');
    while (path.length > 0) {
      const here = path.at(-1)!;
      const at = arrows.findIndex((a, i) => i >= here.next && a.from === here.id);
      if (at < 0) {
        known.set(here.id, 'done');
        path.pop();
        continue;
      }
      here.next = at + 1;
      const to = arrows[at]!.to;
      if (known.get(to) === 'open') back.add(at);
      else if (!known.has(to)) {
        known.set(to, 'open');
        path.push({ id: to, next: 0 });
      }
    }
  };
  for (const s of [...steps.filter((x) => x.kind === 'start'), ...steps]) if (!known.has(s.id)) walk(s.id);
  return back;
}

export function layProcess(steps: readonly Step[], arrows: readonly Arrow[]): Laid {
  const ids = new Set(steps.map((s) => s.id));
  const valid = arrows.map((a) => ids.has(a.from) && ids.has(a.to));
  const back = backward(steps, arrows.map((a, i) => (valid[i] ? a : { ...a, from: '' })));
  const forward = arrows.filter((_, i) => valid[i] && !back.has(i));
  const layer = new Map(steps.map((s) => [s.id, 0]));
  // Longest way from a start; without circles it settles after as many rounds as there are layers.
  for (let round = 0, moved = true; moved && round <= steps.length; round++) {
    moved = false;
    for (const a of forward) {
      if (layer.get(a.to)! <= layer.get(a.from)!) {
        layer.set(a.to, layer.get(a.from)! + 1);
        moved = true;
      }
    }
  }
  const layers = 1 + Math.max(0, ...layer.values());
  const at = new Map<string, { layer: number; row: number }>();
  let rows = 0;
  for (let l = 0; l < layers; l++) {
    const wish = (id: string): number => {
      const before = forward.filter((a) => a.to === id && at.has(a.from)).map((a) => at.get(a.from)!.row);
      return before.length > 0 ? before.reduce((x, y) => x + y, 0) / before.length : 0;
    };
    const here = steps.filter((s) => layer.get(s.id) === l).map((s) => s.id).sort((a, b) => wish(a) - wish(b));
    here.forEach((id, row) => at.set(id, { layer: l, row }));
    rows = Math.max(rows, here.length);
  }
  return { at, layers, rows, back };
}
