import { expect, test } from 'vitest';
import type { TracedEvent } from '../../../js/core/trace.ts';
import { PageTrace } from '../../../js/worker/page-trace.ts';

const event = (number: number, fate: TracedEvent['fate'] = 'applied'): TracedEvent => ({
  number,
  at: 0,
  entity: 'projects',
  id: '1',
  eventId: null,
  action: 'update',
  epoch: null,
  seq: null,
  way: 'link',
  fate,
  error: null,
});

test('an event of before the page looked does not come back when it becomes something else', () => {
  const trace = new PageTrace();
  trace.begin(10, { revision: 8, entries: [event(4), event(5)] });
  expect(trace.inCore(0)).toBe(8);
  const told = trace.ofPage({ revision: 10, entries: [event(5, 'conflated'), event(6)] });
  expect(told).toEqual({ revision: 2, entries: [event(1)] });
});

test('it counts on in another trace of the core, and has no more than it wanted', () => {
  const trace = new PageTrace();
  trace.begin(2, { revision: 8, entries: [event(5)] });
  trace.goOn({ revision: 10, entries: [event(6), event(7)] });
  // The page had two events, 1 and 2.
  const told = trace.ofPage({ revision: 3, entries: [event(1), event(2), event(3)] });
  expect(told).toEqual({ revision: 5, entries: [event(4), event(5)] });
  expect(trace.inCore(told.revision)).toBe(3);
});
