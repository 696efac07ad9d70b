const RUN_MS = 10_000;

/** How long a run takes, in ms. `?seconds=3`: for a shorter look. */
export function lengthOf(search: string): number {
  const seconds = Number(new URLSearchParams(search).get('seconds'));
  return seconds > 0 ? seconds * 1000 : RUN_MS;
}
