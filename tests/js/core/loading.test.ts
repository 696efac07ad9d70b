import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { QueryClient } from '@tanstack/react-query';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { scalarBuild, wasmBuild } from '#core/build';
import { canCompile } from '../../../js/core/compiled-core.ts';
import type { CoreSource } from '../../../js/core/core-source.ts';
import { Engine } from '../../../js/core/engine.ts';
import { compiledCore, loadCore } from '../../../js/core/load.ts';
import { bytesOf } from '../../../js/core/wasm-text.ts';
import {
  createPollingFallback,
  createRealtimeIntegration,
  createWebSocketClient,
} from '../../../js/index.ts';
import { textOf } from '../../../scripts/lib/wasm-text.mjs';
import { forgetCore } from '../support/fresh-core.ts';

const wasm = new Uint8Array(
  readFileSync(new URL('../../../build/wasm/tidemark.wasm', import.meta.url)),
);
/** Valid, and nobody's core. */
const empty = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

function ofAnotherBuild(): Uint8Array<ArrayBuffer> {
  const copy = wasm.slice();
  // The last byte is the last of the build's name.
  copy[copy.length - 1] = (copy.at(-1) as number) ^ 1;
  return copy;
}

const page = '<!doctype html><title>app</title>';
const answers: Record<string, (response: ServerResponse) => void> = {
  '/good': (response) => response.writeHead(200, { 'content-type': 'application/wasm' }).end(wasm),
  '/untyped': (response) => response.writeHead(200).end(wasm),
  '/page': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page),
  '/lie': (response) => response.writeHead(200, { 'content-type': 'application/wasm' }).end(page),
  '/other': (response) =>
    response.writeHead(200, { 'content-type': 'application/wasm' }).end(ofAnotherBuild()),
  '/half': (response) => {
    response.writeHead(200, { 'content-length': wasm.length });
    response.write(wasm.subarray(0, 1000));
    setTimeout(() => response.destroy(), 20);
  },
};

let server: Server;
let origin: string;

beforeAll(async () => {
  server = createServer(({ url = '' }, response) => {
    (answers[url] ?? ((missing) => missing.writeHead(404).end(page)))(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(forgetCore);

async function works(source: CoreSource): Promise<void> {
  const engine = await Engine.load({}, [1, 2], source);
  engine.defineEntity({ name: 'projects' });
  expect(engine.observe({ entity: 'projects' }, 0)).toBeGreaterThan(0);
  engine.dispose();
}

test('without a source the package brings the core', async () => {
  await works({});
  expect((await compiledCore()).build).toBe(canCompile() ? wasmBuild : scalarBuild);
});

test('compiling that is refused, or lacks SIMD, leads to the core as JavaScript', async () => {
  const { Module } = WebAssembly;
  WebAssembly.Module = new Proxy(Module, {
    construct() {
      throw new WebAssembly.CompileError('refused');
    },
  });
  try {
    await works({ wasmUrl: `${origin}/missing` });
    expect((await compiledCore()).build).toBe(scalarBuild);
  } finally {
    WebAssembly.Module = Module;
  }
});

// Its decoder is WebAssembly too.
test.runIf(canCompile())('the text that the core comes in is the file, byte for byte', async () => {
  expect(Buffer.from(bytesOf(await import('#core/bytes'))).equals(wasm)).toBe(true);
});

test.runIf(canCompile())('text holds every byte, whatever bytes there are', () => {
  for (const bytes of [[], [0], [...Array(256).keys()], [255, 255, 0, 10, 13, 34, 39, 92]]) {
    expect([...bytesOf(textOf(Uint8Array.from(bytes)))]).toEqual(bytes);
  }
});

test('what compiles but finds no memory to start in leads there too', async () => {
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async () => {
    throw new RangeError('out of memory');
  };
  try {
    await works({});
    expect((await compiledCore()).build).toBe(scalarBuild);
  } finally {
    WebAssembly.instantiate = instantiate;
  }
});

describe.runIf(canCompile())('a core that is given', () => {
  test.each([
    ['wasmUrl', () => ({ wasmUrl: `${origin}/good` })],
    ['wasmUrl as URL', () => ({ wasmUrl: new URL('/good', origin) })],
    ['wasmUrl without a content-type', () => ({ wasmUrl: `${origin}/untyped` })],
    ['wasmBinary as bytes', () => ({ wasmBinary: wasm })],
    ['wasmBinary as ArrayBuffer', () => ({ wasmBinary: wasm.slice().buffer })],
    ['wasmModule', () => ({ wasmModule: new WebAssembly.Module(wasm) })],
  ])('serves: %s', async (_, source) => {
    await works(source());
    expect((await compiledCore()).build).toBe(wasmBuild);
  });

  test.each<[string, () => CoreSource, RegExp]>([
    ['is not there', () => ({ wasmUrl: `${origin}/missing` }), /missing was answered 404/],
    ['is a page', () => ({ wasmUrl: `${origin}/page` }), /text\/html\) is no WebAssembly/],
    ['is a page by another name', () => ({ wasmUrl: `${origin}/lie` }), /does not compile/],
    ['breaks off', () => ({ wasmUrl: `${origin}/half` }), /half broke off/],
    ['is no address', () => ({ wasmUrl: '/tidemark.wasm' }), /give it as wasmBinary/],
    ['is of another version', () => ({ wasmUrl: `${origin}/other` }), /of another build; take/],
    ['is something else', () => ({ wasmBinary: empty }), /wasmBinary is not a core of Tidemark/],
    ['is cut', () => ({ wasmBinary: wasm.subarray(0, 5000) }), /wasmBinary does not compile/],
    ['is no Wasm', () => ({ wasmBinary: new Uint8Array(9) }), /wasmBinary is no WebAssembly$/],
    ['is no module', () => ({ wasmModule: {} as WebAssembly.Module }), /is no WebAssembly.Module/],
  ])('that %s is refused, and the next call may succeed', async (_, source, message) => {
    const refused = Engine.load({}, [1, 2], source());
    await expect(refused).rejects.toMatchObject({
      name: 'TidemarkError',
      code: 'core_unavailable',
      message: expect.stringMatching(message),
    });
    await works({});
  });

  test('that no server has is asked for again, and refused then', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const asked = vi.spyOn(globalThis, 'fetch');
    try {
      const refused = expect(
        Engine.load({}, [1, 2], { wasmUrl: 'http://127.0.0.1:9/x' }),
      ).rejects.toMatchObject({
        code: 'core_unavailable',
        message: expect.stringMatching(/cannot be fetched.*give it as wasmBinary/),
      });
      await vi.waitFor(async () => {
        await vi.advanceTimersByTimeAsync(10_000);
        expect(asked).toHaveBeenCalledTimes(4);
      });
      await refused;
    } finally {
      asked.mockRestore();
      vi.useRealTimers();
    }
    await works({});
  });

  test('the first that loads serves all', async () => {
    const all = await Promise.all([loadCore(), loadCore({ wasmUrl: `${origin}/missing` })]);
    expect(all[0]).toBe(all[1]);
  });

  test('the next of several that wait is tried where the first fails', async () => {
    const wrong = loadCore({ wasmUrl: `${origin}/missing` });
    const right = loadCore({ wasmBinary: wasm });
    await expect(wrong).rejects.toMatchObject({ code: 'core_unavailable' });
    expect((await right).HEAPU8.length).toBeGreaterThan(0);
  });

  test('queries go on without one', async () => {
    const queryClient = new QueryClient();
    const codes: string[] = [];
    const integration = createRealtimeIntegration(queryClient, {
      wasmUrl: `${origin}/page`,
      websocketUrl: 'ws://127.0.0.1:9',
      server: true,
      onError: ({ code }) => codes.push(code),
    });
    integration.start();
    const spec = { queryKey: ['projects', 'list'], entity: 'projects' };
    const rows = [{ id: 1 }];
    await expect(integration.fetch(spec, async () => rows)).resolves.toBe(rows);
    await expect.poll(() => integration.status).toBe('error');
    await expect(integration.fetch(spec, async () => rows)).resolves.toBe(rows);
    expect(codes).toEqual(['core_unavailable']);
    integration.dispose();
  });
});

test('a source that cannot be meant is refused at once', () => {
  const bad = expect.objectContaining({ code: 'bad_option' });
  const two = { wasmUrl: '/a', wasmBinary: wasm };
  expect(() => createPollingFallback(two)).toThrow(bad);
  expect(() => createRealtimeIntegration(new QueryClient(), two)).toThrow(bad);
  expect(() => createWebSocketClient({ url: 'ws://x', ...two })).toThrow(bad);
  expect(() => createPollingFallback({ wasmUrl: 5 as never })).toThrow(bad);
  expect(() => createPollingFallback({ wasmBinary: 'AGFzbQ==' as never })).toThrow(bad);
});
