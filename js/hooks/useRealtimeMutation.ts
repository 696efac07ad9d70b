import {
  type DefaultError,
  type QueryClient,
  type UseMutationOptions,
  type UseMutationResult,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import type { Conflict, RealtimeEvent } from '../core/effects.ts';
import { getIntegration } from '../realtime/attachment.ts';
import type { Submission } from '../realtime/edit.ts';
import { temporaryId } from '../realtime/temporary-id.ts';

/** What `useRealtimeMutation` takes besides the options of `useMutation`. */
export interface RealtimeMutationOptions<TData, TVariables> {
  /** Whose rows it edits, by entity or table name. */
  realtimeEntity: string;
  /** What is done to the row. */
  action: RealtimeEvent['action'];
  /**
   * Tells the server. `submission.data` is what to send: the variables with what others changed
   * meanwhile taken into account; send `submission.mutationId` along as `Tidemark-Mutation`.
   * Resolve with the server's row if it gives one.
   */
  mutationFn(variables: TVariables, submission: Submission): Promise<TData>;
  /**
   * What the page shows at once: the new row, the changed members with the row's id, or the id
   * alone. Default: the variables.
   */
  optimistic?: ((variables: TVariables) => object) | undefined;
  /** The server's row in what `mutationFn` resolved with. Default: that itself, or its `data`. */
  rowOf?: ((result: TData) => unknown) | undefined;
  /** Somebody else changed a field that this edit changes. */
  onConflict?: ((conflict: Conflict) => void) | undefined;
}

/** The options of `useMutation`, without `networkMode`, which Tidemark sets, and with its own. */
export type UseRealtimeMutationOptions<TData, TError, TVariables, TContext> = Omit<
  UseMutationOptions<TData, TError, TVariables, TContext>,
  'mutationFn' | 'networkMode'
> &
  RealtimeMutationOptions<TData, TVariables>;

/**
 * `useMutation` whose edit shows at once in every realtime query of the entity. It is replayed
 * on top of the server's rows as they change; a failure takes back this edit alone; edits made
 * offline are sent in order when the network is back, with `persistEdits` also by the next page.
 * Without a `createRealtimeIntegration` on the query client nothing is shown before the server
 * answers.
 *
 * `mutateAsync` rejects with what `mutationFn` rejects with, or TidemarkError `unknown_entity`
 * or `bad_mutation`.
 */
export function useRealtimeMutation<
  TData = unknown,
  TError = DefaultError,
  TVariables = void,
  TContext = unknown,
>(
  options: UseRealtimeMutationOptions<TData, TError, TVariables, TContext>,
  queryClient?: QueryClient,
): UseMutationResult<TData, TError, TVariables, TContext> {
  const { realtimeEntity, action, mutationFn, optimistic, rowOf, onConflict, ...rest } = options;
  const client = useQueryClient(queryClient);
  return useMutation<TData, TError, TVariables, TContext>(
    {
      ...rest,
      // The core queues what is edited offline, and shows it meanwhile.
      networkMode: 'always',
      mutationFn: async (variables) => {
        const data = { ...((optimistic?.(variables) ?? variables) as object) } as Members;
        const send = (submission: Submission) => mutationFn(variables, submission);
        const integration = getIntegration(client);
        if (!integration) return send(unshown(data, action));
        const edit = { entity: realtimeEntity, action, data, send, onConflict };
        const find = rowOf && ((result: unknown) => rowOf(result as TData));
        return (await integration.edit({ ...edit, rowOf: find })) as TData;
      },
    },
    queryClient,
  );
}

type Members = Record<string, unknown>;

function unshown(data: Members, action: RealtimeEvent['action']): Submission {
  const mutationId = crypto.randomUUID();
  const id = (data.id ?? temporaryId(mutationId)) as Submission['id'];
  return { mutationId, id, data: action === 'delete' ? null : data };
}
