import { useEffect, useRef } from 'react';
import { formatAge } from '../format.ts';

const TICK_MS = 200;

/** How long ago the last event came; counts on by itself, without rendering. */
export function DataAge({ at }: { at: number | null }) {
  const element = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const show = () => {
      if (element.current) element.current.textContent = formatAge(at, Date.now());
    };
    show();
    if (at === null) return;
    const timer = setInterval(show, TICK_MS);
    return () => clearInterval(timer);
  }, [at]);
  return <span ref={element} data-testid="data-age" />;
}
