/**
 * A copy of a text that is to be kept: a slice of a request would keep the whole
 * request in memory.
 */
export function flatText(text: string): string {
  return text.split("").join("");
}
