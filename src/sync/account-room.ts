// Room in the account, as far as is known of it: what does not fit is not sent in vain (docs/sync.md, "Engine").

export interface AccountRoom {
  /** Takes so many bytes of it; false where there are not as many. */
  take(bytes: number): boolean;
  /** They did not arrive. */
  give(bytes: number): void;
  /** The server had no room for so many. */
  refused(bytes: number): void;
}

/** `told`: bytes that the server says to have room for; one that says nothing is asked by sending. */
export function createAccountRoom(told = Infinity): AccountRoom {
  let [left, tooLarge] = [told, Infinity];
  return {
    take(bytes) {
      if (bytes > left || bytes >= tooLarge) return false;
      left -= bytes;
      return true;
    },
    give(bytes) { left += bytes; },
    // Whatever others give back: it was the server that said so.
    refused(bytes) { tooLarge = Math.min(tooLarge, bytes); },
  };
}
