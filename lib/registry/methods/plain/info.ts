import { plainInfoReply } from "../../../protocol/mod.ts";
import type { Lease } from "../../store/mod.ts";
import type { PlainContext } from "./context.ts";

/** INFO: the clients that also talk in plain, longest registered first. */
export function info(context: PlainContext): string {
  return plainInfoReply(plainClients(context));
}

function* plainClients({ directory, now }: PlainContext): Generator<Lease> {
  for (const lease of directory.list(now)) {
    if (lease.plain) yield lease;
  }
}
