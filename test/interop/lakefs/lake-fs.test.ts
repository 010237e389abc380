import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { digestOf } from "../../../src/core/digest.ts";
import { lakeFs } from "../../../src/interop/lakefs/lake-fs.ts";
import { lakeFsRefs } from "../../../src/interop/lakefs/lake-fs-refs.ts";
import { startLakeServer } from "./lake-server.ts";
import { hasPublishedClients, publishedClientFaults } from "../published-clients.ts";

let server: Awaited<ReturnType<typeof startLakeServer>>;
const connect = (secretAccessKey = "secret") =>
  lakeFs({ url: `${server.url}/`, repository: "shop", accessKeyId: "id", secretAccessKey });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

beforeAll(async () => {
  server = await startLakeServer();
});
afterEach(() => {
  expect(server.faults).toEqual([]); // every request and answer is as the API describes
});
afterAll(async () => {
  await server.close();
  if (hasPublishedClients) expect(publishedClientFaults(server.sent)).toEqual([]);
});

test("branches, commits, tags, log, diff and merge", async () => {
  const lake = connect();
  await lake.createBranch("try/1", "main");
  await expect(lake.createBranch("try/1", "main")).rejects.toMatchObject({ code: "definition/conflict" });
  expect(await lake.branch("none")).toBeUndefined();
  await lake.upload("try/1", "trips/a b&c.csv", bytes("km\n1\n"));
  await lake.upload("try/1", "trips/d.csv", bytes("km\n2\n"));
  const commit = await lake.commit("try/1", "two files", { metadata: { by: "test" } });
  expect(commit).toMatchObject({ message: "two files", metadata: { by: "test" }, createdAtMs: 1_700_000_000_000 });
  expect((await lake.branch("try/1"))?.commit).toBe(commit.id);
  await expect(lake.commit("try/1", "nothing")).rejects.toMatchObject({
    code: "io/failed",
    message: expect.stringContaining("no changes"),
  });

  expect(await all(lake.diff("main", "try/1"))).toEqual([
    { type: "added", path: "trips/a b&c.csv", sizeBytes: 5 },
    { type: "added", path: "trips/d.csv", sizeBytes: 5 },
  ]);
  const merged = await lake.merge("try/1", "main", { message: "in" });
  expect(merged).toMatchObject({ outcome: "merged" });
  expect((await all(lake.log("main"))).map(({ message }) => message)).toEqual(["in", "Repository created"]);
  expect(new TextDecoder().decode(await lake.download("main", "trips/a b&c.csv"))).toBe("km\n1\n");
  expect(await lake.download("main", "none")).toBeUndefined();
  expect(await lake.stat("main", "none")).toBeUndefined();
  const tag = await lake.createTag("v1", "main");
  expect(await all(lake.tags())).toEqual([tag]);
  await expect(lake.createTag("v1", "main")).rejects.toMatchObject({ code: "definition/conflict" });
  for (const name of ["b1", "b2", "b3", "b4"]) await lake.createBranch(name, "main"); // more than a page
  expect((await all(lake.branches())).map(({ name }) => name)).toEqual(["b1", "b2", "b3", "b4", "main", "try/1"]);
  await lake.deleteBranch("b1");
  expect(await lake.branch("b1")).toBeUndefined();
});

test("a conflicting merge is an answer, a strategy decides it, and a refusing hook is told", async () => {
  const lake = connect();
  await lake.createBranch("left", "main");
  await lake.createBranch("right", "main");
  for (const branch of ["left", "right"]) {
    await lake.upload(branch, "same", bytes(branch));
    await lake.commit(branch, branch);
  }
  expect(await lake.merge("left", "right")).toEqual({
    outcome: "conflict",
    reason: expect.stringContaining("conflict"),
  });
  expect(await lake.merge("left", "right", { strategy: "source-wins" })).toMatchObject({ outcome: "merged" });
  expect(new TextDecoder().decode(await lake.download("right", "same"))).toBe("left");
  server.settings.refuse = "pre-merge hook: too few rows";
  await expect(lake.merge("right", "main")).rejects.toMatchObject({
    code: "io/failed",
    message: expect.stringContaining("too few rows"),
  });
  server.settings.refuse = undefined;
});

test("refs move by compare-and-set: of many writers one wins", async () => {
  const refs = lakeFsRefs({ lake: connect() });
  const versions = Array.from({ length: 8 }, (_, i) => digestOf(`version ${i}`));
  const [first, ...others] = versions as [(typeof versions)[0] & string, ...typeof versions];
  expect(await refs.read("trips/main")).toBeUndefined();
  expect(await refs.compareAndSet("trips/main", first, first)).toBe(false);
  expect(await refs.compareAndSet("trips/main", undefined, first)).toBe(true);
  expect(await refs.compareAndSet("trips/main", undefined, first)).toBe(false);
  const won = await Promise.all(
    others.map((next) => lakeFsRefs({ lake: connect() }).compareAndSet("trips/main", first, next)),
  );
  expect(won.filter((each) => each)).toHaveLength(1);
  expect(await refs.read("trips/main")).toBe(others[won.indexOf(true)]);
  const fresh = await Promise.all(
    others.map((next) => lakeFsRefs({ lake: connect() }).compareAndSet("trips/new", undefined, next)),
  );
  expect(fresh.filter((each) => each)).toHaveLength(1);
  expect((await all(connect().log("main")))[0]?.metadata).toMatchObject({ "sluice.ref": "trips/new" });
  expect((await all(refs.list("trips/"))).map(({ name }) => name)).toEqual(["trips/main", "trips/new"]);
  await refs.delete("trips/new");
  await refs.delete("trips/new");
  expect(await refs.read("trips/new")).toBeUndefined();
});

test("two refs that move at once are both committed", async () => {
  const lake = connect();
  const moves = ["a", "b", "c"].map((name) => lakeFsRefs({ lake }).compareAndSet(name, undefined, digestOf(name)));
  expect(await Promise.all(moves)).toEqual([true, true, true]);
  const head = (await all(lake.log("main")))[0] ?? expect.fail("a commit");
  expect((await all(lake.objects(head.id, "sluice/refs/"))).map(({ path }) => path.slice(12))).toEqual(
    expect.arrayContaining(["a", "b", "c"]),
  );
});

test("what is wrong is told", async () => {
  await expect(connect("wrong").branch("main")).rejects.toMatchObject({
    code: "io/failed",
    message: expect.stringContaining("401 error authenticating"),
  });
  const refs = lakeFsRefs({ lake: connect() });
  for (const name of ["../x", "a//b", "", "a b", "a/.."]) {
    await expect(refs.read(name)).rejects.toMatchObject({ code: "argument/invalid" });
  }
  await connect().upload("main", "sluice/refs/odd", bytes("hello"));
  await expect(refs.read("odd")).rejects.toMatchObject({ code: "data/malformed-source" });
  const proxy = lakeFs({
    url: server.url,
    repository: "shop",
    accessKeyId: "id",
    secretAccessKey: "s",
    fetch: async () => new Response("<html>"),
  });
  await expect(proxy.branch("main")).rejects.toMatchObject({ code: "data/malformed-source" });
  const gone = lakeFs({ url: "http://127.0.0.1:1", repository: "shop", accessKeyId: "id", secretAccessKey: "s" });
  await expect(gone.branch("main")).rejects.toMatchObject({
    code: "io/failed",
    message: expect.stringContaining("no answer"),
  });
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(connect().branch("main", { signal })).rejects.toThrow("enough");
});
