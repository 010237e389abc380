import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { csvFile } from "../../../src/backends/fs/csv-file.ts";
import { dvcCache } from "../../../src/interop/dvc/dvc-cache.ts";
import { dvcDirBytes, parseDvcDir } from "../../../src/interop/dvc/dvc-dir.ts";
import { parseDvcFile } from "../../../src/interop/dvc/dvc-file.ts";
import { parseDvcLock } from "../../../src/interop/dvc/dvc-lock.ts";
import type { DvcOut } from "../../../src/interop/dvc/dvc-out.ts";
import { dvcSource } from "../../../src/interop/dvc/dvc-source.ts";
import { columnOf } from "../../../src/table/table.ts";

// Written by DVC 3.67.1: `dvc add parts trips.csv`, then `dvc repro` of one stage. See test/golden/dvc/README.md.
const golden = fileURLToPath(new URL("../../golden/dvc/", import.meta.url));
const text = (name: string): Promise<string> => readFile(join(golden, name), "utf8");
const parts: DvcOut = {
  path: "parts",
  hash: "md5",
  md5: "5e84b84d7017330cabd97cc86c332b05",
  directory: true,
  sizeBytes: 41,
  files: 8,
};

async function copyOfCache(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-dvc-"));
  await cp(join(golden, "cache"), folder, { recursive: true });
  return folder;
}

describe("what DVC wrote is read", () => {
  test(".dvc files", async () => {
    expect(await parseDvcFile(await text("parts.dvc"), "parts.dvc")).toEqual({ outs: [parts], deps: [] });
    expect((await parseDvcFile(await text("trips.csv.dvc"), "trips.csv.dvc")).outs).toEqual([
      { path: "trips.csv", hash: "md5", md5: "2d2f3e1e0429196f3c5de8d7ab610a49", directory: false, sizeBytes: 18 },
    ]);
  });

  test("dvc.lock", async () => {
    const { stages } = await parseDvcLock(await text("dvc.lock"), "dvc.lock");
    expect(Object.keys(stages)).toEqual(["clean"]);
    expect(stages["clean"]?.deps).toEqual([parts]);
    expect(stages["clean"]?.outs.map(({ path, files }) => [path, files])).toEqual([
      ["metrics.json", undefined],
      ["out", 1],
    ]);
    expect(stages["clean"]?.params).toEqual({ "params.yaml": { "clean.keep": 3 } });
    expect(stages["clean"]?.commands).toHaveLength(1);
  });

  test("a directory of the cache, every file verified", async () => {
    const cache = dvcCache({ path: join(golden, "cache") });
    const files = await cache.files(parts);
    expect(files.map((file) => file.path)).toEqual([
      "parts/B.bin",
      "parts/a.csv",
      "parts/b.csv",
      "parts/deep/über 日本 😀.txt",
      "parts/deep/\uffee.txt",
      "parts/deep/😀.txt",
      "parts/empty",
      'parts/quote".txt',
    ]);
    const sizes = await Promise.all(files.map(async (file) => (await cache.verify(file)).sizeBytes));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(41);
    const bytes = await cache.read(files[2] ?? expect.fail("eight files"));
    expect(new TextDecoder().decode(bytes)).toBe("trip,km\r\n2,30\r\n");
  });

  test("a .dir object's bytes are made again from its list", async () => {
    const bytes = await readFile(join(golden, "cache/files/md5/5e/84b84d7017330cabd97cc86c332b05.dir"));
    const entries = parseDvcDir(bytes, "parts.dir");
    expect(Buffer.from(dvcDirBytes([...entries].reverse())).equals(bytes)).toBe(true);
  });

  test("a file as a source of rows", async () => {
    const cache = dvcCache({ path: join(golden, "cache") });
    const [file] = await cache.files(
      (await parseDvcFile(await text("trips.csv.dvc"), "trips.csv.dvc")).outs[0] ?? parts,
    );
    const source = dvcSource(cache, file ?? expect.fail("one file"), csvFile);
    const km: number[] = [];
    for await (const { table } of source.batches({ km: { tag: "f64", nullable: false } })) {
      km.push(...columnOf(table, "km", "f64").values);
    }
    expect(km).toEqual([12, 30]);
    expect(source.describe()).toEqual({ uri: "dvc:trips.csv#2d2f3e1e0429196f3c5de8d7ab610a49", kind: "csv" });
  });

  test("the layout and the MD5s of DVC 2: a text's line ends do not count", async () => {
    const cache = dvcCache({ path: join(golden, "legacy/cache") });
    const read: string[] = [];
    for (const name of ["old.dvc", "crlf.csv.dvc"]) {
      const [out] = (await parseDvcFile(await text(`legacy/${name}`), name)).outs;
      for (const file of await cache.files(out ?? parts)) {
        read.push(`${file.path} ${JSON.stringify(new TextDecoder().decode(await cache.read(file)))}`);
      }
    }
    expect(read).toEqual([
      String.raw`old/bin.dat "a\r\n\u0000"`,
      String.raw`old/crlf.csv "trip,km\r\n2,30\r\n"`,
      String.raw`crlf.csv "trip,km\r\n1,12\r\n"`,
    ]);
  });

  test("an MD5 that looks like a number stays a text", async () => {
    const digits = "1".repeat(29);
    for (const md5 of [`${digits}123`, `${digits}e12`]) {
      const { outs } = await parseDvcFile(`outs:\n- md5: ${md5}\n  size: 1\n  hash: md5\n  path: 7\n`, "x.dvc");
      expect(outs[0]).toMatchObject({ md5, path: "7" });
    }
  });
});

describe("what is wrong is named", () => {
  test("a corrupted file of the cache", async () => {
    const path = await copyOfCache();
    const victim = join(path, "files/md5/79/26227e5ed01124e4bc47cb4736615f");
    await writeFile(victim, "trip,km\n1,13\n");
    const cache = dvcCache({ path });
    const file = (await cache.files(parts)).find((each) => each.path === "parts/a.csv") ?? expect.fail("a.csv");
    const error = { code: "blob/corrupt", message: expect.stringContaining(victim) };
    await expect(cache.read(file)).rejects.toMatchObject(error);
    await expect(cache.verify(file)).rejects.toMatchObject(error);
    const rows = dvcSource(cache, file, csvFile).batches({ km: { tag: "f64", nullable: false } });
    await expect(rows[Symbol.asyncIterator]().next()).rejects.toMatchObject(error);
  });

  test("a corrupted list, and one that is missing", async () => {
    const path = await copyOfCache();
    const list = join(path, "files/md5/5e/84b84d7017330cabd97cc86c332b05.dir");
    await writeFile(list, "[]");
    await expect(dvcCache({ path }).files(parts)).rejects.toMatchObject({
      code: "blob/corrupt",
      message: expect.stringContaining(list),
    });
    await expect(dvcCache({ path: join(path, "elsewhere") }).files(parts)).rejects.toMatchObject({
      code: "blob/not-found",
      message: expect.stringContaining("dvc fetch"),
    });
  });

  test.each(["../out.csv", "/etc/passwd", "a/../../b", "a//b", "./a", "", "C:\\x", "a\\..\\b", "a\0b", ".."])(
    "the path %j in a list",
    (relpath) => {
      const list = new TextEncoder().encode(JSON.stringify([{ md5: "0".repeat(32), relpath }]));
      expect(() => parseDvcDir(list, "x.dir")).toThrow(expect.objectContaining({ code: "blob/path-outside" }));
    },
  );

  test.each([
    ["no list", "{}"],
    ["an MD5 that leads elsewhere", '[{"md5": "../../etc/passwd", "relpath": "a"}]'],
    [
      "a path twice",
      `[${Array(2)
        .fill(`{"md5": "${"0".repeat(32)}", "relpath": "a"}`)
        .join()}]`,
    ],
    ["an entry without a path", `[{"md5": "${"0".repeat(32)}"}]`],
    ["no JSON", "[{"],
  ])("%s", (_, list) => {
    expect(() => parseDvcDir(new TextEncoder().encode(list), "x.dir")).toThrow(
      expect.objectContaining({ code: "data/malformed-source", message: expect.stringContaining("x.dir") }),
    );
  });

  test.each([
    ["an unknown hash type", `outs:\n- md5: ${"0".repeat(32)}\n  hash: blake3\n  path: a`, "blake3"],
    ["no MD5", "outs:\n- etag: abc\n  path: a", "without an MD5"],
    ["an MD5 of another form", "outs:\n- md5: ../../x\n  path: a", "../../x"],
    ["no outs", "deps: []", "no outs"],
    ["no path", `outs:\n- md5: ${"0".repeat(32)}`, "without a path"],
    ["a size that is none", `outs:\n- md5: ${"0".repeat(32)}\n  size: much\n  path: a`, "much"],
    ["no YAML", "outs: [", "YAML"],
    ["no mapping", "- 1", "no mapping"],
    [
      "many aliases",
      `a: &a [1,1,1,1,1,1,1,1,1,1]\n${"bcdefgh"
        .split("")
        .map((x, i) => `${x}: &${x} [${Array(10).fill(`*${"abcdefgh"[i]}`)}]`)
        .join("\n")}`,
      "YAML",
    ],
  ])("a .dvc file with %s", async (_, content, message) => {
    await expect(parseDvcFile(content, "x.dvc")).rejects.toMatchObject({
      code: "data/malformed-source",
      message: expect.stringMatching(new RegExp(`${message.replaceAll(".", "\\.")}.*x\\.dvc`, "s")),
    });
  });

  test("a dvc.lock of an unknown schema", async () => {
    await expect(parseDvcLock("schema: '9.0'\nstages: {}", "dvc.lock")).rejects.toMatchObject({
      code: "data/malformed-source",
      message: expect.stringContaining("9.0"),
    });
  });

  test("an aborted read ends with the signal's reason", async () => {
    const cache = dvcCache({ path: join(golden, "cache") });
    const [file] = await cache.files(parts);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(cache.read(file ?? expect.fail("a file"), { signal })).rejects.toThrow("enough");
  });
});
