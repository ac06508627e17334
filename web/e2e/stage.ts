// A node of its own for the walks of one file: a copy of the demo, its people in their browsers, what they do over the API, and the desk
// beside it. Started before the first walk, stopped after the last; what a page did wrong fails the walk in which it happened.
import { expect, test } from '@playwright/test';
import { Crew } from './crew.ts';
import { type Demo, startDemo } from './demo.ts';
import { Desk } from './desk.ts';
import { Hands } from './hands.ts';

const TIMEOUT = 300_000;

export interface Stage {
  demo: Demo;
  crew: Crew;
  desk: Desk;
  hands: Hands;
}

/** To be called once at the top of a file; what it gives is filled when the first walk begins. */
export function onStage(): Stage {
  test.describe.configure({ mode: 'serial' });
  test.setTimeout(TIMEOUT);
  const demo = {} as Demo, desk = new Desk(demo), hands = new Hands(demo, desk), crew = new Crew(demo, hands);
  test.beforeAll(async ({ browser }) => {
    test.setTimeout(TIMEOUT);
    Object.assign(demo, await startDemo());
    crew.enter(browser);
  });
  test.afterAll(async () => {
    await crew.close();
    await hands.close();
    await demo.stop?.();
  });
  test.afterEach(() => { expect(crew.faults).toEqual([]); });
  return { demo, crew, desk, hands };
}
