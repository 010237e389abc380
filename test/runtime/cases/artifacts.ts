import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { openArchiveFile, writeArchive } from "../../../src/backends/fs/archive-file.ts";
import { sourceOf } from "../../../src/core/byte-source.ts";
import { digestOf } from "../../../src/core/digest.ts";
import { isSluiceError } from "../../../src/core/errors.ts";
import { gathered } from "../../../src/ledger/artifacts/open-artifact.ts";
import { scanArtifact } from "../../../src/ledger/artifacts/scan/scan-artifact.ts";
import { packedPieces } from "../../../src/ledger/artifacts/tar/pack-artifact.ts";
import { openArchive } from "../../../src/ledger/artifacts/tar/unpack-artifact.ts";
import { tarOf } from "../../support/tar-file.ts";
import { zipFile } from "../../support/zip-file.ts";
import type { RuntimeCase } from "../runtime-case.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const gzip = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));
const pickle = Uint8Array.of(0x80, 4, 0x95, 0, 0x2e);
const harmless = tarOf([{ name: "a.txt", bytes: text("hello") }]);
const evil = tarOf([{ name: "w", bytes: pickle }]);

async function found(bytes: Uint8Array): Promise<string> {
  try {
    const { findings } = await scanArtifact({ format: "any", files: [{ path: "m", bytes }] });
    return findings.map(({ reason }) => reason).join();
  } catch (error) {
    if (!isSluiceError(error, "artifact/refused")) throw error;
    return error.found;
  }
}

/** What stands on the runtime's inflating and on its open files. */
export const cases: readonly RuntimeCase[] = [
  {
    name: "artifacts: tars, gzip files of several members, bombs and damage are told alike",
    run: async () => {
      const told: string[] = [];
      for (const bytes of [
        harmless,
        gzip(harmless),
        evil,
        gzip(evil),
        Uint8Array.of(...gzip(tarOf([{ name: "a" }], 0)), ...gzip(evil)),
        Uint8Array.of(...gzip(harmless), ...gzip(evil)),
        gzip(tarOf([{ name: "z", bytes: new Uint8Array(20 * 2 ** 20) }])),
        gzip(harmless).subarray(0, 40),
        Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
        zipFile([{ name: "w", bytes: evil, deflated: true }]),
        zipFile([{ name: "w", bytes: new Uint8Array(500), deflated: true, says: 100 }]),
      ])
        told.push(await found(bytes));
      assert.deepEqual(
        told.map((one) => one === ""),
        [true, true, ...new Array(9).fill(false)],
      );
      return told.map((one) => one.replace(/\b\d{3,} bytes\b/, "some bytes")).join("\n");
    },
  },
  {
    name: "artifacts: a tar is written to a file and read from it a part at a time",
    run: async ({ tempDir }) => {
      const files = [
        { path: "a.txt", ...sourceOf(text("hello")) },
        { path: "größe.bin", ...sourceOf(new Uint8Array(9_000_001).fill(3)) },
      ];
      const path = `${tempDir}/bundle.tar`;
      await writeArchive(packedPieces({ format: "any", files }), path);
      const file = await openArchiveFile(path, 2 ** 30);
      if (file === undefined) throw new Error("a file expected");
      const content = await gathered(await openArchive(file, { format: "any" }));
      await file.close();
      assert.equal(await openArchiveFile(tempDir, 1), undefined);
      return content.files.map(({ path: name, bytes }) => `${name} ${digestOf(bytes)}`).join("\n");
    },
  },
];
