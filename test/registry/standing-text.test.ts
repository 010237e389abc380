import { expect, test } from "vitest";
import type { Stage } from "../../src/contracts/model-version.ts";
import { canonicalJson } from "../../src/core/canonical-json.ts";
import { digestOf } from "../../src/core/digest.ts";
import { jsonOf } from "../../src/core/json-of.ts";
import { seededRandom } from "../../src/core/random.ts";
import { type Standing, standingText } from "../../src/registry/versions/standing.ts";

const stages: readonly Stage[] = ["registered", "staging", "candidate", "production", "archived"];

test("the text of a standing is its canonical JSON, whatever is said in it", () => {
  const random = seededRandom("standing");
  const drawn = (text: string) => digestOf(`${text} ${random.next()}`);
  for (let count = 0; count < 40; count++) {
    const versions = Array.from({ length: count }, (_, i) => ({
      version: i * (1 + random.int(3)) + 1,
      stage: stages[random.int(stages.length)] ?? "staging",
      revision: random.int(1e6),
      certificate: drawn("certificate"),
    }));
    const remarks = {
      aliases: [{ alias: 'eu "1" \\', version: 1, certificate: drawn("alias") }],
      cards: [{ version: 2, revision: 1, digest: drawn("card") }],
      deprecated: [{ version: 1, actor: "ada", atMs: 0, reason: "old\nand é", replacedBy: null, untilMs: 5 }],
      revoked: [{ approval: drawn("approval"), expiresAtMs: 1e12 }],
    };
    const standing: Standing = { kind: "standing", schema: 1, model: "späm", revision: count, versions };
    for (const one of [standing, { ...standing, ...remarks }])
      expect(standingText(one)).toBe(canonicalJson(jsonOf(one)));
  }
});
