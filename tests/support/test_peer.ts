import type { Address } from "../../lib/net/mod.ts";
import {
  Peer,
  type PeerEvent,
  type PeerOptions,
  type PeerTimings,
} from "../../lib/peer/mod.ts";
import { EventRecorder } from "./event_recorder.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };

/** A peer on loopback whose events are recorded. */
export class TestPeer implements AsyncDisposable {
  readonly peer: Peer;
  readonly #events = new EventRecorder<PeerEvent>();

  /** Starts the peer; it is not registered yet. */
  constructor(
    clientID: string,
    registry: Address = LOOPBACK,
    options: Partial<PeerOptions> = {},
  ) {
    this.peer = Peer.listen({
      listen: LOOPBACK,
      accept: "all",
      ...options,
      clientID,
      registry,
      onEvent: this.#events.record,
    });
  }

  /** Starts a peer that also accepts and makes plain calls. */
  static plain(
    clientID: string,
    registry?: Address,
    timings: Partial<PeerTimings> = {},
  ): TestPeer {
    return new TestPeer(clientID, registry, { plain: true, timings });
  }

  /** The next event, of any type. */
  next(): Promise<PeerEvent> {
    return this.#events.next();
  }

  /**
   * The next event, which has to be of the given type. The progress of the
   * peer's own messages is passed over, unless that is what is asked for.
   */
  expect<T extends PeerEvent["type"]>(
    type: T,
  ): Promise<Extract<PeerEvent, { type: T }>> {
    return this.#events.expect(type, ["delivered", "left"]);
  }

  /** The next event of the given type; those before it are passed over. */
  until<T extends PeerEvent["type"]>(
    type: T,
  ): Promise<Extract<PeerEvent, { type: T }>> {
    return this.#events.until(type);
  }

  /** The text of the next event, which has to be a message. */
  async message(): Promise<string> {
    return (await this.expect("message")).text;
  }

  /** The peer's name in the next event, which has to be a connection. */
  async connected(): Promise<string> {
    return (await this.expect("connected")).party.name;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.peer.close();
  }
}
