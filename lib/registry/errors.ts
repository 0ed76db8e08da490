import type { FramingError } from "../framing/mod.ts";
import { CODE, type ErrorReply, ProtocolError } from "../protocol/mod.ts";

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

/** The refusal that an error stands for, if it does. */
export function refusalOf(error: unknown): RegistryError | undefined {
  if (error instanceof RegistryError) return error;
  return error instanceof ProtocolError
    ? new RegistryError(CODE.badRequest, error.message)
    : undefined;
}

/** What an ERROR says of a refusal. */
export function errorReply(error: RegistryError | FramingError): ErrorReply {
  const { code, message: reason } = error;
  return error instanceof TooManyError
    ? { code, reason, waitS: error.waitS }
    : { code, reason };
}

/** What a registry keeps cannot be used; the message says what to do. */
export class StateError extends Error {
  /** The name of the class. */
  override name = "StateError";
}
