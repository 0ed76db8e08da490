import { devNull } from "node:os";
import { OriginCounter } from "../../limits/mod.ts";
import { originOf } from "../../net/mod.ts";

/** Most connections at once, unless `--max-connections` says otherwise. */
export const MAX_CONNECTIONS = 10_000;

/**
 * Most connections at once from one address, or from one IPv6 network of 64
 * bits, unless it is loopback.
 */
export const MAX_CONNECTIONS_PER_ADDRESS = 256;

/** Open files that are never used for connections: the runtime needs some. */
export const RESERVED_FILES = 64;

/**
 * How many of the connections that are wanted fit into the process's limit of
 * open files, with {@linkcode RESERVED_FILES} to spare. The runtime does not say
 * what the limit is, and dies when `accept` exceeds it; so this opens files
 * until there are enough, or no more can be opened. It is meant for the start
 * of a program.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { fitToFileLimit } from "../mod.ts";
 *
 * assert(fitToFileLimit(100) <= 100); // fewer if `ulimit -n` is low
 * ```
 *
 * @throws {Deno.errors.NotCapable} Without read access to the null device.
 */
export function fitToFileLimit(wanted: number): number {
  // Windows has no such limit that a program of this size could reach.
  if (Deno.build.os === "windows") return wanted;
  const files: Deno.FsFile[] = [];
  try {
    while (files.length < wanted + RESERVED_FILES) {
      files.push(Deno.openSync(devNull));
    }
    return wanted;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return Math.max(1, files.length - RESERVED_FILES);
  } finally {
    for (const file of files) file.close();
  }
}

/** Limits how many connections are open, in all and for each address. */
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
    this.#open = new OriginCounter({
      max,
      maxPerOrigin: MAX_CONNECTIONS_PER_ADDRESS,
    });
  }

  /**
   * Counts a new connection, unless that exceeds a limit.
   *
   * @returns Which limit, as a phrase; undefined if the connection may stay.
   */
  enter(host: string): string | undefined {
    const origin = originOf(host);
    switch (this.#open.check(origin)) {
      case "max":
        return `the registry is full, with ${this.#max} connections: try again later`;
      case "maxPerOrigin":
        return `your address has ${MAX_CONNECTIONS_PER_ADDRESS} connections already`;
      case undefined:
        this.#open.enter(origin);
        return undefined;
    }
  }

  /** Counts that a connection is closed. */
  leave(host: string): void {
    this.#open.leave(originOf(host));
  }
}
