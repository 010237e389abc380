/** The nearest integer, halves away from 0. (`Math.round` takes them up, and adding 0.5 loses the last bit of 0.49999999999999994.) */
export function roundHalfAway(x: number): number {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;
}

/** The nearest integer, halves to the even one. */
export function roundHalfEven(x: number): number {
  const whole = Math.trunc(x);
  const rest = Math.abs(x - whole);
  if (rest < 0.5 || (rest === 0.5 && whole % 2 === 0)) return whole;
  return rest >= 0.5 ? whole + Math.sign(x) : whole;
}
