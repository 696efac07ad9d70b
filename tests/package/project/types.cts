// The same for CommonJS: each door has types of its own.
import tidemark = require('tidemark');
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
  testing.createMockServer,
];

export const source: tidemark.CoreSource = { wasmUrl: '/tidemark.wasm' };
