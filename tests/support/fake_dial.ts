import {
  type Address,
  DialError,
  type DialFailure,
  type DialOptions,
  formatAddress,
} from "../../lib/net/mod.ts";

/** What comes of dialling an address. */
export type DialAnswer = "accepted" | DialFailure;

/**
 * Records what is dialled, and dials nothing. An address refuses until
 * {@linkcode answers} says otherwise.
 */
export class FakeDial {
  /** The addresses that were dialled, each time that they were. */
  readonly dialled: string[] = [];
  /** By address: what comes of dialling it, which may still be to come. */
  readonly answers = new Map<string, DialAnswer | Promise<DialAnswer>>();
  /** Is called when an address is dialled. */
  onDial: () => void = () => {};
  /** How many connections have been opened, and how many of them closed. */
  opened = 0;
  closed = 0;
  /** How many addresses are being dialled, and how many were at most. */
  dialling = 0;
  mostDialling = 0;

  readonly dial = async (
    address: Address,
    { signal }: DialOptions,
  ): Promise<{ close(): void }> => {
    const there = formatAddress(address);
    this.dialled.push(there);
    this.onDial();
    this.mostDialling = Math.max(this.mostDialling, ++this.dialling);
    try {
      const answer = await Promise.race([
        this.answers.get(there) ?? "refused",
        aborted(signal),
      ]);
      if (answer !== "accepted") throw new DialError(answer, answer);
      this.opened++;
      return { close: () => this.closed++ };
    } finally {
      this.dialling--;
    }
  };

  /** The addresses that were dialled since this was asked last. */
  takeDialled(): string[] {
    return this.dialled.splice(0);
  }
}

function aborted(signal: AbortSignal | undefined): Promise<DialAnswer> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve("aborted");
    signal?.addEventListener("abort", () => resolve("aborted"));
  });
}
