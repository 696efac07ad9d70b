import { gunzipSync } from 'node:zlib';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Effect } from '../../../js/core/effects.ts';
import { Engine } from '../../../js/core/engine.ts';
import { Recorder } from '../../../js/core/recorder.ts';
import {
  createRealtimeIntegration,
  createWebSocketClient,
  type RealtimeIntegration,
  type RealtimeIntegrationOptions,
  type RecorderHandle,
  type Recording,
  type RecordOptions,
  replay,
} from '../../../js/index.ts';
import type { LoadEngine } from '../../../js/realtime/driver-options.ts';
import { ProtocolServer } from '../support/protocol-server.ts';

const key = ['projects', 'list'];
const hash = '["projects","list"]';
const SECRET = 'Geheimnis';
const row = (id: number, version: number) => ({ id, version, name: `${SECRET} ${id}/${version}` });

/** What survives being written to a file. */
const filed = (recording: Recording): Recording => JSON.parse(JSON.stringify(recording));

it('replays edits that were made anew, and holds nothing of them that was redacted (I8)', async () => {
  const config = { keepEdits: true };
  const options = { redact: (_: string, value: unknown) => `${String(value).length} letters` };
  const made = await Recorder.start(config, [1, 2], options);
  const engine = made.listenTo(await Engine.load(config, [1, 2]));
  engine.defineEntity({ name: 'projects' });
  const kept = (id: string) => ({
    id,
    entity: 'projects',
    action: 'update' as const,
    data: row(1, 1),
  });
  engine.mutate(kept('m1'), 10);
  const [keep] = engine.takeEffects();
  const saved = keep?.op === 'keep' ? keep.saved.replaceAll('m1', 'm2') : '';
  const handle = engine.restore(saved, 11);
  expect(() => engine.restore(saved, 12)).toThrow(expect.objectContaining({ code: 'bad_edit' }));
  engine.tick(20_000);
  expect(engine.takeEffects().map(({ op }) => op)).not.toContain('submit');
  engine.settle(handle - 1, 'null', 20_001);
  expect(engine.takeEffects()).toContainEqual(expect.objectContaining({ op: 'submit', key: 'm2' }));
  engine.settle(handle, JSON.stringify(row(1, 2)), 20_002);
  const recording = filed(await made.recording());
  const ops = (await replay(recording)).effects.map(({ op }) => op);
  expect(ops).toEqual(['keep', 'submit', 'forget', 'submit', 'forget']);
  expect(await replay(recording)).toMatchObject({ identical: true });
  expect(JSON.stringify(recording)).not.toContain(SECRET);
  engine.dispose();
  made.stop();
});

// Much happens in these; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

describe('a recorded session (I8)', () => {
  let server: ProtocolServer;
  let queryClient: QueryClient;
  let integration: RealtimeIntegration;
  let recorder: RecorderHandle;
  let rows: unknown[];
  /** What the core that served the session asked for. */
  let performed: Effect[];
  const stops: Array<() => void> = [];

  beforeEach(async () => {
    server = await ProtocolServer.start();
    queryClient = new QueryClient();
    performed = [];
    rows = [row(1, 1), row(2, 1)];
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) stop();
    integration?.dispose();
    queryClient.clear();
    await server.stop();
  });

  const loadEngine: LoadEngine = async (config, seed) => {
    const engine = await Engine.load(config, seed);
    const take = engine.takeEffects.bind(engine);
    vi.spyOn(engine, 'takeEffects').mockImplementation(() => {
      const effects = take();
      performed.push(...effects);
      return effects;
    });
    return engine;
  };

  async function record(options?: RecordOptions, link: RealtimeIntegrationOptions = {}) {
    integration = createRealtimeIntegration(
      queryClient,
      {
        websocketUrl: server.url,
        WebSocket,
        reconnectInterval: 20,
        pollingInterval: 30,
        probeInterval: 50,
        fallbackAfter: 1,
        onError: () => {},
        ...link,
      },
      { loadEngine },
    );
    recorder = integration.record(options);
    integration.start();
    const spec = { queryKey: key, entity: 'projects' };
    const handle = integration.observe(spec);
    const observer = new QueryObserver(queryClient, {
      queryKey: key,
      queryFn: () => integration.fetch(spec, async () => rows),
      structuralSharing: (before, after) => integration.share(hash, before, after, true),
    });
    stops.push(
      observer.subscribe(() => {}),
      () => handle.release(),
    );
    await live();
  }

  const live = () =>
    vi.waitFor(() => expect(integration.realtime(hash).continuity).toBe('live'), 10_000);

  function emit(changed: ReturnType<typeof row>): void {
    rows = [...rows.filter((each) => (each as { id: number }).id !== changed.id), changed];
    server.emit('projects', 'update', changed);
  }
  const shown = (changed: unknown) =>
    vi.waitFor(() => expect(queryClient.getQueryData(key)).toContainEqual(changed), 10_000);

  /** Bursts, repeats, garbage, a cut, polling without a link, and back. */
  async function liveThroughFaults() {
    for (let version = 2; version < 12; version++) emit(row(1, version));
    server.emitAll(
      Array.from({ length: 50 }, (_, i) => ({
        entity: 'projects',
        action: 'insert' as const,
        data: row(100 + i, 1),
      })),
    );
    server.repeatLast();
    server.sendRaw(`{"type":"realtime","data":"${SECRET}`);
    server.sendRaw(JSON.stringify({ op: 'error', code: 'internal', message: SECRET }));
    await shown(row(149, 1));
    rows = queryClient.getQueryData(key) as unknown[];
    server.refusesWebSockets = true;
    server.streamRefusal = { status: 404 };
    server.cut();
    await vi.waitFor(() => expect(integration.transport).toBe('polling'), 10_000);
    emit(row(2, 7));
    await shown(row(2, 7));
    server.refusesWebSockets = false;
    await live();
    emit(row(2, 8));
    await shown(row(2, 8));
  }

  it('replays to the very effects that were performed', async () => {
    await record();
    await liveThroughFaults();
    recorder.stop();
    const recording = filed(await recorder.recording());
    const result = await replay(recording);
    expect(result).toMatchObject({ identical: true, firstDifference: null });
    expect(recording.checkpoint).toBeNull();
    expect(recording.inputs.length).toBeGreaterThan(20);
    expect(recording.inputs.map(([method]) => method)).toEqual(
      expect.arrayContaining(['defineEntity', 'frame', 'endSnapshot', 'flush', 'linkClosed']),
    );
    expect(result.effects.length).toBeGreaterThan(20);
    expect(result.effects).toEqual(performed.slice(0, result.effects.length));
  });

  it('keeps the newest inputs in a ring, and replays them from a checkpoint', async () => {
    // Once more than the memory that a core starts with; it stays grown.
    rows = [row(1, 1), { ...row(2, 1), text: 'x'.repeat(3_000_000) }];
    await record({ inputs: 40, bytes: 1e9 });
    emit(row(2, 2));
    for (let version = 2; version < 100; version++) emit(row(1, version));
    await shown(row(1, 99));
    await liveThroughFaults();
    const recording = filed(await recorder.recording());
    const memory = gunzipSync(Buffer.from(recording.checkpoint?.memory.base64 ?? '', 'base64'));
    expect(memory.length).toBeGreaterThan(3_000_000);
    expect(recording.inputs.length).toBeGreaterThanOrEqual(40);
    expect(recording.inputs.length).toBeLessThanOrEqual(80);
    const result = await replay(recording);
    expect(result).toMatchObject({ identical: true, inputs: recording.inputs.length });
    expect(result.effects.length).toBeGreaterThan(0);
  });

  it('keeps no more bytes than it may', async () => {
    await record({ bytes: 20_000 });
    for (let version = 2; version < 60; version++) {
      server.emit('projects', 'update', { ...row(1, version), text: 'x'.repeat(1000) });
    }
    await vi.waitFor(() => expect(integration.stats()?.eventsApplied).toBe(58), 10_000);
    const { inputs } = await recorder.recording();
    expect(JSON.stringify(inputs).length).toBeLessThan(30_000);
    expect(JSON.stringify(inputs)).toContain('"version\\":59');
  });

  it.each(['websocket', 'sse'] as const)(
    'holds nothing that was redacted (%s)',
    async (protocol) => {
      const token = 'sehr-geheimes-token';
      await record(
        { inputs: 15, redact: (_, value) => `${String(value).length} letters` },
        { protocol, getToken: () => token },
      );
      for (let version = 2; version < 30; version++) {
        emit(row(1, version));
        await shown(row(1, version));
      }
      server.sendRaw(`{"type":"realtime","data":"${SECRET}`);
      server.sendRaw(JSON.stringify({ op: 'error', code: 'internal', message: SECRET }));
      server.sendRaw(JSON.stringify({ op: SECRET }));
      server.cut();
      emit(row(1, 30));
      await shown(row(1, 30));
      const recording = filed(await recorder.recording());
      const text = JSON.stringify(recording);
      const memory = gunzipSync(Buffer.from(recording.checkpoint?.memory.base64 ?? '', 'base64'));
      for (const secret of [SECRET, token]) {
        expect(text).not.toContain(secret);
        expect(memory.includes(secret)).toBe(false);
      }
      // It was alive in there, all the same.
      expect(memory.includes('letters')).toBe(true);
      expect(await replay(recording)).toMatchObject({ identical: true });
    },
  );

  it('finds where a recording was tampered with', async () => {
    await record();
    emit(row(1, 2));
    await shown(row(1, 2));
    const recording = filed(await recorder.recording());
    const at = recording.inputs.map(([method]) => method).lastIndexOf('frame');
    const input = recording.inputs[at] as unknown[];
    input[3] = String(input[3]).replace('"version":2', '"version":3');
    expect(await replay(recording)).toMatchObject({ identical: false, firstDifference: at });
  });

  it('refuses what another core recorded, and what is no recording', async () => {
    await record();
    const recording = await recorder.recording();
    await expect(replay({ ...recording, build: '0' })).rejects.toMatchObject({
      code: 'other_build',
    });
    await expect(replay({ ...recording, inputs: [['dispose', '']] })).rejects.toMatchObject({
      code: 'bad_recording',
    });
    const memory = { base64: 'AAAA' };
    await expect(
      replay({ ...recording, checkpoint: { memory, compression: 'gzip', address: 1 } }),
    ).rejects.toMatchObject({ code: 'bad_recording' });
    await expect(replay({ ...recording, format: 2 as never })).rejects.toMatchObject({
      code: 'bad_recording',
    });
  });

  it('can only begin at the beginning', async () => {
    await record();
    expect(() => integration.record()).toThrow(/before the first connect/);
    const client = createWebSocketClient({ url: server.url, WebSocket });
    client.connect();
    await vi.waitFor(() => expect(client.status).toBe('connected'), 10_000);
    expect(() => client.record()).toThrow(expect.objectContaining({ code: 'record_too_late' }));
    client.dispose();
  });
});
