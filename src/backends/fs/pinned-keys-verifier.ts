import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import type { Verifier } from "../../contracts/signer.ts";
import { SluiceError } from "../../core/errors.ts";

/** What {@link pinnedKeysVerifier} takes. */
export interface PinnedKeys {
  /** Public keys (SPKI PEM) by key id. Of a key that is left out nothing counts, however old. */
  readonly keys: { readonly [keyId: string]: string };
  /**
   * When keys ended, epoch milliseconds by key id: what the audit log has from before still counts. For a key that was rotated out, the instant of the rotation;
   * for a stolen one, the last instant at which it was surely yours. @default no key has an end
   */
  readonly ends?: { readonly [keyId: string]: number };
}

const keyIdLength = 16;

/** The id of a public key (SPKI PEM): the first 16 hex digits of the SHA-256 of its DER form. Throws `signer/invalid-key`. */
export function keyIdOf(publicKeyPem: string): string {
  const der = publicKey(publicKeyPem).export({ type: "spki", format: "der" });
  return createHash("sha256").update(der).digest("hex").slice(0, keyIdLength);
}

/** A {@link Verifier} that trusts the given public keys and no others. Throws `signer/invalid-key` for a key that is not Ed25519 or not the one its id names, and for an end of a key that is not there. */
export function pinnedKeysVerifier(options: PinnedKeys): Verifier {
  const keys = new Map<string, KeyObject>();
  for (const [keyId, pem] of Object.entries(options.keys)) {
    const actual = keyIdOf(pem);
    if (actual !== keyId) throw invalidKey(`a public key with the id ${actual} pinned as ${keyId}`);
    keys.set(keyId, publicKey(pem));
  }
  const held = new HeldSignatures();
  const ends = new Map(Object.entries(options.ends ?? {}));
  for (const [keyId, atMs] of ends)
    if (!keys.has(keyId) || !Number.isFinite(atMs))
      throw invalidKey(`an end (${atMs}) of the key ${keyId}, which is not pinned or whose end is no instant`);
  return {
    keyIds: () => [...keys.keys()],
    publicKeyPem: (keyId) => options.keys[keyId],
    endsAtMs: (keyId) => ends.get(keyId),
    verify: async (keyId, bytes, signature) => {
      const key = keys.get(keyId);
      return key !== undefined && held.holds(keyId, bytes, signature, () => verify(null, bytes, key, signature));
    },
  };
}

const rememberedSignatures = 4096;

/** Remembers which signatures have held: of the very same bytes, signature and key it can never be otherwise, and a hash costs a fiftieth of a verification. */
class HeldSignatures {
  readonly #held = new Set<string>();

  holds(keyId: string, bytes: Uint8Array, signature: Uint8Array, verified: () => boolean): boolean {
    const hash = createHash("sha256").update(signature).update(bytes).digest("base64");
    const name = `${keyId} ${signature.length} ${hash}`;
    if (this.#held.has(name)) return true;
    if (!verified()) return false;
    if (this.#held.size >= rememberedSignatures) this.#held.clear();
    this.#held.add(name);
    return true;
  }
}

/** A public Ed25519 key. Throws `signer/invalid-key`. */
export function publicKey(pem: string): KeyObject {
  const key = readKey(pem);
  if (key.asymmetricKeyType !== "ed25519" || pem.includes("PRIVATE KEY"))
    throw invalidKey("a key that is not a public Ed25519 key");
  return key;
}

function readKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (error) {
    throw invalidKey("text that is not a PEM key", error);
  }
}

function invalidKey(found: string, cause?: unknown): SluiceError {
  return new SluiceError("signer/invalid-key", {
    found,
    expected: "the SPKI PEM of an Ed25519 public key under its own id",
    fix: "Pass what publicKeyPem() of the signer returns, under its keyId.",
    cause,
  });
}
