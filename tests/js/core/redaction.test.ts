import { describe, expect, it } from 'vitest';
import { Digest } from '../../../js/core/digest.ts';
import { RedactedStream } from '../../../js/core/redacted-stream.ts';
import { Redactor } from '../../../js/core/redaction.ts';

const hide = (member: string): string => `<${member}>`;

function redactor(redact: ((member: string, value: unknown) => unknown) | undefined = hide) {
  const made = new Redactor(redact, 1000);
  const shape = { name: 'projects', idField: 'key', versionField: 'rev' };
  made.input('defineEntity', [shape], undefined);
  return made;
}
const row = { key: 1, rev: 2, name: 'secret', nested: { deep: 'secret' } };
const hidden = { key: 1, rev: 2, name: '<name>', nested: '<nested>' };
const event = (data: unknown, more = {}) => ({
  type: 'realtime',
  entity: 'projects',
  data,
  ...more,
});

describe('Redactor', () => {
  const frame = (data: unknown, made = redactor()) => {
    const [method, args] = made.input('frame', [1, data, 9], undefined);
    return [method, args[0], typeof args[1] === 'string' ? args[1] : '', args[2]];
  };
  const text = (data: unknown) => JSON.parse(String(frame(JSON.stringify(data))[2]));

  it('keeps id, version and envelope, and nothing that it does not know', () => {
    expect(text(event(row, { id: 'e', seq: 3, secret: 's' }))).toEqual(
      event(hidden, { id: 'e', seq: 3 }),
    );
    expect(text([event(row), event('secret'), 'secret', 5])).toEqual([
      event(hidden),
      event(null),
      null,
      null,
    ]);
    expect(text({ op: 'error', code: 'c', message: 'secret' })).toEqual({ op: 'error', code: 'c' });
    expect(text({ op: 'secret', secret: 1 })).toEqual({ op: '' });
  });

  it('reads bytes as it reads text, and keeps no byte of what it cannot read', () => {
    const bytes = new TextEncoder().encode(JSON.stringify(event(row)));
    expect(JSON.parse(String(frame(bytes)[2]))).toEqual(event(hidden));
    expect(frame('"secret')).toEqual(['frame', 1, '{', 9]);
    expect(frame('x'.repeat(1001))).toEqual(['frameTooLarge', 1, '', undefined]);
  });

  it('takes __proto__ for a member like any other', () => {
    const [, , out] = frame(
      '{"type":"realtime","entity":"projects","data":{"__proto__":"secret"}}',
    );
    expect(out).toContain('"__proto__":"<__proto__>"');
  });

  it('drops the value when redact throws', () => {
    const throws = () => {
      throw new Error('bug');
    };
    expect(String(frame(JSON.stringify(event(row)), redactor(throws))[2])).toContain('"name":null');
  });

  it('redacts the rows of a response, wherever they are', () => {
    const made = redactor();
    made.input('observe', [{ entity: 'projects', path: 'a.b' }, 1], 7);
    made.input('beginSnapshot', [7, 2], 70);
    const body = JSON.stringify({ secret: 1, a: { b: [row, 'secret'], secret: 1 } });
    const [, args] = made.input('endSnapshot', [70, body, 3], undefined);
    expect(JSON.parse(args[1] as string)).toEqual({ a: { b: [hidden, null] } });
    made.input('beginSnapshot', [7, 4], 71);
    expect(made.input('endSnapshot', [71, '<html>secret', 5], undefined)[1][1]).toBe('{');
  });

  it('redacts edits and what settles them', () => {
    const made = redactor();
    const edit = { id: 'm', entity: 'projects', action: 'update', data: row };
    const [, args] = made.input('mutate', [edit, 1], 5);
    expect(args[0]).toEqual({ ...edit, data: hidden });
    const settled = made.input('settle', [5, JSON.stringify(row), 2], undefined)[1][1];
    expect(JSON.parse(settled as string)).toEqual(hidden);
    expect(made.input('settle', [6, 'null', 2], undefined)[1][1]).toBe('null');
    expect(made.input('settle', [6, '"secret', 2], undefined)[1][1]).toBe('{');
    const conflict = [5, 'name', 'secret', undefined, 3];
    expect(made.input('resolve', conflict, undefined)[1]).toEqual([
      5,
      'name',
      '<name>',
      '<name>',
      3,
    ]);
  });

  it('redacts edits that are made anew, and what settles them', () => {
    const made = redactor();
    const edit = { format: 1, key: 'm', entity: 'projects', action: 'update', madeAt: 5 };
    const saved = JSON.stringify({ ...edit, data: row, base: row, before: null, more: 'secret' });
    const [, args] = made.input('restore', [saved, 1], 5);
    expect(JSON.parse(args[0] as string)).toEqual({
      ...edit,
      data: hidden,
      base: hidden,
      before: null,
    });
    const settled = made.input('settle', [5, JSON.stringify(row), 2], undefined)[1][1];
    expect(JSON.parse(settled as string)).toEqual(hidden);
    expect(made.input('restore', ['"secret', 1], undefined)[1]).toEqual(['{', 1]);
  });

  it('never keeps tokens and what the app sends', () => {
    for (const made of [redactor(), new Redactor(undefined, 1000)]) {
      expect(made.input('token', [1, 'secret', 2], undefined)[1]).toEqual([1, 'redacted', 2]);
      expect(made.input('token', [1, '', 2], undefined)[1]).toEqual([1, '', 2]);
      expect(made.input('send', ['secret', 2], true)[1]).toEqual(['redacted', 2]);
    }
  });
});

describe('RedactedStream', () => {
  const through = (pieces: Uint8Array[], most = 1000) => {
    const stream = new RedactedStream((data) => `[${data}]`, most);
    return pieces.map((piece) => stream.take(piece)).join('');
  };
  const bytes = (text: string) => new TextEncoder().encode(text);

  it.each(['\n', '\r', '\r\n'])('redacts events that are cut anywhere (%j)', (end) => {
    const text = ['id: e:1', 'data: ä', ': secret', 'data:b', '', 'x: secret', 'data: c', '', ''];
    const whole = bytes(text.join(end));
    const expected = 'id: e:1\ndata: [ä\nb]\n\ndata: [c]\n\n';
    for (let at = 0; at <= whole.length; at++) {
      // A lone CR at the end of a stream may be half of a CRLF for ever.
      const out = through([whole.subarray(0, at), whole.subarray(at), bytes(':')]);
      expect(out.replaceAll(':\n', '')).toBe(expected);
    }
  });

  it('keeps nothing of an event that is too large, and finds the next', () => {
    const pieces = ['data: secret', 'x'.repeat(30), 'secret\nda', 'ta: secret\n', '\ndata: b\n\n'];
    expect(through(pieces.map(bytes), 20).replaceAll(':\n', '')).toBe('data: []\n\ndata: [b]\n\n');
  });
});

describe('Digest', () => {
  it.each([
    ['', 'cbf29ce484222325'],
    ['a', 'af63dc4c8601ec8c'],
    ['foobar', '85944171f73967e8'],
  ])('is FNV-1a of %j', (text, hex) => {
    expect(new Digest().text(text).hex).toBe(hex);
  });
});
