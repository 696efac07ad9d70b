import type { RowId } from '../core/effects.ts';
import type { Submission } from '../realtime/edit.ts';
import { isTemporaryId, temporaryId } from '../realtime/temporary-id.ts';
import type { RestApi, RowResponse } from './rest.ts';

/** How a REST server is told of edits: the requests, with the edit's mutation id, of each action. */
export interface EditRequests<Row> {
  /** Without the id when that is the temporary one, which is nobody else's business. */
  insert(submission: Submission): Promise<RowResponse<Row>>;
  /** `given` as in `delete`. */
  update(submission: Submission, given?: unknown): Promise<RowResponse<Row>>;
  /** `given`: the row's id as the caller has it, for a submission that was made without a core. */
  delete(submission: Submission, given?: unknown): Promise<unknown>;
}

export function editRequests<Row>(api: RestApi<Row>, idField: string): EditRequests<Row> {
  return {
    insert: ({ mutationId, data }) => {
      const { [idField]: id = null, ...members } = data ?? {};
      const isGiven = id !== null && id !== temporaryId(mutationId);
      const row = isGiven ? { ...members, [idField]: id } : members;
      return api.create(row as Partial<Row>, { mutationId });
    },
    update: ({ mutationId, id, data }, given) => {
      const target = targetOf(id, given);
      // The row's id stands in the address.
      const { [idField]: _, ...changes } = data ?? {};
      // The edit gave way to what others wrote: the row as it is now is the answer.
      if (Object.keys(changes).length === 0) return api.get(target);
      return api.update(target, changes as Partial<Row>, { mutationId });
    },
    delete: ({ mutationId, id }, given) => api.remove(targetOf(id, given), { mutationId }),
  };
}

/** A row that was inserted here has the server's id by now; without a core it has what was given. */
function targetOf(id: RowId, given: unknown = id): RowId {
  return isTemporaryId(id) ? (given as RowId) : id;
}
