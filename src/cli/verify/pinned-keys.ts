import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { keyIdOf, pinnedKeysVerifier } from "../../backends/fs/pinned-keys-verifier.ts";
import type { Verifier } from "../../contracts/signer.ts";
import { SluiceError } from "../../core/errors.ts";

/** A verifier that believes the public keys of these files (SPKI PEM) and no others. Errors: `io/failed`, `signer/invalid-key`. */
export async function pinnedKeys(paths: readonly string[], cwd: string): Promise<Verifier> {
  const keys: { [keyId: string]: string } = {};
  for (const path of paths) {
    const pem = await keyText(resolve(cwd, path));
    keys[keyIdOf(pem)] = pem;
  }
  return pinnedKeysVerifier({ keys });
}

async function keyText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new SluiceError("io/failed", {
      found: error instanceof Error ? error.message : String(error),
      expected: `a public key (PEM) at ${path}`,
      fix: "Check the path that --key names.",
      cause: error,
    });
  }
}
