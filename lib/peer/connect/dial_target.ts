import { type Address, formatAddress } from "../../net/mod.ts";
import {
  dialCandidates,
  type DialledWire,
  dialObjection,
  notDialled,
} from "../reach/mod.ts";
import type { ConnectContext, DialTarget } from "./context.ts";

/**
 * Connects to the first candidate of a target that accepts a connection. This is
 * the only way to a peer's address, in either mode: an address that the registry
 * must not lead to is not dialled, nor one that is dialled automatically too
 * often.
 *
 * @throws {PeerError} If none accepts it, or none may be dialled.
 */
export async function dialTarget(
  context: ConnectContext,
  target: DialTarget,
): Promise<DialledWire> {
  const { connect, signal, timings: { dialTimeoutMs: timeoutMs } } = context;
  const { candidates, name = "the peer" } = target;
  return await dialCandidates(candidates, name, {
    timeoutMs,
    signal,
    connect,
    refusal: (address) => refusal(context, target, address),
  });
}

/** Why an address is not dialled, as a sentence; undefined if it is. */
function refusal(
  { registryAddress, dialBackoff }: ConnectContext,
  { name = "the peer", source, isAutomatic = false }: DialTarget,
  address: Address,
): string | undefined {
  const objection = source === "registry"
    ? dialObjection(address, registryAddress())
    : undefined;
  if (objection !== undefined) return notDialled(address, name, objection);
  if (!isAutomatic) return undefined;
  const waitMs = dialBackoff.begin(address, performance.now());
  if (waitMs <= 0) return undefined;
  return `${name} at ${formatAddress(address)} is not dialled again for ` +
    `${Math.ceil(waitMs / 1000)} s: ${name} was not reached there`;
}
