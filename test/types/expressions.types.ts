// Checked by tsc, never run: how types and nullability flow through expressions, and what they refuse.
import type { ColumnType } from "../../src/core/cell-type.ts";
import { coalesce, nullable, onDemand, pure, request, t, when } from "../../src/features/index.ts";

const fields = request({
  a: t.float64,
  n: nullable(t.float64),
  i: t.int32,
  yes: t.bool,
  perhaps: nullable(t.bool),
  text: t.utf8,
  note: nullable(t.utf8),
  at: t.instant,
  seen: nullable(t.instant),
  big: t.int64,
});

const view = onDemand("types", {
  inputs: [fields],
  features: ({ a, n, i, yes, perhaps, text, note, at, seen }) => ({
    sum: a.add(1),
    sumOfNull: a.add(n),
    power: i.pow(a).exp().hypot(2),
    between: a.between(1, n),
    known: a.between(1, 2),
    filled: n.orElse(0),
    filledByNull: n.orElse(n),
    filledTwice: coalesce(n, n.neg(), a),
    never: coalesce(n, n.neg()),
    textFilled: coalesce(note, text),
    atFilled: coalesce(seen, at),
    logic: yes.and(perhaps),
    band: when(a.gt(1)).then("high").otherwise("low"),
    bandOrNull: when(perhaps).then(a).case(yes, n).otherwise(1),
    flag: when(perhaps).then(true).otherwise(yes),
    length: note.length(),
    ...text.oneHot(["ATL", "ORD"], "is_"),
    age: at.daysSince(0),
    sinceSeen: at.msSince(seen),
    hour: at.floorTo("1h").plus("10m"),
    parsed: text.toNumber(),
    words: pure((words, count) => words.split(" ").length + count, {
      version: "1",
      inputs: [text, a],
      type: t.float64,
    }),
    first: pure((words) => words[0] ?? null, { version: "1", inputs: [note], type: nullable(t.utf8) }),
  }),
});

view.features.sum satisfies ColumnType<"f64", false>;
view.features.sumOfNull satisfies ColumnType<"f64", true>;
view.features.power satisfies ColumnType<"f64", false>;
view.features.between satisfies ColumnType<"bool", true>;
view.features.known satisfies ColumnType<"bool", false>;
view.features.filled satisfies ColumnType<"f64", false>;
view.features.filledByNull satisfies ColumnType<"f64", true>;
view.features.filledTwice satisfies ColumnType<"f64", false>;
view.features.never satisfies ColumnType<"f64", true>;
view.features.textFilled satisfies ColumnType<"utf8", false>;
view.features.atFilled satisfies ColumnType<"instant", false>;
view.features.logic satisfies ColumnType<"bool", true>;
view.features.band satisfies ColumnType<"utf8", false>;
view.features.bandOrNull satisfies ColumnType<"f64", true>;
view.features.flag satisfies ColumnType<"bool", false>;
view.features.length satisfies ColumnType<"f64", true>;
view.features.is_ATL satisfies ColumnType<"bool", false>;
view.features.age satisfies ColumnType<"f64", false>;
view.features.sinceSeen satisfies ColumnType<"f64", true>;
view.features.hour satisfies ColumnType<"instant", false>;
view.features.parsed satisfies ColumnType<"f64", true>;
view.features.words satisfies ColumnType<"f64", false>;
view.features.first satisfies ColumnType<"utf8", true>;
// @ts-expect-error no such value
void view.features.is_DFW;

onDemand("refused", {
  inputs: [fields],
  features: ({ a, n, yes, text, at, big }) => ({
    // @ts-expect-error a text is no number
    addText: a.add(text),
    // @ts-expect-error a constant text is no number
    addConstant: a.add("1"),
    // @ts-expect-error a boolean has no arithmetic
    addBoolean: yes.add(1),
    // @ts-expect-error a number is no condition
    and: yes.and(a),
    // @ts-expect-error a number is no condition
    when: when(a).then(1).otherwise(2),
    // @ts-expect-error branches of two types
    branches: when(yes).then(1).otherwise("two"),
    // @ts-expect-error a case of another type
    cases: when(yes).then("one").case(yes, 2).otherwise("three"),
    // @ts-expect-error texts have no order
    order: text.gt("a"),
    // @ts-expect-error the fallback is of another type
    fallback: n.orElse("none"),
    // @ts-expect-error expressions of two types
    coalesce: coalesce(n, text),
    // @ts-expect-error an instant is no number
    instant: at.add(1),
    // @ts-expect-error a 64-bit integer has no operations
    wide: big.add(1),
    // @ts-expect-error the function returns another type
    pure: pure((x) => `${x}`, { version: "1", inputs: [a], type: t.float64 }),
    // @ts-expect-error a null that the type does not allow
    pureNull: pure(() => null, { version: "1", inputs: [a], type: t.float64 }),
    // @ts-expect-error an argument is a number, no text
    pureArgument: pure((x) => x.length, { version: "1", inputs: [a], type: t.float64 }),
    // @ts-expect-error no version
    pureVersion: pure((x) => x, { inputs: [a], type: t.float64 }),
  }),
});
