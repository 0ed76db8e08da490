/**
 * The `Code` of an `ERROR` (PROTOCOL.md, "Errors" and "Refusals"): those of
 * HTTP (RFC 9110, RFC 6585, RFC 4918) that fit.
 */
export const CODE = {
  badRequest: 400,
  forbidden: 403,
  notFound: 404,
  requestTimeout: 408,
  conflict: 409,
  tooLarge: 413,
  tooManyRequests: 429,
  headersTooLarge: 431,
  cannotStore: 500,
  unavailable: 503,
  unsupportedVersion: 505,
  mailboxFull: 507,
} as const;

/**
 * Whether a refusal of a request is final: the client is to give up, since the
 * registry would refuse the same request again. From 429 on, a refusal is
 * temporary, or a fault of the registry.
 */
export function isFinalRefusal(code: number): boolean {
  return code < CODE.tooManyRequests;
}

/**
 * Whether an ERROR before the registry closes a connection dismisses the client,
 * which must not come back by itself (PROTOCOL.md, "Refusals"). This is fewer
 * codes than in {@linkcode isFinalRefusal}: a connection that ends with 400 or
 * 408 was faulty or too slow, and the next one may not be.
 */
export function isDismissal(code: number): boolean {
  return code === CODE.forbidden || code === CODE.conflict;
}
