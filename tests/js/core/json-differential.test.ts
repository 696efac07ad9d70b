import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Effect } from '../../../js/core/effects.ts';
import { Engine } from '../../../js/core/engine.ts';
import { RandomJson } from '../support/random-json.ts';

let engine: Engine;
let link: number;

beforeAll(async () => {
  engine = await Engine.load();
  engine.defineEntity({ name: 'projects' });
  engine.connect(0);
  const open = engine.takeEffects().find((each) => each.op === 'open') as Effect & { op: 'open' };
  link = open.link;
  engine.linkOpened(link, 1);
  engine.takeEffects();
});

afterAll(() => engine.dispose());

const utf8 = new TextEncoder();

/** Why the core refuses a frame; undefined when it takes it for JSON, whatever it says. */
function refusal(frame: Uint8Array): string | undefined {
  // Counted each time, reported once.
  const before = engine.stats().rejected;
  engine.frame(link, frame, 2);
  engine.takeEffects();
  const after = engine.stats().rejected;
  return ['malformed_json', 'too_deep'].find((code) => after[code] !== before[code]);
}

function parses(frame: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(frame));
    return true;
  } catch {
    return false;
  }
}

const damage = [
  ...utf8.encode('"\\[]{},:.eE+-019 tfnu/bx\n\t'),
  0,
  1,
  0x7f,
  0x80,
  0xc3,
  0xe2,
  0xed,
  0xa0,
  0xf0,
  0xf4,
  0xff,
];

function damaged(random: RandomJson, frame: Uint8Array): Uint8Array {
  const bytes = [...frame];
  for (let i = 1 + random.below(3); i > 0; i--) {
    const at = random.below(bytes.length + 1);
    if (random.below(3) === 0) bytes.splice(at, 1);
    else bytes.splice(at, random.below(2), random.pick(damage));
  }
  if (random.below(10) === 0) bytes.length = random.below(bytes.length + 1);
  return Uint8Array.from(bytes);
}

describe('JSON as the core reads it', () => {
  it('is what JSON.parse accepts, also when bytes are damaged', () => {
    let accepted = 0;
    let refused = 0;
    for (let seed = 1; seed <= 3_000; seed++) {
      const random = new RandomJson(seed);
      const whole = utf8.encode(random.text());
      expect(parses(whole)).toBe(true);
      for (const frame of [whole, damaged(random, whole), damaged(random, whole)]) {
        const accepts = refusal(frame) === undefined;
        if (accepts !== parses(frame)) {
          expect.fail(`seed ${seed}: ${accepts ? 'accepted' : 'refused'} ${[...frame]}`);
        }
        if (accepts) accepted++;
        else refused++;
      }
    }
    expect(accepted).toBeGreaterThan(3_000);
    expect(refused).toBeGreaterThan(2_000);
  });

  it('may be 512 deep, and no deeper', () => {
    const nested = (depth: number) => utf8.encode('['.repeat(depth) + ']'.repeat(depth));
    expect(refusal(nested(512))).toBeUndefined();
    expect(refusal(nested(513))).toBe('too_deep');
    expect(refusal(nested(100_000))).toBe('too_deep');
  });

  it('leaves a row alone that is spelled another way, and only such a row', () => {
    const plain = (text: string) =>
      JSON.parse(text, (_, value: unknown) => (Object.is(value, -0) ? 0 : value)) as unknown;
    const view = engine.observe({ entity: 'projects' }, 2);
    const changes = (row: string) => {
      engine.endSnapshot(engine.beginSnapshot(view, 3), `[{"id":1,"row":${row}}]`, 3);
      engine.takeEffects();
      return engine.flush().length > 0;
    };
    let differing = 0;
    for (let seed = 1; seed <= 1_000; seed++) {
      const random = new RandomJson(seed);
      const row = random.text();
      const other = random.text();
      changes(row);
      // What is no number in JSON (1e999) has but one spelling here.
      if (!row.includes('999') && !row.includes('1234567890')) {
        const again = random.spelling(JSON.parse(row));
        expect(changes(again), `seed ${seed}: ${row} ${again}`).toBe(false);
      }
      const changed = changes(other);
      if (!changed) expect(plain(other), `seed ${seed}`).toEqual(plain(row));
      if (!isDeepStrictEqual(plain(other), plain(row))) {
        differing++;
        expect(changed, `seed ${seed}: ${row} ${other}`).toBe(true);
      }
    }
    expect(differing).toBeGreaterThan(500);
  });
});
