const longest = 4000;

/** What was thrown, as text that every store takes: no NUL, no lone surrogate, at most 4,000 characters. */
export function errorText(thrown: unknown): string {
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return text.replaceAll("\0", "\uFFFD").slice(0, longest).toWellFormed();
}
