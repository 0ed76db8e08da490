import type { ErrorReply } from "../../protocol/mod.ts";
import { PeerError } from "../errors.ts";

/** The registry refused a request (PROTOCOL.md, "Refusals"). */
export class RefusedError extends PeerError {
  /** The `Code` of the registry's ERROR. */
  readonly code: number;

  /** The method of the request. */
  readonly method: string;

  /** Repeats the reason that the registry gave. */
  constructor(method: string, { code, reason }: ErrorReply) {
    super(`the registry refuses: ${reason}`);
    this.method = method;
    this.code = code;
  }
}
