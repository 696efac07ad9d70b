// What a careful developer writes for events: an index from id to place, one copy of the list a
// flush, and the server's version against stale events.
import { ENTITY } from '../lib/frames.mjs';
import { parseBody } from '../lib/rows.mjs';

class List {
  #rows;
  #placeOf;
  /** The copy that this flush changes. */
  #next = undefined;
  #removed = false;

  constructor(rows) {
    this.#rows = rows;
    this.#index();
  }

  get rows() {
    return this.#rows;
  }

  heldVersion(id) {
    const place = this.#placeOf.get(id);
    return place === undefined ? undefined : (this.#next ?? this.#rows)[place]?.version;
  }

  take({ action, data }) {
    const place = this.#placeOf.get(data.id);
    const held = place === undefined ? undefined : (this.#next ?? this.#rows)[place];
    if (held !== undefined && held.version >= data.version) return;
    this.#next ??= this.#rows.slice();
    if (action === 'delete') {
      if (place === undefined) return;
      this.#next[place] = undefined;
      this.#placeOf.delete(data.id);
      this.#removed = true;
    } else if (place === undefined) {
      this.#placeOf.set(data.id, this.#next.push(data) - 1);
    } else this.#next[place] = data;
  }

  flush() {
    if (this.#next === undefined) return this.#rows;
    this.#rows = this.#next;
    this.#next = undefined;
    if (this.#removed) {
      this.#rows = this.#rows.filter((row) => row !== undefined);
      this.#index();
      this.#removed = false;
    }
    return this.#rows;
  }

  #index() {
    this.#placeOf = new Map(this.#rows.map((row, place) => [row.id, place]));
  }
}

const plain = {
  name: 'hand-written, Map and array',
  kind: 'hand',
  discards: true,
  create({ body }) {
    const list = new List(parseBody(body));
    return {
      take(frames) {
        for (const frame of frames) {
          const event = JSON.parse(frame);
          if (event.entity === ENTITY) list.take(event);
        }
        list.flush();
      },
      rows: () => list.rows,
    };
  },
};

/** The text between `before` and `after`; right only as long as the server keeps its member order. */
function between(text, before, after, from) {
  const start = text.indexOf(before, from) + before.length;
  return text.slice(start, text.indexOf(after, start));
}

const peeking = {
  name: 'hand-written, peeks at the text before it parses',
  kind: 'hand',
  discards: true,
  onlyDiscards: true,
  create({ body }) {
    const list = new List(parseBody(body));
    const seen = new Set();
    return {
      take(frames) {
        for (const frame of frames) {
          const id = between(frame, '"id":"', '"', 0);
          if (seen.has(id)) continue;
          seen.add(id);
          if (between(frame, '"entity":"', '"', 0) !== ENTITY) continue;
          const data = frame.indexOf('"data":{');
          const held = list.heldVersion(between(frame, '"id":"', '"', data));
          if (held !== undefined && held >= Number(between(frame, '"version":', '}', data))) {
            continue;
          }
          list.take(JSON.parse(frame));
        }
        list.flush();
      },
      rows: () => list.rows,
    };
  },
};

export const ingest = [plain, peeking];
export const memory = [plain];
