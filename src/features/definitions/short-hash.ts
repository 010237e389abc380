/** The first characters of a digest, to be read by people. */
export function shortHash(hash: string | undefined): string {
  return hash === undefined ? "unknown" : `${hash.slice(0, "sha256:".length + 8)}…`;
}
