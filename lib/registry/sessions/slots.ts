/**
 * Those who are there at the moment. What comes and goes with every connection
 * is not for a Set: each time that has filled up it moves to a new table, the
 * old one keeps all that was in it and points to the next, and so connections
 * that have long gone survive one collection of garbage after another.
 */
export class Slots<T> {
  readonly #places: (T | undefined)[] = [];
  readonly #free: number[] = [];

  /** Lets a member in, and returns the place that it has until it leaves. */
  join(member: T): number {
    const place = this.#free.pop() ?? this.#places.length;
    this.#places[place] = member;
    return place;
  }

  /** Lets the member at a place go; the place is another's from then on. */
  leave(place: number): void {
    this.#places[place] = undefined;
    this.#free.push(place);
  }

  /** The members, in no particular order. */
  *[Symbol.iterator](): Generator<T> {
    for (const member of this.#places) {
      if (member !== undefined) yield member;
    }
  }
}
