/** A position in a block. */
export interface Position {
  /** The row, from 0. */
  readonly row: number;
  /** The column, from 0. */
  readonly column: number;
}

/** Rows on the screen that were printed at once, above the line being typed. */
export interface Block {
  /** How many rows it has. */
  readonly rows: number;
  /** Where its delivery mark is, if it has one. */
  readonly mark?: Position;
}

/** Most blocks that are remembered: more than a screen has rows. */
const MAX_BLOCKS = 500;

/** What was printed last, so that a delivery mark can be changed in its place. */
export class Scrollback {
  readonly #blocks: Block[] = [];

  /** Adds what was printed last. */
  add(block: Block): void {
    this.#blocks.push(block);
    if (this.#blocks.length > MAX_BLOCKS) this.#blocks.shift();
  }

  /**
   * Where the mark of a block is, in rows above the row that is printed next.
   *
   * @returns Undefined if it has no mark, or is not remembered.
   */
  find(block: Block): { rowsUp: number; column: number } | undefined {
    const at = this.#blocks.lastIndexOf(block);
    if (at < 0 || block.mark === undefined) return undefined;
    let rowsUp = block.rows - block.mark.row;
    for (const { rows } of this.#blocks.slice(at + 1)) rowsUp += rows;
    return { rowsUp, column: block.mark.column };
  }

  /** Forgets all: a terminal that changes its width breaks rows anew. */
  clear(): void {
    this.#blocks.length = 0;
  }
}
