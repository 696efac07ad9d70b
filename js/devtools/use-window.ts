import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';

/** The part of a long list that is on the screen, and a little around it. */
export interface ListWindow {
  readonly scroller: RefObject<HTMLDivElement | null>;
  onScroll(): void;
  readonly first: number;
  /** The first one that is not shown. */
  readonly end: number;
}

const AROUND = 10;

/** `rowHeight` in CSS pixels; all rows have it. */
export function useWindow(count: number, rowHeight: number): ListWindow {
  const scroller = useRef<HTMLDivElement>(null);
  const [{ top, height }, setPlace] = useState({ top: 0, height: 0 });
  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const { scrollTop, clientHeight } = element;
    setPlace((place) => {
      const isSame = place.top === scrollTop && place.height === clientHeight;
      return isSame ? place : { top: scrollTop, height: clientHeight };
    });
  }, []);
  // Also when the panel was made larger.
  useLayoutEffect(onScroll);
  const first = Math.max(0, Math.floor(top / rowHeight) - AROUND);
  const end = Math.min(count, Math.ceil((top + height) / rowHeight) + AROUND);
  return { scroller, onScroll, first: Math.min(first, end), end };
}
