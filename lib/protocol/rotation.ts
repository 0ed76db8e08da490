import { encodeMessage, Message, MessageReader } from "../framing/mod.ts";
import { bytesFromBase64 } from "./base64.ts";
import { ProtocolError } from "./errors.ts";
import { clientIDIn, optionalKeyIn } from "./fields.ts";
import { HEADER } from "./headers.ts";
import { MAX_ROTATIONS } from "./limits.ts";
import { METHOD } from "./methods.ts";

/**
 * What a client states with its old key when another key takes its place
 * (PROTOCOL.md, "Key rotation").
 */
export interface Rotation {
  /** The client ID whose key it is. */
  readonly clientID: string;
  /** The new key, in base64. */
  readonly newKey: string;
}

/** The bytes of a rotation, to be sealed with the old key. */
export function encodeRotation(
  { clientID, newKey }: Rotation,
): Uint8Array<ArrayBuffer> {
  return encodeMessage(
    new Message(METHOD.rotate, [
      [HEADER.clientID, clientID],
      [HEADER.key, newKey],
    ]),
  );
}

/**
 * Reads a rotation that has been opened.
 *
 * @throws {ProtocolError | FramingError} If the bytes are something else.
 */
export function decodeRotation(bytes: Uint8Array): Rotation {
  const reader = new MessageReader();
  reader.push(bytes);
  const message = reader.next();
  if (message?.method !== METHOD.rotate) {
    throw new ProtocolError("it states no rotation of a key");
  }
  const newKey = optionalKeyIn(message);
  if (newKey === undefined) throw new ProtocolError("the new key is missing");
  return { clientID: clientIDIn(message, HEADER.clientID), newKey };
}

/**
 * Sealed statements as the header `Rotation` has them, the oldest first;
 * undefined if there are none.
 */
export function formatRotations(
  statements: readonly Uint8Array[],
): string | undefined {
  if (statements.length === 0) return undefined;
  return statements.map((statement) => statement.toBase64()).join(", ");
}

/**
 * The sealed statements in the header `Rotation` of a message, the oldest first;
 * none without that header.
 *
 * @throws {ProtocolError} If they are not base64, or more than
 * {@linkcode MAX_ROTATIONS}.
 */
export function rotationsIn(message: Message): Uint8Array[] {
  const text = message.get(HEADER.rotation);
  if (text === undefined) return [];
  const statements = text.split(", ").map(bytesFromBase64);
  const isValid = statements.length <= MAX_ROTATIONS &&
    statements.every((statement) => statement && statement.length > 0);
  if (!isValid) {
    throw new ProtocolError(
      `Rotation is not 1 to ${MAX_ROTATIONS} statements in base64`,
    );
  }
  return statements.filter((statement) => statement !== undefined);
}
