import { expect, it } from 'vitest';
import { runTrial } from '../scale/trial.ts';

// `npm run scale` does the same with 3,000 clients.
it.each([
  { nats: false, over: 'Postgres' },
  { nats: true, over: 'NATS' },
])(
  'three nodes behind nginx, over $over: one killed, one restarted, nothing lost',
  async ({ nats }) => {
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    const result = await runTrial({
      clients: 60,
      crowds: 1,
      rowsPerSecond: 100,
      seconds: 2,
      nats,
      log,
    });
    expect(result).toMatchObject({ equal: 60, different: 0 });
    const sum = (of: (phase: (typeof result.phases)[number]) => number) =>
      result.phases.reduce((total, phase) => total + of(phase), 0);
    expect(sum(({ repeated }) => repeated)).toBe(0);
    // Something did happen: nodes went, and their clients came back without reading again.
    expect(sum(({ written }) => written)).toBeGreaterThan(300);
    expect(sum(({ delivered }) => delivered)).toBeGreaterThan(1000);
    expect(sum(({ reconnects }) => reconnects)).toBeGreaterThan(20);
    expect(sum(({ reads }) => reads)).toBe(0);
  },
  120_000,
);
