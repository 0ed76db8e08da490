import {
  KeyChangedError,
  PeerError,
  PlainOnlyError,
  RefusedError,
} from "../peer/mod.ts";
import { METHOD } from "../protocol/mod.ts";
import { StorageError } from "../storage/mod.ts";

/**
 * What the user reads when a command fails: the reason, and what to do about it
 * at this console.
 *
 * @param isRegistered Whether the peer is registered.
 * @returns Undefined if the error is a bug.
 */
export function errorText(
  error: unknown,
  isRegistered: boolean,
): string | undefined {
  if (error instanceof StorageError) return error.message;
  if (!(error instanceof PeerError)) return undefined;
  return error.message + hint(error, isRegistered);
}

function hint(error: PeerError, isRegistered: boolean): string {
  if (error instanceof KeyChangedError) {
    return `; /trust ${error.owner} accepts the new key`;
  }
  if (error instanceof PlainOnlyError) {
    return "; start the client with --plain to allow it";
  }
  // What REGISTER was refused for, another REGISTER would be refused for too.
  const isOther = error instanceof RefusedError &&
    error.method !== METHOD.register;
  if (isOther && !isRegistered) return "; /register registers this client";
  return "";
}
