import type { EntityShape, Mutation, ViewSpec } from './engine.ts';
import type { Redact } from './recording.ts';
import { RedactedStream } from './redacted-stream.ts';

type Members = Record<string, unknown>;
type Args = readonly unknown[];

/** In the place of what may not be recorded. */
const REDACTED = 'redacted';
/** For what cannot be read, and so not be redacted: the core refuses it as it refused that. */
const UNREADABLE = '{';

// docs/protocol.md. What is not known may hold anything, so it is left out.
const EVENT = 'type id entity action timestamp sub epoch seq prev mutation'.split(' ');
const OPS = 'subscribed pong reset error'.split(' ');
const SAVED = 'format key entity action data base before madeAt'.split(' ');
const CONTROL = 'op ref sub epoch seq recovered positions code'.split(' ');

const decoder = new TextDecoder();

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Only these members. `fromEntries` defines them, so that `__proto__` is one like any other. */
function pick(from: Members, names: readonly string[]): Members {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}

function parse(data: unknown): unknown {
  try {
    return JSON.parse(typeof data === 'string' ? data : decoder.decode(data as Uint8Array));
  } catch {
    return undefined;
  }
}

/** The text of a `keep` effect, as src/overlay/saved_edit.h draws it. */
function savedEdit(text: unknown): Members | undefined {
  const edit = parse(text);
  return isObject(edit) ? pick(edit, SAVED) : undefined;
}

/**
 * Makes of each input what may be recorded of it. Remembers which entity a view, a ticket
 * and an edit belong to, because an entity says which members name and order its rows.
 */
export class Redactor {
  readonly #redact: Redact | undefined;
  readonly #maxFrameBytes: number;
  readonly #shapes = new Map<string, EntityShape>();
  readonly #views = new Map<number, ViewSpec>();
  readonly #tickets = new Map<number, number>();
  readonly #edits = new Map<number, string>();
  #stream: { link: unknown; events: RedactedStream } | undefined;

  constructor(redact: Redact | undefined, maxFrameBytes: number) {
    this.#redact = redact;
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** `answer`: what the engine returned; undefined when it threw. */
  input(method: string, args: Args, answer: unknown): [method: string, args: Args] {
    const [first, second, ...rest] = args;
    if (method === 'token') return [method, [first, second === '' ? '' : REDACTED, ...rest]];
    if (method === 'send') return [method, [REDACTED, second]];
    if (method === 'frame' && this.#isTooLarge(second)) return ['frameTooLarge', [first, ...rest]];
    if (!this.#redact) return [method, args];
    this.#remember(method, args, answer);
    switch (method) {
      case 'frame':
        return [method, [first, this.#messages(second), ...rest]];
      case 'relay':
        return [method, [this.#messages(first), second]];
      case 'stream':
        return [method, [first, this.#piece(first, second as Uint8Array), ...rest]];
      case 'endSnapshot':
        return [method, [first, this.#body(first as number, second), ...rest]];
      case 'mutate': {
        const edit = first as Mutation;
        return [method, [{ ...edit, data: this.#row(edit.entity, edit.data) }, second]];
      }
      case 'restore':
        return [method, [this.#saved(first), second]];
      case 'resolve': {
        const [theirs, mine] = rest;
        const value = (each: unknown) => this.#value(String(second), each) ?? null;
        return [method, [first, second, value(theirs), value(mine), ...rest.slice(2)]];
      }
      case 'settle':
        return [method, [first, this.#settled(first as number, second), ...rest]];
      default:
        return [method, args];
    }
  }

  #isTooLarge(data: unknown): boolean {
    const size = typeof data === 'string' ? data.length : (data as Uint8Array).byteLength;
    return size > this.#maxFrameBytes;
  }

  #remember(method: string, [first]: Args, answer: unknown): void {
    if (method === 'defineEntity')
      this.#shapes.set((first as EntityShape).name, first as EntityShape);
    if (method === 'release') this.#views.delete(first as number);
    if (typeof answer !== 'number') return;
    if (method === 'observe') this.#views.set(answer, first as ViewSpec);
    if (method === 'beginSnapshot') this.#tickets.set(answer, first as number);
    if (method === 'mutate') this.#edits.set(answer, (first as Mutation).entity);
    if (method === 'restore') this.#edits.set(answer, String(savedEdit(first)?.entity));
  }

  #row(entity: unknown, row: unknown): unknown {
    if (!isObject(row)) return null;
    const shape = this.#shapes.get(String(entity));
    const kept = [shape?.idField ?? 'id', shape?.versionField];
    return Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        kept.includes(name) ? value : this.#value(name, value),
      ]),
    );
  }

  #value(member: string, value: unknown): unknown {
    try {
      return this.#redact?.(member, value);
    } catch {
      return null;
    }
  }

  #messages(data: unknown): string {
    const parsed = parse(data);
    if (parsed === undefined) return UNREADABLE;
    const message = (each: unknown): unknown => {
      if (!isObject(each)) return null;
      if ('op' in each) return OPS.includes(each.op as string) ? pick(each, CONTROL) : { op: '' };
      return { ...pick(each, EVENT), data: this.#row(each.entity, each.data) };
    };
    return JSON.stringify(Array.isArray(parsed) ? parsed.map(message) : message(parsed));
  }

  #piece(link: unknown, bytes: Uint8Array): Uint8Array {
    if (this.#stream?.link !== link) {
      const events = new RedactedStream((data) => this.#messages(data), this.#maxFrameBytes);
      this.#stream = { link, events };
    }
    return new TextEncoder().encode(this.#stream?.events.take(bytes));
  }

  #body(ticket: number, data: unknown): string {
    const view = this.#views.get(this.#tickets.get(ticket) ?? 0);
    this.#tickets.delete(ticket);
    const keys = view?.path ? view.path.split('.') : [];
    let rows = parse(data);
    for (const key of keys) rows = isObject(rows) ? rows[key] : undefined;
    if (!Array.isArray(rows)) return UNREADABLE;
    let body: unknown = rows.map((row) => this.#row(view?.entity, row));
    for (const key of keys.reverse()) body = Object.fromEntries([[key, body]]);
    return JSON.stringify(body);
  }

  #saved(text: unknown): string {
    const edit = savedEdit(text);
    if (!edit) return UNREADABLE;
    const row = (each: unknown) => (each === null ? null : this.#row(edit.entity, each));
    const { data, base, before } = edit;
    return JSON.stringify({ ...edit, data: row(data), base: row(base), before: row(before) });
  }

  #settled(edit: number, row: unknown): string | null {
    const entity = this.#edits.get(edit);
    this.#edits.delete(edit);
    if (typeof row !== 'string') return null;
    const parsed = parse(row);
    return parsed === undefined ? UNREADABLE : JSON.stringify(this.#row(entity, parsed));
  }
}
