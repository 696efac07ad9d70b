/** mulberry32: small, seeded and good enough for test data. Returns numbers in [0, 1). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** A whole number in [0, below). */
export const whole = (next, below) => Math.floor(next() * below);

export const pick = (next, list) => list[whole(next, list.length)];

export function uuid(next) {
  let hex = '';
  while (hex.length < 32) hex += whole(next, 0x1_0000_0000).toString(16).padStart(8, '0');
  const variant = '89ab'[whole(next, 4)];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** `count` different whole numbers in [0, below), in random order. */
export function sample(next, count, below) {
  const taken = new Set();
  while (taken.size < count) taken.add(whole(next, below));
  return [...taken];
}
