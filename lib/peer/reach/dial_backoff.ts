import { type Address, ipBytes, isLoopback } from "../../net/mod.ts";

/** After how many dials in vain further ones to the same host are delayed. */
const FREE_DIALS_TO_HOST = 16;

/** After how long without a dial in vain an address counts as new, in ms. */
const EXPIRY_MS = 10 * 60 * 1000;

/** How the delays of a {@linkcode DialBackoff} grow. */
export interface DialBackoffOptions {
  /** The first delay, in ms. */
  readonly minMs: number;
  /** The longest delay, in ms. */
  readonly maxMs: number;
  /** How many addresses and hosts are remembered. Default: 1024. */
  readonly maxEntries?: number;
}

/** What an address is remembered by. */
interface Key {
  /** The address, or its host. */
  readonly key: string;
  /** After how many dials in vain further ones are delayed. */
  readonly freeDials: number;
}

/** What is remembered of an address or host. */
interface Entry {
  /** How often it was dialled in vain. */
  readonly dials: number;
  /** When it may be dialled again, in ms. */
  readonly nextMs: number;
  /** When it was dialled last, in ms. */
  readonly lastMs: number;
}

/**
 * Delays automatic dials, by address and by host: a registry that names an
 * address at which the wanted peer does not prove its key leads this client
 * there ever more rarely, for whichever peers it names it. Times are ms on any
 * clock that only goes forward.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { DialBackoff } from "./mod.ts";
 *
 * const backoff = new DialBackoff({ minMs: 500, maxMs: 30_000 });
 * const address = { host: "192.0.2.7", port: 40000 };
 * assertEquals(backoff.begin(address, 0), 0);
 * assertEquals(backoff.begin(address, 100), 400); // ms until it may be dialled
 * assertEquals(backoff.begin(address, 500), 0);
 * assertEquals(backoff.begin(address, 600), 900);
 *
 * backoff.proved(address);
 * assertEquals(backoff.begin(address, 700), 0);
 * ```
 */
export class DialBackoff {
  readonly #minMs: number;
  readonly #maxMs: number;
  readonly #maxEntries: number;
  readonly #entries = new Map<string, Entry>();

  /** Delays nothing before it has been dialled in vain. */
  constructor({ minMs, maxMs, maxEntries = 1024 }: DialBackoffOptions) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
    this.#maxEntries = maxEntries;
  }

  /** How many addresses and hosts are remembered. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Begins a dial, which counts as one in vain until {@linkcode proved} is
   * called.
   *
   * @param now The time, in ms.
   * @returns 0 if the address may be dialled; else how long to wait, in ms, and
   * no dial has begun.
   */
  begin(address: Address, now: number): number {
    const keys = keysOf(address);
    const waits = keys.map(({ key }) => this.#waitMs(key, now));
    const waitMs = Math.max(...waits);
    if (waitMs > 0) return waitMs;
    if (!this.#hasRoom(keys, now)) return this.#maxMs;
    for (const key of keys) this.#note(key, now);
    return 0;
  }

  /** Notes that the wanted peer has proved its key at an address. */
  proved(address: Address): void {
    for (const { key } of keysOf(address)) this.#entries.delete(key);
  }

  #waitMs(key: string, now: number): number {
    const entry = this.#entries.get(key);
    return entry === undefined ? 0 : entry.nextMs - now;
  }

  #note({ key, freeDials }: Key, now: number): void {
    const before = this.#entries.get(key);
    const isExpired = before !== undefined && isOld(before, now);
    const dials = 1 + (isExpired ? 0 : before?.dials ?? 0);
    const delayed = dials - freeDials;
    const delayMs = delayed > 0
      ? Math.min(this.#minMs * 2 ** (delayed - 1), this.#maxMs)
      : 0;
    this.#entries.set(key, { dials, nextMs: now + delayMs, lastMs: now });
  }

  /** Makes room for new entries, if there are expired ones. */
  #hasRoom(keys: readonly Key[], now: number): boolean {
    const added = keys.filter(({ key }) => !this.#entries.has(key)).length;
    const hasRoom = () => this.#entries.size + added <= this.#maxEntries;
    if (hasRoom()) return true;
    for (const [key, entry] of this.#entries) {
      if (isOld(entry, now)) this.#entries.delete(key);
    }
    return hasRoom();
  }
}

/**
 * What an address is remembered by: itself and its host, however they are
 * written; an IPv6 host by its /64 network. All clients of this machine share
 * the hosts of loopback, which are not remembered.
 */
function keysOf({ host, port }: Address): readonly Key[] {
  const bytes = ipBytes(host);
  const isIPv6 = bytes?.length === 16;
  const network = (isIPv6 ? bytes.subarray(0, 8) : bytes)?.toHex() ?? host;
  const where = { key: `${bytes?.toHex() ?? host}:${port}`, freeDials: 0 };
  return isLoopback(host)
    ? [where]
    : [where, { key: network, freeDials: FREE_DIALS_TO_HOST }];
}

function isOld({ lastMs }: Entry, now: number): boolean {
  return now - lastMs > EXPIRY_MS;
}
