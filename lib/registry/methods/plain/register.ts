import type { Message } from "../../../framing/mod.ts";
import {
  CODE,
  decodePlainRegister,
  plainRegisterReply,
} from "../../../protocol/mod.ts";
import { RegistryError } from "../../errors.ts";
import type { PlainContext } from "./context.ts";

/**
 * REGISTER: leases a client ID for an hour, or renews the lease.
 *
 * @throws {ProtocolError} If the request is malformed.
 * @throws {RegistryError} If the client may not have the ID.
 */
export function register(
  context: PlainContext,
  host: string,
  message: Message,
): string {
  const request = decodePlainRegister(message);
  const { directory, now } = context;
  const { clientID, port } = request;
  const lease = directory.find(clientID, now);
  // A client that holds the ID in plain was allowed to: renewing costs nothing.
  if (lease === undefined || lease.holder) context.checkPlain(clientID);
  if (!directory.register(clientID, host, port, now)) {
    throw new RegistryError(
      CODE.conflict,
      "clientID is in use from another address",
    );
  }
  return plainRegisterReply(request);
}
