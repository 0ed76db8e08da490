/**
 * An address of this machine that is not loopback, by which a program here can
 * reach another one here as if from elsewhere; undefined if there is none.
 */
export const OWN_ADDRESS: string | undefined = Deno.networkInterfaces()
  .find(({ family, address }) =>
    family === "IPv4" && !address.startsWith("127.")
  )?.address;
