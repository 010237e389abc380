import assert from "node:assert/strict";
import { fsBlobs } from "../../../src/backends/fs/fs-blob-store.ts";
import { keyFileSigner } from "../../../src/backends/fs/key-file-signer.ts";
import { pinnedKeysVerifier } from "../../../src/backends/fs/pinned-keys-verifier.ts";
import { memoryBlobs } from "../../../src/backends/memory/memory-blob-store.ts";
import { sqliteMetadata } from "../../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { MetadataStore } from "../../../src/contracts/metadata-store.ts";
import { auditContract } from "../../../src/testing/audit-contract.ts";
import { blobContract } from "../../../src/testing/blob-contract.ts";
import { metadataContract } from "../../../src/testing/metadata-contract.ts";
import { auditSubject } from "../../support/audit-subject.ts";
import type { RuntimeCase } from "../runtime-case.ts";

/** The contract suites of what stands on the runtime's SQLite, files and cryptography. */
export const cases: readonly RuntimeCase[] = [
  ...metadataContract.map(({ name, run }) => ({
    name: `metadata on SQLite: ${name}`,
    run: async ({ tempDir }: { readonly tempDir: string }) => {
      const another = (): MetadataStore => sqliteMetadata({ path: `${tempDir}/metadata.db` });
      const store = another();
      await run({ store, another });
      await store.close();
      return undefined;
    },
  })),
  ...auditContract.map(({ name, run }) => ({
    name: `audit on SQLite: ${name}`,
    run: async ({ tempDir }: { readonly tempDir: string }) => {
      const store = sqliteMetadata({ path: `${tempDir}/metadata.db` });
      const subject = await auditSubject(store);
      await run(subject);
      const verdict = await subject.audit.verify();
      await store.close();
      return verdict.valid ? String(verdict.head) : verdict.reason;
    },
  })),
  ...blobContract.map(({ name, run }) => ({
    name: `blobs in files and memory: ${name}`,
    run: async ({ tempDir }: { readonly tempDir: string }) => {
      await run(fsBlobs({ path: tempDir }));
      await run(memoryBlobs());
      return undefined;
    },
  })),
  {
    name: "signer: a key file signs and its pinned key verifies",
    run: async ({ tempDir }) => {
      const bytes = new TextEncoder().encode("certificate");
      const path = `${tempDir}/keys/signing.pem`;
      const signer = keyFileSigner({ path });
      const signature = await signer.sign(bytes);
      const verifier = pinnedKeysVerifier({ keys: { [signer.keyId]: signer.publicKeyPem() } });
      assert.equal(await verifier.verify(signer.keyId, bytes, signature), true);
      assert.equal(await verifier.verify(signer.keyId, bytes.slice(1), signature), false);
      assert.deepEqual(await keyFileSigner({ path }).sign(bytes), signature);
      return undefined;
    },
  },
];
