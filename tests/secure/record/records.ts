import type { Wire } from "../../../lib/net/mod.ts";
import { SecureWire } from "../../../lib/secure/mod.ts";
import { FrameReader } from "../../../lib/secure/record/frame_reader.ts";
import { CipherState } from "../../../lib/secure/noise/cipher_state.ts";
import { MemoryWire, Pipe } from "../../support/memory_wire.ts";

const KEY_BYTES = 32;

/** The keys that a handshake could have ended in. */
export interface Keys {
  /** From the first end to the second, 32 bytes. */
  readonly forth: Uint8Array;
  /** And back. */
  readonly back: Uint8Array;
}

/** Keys of a session that has never been before. */
export function freshKeys(): Keys {
  return {
    forth: crypto.getRandomValues(new Uint8Array(KEY_BYTES)),
    back: crypto.getRandomValues(new Uint8Array(KEY_BYTES)),
  };
}

/** The end of a session that writes under `forth`, on a wire. */
export function firstEnd(wire: Wire, { forth, back }: Keys): SecureWire {
  return new SecureWire(wire, new FrameReader(), {
    send: new CipherState(forth),
    receive: new CipherState(back),
    hash: new Uint8Array(KEY_BYTES),
    remoteKey: new Uint8Array(KEY_BYTES),
  });
}

/** The other end. */
export function secondEnd(wire: Wire, { forth, back }: Keys): SecureWire {
  return firstEnd(wire, { forth: back, back: forth });
}

/** The records that the first end makes of some texts, the last one empty. */
export async function recordsOf(
  keys: Keys,
  texts: readonly Uint8Array[],
): Promise<Uint8Array[]> {
  const out = new Pipe();
  const wire = firstEnd(new MemoryWire(new Pipe(), out), keys);
  const records: Uint8Array[] = [];
  for (const text of texts) {
    await wire.write(text);
    records.push(await out.take() ?? new Uint8Array(0));
  }
  await wire.closeWrite();
  records.push(await out.take() ?? new Uint8Array(0));
  return records;
}

/** The second end, where these pieces arrive and then nothing more. */
export function receiving(
  keys: Keys,
  pieces: readonly Uint8Array[],
): SecureWire {
  const from = new Pipe();
  for (const piece of pieces) from.push(piece);
  from.end();
  return secondEnd(new MemoryWire(from, new Pipe()), keys);
}
