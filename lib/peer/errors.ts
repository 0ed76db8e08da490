import { FramingError } from "../framing/mod.ts";
import { CLIENT_ID_RULE, ProtocolError } from "../protocol/mod.ts";

/** A peer cannot do what it was asked; the message tells the user why. */
export class PeerError extends Error {
  /**
   * An error with a message for the user.
   *
   * @param message A sentence, without a capital and a full stop.
   */
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/**
 * The key of a client or registry is not the pinned one. Nothing was sent; the
 * new key has to be trusted first.
 */
export class KeyChangedError extends PeerError {
  /** Whose: a client ID, or HOST:PORT for a registry. */
  readonly owner: string;
  /** The fingerprint of the new key. */
  readonly fingerprint: string;
  /** HOST:PORT, if a peer that was dialled has shown it. */
  readonly where: string | undefined;

  /**
   * An error whose message says what the change may mean, and what to do.
   *
   * @param owner A client ID, or HOST:PORT for a registry.
   * @param fingerprint The fingerprint of the new key.
   * @param where HOST:PORT, if the key is of the peer that answers where the
   * client was dialled: that peer may also be another one.
   */
  constructor(owner: string, fingerprint: string, where?: string) {
    const isRegistry = owner.includes(":");
    const subject = isRegistry ? `the registry at ${owner}` : owner;
    const how = isRegistry
      ? "that the registry prints when it starts"
      : `that ${owner} tells you over another channel`;
    const [what, or] = where === undefined
      ? [`the key of ${subject} has changed to ${fingerprint}`, "or"]
      : [
        `the peer at ${where} is not ${owner}: its key is not the known key ` +
        `of ${owner}, but ${fingerprint}`,
        "another client may have that address, or",
      ];
    super(
      `${what}: ${subject} may have a new key, ${or} an attacker may be ` +
        `impersonating ${subject}; nothing was sent. Compare the fingerprint ` +
        `with the one ${how}`,
    );
    this.owner = owner;
    this.fingerprint = fingerprint;
    this.where = where;
  }
}

/** A client presents a key that it has replaced by another. */
export class FormerKeyError extends PeerError {
  /**
   * An error whose message says what that may mean.
   *
   * @param owner The client ID.
   * @param fingerprint The fingerprint of the old key.
   */
  constructor(owner: string, fingerprint: string) {
    super(
      `${owner} has replaced the key ${fingerprint} by another one, and the ` +
        "old one is not accepted any more: an attacker may have it",
    );
  }
}

/** A client ID does not belong to the key that presents it. */
export class NotOwnerError extends PeerError {}

/**
 * Whether a client ID belongs to the key that presents it is not known now: the
 * registry cannot be asked, or the key could not be stored.
 */
export class UnconfirmedError extends PeerError {}

/**
 * A client or registry whose key is known does not answer in the secure mode.
 * Plaintext is no alternative, allowed or not: an attacker could force it.
 */
export class DowngradeError extends PeerError {
  /**
   * An error that names the client or registry.
   *
   * @param name Its name and address.
   */
  constructor(name: string) {
    super(
      `${name} does not answer in the secure mode, although its key is known: ` +
        "it may be overloaded, or an attacker may be intercepting the " +
        "connection; nothing was sent",
    );
  }
}

/**
 * A peer was to be called in plain at the address of a client whose key is known,
 * which an attacker could answer at. Nothing was sent.
 */
export class KnownAddressError extends PeerError {
  /** The client ID of the client. */
  readonly client: string;

  /**
   * An error that names both.
   *
   * @param where The address: HOST:PORT.
   * @param client The client ID of the client.
   */
  constructor(where: string, client: string) {
    super(
      `${where} is the address of ${client}, whose key is known: it is not ` +
        "called in plain",
    );
    this.client = client;
  }
}

/** A peer or registry speaks only the plain protocol, which is not allowed. */
export class PlainOnlyError extends PeerError {
  /**
   * An error that names the client or registry.
   *
   * @param name Its name and address.
   */
  constructor(name: string) {
    super(`${name} only speaks the plain protocol, which is not encrypted`);
  }
}

/** What was dialled, for an error about it. */
export interface Dialled {
  /** Whether it should be a registry or a peer. */
  readonly kind: "registry" | "peer";
  /** What it is called in messages, with its address. */
  readonly name: string;
  /** Where it is: HOST:PORT. */
  readonly where: string;
}

/**
 * A registry or peer whose key is not known gave no answer to HELLO. That is no
 * proof that it speaks only the plain protocol: it may be overloaded, or slow.
 */
export class NoSecureAnswerError extends PeerError {
  /** What was dialled. */
  readonly dialled: Dialled;
  /** Whether it closed the connection; else it said nothing in time. */
  readonly isClosed: boolean;

  /**
   * An error that says which of the two it was.
   *
   * @param isClosed Whether it closed the connection.
   * @param then What happened when it was asked in plain after that, if it was:
   * a phrase.
   */
  constructor(dialled: Dialled, isClosed: boolean, then?: string) {
    const how = isClosed
      ? "closed the connection without an answer"
      : "does not answer in the secure mode";
    super(
      `${dialled.name} ${how}` +
        (then === undefined ? "" : `, and then ${then}`),
    );
    this.dialled = dialled;
    this.isClosed = isClosed;
  }
}

/** A client is blocked: nothing is sent to it, nor is it called. */
export class BlockedError extends PeerError {
  /** The client ID. */
  readonly owner: string;

  /**
   * An error that names the client.
   *
   * @param owner Its client ID.
   */
  constructor(owner: string) {
    super(`${owner} is blocked`);
    this.owner = owner;
  }
}

/** A message cannot be left at the registry: it waits in the outbox. */
export class MailboxError extends PeerError {}

/** The connection of a link ended, and the peer had not sent QUIT. */
export class LinkBrokenError extends Error {
  /** Says so. */
  constructor() {
    super("the connection ended without QUIT");
    this.name = new.target.name;
  }
}

/** The error for a command that names this client where it needs another one. */
export function ownClientID(clientID: string): PeerError {
  return new PeerError(
    `${clientID} is your own client ID: name another client`,
  );
}

/** The error for a command with a text that cannot be a client ID. */
export function invalidClientID(text: string): PeerError {
  return new PeerError(
    `"${text}" is not a client ID: a client ID has ${CLIENT_ID_RULE}`,
  );
}

/** Why a link ended, if its connection broke: a phrase. */
export const CONNECTION_BROKE = "the connection broke";

/** Why reading a link failed, as a phrase. */
export function readFailureReason(error: unknown): string {
  return error instanceof FramingError
    ? `the peer sent a malformed message: ${error.message}`
    : CONNECTION_BROKE;
}

/**
 * Reads what the other end sent: the one place where a violation of the protocol
 * becomes a {@linkcode PeerError}.
 *
 * @param sender Who sent it, as in "the registry".
 * @param decode Reads it with a decoder of `lib/protocol`.
 * @throws {PeerError} If it violates the protocol.
 */
export function decodeFrom<T>(sender: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof ProtocolError) {
      throw protocolViolation(sender, error.message);
    }
    throw error;
  }
}

/** A peer or the registry has sent what the protocol does not allow. */
export class ProtocolViolationError extends PeerError {}

/** The error for what violates the protocol; `how` is a phrase. */
export function protocolViolation(
  sender: string,
  how: string,
): ProtocolViolationError {
  return new ProtocolViolationError(`${sender} violated the protocol: ${how}`);
}
