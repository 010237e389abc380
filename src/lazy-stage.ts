import { SluiceError } from "./core/errors.ts";

type AsyncMethods<S> = { readonly [K in keyof S]: (...args: never[]) => Promise<unknown> };

/**
 * A stage whose code is loaded at its first use. The result has the stage's own type, generics included.
 * Every method of a lazy stage is asynchronous. `load` is called before each: it remembers what it loaded, and throws once the
 * workspace is closed.
 */
export function lazyStage<S extends AsyncMethods<S>>(load: () => Promise<S>): S {
  const target: { [method: string]: unknown } = {};
  const stage: unknown = new Proxy(target, {
    get: (known, method) => {
      // A promise-like stage would be awaited, one with toJSON called, by accident; symbols are for inspection.
      if (typeof method === "symbol" || method === "then" || method === "toJSON") return undefined;
      known[method] ??= async (...args: unknown[]): Promise<unknown> => {
        return await call(await load(), method, args);
      };
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
