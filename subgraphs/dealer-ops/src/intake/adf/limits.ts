/**
 * Every fixed bound of the ADF reader, in one place. A document that crosses `bodyBytes`, `entityReferences`,
 * `nesting` or `prospects` is quarantined; every other bound cuts the surplus off and says so in a diagnostic.
 * The raw bytes are kept by the caller, so nothing is lost by a cut.
 */
export const adfLimits = {
  bodyBytes: 256 * 1024,
  entityReferences: 10_000,
  nesting: 64,
  prospects: 20,
  vehicles: 20,
  options: 50,
  phones: 10,
  emails: 10,
  names: 10,
  streets: 10,
  colours: 10,
  comments: 20,
  amounts: 10,
  externalIds: 20,
  textBytes: 8 * 1024,
  diagnostics: 200,
  unknownFields: 100,
} as const satisfies Record<string, number>
