/** The text is no filter for this entity; the message says why. */
export class FilterError extends Error {}

/** A column, or a value inside of one: `details->milestones->>0`. */
export interface Field {
  column: string;
  /** Numbers look into arrays, names into objects. */
  path: ReadonlyArray<string | number>;
  /** `->` at the end gives JSON, `->>` its text. */
  as: 'column' | 'json' | 'text';
}

export type Tree =
  | { kind: 'all' | 'any'; negated: boolean; parts: Tree[] }
  | { kind: 'condition'; negated: boolean; field: Field; op: string; operand: string | string[] };

const MAX_CONDITIONS = 100;
const MAX_VALUES = 1000;
const MAX_DEPTH = 16;

/** Reads PostgREST's language (docs/protocol.md, "Filters") without knowing any column. */
export class FilterSyntax {
  readonly #text: string;
  #at = 0;
  #ends = ',';
  #conditions = 0;
  #values = 0;

  private constructor(text: string) {
    this.#text = text;
  }

  /** `column=op.value,or=(…)`. @throws FilterError */
  static list(text: string): Tree[] {
    if (text === '') return [];
    const syntax = new FilterSyntax(text);
    const parts: Tree[] = [];
    do parts.push(syntax.#listed(','));
    while (syntax.#take(','));
    return syntax.#finished(parts);
  }

  /** One of them that ends with the text: commas belong to its value. @throws FilterError */
  static single(text: string): Tree {
    const syntax = new FilterSyntax(text);
    return syntax.#finished(syntax.#listed(''));
  }

  #finished<T>(result: T): T {
    if (this.#at < this.#text.length) this.#fail();
    return result;
  }

  #listed(ends: string): Tree {
    const group = this.#group(['and=(', 'or=('], 1);
    if (group) return group;
    this.#ends = ends;
    return this.#condition('=');
  }

  #nested(depth: number): Tree {
    const group = this.#group(['and(', 'or('], depth + 1);
    if (group) return group;
    this.#ends = ',)';
    return this.#condition('.');
  }

  #group([all, any]: [all: string, any: string], depth: number): Tree | undefined {
    const start = this.#at;
    const negated = this.#take('not.');
    const kind = this.#take(all) ? 'all' : this.#take(any) ? 'any' : undefined;
    if (!kind) {
      this.#at = start;
      return undefined;
    }
    if (depth > MAX_DEPTH) this.#fail('too deep');
    const parts: Tree[] = [];
    do {
      this.#skipSpaces();
      parts.push(this.#nested(depth));
      this.#skipSpaces();
    } while (this.#take(','));
    this.#expect(')');
    return { kind, negated, parts };
  }

  #condition(afterField: string): Tree {
    if (++this.#conditions > MAX_CONDITIONS) this.#fail('too many conditions');
    const field = this.#field(afterField);
    this.#expect(afterField);
    const negated = this.#take('not.');
    const dot = this.#text.indexOf('.', this.#at);
    if (dot < 0) this.#fail();
    const op = this.#text.slice(this.#at, dot);
    this.#at = dot + 1;
    const operand = op === 'in' ? this.#list() : op === 'is' ? this.#word() : this.#value();
    return { kind: 'condition', negated, field, op, operand };
  }

  #field(stop: string): Field {
    const column = this.#name(stop);
    const path: Array<string | number> = [];
    let as: Field['as'] = 'column';
    while (as !== 'text' && this.#take('->')) {
      as = this.#take('>') ? 'text' : 'json';
      const quoted = this.#text[this.#at] === '"';
      const step = this.#name(stop);
      path.push(!quoted && /^-?\d{1,9}$/.test(step) ? Number(step) : step);
    }
    return { column, path, as };
  }

  #name(stop: string): string {
    if (this.#text[this.#at] === '"') return this.#quoted();
    const start = this.#at;
    const ends = (at: number): boolean =>
      `${stop},()"`.includes(this.#text[at] as string) || this.#text.startsWith('->', at);
    while (this.#at < this.#text.length && !ends(this.#at)) this.#at++;
    if (this.#at === start) this.#fail();
    return this.#text.slice(start, this.#at);
  }

  #list(): string[] {
    this.#expect('(');
    const outside = this.#ends;
    this.#ends = ',)';
    const values: string[] = [];
    if (this.#text[this.#at] !== ')') {
      do {
        if (++this.#values > MAX_VALUES) this.#fail('too many values');
        values.push(this.#value());
      } while (this.#take(','));
    }
    this.#ends = outside;
    this.#expect(')');
    return values;
  }

  #value(): string {
    if (this.#text[this.#at] !== '"') return this.#word();
    const value = this.#quoted();
    const next = this.#text[this.#at];
    if (next !== undefined && !this.#ends.includes(next)) this.#fail();
    return value;
  }

  #word(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !this.#ends.includes(this.#text[this.#at] as string)) {
      this.#at++;
    }
    return this.#text.slice(start, this.#at);
  }

  #quoted(): string {
    const match = /"((?:[^"\\]|\\[\s\S])*)"/y;
    match.lastIndex = this.#at;
    const found = match.exec(this.#text);
    if (!found) this.#fail('a quote does not end');
    this.#at = match.lastIndex;
    return (found[1] as string).replace(/\\([\s\S])/g, '$1');
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) this.#fail(`'${text}' is missing`);
  }

  #skipSpaces(): void {
    while (this.#take(' '));
  }

  #fail(why = 'it reads column=op.value'): never {
    const near = this.#text.slice(this.#at, this.#at + 20);
    throw new FilterError(`this is no filter near '${near}': ${why}`);
  }
}
