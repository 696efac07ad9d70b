/** How long changes took to the apps, by milliseconds. */
export class Latency {
  readonly #counts = new Map<number, number>();

  add(counts: Readonly<Record<string, number>>): void {
    for (const [ms, count] of Object.entries(counts)) {
      this.#counts.set(Number(ms), (this.#counts.get(Number(ms)) ?? 0) + count);
    }
  }

  /** In ms; `share` from 0 to 1. */
  quantile(share: number): number {
    const sorted = [...this.#counts].sort(([a], [b]) => a - b);
    let left = share * sorted.reduce((sum, [, count]) => sum + count, 0);
    for (const [ms, count] of sorted) {
      left -= count;
      if (left <= 0) return ms;
    }
    return 0;
  }
}
