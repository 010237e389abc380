import { expect, test } from "vitest";
import { storedJson, storedRecord } from "../../src/core/stored-json.ts";

const place = { table: "data_metrics", row: "flights, 3" };
const corrupt = {
  code: "metadata/corrupt",
  found: expect.stringMatching(/in the row flights, 3 of the table data_metrics$/),
  fix: expect.stringContaining("backup"),
};

test("stored JSON is read as it was written; any other text is refused by table and row", () => {
  expect(storedJson<number>("0.1", place)).toBe(0.1);
  expect(storedJson<null>("null", place)).toBeNull();
  for (const text of ["", "{", "undefined", '{"a":1}x'])
    expect(() => storedJson(text, place)).toThrow(expect.objectContaining(corrupt));
});

test("a stored record is no list, no null, and has the members that are read of it", () => {
  expect(storedRecord<{ a: number }>('{"a":1}', place, "a")).toEqual({ a: 1 });
  for (const text of ["null", "[]", '"a"', "1", "{}", '{"b":1}', '{"__proto__":{"a":1}}'])
    expect(() => storedRecord<{ a: number }>(text, place, "a")).toThrow(expect.objectContaining(corrupt));
});
