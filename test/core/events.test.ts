import { expect, test } from "vitest";
import { typedEvents } from "../../src/core/events.ts";
import { silentLogger } from "../../src/core/logger.ts";

type Sample = { readonly "thing.made": { readonly id: number } };

test("listeners hear an event in their order until they stop", () => {
  const events = typedEvents<Sample>();
  const heard: string[] = [];
  const stop = events.on("thing.made", ({ id }) => heard.push(`first ${id}`));
  events.on("thing.made", ({ id }) => heard.push(`second ${id}`));
  events.emit("thing.made", { id: 1 });
  stop();
  events.emit("thing.made", { id: 2 });
  expect(heard).toEqual(["first 1", "second 1", "second 2"]);
});

test("a listener that throws is logged, and stops neither the others nor the announcer", () => {
  const logged: unknown[] = [];
  const logger = { ...silentLogger, error: (fields: object, message: string) => logged.push([fields, message]) };
  const events = typedEvents<Sample>({ logger });
  const heard: number[] = [];
  const broken = new Error("host's bug");
  events.on("thing.made", () => {
    throw broken;
  });
  events.on("thing.made", ({ id }) => heard.push(id));
  events.emit("thing.made", { id: 1 });
  expect(heard).toEqual([1]);
  expect(logged).toEqual([[{ event: "thing.made", error: broken }, "an event listener threw"]]);
});
