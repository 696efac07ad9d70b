// Polling is mostly cold: the first load and the first five polls of a fresh process.
export const name = 'poll';
export const title = 'Poll, cold: a fresh process each time';

const cold = (rows) => [
  { rows, change: 'cold: first load', answer: '1 %', polls: 5, measures: 'load_us' },
  { rows, change: 'cold: first 5 polls at 1 %', answer: '1 %', polls: 5, measures: 'poll_us' },
];

export const cases = ({ quick }) => (quick ? cold(2000).slice(1) : cold(10_000));
