// Wasm as text that is as small as Wasm itself once the server compresses it, which base64 is not:
// it would shift what repeats. Most bytes of a core are of few kinds, so nearly all are one digit.

// All of ASCII that can be seen, but for what a string of JavaScript, or a page around it, has to
// escape. Not more than ASCII: a script may be read in another charset than it was written in.
const digits = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at))
  .filter((char) => !'\'"`\\$<'.includes(char))
  .join('');

/** @returns {import('../../js/core/wasm-text.ts').WasmText} */
export function textOf(wasm) {
  const counts = new Uint32Array(256);
  for (const byte of wasm) counts[byte]++;
  const bytes = [...counts.keys()].sort((a, b) => counts[b] - counts[a]);
  const singles = digits.length - 2;
  const written = [];
  bytes.forEach((byte, place) => {
    const behind = place - singles;
    written[byte] =
      behind < 0
        ? digits[place]
        : digits[singles + Math.floor(behind / digits.length)] + digits[behind % digits.length];
  });
  const text = Array.from(wasm, (byte) => written[byte]).join('');
  return { text, digits, bytes: Buffer.from(bytes).toString('base64') };
}
