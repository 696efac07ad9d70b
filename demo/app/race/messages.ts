import type { Outcome } from '../load/lab.ts';

/** What the page around a frame asks of it. */
export type Order =
  /** Read the rows and be ready. */
  | { readonly order: 'load'; readonly lengthMs: number; readonly scrolls: boolean }
  /** Go on, from `ready` or `settled`. */
  | { readonly order: 'go' }
  | { readonly order: 'scroll'; readonly scrolls: boolean }
  /** Hear no more changes; the rows stay as they are. */
  | { readonly order: 'leave' }
  /** Have no more rows. */
  | { readonly order: 'clear' }
  /** Do nothing else for so long. */
  | { readonly order: 'block'; readonly ms: number }
  /** Note each animation frame for so long. */
  | { readonly order: 'watch'; readonly ms: number };

/** What a frame tells the page around it. Times are in ms since the epoch unless said otherwise. */
export type Report =
  | { readonly report: 'open' }
  | { readonly report: 'outcome'; readonly outcome: Outcome }
  /** An animation frame, in ms of the frame's own clock. */
  | { readonly report: 'frame'; readonly now: number }
  | { readonly report: 'blocked'; readonly from: number; readonly to: number }
  | { readonly report: 'watched'; readonly times: readonly number[] };

/** Of all documents of this machine the same, unlike `performance.now()`. */
export const wallClock = (): number => performance.timeOrigin + performance.now();
