export { TidemarkError } from './core/errors.ts';
export * from './entities/admin-users.ts';
export * from './entities/applications.ts';
export { defineEntity, type RowOf, type WithRow } from './entities/define.ts';
export {
  defaultEntities,
  type EntityDefinition,
  type EntityQueryKeys,
} from './entities/definitions.ts';
export type { FilterOperator, FilterScalar, Filters, FilterValue } from './entities/filters.ts';
export {
  createEntityHooks,
  type EntityDetailOptions,
  type EntityHooks,
  type EntityHooksOptions,
  type EntityListOptions,
  type EntityMutationOptions,
  type EntityQueryResult,
} from './entities/hooks.ts';
export {
  ApiError,
  type RequestHeaders,
  type RequestOptions,
  type RestConfig,
} from './entities/http.ts';
export * from './entities/organizations.ts';
export * from './entities/payments.ts';
export { adminApi, type PlatformStats, usePlatformStats } from './entities/platform-stats.ts';
export * from './entities/projects.ts';
export { configureApi } from './entities/ready-made.ts';
export {
  createRestApi,
  type ListOptions,
  type ListResponse,
  type RestApi,
  type RowResponse,
  type WriteOptions,
} from './entities/rest.ts';
export { restEntities, withRest } from './entities/rest-entities.ts';
export type {
  AdminUser,
  Application,
  Organization,
  Payment,
  Project,
  VettingItem,
  Volunteer,
} from './entities/rows.ts';
export * from './entities/vetting-queue.ts';
export * from './entities/volunteers.ts';
