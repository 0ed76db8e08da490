import { networkFactor } from "../../limits/mod.ts";
import type { Origin } from "../../net/mod.ts";

/** Who has introduced itself on an inbound connection. */
export interface Introduced {
  /** The key that it has proved, in base64; none in plaintext. */
  readonly key?: string;
  /** Whether the user has accepted it, at the time of the call. */
  readonly isAccepted: () => boolean;
}

/** The place of an inbound connection. */
export class Place {
  /** The origin of the connection. */
  readonly origin: Origin;
  /** Closes the connection. */
  readonly close: () => void;
  /** Whose it is: nobody's before the other end has introduced itself. */
  kind: "arriving" | "stranger" | "accepted" = "arriving";
  /** Who has introduced itself, once one has. */
  introduced: Introduced | undefined;

  /** The place of a connection on which nobody has introduced itself. */
  constructor(origin: Origin, close: () => void) {
    this.origin = origin;
    this.close = close;
  }
}

/** What loopback counts as, beside the networks of others. */
const LOOPBACK: Origin = ["loopback"];

/**
 * Which of some places gives way to another: the first one of the network that
 * has the most, so that no network takes the places of others. Loopback is one;
 * the larger networks of an IPv6 address may have twice and four times as many.
 *
 * @param places The oldest first.
 */
export function oldestOfLargestNetwork(
  places: readonly Place[],
): Place | undefined {
  const counts = new Map<string, number>();
  for (const network of places.flatMap(networksOf)) {
    counts.set(network, (counts.get(network) ?? 0) + 1);
  }
  let largest: Place | undefined;
  let most = 0;
  for (const place of places) {
    const load = Math.max(
      ...networksOf(place).map((network, at) =>
        (counts.get(network) ?? 0) / networkFactor(at)
      ),
    );
    if (load > most) [largest, most] = [place, load];
  }
  return largest;
}

function networksOf({ origin }: Place): Origin {
  return origin.length === 0 ? LOOPBACK : origin;
}
