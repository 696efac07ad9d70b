const encoder = new TextEncoder();

/**
 * A body that is copied piece by piece, so that each piece is read while it is still in the
 * processor's cache, and a long body never lies in the core's memory as a whole.
 */
export class BodyParts {
  readonly #body: string | Uint8Array;
  /** In UTF-16 units or bytes, as the body is. */
  #offset = 0;

  constructor(body: string | Uint8Array) {
    this.#body = body;
  }

  get done(): boolean {
    return this.#offset === this.#body.length;
  }

  /** Writes what comes next, as UTF-8, and as much as fits. Returns the number of bytes. */
  writeTo(room: Uint8Array): number {
    return typeof this.#body === 'string'
      ? this.#writeText(this.#body, room)
      : this.#writeBytes(this.#body, room);
  }

  #writeBytes(body: Uint8Array, room: Uint8Array): number {
    const piece = body.subarray(this.#offset, this.#offset + room.length);
    room.set(piece);
    this.#offset += piece.length;
    return piece.length;
  }

  #writeText(body: string, room: Uint8Array): number {
    // As many units as there are bytes: of a pair that this cuts apart, the first half does not
    // fit, so it is not read as the half that it is not.
    const piece = body.slice(this.#offset, this.#offset + room.length);
    const { read, written } = encoder.encodeInto(piece, room);
    this.#offset += read;
    return written;
  }
}
