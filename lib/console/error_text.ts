import {
  BlockedError,
  KeyChangedError,
  KnownAddressError,
  KnownRegistryError,
  NoSecureAnswerError,
  OtherClientError,
  PeerError,
  PlainOnlyError,
  RefusedError,
} from "../peer/mod.ts";
import { METHOD } from "../protocol/mod.ts";
import { StorageError } from "../storage/mod.ts";
import { RetryingError } from "./retrying_error.ts";

/** What the words about a failure depend on besides the error. */
export interface ErrorContext {
  /** Whether the peer is registered. */
  readonly isRegistered: boolean;
  /** Whether the client runs with `--plain`. */
  readonly isPlain: boolean;
}

/**
 * What the user reads when a command fails: the reason, and what to do about it
 * at this console.
 *
 * @returns Undefined if the error is a bug.
 */
export function errorText(
  error: unknown,
  context: ErrorContext,
): string | undefined {
  if (error instanceof StorageError) return error.message;
  if (!(error instanceof PeerError)) return undefined;
  const cause = error instanceof RetryingError ? error.reason : error;
  return error.message + hint(cause, context);
}

function hint(
  error: PeerError,
  { isRegistered, isPlain }: ErrorContext,
): string {
  if (error instanceof KeyChangedError) {
    return `; /trust ${error.owner} <fingerprint> accepts the new key`;
  }
  if (error instanceof BlockedError) return `: /unblock ${error.owner} first`;
  if (error instanceof KnownAddressError) {
    return `; /forget ${error.client} forgets the address, and all messages`;
  }
  if (error instanceof PlainOnlyError) {
    return "; start the client with --plain to allow it";
  }
  if (error instanceof NoSecureAnswerError) {
    return `; if it only speaks the plain protocol, ${
      plainHint(error, isPlain)
    }`;
  }
  if (error instanceof KnownRegistryError) {
    return "; start the client without --registry-plain";
  }
  if (error instanceof OtherClientError) {
    return "; /bridge shows whom it offers, and /chat HOST:PORT needs no registry";
  }
  // What REGISTER was refused for, another REGISTER would be refused for too.
  const isOther = error instanceof RefusedError &&
    error.method !== METHOD.register;
  if (isOther && !isRegistered) return "; /register registers this client";
  return "";
}

/** How to reach a program that speaks only the plain protocol. */
function plainHint(
  { dialled: { kind, where } }: NoSecureAnswerError,
  isPlain: boolean,
): string {
  if (kind === "registry") return "start the client with --registry-plain";
  return isPlain
    ? `/chat plain://${where} calls it without asking for the secure mode`
    : "start the client with --plain to allow it";
}
