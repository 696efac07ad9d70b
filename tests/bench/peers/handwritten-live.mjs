// A filtered and ordered list by hand: naive, and with a sorted array and binary search.
import { parseBody } from '../lib/rows.mjs';

const naive = {
  name: 'hand-written, filter and sort anew',
  kind: 'hand',
  create({ body, filter, order, limit }) {
    const byId = new Map(parseBody(body).map((row) => [row.id, row]));
    const compute = () =>
      [...byId.values()]
        .filter((row) => row[filter.column] === filter.value)
        .sort((a, b) => b[order] - a[order])
        .slice(0, limit);
    let shown = compute();
    return {
      update(frame) {
        const { data } = JSON.parse(frame);
        byId.set(data.id, data);
        shown = compute();
        return shown;
      },
      window: () => shown,
    };
  },
};

class SortedRows {
  #rows;
  #order;

  constructor(rows, order) {
    this.#order = order;
    this.#rows = rows.sort((a, b) => b[order] - a[order]);
  }

  /** Where a row with this value is, or belongs: the values are all different. */
  #placeOf(value) {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#rows[middle][this.#order] > value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  remove(row) {
    const place = this.#placeOf(row[this.#order]);
    this.#rows.splice(place, 1);
    return place;
  }

  insert(row) {
    const place = this.#placeOf(row[this.#order]);
    this.#rows.splice(place, 0, row);
    return place;
  }

  first(count) {
    return this.#rows.slice(0, count);
  }
}

const sorted = {
  name: 'hand-written, sorted array',
  kind: 'hand',
  create({ body, filter, order, limit }) {
    const rows = parseBody(body);
    const byId = new Map(rows.map((row) => [row.id, row]));
    const matches = (row) => row !== undefined && row[filter.column] === filter.value;
    const list = new SortedRows(rows.filter(matches), order);
    let shown = list.first(limit);
    return {
      update(frame) {
        const { data } = JSON.parse(frame);
        const held = byId.get(data.id);
        byId.set(data.id, data);
        let touched = limit;
        if (matches(held)) touched = list.remove(held);
        if (matches(data)) touched = Math.min(touched, list.insert(data));
        if (touched < limit) shown = list.first(limit);
        return shown;
      },
      window: () => shown,
    };
  },
};

export const live = [sorted, naive];
