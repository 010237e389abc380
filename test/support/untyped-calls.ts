import { expect } from "vitest";
import { isSluiceError } from "../../src/core/errors.ts";

// Calls as plain JavaScript makes them. Whatever is passed in place of an argument, the answer is an error of the library or a result, and never a
// TypeError from within; what cannot be meant is refused.

/** What an argument is. A `?` = it may be left out. */
export type ArgumentKind =
  | "any"
  | "function"
  | "json"
  | "list"
  | "number"
  | "number?"
  | "options"
  | "options?"
  | "record"
  | "record?"
  | "text"
  | "text?"
  | "which?";

/** An argument: what it is, and one that is sound. */
export type SoundArgument = readonly [kind: ArgumentKind, sound: unknown];

/** A call: its name, itself, and its arguments. */
export interface UntypedCall {
  readonly name: string;
  readonly call: (...args: readonly unknown[]) => unknown;
  readonly args: readonly SoundArgument[];
  /** It is not called with sound arguments, as it would change what later calls rest on. */
  readonly isFinal?: boolean;
}

/** The calls of objects with sound arguments; a method that is not among them fails the test. */
export function methodCalls(
  methods: ReadonlyMap<object, { readonly [method: string]: readonly SoundArgument[] }>,
): readonly UntypedCall[] {
  return [...methods].flatMap(([object, calls]) => {
    const known = Object.getOwnPropertyNames(Object.getPrototypeOf(object)).filter((one) => one !== "constructor");
    expect(Object.keys(calls).sort()).toEqual(known.sort());
    return Object.entries(calls).map(([method, args]) => ({
      name: `${object.constructor.name}.${method}`,
      call: async (...given: readonly unknown[]) => await Reflect.apply(Reflect.get(object, method), object, given),
      args,
    }));
  });
}

/** Making an object of a class of a door, from sound parts. */
export function constructorCall(doors: object, made: string, parts: object): UntypedCall {
  return {
    name: `new ${made}`,
    call: (...given) => Reflect.construct(Reflect.get(doors, made), given),
    args: [["record", parts]],
  };
}

/** Values that are passed in place of an argument. */
const others: readonly unknown[] = [undefined, null, 5, {}];

/** What each kind takes of them: it is then refused, or answered. */
const takes: { readonly [kind in ArgumentKind]: readonly unknown[] } = {
  any: others,
  function: [],
  json: [null, 5],
  list: [],
  number: [5],
  "number?": [undefined, 5],
  options: [],
  "options?": [undefined],
  record: [],
  "record?": [undefined],
  text: [],
  "text?": [undefined],
  "which?": [undefined, 5],
};

function isTaken(kind: ArgumentKind, value: unknown): boolean {
  if (typeof value === "object" && value !== null && Object.keys(value).length === 0)
    return kind === "any" || kind === "json" || kind === "options?" || kind === "record?";
  return takes[kind].includes(value);
}

/** What is wrong with how a call answers: raw errors, and what it takes although nobody can mean it. */
export async function problemsOf({ name, call, args, isFinal = false }: UntypedCall): Promise<readonly string[]> {
  const sound = args.map(([, value]) => value);
  const problems: string[] = [];
  const refused: (readonly [what: string, code: string])[] = [];
  const tried = async (given: readonly unknown[], what: string, mayPass: boolean): Promise<void> => {
    const said = await answerOf(() => call(...given));
    if (said.raw) problems.push(`${name}: ${what}: ${said.text}`);
    else if (!said.refused && !mayPass) problems.push(`${name}: ${what}: taken`);
    else if (!mayPass) refused.push([what, codeOf(said.text)]);
  };
  if (args.length > 0) {
    await tried(
      [],
      "no arguments",
      args.every(([kind]) => kind.endsWith("?")),
    );
  }
  for (const [i, [kind, value]] of args.entries()) {
    const at = `argument ${i}`;
    for (const other of others)
      await tried(
        sound.with(i, other),
        `${at} = ${other === undefined ? "nothing" : JSON.stringify(other)}`,
        isTaken(kind, other),
      );
    if (kind.startsWith("options"))
      await tried(sound.with(i, { ...Object(value), zzz: 1 }), `${at} with the option zzz`, false);
  }
  if (isFinal) return problems;
  const said = await answerOf(() => call(...sound));
  if (said.raw || said.text.startsWith("argument/invalid") || said.text.startsWith("definition/invalid"))
    problems.push(`${name}: sound arguments: ${said.text}`);
  // Where sound arguments are refused for another reason, that one must not stand in for what is wrong with the others.
  for (const [what, code] of refused)
    if (said.refused && code === codeOf(said.text))
      problems.push(`${name}: ${what}: refused as sound arguments are, ${code}`);
  return problems;
}

function codeOf(text: string): string {
  return text.slice(0, text.indexOf(":"));
}

async function answerOf(
  work: () => unknown,
): Promise<{ readonly raw: boolean; readonly refused: boolean; readonly text: string }> {
  try {
    await work();
    return { raw: false, refused: false, text: "answered" };
  } catch (error) {
    const whole = isSluiceError(error) && [error.found, error.expected, error.fix].every((part) => part.length > 0);
    const text =
      error instanceof Error
        ? isSluiceError(error)
          ? error.message
          : String(error.stack).slice(0, 300)
        : String(error);
    return { raw: !whole, refused: true, text };
  }
}
