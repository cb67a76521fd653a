/**
 * Splits a whole number by weights, so that the parts add up to it exactly (largest remainder, Hamilton 1792). Ties go
 * to the earlier part.
 */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((left, right) => left + right, 0)
  const exact = weights.map((weight) => (total * weight) / sum)
  const parts = exact.map(Math.floor)
  const missing = total - parts.reduce((left, right) => left + right, 0)
  const byRemainder = exact
    .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
    .sort((left, right) => right.remainder - left.remainder || left.index - right.index)
  const luckier = new Set(byRemainder.slice(0, missing).map(({ index }) => index))
  return parts.map((part, index) => (luckier.has(index) ? part + 1 : part))
}
