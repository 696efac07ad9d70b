/** Seeded pseudo-random numbers (mulberry32), so that a failure repeats. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), 1 | state);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

const texts = [
  '',
  'a',
  'name',
  'é',
  '日本',
  '😀',
  '\ud800',
  '"',
  '\\',
  '/',
  '\n',
  '\0',
  ' ',
  '}',
  '__proto__',
  'constructor',
  'x'.repeat(40),
];
const numbers = [
  '0',
  '-0',
  '1',
  '1.0',
  '1e0',
  '-7',
  '0.25',
  '2.5E-1',
  '1e999',
  '-1e-999',
  '12345678901234567890',
  '100',
  '1e2',
];

/** Its UTF-16 units, one escape each. */
const escaped = (point: string) =>
  point
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');

/** Writes random JSON, in random spellings. */
export class RandomJson {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = randomNumbers(seed);
  }

  below(n: number): number {
    return Math.floor(this.#next() * n);
  }

  pick<T>(choices: readonly T[] | string): T {
    return choices[this.below(choices.length)] as T;
  }

  text(depth = 4): string {
    const kind = this.below(depth > 0 ? 7 : 4);
    if (kind === 0) return this.pick(['null', 'true', 'false']);
    if (kind === 1) return this.pick(numbers);
    if (kind < 4) return this.string(this.pick(texts));
    const items: string[] = [];
    for (let i = this.below(5); i > 0; i--) {
      const key = kind > 4 ? `${this.string(this.pick(texts))}${this.space()}:${this.space()}` : '';
      items.push(key + this.text(depth - 1));
    }
    const inside = this.space() + items.join(`${this.space()},${this.space()}`) + this.space();
    return kind > 4 ? `{${inside}}` : `[${inside}]`;
  }

  /** Another way to write what `value` is. */
  spelling(value: unknown): string {
    if (typeof value === 'string') return this.string(value);
    if (value === null || typeof value !== 'object') return this.number(JSON.stringify(value));
    const parts = Array.isArray(value)
      ? value.map((each) => this.spelling(each))
      : this.#shuffled(Object.entries(value)).map(
          ([key, each]) =>
            `${this.string(key)}${this.space()}:${this.space()}${this.spelling(each)}`,
        );
    const inside = this.space() + parts.join(`${this.space()},${this.space()}`) + this.space();
    return Array.isArray(value) ? `[${inside}]` : `{${inside}}`;
  }

  space(): string {
    return this.below(3) === 0 ? this.pick([' ', '\n', '\t', '\r\n', ' '.repeat(30)]) : '';
  }

  string(text: string): string {
    let out = '"';
    // Half a pair as an escape would leave the other half alone, so a pair stays together.
    for (const point of text) {
      const must =
        point < ' ' || point === '"' || point === '\\' || /^[\ud800-\udfff]$/.test(point);
      out += must || this.below(6) === 0 ? escaped(point) : point;
    }
    return `${out}"`;
  }

  number(text: string): string {
    if (!/^-?\d+$/.test(text)) return text;
    return text + this.pick(['', '', '.0', 'e0', '.00E+0']);
  }

  #shuffled<T>(list: T[]): T[] {
    for (let i = list.length; i > 1; i--) {
      const j = this.below(i);
      [list[i - 1], list[j]] = [list[j] as T, list[i - 1] as T];
    }
    return list;
  }
}
