import { Channel, isClientID, Message } from "../framing/mod.ts";
import type { SecureWire } from "../secure/mod.ts";
import { PeerError } from "./errors.ts";
import { type Link, LinkBrokenError } from "./link.ts";

/** A conversation over the secure peer link (PROTOCOL.md, "The secure peer link"). */
export class SecureLink implements Link {
  /** The key of the other side, in base64. */
  readonly key: string;
  readonly #channel: Channel;
  readonly #clientID: string;

  /**
   * Goes on after the handshake.
   *
   * @param wire What carries the messages; the link closes it.
   * @param clientID Who this side says it is.
   */
  constructor(wire: SecureWire, clientID: string) {
    this.key = wire.remoteKey.toBase64();
    this.#channel = new Channel(wire);
    this.#clientID = clientID;
  }

  /** Says who this side is. */
  async introduce(): Promise<void> {
    await this.#channel.send(
      new Message("CHAT", [["clientID", this.#clientID]]),
    );
  }

  /**
   * Who the other side says it is: what it opens with.
   *
   * @throws {PeerError} If it does not say.
   * @throws {Error} If the connection broke.
   */
  async introduced(): Promise<string> {
    const chat = await this.#channel.receive();
    const clientID = chat?.get("clientID") ?? "";
    if (chat?.method === "CHAT" && isClientID(clientID)) return clientID;
    if (chat === undefined || chat.method === "QUIT") {
      throw new PeerError("the other side does not want to talk");
    }
    throw new PeerError("the other side does not say who it is");
  }

  async *texts(): AsyncGenerator<string> {
    for (;;) {
      const message = await this.#channel.receive();
      if (message === undefined) throw new LinkBrokenError();
      if (message.method === "QUIT") return;
      if (message.method === "MSG") yield message.text();
    }
  }

  async send(text: string): Promise<void> {
    await this.#channel.send(new Message("MSG", [], text));
  }

  async goodbye(): Promise<void> {
    await this.#channel.send(new Message("QUIT"));
    await this.#channel.closeWrite();
  }

  close(): void {
    this.#channel.close();
  }
}
