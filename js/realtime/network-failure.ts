// What `fetch` says in Chromium, Firefox, Safari, Node and React Native. Another TypeError is a
// mistake in the app's function.
const FETCH_FAILURE =
  /^(failed to fetch|fetch failed|load failed|network ?error|network request failed|the (internet|network) connection)/i;

// Said by what stands before a server, or by one that has no time: it did not look at the edit.
const TRANSIENT: ReadonlySet<unknown> = new Set([408, 425, 429, 502, 503, 504]);

/** Whether the request failed on its way, rather than being refused: `fetch`, axios, ky. */
export function isNetworkFailure(thrown: unknown): boolean {
  if (thrown instanceof TypeError) return FETCH_FAILURE.test(thrown.message);
  const { code, status, response } = (thrown ?? {}) as {
    code?: unknown;
    status?: unknown;
    response?: { status?: unknown } | null;
  };
  return code === 'ERR_NETWORK' || TRANSIENT.has(status) || TRANSIENT.has(response?.status);
}
