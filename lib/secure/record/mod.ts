/**
 * The encrypted stream after the handshake, as records of up to 64 KiB.
 *
 * @module
 */
export { FrameReader } from "./frame_reader.ts";
export { withLengthPrefix } from "./record.ts";
export { SecureWire } from "./secure_wire.ts";
