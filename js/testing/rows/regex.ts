import { lowerCase, upperCase } from './letter-case.ts';

/**
 * The regular expressions of the filter language (src/view/regex_syntax.h says which). JavaScript's
 * own would let a client's pattern block the server for ever, so this simulates an automaton
 * (Thompson, CACM 1968): at most the text's length times MAX_STATES steps.
 */
const MAX_STATES = 1000;
const MAX_DEPTH = 50;
const MAX_REPEAT = 255;
const MAX_WORK = 20_000;

type Ranges = ReadonlyArray<readonly [number, number]>;

type Node =
  | { kind: 'sequence' | 'choice'; parts: Node[] }
  | { kind: 'repeat'; body: Node; least: number; most: number }
  | { kind: 'character'; code: number }
  | { kind: 'set'; ranges: Ranges; negated: boolean }
  | { kind: 'any' | 'begin' | 'end' };

type State =
  | { kind: 'split'; next: number; other: number }
  | { kind: 'accept' }
  | { kind: 'begin' | 'end' | 'any'; next: number }
  | { kind: 'character'; code: number; next: number }
  | { kind: 'set'; ranges: Ranges; negated: boolean; next: number };

const NAMED: Record<string, string> = {
  alpha: 'AZaz',
  digit: '09',
  alnum: '09AZaz',
  upper: 'AZ',
  lower: 'az',
  space: '\t\r  ',
  blank: '\t\t  ',
  punct: '!/:@[`{~',
  print: ' ~',
  graph: '!~',
  cntrl: '\0\x1f\x7f\x7f',
  xdigit: '09AFaf',
  word: '09AZ__az',
};
const CLASSES: Record<string, string> = { d: 'digit', w: 'word', s: 'space' };
const ESCAPES: Record<string, string> = { t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' };

/** The pattern is malformed or not supported. */
export class RegexError extends Error {}

class Parser {
  readonly #text: string[];
  #at = 0;

  constructor(pattern: string) {
    this.#text = [...pattern];
  }

  whole(): Node {
    const node = this.#choice(0);
    if (this.#at < this.#text.length) this.#fail();
    return node;
  }

  #fail(): never {
    throw new RegexError(`the regular expression is not supported at ${this.#at}`);
  }

  #is(char: string, ahead = 0): boolean {
    return this.#text[this.#at + ahead] === char;
  }
  #digit(ahead: number): boolean {
    return /^\d$/.test(this.#text[this.#at + ahead] ?? '');
  }
  #take(char: string): boolean {
    if (!this.#is(char)) return false;
    this.#at++;
    return true;
  }
  #next(): string {
    return this.#text[this.#at++] ?? this.#fail();
  }

  #choice(depth: number): Node {
    const parts: Node[] = [];
    do parts.push(this.#sequence(depth));
    while (this.#take('|'));
    return { kind: 'choice', parts };
  }

  #sequence(depth: number): Node {
    const parts: Node[] = [];
    while (this.#at < this.#text.length && !this.#is('|') && !this.#is(')')) {
      parts.push(this.#repeats(this.#atom(depth)));
    }
    return { kind: 'sequence', parts };
  }

  #quantifierFollows(): boolean {
    return this.#is('*') || this.#is('+') || this.#is('?') || this.#boundFollows();
  }
  /** A `{` that no digit follows is an ordinary character. */
  #boundFollows(): boolean {
    return this.#is('{') && this.#digit(1);
  }

  #atom(depth: number): Node {
    if (this.#quantifierFollows()) this.#fail();
    const char = this.#next();
    if (char === '(') return this.#group(depth);
    if (char === '[') return this.#set();
    if (char === '\\') return this.#escape();
    if (char === '.') return { kind: 'any' };
    if (char === '^') return { kind: 'begin' };
    if (char === '$') return { kind: 'end' };
    return { kind: 'character', code: char.codePointAt(0) as number };
  }

  #group(depth: number): Node {
    if (depth === MAX_DEPTH || (this.#take('?') && !this.#take(':'))) this.#fail();
    const node = this.#choice(depth + 1);
    if (!this.#take(')')) this.#fail();
    return node;
  }

  #escape(): Node {
    const letter = this.#next();
    const name = CLASSES[letter.toLowerCase()];
    if (!name) return { kind: 'character', code: this.#escaped(letter) };
    return { kind: 'set', ranges: named(name), negated: letter !== letter.toLowerCase() };
  }

  /** The code of the character that `\` and `letter` stand for. */
  #escaped(letter: string): number {
    const isPlain = /^[^A-Za-z0-9\u0080-\u{10ffff}]$/u.test(letter);
    const char = isPlain ? letter : Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
    return char?.codePointAt(0) ?? this.#fail();
  }

  #repeats(body: Node): Node {
    let least = 0;
    let most = Number.POSITIVE_INFINITY;
    if (this.#take('+')) least = 1;
    else if (this.#take('?')) most = 1;
    else if (this.#boundFollows()) [least, most] = this.#bound();
    else if (!this.#take('*')) return body;
    this.#take('?'); // which match is preferred does not change whether there is one
    if (body.kind === 'begin' || body.kind === 'end' || this.#quantifierFollows()) this.#fail();
    return { kind: 'repeat', body, least, most };
  }

  #bound(): [least: number, most: number] {
    this.#at++;
    const least = this.#number();
    let most = least;
    if (this.#take(',')) most = this.#digit(0) ? this.#number() : Number.POSITIVE_INFINITY;
    if (!this.#take('}') || least > most) this.#fail();
    return [least, most];
  }

  #number(): number {
    let digits = '';
    while (this.#digit(0)) digits += this.#next();
    const value = Number(digits);
    if (value > MAX_REPEAT) this.#fail();
    return value;
  }

  #set(): Node {
    const negated = this.#take('^');
    const ranges: Array<readonly [number, number]> = [];
    for (let first = true; first || !this.#take(']'); first = false) {
      ranges.push(...this.#element(first));
    }
    return { kind: 'set', ranges, negated };
  }

  #rangeFollows(): boolean {
    return this.#is('-') && !this.#is(']', 1);
  }

  #element(first: boolean): Ranges {
    if (this.#take('[')) {
      if (!this.#is(':') && !this.#is('.') && !this.#is('=')) return this.#range('['.charCodeAt(0));
      if (!this.#take(':')) this.#fail();
      return this.#wholeClass(this.#nameOfClass());
    }
    const letter = this.#text[this.#at + 1] ?? '';
    if (this.#is('\\') && Object.hasOwn(CLASSES, letter)) {
      this.#at += 2;
      return this.#wholeClass(CLASSES[letter] as string);
    }
    const isDash = this.#is('-');
    const from = this.#endpoint();
    // A dash stands for itself as the first or last element only.
    if (isDash && (this.#rangeFollows() || (!first && !this.#is(']')))) this.#fail();
    return this.#range(from);
  }

  #nameOfClass(): string {
    let name = '';
    while (!this.#is(':')) name += this.#next();
    this.#at++;
    if (!this.#take(']')) this.#fail();
    return name;
  }

  #wholeClass(name: string): Ranges {
    if (!Object.hasOwn(NAMED, name) || this.#rangeFollows()) this.#fail();
    return named(name);
  }

  #range(from: number): Ranges {
    let to = from;
    if (this.#rangeFollows()) {
      this.#at++;
      if (this.#is('[')) this.#fail();
      to = this.#endpoint();
      if (this.#rangeFollows() || to < from) this.#fail();
    }
    return [[from, to]];
  }

  #endpoint(): number {
    const char = this.#next();
    return char === '\\' ? this.#escaped(this.#next()) : (char.codePointAt(0) as number);
  }
}

function named(name: string): Ranges {
  const ranges = NAMED[name] as string;
  return Array.from({ length: ranges.length / 2 }, (_, i) => [
    ranges.charCodeAt(2 * i),
    ranges.charCodeAt(2 * i + 1),
  ]);
}

export class Regex {
  readonly #states: State[] = [];
  readonly #start: number;
  readonly #ignoreCase: boolean;
  #work = 0;

  /** @throws RegexError */
  constructor(pattern: string, ignoreCase: boolean) {
    this.#ignoreCase = ignoreCase;
    const tree = new Parser(pattern).whole();
    this.#start = this.#compile(tree, this.#add({ kind: 'accept' }));
  }

  #add(state: State): number {
    if (this.#states.length > MAX_STATES) throw new RegexError('the regular expression is too big');
    return this.#states.push(state) - 1;
  }

  /** From the back, so that every state knows the one after it. */
  #compile(node: Node, next: number): number {
    if (++this.#work > MAX_WORK) throw new RegexError('the regular expression is too big');
    switch (node.kind) {
      case 'sequence':
        return node.parts.reduceRight((after, part) => this.#compile(part, after), next);
      case 'choice':
        return node.parts
          .map((part) => this.#compile(part, next))
          .reduceRight((other, first) => this.#add({ kind: 'split', next: first, other }));
      case 'repeat':
        return this.#compileRepeat(node, next);
      case 'character': {
        const code = this.#ignoreCase ? lowerCase(node.code) : node.code;
        return this.#add({ kind: 'character', code, next });
      }
      default:
        return this.#add({ ...node, next });
    }
  }

  #compileRepeat({ body, least, most }: Node & { kind: 'repeat' }, next: number): number {
    let copies = least;
    let entry = next;
    if (most === Number.POSITIVE_INFINITY) {
      const loop: State = { kind: 'split', next: 0, other: next };
      const at = this.#add(loop);
      loop.next = this.#compile(body, at);
      entry = copies === 0 ? at : loop.next;
      if (copies > 0) copies--;
    } else {
      for (let n = least; n < most; n++) {
        entry = this.#add({ kind: 'split', next: this.#compile(body, entry), other: next });
      }
    }
    for (let n = 0; n < copies; n++) entry = this.#compile(body, entry);
    return entry;
  }

  /** Does the text hold a match? */
  matches(text: string): boolean {
    const codes = Array.from(text, (char) => char.codePointAt(0) as number);
    let now = new Set<number>();
    for (let at = 0; ; at++) {
      const atEnd = at === codes.length;
      if (this.#enter(this.#start, now, at === 0, atEnd)) return true;
      if (atEnd) return false;
      const then = new Set<number>();
      for (const id of now) {
        const state = this.#states[id] as State;
        if (!this.#takes(state, codes[at] as number)) continue;
        const { next } = state as State & { next: number };
        if (this.#enter(next, then, false, at + 1 === codes.length)) return true;
      }
      now = then;
    }
  }

  /** Enters a state and all that follow from it without a character. */
  #enter(first: number, into: Set<number>, atBegin: boolean, atEnd: boolean): boolean {
    const pending = [first];
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      if (into.has(id)) continue;
      into.add(id);
      const state = this.#states[id] as State;
      if (state.kind === 'accept') return true;
      if (state.kind === 'split') pending.push(state.other, state.next);
      else if (state.kind === 'begin' && atBegin) pending.push(state.next);
      else if (state.kind === 'end' && atEnd) pending.push(state.next);
    }
    return false;
  }

  #takes(state: State, code: number): boolean {
    if (state.kind === 'any') return true;
    if (state.kind === 'character') {
      return state.code === (this.#ignoreCase ? lowerCase(code) : code);
    }
    if (state.kind !== 'set') return false;
    const codes = this.#ignoreCase ? [code, lowerCase(code), upperCase(code)] : [code];
    const listed = state.ranges.some(([from, to]) => codes.some((c) => from <= c && c <= to));
    return listed !== state.negated;
  }
}
