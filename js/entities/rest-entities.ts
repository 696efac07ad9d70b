import type { RowOf } from './define.ts';
import { defaultEntities, type EntityDefinition } from './definitions.ts';
import { editRequests } from './edit-requests.ts';
import { readyMadeApi } from './ready-made.ts';
import type { RestApi } from './rest.ts';

type Sender = Required<Pick<EntityDefinition, 'send'>>;

/**
 * The definition with a `send`, so that edits of an earlier page (`persistEdits`) reach the
 * server as those of its hooks do: by `POST`, `PATCH` and `DELETE` with `Tidemark-Mutation`.
 * They leave when the integration starts: call `configureApi` before.
 *
 * @param api the entity's client. Default: the one at `/api/<name>` that `configureApi` configures
 */
export function withRest<Definition extends EntityDefinition>(
  definition: Definition,
  api: RestApi<RowOf<Definition>> = readyMadeApi(definition),
): Definition & Sender {
  const requests = editRequests(api, definition.idField);
  const sender: Sender = { send: (action, submission) => requests[action](submission) };
  return { ...definition, ...sender };
}

/** `defaultEntities`, each `withRest`. */
export const restEntities: ReadonlyArray<EntityDefinition & Sender> =
  /* @__PURE__ */ defaultEntities.map((definition) => withRest(definition));
