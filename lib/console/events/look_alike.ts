/**
 * What follows a name that looks like one that the user knows; nothing if it looks
 * like none.
 *
 * @param resembles The client ID that it looks like.
 */
export function lookAlikeNote(resembles: string | undefined): string {
  return resembles === undefined
    ? ""
    : `; take care: the name looks like ${resembles}, which is another client`;
}
