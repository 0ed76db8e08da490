import { comparePaths, type Path } from "../reach/mod.ts";

/**
 * The open links of a conversation, ranked by their paths: what is sent goes
 * over the best one, while all of them are read.
 */
export class Links<Link extends { readonly path: Path }> {
  readonly #open = new Set<Link>();

  /** Whether there is no link. */
  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  /** The link with the best path; undefined if there is none. */
  get best(): Link | undefined {
    let best: Link | undefined;
    for (const link of this.#open) {
      const isBetter = best === undefined ||
        comparePaths(link.path, best.path) < 0;
      if (isBetter) best = link;
    }
    return best;
  }

  /** All links, in the order in which they were added. */
  get all(): readonly Link[] {
    return Array.from(this.#open);
  }

  /** Adds a link. */
  add(link: Link): void {
    this.#open.add(link);
  }

  /** Removes a link that has ended. */
  remove(link: Link): void {
    this.#open.delete(link);
  }
}
