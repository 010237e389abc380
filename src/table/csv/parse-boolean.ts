/** The boolean in bytes (true, false, 1, 0, in any case) as 1 or 0, or −1 for anything else. */
export function parseBoolean(bytes: Uint8Array, start: number, end: number): number {
  switch (end - start) {
    case 1:
      return bytes[start] === 49 ? 1 : bytes[start] === 48 ? 0 : -1;
    case 4:
      return isWord(bytes, start, "true") ? 1 : -1;
    case 5:
      return isWord(bytes, start, "false") ? 0 : -1;
    default:
      return -1;
  }
}

function isWord(bytes: Uint8Array, start: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (((bytes[start + i] as number) | 32) !== word.charCodeAt(i)) return false;
  return true;
}
