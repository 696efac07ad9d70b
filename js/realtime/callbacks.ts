import { TidemarkError } from '../core/errors.ts';

/** Where failures go. Never throws. */
export type Report = (error: TidemarkError) => void;

/**
 * Makes a `Report` of the user's `onError`. Without one, errors go to the console: an
 * exception that a callback threw must not vanish.
 */
export function reporter(onError: ((error: TidemarkError) => void) | undefined): Report {
  return (error) => {
    try {
      if (onError) onError(error);
      else console.error('[tidemark]', error);
    } catch (thrown) {
      console.error('[tidemark] onError threw', thrown, 'while it was told of', error);
    }
  };
}

/** Runs code of the user's. What it throws is reported as `callback_failed`. */
export function callSafely(report: Report, name: string, call: () => void): void {
  try {
    call();
  } catch (cause) {
    report(new TidemarkError('callback_failed', `${name} threw: ${String(cause)}`, { cause }));
  }
}

/** Turns anything thrown into the typed error that users see. */
export function asTidemarkError(code: string, thrown: unknown): TidemarkError {
  if (thrown instanceof TidemarkError) return thrown;
  return new TidemarkError(code, String(thrown), { cause: thrown });
}

/** Whether the core stopped, which the driver reports and mends. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof TidemarkError && thrown.code === 'core_aborted';
}
