import { isIP } from "node:net";
import { type Address, parseAddress } from "../../net/mod.ts";
import { isClientID } from "../../protocol/mod.ts";
import type { Message } from "../../framing/mod.ts";
import { PeerError } from "../errors.ts";
import type { Client } from "../events.ts";
import type { Letters } from "./registry_client.ts";

/** 32 bytes in base64, in the one way that there is to write them. */
const KEY = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/**
 * The clients that an INFOACK lists.
 *
 * @throws {PeerError} If it is none.
 */
export function clientsIn(reply: Message): Client[] {
  return reply.text().split("\r\n").filter((line) => line !== "")
    .map((line) => {
      const [clientID = "", address = "", key] = line.split(" ");
      return clientOf(clientID, address, key === "-" ? undefined : key);
    });
}

/** The letters in a COLLECTACK: one behind the other, their lengths in front. */
export function lettersIn(reply: Message): Letters {
  const last = reply.get("Last");
  if (last === undefined) return { sealed: [], last };
  const lengths = (reply.get("Letters") ?? "").split(",").map(Number);
  let at = 0;
  const sealed = lengths.map((length) => reply.body.subarray(at, at += length));
  return { sealed, last };
}

/**
 * A client as the registry names it.
 *
 * @throws {PeerError} If it does not.
 */
export function clientOf(
  clientID: string,
  text: string,
  key: string | undefined,
): Client {
  const address = addressIn(text);
  const keyed = key === undefined || KEY.test(key);
  if (isClientID(clientID) && keyed && address !== undefined) {
    return key === undefined
      ? { clientID, address }
      : { clientID, address, key };
  }
  throw protocolViolation();
}

/** What is said of an answer that is none. */
export function protocolViolation(): PeerError {
  return new PeerError("the registry's answer is not one of this protocol");
}

/** An address where a client can be: no name, which would be looked up. */
function addressIn(text: string): Address | undefined {
  try {
    const address = parseAddress(text);
    return isIP(address.host) > 0 && address.port > 0 ? address : undefined;
  } catch {
    return undefined;
  }
}
