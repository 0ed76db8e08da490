import { MemoryWire, Pipe } from "./memory_wire.ts";

/**
 * What an active attacker makes of each piece that was written: the pieces that
 * go on in its place, and undefined where the connection is cut.
 */
export type Tamper = (
  piece: Uint8Array,
  index: number,
) => readonly (Uint8Array | undefined)[];

/**
 * The two ends of a connection in memory.
 *
 * @param forth What changes the pieces from the first end to the second.
 * @param back What changes the pieces from the second end to the first.
 */
export function memoryWirePair(
  forth: Tamper = (piece) => [piece],
  back: Tamper = (piece) => [piece],
): [MemoryWire, MemoryWire] {
  const [fromFirst, toSecond] = [new Pipe(), new Pipe()];
  const [fromSecond, toFirst] = [new Pipe(), new Pipe()];
  carry(fromFirst, toSecond, forth);
  carry(fromSecond, toFirst, back);
  return [
    new MemoryWire(toFirst, fromFirst),
    new MemoryWire(toSecond, fromSecond),
  ];
}

async function carry(from: Pipe, to: Pipe, tamper: Tamper): Promise<void> {
  let index = 0;
  for (let piece; (piece = await from.take()) !== undefined;) {
    for (const part of tamper(piece, index++)) {
      if (part === undefined) return to.end();
      to.push(part);
    }
  }
  to.end();
}
