import { useEffect, useRef } from 'react';
import type { Contestant, ShownRows } from './contestant.ts';
import { GaugeList } from './gauge-list.tsx';
import type { Gauge } from './gauges.ts';
import type { Lab } from './lab.ts';
import { type Gate, performRun } from './run.ts';

const NONE: readonly Gauge[] = [];
const SCROLL_PX_PER_MS = 1.8;

export interface MeasuredListProps {
  contestant: Contestant;
  lab: Lab;
  shown: ShownRows;
  lengthMs: number;
  /** Or the reader does it. */
  scrolls: boolean;
  gate: Gate;
}

/** The list of one contestant, and its run as soon as it is live. */
export function MeasuredList({
  contestant,
  lab,
  shown,
  lengthMs,
  scrolls,
  gate,
}: MeasuredListProps) {
  const { rows = NONE, isLive, problem } = shown;
  const scroller = useRef<HTMLDivElement>(null);
  const latest = useRef(rows);
  latest.current = rows;
  const leave = useRef(shown.leave);
  leave.current = shown.leave;
  const gates = useRef(gate);
  gates.current = gate;
  const mayScroll = useRef(scrolls);
  mayScroll.current = scrolls;
  const isReady = useOnce(isLive && rows.length > 0);

  useEffect(() => {
    if (problem !== undefined) lab.become(contestant.id, { phase: 'failed', problem });
  }, [problem, lab, contestant]);

  useEffect(() => {
    if (!isReady) return;
    const leaving = new AbortController();
    performRun({
      contestant,
      lab,
      lengthMs,
      rows: () => latest.current,
      gate: (to) => gates.current(to),
      onFrame: (elapsed) => {
        if (mayScroll.current) scroller.current?.scrollTo({ top: elapsed * SCROLL_PX_PER_MS });
      },
      leave: () => leave.current(),
      signal: leaving.signal,
    }).catch((thrown: unknown) => {
      lab.become(contestant.id, { phase: 'failed', problem: String(thrown) });
    });
    return () => leaving.abort();
  }, [isReady, contestant, lab, lengthMs]);

  return <GaugeList rows={rows} scroller={scroller} />;
}

/** True from the first time on: a list that is behind for a moment is still the same run. */
function useOnce(condition: boolean): boolean {
  const was = useRef(false);
  was.current ||= condition;
  return was.current;
}
