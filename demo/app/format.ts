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
