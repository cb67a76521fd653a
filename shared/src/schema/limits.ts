/** Entities one call to a subgraph may ask for: the gateway sends no more, a subgraph accepts no more. */
export const MOST_REPRESENTATIONS = 200
