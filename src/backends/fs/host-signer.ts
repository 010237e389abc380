import { verify } from "node:crypto";
import { SluiceError } from "../../core/errors.ts";
import type { KeyFileSigner } from "./key-file-signer.ts";
import { keyIdOf, publicKey } from "./pinned-keys-verifier.ts";

/** What {@link hostSigner} takes. */
export interface HostSignerOptions {
  /** The public key (SPKI PEM, Ed25519): its id names the key, and every signature is checked with it. */
  readonly publicKeyPem: string;
  /** The Ed25519 signature of the bytes (64 bytes), from wherever the private key lies: a key service, a hardware module, another process. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/**
 * A signer whose private key this process never has. What comes back is verified before it is used: a service that signs with another key, or
 * something else than it was given, is found at once and not when a certificate is loaded. What `sign` throws passes as it is.
 *
 * Errors: `signer/invalid-key` for a public key that is none, and for a signature that is not its own.
 *
 * @example
 * ```ts
 * import { hostSigner } from "sluice/backends/fs";
 *
 * const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
 * if (!("privateKey" in pair)) throw new Error("a pair of keys expected");
 * const { privateKey, publicKey } = pair;
 * const spki = Buffer.from(await crypto.subtle.exportKey("spki", publicKey)).toString("base64");
 * const signer = hostSigner({
 *   publicKeyPem: `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`,
 *   sign: async (bytes) => new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, new Uint8Array(bytes))),
 * });
 * if ((await signer.sign(new TextEncoder().encode("certificate"))).length !== 64) throw new Error("no signature");
 * ```
 */
export function hostSigner(options: HostSignerOptions): KeyFileSigner {
  const keyId = keyIdOf(options.publicKeyPem);
  const key = publicKey(options.publicKeyPem);
  return {
    keyId,
    publicKeyPem: () => options.publicKeyPem,
    sign: async (bytes) => {
      const signature: unknown = await options.sign(bytes);
      if (signature instanceof Uint8Array && verify(null, bytes, key, signature)) return signature;
      throw new SluiceError("signer/invalid-key", {
        found: "a signature that is not the public key's over the bytes",
        expected: `64 bytes, signed (Ed25519, not prehashed) by the private key of ${keyId}`,
        fix: "See that `sign` uses the key of `publicKeyPem`, and signs the bytes themselves, not their digest.",
      });
    },
  };
}
