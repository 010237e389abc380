import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import type { Signer } from "../../contracts/signer.ts";
import { SluiceError } from "../../core/errors.ts";
import { randomBytes } from "../../core/platform.ts";
import { fileError, fileErrorCode } from "./file-errors.ts";
import { keyIdOf } from "./pinned-keys-verifier.ts";

/** What {@link keyFileSigner} takes. */
export interface KeyFileSignerOptions {
  /** The key file (PKCS #8, PEM, readable by its owner only); made at first use. Keep it outside the workspace. */
  readonly path: string;
}

/** A {@link Signer} whose public key can be read, to be pinned by verifiers. */
export interface KeyFileSigner extends Signer {
  /** The public key as SPKI PEM. Makes the key file if there is none. Errors: `io/failed`, `signer/invalid-key`. */
  publicKeyPem(): string;
}

/**
 * A {@link Signer} with an Ed25519 key in a file. The file is read, and made if there is none, when `keyId`, `sign` or `publicKeyPem` is
 * first used; of several processes that make it at once one wins and all use its key.
 *
 * @example
 * ```ts
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { keyFileSigner, pinnedKeysVerifier } from "sluice/backends/fs";
 *
 * const folder = await mkdtemp(join(tmpdir(), "sluice-"));
 * const signer = keyFileSigner({ path: join(folder, "signing-key.pem") });
 * const verifier = pinnedKeysVerifier({ keys: { [signer.keyId]: signer.publicKeyPem() } });
 * const bytes = new TextEncoder().encode("certificate");
 * if (!(await verifier.verify(signer.keyId, bytes, await signer.sign(bytes)))) throw new Error("not verified");
 * await rm(folder, { recursive: true });
 * ```
 */
export function keyFileSigner(options: KeyFileSignerOptions): KeyFileSigner {
  let key: LoadedKey | undefined;
  const loaded = (): LoadedKey => {
    key ??= loadOrCreate(options.path);
    return key;
  };
  return {
    get keyId() {
      return loaded().keyId;
    },
    publicKeyPem: () => loaded().publicKeyPem,
    sign: async (bytes) => new Uint8Array(sign(null, bytes, loaded().privateKey)),
  };
}

interface LoadedKey {
  readonly privateKey: KeyObject;
  readonly publicKeyPem: string;
  readonly keyId: string;
}

function loadOrCreate(path: string): LoadedKey {
  const pem = keyText(path);
  const privateKey = parse(pem, path);
  const publicKeyPem = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
  return { privateKey, publicKeyPem, keyId: keyIdOf(publicKeyPem) };
}

function keyText(path: string): string {
  try {
    if (!existsSync(path)) create(path);
    return readFileSync(path, "utf8");
  } catch (error) {
    throw fileError(error, path);
  }
}

/** Writes and syncs a new key beside its place, then links it there: the name appears once, with the whole key behind it. */
function create(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync("ed25519");
  const temporary = `${path}.${Buffer.from(randomBytes(8)).toString("hex")}.tmp`;
  try {
    const file = openSync(temporary, "wx", 0o600);
    try {
      writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    if (fileErrorCode(error) !== "EEXIST") throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function parse(pem: string, path: string): LoadedKey["privateKey"] {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === "ed25519") return key;
    throw new Error(`a key of type ${key.asymmetricKeyType}`);
  } catch (error) {
    throw new SluiceError("signer/invalid-key", {
      found: `no Ed25519 private key in ${path}`,
      expected: "a PKCS #8 PEM file as keyFileSigner writes it",
      fix: "Restore the key from a backup. With a new key, certificates signed by the old one need its public key pinned.",
      cause: error,
    });
  }
}
