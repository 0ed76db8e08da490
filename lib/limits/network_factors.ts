/**
 * The limits of the networks of an origin, the smallest first, as multiples of
 * the limit of one address: an IPv4 address or an IPv6 network of 64 bits has
 * that limit, a network of 56 bits twice and one of 48 bits four times that.
 */
const NETWORK_FACTORS = [1, 2, 4] as const;

/** How many networks an origin has at most. */
export const MAX_NETWORKS: number = NETWORK_FACTORS.length;

/** How many times the limit of one address a network has, by its place. */
export function networkFactor(place: number): number {
  return NETWORK_FACTORS[place] ?? 1;
}
