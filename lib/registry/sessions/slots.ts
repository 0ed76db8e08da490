/**
 * A set of members, each of which has a slot. What comes and goes with every
 * connection is not for a Set: each time that has filled up it moves to a new
 * table, the old one keeps all that was in it and points to the next, and so
 * connections that have long gone survive one collection of garbage after
 * another.
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
