import type { ComponentType, ReactNode } from 'react';
import type { Gauge } from './gauges.ts';
import { BatchedSide, PerEventSide } from './plain-side.tsx';
import { TidemarkSide } from './tidemark-side.tsx';

/** What a side has to show, as a query's hook gives it. */
export interface ShownRows {
  readonly rows: readonly Gauge[] | undefined;
  /** Changes are heard from now on. */
  readonly isLive: boolean;
  /** What went wrong, if anything did. */
  readonly problem: string | undefined;
  /** Hears no more changes, not even those that wait in this page. */
  readonly leave: () => void;
}

/** Keeps the rows in step in its own way, with a query client and a link of its own. */
export type Side = ComponentType<{ children: (shown: ShownRows) => ReactNode }>;

/** Who keeps 100,000 rows in step, as data. */
export interface Contestant {
  readonly id: 'still' | 'tidemark' | 'batched' | 'per-event';
  readonly label: string;
  readonly how: string;
  /** Changes a second. */
  readonly rate: number;
  readonly Side: Side;
}

const RATE = 1000;

export const contestants: readonly Contestant[] = [
  {
    id: 'still',
    label: 'Nothing changes',
    how: 'The same list without a single change: what this machine can scroll at all.',
    rate: 0,
    Side: TidemarkSide,
  },
  {
    id: 'tidemark',
    label: 'Tidemark',
    how: 'useList of the entity. Nothing else to write.',
    rate: RATE,
    Side: TidemarkSide,
  },
  {
    id: 'batched',
    label: 'By hand, batched',
    how: 'A socket, an index by id, one setQueryData a frame, no structural sharing. Nothing for duplicates, gaps, order or a lost link.',
    rate: RATE,
    Side: BatchedSide,
  },
  {
    id: 'per-event',
    label: 'By hand, as in the guides',
    how: 'A socket and a setQueryData with map() for each event.',
    rate: RATE,
    Side: PerEventSide,
  },
];
