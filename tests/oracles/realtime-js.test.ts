import { afterEach, describe, expect, it } from 'vitest';
import type { Verdict } from '../../js/testing/link.ts';
import { isReady, readiness, SupabaseStage, watch } from './supabase-stage.ts';

let stage: SupabaseStage;

afterEach(() => stage.end());

describe.each(['1.0.0', '2.0.0'])('realtime-js with vsn %s', (vsn) => {
  it('subscribes and receives insert, update and delete', async () => {
    stage = await SupabaseStage.start();
    const watched = watch(stage.connect({ vsn }));
    await expect.poll(() => isReady(watched)).toBe(true);
    expect(watched.statuses).toEqual(['SUBSCRIBED']);
    stage.feed.insert('projects', { id: 5, name: 'Ünïcode 水', budget: 1.5, tags: ['a'] });
    stage.feed.update('projects', { id: 5, name: 'B', budget: 2, tags: [] });
    stage.feed.delete('projects', { id: 5 });
    stage.feed.insert('volunteers', { id: 1 });
    await expect.poll(() => watched.changes.length).toBe(3);
    expect(watched.changes).toMatchObject([
      {
        eventType: 'INSERT',
        new: { id: 5, name: 'Ünïcode 水', budget: 1.5, tags: ['a'] },
        old: {},
      },
      { eventType: 'UPDATE', new: { id: 5, name: 'B' }, old: { id: 5, budget: 1.5 } },
      { eventType: 'DELETE', new: {}, old: { id: 5, name: 'B' } },
    ]);
    expect(watched.changes.every(({ errors }) => errors === null)).toBe(true);
    expect(Date.parse(watched.changes[0]?.commit_timestamp ?? '')).toBeGreaterThan(0);
  });

  it('joins again after a cut link and after a restart, and receives on', async () => {
    stage = await SupabaseStage.start();
    const watched = watch(stage.connect({ vsn }));
    await expect.poll(() => readiness(watched)).toBe(1);
    stage.server.cut();
    await expect.poll(() => readiness(watched)).toBe(2);
    stage.feed.insert('projects', { id: 1 });
    await expect.poll(() => watched.changes.length).toBe(1);
    const { port } = stage.server;
    await stage.server.close();
    await stage.serve({}, port);
    await expect.poll(() => readiness(watched)).toBe(3);
    stage.feed.insert('projects', { id: 2 });
    await expect.poll(() => watched.changes.length).toBe(2);
    expect(watched.statuses.filter((status) => status === 'SUBSCRIBED')).toHaveLength(3);
  });

  it('stops after it left', async () => {
    stage = await SupabaseStage.start();
    const client = stage.connect({ vsn });
    const watched = watch(client);
    const other = watch(client);
    await expect.poll(() => isReady(watched) && isReady(other)).toBe(true);
    expect(await watched.channel.unsubscribe()).toBe('ok');
    stage.feed.insert('projects', { id: 1 });
    await expect.poll(() => other.changes.length).toBe(1);
    expect(watched.changes).toEqual([]);
    expect(watched.statuses).toEqual(['SUBSCRIBED', 'CLOSED']);
  });
});

describe('the time between join and stream', () => {
  it('loses what is written in it', async () => {
    stage = await SupabaseStage.start({ readyDelayMs: 150 });
    const watched = watch(stage.connect());
    await expect.poll(() => watched.statuses).toEqual(['SUBSCRIBED']);
    stage.feed.insert('projects', { id: 1 });
    await expect.poll(() => isReady(watched)).toBe(true);
    stage.feed.insert('projects', { id: 2 });
    await expect.poll(() => watched.changes.map((change) => change.new.id)).toEqual([2]);
  });

  it('is before the answer to a join that waits', async () => {
    stage = await SupabaseStage.start({ readyDelayMs: 150 });
    const watched = watch(stage.connect(), undefined, { postgres_changes_options: { wait: true } });
    await expect.poll(() => watched.statuses).toEqual(['SUBSCRIBED']);
    stage.feed.insert('projects', { id: 1 });
    await expect.poll(() => watched.changes.length).toBe(1);
  });

  it('may be longer than a join wants to wait', async () => {
    stage = await SupabaseStage.start({ readyDelayMs: 1000 });
    const options = { postgres_changes_options: { wait: true, timeout: 50 } };
    const watched = watch(stage.connect(), undefined, options);
    await expect.poll(() => watched.statuses).toEqual(['CHANNEL_ERROR']);
    expect(watched.errors[0]).toContain('PostgresChangesSubscribeTimeout');
  });
});

describe('tokens', () => {
  /** `good-…` holds for an hour, `brief` for a moment. */
  const verify = (token: string): Verdict => {
    if (token.startsWith('good')) return { kind: 'valid', expiresAt: Date.now() + 3_600_000 };
    if (token === 'brief') return verdictOfBrief();
    return { kind: token === 'old' ? 'expired' : token === 'forged' ? 'forged' : 'malformed' };
  };
  let briefEnds = 0;
  const verdictOfBrief = (): Verdict =>
    Date.now() < briefEnds ? { kind: 'valid', expiresAt: briefEnds } : { kind: 'expired' };

  it('are changed without a gap', async () => {
    stage = await SupabaseStage.start({ verify });
    const client = stage.connect();
    await client.setAuth('good-1');
    const watched = watch(client);
    await expect.poll(() => readiness(watched)).toBe(1);
    await client.setAuth('good-2');
    stage.feed.insert('projects', { id: 1 });
    await expect.poll(() => readiness(watched)).toBe(2);
    stage.feed.insert('projects', { id: 2 });
    await expect.poll(() => watched.changes.map((change) => change.new.id)).toEqual([1, 2]);
    expect(stage.server.received.some((frame) => frame.includes('"access_token"'))).toBe(true);
    expect(stage.server.opened).toBe(1);
  });

  it.each([
    ['old', 'InvalidJWTToken: Token has expired'],
    ['forged', 'JwtSignatureError: Failed to validate JWT signature'],
    ['nonsense', 'MalformedJWT: The token provided is not a valid JWT'],
  ])('%s is refused in the answer to the join', async (token, reason) => {
    stage = await SupabaseStage.start({ verify });
    const client = stage.connect();
    await client.setAuth(token);
    const watched = watch(client);
    await expect.poll(() => watched.errors).toEqual([reason]);
    expect(watched.statuses).toEqual(['CHANNEL_ERROR']);
  });

  it('end their channel: the client is told why, and does not come back', async () => {
    stage = await SupabaseStage.start({ verify });
    briefEnds = Date.now() + 300;
    const client = stage.connect();
    await client.setAuth('brief');
    const watched = watch(client);
    await expect.poll(() => isReady(watched)).toBe(true);
    await expect.poll(() => watched.statuses.at(-1)).toBe('CLOSED');
    expect(watched.systems.at(-1)).toMatchObject({
      extension: 'system',
      status: 'error',
      message: 'Token has expired',
    });
    expect(client.getChannels()).toEqual([]);
  });

  it('that are new and no good end it too', async () => {
    stage = await SupabaseStage.start({ verify });
    const client = stage.connect();
    await client.setAuth('good');
    const watched = watch(client);
    await expect.poll(() => isReady(watched)).toBe(true);
    await client.setAuth('forged');
    await expect.poll(() => watched.statuses).toEqual(['SUBSCRIBED', 'CLOSED']);
    expect(watched.systems.at(-1)?.message).toBe('Failed to validate JWT signature');
  });

  it('of the URL hold for joins that show none', async () => {
    stage = await SupabaseStage.start({ verify });
    const watched = watch(stage.connect({ params: { apikey: 'good' } }));
    await expect.poll(() => isReady(watched)).toBe(true);
  });
});

describe('limits and refusals', () => {
  it('refuses more channels than there may be', async () => {
    stage = await SupabaseStage.start({ maxChannels: 1 });
    const client = stage.connect();
    const first = watch(client);
    await expect.poll(() => isReady(first)).toBe(true);
    const second = watch(client);
    await expect.poll(() => second.errors).toEqual(['ChannelRateLimitReached: Too many channels']);
  });

  it('is tried again by the client after a restarting server', async () => {
    let restarting = true;
    const reason = 'RealtimeRestarting: Realtime is restarting, please standby';
    stage = await SupabaseStage.start({ refuse: () => (restarting ? reason : undefined) });
    const watched = watch(stage.connect());
    await expect.poll(() => watched.errors).toEqual([reason]);
    restarting = false;
    await expect.poll(() => isReady(watched), { timeout: 5000 }).toBe(true);
  });
});
