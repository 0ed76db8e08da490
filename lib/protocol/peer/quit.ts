import { Message } from "../../framing/mod.ts";
import { METHOD } from "../methods.ts";

/** QUIT: the conversation ends (PROTOCOL.md, "The secure peer link"). */
export function encodeQuit(): Message {
  return new Message(METHOD.quit);
}
