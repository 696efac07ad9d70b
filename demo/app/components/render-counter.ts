import { type RefObject, useLayoutEffect, useRef } from 'react';

/** Counts the renders of the component that calls it, into an element, without rendering. */
export function useRenderCounter(): RefObject<HTMLOutputElement | null> {
  const element = useRef<HTMLOutputElement>(null);
  const count = useRef(0);
  useLayoutEffect(() => {
    count.current += 1;
    if (element.current) element.current.textContent = String(count.current);
  });
  return element;
}
