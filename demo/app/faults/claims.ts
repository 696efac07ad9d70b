import { useEffect, useState } from 'react';
import type { RealtimeState } from 'tidemark';

/** What the hook said, from `at` on. */
export interface Claim extends Pick<RealtimeState, 'status' | 'transport' | 'continuity'> {
  /** In ms since the epoch. */
  readonly at: number;
}

const CAPACITY = 12;

/** What it said since the component is there, the newest first. */
export function useClaims({ status, transport, continuity }: RealtimeState): readonly Claim[] {
  const [claims, setClaims] = useState<readonly Claim[]>([]);
  useEffect(() => {
    const claim = { status, transport, continuity, at: Date.now() };
    setClaims((before) => [claim, ...before.slice(0, CAPACITY - 1)]);
  }, [status, transport, continuity]);
  return claims;
}
