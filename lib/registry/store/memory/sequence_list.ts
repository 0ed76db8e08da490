/** Most items of a chunk, whose array then has 517 places. */
const CHUNK_SIZE = 512;

/** An item with a place in an order. */
export interface Sequenced {
  /** Its place, over 0: an item that was added later has a higher one. */
  readonly sequence: number;
}

/**
 * Items in the order of their sequence numbers, from any of which a listing can
 * go on in O(log n). Nothing moves more than a chunk of them at once, and a
 * million take 8 MiB.
 */
export class SequenceList<T extends Sequenced> {
  /** None is empty. Each holds at most {@linkcode CHUNK_SIZE}. */
  readonly #chunks: T[][] = [];

  /** Adds an item with a higher sequence number than all others. */
  push(item: T): void {
    const last = this.#chunks.at(-1);
    if (last !== undefined && last.length < CHUNK_SIZE) last.push(item);
    else this.#chunks.push([item]);
  }

  /** Removes an item, if it is there. */
  remove(item: T): void {
    const at = this.#chunkAfter(item.sequence - 1);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return;
    const index = indexAfter(chunk, item.sequence - 1);
    if (chunk[index] !== item) return;
    chunk.splice(index, 1);
    this.#tidy(at);
  }

  /**
   * Visits the items behind a sequence number, in order.
   *
   * @param visit Returns whether to go on.
   */
  scan(after: number, visit: (item: T) => boolean): void {
    let at = this.#chunkAfter(after);
    let chunk = this.#chunks[at];
    if (chunk === undefined) return;
    for (let i = indexAfter(chunk, after); chunk !== undefined; i = 0) {
      for (; i < chunk.length; i++) {
        if (!visit(chunk[i]!)) return; // i < chunk.length
      }
      chunk = this.#chunks[++at];
    }
  }

  /**
   * Removes the items that have ended among the next `count` or so.
   *
   * @param after The sequence number behind which to begin.
   * @param hasEnded Is asked once for each item that it passes.
   * @returns The sequence number behind which to go on; 0 at the end.
   */
  prune(after: number, count: number, hasEnded: (item: T) => boolean): number {
    let at = this.#chunkAfter(after);
    let last = after;
    for (let seen = 0; seen < count;) {
      const chunk = this.#chunks[at];
      if (chunk === undefined) return 0;
      last = chunk.at(-1)?.sequence ?? last;
      seen += chunk.length;
      removeWhere(chunk, hasEnded);
      if (!this.#tidy(at)) at++;
    }
    return last;
  }

  /** Removes a chunk that is empty or fits into the one before it. */
  #tidy(at: number): boolean {
    const chunk = this.#chunks[at] ?? [];
    const before = this.#chunks[at - 1];
    if (before !== undefined && before.length + chunk.length <= CHUNK_SIZE) {
      for (const item of chunk) before.push(item);
    } else if (chunk.length > 0) return false;
    this.#chunks.splice(at, 1);
    return true;
  }

  /** The index of the first chunk that reaches behind a sequence number. */
  #chunkAfter(sequence: number): number {
    const chunks = this.#chunks;
    return lowest(
      chunks.length,
      (i) => (chunks[i]?.at(-1)?.sequence ?? 0) > sequence,
    );
  }
}

/** The index of the first item behind a sequence number. */
function indexAfter(chunk: readonly Sequenced[], sequence: number): number {
  return lowest(
    chunk.length,
    (i) => (chunk[i]?.sequence ?? 0) > sequence,
  );
}

/** Removes items in place. */
function removeWhere<T>(items: T[], hasEnded: (item: T) => boolean): void {
  let kept = 0;
  for (const item of items) {
    if (!hasEnded(item)) items[kept++] = item;
  }
  items.length = kept;
}

/**
 * The lowest number from 0 to `end` for which something holds that also holds
 * for all higher ones; `end` if it holds for none.
 */
function lowest(end: number, holds: (n: number) => boolean): number {
  let start = 0;
  while (start < end) {
    const middle = (start + end) >>> 1;
    if (holds(middle)) end = middle;
    else start = middle + 1;
  }
  return start;
}
