// An app that has the package twice, as import and as require. Runs inside the empty project.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { QueryClient } from '@tanstack/react-query';
import * as imported from 'tidemark';
import { ApiError, configureApi } from 'tidemark/entities';

const require = createRequire(import.meta.url);
const required = require('tidemark');
assert.notEqual(imported.createPollingFallback, required.createPollingFallback);

/** The code of what it throws, told by the class of the other form. */
function refusedBy(tidemark, other) {
  try {
    tidemark.createWebSocketClient({});
    return undefined;
  } catch (error) {
    assert.ok(error instanceof other.TidemarkError);
    return error.code;
  }
}

/** Resolves when a poll of this form found a change, which only the core can. */
function polled(tidemark) {
  return new Promise((resolve, reject) => {
    let version = 1;
    const polling = tidemark.createPollingFallback({
      interval: 20,
      onError: reject,
      onUpdate: () => {
        polling.dispose();
        resolve();
      },
    });
    polling.startPolling('tasks', async () => [{ id: 1, version: version++ }]);
  });
}

const parts = {
  async errors() {
    assert.equal(refusedBy(imported, required), 'bad_option');
    assert.equal(refusedBy(required, imported), 'bad_option');
    assert.ok(!(new Error('none') instanceof imported.TidemarkError));
    assert.ok(!(new imported.TidemarkError('other', '') instanceof ApiError));
  },

  async integration() {
    const queryClient = new QueryClient();
    const integration = required.createRealtimeIntegration(queryClient);
    assert.equal(imported.getIntegration(queryClient), integration);
    integration.dispose();
    assert.equal(imported.getIntegration(queryClient), undefined);
  },

  async configuration() {
    configureApi({
      baseUrl: 'http://example.com/both',
      fetch: async (url) => Response.json([{ id: url }]),
    });
    const { data } = await require('tidemark/entities').projectsApi.list();
    assert.equal(data[0].id, 'http://example.com/both/projects');
  },

  async core() {
    let instances = 0;
    const { instantiate } = WebAssembly;
    // Node's own `fetch` makes some as well.
    WebAssembly.instantiate = (module, ...args) => {
      const isOurs =
        module instanceof WebAssembly.Module &&
        WebAssembly.Module.customSections(module, 'tidemark').length > 0;
      if (isOurs) instances++;
      return instantiate(module, ...args);
    };
    await polled(imported);
    await polled(required);
    assert.equal(instances, 1);
  },
};

const stuck = setTimeout(() => {
  console.error('the process did not end by itself');
  process.exit(1);
}, 20_000);
stuck.unref();
await parts[process.argv[2]]();
