/** Every failure that Tidemark reports: `code` for programs, `message` for people. */
export class TidemarkError extends Error {
  override readonly name = 'TidemarkError';
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
