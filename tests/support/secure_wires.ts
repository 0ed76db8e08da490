import { MessageReader, TruncatedMessageError } from "../../lib/framing/mod.ts";
import type { Wire } from "../../lib/net/mod.ts";
import {
  type ConnectOptions,
  Identity,
  readHello,
  secureAccept,
  secureConnect,
  type SecureOptions,
  type SecureWire,
} from "../../lib/secure/mod.ts";
import { concat } from "./bytes.ts";
import { memoryWirePair } from "./memory_wire_pair.ts";

/** The identity that connects. */
export const alice = Identity.generate();
/** The identity that accepts. */
export const bob = Identity.generate();

/** Accepts a secure channel as bob: reads HELLO, and shakes hands. */
export async function acceptSecure(
  wire: Wire,
  options?: SecureOptions,
): Promise<SecureWire> {
  const reader = new MessageReader();
  let handshake: Uint8Array;
  try {
    for (;;) {
      const bytes = await wire.read();
      if (bytes === undefined) throw new TruncatedMessageError("no HELLO");
      reader.push(bytes);
      const hello = reader.next();
      if (hello === undefined) continue;
      handshake = readHello(hello);
      break;
    }
  } catch (error) {
    wire.close();
    throw error;
  }
  return secureAccept(wire, bob, { handshake, rest: reader.rest() }, options);
}

/** A secure channel over two wires: alice connects, bob accepts. */
export async function openSecureWires(
  wires: readonly [Wire, Wire] = memoryWirePair(),
  connecting?: ConnectOptions,
  accepting?: SecureOptions,
): Promise<[SecureWire, SecureWire]> {
  const [a, b] = await Promise.allSettled([
    secureConnect(wires[0], alice, connecting),
    acceptSecure(wires[1], accepting),
  ]);
  if (a.status === "rejected") throw a.reason;
  if (b.status === "rejected") throw b.reason;
  return [a.value, b.value];
}

/** All that arrives until the end, and the error that came instead of it. */
export async function readAll(
  wire: Wire,
): Promise<{ bytes: Uint8Array; error?: unknown }> {
  const parts: Uint8Array[] = [];
  try {
    for (let part; (part = await wire.read()) !== undefined;) {
      parts.push(part.slice());
    }
    return { bytes: concat(parts) };
  } catch (error) {
    return { bytes: concat(parts), error };
  }
}
