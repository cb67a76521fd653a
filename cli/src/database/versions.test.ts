import { isAtLeast, postgresFloor, postgresVersion } from './versions.js'

describe('versions', () => {
  it.each([
    [150018, null],
    [150013, '15.14'],
    [160009, '16.10'],
    [170006, null],
    [180000, null],
    [140020, '15.14'],
  ])('of PostgreSQL: %d has to be raised to %s', (number, floor) => {
    expect(postgresFloor(postgresVersion(number))).toBe(floor)
  })

  it.each([
    ['5.5.0', '5.5.0', true],
    ['5.5.1', '5.5.0', true],
    ['5.4.9', '5.5.0', false],
    ['6.0.0', '5.5.0', true],
    ['16.15.0-rc.1', '16.15.0', true],
    ['20.20.2', '20.19', true],
    ['20.9.0', '20.19', false],
  ])('%s is at least %s: %s', (version, floor, expected) => {
    expect(isAtLeast(version, floor)).toBe(expected)
  })
})
