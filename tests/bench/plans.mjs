/** How long a run measures. Times in µs of CPU time. */
export const full = {
  warmUs: 300_000,
  sampleUs: 1000,
  samples: 31,
  budgetUs: 2_000_000,
  leastSamples: 5,
  coldRuns: 9,
  starts: 15,
};

/** To see whether something got slower, soon; too few samples to quote. */
export const quick = {
  warmUs: 20_000,
  sampleUs: 500,
  samples: 9,
  budgetUs: 60_000,
  leastSamples: 3,
  coldRuns: 1,
  starts: 1,
};
