import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { ArtifactLimits, ArtifactScan } from "../../src/contracts/artifact-scan.ts";
import { isSluiceError } from "../../src/core/errors.ts";
import { seededRandom } from "../../src/core/random.ts";
import { scanArtifact } from "../../src/ledger/artifacts/scan/scan-artifact.ts";
import { paxEntry, paxRecord, type TarEntry, tarEntry, tarOf } from "../support/tar-file.ts";
import { zipFile } from "../support/zip-file.ts";

// Tars and gzip files inside an artifact, as a .nemo or a .tar.gz model is: looked into as zip archives are.

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const gzip = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));
const hello = text("hello");
const file = { name: "a.txt", bytes: hello };
const pickle = Uint8Array.of(0x80, 4, 0x95, 0, 0x2e);
const mebibyte = 2 ** 20;

async function scan(bytes: Uint8Array, limits?: ArtifactLimits, path = "model.bin"): Promise<ArtifactScan> {
  return await scanArtifact({ format: "any", files: [{ path, bytes }] }, limits);
}

async function refusal(bytes: Uint8Array, limits?: ArtifactLimits): Promise<string> {
  const error = await scan(bytes, limits).then(
    () => new Error("nothing was refused"),
    (failure: unknown) => failure,
  );
  if (!isSluiceError(error, "artifact/refused")) throw error;
  return error.found;
}

/** As a tar, and as one that is packed. */
async function expectRefused(tar: Uint8Array, risk: string, reason: RegExp): Promise<void> {
  for (const bytes of [tar, gzip(tar)]) {
    const found = await refusal(bytes);
    expect(found).toContain(`${risk} in "model.bin`);
    expect(found).toMatch(reason);
  }
}

/** GNU's header in front of an entry with a name (`L`) or a link's target (`K`) of any length. */
const gnu = (type: "L" | "K", value: string): TarEntry => ({
  name: "././@LongLink",
  type,
  magic: "ustar  \0",
  bytes: text(`${value}\0`),
});

const config = text(JSON.stringify({ class_name: "Lambda", config: {} }));

describe("what models are sent as is let in", () => {
  const checkpoint = zipFile([{ name: "model/data.pkl", bytes: pickle }]);
  const nemo = (weights: Uint8Array): Uint8Array =>
    tarOf([
      { name: "./", type: "5" },
      paxEntry({ mtime: "1700000000.123456", path: "./model_config.yaml" }),
      { name: "./model_config.yaml", bytes: text("sample_rate: 16000\n") },
      { name: "./model_weights.ckpt", bytes: weights },
    ]);

  test("a .nemo of a configuration and a checkpoint is refused for the pickle in it, and comes in where that is let in", async () => {
    const bytes = nemo(checkpoint);
    expect(await refusal(bytes)).toMatch(/pickle in "model\.bin!model_weights\.ckpt!model\/data\.pkl"/);
    const { files, findings } = await scan(bytes, { allow: ["pickle"] }, "model.nemo");
    expect(files[0]?.mediaType).toBe("application/x-tar");
    expect(findings.map(({ risk }) => risk)).toEqual(["pickle", "pickle"]);
    expect((await scan(gzip(nemo(hello)), {}, "model.tar.gz")).files[0]?.mediaType).toBe("application/gzip");
  });

  test("every form: V7, ustar with a prefix, GNU's long names, pax with names, sizes and a header for all", async () => {
    const deep = `${"a-folder/".repeat(30)}weights.bin`;
    const tar = tarOf(
      [
        { name: "pax_global_header", type: "g", bytes: text(paxRecord("comment", "a commit")) },
        { name: "v7.txt", magic: "\0\0\0\0\0\0\0\0", type: "\0", bytes: hello },
        { name: "old/", magic: "\0\0\0\0\0\0\0\0", type: "\0" },
        { name: "b.txt", prefix: "deep/er", bytes: hello },
        gnu("L", deep),
        { name: deep.slice(0, 100), magic: "ustar  \0", bytes: hello },
        paxEntry({ path: "größe/模型.bin", size: "5", "SCHILY.xattr.x": "y" }),
        { name: "x", bytes: hello },
        { name: "in-one-piece", type: "7", bytes: hello },
        { name: "base-256", size: Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5), bytes: hello },
        { name: "empty" },
      ],
      10_240,
    );
    for (const bytes of [tar, gzip(tar), tar.subarray(0, tar.length - 10_240)])
      expect((await scan(bytes)).findings).toEqual([]);
  });

  test("what is no tar is not taken for one", async () => {
    const random = seededRandom("no tar");
    for (const bytes of [new Uint8Array(2048), Uint8Array.from({ length: 4096 }, () => random.int(256))])
      expect((await scan(bytes)).files[0]?.mediaType).toBe("application/octet-stream");
  });
});

describe("what is refused", () => {
  test("140: names that leave the folder, whichever header tells them, and names that collide", async () => {
    for (const name of ["../a", "/etc/passwd", "a/../../b", "C:/a", "a\\..\\b", "nul", "./../a"]) {
      await expectRefused(tarOf([{ name, bytes: hello }]), "archive-path", /./);
      await expectRefused(tarOf([paxEntry({ path: name }), file]), "archive-path", /./);
      await expectRefused(tarOf([gnu("L", name), file]), "archive-path", /./);
      await expectRefused(tarOf([{ name: `${name}/`, type: "5" }]), "archive-path", /./);
    }
    await expectRefused(tarOf([{ name: "a", prefix: "..", bytes: hello }]), "archive-path", /\.\.\/a/);
    await expectRefused(tarOf([file, { ...file, bytes: text("other") }]), "archive-path", /two files named/);
    await expectRefused(tarOf([file, { ...file, name: "./A.txt" }]), "archive-path", /beside/);
    await expectRefused(tarOf([file, { ...file, name: "a.txt/b" }]), "archive-path", /beside/);
  });

  test("141: links, wherever they say that they point, and devices and pipes", async () => {
    for (const link of ["/etc/passwd", "../../b", "a.txt"]) {
      await expectRefused(tarOf([{ name: "l", type: "2", link }]), "archive-path", /a symbolic link to/);
      await expectRefused(tarOf([{ name: "l", type: "1", link }]), "archive-path", /a hard link to/);
      await expectRefused(tarOf([paxEntry({ linkpath: link }), { name: "l", type: "2" }]), "archive-path", /link to/);
      await expectRefused(tarOf([gnu("K", link), { name: "l", type: "1" }]), "archive-path", /link to/);
    }
    for (const type of ["3", "4"]) await expectRefused(tarOf([{ name: "d", type }]), "archive-path", /a device/);
    await expectRefused(tarOf([{ name: "p", type: "6" }]), "archive-path", /a pipe/);
  });

  test("142: pickles and Keras code in a tar, by what they are and by their names, in archives within too", async () => {
    await expectRefused(tarOf([file, { name: "w.txt", bytes: pickle }]), "pickle", /w\.txt": a Python pickle/);
    await expectRefused(tarOf([{ name: "w.pkl", bytes: hello }]), "pickle", /named as/);
    await expectRefused(tarOf([{ name: "w.gz", bytes: gzip(pickle) }]), "pickle", /w\.gz!": a Python pickle/);
    await expectRefused(tarOf([{ name: "t", bytes: tarOf([{ name: "w", bytes: pickle }]) }]), "pickle", /t!w"/);
    const zip = zipFile([{ name: "w", bytes: tarOf([{ name: "p", bytes: pickle }]), deflated: true }]);
    await expectRefused(tarOf([{ name: "z", bytes: zip }]), "pickle", /z!w!p": a Python pickle/);
    await expectRefused(tarOf([{ name: "m/config.json", bytes: config }]), "keras-code", /Lambda/);
    await expectRefused(tarOf([{ name: "w", type: "7", bytes: pickle }]), "pickle", /a Python pickle/);
  });

  test("143: a tar that does not look like one: without a mark, with the mark of another format, with signed sums", async () => {
    const evil = { name: "w", bytes: pickle };
    await expectRefused(tarOf([{ ...evil, magic: "\0\0\0\0\0\0\0\0" }]), "pickle", /a Python pickle/);
    const umlauts = { ...evil, name: text("ü/w"), magic: "\0\0\0\0\0\0\0\0" };
    const sum = tarEntry(umlauts)
      .subarray(0, 512)
      .reduce((total, byte) => total + (byte < 128 ? byte : byte - 256), 0);
    const field = tarEntry(umlauts)
      .subarray(148, 156)
      .reduce((total, byte) => total + byte, 0);
    await expectRefused(tarOf([{ ...umlauts, checksum: sum - field + 8 * 32 }]), "pickle", /a Python pickle/);
    for (const mark of [
      [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10],
      [0x25, 0x50, 0x44, 0x46],
      [0xff, 0xd8, 0xff],
    ]) {
      const found = await refusal(tarOf([{ name: Uint8Array.from(mark) }, evil]));
      expect(found).toMatch(/pickle|UTF-8/);
    }
    expect(
      await refusal(tarOf([{ name: "PARQUET" }, evil].map((one, i) => (i === 0 ? { name: "PAR1" } : one)))),
    ).toMatch(/pickle/);
  });

  test("144: what programs would read differently", async () => {
    const cases: readonly (readonly [Uint8Array, RegExp])[] = [
      [tarOf([paxEntry({ size: "512" }), file]), /a size of 5, and another of 512/],
      [tarOf([paxEntry({ size: "1000000000000" }), { name: "a" }]), /not all there/],
      [tarOf([paxEntry({ size: "12" }), { name: "a" }]), /a size of 0, and another of 12/],
      [tarOf([paxEntry({ path: "a" }), gnu("L", "b"), file]), /a name told twice/],
      [tarOf([paxEntry({ path: "a" }), paxEntry({ path: "b" }), file]), /a name told twice/],
      [tarOf([paxEntry(paxRecord("path", "a").repeat(2)), file]), /twice/],
      [tarOf([{ name: "g", type: "g", bytes: text(paxRecord("path", "b")) }, file]), /all entries one name/],
      [tarOf([paxEntry({ "GNU.sparse.major": "1" }), file]), /GNU\.sparse/],
      [tarOf([paxEntry({ hdrcharset: "BINARY" }), file]), /hdrcharset/],
      [tarOf([{ ...file, type: "S" }]), /type "S"/],
      [tarOf([{ ...file, type: "M" }]), /type "M"/],
      [tarOf([{ name: "d/", type: "5", bytes: hello }]), /content of what is no file/],
      [tarOf([{ name: "d", type: "2", link: "a", bytes: hello }]), /content of what is no file/],
      [tarOf([{ ...file, magic: "ustar  \0", prefix: "p" }]), /a name of two parts/],
      [tarOf([file, new Uint8Array(512), { ...file, name: "b" }]), /content behind its end/],
      [tarOf([file, { ...file, name: "b", checksum: 1 }]), /where a header should be/],
      [tarOf([{ name: Uint8Array.of(0x61, 0xff), bytes: hello }]), /UTF-8/],
      [tarOf([file, paxEntry({ path: "b" })]), /of nothing/],
    ];
    for (const [tar, reason] of cases) await expectRefused(tar, "malformed", reason);
  });

  test("145: gzip bombs, alone, around a tar and in one; what lies in a second member", async () => {
    const zeros = gzip(new Uint8Array(40 * mebibyte));
    await expectRefused(tarOf([{ name: "z.gz", bytes: zeros }]), "archive-bomb", /more than 16777216/);
    const bomb = gzip(tarOf([{ name: "zeros", bytes: new Uint8Array(40 * mebibyte) }]));
    expect(await refusal(bomb)).toMatch(/archive-bomb in "model\.bin": \d+ bytes that unpack to more than 16777216/);
    const members = Uint8Array.of(...gzip(tarOf([file], 0)), ...gzip(tarOf([{ name: "w", bytes: pickle }])));
    expect(await refusal(members)).toMatch(/pickle in "model\.bin!!w"/);
    const twice = Uint8Array.of(...gzip(tarOf([file])), ...gzip(tarOf([{ name: "w", bytes: pickle }])));
    expect(await refusal(twice)).toMatch(/content behind its end/);
    expect(await refusal(gzip(tarOf([file])).subarray(0, -9))).toMatch(/does not unpack/);
  });

  test("146: archives in archives, more than four deep, of any kinds", async () => {
    const pack = [
      (bytes: Uint8Array): Uint8Array => tarOf([{ name: "t", bytes }]),
      gzip,
      (bytes: Uint8Array): Uint8Array => zipFile([{ name: "z", bytes }]),
    ];
    for (let first = 0; first < 3; first++) {
      let bytes = hello;
      for (let i = 0; i < 4; i++) bytes = pack[(first + i) % 3]?.(bytes) ?? bytes;
      expect((await scan(bytes)).findings).toEqual([]);
      for (let i = 4; i < 6; i++) bytes = pack[(first + i) % 3]?.(bytes) ?? bytes;
      expect(await refusal(bytes)).toMatch(/archives in archives/);
    }
  });

  test("147: headers that say more than is there, too many entries, headers that are bombs themselves", async () => {
    const big = Uint8Array.of(0x80, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
    await expectRefused(tarOf([{ ...file, size: big }]), "malformed", /not all there|no number/);
    await expectRefused(tarOf([{ ...file, size: new Uint8Array(12).fill(255) }]), "malformed", /no number/);
    await expectRefused(tarOf([{ ...file, size: "77777777777\0" }]), "malformed", /8589934591 bytes/);
    await expectRefused(tarOf([{ name: "x", type: "L", size: "77777777777\0" }]), "malformed", /64 KiB/);
    const records = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, "v"]));
    await expectRefused(tarOf([paxEntry(records), file]), "malformed", /64 KiB/);
    const many = tarOf(Array.from({ length: 12 }, (_, i) => ({ name: `${i}`, bytes: hello })));
    expect(await refusal(many, { maxFiles: 11 })).toMatch(/more than 11 entries/);
    expect((await scan(many, { maxFiles: 12 })).findings).toEqual([]);
    for (let at = 512; at < many.length - 1024; at += 97)
      if (at % 1024 > 0 && at % 1024 < 517)
        expect(await refusal(many.subarray(0, at)), String(at)).toMatch(/malformed/);
  });

  test("148: an entry larger than what is kept of a stream: its beginning is looked at, and what needs its end is refused", async () => {
    const random = seededRandom("noise");
    const noise = Uint8Array.from({ length: mebibyte }, () => random.int(256));
    const header = tarEntry({ name: "w", size: `${(65 * mebibyte).toString(8).padStart(11, "0")}\0` });
    const beginning = (first: Uint8Array): Uint8Array => {
      const bytes = noise.slice();
      bytes.set(first);
      return bytes;
    };
    const tarParts = (first: Uint8Array): readonly Uint8Array[] => [header, beginning(first), noise, tarOf([file])];
    // One member after the other, of which the third is there 64 times.
    const packed = (first: Uint8Array): Uint8Array => {
      const [head, begin, more, end] = tarParts(first).map(gzip);
      return Buffer.concat([head, begin, ...new Array(64).fill(more), end].filter((part) => part !== undefined));
    };
    expect(await refusal(packed(pickle))).toMatch(/pickle in "model\.bin!!w": a Python pickle/);
    expect(await refusal(packed(zipFile([file]).subarray(0, 30)))).toMatch(/zip archive too large/);
    expect(await refusal(packed(tarEntry(file)))).toMatch(/packed tar too large/);
    expect((await scan(packed(text("weights")))).findings).toEqual([]);
    const [head, begin, more, end] = tarParts(tarEntry(file));
    const plain = Buffer.concat([head, begin, ...new Array(64).fill(more), end].filter((part) => part !== undefined));
    expect(await refusal(plain)).toMatch(/w": a tar: malformed/);
  }, 60_000);
});

test("149: thousands of damaged tars, plain and packed, end in an answer or in a refusal", {
  timeout: 60_000,
}, async () => {
  const random = seededRandom("tar-fuzz");
  const whole = tarOf([
    { name: "./", type: "5" },
    paxEntry({ path: "config.yaml", mtime: "1.5" }),
    { name: "x", bytes: text("rate: 1\n") },
    gnu("L", "weights/a.npy"),
    { name: "y", bytes: text("\u0093NUMPY and so on") },
    { name: "inner.zip", bytes: zipFile([{ name: "b", bytes: new Uint8Array(500), deflated: true }]) },
    { name: "inner.tgz", bytes: gzip(tarOf([file])) },
  ]);
  const outcomes = { accepted: 0, refused: 0 };
  for (let i = 0; i < 4000; i++) {
    const damaged = whole.slice(0, random.int(10) === 0 ? 512 + random.int(whole.length - 512) : whole.length);
    for (let edits = 1 + random.int(3); edits > 0; edits--) {
      const at = random.int(damaged.length / 512) * 512 + random.int(random.int(2) === 0 ? 160 : 512);
      damaged[Math.min(at, damaged.length - 1)] = random.int(2) === 0 ? 0x30 + random.int(8) : random.int(256);
    }
    // With right sums, so that what is behind the checksum is reached.
    if (random.int(2) === 0) mendSums(damaged);
    try {
      await scan(i % 4 === 0 ? gzip(damaged) : damaged, { maxUnpackedBytes: mebibyte });
      outcomes.accepted++;
    } catch (error) {
      if (!isSluiceError(error)) throw error;
      expect(error.code).toBe("artifact/refused");
      outcomes.refused++;
    }
  }
  expect(outcomes.refused).toBeGreaterThan(1000);
  expect(outcomes.accepted).toBeGreaterThan(100);
});

/** Gives each block that has the mark of a header the checksum that it should have. */
function mendSums(tar: Uint8Array): void {
  for (let at = 0; at + 512 <= tar.length; at += 512) {
    const block = tar.subarray(at, at + 512);
    if (!new TextDecoder().decode(block.subarray(257, 262)).startsWith("usta")) continue;
    block.set(text("        "), 148);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.set(text(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  }
}
