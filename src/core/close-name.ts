/** The name that was most likely meant: one that differs in letter case, begins alike, or in few of its letters (a third, or two of four and more); else nothing. */
export function closeName(name: string, names: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  const same = names.find((other) => other.toLowerCase() === wanted);
  if (same !== undefined) return same;
  const begins = names.filter(
    (other) => other.toLowerCase().startsWith(wanted) || wanted.startsWith(other.toLowerCase()),
  );
  if (wanted.length > 1 && begins.length === 1) return begins[0];
  let [close, least] = [undefined as string | undefined, mostChanges(wanted.length) + 1];
  for (const other of names) {
    const changes = changesBetween(wanted, other.toLowerCase());
    if (changes < least) [close, least] = [other, changes];
  }
  return close;
}

function mostChanges(length: number): number {
  return length < 4 ? Math.floor(length / 3) : Math.max(2, Math.floor(length / 3));
}

/** Levenshtein's distance: letters to be inserted, left out or replaced. */
function changesBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
