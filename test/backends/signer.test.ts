import { execFile } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { keyFileSigner } from "../../src/backends/fs/key-file-signer.ts";
import { pinnedKeysVerifier } from "../../src/backends/fs/pinned-keys-verifier.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const bytes = new TextEncoder().encode("a certificate");

test("a signature verifies under the pinned key, and under nothing else", async () => {
  const signer = keyFileSigner({ path: join(temporaryFolder(), "keys/signing.pem") });
  const other = keyFileSigner({ path: join(temporaryFolder(), "signing.pem") });
  const verifier = pinnedKeysVerifier({ keys: { [signer.keyId]: signer.publicKeyPem() } });
  const signature = await signer.sign(bytes);
  expect(signature.length).toBe(64);
  expect(await verifier.verify(signer.keyId, bytes, signature)).toBe(true);
  expect(await verifier.verify(other.keyId, bytes, signature)).toBe(false);
  expect(await verifier.verify(signer.keyId, bytes, await other.sign(bytes))).toBe(false);
  expect(await verifier.verify("__proto__", bytes, signature)).toBe(false);
  for (let i = 0; i < 64; i++) {
    const changed = Uint8Array.from(signature, (byte, at) => (at === i ? byte ^ 1 : byte));
    expect(await verifier.verify(signer.keyId, bytes, changed)).toBe(false);
  }
  for (const wrong of [new Uint8Array(0), signature.slice(1), new Uint8Array(65)]) {
    expect(await verifier.verify(signer.keyId, bytes, wrong)).toBe(false);
  }
  expect(await verifier.verify(signer.keyId, new Uint8Array(0), signature)).toBe(false);
});

test("the key is made at first use, for its owner only, and kept", async () => {
  const path = join(temporaryFolder(), "keys", "signing.pem");
  const signer = keyFileSigner({ path });
  expect(existsSync(path)).toBe(false);
  const signature = await signer.sign(bytes);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, "utf8")).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  expect(readdirSync(dirname(path))).toEqual(["signing.pem"]);
  const again = keyFileSigner({ path });
  expect(again.keyId).toBe(signer.keyId);
  expect(await again.sign(bytes)).toEqual(signature);
});

test("the key id is the first 16 hex digits of the SHA-256 of the public key's DER", () => {
  const signer = keyFileSigner({ path: join(temporaryFolder(), "signing.pem") });
  const der = Buffer.from(signer.publicKeyPem().replace(/-----.*-----|\n/g, ""), "base64");
  expect(signer.keyId).toBe(createHash("sha256").update(der).digest("hex").slice(0, 16));
});

test("processes that make the key at the same moment all use one", async () => {
  const path = join(temporaryFolder(), "signing.pem");
  const script = fileURLToPath(new URL("../support/key-id-child.ts", import.meta.url));
  const run = promisify(execFile);
  const said = await Promise.all(Array.from({ length: 6 }, () => run(process.execPath, [script, path])));
  expect(new Set(said.map((one) => one.stdout))).toEqual(new Set([keyFileSigner({ path }).keyId]));
  expect(readdirSync(dirname(path))).toEqual(["signing.pem"]);
});

test("a damaged key file, or one with another kind of key, is signer/invalid-key and is not overwritten", () => {
  const path = join(temporaryFolder(), "signing.pem");
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" });
  for (const text of ["", "not a key", ec.toString()]) {
    writeFileSync(path, text);
    expect(() => keyFileSigner({ path }).keyId).toThrow(/signer\/invalid-key/);
    expect(readFileSync(path, "utf8")).toBe(text);
  }
});

test("only public Ed25519 keys under their own id can be pinned", () => {
  const path = join(temporaryFolder(), "signing.pem");
  const signer = keyFileSigner({ path });
  const pin = (keyId: string, pem: string) => () => pinnedKeysVerifier({ keys: { [keyId]: pem } });
  expect(pin("0123456789abcdef", signer.publicKeyPem())).toThrow(/signer\/invalid-key/);
  expect(pin(signer.keyId, readFileSync(path, "utf8"))).toThrow(/signer\/invalid-key/);
  expect(pin(signer.keyId, "no key")).toThrow(/signer\/invalid-key/);
});
