import { Message } from "../../framing/mod.ts";
import { METHOD } from "../methods.ts";

/** MSG on a plain link: a text between two programs that frame theirs. */
export function encodePlainText(text: string): Message {
  return new Message(METHOD.message, [], text);
}
