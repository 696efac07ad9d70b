import { type Clock, systemClock } from '../../core/clock.ts';
import { eventText } from '../event.ts';
import { type Change, type Feed, isRowChange, type RowChange } from '../feed.ts';
import type { Link, VerifyToken } from '../link.ts';
import { rawMembers } from '../rows/raw-row.ts';
import { anyTables, type Tables } from '../tables.ts';
import {
  bearerOf,
  type OpenStream,
  refusal,
  STREAM_HEADERS,
  type StreamAnswer,
  type StreamRequest,
  streamText,
} from './event-stream.ts';
import { LiveStream, type Written } from './live-stream.ts';
import { type Syntax, TopicSelector } from './topic-selector.ts';

export interface MercureOptions {
  tables?: Tables;
  /** Absent: nobody needs a token. */
  verify?: VerifyToken | undefined;
  clock?: Clock;
  /** What stands before the table in a topic: `https://example.com/`. */
  base?: string;
  heartbeatMs?: number;
  /** How soon clients are told to come back; undefined: as soon as they like. */
  retryMs?: number | undefined;
}

/** The parameters that name topics, in both versions of the protocol. */
const SELECTORS: ReadonlyArray<readonly [parameter: string, syntax: Syntax]> = [
  ['topic', 'template'],
  ['match', 'template'],
  ['match_exact', 'exact'],
  ['match_urlpattern', 'urlpattern'],
];
const COOKIE = 'mercureAuthorization';
const EARLIEST = 'earliest';
const MAX_SELECTORS = 100;

/**
 * A Mercure hub. A change of row 5 of `projects` is published as `<base>projects/5` and
 * `<base>projects`; its id is `<epoch>:<seq>`.
 */
export class MercureHub {
  readonly #feed: Feed;
  readonly #tables: Tables;
  readonly #verify: VerifyToken | undefined;
  readonly #clock: Clock;
  readonly #base: string;
  readonly #heartbeatMs: number;
  readonly #retryMs: number | undefined;

  constructor(feed: Feed, options: MercureOptions = {}) {
    this.#feed = feed;
    this.#tables = options.tables ?? anyTables;
    this.#verify = options.verify;
    this.#clock = options.clock ?? systemClock;
    this.#base = options.base ?? '';
    this.#heartbeatMs = options.heartbeatMs ?? 15_000;
    this.#retryMs = options.retryMs;
  }

  answer(request: StreamRequest): StreamAnswer {
    const verdict = this.#verify?.(tokenOf(request) ?? '');
    if (verdict && verdict.kind !== 'valid') return refusal(401, `the token is ${verdict.kind}`);
    let selectors: TopicSelector[];
    try {
      selectors = selectorsOf(request.url);
    } catch (error) {
      return refusal(400, (error as Error).message);
    }
    const asked = lastIdOf(request);
    const missed = asked === undefined ? [] : this.#missed(asked, selectors);
    const headers: Record<string, string> = { ...STREAM_HEADERS };
    if (asked !== undefined) headers['mercure-last-event-id'] = missed ? asked : this.#lastId();
    // Whatever comes between this answer and its opening is counted from here.
    const start = { epoch: this.#feed.epoch, seq: this.#feed.head };
    const expiresAt = verdict?.expiresAt;
    const open = (link: Link): OpenStream => {
      const write = (change: Change) => this.#write(change, selectors);
      const stream = new LiveStream(this.#feed, link, {
        write,
        heartbeatMs: this.#heartbeatMs,
        expiresAt,
        clock: this.#clock,
      });
      if (this.#retryMs !== undefined) link.send(`retry: ${this.#retryMs}\n\n`);
      stream.send(missed ?? []);
      const isSameFeed = this.#feed.epoch === start.epoch;
      const between = isSameFeed ? this.#feed.recent(start.seq) : undefined;
      if (between) stream.send(between);
      else stream.abort();
      return stream;
    };
    return { status: 200, headers, open };
  }

  #write(change: Change, selectors: readonly TopicSelector[]): Written {
    if (!this.#isWanted(change, selectors)) return undefined;
    // The protocol has no word for it; who comes back hears that history was lost.
    if (!isRowChange(change)) return 'end';
    const { epoch } = this.#feed;
    const id = `${epoch}:${change.seq}`;
    return { text: streamText(eventText(change, { epoch, entity: change.table }), id), id };
  }

  /** What came after that id and is wanted; undefined: not all of it can be sent. */
  #missed(id: string, selectors: readonly TopicSelector[]): readonly Change[] | undefined {
    const { epoch, head } = this.#feed;
    const seq = id === EARLIEST ? 0 : seqOf(id, epoch);
    if (seq === undefined || seq > head) return undefined;
    const wanted = this.#feed.recent(seq)?.filter((change) => this.#isWanted(change, selectors));
    return wanted?.every(isRowChange) ? wanted : undefined;
  }

  #isWanted(change: Change, selectors: readonly TopicSelector[]): boolean {
    // An emptied table has no rows any more that would tell whose topics they had.
    if (!isRowChange(change)) return true;
    const topics = this.#topicsOf(change);
    return selectors.some((selector) => topics.some((topic) => selector.matches(topic)));
  }

  #topicsOf({ table, row }: RowChange): string[] {
    const topic = `${this.#base}${table}`;
    const members = rawMembers(row);
    const key = this.#tables.keys(table).map((column) => textOf(members.get(column) ?? 'null'));
    return [topic, `${topic}/${key.map(encodeURIComponent).join('/')}`];
  }

  #lastId(): string {
    const { epoch, head } = this.#feed;
    return head === 0 ? EARLIEST : `${epoch}:${head}`;
  }
}

/** @throws Error, whose message says what is wrong */
function selectorsOf({ searchParams }: URL): TopicSelector[] {
  const selectors = SELECTORS.flatMap(([parameter, syntax]) =>
    searchParams.getAll(parameter).map((text) => new TopicSelector(text, syntax)),
  );
  if (selectors.length === 0) throw new Error('a topic is missing');
  if (selectors.length > MAX_SELECTORS) throw new Error(`at most ${MAX_SELECTORS} topics`);
  return selectors;
}

/** The header is fresher than the URL, which an EventSource cannot change. */
function lastIdOf(request: StreamRequest): string | undefined {
  const { searchParams } = request.url;
  const query = searchParams.get('last_event_id') ?? searchParams.get('lastEventID');
  const id = request.header('last-event-id') || query;
  // It is repeated in a header.
  return id && /^[\x21-\x7e]{1,300}$/.test(id) ? id : undefined;
}

function tokenOf(request: StreamRequest): string | undefined {
  const bearer = bearerOf(request) ?? request.url.searchParams.get('authorization');
  if (bearer) return bearer;
  for (const pair of (request.header('cookie') ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === COOKIE) return value;
  }
  return undefined;
}

function seqOf(id: string, epoch: string): number | undefined {
  const digits = id.startsWith(`${epoch}:`) ? id.slice(epoch.length + 1) : '';
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

function textOf(json: string): string {
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}
