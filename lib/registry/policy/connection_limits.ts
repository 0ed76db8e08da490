import { devNull } from "node:os";
import { isLoopback, rateLimitKey } from "../../net/mod.ts";

/** Most connections at once, unless `--max-connections` says otherwise. */
export const MAX_CONNECTIONS = 10_000;

/**
 * Most connections at once from one address, or from one IPv6 network of 64
 * bits, unless it is loopback.
 */
export const MAX_FROM_ONE_ADDRESS = 256;

/** Files that are never given to connections: the runtime needs some itself. */
export const SPARE_FILES = 64;

/**
 * How many connections fit into the process's file limit with
 * {@linkcode SPARE_FILES} left over; `wanted` if they all do. The runtime does
 * not say what the limit is and dies when `accept` hits it, so this finds out
 * by opening files until it is enough or no more can be had. It is meant for
 * the start of a program.
 *
 * @throws {Deno.errors.NotCapable} Without read access to the null device.
 */
export function connectionsThatFit(wanted: number): number {
  // Windows has no such limit that a program of this size could reach.
  if (Deno.build.os === "windows") return wanted;
  const files: Deno.FsFile[] = [];
  try {
    while (files.length < wanted + SPARE_FILES) {
      files.push(Deno.openSync(devNull));
    }
    return wanted;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return Math.max(1, files.length - SPARE_FILES);
  } finally {
    for (const file of files) file.close();
  }
}

/** Counts the connections that are open, in all and by address. */
export class ConnectionCount {
  readonly #most: number;
  readonly #byOrigin = new Map<string, number>();
  #open = 0;

  /** @param most How many may be open at once, from all addresses together. */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Counts a new connection in.
   *
   * @returns Why it may not come in, as a phrase; undefined if it is in.
   */
  enter(host: string): string | undefined {
    if (this.#open >= this.#most) {
      return `the registry holds ${this.#most} connections: try again later`;
    }
    if (!isLoopback(host)) {
      const origin = rateLimitKey(host);
      const open = this.#byOrigin.get(origin) ?? 0;
      if (open >= MAX_FROM_ONE_ADDRESS) {
        return `your address holds ${MAX_FROM_ONE_ADDRESS} connections already`;
      }
      this.#byOrigin.set(origin, open + 1);
    }
    this.#open++;
    return undefined;
  }

  /** Counts a connection out that came in. */
  leave(host: string): void {
    this.#open--;
    const origin = rateLimitKey(host);
    const open = this.#byOrigin.get(origin);
    if (open === undefined) return;
    if (open > 1) this.#byOrigin.set(origin, open - 1);
    else this.#byOrigin.delete(origin);
  }
}
