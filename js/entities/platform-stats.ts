import type { DefaultError, UseQueryOptions, UseQueryResult } from '@tanstack/react-query';
import { TidemarkError } from '../core/errors.ts';
import type { UseRealtimeQueryResult } from '../hooks/live-query.ts';
import { useRealtimeQuery } from '../hooks/useRealtimeQuery.ts';
import { adminUsersApi } from './admin-users.ts';
import { applicationsApi } from './applications.ts';
import { defaultEntities, statsKey } from './definitions.ts';
import type { Filters } from './filters.ts';
import { type RequestOptions, requestJson } from './http.ts';
import { organizationsApi } from './organizations.ts';
import { paymentsApi } from './payments.ts';
import { projectsApi } from './projects.ts';
import { readyMadeConfig } from './ready-made.ts';
import type { RestApi } from './rest.ts';
import { vettingApi } from './vetting-queue.ts';
import { volunteersApi } from './volunteers.ts';

/** How many there are of each. */
export interface PlatformStats {
  projects: number;
  activeProjects: number;
  applications: number;
  pendingApplications: number;
  volunteers: number;
  pendingPayments: number;
  organizations: number;
  verifiedOrganizations: number;
  users: number;
  pendingVetting: number;
}

/** Where the totals may be had at once, in `configureApi({ paths })`. */
const STATS = 'admin_stats';

export const adminApi = {
  /**
   * The platform's totals. They are asked for one by one, `count` in the answer to a list of at
   * most one row; with a path for `admin_stats` that one answers them all, alone or in `data`.
   *
   * Rejects with ApiError, TidemarkError `no_count`, or what `fetch` rejects with.
   */
  async stats(options: RequestOptions = {}): Promise<PlatformStats> {
    const config = readyMadeConfig();
    const path = config.paths?.[STATS];
    if (path === undefined) return countAll(options);
    const request = { method: 'GET', path, signal: options.signal } as const;
    return requestJson(config, STATS, request, 'an object', readStats);
  },
};

function readStats(answer: unknown): PlatformStats | undefined {
  const inside = (answer as { data?: unknown } | null | undefined)?.data ?? answer;
  return typeof inside === 'object' && inside !== null ? (inside as PlatformStats) : undefined;
}

async function countAll({ signal }: RequestOptions): Promise<PlatformStats> {
  async function count<Row>(api: RestApi<Row>, filters?: Filters<Row>): Promise<number> {
    const { count } = await api.list(filters, { limit: 1, signal });
    if (typeof count === 'number') return count;
    const message = `a list does not tell its count; configureApi({ paths: { ${STATS}: … } })`;
    throw new TidemarkError('no_count', message);
  }
  const counts = {
    projects: count(projectsApi),
    activeProjects: count(projectsApi, { status: 'active' }),
    applications: count(applicationsApi),
    pendingApplications: count(applicationsApi, { status: 'pending' }),
    volunteers: count(volunteersApi),
    pendingPayments: count(paymentsApi, { status: 'pending' }),
    organizations: count(organizationsApi),
    verifiedOrganizations: count(organizationsApi, { verification_status: 'verified' }),
    users: count(adminUsersApi),
    pendingVetting: count(vettingApi, { status: 'pending' }),
  };
  const names = Object.keys(counts) as Array<keyof PlatformStats>;
  const values = await Promise.all(Object.values(counts));
  return Object.fromEntries(names.map((name, i) => [name, values[i]])) as unknown as PlatformStats;
}

/** Whose changes move the totals. */
const sources = defaultEntities.map(({ name }) => name);

/** The platform's totals, read again when rows that they are made of have changed. */
export function usePlatformStats<TData = PlatformStats>(
  options: Omit<UseQueryOptions<PlatformStats, DefaultError, TData>, 'queryKey' | 'queryFn'> = {},
  enableRealtime = true,
): UseRealtimeQueryResult<UseQueryResult<TData>> {
  return useRealtimeQuery({
    ...options,
    queryKey: statsKey,
    queryFn: ({ signal }) => adminApi.stats({ signal }),
    realtimeEntity: sources,
    enableRealtime,
  });
}
