import type { Clock } from '../../core/clock.ts';
import type { RowChange } from '../feed.ts';
import { delayUntil } from '../link.ts';
import { isObject } from './is-object.ts';
import type { Address, PhoenixMessage } from './phoenix-frame.ts';
import { type Binding, type BindingParams, bind, idOf, readParams } from './supabase-binding.ts';
import { type Settings, TOKEN_TROUBLE } from './supabase-options.ts';
import { dataText, type RecordOptions } from './supabase-record.ts';

const WAIT_MS = 15_000;
const MAX_WAIT_MS = 20_000;

/** What a channel needs of its socket. */
export interface Socket {
  readonly settings: Settings;
  send(address: Address, payload: string): void;
  countEvents(count: number): void;
  forget(channel: SupabaseChannel): void;
}

/** One joined topic. */
export class SupabaseChannel {
  readonly topic: string;
  readonly joinRef: string | null;
  readonly #socket: Socket;
  #params: BindingParams[] = [];
  #bindings: Binding[] = [];
  #token: string;
  #state: 'joining' | 'joined' | 'ended' = 'joining';
  /** Changes are sent from here on. */
  #ready = false;
  #readyTimer: unknown;
  #tokenTimer: unknown;

  /** `token`: what the URL says, for a join that shows none of its own. */
  constructor(socket: Socket, join: PhoenixMessage, token: string) {
    this.#socket = socket;
    this.topic = join.topic;
    // A join without one is told apart by its ref, as its answer is.
    this.joinRef = join.joinRef ?? join.ref;
    this.#token = ownToken(join.payload.access_token) ?? token;
    this.#join(join);
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  deliver(change: RowChange): void {
    if (!this.#ready) return;
    const { settings } = this.#socket;
    const { tables, rowSecurity, replicaIdentity, maxRecordBytes } = settings;
    const keys = tables.keys(change.table);
    const columns = tables.columns(change.table);
    const common = { keys, columns, rowSecurity, replicaIdentity, maxRecordBytes };
    // Bindings with other columns get a message of their own.
    const bySelect = new Map<string, { ids: number[]; options: RecordOptions }>();
    for (const { id, select, wants } of this.#bindings) {
      const options = { ...common, select };
      if (!wants(change, options)) continue;
      const key = JSON.stringify(select ?? null);
      const group = bySelect.get(key) ?? { ids: [], options };
      group.ids.push(id);
      bySelect.set(key, group);
    }
    for (const { ids, options } of bySelect.values()) {
      const data = dataText(change, settings.schema, options);
      // It goes past the channel's process, so it names no join.
      const address = { joinRef: null, ref: null, topic: this.topic, event: 'postgres_changes' };
      this.#socket.send(address, `{"ids":${JSON.stringify(ids)},"data":${data}}`);
      this.#socket.countEvents(1);
    }
  }

  receive({ event, payload, ref }: PhoenixMessage): void {
    if (event === 'phx_leave') {
      this.#reply(ref, 'ok', {});
      this.end();
    } else if (event === 'access_token') {
      const token = ownToken(payload.access_token);
      if (token !== undefined && token !== this.#token) this.#present(token);
    }
    // Broadcasts and presence have no answer here, as an unknown event has none.
  }

  /** Tells the client that the channel is closed. */
  end(): void {
    if (this.ended) return;
    this.close();
    this.#socket.forget(this);
    this.#push('phx_close', {}, this.joinRef);
  }

  get #clock(): Clock {
    return this.#socket.settings.clock;
  }

  /** The connection is gone. */
  close(): void {
    this.#state = 'ended';
    this.#ready = false;
    this.#clock.clearTimeout(this.#readyTimer);
    this.#clock.clearTimeout(this.#tokenTimer);
  }

  #join({ ref, payload }: PhoenixMessage): void {
    const refused = this.#tokenTrouble();
    if (refused) {
      this.#refuse(ref, `${refused.code}: ${refused.message}`);
      return;
    }
    const config = isObject(payload.config) ? payload.config : {};
    try {
      this.#params = readParams(config.postgres_changes);
    } catch (error) {
      this.#refuse(ref, `InvalidJoinPayload: ${messageOf(error)}`);
      return;
    }
    const waitMs = waitOf(config.postgres_changes_options);
    const trouble = this.#bind();
    if (waitMs !== undefined && this.#params.length > 0) {
      this.#joinWhenReady(ref, trouble, waitMs);
      return;
    }
    this.#accept(ref);
    if (trouble !== undefined) this.#system('postgres_changes', 'error', trouble);
    else this.#getReady();
  }

  #joinWhenReady(ref: string | null, trouble: string | undefined, waitMs: number): void {
    if (trouble !== undefined) {
      this.#refuse(ref, `RealtimeDisabledForConfiguration: ${trouble}`);
      return;
    }
    const { readyDelayMs } = this.#socket.settings;
    const inTime = readyDelayMs <= waitMs;
    this.#readyTimer = this.#clock.setTimeout(
      () => {
        if (inTime) {
          this.#accept(ref);
          this.#beReady();
        } else {
          const why = `Timed out after ${waitMs}ms waiting for the postgres_changes subscription`;
          this.#refuse(ref, `PostgresChangesSubscribeTimeout: ${why}`);
        }
      },
      Math.min(readyDelayMs, waitMs),
    );
  }

  #bind(): string | undefined {
    const { tables, schema } = this.#socket.settings;
    try {
      this.#bindings = this.#params.map((each) => bind(each, tables, schema));
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  #accept(ref: string | null): void {
    this.#state = 'joined';
    const postgres_changes = this.#params.map((each) => ({ ...each, id: idOf(each) }));
    this.#reply(ref, 'ok', { postgres_changes });
  }

  #refuse(ref: string | null, reason: string): void {
    this.close();
    this.#socket.forget(this);
    this.#reply(ref, 'error', { reason });
  }

  #getReady(): void {
    if (this.#bindings.length === 0) return;
    this.#clock.clearTimeout(this.#readyTimer);
    this.#readyTimer = this.#clock.setTimeout(
      () => this.#beReady(),
      this.#socket.settings.readyDelayMs,
    );
  }

  #beReady(): void {
    this.#ready = true;
    this.#system('postgres_changes', 'ok', 'Subscribed to PostgreSQL');
  }

  #present(token: string): void {
    this.#token = token;
    const trouble = this.#tokenTrouble();
    if (trouble) this.#shutDown(trouble.message);
    // The database is asked anew with the new token; what was asked before still holds.
    else this.#getReady();
  }

  /** Watches the token, too: a channel ends with it. */
  #tokenTrouble(): { code: string; message: string } | undefined {
    const verdict = this.#socket.settings.verify?.(this.#token);
    this.#clock.clearTimeout(this.#tokenTimer);
    if (verdict === undefined) return undefined;
    if (verdict.kind !== 'valid') return TOKEN_TROUBLE[verdict.kind];
    this.#tokenTimer = this.#clock.setTimeout(
      () => {
        const trouble = this.#tokenTrouble();
        if (trouble) this.#shutDown(trouble.message);
      },
      delayUntil(verdict.expiresAt, this.#clock),
    );
    return undefined;
  }

  #shutDown(message: string): void {
    this.#system('system', 'error', message);
    this.end();
  }

  #system(extension: 'system' | 'postgres_changes', status: 'ok' | 'error', message: string): void {
    const channel = this.topic.slice('realtime:'.length);
    this.#push('system', { extension, status, message, channel }, null);
  }

  #reply(ref: string | null, status: 'ok' | 'error', response: unknown): void {
    this.#push('phx_reply', { status, response }, ref);
  }

  #push(event: string, payload: unknown, ref: string | null): void {
    const { joinRef, topic } = this;
    this.#socket.send({ joinRef, ref, topic, event }, JSON.stringify(payload));
  }
}

/** A key of the project is no user's token: what the URL says holds. */
function ownToken(value: unknown): string | undefined {
  return typeof value === 'string' && !value.startsWith('sb_') ? value : undefined;
}

/** How long the answer may be held back; undefined: it is not. */
function waitOf(options: unknown): number | undefined {
  if (!isObject(options) || options.wait !== true) return undefined;
  const { timeout } = options;
  const asked = typeof timeout === 'number' && timeout > 0 ? timeout : WAIT_MS;
  return Math.min(asked, MAX_WAIT_MS);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
