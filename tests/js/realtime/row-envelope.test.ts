import { describe, expect, it } from 'vitest';
import { RowEnvelope } from '../../../js/realtime/row-envelope.ts';

const rows = [{ id: 1 }];
const newer = [{ id: 1 }, { id: 2 }];

describe('RowEnvelope', () => {
  it('finds an array at the root and in `data`', () => {
    const bare = new RowEnvelope(undefined);
    expect(bare.open(rows)).toBe(rows);
    expect(bare.dress(newer)).toBe(newer);
    const wrapped = new RowEnvelope(undefined);
    expect(wrapped.open({ data: rows, total: 1 })).toBe(rows);
    expect(wrapped.dress(newer)).toEqual({ data: newer, total: 1 });
  });

  it('finds none in a single object', () => {
    expect(new RowEnvelope(undefined).open({ id: 1, name: 'a' })).toBeUndefined();
  });

  it('follows a path and leaves the response itself alone', () => {
    const envelope = new RowEnvelope('result.items');
    const response = { result: { items: rows, next: 'x' } };
    envelope.open(response);
    expect(envelope.dress(newer)).toEqual({ result: { items: newer, next: 'x' } });
    expect(response.result.items).toBe(rows);
  });

  it('refuses data without an array at its path', () => {
    const envelope = new RowEnvelope('items');
    expect(() => envelope.open({ data: [] })).toThrow(
      expect.objectContaining({ code: 'bad_snapshot' }),
    );
  });

  it('gives the same object for the same rows in an equal envelope', () => {
    const envelope = new RowEnvelope(undefined);
    envelope.open({ data: rows, meta: { total: 1 } });
    const first = envelope.dress(newer);
    envelope.open({ data: rows, meta: { total: 1 } });
    expect(envelope.dress(newer)).toBe(first);
    envelope.open({ data: rows, meta: { total: 2 } });
    expect(envelope.dress(newer)).toEqual({ data: newer, meta: { total: 2 } });
  });
});
