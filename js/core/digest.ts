const PRIME = 0x1b3;

/**
 * FNV-1a with 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/): tells apart what differs
 * by accident, which is all that a replay needs. Its prime is 2^40 + 0x1b3.
 */
export class Digest {
  #high = 0xcbf29ce4;
  #low = 0x84222325;

  bytes(bytes: Uint8Array): this {
    let high = this.#high;
    let low = this.#low;
    for (const byte of bytes) {
      low = (low ^ byte) >>> 0;
      const product = low * PRIME;
      high = (Math.imul(high, PRIME) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0;
      low = product >>> 0;
    }
    this.#high = high;
    this.#low = low;
    return this;
  }

  text(text: string): this {
    return this.bytes(new TextEncoder().encode(text));
  }

  get hex(): string {
    return [this.#high, this.#low].map((half) => half.toString(16).padStart(8, '0')).join('');
  }
}
