import { SluiceError } from "../../../core/errors.ts";

/** Returns a stored model that is what its fit returned, or throws `argument/invalid`: a damaged one must not answer. */
export function requireModel<Model extends { readonly kind: string; readonly version: 1 }>(
  model: Model,
  kind: Model["kind"],
  expected: string,
  isSound: (model: Model) => boolean,
): Model {
  if (model?.kind === kind && model.version === 1 && isSound(model)) return model;
  throw new SluiceError("argument/invalid", {
    found: `a record of kind ${String(model?.kind)}, version ${String(model?.version)}, with other contents`,
    expected: `kind "${kind}", version 1, ${expected}`,
    fix: "Store and restore the record of the fit unchanged.",
  });
}
