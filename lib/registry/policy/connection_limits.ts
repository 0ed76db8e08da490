import { devNull } from "node:os";
import { OriginCounter } from "../../limits/mod.ts";
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
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { connectionsThatFit } from "../mod.ts";
 *
 * assert(connectionsThatFit(100) <= 100); // fewer if `ulimit -n` is low
 * ```
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
export class ConnectionLimits {
  readonly #max: number;
  readonly #open: OriginCounter;

  /**
   * No connection is open at first.
   *
   * @param max How many may be open at once, from all addresses together.
   */
  constructor(max: number) {
    this.#max = max;
    this.#open = new OriginCounter({ max, maxPerOrigin: MAX_FROM_ONE_ADDRESS });
  }

  /**
   * Counts a new connection in.
   *
   * @returns Why it may not stay, as a phrase; undefined if it may.
   */
  enter(host: string): string | undefined {
    const origin = originOf(host);
    switch (this.#open.check(origin)) {
      case "max":
        return `the registry holds ${this.#max} connections: try again later`;
      case "maxPerOrigin":
        return `your address holds ${MAX_FROM_ONE_ADDRESS} connections already`;
      case undefined:
        this.#open.enter(origin);
        return undefined;
    }
  }

  /** Counts a connection out that was counted in. */
  leave(host: string): void {
    this.#open.leave(originOf(host));
  }
}

function originOf(host: string): string | undefined {
  return isLoopback(host) ? undefined : rateLimitKey(host);
}
