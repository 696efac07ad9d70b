import { expect, test } from 'vitest';
import { Engine } from '../../../js/core/engine.ts';
import { TidemarkError } from '../../../js/core/errors.ts';
import { loadCore } from '../../../js/core/load.ts';

// More UTF-8 than a core may have memory, in the worst case; never copied.
const HUGE = 'x'.repeat(400_000_000);

function codeOf(call: () => void): string | undefined {
  try {
    call();
    return undefined;
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(TidemarkError);
    return (thrown as TidemarkError).code;
  }
}

test('a core that runs out of memory says so to all its engines, and the next load is a new one', async () => {
  const engine = await Engine.load({ maxFrameBytes: 0x7fffffff }, [1, 2]);
  const other = await Engine.load({}, [1, 2]);
  const core = await loadCore();
  engine.connect(0);
  expect(codeOf(() => engine.frame(1, HUGE, 0))).toBe('core_aborted');
  expect(engine.aborted?.cause).toBeInstanceOf(Error);
  expect(other.aborted).toBe(engine.aborted);
  expect(codeOf(() => other.connect(0))).toBe('core_aborted');
  expect(codeOf(() => other.deadline)).toBe('core_aborted');
  expect(codeOf(() => other.flush())).toBe('core_aborted');
  engine.dispose();
  other.dispose();

  const next = await Engine.load({}, [1, 2]);
  expect(await loadCore()).not.toBe(core);
  next.defineEntity({ name: 'projects' });
  expect(next.observe({ entity: 'projects' }, 0)).toBeGreaterThan(0);
  next.dispose();
});

test('an argument that the binding refuses is nothing of the kind', async () => {
  const engine = await Engine.load({}, [1, 2]);
  const core = await loadCore();
  expect(() => core.Engine.prototype.tick.call({} as never, 0)).toThrow(/Cannot pass/);
  expect(engine.aborted).toBeUndefined();
  engine.connect(0);
  engine.dispose();
});
