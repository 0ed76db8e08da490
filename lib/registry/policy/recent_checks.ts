/** What a check has shown; a timeout, for example, shows nothing. */
export type CheckResult = "accepted" | "refused" | "unknown";

/** One connection to an address, to see whether it is refused. */
export class Check {
  /** When it began, in ms. */
  readonly startedMs: number;
  /** What it has shown; undefined while it is under way. */
  result: CheckResult | undefined;
  /** Resolves when the connection has been opened, or has failed. */
  readonly ended: Promise<void>;

  /** A check that began at a time, in ms, with a connection being opened. */
  constructor(startedMs: number, dialled: Promise<CheckResult>) {
    this.startedMs = startedMs;
    this.ended = dialled.then((result) => {
      this.result ??= result;
    });
  }
}

/** The last check of each client, or of each address. */
export class RecentChecks {
  /** The check of longest ago first. */
  readonly #checks = new Map<string, Check>();
  readonly #intervalMs: number;
  readonly #clock: () => number;

  /**
   * Nothing has been checked yet.
   *
   * @param intervalMs For how long a check forbids another one.
   * @param clock The time in ms, on a clock that only goes forward.
   */
  constructor(intervalMs: number, clock: () => number) {
    this.#intervalMs = intervalMs;
    this.#clock = clock;
  }

  /** How many are remembered. */
  get size(): number {
    return this.#checks.size;
  }

  /** The last check, if it forbids another one. */
  find(key: string): Check | undefined {
    const check = this.#checks.get(key);
    return check !== undefined && this.#isRecent(check) ? check : undefined;
  }

  /** Remembers a check as the last one. */
  add(key: string, check: Check): void {
    this.#checks.delete(key);
    this.#checks.set(key, check);
  }

  /** Notes that what a check has shown, or will, is out of date. */
  outdate(key: string): void {
    const check = this.#checks.get(key);
    if (check !== undefined) check.result = "unknown";
  }

  /** Forgets the checks that forbid no other one. */
  forgetOld(): void {
    for (const [key, check] of this.#checks) {
      if (this.#isRecent(check)) break;
      this.#checks.delete(key);
    }
  }

  #isRecent({ startedMs, result }: Check): boolean {
    return result === undefined ||
      this.#clock() - startedMs < this.#intervalMs;
  }
}
