import type { ErrorReply } from "../../protocol/mod.ts";
import { PeerError } from "../errors.ts";

/** The registry refused a request (PROTOCOL.md, "Refusals"). */
export class RefusedError extends PeerError {
  /** The `Code` of the registry's ERROR. */
  readonly code: number;

  /** The method of the request. */
  readonly method: string;

  /** Repeats the reason that the registry gave. */
  constructor(method: string, { code, reason }: ErrorReply) {
    super(`the registry refuses: ${reason}`);
    this.method = method;
    this.code = code;
  }
}

/**
 * A registry that speaks only the plain protocol ignores `target`: it offered
 * another client than the one that was asked for.
 */
export class OtherClientError extends PeerError {
  /**
   * Names the client that the registry offered.
   *
   * @param offered Its client ID.
   */
  constructor(offered: string) {
    super(
      `this registry cannot look up a client by name: it offered ${offered}`,
    );
  }
}

/** What answers at the registry's address is not a registry. */
export class NotARegistryError extends PeerError {
  /**
   * Names the address.
   *
   * @param where HOST:PORT.
   */
  constructor(where: string) {
    super(
      `the program at ${where} is not a registry that speaks this protocol`,
    );
  }
}

/** A registry that was asked in plain gave no answer. */
export class NoPlainReplyError extends PeerError {
  /**
   * Says what the registry did instead.
   *
   * @param where HOST:PORT.
   * @param method The method of the request.
   * @param how What it did, as a phrase: "does not answer".
   */
  constructor(where: string, method: string, how: string) {
    super(`the registry at ${where} ${how} to ${method}`);
  }
}

/**
 * A registry is to be asked in plain although its key is known: it speaks the
 * secure mode, and plaintext would be a downgrade.
 */
export class KnownRegistryError extends PeerError {
  /**
   * Names the registry.
   *
   * @param where HOST:PORT.
   */
  constructor(where: string) {
    super(
      `the registry at ${where} is not asked in plain: its key is known from ` +
        "the secure mode",
    );
  }
}
