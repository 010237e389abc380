import type { Signer, Verifier } from "./contracts/signer.ts";
import { SluiceError } from "./core/errors.ts";
import type { WorkspaceOptions } from "./workspace.ts";

/** Who signs certificates, and whose signatures count. */
export interface WorkspaceSigning {
  readonly signer: Signer;
  readonly verifier: Verifier;
}

/** The host's signer and verifier, or a key file of the user whose public key is pinned. Errors: `argument/invalid` where only one is given. */
export async function signingOf(options: WorkspaceOptions): Promise<WorkspaceSigning> {
  if (options.signer !== undefined && options.verifier !== undefined)
    return { signer: options.signer, verifier: options.verifier };
  if (options.signer !== undefined || options.verifier !== undefined) {
    throw new SluiceError("argument/invalid", {
      found: `only a ${options.signer === undefined ? "verifier" : "signer"}`,
      expected: "signer and verifier together",
      fix: "Pass both: the verifier pins the public keys that certificates may be signed with.",
    });
  }
  const [{ keyFileSigner }, { pinnedKeysVerifier }, { defaultKeyPath }] = await Promise.all([
    import("./backends/fs/key-file-signer.ts"),
    import("./backends/fs/pinned-keys-verifier.ts"),
    import("./backends/fs/workspace-folder.ts"),
  ]);
  const signer = keyFileSigner({ path: defaultKeyPath() });
  // The key is pinned at its first use: who only reads data needs no key file, and no right to make one.
  let pinned: Verifier | undefined;
  const verifier: Verifier = {
    keyIds: () => [signer.keyId],
    publicKeyPem: (keyId) => (keyId === signer.keyId ? signer.publicKeyPem() : undefined),
    verify: async (keyId, bytes, signature) => {
      pinned ??= pinnedKeysVerifier({ keys: { [signer.keyId]: signer.publicKeyPem() } });
      return await pinned.verify(keyId, bytes, signature);
    },
  };
  return { signer, verifier };
}
