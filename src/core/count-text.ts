/** So many of something: `1 file`, `2 files`, `no file`. */
export function countText(count: number, one: string): string {
  return count === 0 ? `no ${one}` : `${count} ${count === 1 ? one : `${one}s`}`;
}
