import { useEffect, useState } from 'react';
import type { RealtimeIntegration } from '../realtime/integration.ts';
import { Inspector, type Picture } from './inspector.ts';

/** One that listens for as long as the component is there; undefined without an integration. */
export function useInspector(integration: RealtimeIntegration | undefined): Inspector | undefined {
  const [inspector, setInspector] = useState<Inspector>();
  useEffect(() => {
    if (!integration) return setInspector(undefined);
    const made = new Inspector(integration);
    setInspector(made);
    return made.start();
  }, [integration]);
  return inspector;
}

/** What there is to see, read before each paint. */
export function usePicture(inspector: Inspector): Picture {
  const [picture, setPicture] = useState(() => inspector.look());
  useEffect(() => {
    inspector.watch(true);
    const next = () => {
      setPicture(inspector.look());
      frame = requestAnimationFrame(next);
    };
    let frame = requestAnimationFrame(next);
    return () => {
      cancelAnimationFrame(frame);
      inspector.watch(false);
    };
  }, [inspector]);
  return picture;
}
