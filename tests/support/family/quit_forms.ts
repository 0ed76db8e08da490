/** The ways in which existing clients write the end of a conversation. */
export const QUIT_FORMS: readonly string[] = [
  "QUIT",
  "QUIT\r\n",
  "QUIT\r\n\r\n",
  "QUIT\r\n\r\n\r\n",
  "QUIT\r\nGoodbye!\r\n\r\n",
  "QUIT\r\nid: X\r\n\r\n",
  "/quit\r\n",
];
