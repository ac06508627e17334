// Generalisation hierarchies in the form that ARX reads and writes: a line a value, its ancestors after it, `;` between them. Here they are read,
// checked as the node checks them (src/anonymity/hierarchy.h), built over public domains, and written again.
export interface Hierarchy {
  /** Each: the value, then its ancestors; all of one length. */
  rows: string[][];
  /** Columns of a row: level 0 is the value itself. */
  levels: number;
}

export type ArxReason = 'empty' | 'depths_differ' | 'too_deep' | 'gap' | 'value_twice' | 'not_a_tree' | 'cycle' | 'malformed';
export class ArxError extends Error {
  constructor(readonly reason: ArxReason, readonly line: number) {
    super(`hierarchy.${reason}`);
  }
}

const LEVELS_MAX = 32;

/** Cells of one line of RFC 4180 with this separator; null where a quotation is not closed or goes on. */
function cellsOf(line: string, separator: string): string[] | null {
  const out: string[] = [];
  for (let at = 0; at <= line.length;) {
    if (line[at] === '"') {
      let cell = '';
      for (at++; ; at++) {
        if (at >= line.length) return null;
        if (line[at] !== '"') cell += line[at];
        else if (line[at + 1] === '"') { cell += '"'; at++; } else break;
      }
      out.push(cell);
      at++;
      if (at < line.length && line[at] !== separator) return null;
    } else {
      const end = line.indexOf(separator, at);
      out.push(line.slice(at, end < 0 ? line.length : end));
      at = end < 0 ? line.length : end;
    }
    if (at >= line.length) return out;
    at++;
  }
  return out;
}

/** ARX writes `;`; other tools write `,`: what the first line has outside of quotations. */
const separatorOf = (line: string): string => (line.replace(/"(?:[^"]|"")*"/g, '').includes(';') ? ';' : ',');

/** Throws ArxError. */
export function readArx(text: string): Hierarchy {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const first = lines.findIndex((line) => line.trim() !== '');
  if (first < 0) throw new ArxError('empty', 1);
  const separator = separatorOf(lines[first]!);
  const rows: string[][] = [];
  const numbers: number[] = [];
  lines.forEach((line, i) => {
    if (line.trim() === '') return;
    const cells = cellsOf(line, separator);
    if (!cells) throw new ArxError('malformed', i + 1);
    rows.push(cells);
    numbers.push(i + 1);
  });
  return checked(rows, numbers);
}

function checked(rows: string[][], numbers: number[]): Hierarchy {
  const levels = rows[0]!.length;
  if (levels > LEVELS_MAX) throw new ArxError('too_deep', numbers[0]!);
  const seen = new Map<string, string>();
  const parent: Map<string, string>[] = Array.from({ length: levels }, () => new Map());
  const kept: string[][] = [];
  rows.forEach((row, i) => {
    if (row.length !== levels) throw new ArxError('depths_differ', numbers[i]!);
    if (row.some((cell, level) => level > 0 && cell === '')) throw new ArxError('gap', numbers[i]!);
    const ladder = JSON.stringify(row);
    const before = seen.get(row[0]!);
    if (before !== undefined && before !== ladder) throw new ArxError('value_twice', numbers[i]!);
    if (before !== undefined) return;
    seen.set(row[0]!, ladder);
    kept.push(row);
    for (let level = 1; level + 1 < levels; level++) {
      const up = parent[level]!.get(row[level]!);
      if (up !== undefined && up !== row[level + 1]) throw new ArxError('not_a_tree', numbers[i]!);
      parent[level]!.set(row[level]!, row[level + 1]!);
    }
  });
  const round = cycleIn(kept);
  if (round >= 0) throw new ArxError('cycle', numbers[rows.indexOf(kept[round]!)]!);
  return { rows: kept, levels };
}

/** The row by which a label generalises, over steps, to itself; −1 where none does. A label may stay the same over levels. */
function cycleIn(rows: readonly string[][]): number {
  const up = new Map<string, Set<string>>();
  for (const row of rows) row.forEach((label, level) => {
    const next = row[level + 1];
    if (next === undefined || next === label) return;
    if (!up.has(label)) up.set(label, new Set());
    up.get(label)!.add(next);
  });
  const clear = new Set<string>();
  const leadsBack = (label: string, path: ReadonlySet<string>): boolean => {
    if (clear.has(label)) return false;
    if (path.has(label)) return true;
    const further = new Set(path).add(label);
    for (const next of up.get(label) ?? []) if (leadsBack(next, further)) return true;
    clear.add(label);
    return false;
  };
  return rows.findIndex((row) => leadsBack(row[0]!, new Set()));
}

const quoted = (cell: string): string => (/[";\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
export const writeArx = (h: Hierarchy): string => h.rows.map((row) => row.map(quoted).join(';')).join('\n') + '\n';

/** Whole numbers from `from` to `to` in intervals of these widths, each a multiple of the one before, and `*` above them. Throws ArxError. */
export function intervals(from: number, to: number, widths: readonly number[]): Hierarchy {
  if (!(to >= from) || to - from > 100_000) throw new ArxError('empty', 1);
  const rows = Array.from({ length: to - from + 1 }, (_, i) => {
    const value = from + i;
    return [String(value), ...widths.map((width) => {
      const low = Math.floor(value / width) * width;
      return `${low}-${low + width - 1}`;
    }), '*'];
  });
  return checked(rows, rows.map((_, i) => i + 1));
}

/** Codes that lose one character from the right a level, then `*`: divisions, diagnosis and drug codes. Throws ArxError. */
export function cutFromRight(values: readonly string[], steps: number): Hierarchy {
  const rows = [...new Set(values.map((v) => v.trim()).filter(Boolean))].map((value) => {
    const characters = [...value];
    return [value, ...Array.from({ length: steps }, (_, i) => characters.map((c, at) => (at < characters.length - i - 1 ? c : '*')).join('')), '*'];
  });
  if (rows.length === 0) throw new ArxError('empty', 1);
  return checked(rows, rows.map((_, i) => i + 1));
}

/** A group of one level with what stands below it. */
export interface Group { label: string; leaves: number; children: Group[] }

/** The groups from the top down; several where the last level does not end in one. */
export function groupsOf(h: Hierarchy): Group[] {
  const build = (rows: string[][], level: number): Group[] => {
    const by = new Map<string, string[][]>();
    for (const row of rows) {
      const label = row[level]!;
      const found = by.get(label);
      if (found) found.push(row);
      else by.set(label, [row]);
    }
    return [...by].map(([label, below]) => ({ label, leaves: below.length, children: level > 0 ? build(below, level - 1) : [] }));
  };
  return build(h.rows, h.levels - 1);
}

/** How many groups each level has, level 0 first. */
export const groupCounts = (h: Hierarchy): number[] => Array.from({ length: h.levels }, (_, level) => new Set(h.rows.map((row) => row[level])).size);
