import { lowerCase } from './letter-case.ts';

const ANY_TEXT = -1;
const ANY_ONE = -2;

/** SQL's LIKE, where `*` too stands for any text (src/view/like.h). */
export class LikePattern {
  readonly #pattern: number[] = [];
  readonly #ignoreCase: boolean;
  /** The same for SQL's LIKE. */
  readonly sql: string;

  /** @throws RangeError when the pattern ends in a lone `\` */
  constructor(pattern: string, ignoreCase: boolean) {
    this.#ignoreCase = ignoreCase;
    let sql = '';
    const chars = [...pattern];
    for (let at = 0; at < chars.length; at++) {
      let char = chars[at] as string;
      if (char === '%' || char === '*' || char === '_') {
        this.#pattern.push(char === '_' ? ANY_ONE : ANY_TEXT);
        sql += char === '*' ? '%' : char;
        continue;
      }
      if (char === '\\') {
        char = chars[++at] ?? '';
        if (char === '') throw new RangeError('a pattern cannot end in a lone backslash');
      }
      const code = this.#fold(char.codePointAt(0) as number);
      this.#pattern.push(code);
      sql += `\\${String.fromCodePoint(code)}`;
    }
    this.sql = sql;
  }

  #fold(code: number): number {
    return this.#ignoreCase ? lowerCase(code) : code;
  }

  matches(text: string): boolean {
    const codes = Array.from(text, (char) => this.#fold(char.codePointAt(0) as number));
    const pattern = this.#pattern;
    let at = 0;
    let wanted = 0;
    let afterAny = -1;
    let triedFrom = 0;
    while (at < codes.length) {
      if (pattern[wanted] === ANY_TEXT) {
        afterAny = ++wanted;
        triedFrom = at;
      } else if (pattern[wanted] === ANY_ONE || pattern[wanted] === codes[at]) {
        at++;
        wanted++;
      } else {
        // Only the last wildcard can need another try.
        if (afterAny < 0) return false;
        at = ++triedFrom;
        wanted = afterAny;
      }
    }
    while (pattern[wanted] === ANY_TEXT) wanted++;
    return wanted === pattern.length;
  }
}
