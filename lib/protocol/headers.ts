/**
 * The names of the headers, as they are written (PROTOCOL.md, "Messages"). A
 * reader takes them in any case.
 */
export const HEADER = {
  address: "Address",
  after: "After",
  candidates: "Candidates",
  clientID: "clientID",
  clients: "Clients",
  code: "Code",
  done: "Done",
  handshake: "Handshake",
  id: "ID",
  ip: "IP",
  key: "Key",
  letters: "Letters",
  limit: "Limit",
  numbers: "Numbers",
  online: "Online",
  plain: "Plain",
  port: "Port",
  prefix: "Prefix",
  previous: "Previous",
  reason: "Reason",
  rotation: "Rotation",
  seq: "Seq",
  target: "target",
  time: "Time",
  version: "Version",
  wait: "Wait",
} as const;
