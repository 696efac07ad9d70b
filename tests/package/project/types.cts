// The same for CommonJS: each door has types of its own.
import tidemark = require('tidemark');
import devtools = require('tidemark/devtools');
import entities = require('tidemark/entities');
import react = require('tidemark/react');
import testing = require('tidemark/testing');

export const doors: ((...args: never[]) => unknown)[] = [
  tidemark.createPollingFallback,
  tidemark.createRealtimeIntegration,
  tidemark.createWebSocketClient,
  react.useRealtimeInfiniteQuery,
  react.useRealtimeQuery,
  entities.useProjects,
  devtools.TidemarkDevtools,
  testing.createMockServer,
];

export const source: tidemark.CoreSource = { wasmUrl: '/tidemark.wasm' };
