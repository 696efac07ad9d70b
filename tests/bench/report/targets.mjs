// What we want to reach, as data. A target whose cases were not measured is left out.

const at = (workload, rows, change) => (result) =>
  result.workload === workload && result.rows === rows && result.change === change;

const ours = ({ kind }) => kind === 'ours';
const named = (name) => (result) => result.name === name;
const ratio = ({ ratio_to_ours }) => ratio_to_ours;

const find = (results, place, who) => results.filter(place).filter(who);

/** The smallest ratio to ours among those that match: the strongest opponent counts. */
const strongest = (place, who) => (results) => {
  const ratios = find(results, place, who).map(ratio);
  return ratios.length > 0 ? Math.min(...ratios) : undefined;
};

/** Our cost in multiples of theirs. */
const cost = (place, who) => (results) => {
  const theirs = strongest(place, who)(results);
  return theirs === undefined ? undefined : 1 / theirs;
};

const most = (measures) => (results) => {
  const values = measures.map((measure) => measure(results)).filter((value) => value !== undefined);
  return values.length > 0 ? Math.max(...values) : undefined;
};

const least = (measures) => (results) => {
  const values = measures.map((measure) => measure(results)).filter((value) => value !== undefined);
  return values.length > 0 ? Math.min(...values) : undefined;
};

const own = (place, member) => (results) => find(results, place, ours)[0]?.[member];

const quotient = (above, below) => (results) => {
  const [a, b] = [above(results), below(results)];
  return a === undefined || b === undefined ? undefined : a / b;
};

const replaceEqualDeep = named('TanStack Query (replaceEqualDeep)');
const inBrowsers = ({ comparesBytes }) => comparesBytes === 'browser';
const inNode = ({ comparesBytes }) => comparesBytes === 'node';
const copy = named('floor: copy the body into Wasm memory');
const parse = named('floor: JSON.parse of the frames');
const poll = (change) => at('poll', 10_000, change);
const updates = (rows) => at('ingest', rows, 'updates');
const live = (change) => at('live', 100_000, change);
const db = ({ name }) => name.startsWith('TanStack DB');

const discarded = ['repeated', 'stale', 'unobserved'].map((change) =>
  cost(at('ingest', 10_000, change), parse),
);

const times = (value) => `${value.toPrecision(3)}×`;
const percent = (value) => `${value.toPrecision(3)} %`;
const bytes = (value) => `${value.toPrecision(3)} B`;

const atLeast = (limit, text, measure, show = times) => ({ limit, text, measure, show, sign: '≥' });
const atMost = (limit, text, measure, show = times) => ({ limit, text, measure, show, sign: '≤' });

export const targets = [
  atLeast(
    80,
    'poll, 10,000 rows, 0 %: faster than replaceEqualDeep',
    strongest(poll('0 %'), replaceEqualDeep),
  ),
  atLeast(
    40,
    'poll, 10,000 rows, 1 %: faster than replaceEqualDeep',
    strongest(poll('1 %'), replaceEqualDeep),
  ),
  atLeast(
    10,
    'poll, 10,000 rows, 10 %: faster than replaceEqualDeep',
    strongest(poll('10 %'), replaceEqualDeep),
  ),
  ...['0 %', '1 %'].flatMap((change) => [
    atLeast(
      1.5,
      `poll, 10,000 rows, ${change}: faster than the best hand-written byte compare of a browser`,
      strongest(poll(change), inBrowsers),
    ),
    atLeast(
      1.5,
      `poll, 10,000 rows, ${change}: faster than hand-written with Node's memcmp`,
      strongest(poll(change), inNode),
    ),
  ]),
  atLeast(
    100,
    'poll, 10,000 rows, a row on top: unchanged rows that keep their object',
    own(poll('row on top'), 'kept_percent'),
    percent,
  ),
  atMost(3, 'poll, 10,000 rows, 0 %: against the copy into Wasm memory', cost(poll('0 %'), copy)),
  atMost(6, 'poll, 10,000 rows, 1 %: against the copy into Wasm memory', cost(poll('1 %'), copy)),
  atLeast(
    100,
    'ingest, 10,000 rows: faster than setQueryData per event',
    strongest(updates(10_000), named('setQueryData per event')),
  ),
  atLeast(
    3,
    'ingest, 10,000 rows: faster than setQueryData per 100',
    strongest(updates(10_000), named('setQueryData per 100')),
  ),
  atMost(
    2,
    'ingest: an event at 10,000 rows against one at 100 rows',
    quotient(own(updates(10_000), 'median_us'), own(updates(100), 'median_us')),
  ),
  atMost(
    0.6,
    'ingest: repeated, stale and unobserved events against JSON.parse of the frame',
    most(discarded),
  ),
  atLeast(
    15,
    'live view, 100,000 rows, limit 50: faster than TanStack DB',
    least([strongest(live('outside the window'), db), strongest(live('in the window'), db)]),
  ),
  atMost(
    32,
    'dedup window of 100,000 ids: bytes an id',
    own(at('memory', 100_000, 'dedup window'), 'bytes_per_row'),
    bytes,
  ),
];

/** @returns what of the targets the results can say something about */
export function judge(results) {
  return targets.flatMap(({ limit, text, measure, show, sign }) => {
    const measured = measure(results);
    if (measured === undefined || measured === null || Number.isNaN(measured)) return [];
    const met = sign === '≥' ? measured >= limit : measured <= limit;
    return [{ text, wanted: `${sign} ${show(limit)}`, measured: show(measured), met }];
  });
}
