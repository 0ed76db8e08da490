import { AddressError } from "./errors.ts";

/** Where a program can be reached: an IP address or host name, and a port. */
export interface Address {
  /** An IPv4 or IPv6 address without brackets, or a host name. */
  readonly host: string;
  /** 0 to 65535; 0 only where a free port is to be taken. */
  readonly port: number;
}

/** A port written in decimal, 0 to 65535; undefined if it is not one. */
export function parsePort(text: string): number | undefined {
  if (!/^[0-9]{1,5}$/.test(text)) return undefined;
  const port = Number(text);
  return port <= 65535 ? port : undefined;
}

/**
 * Reads `HOST:PORT`, with IPv6 in brackets: `127.0.0.1:5555`, `[::1]:5555`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatAddress, parseAddress } from "./mod.ts";
 *
 * const address = parseAddress("[::1]:5555");
 * assertEquals(address, { host: "::1", port: 5555 });
 * assertEquals(formatAddress(address), "[::1]:5555");
 * ```
 *
 * @throws {AddressError} If it is neither, with a sentence for the user.
 */
export function parseAddress(text: string): Address {
  const [, bracketed, bare, digits = ""] =
    /^(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([\w.-]+)):([0-9]+)$/
      .exec(text) ?? [];
  const host = bracketed ?? bare;
  const port = parsePort(digits);
  if (host === undefined || port === undefined) {
    throw new AddressError(
      `"${text}" is not an address: write HOST:PORT, as in 127.0.0.1:5555 ` +
        "or [::1]:5555",
    );
  }
  return { host, port };
}

/** Writes an address as `HOST:PORT`, with brackets around IPv6. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether a text is an IPv4 address of loopback, 127.0.0.0/8, in four parts. */
export function isLoopbackIPv4(text: string): boolean {
  const parts = /^127\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  return parts !== undefined && parts.every((part) => Number(part) <= 255);
}

/** Whether a host is this machine itself. */
export function isLoopback(host: string): boolean {
  return host === "127.0.0.1" || host === "localhost" || host === "::1" ||
    /^127\.\d+\.\d+\.\d+$/.test(host);
}
