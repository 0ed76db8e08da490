import { AddressError } from "./errors.ts";
import { ipBytes } from "./ip_bytes.ts";

/** A block of IP addresses: those whose first bits are the same. */
export class AddressBlock {
  readonly #first: Uint8Array;
  readonly #bits: number;

  private constructor(first: Uint8Array, bits: number) {
    this.#first = first;
    this.#bits = bits;
  }

  /**
   * Reads an IP address, or a block of them in the notation of CIDR (RFC 4632):
   * `192.0.2.1`, `10.0.0.0/8`, `2001:db8::/32`.
   *
   * @example
   * ```ts
   * import { assert } from "@std/assert";
   * import { AddressBlock } from "./mod.ts";
   *
   * const block = AddressBlock.parse("10.0.0.0/8");
   * assert(block.contains("10.1.2.3"));
   * assert(!block.contains("11.1.2.3"));
   * ```
   *
   * @throws {AddressError} If it is neither, with a sentence for the user.
   */
  static parse(text: string): AddressBlock {
    const [, host = "", digits] = /^([^/%]*)(?:\/([0-9]{1,3}))?$/.exec(text) ??
      [];
    const first = ipBytes(host);
    if (first === undefined) {
      throw new AddressError(
        `"${text}" is not an IP address or a block of them: write it as ` +
          "192.0.2.1, 10.0.0.0/8 or 2001:db8::/32",
      );
    }
    const bits = digits === undefined ? first.length * 8 : Number(digits);
    // An address that is mapped to IPv6 has 4 bytes, but a prefix of 128 bits.
    if (bits > first.length * 8 || digits !== undefined && isMapped(host)) {
      throw new AddressError(
        `"${text}" is not a block of addresses: an IPv4 address has 32 bits, ` +
          "an IPv6 address 128, and one that is mapped to IPv6 is written as " +
          "IPv4",
      );
    }
    if (first.some((byte, at) => byte & hostBits(bits, at))) {
      throw new AddressError(
        `"${text}" is not a block of addresses: bits behind the first ${bits} ` +
          "are set",
      );
    }
    return new AddressBlock(first, bits);
  }

  /** Whether a host is an IP address in the block, in whatever form. */
  contains(host: string): boolean {
    const bytes = ipBytes(host);
    return bytes?.length === this.#first.length &&
      bytes.every((byte, at) =>
        ((byte ^ (this.#first[at] ?? 0)) & ~hostBits(this.#bits, at)) === 0
      );
  }
}

/** Those bits of the byte at an index that are behind the first `bits`. */
function hostBits(bits: number, at: number): number {
  return 0xFF >> Math.min(Math.max(bits - 8 * at, 0), 8);
}

function isMapped(host: string): boolean {
  return host.includes(":") && ipBytes(host)?.length === 4;
}
