import type { Address } from "../../net/mod.ts";

/** The maximum of calls in plaintext that are held at once. */
const MAX_HELD = 16;

/** A call in plaintext, which waits for the user's decision. */
export interface PlainCall {
  /** What the caller calls itself, or else its address. */
  readonly name: string;
  /** Where it calls from. */
  readonly address: Address;
  /** Opens the conversation: what the caller has said is shown. */
  readonly accept: () => void;
  /** Ends the call; nothing of it is shown. */
  readonly decline: () => void;
  /** Resolves when the call has ended. */
  readonly ended: Promise<void>;
}

/**
 * The calls in plaintext that wait for the user's decision. Nobody can know their
 * callers again, so each decision is for one call.
 */
export class HeldPlain {
  readonly #calls = new Map<string, PlainCall>();

  /** The calls, in the order in which they came. */
  list(): PlainCall[] {
    return Array.from(this.#calls.values());
  }

  /**
   * Holds a call. If that makes too many, the oldest one is declined.
   *
   * @returns The call under the name that it has here, which no other one has.
   */
  add(call: PlainCall): PlainCall {
    const [oldest] = this.#calls.keys();
    if (this.#calls.size >= MAX_HELD && oldest !== undefined) {
      this.take(oldest)?.decline();
    }
    let { name } = call;
    for (let n = 2; this.#calls.has(name); n++) name = `${call.name}~${n}`;
    const held = { ...call, name };
    this.#calls.set(name, held);
    call.ended.then(() => {
      if (this.#calls.get(name) === held) this.#calls.delete(name);
    });
    return held;
  }

  /** Holds the call of that name no longer, if there is one, and returns it. */
  take(name: string): PlainCall | undefined {
    const call = this.#calls.get(name);
    this.#calls.delete(name);
    return call;
  }
}
