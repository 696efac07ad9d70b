import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type RefObject } from 'react';
import type { Gauge } from './gauges.ts';

const ROW_PX = 32;
const OVERSCAN = 6;
const COLUMNS = ['Id', 'Station', 'Level, m', 'Version'] as const;

export interface GaugeListProps {
  rows: readonly Gauge[];
  scroller: RefObject<HTMLDivElement | null>;
}

/** All rows, of which those in sight have elements. */
export function GaugeList({ rows, scroller }: GaugeListProps) {
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table lays out all of its rows
    <div
      className="gauges"
      role="table"
      aria-label="Gauges"
      aria-rowcount={rows.length + 1}
      aria-colcount={COLUMNS.length}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div role="rowgroup">
        {/* biome-ignore lint/a11y/useSemanticElements: see above */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: nothing to do with a header */}
        <div role="row" aria-rowindex={1} className="gauge head">
          {COLUMNS.map((label) => (
            // biome-ignore lint/a11y/useSemanticElements: see above
            // biome-ignore lint/a11y/useFocusableInteractive: see above
            <span key={label} role="columnheader">
              {label}
            </span>
          ))}
        </div>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div
        role="rowgroup"
        ref={scroller}
        className="window"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll it
        tabIndex={0}
      >
        <div role="presentation" className="all" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => (
            <GaugeRow key={index} row={rows[index] as Gauge} index={index} start={start} />
          ))}
        </div>
      </div>
    </div>
  );
}

interface GaugeRowProps {
  row: Gauge;
  index: number;
  /** In pixels from the top. */
  start: number;
}

const GaugeRow = memo(function GaugeRow({ row, index, start }: GaugeRowProps) {
  const { id, station, level_mm, version } = row;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table lays out all of its rows
    // biome-ignore lint/a11y/useFocusableInteractive: nothing to do with a row
    <div
      role="row"
      aria-rowindex={index + 2}
      className="gauge"
      data-gauge={id}
      data-version={version}
      style={{ transform: `translateY(${start}px)` }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <span role="cell">{id}</span>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <span role="cell">{station}</span>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <span role="cell" data-level={level_mm}>
        {(level_mm / 1000).toFixed(3)}
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <span role="cell">{version}</span>
    </div>
  );
});
