/**
 * A set of members, each of which has a slot. It replaces a Set, because V8
 * moves a Set with many additions and removals to a new table again and again:
 * each old table keeps its members and points to the next, so that closed
 * connections survive many garbage collections.
 */
export class Slots<T> {
  readonly #members: (T | undefined)[] = [];
  readonly #free: number[] = [];

  /** Adds a member, and returns its slot. */
  add(member: T): number {
    const slot = this.#free.pop() ?? this.#members.length;
    this.#members[slot] = member;
    return slot;
  }

  /** Removes the member in a slot, which another one may get. */
  remove(slot: number): void {
    this.#members[slot] = undefined;
    this.#free.push(slot);
  }

  /** The members, in no particular order. */
  *[Symbol.iterator](): Generator<T> {
    for (const member of this.#members) {
      if (member !== undefined) yield member;
    }
  }
}
