import { requestToken } from './api.ts';

/**
 * For `getToken`: keeps the server's token until that refuses it. When it runs out is the
 * server's to say, because this machine's clock may be wrong.
 */
export function createTokenSource(): (request: { refresh: boolean }) => Promise<string> {
  let kept: string | undefined;
  return async ({ refresh }) => {
    if (refresh || kept === undefined) kept = await requestToken();
    return kept;
  };
}
