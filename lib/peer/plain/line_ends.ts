const LF = 10;
const CR = 13;

/** How many bytes at the start are line ends: LF, or CR and LF. */
export function countLineEnds(bytes: Uint8Array): number {
  let at = 0;
  for (;;) {
    const lf = bytes[at] === CR ? at + 1 : at;
    if (bytes[lf] !== LF) return at;
    at = lf + 1;
  }
}
