import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createMockServer } from '../../../js/testing.ts';

const page = readFileSync('docs/testing.md', 'utf8');

it('docs/testing.md names every fault and every member of the server', () => {
  const server = createMockServer();
  const methods = (of: object) =>
    Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(of)))
      .filter(([name, { value }]) => typeof value === 'function' && name !== 'constructor')
      .map(([name]) => name);
  const internal = ['fate', 'constructor'];
  const named = [...methods(server), ...methods(server.faults)].filter(
    (name) => !internal.includes(name),
  );
  expect(named.filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([]);
});
