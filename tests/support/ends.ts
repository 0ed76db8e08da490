import { MessageReader, TruncatedMessageError } from "../../lib/framing/mod.ts";
import type { Wire } from "../../lib/net/mod.ts";
import {
  checkHello,
  type ConnectOptions,
  Identity,
  secureAccept,
  secureConnect,
  type SecureOptions,
  type SecureWire,
} from "../../lib/secure/mod.ts";
import { memoryWires } from "./memory_wire.ts";

export const alice = Identity.generate();
export const bob = Identity.generate();

/** Accepts as a program does: reads a HELLO, checks it, and goes on. */
export async function accept(
  wire: Wire,
  options?: SecureOptions,
): Promise<SecureWire> {
  const reader = new MessageReader();
  try {
    for (;;) {
      const bytes = await wire.read();
      if (bytes === undefined) throw new TruncatedMessageError("no HELLO");
      reader.push(bytes);
      const hello = reader.next();
      if (hello === undefined) continue;
      checkHello(hello);
      break;
    }
  } catch (error) {
    wire.close();
    throw error;
  }
  return secureAccept(wire, bob, reader.rest(), options);
}

/** Opens the secure mode between two wires: alice connects, bob accepts. */
export async function open(
  wires: readonly [Wire, Wire] = memoryWires(),
  connecting?: ConnectOptions,
  accepting?: SecureOptions,
): Promise<[SecureWire, SecureWire]> {
  const [a, b] = await Promise.allSettled([
    secureConnect(wires[0], alice, connecting),
    accept(wires[1], accepting),
  ]);
  if (a.status === "rejected") throw a.reason;
  if (b.status === "rejected") throw b.reason;
  return [a.value, b.value];
}

/** All that arrives until the end, and the error that came in its place. */
export async function readAll(
  wire: Wire,
): Promise<{ bytes: Uint8Array; error?: unknown }> {
  const parts: Uint8Array[] = [];
  try {
    for (let part; (part = await wire.read()) !== undefined;) {
      parts.push(part.slice());
    }
    return { bytes: join(parts) };
  } catch (error) {
    return { bytes: join(parts), error };
  }
}

/** The parts one behind the other. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Text to bytes. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
