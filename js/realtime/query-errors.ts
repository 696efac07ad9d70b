import { TidemarkError } from '../core/errors.ts';

/** The same, saying which query it is about. */
export function namedError(hash: string, error: TidemarkError): TidemarkError {
  return new TidemarkError(error.code, `query ${hash}: ${error.message}`, { cause: error });
}

export function noRowsError(hash: string, entity: string): TidemarkError {
  const message = `a list of ${entity} has no array at its root or in data; say where with realtimePath`;
  return namedError(hash, new TidemarkError('bad_snapshot', message));
}
