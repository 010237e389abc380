import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("the guide's page of errors lists every code, in order, and no other", () => {
  const union = read("src/core/errors.ts").split("export type SluiceErrorCode")[1]?.split(";")[0] ?? "";
  const codes = [...union.matchAll(/"([a-z-]+\/[a-z-]+)"/g)].map((match) => match[1] ?? "");
  const listed = [...read("docs/guide/errors.md").matchAll(/^\| `([a-z-]+\/[a-z-]+)` \|/gm)].map((match) => match[1]);
  expect(codes.length).toBeGreaterThan(50);
  expect(listed).toEqual(codes.sort());
});
