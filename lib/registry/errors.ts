import type { FramingError } from "../framing/mod.ts";
import { CODE, type ErrorReply, ProtocolError } from "../protocol/mod.ts";

/** Why a registry refuses a request: a code and a phrase. */
export class RegistryError extends Error {
  /** The `Code` of the `ERROR` reply (PROTOCOL.md, "Errors"). */
  readonly code: number;

  /** An error with the `Code` and the `Reason` of the reply. */
  constructor(code: number, reason: string) {
    super(reason);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A client that exceeds a rate limit, and is told how long to wait. */
export class RateLimitError extends RegistryError {
  /** How long to wait, in ms. */
  readonly waitMs: number;
  /** How long to wait, in whole s, rounded up. */
  readonly waitS: number;

  /** An error with how long to wait, in ms. */
  constructor(waitMs: number) {
    const waitS = Math.ceil(waitMs / 1000);
    super(CODE.tooManyRequests, `rate limit exceeded: wait ${waitS} s`);
    this.waitMs = waitMs;
    this.waitS = waitS;
  }
}

/**
 * What a client is answered to a request that failed with an error; undefined
 * if that is neither a refusal nor a malformed request.
 */
export function toRegistryError(error: unknown): RegistryError | undefined {
  if (error instanceof RegistryError) return error;
  return error instanceof ProtocolError
    ? new RegistryError(CODE.badRequest, error.message)
    : undefined;
}

/** The contents of the `ERROR` reply that an error becomes. */
export function errorReply(error: RegistryError | FramingError): ErrorReply {
  const { code, message: reason } = error;
  return error instanceof RateLimitError
    ? { code, reason, waitS: error.waitS }
    : { code, reason };
}

/** A state folder that cannot be used; the message says what to do. */
export class StateError extends Error {
  /** An error with a message for the operator. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A state folder that a registry is running with. */
export class StateInUseError extends StateError {
}
