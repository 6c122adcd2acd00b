/** Figures as they are written down. */

export function median(values) {
  const sorted = [...values].toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function rounded(value, digits = 1) {
  return value === undefined ? undefined : Number(value.toFixed(digits));
}
