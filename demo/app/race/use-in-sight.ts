import { type RefObject, useEffect, useRef } from 'react';

/** While `isWatched`: calls `onLost` when one of the frames within, or the whole page, is not seen. */
export function useInSight(
  within: RefObject<HTMLElement | null>,
  isWatched: boolean,
  onLost: () => void,
): void {
  const lost = useRef(onLost);
  lost.current = onLost;
  useEffect(() => {
    if (!isWatched) return;
    const frames = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => !isIntersecting)) lost.current();
    });
    for (const frame of within.current?.querySelectorAll('iframe') ?? []) frames.observe(frame);
    const onHidden = () => document.hidden && lost.current();
    document.addEventListener('visibilitychange', onHidden);
    return () => {
      frames.disconnect();
      document.removeEventListener('visibilitychange', onHidden);
    };
  }, [within, isWatched]);
}
