import type { RealtimeIntegration, RealtimeState, TidemarkError } from 'tidemark';

// #region report
/** For `onError`: the codes are in the table of docs/troubleshooting.md. */
export function describeError({ code, message, cause }: TidemarkError): string {
  const reason = cause instanceof Error ? ` (${cause.message})` : '';
  return `[tidemark] ${code}: ${message}${reason}`;
}
// #endregion report

// #region health
/** One line for a bug report. */
export function healthOf(integration: RealtimeIntegration): string {
  const { status, transport, attempt, quality } = integration.link;
  const { subscriptions = 0, gaps = 0, resets = 0, rejected = {} } = integration.stats() ?? {};
  const refused = Object.entries(rejected).map(([code, count]) => `${count} ${code}`);
  return [
    `${status} over ${transport ?? 'nothing'}, attempt ${attempt}`,
    `round trip ${quality.rttMs ?? '?'} ms, ${quality.reconnects} reconnects`,
    `${subscriptions} subscriptions, ${gaps} gaps, ${resets} resets`,
    `refused: ${refused.join(', ') || 'nothing'}`,
  ].join('; ');
}
// #endregion health

// #region freshness
const SAID: Record<RealtimeState['continuity'], string> = {
  live: 'Up to date',
  'catching-up': 'Catching up',
  suspect: 'Reading again',
  polling: 'As of the last look',
  offline: 'Not updated',
};

/** Beside a list: `<Freshness realtime={realtime} />`. */
export function Freshness({ realtime: { continuity, lastEventAt } }: { realtime: RealtimeState }) {
  const at = lastEventAt === null ? '' : `, last change at ${new Date(lastEventAt).toISOString()}`;
  return <small>{SAID[continuity] + at}</small>;
}
// #endregion freshness

// #region recording
/** Before `start`. The recording holds no row's values and no token. */
export function recordSession(integration: RealtimeIntegration) {
  const recorder = integration.record({ redact: (_member, value) => typeof value });
  return async () => JSON.stringify(await recorder.recording());
}
// #endregion recording
