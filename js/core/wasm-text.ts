/** Wasm as text, as scripts/lib/wasm-text.mjs writes it. */
export interface WasmText {
  /** Each byte as a digit, or as a prefix and a digit. */
  readonly text: string;
  /** ASCII that needs no escape in any string of JavaScript; the last two are the prefixes. */
  readonly digits: string;
  /** All 256 bytes in base64: those of a digit of their own, then those behind each prefix. */
  readonly bytes: string;
}

/** The bytes that were written. */
export function bytesOf({ text, digits, bytes }: WasmText): Uint8Array<ArrayBuffer> {
  const byteAt = Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0));
  const placeOf = new Uint8Array(128);
  for (let place = 0; place < digits.length; place++) placeOf[digits.charCodeAt(place)] = place;
  const singles = digits.length - 2;
  const out = new Uint8Array(text.length);
  let size = 0;
  for (let at = 0; at < text.length; at++) {
    let place = placeOf[text.charCodeAt(at)] as number;
    if (place >= singles) {
      const behind = placeOf[text.charCodeAt(++at)] as number;
      place = singles + (place - singles) * digits.length + behind;
    }
    out[size++] = byteAt[place] as number;
  }
  return out.subarray(0, size);
}
