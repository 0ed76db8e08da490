/**
 * The element at an index, counted from the end where that is negative.
 *
 * @throws {RangeError} If there is none, so that a test fails there.
 */
export function at<T>(
  list: { readonly length: number; at(index: number): T | undefined },
  index: number,
): T {
  const element = list.at(index);
  if (element !== undefined) return element;
  throw new RangeError(`there is no element ${index} among ${list.length}`);
}
