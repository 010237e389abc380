const signs = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A text as it prints on one line: one with line ends, or signs that turn the direction of what follows, in quotes and escaped. */
export function lineText(text: string): string {
  const line = JSON.stringify(text).replaceAll(
    signs,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return text.search(signs) >= 0 ? line : text;
}
