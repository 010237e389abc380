/** Sluice: the MLOps pipeline as one TypeScript library. This door loads nothing heavy: stages load at their first use. */
