import { withTimeout } from "../../async/mod.ts";
import { KeyChangedError, PeerError } from "../errors.ts";
import type { ConversationContext, LinkPath } from "./context.ts";
import type { Depositor } from "./depositor.ts";
import type { Links } from "./links.ts";
import type { Notice } from "./notice.ts";
import type { SendWindow } from "./send_window.ts";

/** What a {@linkcode Caller} works with. */
export interface CallerContext
  extends Pick<ConversationContext, "connect" | "ownKeys" | "timings"> {
  /** The client ID of the peer. */
  readonly clientID: string;
  /** Deposits what waits while the peer is away. */
  readonly depositor: Depositor;
  /** Tells the user why the peer cannot be called. */
  readonly notice: Notice;
  /** The links to the peer. */
  readonly links: Links<SendWindow>;
}

/** Calls a peer, for what waits or to go over to another key. */
export class Caller {
  readonly #context: CallerContext;
  #isChangingOver = false;

  /** Calls nobody before it is told to. */
  constructor(context: CallerContext) {
    this.#context = context;
  }

  /** Whether a link under a new key of this peer is on its way. */
  get isChangingOver(): boolean {
    return this.#isChangingOver;
  }

  /**
   * Tries once to get a link; while the peer is away its mailbox is used.
   *
   * @param last The path that the last link was on, if there was one.
   */
  async connect(last: LinkPath | undefined): Promise<void> {
    const { clientID, connect, depositor, notice } = this.#context;
    try {
      const wasDialled = last?.direction === "out";
      await connect(clientID, wasDialled ? [last] : undefined);
    } catch (error) {
      const isChanged = error instanceof KeyChangedError;
      const isAway = error instanceof PeerError && !isChanged;
      if (!isAway) notice.report(error);
      // The registry may still have the known key, whoever has answered.
      if (isAway || isChanged && error.where !== undefined) depositor.run();
    }
  }

  /**
   * Moves to links under this peer's own new key: the peer is called before the
   * links under the old one are closed, so that the conversation goes on.
   */
  async changeOver(last: LinkPath | undefined): Promise<void> {
    const { ownKeys, timings, links } = this.#context;
    this.#isChangingOver = true;
    await withTimeout(this.connect(last), timings.changeOverMs);
    this.#isChangingOver = false;
    for (const { link } of links.all) {
      if (link.ownKey !== ownKeys.publicKey) link.close();
    }
  }
}
