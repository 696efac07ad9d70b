/** A word in the colour of what it means; the word alone says it too. */
export function Badge({ word }: { word: string }) {
  return <span className={`badge ${TONES[word] ?? 'plain'}`}>{word}</span>;
}

const TONES: Readonly<Record<string, 'good' | 'fair' | 'bad' | 'plain'>> = {
  applied: 'good',
  connected: 'good',
  good: 'good',
  live: 'good',
  sent: 'fair',
  queued: 'fair',
  connecting: 'fair',
  reconnecting: 'fair',
  fair: 'fair',
  polling: 'fair',
  'catching-up': 'fair',
  conflated: 'fair',
  stale: 'fair',
  gap: 'bad',
  suspect: 'bad',
  rejected: 'bad',
  error: 'bad',
  poor: 'bad',
};
