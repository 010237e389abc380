import { SluiceError } from "./core/errors.ts";
import { printable } from "./core/printable.ts";

type AsyncMethods<S> = { readonly [K in keyof S]: (...args: never[]) => Promise<unknown> | AsyncIterable<unknown> };

/** The methods that answer a stream. */
type StreamsOf<S> = {
  [K in keyof S & string]: S[K] extends (...args: never[]) => AsyncIterable<unknown> ? K : never;
}[keyof S & string];

/**
 * A stage whose code is loaded at its first use. The result has the stage's own type, generics included.
 * Every method of a lazy stage is asynchronous: it answers a promise, or an async iterable where it is among `streams`. `load` is called
 * before each, for a stream when its first item is asked for: it remembers what it loaded, and throws once the workspace is closed.
 */
export function lazyStage<S extends AsyncMethods<S>>(
  name: string,
  load: () => Promise<S>,
  streams: readonly StreamsOf<S>[] = [],
): S {
  const streaming: ReadonlySet<string> = new Set(streams);
  const target: { [method: string]: unknown } = printable({}, () => `${name} of a workspace, loaded at its first use`);
  const stage: unknown = new Proxy(target, {
    get: (known, method) => {
      // Symbols, and texts, are asked for by what prints it.
      if (typeof method === "symbol" || method === "toString") return Reflect.get(known, method);
      // A promise-like stage would be awaited, one with toJSON called, by accident.
      if (method === "then" || method === "toJSON") return undefined;
      known[method] ??= streaming.has(method)
        ? async function* (...args: unknown[]): AsyncGenerator<unknown> {
            yield* call(await load(), method, args) as AsyncIterable<unknown>;
          }
        : async (...args: unknown[]): Promise<unknown> => await call(await load(), method, args);
      return known[method];
    },
  });
  return asStage<S>(stage);
}

function call(stage: object, method: string, args: readonly unknown[]): unknown {
  const found: unknown = Reflect.get(stage, method);
  if (typeof found !== "function") {
    throw new SluiceError("argument/invalid", {
      found: `a call of "${method}"`,
      expected: "a method of this stage",
      fix: "Check the method's name.",
    });
  }
  return Reflect.apply(found, stage, args);
}

function asStage<S>(proxy: unknown): S;
function asStage(proxy: unknown): unknown {
  return proxy;
}
