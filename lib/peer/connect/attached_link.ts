/** A link that is in use: by a conversation, or held. */
export interface AttachedLink {
  /** Resolves when the link has ended. */
  readonly ended: Promise<unknown>;
}
