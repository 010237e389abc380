import { join } from "node:path";
import { keyFileSigner } from "../../src/backends/fs/key-file-signer.ts";
import { pinnedKeysVerifier } from "../../src/backends/fs/pinned-keys-verifier.ts";
import type { Signer, Verifier } from "../../src/contracts/signer.ts";

/** A signer whose key lies in a folder, and the verifier that pins it. */
export function signingIn(folder: string): { readonly signer: Signer; readonly verifier: Verifier } {
  const signer = keyFileSigner({ path: join(folder, "key.pem") });
  return { signer, verifier: pinnedKeysVerifier({ keys: { [signer.keyId]: signer.publicKeyPem() } }) };
}
