/** A letter's other case by Unicode's simple mapping; the code point itself when it has none. */
export function lowerCase(code: number): number {
  return single(String.fromCodePoint(code).toLowerCase(), code);
}

export function upperCase(code: number): number {
  const upper = single(String.fromCodePoint(code).toUpperCase(), code);
  // ſ, K and their like go to a letter whose lower case is another one.
  return lowerCase(upper) === code ? upper : code;
}

/** Every letter of a text in lower case. */
export function lowered(text: string): string {
  return Array.from(text, (char) =>
    String.fromCodePoint(lowerCase(char.codePointAt(0) as number)),
  ).join('');
}

function single(mapped: string, code: number): number {
  return [...mapped].length === 1 ? (mapped.codePointAt(0) as number) : code;
}
