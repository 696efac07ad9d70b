const time = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

const amount = new Intl.NumberFormat('en-GB', {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

/** The time of day. */
export function formatTime(at: number): string {
  return time.format(at);
}

export function formatAmount(value: number): string {
  return amount.format(value);
}

/** Day and time of an ISO 8601 text. */
export function formatMoment(text: string): string {
  return moment.format(new Date(text));
}

const TRANSPORT_NAMES = { websocket: 'WebSocket', sse: 'SSE', polling: 'polling' } as const;

export function transportName(transport: keyof typeof TRANSPORT_NAMES | null): string {
  return transport ? TRANSPORT_NAMES[transport] : 'none';
}

/** Both in ms since the epoch. */
export function formatAge(at: number | null, now: number): string {
  if (at === null) return 'no event yet';
  const seconds = Math.max(0, now - at) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}
