import { ProtocolError } from "../protocol/mod.ts";

/** Why a peer cannot do what it was asked, in a sentence for a person. */
export class PeerError extends Error {
  /** Says why. */
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/**
 * Somebody's key is not the one that they had before. Nothing was sent; it goes
 * on once the new key is trusted.
 */
export class KeyChangedError extends PeerError {
  /** Whose: a client ID, or HOST:PORT for a registry. */
  readonly who: string;
  /** The fingerprint of the new key. */
  readonly fingerprint: string;

  /** Says what it may mean. */
  constructor(who: string, fingerprint: string) {
    const isRegistry = who.includes(":");
    const whose = isRegistry ? `the registry at ${who}` : who;
    const how = isRegistry
      ? "whoever runs it sees its fingerprint when it starts"
      : "ask on another way whether that is its fingerprint";
    super(
      `the key of ${whose} has changed, to ${fingerprint}: it may have been ` +
        "set up anew, or somebody else is answering in its place; nothing " +
        `was sent: ${how}`,
    );
    this.who = who;
    this.fingerprint = fingerprint;
  }
}

/**
 * Somebody who has a key does not answer encrypted. They are not talked to in
 * plain instead, allowed or not: that is what somebody in between would want.
 */
export class DowngradeError extends PeerError {
  /** Says who. */
  constructor(whose: string) {
    super(
      `${whose} does not answer encrypted, and is known to have a key: it may ` +
        "be too busy, or somebody is in between; nothing was sent",
    );
  }
}

/** The other end only speaks plain, and that is not allowed. */
export class PlainOnlyError extends PeerError {
  /** Says who. */
  constructor(whose: string) {
    super(`${whose} only speaks plain, which is not encrypted`);
  }
}

/** A message cannot be left at the registry: it has to wait here. */
export class MailboxError extends PeerError {}

/** The connection of a link ended, and the peer had not sent QUIT. */
export class LinkBrokenError extends Error {
  /** The name of the class. */
  override name = "LinkBrokenError";
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

/** The error for what violates the protocol; `how` is a phrase. */
export function protocolViolation(sender: string, how: string): PeerError {
  return new PeerError(`${sender} violated the protocol: ${how}`);
}
