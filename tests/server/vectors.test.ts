// The server's side of tests/vectors/native.json.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventText } from '../../demo/server/change.ts';
import { decodeFrame } from '../../js/testing/dialects/native-messages.ts';
import type { RowChange } from '../../js/testing/feed.ts';

interface Vectors {
  toServer: Array<{ name: string; frame: string; message?: object; refusal?: object }>;
  events: Array<{
    name: string;
    change: RowChange;
    copy: Parameters<typeof eventText>[1];
    frame: string;
  }>;
}

const file = new URL('../vectors/native.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

describe('what a client says', () => {
  it.each(vectors.toServer)('$name', ({ frame, message, refusal }) => {
    const [decoded, ...more] = decodeFrame(frame);
    expect(more).toEqual([]);
    // As JSON has it: what is not there is not there.
    const told = JSON.parse(JSON.stringify(decoded)) as object;
    expect(told).toEqual(
      message ? { message } : { refusal: { ...refusal, message: expect.any(String) } },
    );
  });
});

describe('what a server says of a change', () => {
  it.each(vectors.events)('$name', ({ change, copy, frame }) => {
    expect(eventText(change, copy)).toBe(frame);
  });
});
