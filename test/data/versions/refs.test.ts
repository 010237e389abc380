import { expect, test } from "vitest";
import { onEachEngine } from "../on-each-engine.ts";
import { keyed, plain, readings, rowsIn, tableOf } from "./sample-dataset.ts";

onEachEngine((withData) => {
  test("a branch is a name: commits on one are not seen on the other, by any way of naming a version", () =>
    withData(async ({ data }) => {
      const first = await data.commit(plain, [tableOf(readings(0, 3))], { message: "first" });
      await data.branch("plain", "exp");
      const second = await data.commit(plain, [tableOf(readings(3, 2))], {
        branch: "exp",
        message: "more",
        actor: "ada",
      });
      expect((await data.head("plain"))?.digest).toBe(first.digest);
      expect((await data.head("plain", { branch: "exp" }))?.digest).toBe(second.digest);
      for (const [name, options, rows] of [
        ["plain", {}, 3],
        ["plain", { branch: "exp" }, 5],
        ["plain", { ref: "exp~1" }, 3],
        ["plain@exp", {}, 5],
        ["plain@exp~1", {}, 3],
        [second.digest, {}, 5],
        [`plain@${second.digest}~1`, {}, 3],
      ] as const)
        expect((await data.read(name, options)).rowCount, JSON.stringify([name, options])).toBe(rows);
      expect((await data.branches("plain")).map(({ name }) => name)).toEqual(["exp", "main"]);
      expect(
        (await data.log("plain", { branch: "exp" })).map(({ message, author, version }) => [message, author, version]),
      ).toEqual([
        ["more", "ada", second.digest],
        ["first", "system", first.digest],
      ]);
      expect(await data.log("plain", { branch: "exp", limit: 1 })).toHaveLength(1);
    }));

  test("a tag stays where it was put; making a ref again is no change, elsewhere it is refused", () =>
    withData(async ({ data, ledger }) => {
      await data.commit(plain, [tableOf(readings(0, 3))]);
      await data.tag("plain", "v1");
      const events = (await ledger.audit.read()).length;
      await data.tag("plain", "v1");
      expect(await ledger.audit.read()).toHaveLength(events);
      await data.commit(plain, [tableOf(readings(3, 1))]);
      expect((await data.read("plain@v1")).rowCount).toBe(3);
      expect((await data.tags("plain")).map(({ name }) => name)).toEqual(["v1"]);
      await expect(data.tag("plain", "v1")).rejects.toMatchObject({ code: "data/ref-exists" });
      await data.deleteTag("plain", "v1");
      await expect(data.read("plain@v1")).rejects.toMatchObject({ code: "data/ref-not-found" });
      await expect(data.deleteTag("plain", "v1")).rejects.toMatchObject({ code: "data/ref-not-found" });
    }));

  test("time travel: what the branch was at an instant, also when it is younger than its commits", () =>
    withData(async ({ data, clock }) => {
      const startMs = clock.nowMs();
      for (let i = 0; i < 3; i++) {
        await data.commit(plain, [tableOf(readings(i, 1))]);
        clock.advance(1000);
      }
      const rowsAt = async (ms: number): Promise<number> =>
        (await data.read("plain", { ref: { at: new Date(startMs + ms) } })).rowCount;
      expect([await rowsAt(0), await rowsAt(999), await rowsAt(1000), await rowsAt(1e9)]).toEqual([1, 1, 2, 3]);
      await expect(rowsAt(-1)).rejects.toMatchObject({ code: "data/ref-not-found" });
      await expect(data.read("plain", { ref: { at: new Date(Number.NaN) } })).rejects.toMatchObject({
        code: "argument/invalid",
      });
      clock.set(startMs - 5000);
      await data.commit(plain, [tableOf(readings(9, 1))]);
      expect(await rowsAt(1999)).toBe(2);
      expect(await rowsAt(2000)).toBe(4);
    }));

  test("bad names and unknown refs are refused with what to do, and nothing is made", () =>
    withData(async ({ data }) => {
      await data.commit(plain, [tableOf(readings(0, 1))]);
      for (const name of [
        "",
        "../x",
        "a/../b",
        "a b",
        "main~1",
        "a@b",
        "/a",
        "a/",
        "a//b",
        "x".repeat(201),
        "a.lock",
        "a\n",
      ])
        await expect(data.branch("plain", name), name).rejects.toMatchObject({ code: "argument/invalid" });
      for (const ref of ["nope", "main~1", `sha256:${"0".repeat(64)}~1`])
        await expect(data.branch("plain", "b", { from: ref }), ref).rejects.toMatchObject({
          code: "data/ref-not-found",
        });
      await expect(data.branch("nothing", "b")).rejects.toMatchObject({ code: "data/ref-not-found" });
      await expect(data.deleteBranch("plain", "main")).rejects.toMatchObject({ code: "argument/invalid" });
      await expect(data.commit(plain, [tableOf(readings(0, 1))], { branch: "b" })).rejects.toMatchObject({
        code: "data/ref-not-found",
      });
      await expect(data.log("plain", { limit: 0 })).rejects.toMatchObject({ code: "argument/invalid" });
      expect(await data.branches("plain")).toHaveLength(1);
    }));

  test("a digest of another dataset's version or commit is not one of this", () =>
    withData(async ({ data }) => {
      await data.commit(plain, [tableOf(readings(0, 1))]);
      const foreign = await data.commit(keyed, [tableOf(readings(0, 2))]);
      const [commit] = await data.log("keyed");
      for (const digest of [foreign.digest, commit?.id ?? "", `sha256:${"0".repeat(64)}`]) {
        await expect(data.resolve("plain", digest), digest).rejects.toMatchObject({ code: "data/ref-not-found" });
        await expect(data.read(`plain@${digest}`), digest).rejects.toMatchObject({ code: "data/ref-not-found" });
        await expect(data.read("plain", { ref: digest }), digest).rejects.toMatchObject({ code: "data/ref-not-found" });
      }
      expect((await data.resolve("keyed", foreign.digest)).version).toBe(foreign.digest);
    }));

  test("two writers on one branch: appends follow one another, a commit on a fixed parent is refused", () =>
    withData(async ({ data }) => {
      const first = await data.commit(plain, [tableOf(readings(0, 1))]);
      await Promise.all([1, 2, 3, 4].map((i) => data.commit(plain, [tableOf(readings(i, 1))])));
      expect(rowsIn(await data.read("plain"))).toHaveLength(5);
      expect(await data.log("plain")).toHaveLength(5);
      const both = [7, 8].map((i) => data.commit(plain, [tableOf(readings(i, 1))], { parent: first.digest }));
      const outcomes = (await Promise.allSettled(both)).map((one) => one.status).sort();
      expect(outcomes).toEqual(["fulfilled", "rejected"]);
    }));
});
