/** Where in its block the mark of a message is. */
export interface Place {
  /** The row of the block, from 0. */
  readonly row: number;
  /** The column, from 0. */
  readonly column: number;
}

/** Something that stands on the screen, above what is being typed. */
export interface Block {
  /** How many rows it takes. */
  readonly rows: number;
  /** Where its mark is, if it has one. */
  readonly place?: Place;
}

/** Most blocks that are remembered: more than a screen has rows. */
const MOST = 500;

/**
 * What has been printed last, so that the mark of a message can be changed
 * where it stands.
 */
export class Scrollback {
  readonly #blocks: Block[] = [];

  /** Adds what was printed last. */
  add(block: Block): void {
    this.#blocks.push(block);
    if (this.#blocks.length > MOST) this.#blocks.shift();
  }

  /**
   * Where the mark of a block is: so many rows above the row that comes next.
   *
   * @returns Undefined if it has none, or is not remembered.
   */
  find(block: Block): { up: number; column: number } | undefined {
    const at = this.#blocks.lastIndexOf(block);
    if (at < 0 || block.place === undefined) return undefined;
    let up = block.rows - block.place.row;
    for (const { rows } of this.#blocks.slice(at + 1)) up += rows;
    return { up, column: block.place.column };
  }

  /** Forgets all: a terminal that changes its width breaks rows anew. */
  clear(): void {
    this.#blocks.length = 0;
  }
}
