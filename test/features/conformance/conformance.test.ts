import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { onEveryStore } from "./on-every-store.ts";
import { register, registerTable } from "./register.ts";

test("the register has each of the 29 cases, and the README lists them", () => {
  const numbers = Array.from({ length: 29 }, (_, i) => i + 1);
  expect([...new Set(register.map(({ number }) => number))]).toEqual(numbers);
  const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
  const table = readme.slice(readme.indexOf("| case |")).trimEnd();
  expect(table).toBe(registerTable());
});

onEveryStore(register);
