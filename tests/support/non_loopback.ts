/**
 * An IPv4 address of this machine that is not loopback: a connection to it
 * looks like one from another machine. Undefined if the machine has none.
 */
export const NON_LOOPBACK_ADDRESS: string | undefined = Deno
  .networkInterfaces()
  .find(({ family, address }) =>
    family === "IPv4" && !address.startsWith("127.")
  )?.address;
