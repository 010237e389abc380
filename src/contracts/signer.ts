/** Signs with a private key that only it knows. */
export interface Signer {
  /** Names the key; verifiers pin it. */
  readonly keyId: string;
  /** Ed25519 signature of the bytes, 64 bytes. May be a network call: never awaited inside a transaction. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** Verifies signatures by pinned public keys. */
export interface Verifier {
  /** The ids of the pinned keys, where it can tell them: then a record of another key is refused by name (`certificate/unknown-key`). */
  keyIds?(): readonly string[];
  /** Whether the signature is the named key's over the bytes; false for an unknown or retired key. */
  verify(keyId: string, bytes: Uint8Array, signature: Uint8Array): Promise<boolean>;
  /** A pinned key as SPKI PEM, where it can tell it: exported versions carry the public keys of their workspace. */
  publicKeyPem?(keyId: string): string | undefined;
  /**
   * When a key ended (it was rotated out, or stolen), epoch milliseconds; undefined = it has no end. `verify` still answers by the signature alone: the
   * registry lets count what the audit log has from before the end, and nothing else (`certificate/revoked-key`).
   */
  endsAtMs?(keyId: string): number | undefined;
}
