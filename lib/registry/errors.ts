import { CODE, ProtocolError } from "../protocol/mod.ts";

/** Why a registry does not do what it was asked: a code and a sentence. */
export class RegistryError extends Error {
  /** The name of the class. */
  override name = "RegistryError";
  /** The `Code` of the `ERROR` reply (PROTOCOL.md, "Errors"). */
  readonly code: number;

  /** Says what code the reply carries, and why, in a sentence. */
  constructor(code: number, reason: string) {
    super(reason);
    this.code = code;
  }
}

/** Somebody asks too often: they are told how long to wait. */
export class TooManyError extends RegistryError {
  /** The name of the class. */
  override name = "TooManyError";
  /** How long to wait, in ms. */
  readonly waitMs: number;
  /** The same in whole s, rounded up. */
  readonly waitS: number;

  /** Says how long to wait, in ms. */
  constructor(waitMs: number) {
    const waitS = Math.ceil(waitMs / 1000);
    super(CODE.tooManyRequests, `too many at once: wait ${waitS} s`);
    this.waitMs = waitMs;
    this.waitS = waitS;
  }
}

/**
 * What a client is answered to a request that failed; undefined if the failure
 * is not the client's.
 */
export function refusalOf(error: unknown): RegistryError | undefined {
  if (error instanceof RegistryError) return error;
  if (error instanceof ProtocolError) {
    return new RegistryError(CODE.badRequest, error.message);
  }
  return undefined;
}

/** What a registry keeps cannot be used; the message says what to do. */
export class StateError extends Error {
  /** The name of the class. */
  override name = "StateError";
}
