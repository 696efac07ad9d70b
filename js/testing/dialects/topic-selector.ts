/** `*` and `{+name}` are any text, `{name}` and `:name` any but a slash. */
type Token = { literal: string } | { any: 'text' | 'segment' };

export type Syntax = 'template' | 'exact' | 'urlpattern';

const MAX_SELECTOR = 1024;
const MAX_TOKENS = 40;
const PARTS: Record<Exclude<Syntax, 'exact'>, RegExp> = {
  template: /\{(\+?)[\w.,%]{1,64}\}/g,
  urlpattern: /(\*)|:[A-Za-z_]\w{0,63}/g,
};

/** Which topics a Mercure client wants. */
export class TopicSelector {
  readonly #tokens: readonly Token[];

  /** @throws Error, whose message says what is wrong */
  constructor(text: string, syntax: Syntax) {
    if (text === '' || text.length > MAX_SELECTOR) {
      throw new Error(`a topic has 1 to ${MAX_SELECTOR} characters`);
    }
    this.#tokens = text === '*' ? [{ any: 'text' }] : tokensOf(text, syntax);
    if (this.#tokens.length > MAX_TOKENS) throw new Error('a topic has too many expressions');
  }

  matches(topic: string): boolean {
    // All places that can be reached are followed at once, so no selector takes for ever.
    let places = new Set([0]);
    for (const token of this.#tokens) {
      places = 'literal' in token ? past(topic, places, token.literal) : over(topic, places, token);
      if (places.size === 0) return false;
    }
    return places.has(topic.length);
  }
}

function tokensOf(text: string, syntax: Syntax): Token[] {
  if (syntax === 'exact') return [{ literal: text }];
  const tokens: Token[] = [];
  let at = 0;
  for (const found of text.matchAll(PARTS[syntax])) {
    if (found.index > at) tokens.push({ literal: text.slice(at, found.index) });
    tokens.push({ any: found[1] ? 'text' : 'segment' });
    at = found.index + found[0].length;
  }
  if (at < text.length) tokens.push({ literal: text.slice(at) });
  return tokens;
}

function past(topic: string, places: ReadonlySet<number>, literal: string): Set<number> {
  const ends = new Set<number>();
  for (const at of places) if (topic.startsWith(literal, at)) ends.add(at + literal.length);
  return ends;
}

function over(topic: string, places: ReadonlySet<number>, { any }: { any: string }): Set<number> {
  const ends = new Set(places);
  for (let at = 0; at < topic.length; at++) {
    if (ends.has(at) && (any === 'text' || topic[at] !== '/')) ends.add(at + 1);
  }
  return ends;
}
