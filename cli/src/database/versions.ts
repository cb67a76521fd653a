/** Oldest PostgreSQL that works at all. */
export const OLDEST_POSTGRES = 15

/** Major version → oldest minor without a known hole that matters here (row security, pg_dump, planner statistics). */
const safeMinors: Readonly<Record<number, number>> = { 15: 14, 16: 10, 17: 6 }

/** Version of a PostgreSQL server. */
export interface PostgresVersion {
  readonly major: number
  readonly minor: number
}

/** From `server_version_num`: 150018 is 15.18. */
export const postgresVersion = (number: number): PostgresVersion => ({
  major: Math.floor(number / 10_000),
  minor: number % 10_000,
})

/** The version that this one should be raised to, or null when it is recent enough. */
export function postgresFloor({ major, minor }: PostgresVersion): string | null {
  if (major < OLDEST_POSTGRES) return `${OLDEST_POSTGRES}.${safeMinors[OLDEST_POSTGRES] ?? 0}`
  const least = safeMinors[major] ?? 0
  return minor < least ? `${major}.${least}` : null
}

/** Packages whose older versions have advisories that reach this platform → the oldest safe version. */
export const packageFloors: Readonly<Record<string, string>> = {
  '@apollo/gateway': '2.13.2',
  '@apollo/server': '5.5.0',
  graphql: '16.15.0',
}

/** Whether `version` is `floor` or newer; a pre-release counts as its release. */
export function isAtLeast(version: string, floor: string): boolean {
  const parts = (text: string) => text.split(/[.+-]/).slice(0, 3).map(Number)
  const [have, need] = [parts(version), parts(floor)]
  const differing = need.findIndex((part, index) => (have[index] ?? 0) !== part)
  return differing === -1 || (have[differing] ?? 0) > (need[differing] ?? 0)
}
