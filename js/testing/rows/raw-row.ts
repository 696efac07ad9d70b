/**
 * The members of a JSON object as `to_jsonb(row)::text` writes it, each as its raw text: JSON.parse
 * would round numbers that Postgres keeps whole.
 */
export function rawMembers(row: string): Map<string, string> {
  const members = new Map<string, string>();
  let at = 1;
  while (row[at] === '"' || row[at] === ' ' || row[at] === ',') {
    if (row[at] !== '"') {
      at++;
      continue;
    }
    const keyEnd = endOfString(row, at);
    const key = JSON.parse(row.slice(at, keyEnd)) as string;
    const from = row.startsWith(': ', keyEnd) ? keyEnd + 2 : keyEnd + 1;
    at = endOfValue(row, from);
    members.set(key, row.slice(from, at));
  }
  return members;
}

/** The elements of a JSON array, each as its raw text. */
export function rawElements(array: string): string[] {
  const elements: string[] = [];
  let at = 1;
  while (at < array.length && array[at] !== ']') {
    if (array[at] === ' ' || array[at] === ',') {
      at++;
      continue;
    }
    const end = endOfValue(array, at);
    elements.push(array.slice(at, end));
    at = end;
  }
  return elements;
}

function endOfString(text: string, quote: number): number {
  for (let at = quote + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      at = endOfString(text, at) - 1;
    } else if (char === '{' || char === '[') {
      depth++;
    } else if (char === '}' || char === ']') {
      if (depth === 0) return at;
      depth--;
    } else if (char === ',' && depth === 0) {
      return at;
    }
  }
  return text.length;
}
