import type { Random } from "../../core/random.ts";
import type { TfNamespace } from "./tf-namespace.ts";

/**
 * A Glorot-uniform initializer whose seed comes from a run's random numbers: the same run seed gives the same starting weights.
 * Make one per layer: each call draws a new seed.
 */
export function seededInitializer<Initializer extends object>(
  tf: Pick<TfNamespace<Initializer>, "initializers">,
  random: Random,
): Initializer {
  return tf.initializers.glorotUniform({ seed: random.int(2 ** 31) });
}
