import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { ShownRows } from './contestant.ts';
import { type Gauge, gaugesApi } from './gauges.ts';
import { openFeed, type PlainEvent } from './plain-feed.ts';

interface Props {
  children: (shown: ShownRows) => ReactNode;
}

const KEY = ['gauges', 'by-hand'];
const readRows = async () => (await gaugesApi.list()).data;

/** How events come into the cache. Returns what takes them. */
type Apply = (client: QueryClient) => (events: readonly PlainEvent[]) => void;

const applyEach: Apply = (client) => (events) => {
  for (const { data } of events) {
    client.setQueryData<Gauge[]>(KEY, (rows) =>
      rows?.map((row) => (row.id === data.id ? data : row)),
    );
  }
};

/** The best that can be done by hand: of each row its newest event, all of them once a frame. */
const applyBatched: Apply = (client) => {
  const waiting = new Map<number, Gauge>();
  const places = new Map<number, number>();
  let isDue = false;
  const flush = () => {
    isDue = false;
    client.setQueryData<Gauge[]>(KEY, (rows) => {
      if (!rows) return rows;
      if (places.size === 0) for (const [place, { id }] of rows.entries()) places.set(id, place);
      const next = rows.slice();
      for (const [id, row] of waiting) {
        const place = places.get(id);
        if (place !== undefined) next[place] = row;
      }
      waiting.clear();
      return next;
    });
  };
  return (events) => {
    for (const { data } of events) waiting.set(data.id, data);
    if (!isDue) requestAnimationFrame(flush);
    isDue = true;
  };
};

export function PerEventSide({ children }: Props) {
  return (
    <PlainSide apply={applyEach} sharing>
      {children}
    </PlainSide>
  );
}

export function BatchedSide({ children }: Props) {
  return (
    <PlainSide apply={applyBatched} sharing={false}>
      {children}
    </PlainSide>
  );
}

function PlainSide({ apply, sharing, children }: Props & { apply: Apply; sharing: boolean }) {
  const [client] = useState(() => new QueryClient());
  useEffect(() => () => client.clear(), [client]);
  return (
    <QueryClientProvider client={client}>
      <Rows apply={apply} sharing={sharing}>
        {children}
      </Rows>
    </QueryClientProvider>
  );
}

function Rows({ apply, sharing, children }: Props & { apply: Apply; sharing: boolean }) {
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  // Rows are read once the events come, or what changes in between would be missing.
  const { data, error } = useQuery({
    queryKey: KEY,
    queryFn: readRows,
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: sharing,
    enabled: isOpen,
  });
  const stop = useRef(() => {});
  useEffect(() => {
    stop.current = openFeed({ open: () => setOpen(true), events: apply(client) });
    return () => stop.current();
  }, [client, apply]);
  return children({
    rows: data,
    isLive: isOpen && data !== undefined,
    problem: error?.message,
    leave: () => stop.current(),
  });
}
