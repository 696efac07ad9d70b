/** `tidemark/testing`: a server and a clock for the tests of an app. */
export type { Clock } from './core/clock.ts';
export { FakeClock } from './testing/fake-clock.ts';
export type { RowInput } from './testing/memory-feed.ts';
export {
  type ChangeOptions,
  createMockServer,
  type MockLinkOptions,
  MockServer,
  type MockServerOptions,
} from './testing/mock-server.ts';
export type { Faults } from './testing/network/faults.ts';
export type { Script, Step } from './testing/script.ts';
