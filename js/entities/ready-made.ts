import { TidemarkError } from '../core/errors.ts';
import type { RowOf, WithRow } from './define.ts';
import { defaultEntities, type EntityDefinition, findEntity } from './definitions.ts';
import type { RestConfig } from './http.ts';
import { createRestApi, type RestApi } from './rest.ts';

const KEY: unique symbol = Symbol.for('tidemark.rest') as never;
const holder = globalThis as { [KEY]?: RestConfig };

// In one place for all copies of this module: an app may have both forms of the package.
holder[KEY] ??= {};
const config: RestConfig = holder[KEY];

/**
 * Sets how the ready-made clients (`projectsApi` …) reach their server, from the next request
 * on. What is not given stays as it was. On a server that acts for several users, make clients
 * of their own with `createRestApi` instead.
 *
 * @throws TidemarkError `bad_option`
 */
export function configureApi(changes: RestConfig): void {
  const { baseUrl, fetch: given } = changes;
  if (baseUrl !== undefined && typeof baseUrl !== 'string') {
    throw new TidemarkError('bad_option', `baseUrl must be a text, not ${typeof baseUrl}`);
  }
  if (given !== undefined && typeof given !== 'function') {
    throw new TidemarkError('bad_option', `fetch must be a function, not ${typeof given}`);
  }
  Object.assign(config, changes);
}

/** As it is at the moment; clients ask at each request. */
export const readyMadeConfig = (): RestConfig => config;

/** A client that `configureApi` configures. */
export function readyMadeApi<Definition extends Pick<EntityDefinition, 'name' | 'idField'>>(
  definition: Definition,
): RestApi<RowOf<Definition>> {
  return createRestApi(definition, readyMadeConfig);
}

/** One of the default definitions, its rows known to the compiler. */
export function definitionOf<Row extends object>(name: string): EntityDefinition & WithRow<Row> {
  return findEntity(defaultEntities, name);
}
