import { Message } from "../../framing/mod.ts";
import { METHOD } from "../methods.ts";

/** MAIL: the registry pushes that letters wait (PROTOCOL.md, "Mailbox"). */
export function encodeMail(): Message {
  return new Message(METHOD.mail);
}

/** Whether a message is MAIL. */
export function isMail(message: Message): boolean {
  return message.method === METHOD.mail;
}
