// What is tried with the package as it was installed, by `import` or by `require`.
const assert = require('node:assert/strict');
const { setTimeout: sleep } = require('node:timers/promises');

/** @param {(name: string) => object | Promise<object>} load a door of the package */
const partsWith = (load) => ({
  async exports() {
    const tidemark = await load('tidemark');
    for (const name of [
      'createWebSocketClient',
      'createPollingFallback',
      'createRealtimeIntegration',
    ]) {
      assert.equal(typeof tidemark[name], 'function', name);
    }
  },

  async react() {
    const { useRealtimeQuery } = await load('tidemark/react');
    assert.equal(typeof useRealtimeQuery, 'function');
  },

  /** The clients work without React. */
  async entities() {
    const { configureApi, projectsApi, useProjects } = await load('tidemark/entities');
    assert.equal(typeof useProjects, 'function');
    configureApi({
      baseUrl: 'http://example.com/api',
      fetch: async (address) => Response.json([{ id: 1, address }]),
    });
    const { data } = await projectsApi.list({ status: ['active'] });
    const address = 'http://example.com/api/projects?status=in.%28active%29';
    assert.deepEqual(data, [{ id: 1, address }]);
  },

  /** An update can only be reported by the core, so this shows that the Wasm has loaded. */
  async polling() {
    const { createPollingFallback } = await load('tidemark');
    const updates = [];
    let version = 1;
    const fallback = createPollingFallback({
      interval: 20,
      adaptive: false,
      onUpdate: (entity, action, data) => updates.push({ entity, action, data }),
    });
    fallback.startPolling('projects', async () => [{ id: 'p1', name: `version ${version++}` }]);
    const deadline = Date.now() + 10_000;
    const seen = () =>
      updates.find((update) => update.entity === 'projects' && /update/i.test(update.action));
    while (!seen() && Date.now() < deadline) await sleep(10);
    fallback.stopPolling('projects');
    fallback.dispose();
    assert.ok(seen(), `no update seen; heard ${JSON.stringify(updates)}`);
    assert.equal(seen().data.id, 'p1');
    assert.match(seen().data.name, /^version \d+$/);
  },

  /** A server sends nothing of it; an app under development has it, one in production asks. */
  async devtools() {
    const { createElement } = await load('react');
    const { renderToString } = await load('react-dom/server');
    const { TidemarkDevtools, TidemarkDevtoolsInProduction } = await load('tidemark/devtools');
    assert.equal(TidemarkDevtools, TidemarkDevtoolsInProduction);
    assert.equal(renderToString(createElement(TidemarkDevtools)), '');
  },

  /** The server for tests, and a client of the package on it. */
  async testing() {
    const { createWebSocketClient } = await load('tidemark');
    const { createMockServer, FakeClock } = await load('tidemark/testing');
    const clock = new FakeClock();
    const server = createMockServer({ clock, tables: { notes: [{ id: 1, version: 1 }] } });
    const { websocketUrl: url, ...options } = server.options;
    const client = createWebSocketClient({ url, ...options });
    const heard = [];
    client.subscribe('notes', undefined, ({ data }) => heard.push(data));
    client.connect();
    await clock.until(() => client.status === 'connected');
    await clock.advance(1000);
    server.patch('notes', { id: 1, version: 2 });
    await clock.until(() => heard.length > 0);
    assert.deepEqual(heard, [{ id: 1, version: 2 }]);
    client.dispose();
  },
});

/** Runs the part that the command line names; a process that does not end by itself has failed. */
exports.runPart = async (load) => {
  const stuck = setTimeout(() => {
    console.error('the process did not end by itself');
    process.exit(1);
  }, 20_000);
  stuck.unref();
  try {
    await partsWith(load)[process.argv[2]]();
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
};
