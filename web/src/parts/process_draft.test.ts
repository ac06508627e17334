import { expect, test } from 'vitest';
import { blankProcess, problemsOf, withArrowsFrom, withStep, withStepAfter, withoutStep } from './process_draft.ts';

const arrows = (d: { edges: { from: string; to: string }[] }): string[] => d.edges.map((e) => `${e.from}>${e.to}`);

test('a step put after another stands between it and where it led', () => {
  const { diagram, id } = withStepAfter(blankProcess('s', 'e'), 'n1');
  expect([id, arrows(diagram)]).toEqual(['n4', ['n1>n4', 'n2>n3', 'n4>n2']]);
  expect(problemsOf(diagram).unreached).toEqual([]);
});

test('from a step with two ways on, the new step is a third', () => {
  const forked = withArrowsFrom(blankProcess('s', 'e'), 'n1', [{ to: 'n2', label: '' }, { to: 'n3', label: '' }]);
  expect(arrows(withStepAfter(forked, 'n1').diagram)).toContain('n1>n4');
});

test('a removed step leaves its neighbours joined', () => {
  const d = withoutStep(blankProcess('s', 'e'), 'n2');
  expect([d.nodes.length, arrows(d)]).toEqual([2, ['n1>n3']]);
});

test('an arrow leads to each step once, and nowhere else', () => {
  expect(arrows(withArrowsFrom(blankProcess('s', 'e'), 'n1', [{ to: 'n2', label: 'a' }, { to: 'n2', label: 'b' }, { to: '', label: '' }]))).toEqual(['n2>n3', 'n1>n2']);
});

test('what the node would refuse is told while drawing', () => {
  const cut = withArrowsFrom(blankProcess('s', 'e'), 'n2', []);
  expect(problemsOf(cut)).toEqual({ unnamed: ['n2'], unreached: ['n3'], noStart: false, halfSaid: [] });
  const open = withStep(blankProcess('s', 'e'), 'n2', { title: 'x', access: [{ who: 'y', unit: '', rights: [] }] });
  expect(problemsOf(open).halfSaid).toEqual(['n2']);
});
