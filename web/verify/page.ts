// The page around the verifier: takes files, shows the report. All text goes in through textContent, never as markup.
import { Sm3 } from '../src/crypto/sm3.ts';
import { hex } from '../src/crypto/bytes.ts';
import { type Json, canonical } from '../src/verify/json.ts';
import { type Report, type State, rootText, verifyDocument } from '../src/verify/report.ts';
import { type Language, words } from './words.ts';
import './page.css';

type Slot = 'bundle' | 'file' | 'anchor';

let language: Language = navigator.language.startsWith('en') ? 'en' : 'zh';
const chosen: Record<Slot, File | null> = { bundle: null, file: null, anchor: null };
let report: Report | null = null;
let working = false;
let round = 0;

const glyph: Record<State, string> = { pass: '✓', fail: '✕', unknown: '?' };
const verdictState: Record<Report['verdict'], State> = { verified: 'pass', not_pinned: 'unknown', failed: 'fail', unreadable: 'fail' };

type Child = Node | string | null;
function el(tag: string, className = '', ...children: Child[]): HTMLElement {
  const out = document.createElement(tag);
  if (className) out.className = className;
  out.append(...children.filter((c) => c !== null));
  return out;
}

async function digestOf(file: File): Promise<string> {
  const hash = new Sm3();
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return hex(hash.finish());
    hash.update(value);
  }
}

async function readText(file: File): Promise<string> {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer());
}

async function check(): Promise<void> {
  const mine = ++round;
  report = null;
  working = chosen.bundle !== null;
  render();
  if (!chosen.bundle) return;
  let next: Report;
  try {
    const [document_, anchor, fileDigest] = await Promise.all([
      readText(chosen.bundle), chosen.anchor ? readText(chosen.anchor) : null, chosen.file ? digestOf(chosen.file) : null,
    ]);
    next = verifyDocument({ document: document_, anchor, fileDigest, nowMs: Date.now() });
  } catch {
    next = { verdict: 'unreadable', checks: [], reason: 'file.unreadable' };
  }
  if (mine !== round) return;
  report = next;
  working = false;
  render();
  document.querySelector<HTMLElement>('.verdict')?.focus();
}

function slot(id: Slot): HTMLElement {
  const w = words[language];
  const input = document.createElement('input');
  input.type = 'file';
  input.id = `choose-${id}`;
  input.className = 'hidden-input';
  input.setAttribute('aria-describedby', `hint-${id}`);
  input.addEventListener('change', () => put(id, input.files?.[0] ?? null));
  const label = document.createElement('label');
  label.htmlFor = input.id;
  label.className = `slot ${chosen[id] ? 'filled' : ''} ${id}`;
  const hint = el('span', 'hint', chosen[id] ? `${chosen[id].name} · ${chosen[id].size.toLocaleString()} B` : w[`${id}Hint`]);
  hint.id = `hint-${id}`;
  label.append(el('span', 'name', w[id]), hint, el('span', 'button', w.choose));
  for (const kind of ['dragenter', 'dragover']) label.addEventListener(kind, (e) => { e.preventDefault(); label.classList.add('over'); });
  label.addEventListener('dragleave', () => label.classList.remove('over'));
  label.addEventListener('drop', (e) => {
    e.preventDefault();
    put(id, e.dataTransfer?.files[0] ?? null);
  });
  const holder = el('div', 'holder', input, label);
  if (chosen[id]) {
    const remove = el('button', 'remove', w.remove);
    remove.setAttribute('aria-label', `${w.remove}: ${w[id]}`);
    remove.addEventListener('click', () => put(id, null));
    holder.append(remove);
  }
  return holder;
}

function put(id: Slot, file: File | null): void {
  chosen[id] = file;
  void check();
}

const mark = (state: State): HTMLElement => {
  const out = el('span', `mark ${state}`, glyph[state]);
  out.setAttribute('aria-hidden', 'true');
  return out;
};

function verdictBlock(r: Report): HTMLElement {
  const v = words[language].verdict[r.verdict];
  const head = el('h2', '', v.title);
  const block = el('section', `verdict ${verdictState[r.verdict]}`, mark(verdictState[r.verdict]),
    el('div', '', head, el('p', '', v.text), r.reason ? el('code', '', r.reason) : null));
  block.tabIndex = -1;
  block.setAttribute('role', 'status');
  return block;
}

function checksBlock(r: Report): HTMLElement {
  const w = words[language];
  const rows = r.checks.map((c) => el('li', c.state, mark(c.state),
    el('div', '', el('strong', '', w.check[c.id].title), el('span', 'state', w.state[c.state]), el('p', '', w.check[c.id][c.state]),
      c.reasons.length > 0 ? el('code', '', c.reasons.join('\n')) : null)));
  return el('section', 'card', el('h3', '', w.checks), el('ul', 'checks', ...rows));
}

const time = (ms: number): string => new Date(ms).toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB', { hour12: false });
const plain = (value: Json): string => (typeof value === 'string' ? value : canonical(value));

function fieldsTable(fields: Record<string, Json>): HTMLElement {
  const rows = Object.entries(fields).map(([name, value]) => el('tr', '', el('th', '', name), el('td', '', plain(value))));
  if (rows.length === 0) return el('p', 'hint', words[language].nothing);
  return el('div', 'scroll', el('table', '', el('tbody', '', ...rows)));
}

function stationsBlock(r: Report): HTMLElement | null {
  const w = words[language];
  if (!r.passport) return null;
  const items = r.passport.stations.map((s) => {
    const last = s.entries.at(-1);
    const details = el('details', '',
      el('summary', '', mark(s.ok ? 'pass' : 'fail'), el('strong', '', w.station[s.id]),
        el('span', 'hint', last ? `${time(last.entry.time)} · ${w.entry} ${last.seq}` : s.id === 'ledger' ? `${w.size} ${r.evidence!.checkpoint.size}` : '')),
      s.problems.length > 0 ? el('code', '', s.problems.join('\n')) : null,
      ...s.entries.flatMap((e) => [el('p', 'kind', `${e.entry.kind} · ${w.entry} ${e.seq} · ${e.entry.actor}`), fieldsTable(e.revealed)]),
      s.id === 'ledger' ? el('code', '', r.evidence!.checkpoint.note) : null);
    if (!s.ok) (details as HTMLDetailsElement).open = true;
    return el('li', '', details);
  });
  return el('section', 'card', el('h3', '', w.stations), el('ol', 'stations', ...items));
}

function entriesBlock(r: Report): HTMLElement | null {
  if (r.passport || !r.evidence) return null;
  const w = words[language];
  const items = r.evidence.entries.map((e) => el('li', '', el('details', '',
    el('summary', '', mark(e.included && e.fieldsMatch ? 'pass' : 'fail'), el('strong', '', e.entry.kind), el('span', 'hint', `${time(e.entry.time)} · ${w.entry} ${e.seq}`)),
    fieldsTable(e.revealed))));
  return el('section', 'card', el('h3', '', w.proves), el('ol', 'stations', ...items));
}

function issuerBlock(r: Report): HTMLElement | null {
  if (!r.evidence) return null;
  const w = words[language];
  const g = r.evidence.genesis;
  const facts: [string, string][] = [
    [w.issuer, g ? `${g.name} ${g.uscc}` : '—'], [w.origin, r.evidence.origin], [w.size, String(r.evidence.checkpoint.size)], [w.root, rootText(r.evidence)],
  ];
  if (r.passport) {
    const p = r.passport;
    facts.unshift([w.release, p.release], [w.parties, `${p.provider || '—'} → ${p.recipient || '—'}`], [w.content, `${p.columns.join(', ')} · ${p.rows} ${w.rows} · ${w.level} ${p.level}`],
      [w.validTo, p.expiresMs > 0 ? time(p.expiresMs) : '—'], ...(p.unmarked ? [[w.unmarked, w.unmarkedWhy[p.unmarked] ?? p.unmarked] as [string, string]] : []),
      ...(p.level5RowsLeftOut !== null ? [[w.level5, w.level5Left(p.level5RowsLeftOut)] as [string, string]] : []));
  }
  if (r.registration) {
    const p = r.registration;
    facts.unshift([w.product, `${p.name} ${p.product}`], [w.number, p.number], [w.owner, p.owner], [w.registered, time(p.registeredMs)], [w.content, `${p.rows} ${w.rows} · ${w.level} ${p.level}`]);
  }
  return el('section', 'card', el('dl', '', ...facts.flatMap(([k, v]) => [el('dt', '', k), el('dd', '', v)])));
}

function render(): void {
  const w = words[language];
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  const other = el('button', 'language', w.other);
  other.addEventListener('click', () => {
    language = language === 'zh' ? 'en' : 'zh';
    render();
  });
  const parts: (HTMLElement | null)[] = [
    el('header', '', el('div', 'brand', el('span', 'logo', '闸'), el('h1', '', w.title)), el('span', 'pill', w.offline), other),
    el('p', 'lead', w.lead),
    el('div', 'slots', slot('bundle'), slot('anchor'), slot('file')),
  ];
  if (working) parts.push(el('p', 'lead', w.working));
  if (report) parts.push(verdictBlock(report), issuerBlock(report), stationsBlock(report), entriesBlock(report), report.checks.length > 0 ? checksBlock(report) : null);
  parts.push(el('section', 'card quiet', el('h3', '', w.notProven), el('ul', 'plain', ...w.notProvenItems.map((t) => el('li', '', t)))));
  document.getElementById('app')!.replaceChildren(el('main', '', ...parts));
}

document.addEventListener('dragover', (e) => e.preventDefault());
document.addEventListener('drop', (e) => {
  e.preventDefault();
  const file = e.dataTransfer?.files[0];
  if (file && !(e.target as HTMLElement).closest('.slot')) put('bundle', file);
});
render();
