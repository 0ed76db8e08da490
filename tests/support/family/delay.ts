/** Waits so long, in ms: what a person does who types, or a slow network. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
