import { expect } from '@playwright/test';
import type { Claim, PageRecord, Row } from './page-record.ts';

/** The demo page's `?heartbeat=` in these tests. */
export const HEARTBEAT_MS = 500;
/** How long the core waits for the answer to a ping. */
const PONG_MS = 2_000;
/** For a machine that is busy with other tests. */
const BUSY_MS = 500;

/** After that a lost link must be known, by how it was lost. */
export const KNOWN_AFTER_MS = {
  /** The system says so. */
  closed: BUSY_MS,
  /** Nobody says anything, so a ping has to stay without an answer. */
  silent: HEARTBEAT_MS + PONG_MS + BUSY_MS,
} as const;

/** A time in which no server could be reached. */
export interface Outage {
  from: number;
  to: number;
  lost: keyof typeof KNOWN_AFTER_MS;
}

function isFalse({ status, continuity }: Claim): boolean {
  return status === 'connected' || continuity === 'live';
}

/** The claims of a living link that the page upheld when it could have known better. */
export function falseClaims(claims: readonly Claim[], { from, to, lost }: Outage): Claim[] {
  const known = from + KNOWN_AFTER_MS[lost];
  return claims.filter((claim, index) => {
    const until = claims[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    return isFalse(claim) && claim.at < to && until > known;
  });
}

/** That the page claimed no living link while there was none. */
export function expectTruthful({ claims }: PageRecord, outage: Outage): void {
  // Or the next check would have nothing to look at.
  expect(outage.to - outage.from).toBeGreaterThan(KNOWN_AFTER_MS[outage.lost]);
  expect(falseClaims(claims, outage)).toEqual([]);
}

/** That whenever 'live' came back after `from`, the rows were there with it. */
export async function expectLiveRows(
  read: () => Promise<PageRecord>,
  from: number,
  truth: readonly Row[],
): Promise<void> {
  const back = async () => (await read()).whenLive.filter(({ at }) => at > from);
  await expect.poll(async () => (await back()).length).toBeGreaterThan(0);
  for (const { rows } of await back()) expect(rows).toEqual(truth);
}
