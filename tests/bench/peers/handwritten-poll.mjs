// The strongest JavaScript that we could write for polls. The first two compare bytes row by row
// and parse only what changed; they know how these rows begin, as code written for one app may.

const decoder = new TextDecoder();

const COMMA = 0x2c;
const CLOSE_LIST = 0x5d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
/** A row begins with `{"id":"`. */
const ID_AT = 7;

function endOfRow(bytes, start) {
  let depth = 0;
  for (let at = start; ; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      for (at++; bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
    } else if (byte === OPEN) depth++;
    else if (byte === CLOSE && --depth === 0) return at + 1;
    else if (byte === undefined) throw new SyntaxError('the body ends within a row');
  }
}

/**
 * Eight bytes at a time as unaligned doubles, the widest compare that browsers have. UTF-8 text
 * holds no byte 0 and no byte 0xff, so neither -0 nor a NaN can hide a difference.
 */
function sameByDoubles(a, aView, aStart, b, bView, bStart, length) {
  if (aStart + length > a.length || bStart + length > b.length) return false;
  const wide = length - 8;
  let at = 0;
  for (; at <= wide; at += 8) {
    if (aView.getFloat64(aStart + at) !== bView.getFloat64(bStart + at)) return false;
  }
  for (; at < length; at++) if (a[aStart + at] !== b[bStart + at]) return false;
  return true;
}

/** Node's memcmp; browsers have nothing like it. */
function sameByMemcmp(a, _aView, aStart, b, _bView, bStart, length) {
  if (aStart + length > a.length || bStart + length > b.length) return false;
  return a.compare(b, bStart, bStart + length, aStart, aStart + length) === 0;
}

const asBuffer = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** How many rows are first compared as one piece where a compare has a fixed cost. */
const RUN = 64;

class ByteDiff {
  #same;
  #run;
  #wrap;
  #bytes = new Uint8Array(0);
  #view = new DataView(new ArrayBuffer(0));
  #starts = new Uint32Array(0);
  #ends = new Uint32Array(0);
  #rows = [];
  #indexOf = undefined;
  #scratch = new Uint8Array(1024);
  /** How many rows the next compare spans: halved when it fails, doubled when it holds. */
  #reach = 1;

  constructor(same, run, wrap) {
    this.#same = same;
    this.#run = run;
    this.#wrap = wrap;
  }

  poll(body) {
    const bytes = this.#wrap(body);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const old = this.#rows;
    const rows = [];
    const parts = [];
    let room = Math.max(16, old.length + 16);
    let starts = new Uint32Array(room);
    let ends = new Uint32Array(room);
    let moved = false;
    let cursor = 0;
    this.#reach = this.#run;
    let at = 1;
    if (bytes[at] === CLOSE_LIST) at++;
    while (at < bytes.length) {
      if (rows.length + RUN > room) {
        room *= 2;
        starts = grown(starts, room);
        ends = grown(ends, room);
      }
      const run = this.#sameRun(cursor, bytes, view, at);
      if (run > 0) {
        moved ||= rows.length !== cursor;
        const shift = at - this.#starts[cursor];
        for (let i = 0; i < run; i++, cursor++) {
          starts[rows.length] = this.#starts[cursor] + shift;
          ends[rows.length] = this.#ends[cursor] + shift;
          rows.push(old[cursor]);
        }
        at = ends[rows.length - 1];
      } else {
        const end = endOfRow(bytes, at);
        let from = this.#sameId(cursor, bytes, view, at) ? cursor : this.#find(bytes, at);
        if (from === undefined) from = -1;
        else cursor = from + 1;
        moved ||= rows.length !== from;
        starts[rows.length] = at;
        ends[rows.length] = end;
        const length = end - at;
        const held = from >= 0 && this.#ends[from] - this.#starts[from] === length;
        if (
          held &&
          this.#same(this.#bytes, this.#view, this.#starts[from], bytes, view, at, length)
        )
          rows.push(old[from]);
        else {
          parts.push(rows.length);
          rows.push(undefined);
        }
        at = end;
      }
      const next = bytes[at];
      if (next === CLOSE_LIST) break;
      if (next !== COMMA) throw new SyntaxError('the body is not a compact list of rows');
      at++;
    }
    this.#parse(parts, rows, bytes, starts, ends);
    this.#bytes = bytes;
    this.#view = view;
    this.#starts = starts;
    this.#ends = ends;
    if (moved || rows.length !== old.length) this.#indexOf = undefined;
    else if (parts.length === 0) return old;
    this.#rows = rows;
    return rows;
  }

  /** How many rows from `cursor` on are the bytes at `at`; not always as many as there are. */
  #sameRun(cursor, bytes, view, at) {
    const count = this.#rows.length;
    if (cursor >= count) return 0;
    const start = this.#starts[cursor];
    for (let reach = Math.min(this.#reach, count - cursor); reach > 0; reach >>= 1) {
      const length = this.#ends[cursor + reach - 1] - start;
      if (this.#same(this.#bytes, this.#view, start, bytes, view, at, length)) {
        this.#reach = Math.min(this.#run, reach * 2);
        return reach;
      }
    }
    this.#reach = 1;
    return 0;
  }

  #sameId(cursor, bytes, view, at) {
    if (cursor >= this.#rows.length) return false;
    const length = bytes.indexOf(QUOTE, at + ID_AT) + 1 - at;
    return this.#same(this.#bytes, this.#view, this.#starts[cursor], bytes, view, at, length);
  }

  #find(bytes, at) {
    if (this.#indexOf === undefined) {
      this.#indexOf = new Map(this.#rows.map((row, index) => [row.id, index]));
    }
    const start = at + ID_AT;
    return this.#indexOf.get(decoder.decode(bytes.subarray(start, bytes.indexOf(QUOTE, start))));
  }

  /** One decode and one parse for all rows that are new. */
  #parse(parts, rows, bytes, starts, ends) {
    if (parts.length === 0) return;
    let length = 1;
    for (const part of parts) length += ends[part] - starts[part] + 1;
    if (this.#scratch.length < length) this.#scratch = new Uint8Array(length * 2);
    const scratch = this.#scratch;
    scratch[0] = 0x5b;
    let at = 1;
    for (const part of parts) {
      scratch.set(bytes.subarray(starts[part], ends[part]), at);
      at += ends[part] - starts[part];
      scratch[at++] = COMMA;
    }
    scratch[at - 1] = CLOSE_LIST;
    const values = JSON.parse(decoder.decode(scratch.subarray(0, at)));
    for (let i = 0; i < parts.length; i++) rows[parts[i]] = values[i];
  }
}

function grown(array, length) {
  const larger = new Uint32Array(length);
  larger.set(array);
  return larger;
}

/** Parses everything and keeps the held object where the server's version did not change. */
class VersionDiff {
  #rows = [];
  #byId = new Map();

  poll(body) {
    const parsed = JSON.parse(decoder.decode(body));
    const old = this.#rows;
    let same = parsed.length === old.length;
    for (let at = 0; at < parsed.length; at++) {
      const row = parsed[at];
      const held = old[at]?.id === row.id ? old[at] : this.#byId.get(row.id);
      if (held !== undefined && held.version === row.version) parsed[at] = held;
      else this.#byId.set(row.id, row);
      if (parsed[at] !== old[at]) same = false;
    }
    if (same) return old;
    if (this.#byId.size > parsed.length) {
      this.#byId = new Map(parsed.map((row) => [row.id, row]));
    }
    this.#rows = parsed;
    return parsed;
  }
}

const peer = (name, extra, make) => ({
  name,
  kind: 'hand',
  cold: true,
  ...extra,
  create({ body }) {
    const diff = make();
    diff.poll(body);
    return { poll: (bytes) => diff.poll(bytes) };
  },
});

export const poll = [
  peer(
    'hand-written, bytes by getFloat64',
    { comparesBytes: 'browser' },
    () => new ByteDiff(sameByDoubles, 1, (body) => body),
  ),
  peer(
    'hand-written, bytes by memcmp (Node only)',
    { comparesBytes: 'node' },
    () => new ByteDiff(sameByMemcmp, RUN, asBuffer),
  ),
  peer('hand-written, parse and compare versions', {}, () => new VersionDiff()),
];
