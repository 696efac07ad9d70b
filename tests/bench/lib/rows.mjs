// The data of every workload: projects of about 480 bytes of JSON, the same for each seed.
import { pick, random, sample, uuid, whole } from './random.mjs';

const WORDS =
  'renewal of the façade with insulated glass roof garden über Straße quarterly review budget milestone Zürich delivery drawings façade permit naïve estimate client meeting 東京 station north hall piping inspection corrected handover São Paulo'.split(
    ' ',
  );
const STATUSES = ['active', 'planned', 'paused', 'done'];
const TAGS = ['urgent', 'interior', 'fire-safety', 'tender', 'public', 'café', 'refit', 'phase-2'];
const PEOPLE = ['Zoë Brandt', 'Jürgen Weiß', 'Ana Sousa', 'Li Wei', 'Tom Okafor', 'Noor de Vries'];

function words(next, count) {
  let text = pick(next, WORDS);
  for (let i = 1; i < count; i++) text += ` ${pick(next, WORDS)}`;
  return text;
}

/** @returns an ISO timestamp that grows with `version` */
const stampOf = (version) => new Date(1_767_225_600_000 + version * 1000).toISOString();

export function makeRow(next, version = 1) {
  const person = pick(next, PEOPLE);
  return {
    id: uuid(next),
    name: words(next, 4),
    description: words(next, 14),
    status: pick(next, STATUSES),
    score: whole(next, 1_000_000),
    budget: whole(next, 10_000_000) / 100,
    progress: whole(next, 101),
    owner: { name: person, email: `p${whole(next, 1000)}@example.com`, remote: next() < 0.5 },
    tags: [pick(next, TAGS), pick(next, TAGS)],
    updatedAt: stampOf(version),
    version,
  };
}

/** A later state of a row: some of its members differ, as after an edit. */
export function editRow(next, row, version = row.version + 1) {
  return {
    ...row,
    name: words(next, 4),
    progress: whole(next, 101),
    updatedAt: stampOf(version),
    version,
  };
}

export function makeRows(count, seed = 1) {
  const next = random(seed);
  return Array.from({ length: count }, () => makeRow(next));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a server would answer with: the rows' JSON texts as one array, in bytes. */
export const bodyOfTexts = (texts) => encoder.encode(`[${texts.join(',')}]`);
export const bodyOf = (rows) => bodyOfTexts(rows.map((row) => JSON.stringify(row)));
export const parseBody = (body) => JSON.parse(decoder.decode(body));

const editSome = (next, share) => (rows) => {
  const changed = [...rows];
  for (const at of sample(next, Math.max(1, Math.round(rows.length * share)), rows.length)) {
    changed[at] = editRow(next, rows[at]);
  }
  return changed;
};

/** How the next answer differs from the last one; each returns a new list. */
const changes = {
  '0 %': () => (rows) => rows,
  '1 %': (next) => editSome(next, 0.01),
  '10 %': (next) => editSome(next, 0.1),
  'row on top': (next) => (rows) => [makeRow(next), ...rows.slice(0, -1)],
  'page moved': (next) => (rows) => {
    const by = Math.max(1, Math.round(rows.length / 100));
    return [...rows.slice(by), ...Array.from({ length: by }, () => makeRow(next))];
  },
  shuffled: (next) => (rows) => {
    const mixed = [...rows];
    for (let at = mixed.length - 1; at > 0; at--) {
      const other = whole(next, at + 1);
      [mixed[at], mixed[other]] = [mixed[other], mixed[at]];
    }
    return mixed;
  },
};

/**
 * `count` answers, each differing from the one before by `change`. Each is bytes of its own,
 * also where nothing changed, as each comes off the network.
 */
export function makeBodies(rowCount, change, count, seed = 1) {
  const step = changes[change](random(seed + 1));
  const texts = new Map();
  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, JSON.stringify(row));
    return texts.get(row);
  };
  const bodies = [];
  for (let rows = makeRows(rowCount, seed); bodies.length < count; rows = step(rows)) {
    bodies.push(bodyOfTexts(rows.map(textOf)));
  }
  return bodies;
}
