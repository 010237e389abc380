/** Units that were new to a set, by their 32-bit bucket numbers. */
export interface UnitAddition {
  readonly set: string;
  readonly units: Uint32Array;
}

/** Remembers which units were seen doing what, by their bucket: a unit counts once in a test, or it would count its habits. */
export class SeenUnits {
  readonly #sets: Map<string, Set<number>> = new Map();
  readonly #added: Map<string, number[]> = new Map();

  /** Whether a unit was not yet in a set; it is from now on. */
  first(set: string, bucket: number): boolean {
    const unit = bucket * 4294967296;
    const units = this.#set(set);
    if (units.has(unit)) return false;
    units.add(unit);
    const added = this.#added.get(set);
    if (added === undefined) this.#added.set(set, [unit]);
    else added.push(unit);
    return true;
  }

  /** Puts stored units back. */
  restore(additions: readonly UnitAddition[]): void {
    for (const { set, units } of additions) {
      const own = this.#set(set);
      for (const unit of units) own.add(unit);
    }
  }

  /** The units that were added and not yet settled. */
  additions(): readonly UnitAddition[] {
    return [...this.#added].map(([set, units]) => ({ set, units: Uint32Array.from(units) }));
  }

  /** Additions have been stored. */
  settle(stored: readonly UnitAddition[]): void {
    for (const { set, units } of stored) {
      const rest = this.#added.get(set)?.slice(units.length) ?? [];
      if (rest.length === 0) this.#added.delete(set);
      else this.#added.set(set, rest);
    }
  }

  #set(name: string): Set<number> {
    const known = this.#sets.get(name);
    if (known !== undefined) return known;
    const made = new Set<number>();
    this.#sets.set(name, made);
    return made;
  }
}
