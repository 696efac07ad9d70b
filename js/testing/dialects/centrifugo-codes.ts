/** Answers to commands that fail. The temporary ones are worth another try. */
export const ERRORS = {
  internal: { code: 100, message: 'internal server error', temporary: true },
  unknownChannel: { code: 102, message: 'unknown channel' },
  methodNotFound: { code: 104, message: 'method not found' },
  alreadySubscribed: { code: 105, message: 'already subscribed' },
  limitExceeded: { code: 106, message: 'limit exceeded' },
  badRequest: { code: 107, message: 'bad request' },
  tokenExpired: { code: 109, message: 'token expired' },
  unrecoverable: { code: 112, message: 'unrecoverable position' },
} as const;

/** Why a connection ends. Clients come back after 3000 to 3499, not after 3500 to 3999. */
export const DISCONNECTS = {
  shutdown: { code: 3001, reason: 'shutdown' },
  expired: { code: 3005, reason: 'connection expired' },
  noPong: { code: 3012, reason: 'no pong' },
  invalidToken: { code: 3500, reason: 'invalid token' },
  badRequest: { code: 3501, reason: 'bad request' },
  stale: { code: 3502, reason: 'stale' },
  tooBig: { code: 1009, reason: 'message size limit' },
} as const;

/** The client subscribes again, and hears whether it could be brought up to date. */
export const INSUFFICIENT_STATE = { code: 2500, reason: 'insufficient state' } as const;

export type ErrorName = keyof typeof ERRORS;
export type DisconnectName = keyof typeof DISCONNECTS;
