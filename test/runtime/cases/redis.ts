import assert from "node:assert/strict";
import { type IoredisLike, redisOnline } from "../../../src/backends/redis/index.ts";
import { isSluiceError } from "../../../src/core/errors.ts";
import type { RuntimeCase } from "../runtime-case.ts";

/** What the store does is tested against servers, on Node; here, that the door loads and its commands and bytes are made. */
export const cases: readonly RuntimeCase[] = [
  {
    name: "redis: reads of one turn are one command; a connection that is gone is told as such",
    run: async () => {
      const sent: string[] = [];
      let gone = false;
      const client: IoredisLike = {
        isCluster: false,
        callBuffer: async (command, ...args) => {
          sent.push(`${command} ${args.length}`);
          if (gone) throw new Error("Connection is closed.");
          return args.map(() => null);
        },
      };
      const store = redisOnline({ client });
      const found = await Promise.all([store.readRows("v", ["a", "b", "a"]), store.readRows("w", ["a"])]);
      assert.deepEqual(found, [[undefined, undefined, undefined], [undefined]]);
      assert.deepEqual(sent, ["MGET 3"]);
      gone = true;
      const error: unknown = await store.extent("v").catch((thrown: unknown) => thrown);
      assert.ok(isSluiceError(error, "store/unavailable"), String(error));
      return undefined;
    },
  },
];
