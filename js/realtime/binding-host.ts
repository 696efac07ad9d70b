import type { QueryClient } from '@tanstack/react-query';
import type { Report } from './callbacks.ts';
import type { Driver } from './driver.ts';
import type { LinkState } from './link-state.ts';
import type { QueryBinding } from './query-binding.ts';

/** What a binding needs of the integration that it belongs to. */
export interface BindingHost {
  readonly queryClient: QueryClient;
  readonly driver: Driver;
  readonly report: Report;
  readonly link: LinkState;
  /** In ms. */
  readonly pollingInterval: number;
  readonly views: Map<number, QueryBinding>;
  /** Which binding gave out a query's data. */
  readonly issued: WeakMap<object, QueryBinding>;
  changed(binding: QueryBinding): void;
  /** Its data can only be had from the server; `later`: not for each change by itself. */
  readAgain(binding: QueryBinding, when: 'now' | 'later'): void;
}
