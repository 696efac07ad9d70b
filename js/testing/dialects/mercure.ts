import { eventText } from '../event.ts';
import { type Change, type Feed, isRowChange, type RowChange } from '../feed.ts';
import { delayUntil, type Link, type VerifyToken } from '../link.ts';
import { rawMembers } from '../rows/raw-row.ts';
import { anyTables, type Tables } from '../tables.ts';
import {
  bearerOf,
  HEARTBEAT,
  type OpenStream,
  refusal,
  STREAM_HEADERS,
  type StreamAnswer,
  type StreamRequest,
  streamText,
} from './event-stream.ts';
import { type Syntax, TopicSelector } from './topic-selector.ts';

export interface MercureOptions {
  tables?: Tables;
  /** Absent: nobody needs a token. */
  verify?: VerifyToken | undefined;
  /** What stands before the table in a topic: `https://example.com/`. */
  base?: string;
  heartbeatMs?: number;
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
  readonly #base: string;
  readonly #heartbeatMs: number;

  constructor(feed: Feed, options: MercureOptions = {}) {
    this.#feed = feed;
    this.#tables = options.tables ?? anyTables;
    this.#verify = options.verify;
    this.#base = options.base ?? '';
    this.#heartbeatMs = options.heartbeatMs ?? 15_000;
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
    const open = (link: Link) =>
      this.#open(link, { selectors, missed: missed ?? [], start, expiresAt });
    return { status: 200, headers, open };
  }

  #open(
    link: Link,
    stream: {
      selectors: readonly TopicSelector[];
      missed: readonly Change[];
      start: { epoch: string; seq: number };
      expiresAt: number | undefined;
    },
  ): OpenStream {
    const { selectors, missed, start, expiresAt } = stream;
    const send = (changes: readonly Change[]) => {
      try {
        this.#send(link, changes, selectors);
      } catch {
        // An event that could not be made would be a gap that nobody sees.
        link.abort();
      }
    };
    send(missed);
    const sinceAnswer = this.#feed.epoch === start.epoch ? this.#feed.recent(start.seq) : undefined;
    if (sinceAnswer) send(sinceAnswer);
    else link.abort();
    const leave = this.#feed.subscribe(send);
    const heartbeat = setInterval(() => link.send(HEARTBEAT), this.#heartbeatMs);
    const expiry =
      expiresAt === undefined
        ? undefined
        : setTimeout(() => link.close(1000, 'the token has expired'), delayUntil(expiresAt));
    return {
      close: () => {
        leave();
        clearInterval(heartbeat);
        clearTimeout(expiry);
      },
    };
  }

  #send(link: Link, changes: readonly Change[], selectors: readonly TopicSelector[]): void {
    for (const change of changes) {
      if (!this.#isWanted(change, selectors)) continue;
      if (!isRowChange(change)) {
        // The protocol has no word for it; who comes back hears that history was lost.
        link.close(1012, 'the table was emptied');
        return;
      }
      const { epoch } = this.#feed;
      const id = `${epoch}:${change.seq}`;
      link.send(streamText(eventText(change, { epoch, entity: change.table }), id), id);
      link.countEvents(1);
    }
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
