/**
 * The `Code` of an `ERROR` (PROTOCOL.md, "Errors" and "Refusals"): those of
 * HTTP (RFC 9110), where it has one that fits.
 */
export const CODE = {
  badRequest: 400,
  forbidden: 403,
  notFound: 404,
  requestTimeout: 408,
  conflict: 409,
  tooLarge: 413,
  tooManyRequests: 429,
  cannotStore: 500,
  unavailable: 503,
  unsupportedVersion: 505,
  mailboxFull: 507,
} as const;
