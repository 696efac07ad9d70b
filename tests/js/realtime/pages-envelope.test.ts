import { describe, expect, it } from 'vitest';
import { type PageEdges, PagesEnvelope } from '../../../js/realtime/pages-envelope.ts';

interface Row {
  id: number;
}
const rows = (...ids: number[]): Row[] => ids.map((id) => ({ id }));
const WHOLE = { start: true, end: true };
const MORE = { start: true, end: false };

describe('PagesEnvelope', () => {
  function open(edges: PageEdges, ordered: boolean, ...pages: number[][]) {
    const envelope = new PagesEnvelope('id', undefined, ordered, () => edges);
    const all = pages.map((ids) => rows(...ids));
    const data = {
      pages: all.map((data, i) => ({ data, next: i })),
      pageParams: all.map((_, i) => i),
    };
    const opened = envelope.open(data) as Row[];
    expect(opened.map(({ id }) => id)).toEqual(pages.flat());
    envelope.dress(opened);
    return { envelope, opened, dressed: envelope.dress(opened) };
  }
  const shown = (dressed: unknown) =>
    (dressed as { pages: Array<{ data: Row[] }> }).pages.map(({ data }) =>
      data.map(({ id }) => id),
    );

  it.each<[string, PageEdges, boolean, number[], number[][], boolean]>([
    [
      'updates in place',
      MORE,
      true,
      [1, 2, 3, 4],
      [
        [1, 2],
        [3, 4],
      ],
      false,
    ],
    ['a row that is gone', MORE, true, [1, 3, 4], [[1], [3, 4]], false],
    [
      'a new row in the middle',
      MORE,
      true,
      [1, 9, 2, 3, 4],
      [
        [1, 9, 2],
        [3, 4],
      ],
      false,
    ],
    [
      'one between two pages',
      MORE,
      true,
      [1, 2, 9, 3, 4],
      [
        [1, 2, 9],
        [3, 4],
      ],
      false,
    ],
    [
      'one at the start',
      MORE,
      true,
      [9, 1, 2, 3, 4],
      [
        [9, 1, 2],
        [3, 4],
      ],
      false,
    ],
    [
      'one at a start that is not loaded',
      { start: false, end: true },
      true,
      [9, 1, 2, 3, 4],
      [
        [1, 2],
        [3, 4],
      ],
      false,
    ],
    [
      'one beyond the end',
      MORE,
      true,
      [1, 2, 3, 4, 9],
      [
        [1, 2],
        [3, 4],
      ],
      false,
    ],
    [
      'one at the end of the whole list',
      WHOLE,
      true,
      [1, 2, 3, 4, 9],
      [
        [1, 2],
        [3, 4, 9],
      ],
      false,
    ],
    [
      'one that has no place',
      MORE,
      false,
      [1, 2, 3, 4, 9],
      [
        [1, 2],
        [3, 4],
      ],
      true,
    ],
    [
      'one without an order in the whole list',
      WHOLE,
      false,
      [1, 2, 3, 4, 9],
      [
        [1, 2],
        [3, 4, 9],
      ],
      false,
    ],
    [
      'a row that moved between pages',
      MORE,
      true,
      [3, 1, 2, 4],
      [
        [3, 1],
        [2, 4],
      ],
      false,
    ],
    [
      'a row that moved to the end',
      MORE,
      true,
      [2, 3, 4, 1],
      [
        [2, 3],
        [4, 1],
      ],
      true,
    ],
    [
      'a move to the end of the whole list',
      WHOLE,
      true,
      [2, 3, 4, 1],
      [
        [2, 3],
        [4, 1],
      ],
      false,
    ],
    [
      'a row that moved to the start',
      { start: false, end: true },
      true,
      [4, 1, 2, 3],
      [
        [4, 1],
        [2, 3],
      ],
      true,
    ],
    ['no rows', MORE, true, [], [[], []], false],
  ])('places %s', (_, edges, ordered, ids, pages, doubtful) => {
    const { envelope } = open(edges, ordered, [1, 2], [3, 4]);
    expect(shown(envelope.dress(rows(...ids)))).toEqual(pages);
    expect(envelope.doubtful).toBe(doubtful);
  });

  it('keeps the objects of pages in which nothing changed', () => {
    const { envelope, opened, dressed } = open(MORE, true, [1, 2], [3, 4]);
    expect(envelope.dress([...opened])).toBe(dressed);
    const changed = envelope.dress([...opened.slice(0, 3), { id: 4 }]) as typeof dressed;
    const pagesOf = (data: unknown) => (data as { pages: object[] }).pages;
    expect(pagesOf(changed)[0]).toBe(pagesOf(dressed)[0]);
    expect(pagesOf(changed)[1]).not.toBe(pagesOf(dressed)[1]);
    expect(pagesOf(changed)[1]).toMatchObject({ next: 1 });
  });

  it('keeps its data when the same pages are read again', () => {
    const { envelope, opened, dressed } = open(MORE, true, [1, 2], [3, 4]);
    envelope.open({
      pages: [
        { data: rows(1, 2), next: 0 },
        { data: rows(3, 4), next: 1 },
      ],
      pageParams: [0, 1],
    });
    expect(envelope.dress(opened)).toBe(dressed);
  });

  it('takes a row that slipped to the next page once', () => {
    const envelope = new PagesEnvelope('id', undefined, true, () => MORE);
    const pages = [rows(1, 2), rows(2, 3)];
    expect(envelope.open({ pages, pageParams: [0, 1] })).toEqual(rows(1, 2, 3));
  });

  it('says which page has no rows', () => {
    const envelope = new PagesEnvelope('id', undefined, true, () => MORE);
    expect(() => envelope.open({ pages: [rows(1), { items: [] }], pageParams: [0, 1] })).toThrow(
      'page 1 has no array at its root or in data',
    );
  });
});
