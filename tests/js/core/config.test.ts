// The core of the package reads its configuration with number parsing of its own.
import { expect, test } from 'vitest';
import { Engine, type EngineConfig } from '../../../js/core/engine.ts';

const SEED = [1, 2] as const;

/** How long the core gives a link to open, as it reads it from JSON. */
async function openTimeout(value: number): Promise<number | null> {
  // Not among the options that are told of, but the one whose value shows at once.
  const config: EngineConfig & { openTimeout: number } = { openTimeout: value };
  const engine = await Engine.load(config, SEED);
  engine.connect(0);
  const at = engine.deadline;
  engine.dispose();
  return at;
}

test.each([
  [1, 1],
  [1500, 1500],
  [1500.7, 1500],
  [12_345.678_901_234, 12_345],
  [1.000_000_1, 1],
  [123_456_789.987_654_3, 123_456_789],
  [2_147_483_646.5, 2_147_483_646],
  [2_147_483_647, 2_147_483_647],
])('%d is read as %d ms', async (value, milliseconds) => {
  expect(await openTimeout(value)).toBe(milliseconds);
});

test.each([
  0, -0.5, -1500, 0.999_999_9, 1e-7, 5e-324, 2_147_483_647.5, 1e21, 1.7976931348623157e308,
])('%d is refused', async (value) => {
  await expect(openTimeout(value)).rejects.toMatchObject({ code: 'bad_config' });
});
