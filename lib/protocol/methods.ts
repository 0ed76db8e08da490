/** The methods, as they are written in a start line (PROTOCOL.md). */
export const METHOD = {
  // Opening the secure mode.
  hello: "HELLO",
  // To the registry, each with its reply.
  register: "REGISTER",
  registerReply: "REGACK",
  unregister: "UNREGISTER",
  unregisterReply: "UNREGACK",
  info: "INFO",
  infoReply: "INFOACK",
  bridge: "BRIDGE",
  bridgeReply: "BRIDGEACK",
  lookup: "LOOKUP",
  lookupReply: "LOOKUPACK",
  deposit: "DEPOSIT",
  depositReply: "DEPOSITACK",
  collect: "COLLECT",
  collectReply: "COLLECTACK",
  // Pushed by the registry.
  mail: "MAIL",
  // Between peers.
  chat: "CHAT",
  message: "MSG",
  acknowledge: "ACK",
  quit: "QUIT",
  // Sealed with the old key of a client.
  rotate: "ROTATE",
  // On every secure link.
  ping: "PING",
  pong: "PONG",
  error: "ERROR",
} as const;
