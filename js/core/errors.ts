const BRAND: unique symbol = Symbol.for('tidemark.error') as never;

/** Every failure that Tidemark reports: `code` for programs, `message` for people. */
export class TidemarkError extends Error {
  override readonly name = 'TidemarkError';
  constructor(
    /** `bad_option` and others: docs/troubleshooting.md explains each. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** One app may have both forms of the package, and so this class twice. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: a class that extends this one inherits it
    if (this !== TidemarkError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}
