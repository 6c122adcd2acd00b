/** Exact sums of amounts, which are decimals in texts. */

/** With as many decimals as the amount that has most, so that a sum looks like what it is of. @example sumOf(['1.50', '-2.00']) // '-0.50' */
export function sumOf(all: readonly string[]): string {
  let decimals = 0;
  for (const amount of all) decimals = Math.max(decimals, decimalsOf(amount));
  let sum = 0n;
  for (const amount of all) sum += unitsOf(amount, decimals);
  return amountOf(sum, decimals);
}

export function minus(a: string, b: string): string {
  return sumOf([a, b.startsWith('-') ? b.slice(1) : `-${b}`]);
}

export function decimalsOf(amount: string): number {
  const point = amount.indexOf('.');
  return point < 0 ? 0 : amount.length - point - 1;
}

/** The same amount as a text with so many. @param decimals no fewer than it has @example withDecimals('5', 2) // '5.00' */
export function withDecimals(amount: string, decimals: number): string {
  const own = decimalsOf(amount);
  return own === decimals ? amount : `${amount}${own === 0 ? '.' : ''}${'0'.repeat(decimals - own)}`;
}

/** The same amount without decimals that say nothing. @example shortest('5.00') // '5' */
export function shortest(amount: string): string {
  return amount.includes('.') ? amount.replace(/\.?0{1,20}$/, '') : amount;
}

/** In the smallest unit that so many decimals have. @param decimals no fewer than the amount has */
export function unitsOf(amount: string, decimals: number): bigint {
  const point = amount.indexOf('.');
  const digits = point < 0 ? amount : amount.slice(0, point) + amount.slice(point + 1);
  return BigInt(digits + '0'.repeat(decimals - decimalsOf(amount)));
}

/** Without its sign. */
export function size(units: bigint): bigint {
  return units < 0n ? -units : units;
}

export function amountOf(units: bigint, decimals: number): string {
  const digits = size(units)
    .toString()
    .padStart(decimals + 1, '0');
  const sign = units < 0n ? '-' : '';
  return decimals === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
