import { describe, expect, test } from "vitest";
import type { ArtifactContent } from "../../src/contracts/artifact.ts";
import { digestOf } from "../../src/core/digest.ts";
import { isSluiceError } from "../../src/core/errors.ts";
import { seededRandom } from "../../src/core/random.ts";
import { type ByteSource, sourceOf } from "../../src/core/byte-source.ts";
import { gathered, opened } from "../../src/ledger/artifacts/open-artifact.ts";
import { packArtifact, packedPieces } from "../../src/ledger/artifacts/tar/pack-artifact.ts";
import { openArchive, unpackArtifact } from "../../src/ledger/artifacts/tar/unpack-artifact.ts";
import { paxEntry, paxRecord, type TarEntry, tarEntry, tarOf } from "../support/tar-file.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const hello = encode("hello");
const format = "any";
const contentOf = (files: { readonly [path: string]: Uint8Array }): ArtifactContent => ({
  format,
  files: Object.entries(files).map(([path, bytes]) => ({ path, bytes })),
});

const long = `${"a-folder-of-a-name/".repeat(40)}file.bin`;
const some = contentOf({
  "model.json": encode("{}"),
  "artifact/weights.bin": Uint8Array.from({ length: 1024 }, (_, i) => i % 256),
  "artifact/odd.bin": Uint8Array.from({ length: 513 }, (_, i) => 255 - (i % 256)),
  "empty.txt": new Uint8Array(),
  "größe/模型.bin": hello,
  [long]: hello,
  [`${"x".repeat(100)}`]: hello,
  [`${"y".repeat(101)}`]: hello,
});

describe("packed and unpacked", () => {
  test("every file comes back, in the order of names, with its bytes", () => {
    const back = unpackArtifact(packArtifact(some), { format });
    expect(back).toEqual({ format, files: [...some.files].sort((a, b) => (a.path < b.path ? -1 : 1)) });
    expect(unpackArtifact(packArtifact(contentOf({})), { format }).files).toEqual([]);
  });

  test("the same files give the same bytes, whatever their order: no time, owner or mode of a machine is in them", () => {
    const packed = packArtifact(some);
    expect(packArtifact({ ...some, files: [...some.files].reverse() })).toEqual(packed);
    expect(packed.length % 512).toBe(0);
    expect(digestOf(packed)).toBe("sha256:3037cb152c7eb5615a4c5a9d9bace0ea6807e88105054922add7928b905157bc");
    const [first] = [packArtifact(contentOf({ "a.txt": hello }))];
    expect(first).toEqual(tarOf([{ name: "a.txt", bytes: hello }].map(ours)));
  });

  test("read and written a part at a time, an archive is the same", async () => {
    const packed = packArtifact(some);
    expect(await joinedPieces(packedPieces(opened(some)))).toEqual(packed);
    const archive = await openArchive(sourceOf(packed), { format });
    expect(await gathered(archive)).toEqual(unpackArtifact(packed, { format }));
    expect(await joinedPieces(packedPieces(archive))).toEqual(packed);
  });

  test("a large file is neither packed nor opened in one piece", async () => {
    const sizeBytes = 40 * 2 ** 20;
    let most = 0;
    const watched = (source: ByteSource): ByteSource => ({
      sizeBytes: source.sizeBytes,
      read: async (from, to) => {
        most = Math.max(most, to - from);
        return await source.read(from, to);
      },
    });
    const weights = { path: "weights.bin", ...watched(sourceOf(new Uint8Array(sizeBytes).fill(7))) };
    const packed = await joinedPieces(packedPieces({ format, files: [weights] }));
    const archive = await openArchive(watched(sourceOf(packed)), { format });
    expect(archive.files.map(({ path, sizeBytes: size }) => [path, size])).toEqual([["weights.bin", sizeBytes]]);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(4 * 2 ** 20);
  });

  test("a file that was changed since its digest was taken leaves no whole archive", async () => {
    const file = { path: "a.txt", ...sourceOf(hello), digest: digestOf("other") };
    await expect(joinedPieces(packedPieces({ format, files: [file] }))).rejects.toMatchObject({
      code: "artifact/corrupt",
      found: expect.stringContaining("a.txt"),
    });
    await expect(gathered({ format, files: [file] })).rejects.toMatchObject({ code: "artifact/corrupt" });
  });

  test("names that no system or no archive may hold are refused when they are packed", async () => {
    for (const path of ["../a", "/a", "a//b", "", "con", "a\0b"]) {
      expect(() => packArtifact(contentOf({ [path]: hello })), path).toThrow(/artifact\/invalid-name/);
      const pieces = packedPieces(opened(contentOf({ [path]: hello })));
      await expect(pieces.next()).rejects.toMatchObject({ code: "artifact/invalid-name" });
    }
    const twice = { format, files: [...contentOf({ a: hello }).files, ...contentOf({ A: hello }).files] };
    expect(() => packArtifact(twice)).toThrow(/artifact\/invalid-name/);
  });
});

async function joinedPieces(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece.slice());
  return new Uint8Array(Buffer.concat(parts));
}

/** What opening an archive a part at a time answers, or throws. */
async function openedOrThrown(bytes: Uint8Array): Promise<unknown> {
  return await openArchive(sourceOf(bytes), { format }).then(gathered, (error: unknown) => error);
}

/** As the library writes an entry: mode 0644 beside what the helper does. */
function ours(entry: TarEntry): Uint8Array {
  const bytes = tarEntry(entry);
  bytes.set(encode("0000644\0"), 100);
  bytes.set(encode("        "), 148);
  const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  bytes.set(encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return bytes;
}

describe("archives that other programs make", () => {
  const paths = (entries: readonly (TarEntry | Uint8Array)[], end?: number): readonly string[] =>
    unpackArtifact(tarOf(entries, end), { format }).files.map(({ path }) => path);

  test("folders, a leading ./, the prefix field, GNU's magic, extended headers and filled records are read", () => {
    const entries = [
      { name: "./", type: "5" },
      { name: "./sub/", type: "5" },
      { name: "./sub/a.txt", bytes: hello },
      { name: "b.txt", prefix: "deep/er", bytes: hello },
      { name: "c.txt", bytes: hello, magic: "ustar  \0" },
      { name: "d.txt", bytes: hello, type: "\0" },
      paxEntry({ mtime: "1700000000.123456", path: "ü/longer", uname: "ada", "SCHILY.xattr.x": "y" }),
      { name: "short", bytes: hello },
      paxEntry({ mtime: "1700000000.123456" }),
      { name: "e.txt", bytes: hello },
    ];
    expect(paths(entries, 10_240)).toEqual(
      ["sub/a.txt", "deep/er/b.txt", "c.txt", "d.txt", "e.txt", "ü/longer"].sort(),
    );
  });
});

const big = (size: bigint): Uint8Array => {
  const field = new Uint8Array(12);
  field[0] = 0x80;
  new DataView(field.buffer).setBigUint64(4, size);
  return field;
};
const file = { name: "a.txt", bytes: hello };
const refused = "artifact/refused";
const named = "artifact/invalid-name";

const hostile: { readonly [what: string]: readonly [Uint8Array, string, RegExp] } = {
  "a name that leaves the folder": [tarOf([{ name: "../a", bytes: hello }]), named, /"\.\.\/a"/],
  "one that leaves it further in": [tarOf([{ name: "a/../../b", bytes: hello }]), named, /segment/],
  "an absolute name": [tarOf([{ name: "/etc/passwd", bytes: hello }]), named, /absolute/],
  "a drive letter": [tarOf([{ name: "C:/a", bytes: hello }]), named, /drive/],
  "a backslash": [tarOf([{ name: "a\\b", bytes: hello }]), named, /backslash/],
  "a folder that leaves": [tarOf([{ name: "../out/", type: "5" }]), named, /\.\./],
  "a prefix that leaves": [tarOf([{ name: "a", prefix: "..", bytes: hello }]), named, /\.\./],
  "an extended name that leaves": [tarOf([paxEntry({ path: "../a" }), file]), named, /"\.\.\/a"/],
  "a name of no UTF-8": [tarOf([{ name: Uint8Array.of(0xff, 0xfe), bytes: hello }]), refused, /UTF-8/],
  "no name": [tarOf([{ name: "", bytes: hello }]), named, /empty/],
  "two files of one name": [tarOf([file, { ...file, bytes: encode("other") }]), named, /two files/],
  "names alike but for case": [tarOf([file, { ...file, name: "A.TXT" }]), named, /beside/],
  "a file that is another's folder": [tarOf([file, { ...file, name: "a.txt/b" }]), named, /beside/],
  "a hard link": [tarOf([{ name: "a", type: "1", link: "/etc/passwd" }]), refused, /archive-path.*hard link/],
  "a symbolic link": [tarOf([{ name: "a", type: "2", link: "../../b" }]), refused, /archive-path.*symbolic link/],
  "a character device": [tarOf([{ name: "a", type: "3" }]), refused, /device/],
  "a block device": [tarOf([{ name: "a", type: "4" }]), refused, /device/],
  "a pipe": [tarOf([{ name: "a", type: "6" }]), refused, /pipe/],
  "a file with a link's target": [tarOf([{ ...file, link: "/etc/passwd" }]), refused, /link/],
  "a sparse file": [tarOf([{ ...file, type: "S" }]), refused, /type "S"/],
  "GNU's long name": [tarOf([{ name: "x", type: "L", bytes: hello }, file]), refused, /type "L"/],
  "a header for all entries": [tarOf([{ name: "x", type: "g", bytes: hello }, file]), refused, /type "g"/],
  "a folder with content": [tarOf([{ name: "a/", type: "5", bytes: hello }]), refused, /malformed/],
  "the largest size in octal, beyond the end": [
    tarOf([{ ...file, size: "77777777777\0" }]),
    refused,
    /8589934591 bytes/,
  ],
  "a size of 1e12 in base 256": [tarOf([{ ...file, size: big(1_000_000_000_000n) }]), refused, /octal/],
  "a negative size": [tarOf([{ ...file, size: new Uint8Array(12).fill(255) }]), refused, /octal/],
  "a size that is no number": [tarOf([{ ...file, size: "0x10\0" }]), refused, /octal/],
  "no size": [tarOf([{ ...file, size: "\0" }]), refused, /octal/],
  "a size that swallows the next header": [
    tarOf([
      { ...file, size: "00000002000\0" },
      { ...file, name: "b" },
    ]),
    refused,
    /malformed/,
  ],
  "a size that is too small": [tarOf([{ ...file, size: "00000000001\0" }]), refused, /malformed/],
  "an extended size": [tarOf([paxEntry({ size: "99" }), file]), refused, /with "size"/],
  "an extended size of 1e12": [tarOf([paxEntry({ size: "1000000000000" }), file]), refused, /with "size"/],
  "an extended link": [tarOf([paxEntry({ linkpath: "a" }), file]), refused, /with "linkpath"/],
  "an extended sparse map": [tarOf([paxEntry({ "GNU.sparse.major": "1" }), file]), refused, /with "GNU/],
  "an extended name twice": [tarOf([paxEntry(paxRecord("path", "a").repeat(2)), file]), refused, /twice/],
  "an extended record of no length": [
    tarOf([paxEntry(`${paxRecord("mtime", "1")}0 path=a\n`), file]),
    refused,
    /without a name/,
  ],
  "an extended record shorter than its length": [tarOf([paxEntry("2 \n"), file]), refused, /as long as|without a name/],
  "an extended record of another length": [tarOf([paxEntry("99 path=a\n"), file]), refused, /as long as it says/],
  "an extended record without an end": [tarOf([paxEntry("10 path=ab"), file]), refused, /as long as it says/],
  "an extended header of many records": [
    tarOf([paxEntry(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, "v"]))), file]),
    refused,
    /64 KiB/,
  ],
  "an extended header of nothing": [tarOf([file, paxEntry({ path: "b" })]), refused, /of nothing/],
  "an extended header of an extended header": [
    tarOf([paxEntry({ path: "b" }), paxEntry({ path: "c" }), file]),
    refused,
    /of another/,
  ],
  "another magic": [tarOf([{ ...file, magic: "notar\u000000" }]), refused, /ustar/],
  "a wrong checksum": [tarOf([{ ...file, checksum: 1 }]), refused, /checksum/],
  "no end": [tarOf([file], 0), refused, /end/],
  "half an end": [tarOf([file], 512), refused, /end/],
  "content after the end": [tarOf([file, new Uint8Array(1024), { ...file, name: "b" }]), refused, /after its end/],
  "bytes behind a file's content": [
    tarOf([tarEntry(file).map((byte, i) => (i === 1000 ? 1 : byte))]),
    refused,
    /malformed/,
  ],
  "no archive": [encode("hello"), refused, /malformed/],
  nothing: [new Uint8Array(), refused, /malformed/],
};

describe("hostile archives are refused", () => {
  for (const [what, [bytes, code, message]] of Object.entries(hostile))
    test(what, async () => {
      expect(() => unpackArtifact(bytes, { format })).toThrow(message);
      expect(() => unpackArtifact(bytes, { format })).toThrow(code);
      expect(await openedOrThrown(bytes)).toMatchObject({ code, message: expect.stringMatching(message) });
    });

  test("more files than may be", () => {
    const many = tarOf(Array.from({ length: 12 }, (_, i) => ({ name: `${i}`, bytes: hello })));
    expect(() => unpackArtifact(many, { format, maxFiles: 11 })).toThrow("artifact/too-large");
    expect(unpackArtifact(many, { format, maxFiles: 12 }).files).toHaveLength(12);
    const folders = tarOf(Array.from({ length: 60 }, (_, i) => ({ name: `${i}/`, type: "5" })));
    expect(() => unpackArtifact(folders, { format, maxFiles: 11 })).toThrow("artifact/too-large");
  });

  test("truncated at any block, and at any byte near its seams", () => {
    const packed = packArtifact(some);
    for (let at = 0; at < packed.length - 512; at += at % 512 < 3 || at % 512 > 508 ? 1 : 253)
      expect(() => unpackArtifact(packed.subarray(0, at), { format }), String(at)).toThrow(/artifact\//);
  });
});

test("damaged at random: the same files, or an error of the library, and never files that were not there by other names", async () => {
  const random = seededRandom("damaged tars");
  const packed = packArtifact(some);
  let refusals = 0;
  for (let i = 0; i < 4000; i++) {
    const damaged = packed.slice();
    for (let edits = 1 + random.int(3); edits > 0; edits--) {
      const at =
        random.int(4) === 0 ? random.int(damaged.length) : random.int(damaged.length / 512) * 512 + random.int(350);
      const from = random.int(packed.length - 20);
      if (random.int(2) === 0) damaged[at] = random.int(256);
      else damaged.set(packed.subarray(from, from + Math.min(1 + random.int(20), damaged.length - at)), at);
    }
    try {
      const unpacked = unpackArtifact(damaged, { format });
      expect(await openedOrThrown(damaged)).toEqual(unpacked);
      for (const { path, bytes } of unpacked.files) {
        expect(path).not.toMatch(/^\/|(?:^|\/)\.\.(?:\/|$)|\\/);
        expect(bytes.length).toBeLessThanOrEqual(damaged.length);
      }
    } catch (error) {
      if (!isSluiceError(error)) throw error;
      expect(error.code).toMatch(/^artifact\/(?:refused|invalid-name|too-large)$/);
      expect(await openedOrThrown(damaged)).toMatchObject({ code: error.code, message: error.message });
      refusals++;
    }
  }
  expect(refusals).toBeGreaterThan(1000);
});
