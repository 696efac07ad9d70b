import { useEffect, useState } from 'react';
import type { FrameLink } from './frame-link.ts';

const LOOK_MS = 100;

/** Frames a second while it runs; also draws what a frame that does not end has taken so far. */
export function Pace({ link, isRunning }: { link: FrameLink; isRunning: boolean }) {
  const { lab, contestant } = link;
  const { id } = contestant;
  const [now, setNow] = useState<{ rate: number; silentMs: number }>();

  useEffect(() => {
    if (!isRunning) return;
    const look = setInterval(() => {
      const trace = lab.traces.get(id);
      if (!trace) return;
      const silentMs = performance.now() - link.heardAt;
      if (silentMs > LOOK_MS) lab.onOpenFrame(id, silentMs);
      setNow({ rate: trace.countBefore(trace.lengthMs + silentMs), silentMs });
    }, LOOK_MS);
    return () => clearInterval(look);
  }, [isRunning, link, lab, id]);

  if (!isRunning) {
    const rate = lab.outcomes().get(id)?.frames?.rate;
    return <p className="pace">{rate === undefined ? '' : `${rate.toFixed(1)} frames/s`}</p>;
  }
  if (!now) return <p className="pace" />;
  return (
    <p className="pace" data-silent={now.silentMs > 1000}>
      {now.silentMs > 1000
        ? `No frame for ${(now.silentMs / 1000).toFixed(1)} s`
        : `${now.rate} frames/s`}
    </p>
  );
}
