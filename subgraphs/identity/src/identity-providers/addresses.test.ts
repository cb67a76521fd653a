import { demandAddress, isOwnIssuer } from './addresses.js'

const production = { ownIssuer: 'https://id.autora.example/oidc', isDevelopment: false }
const development = { ...production, isDevelopment: true }

describe('the address of a provider', () => {
  it.each(['https://idp.example', 'https://idp.example:8443/realms/a'])('may be %s', (text) => {
    expect(demandAddress('issuer', text, production)).toBe(text)
  })

  it.each(['http://127.0.0.1:9000', 'http://localhost/keys'])('may be %s in development only', (text) => {
    expect(demandAddress('issuer', text, development)).toBe(text)
    expect(() => demandAddress('issuer', text, production)).toThrow()
  })

  it.each(['http://127.0.0.1.evil.example', 'http://10.0.0.1', 'ftp://idp.example', 'idp.example', ''])(
    'MUST NOT be %s, even in development',
    (text) => {
      expect(() => demandAddress('issuer', text, development)).toThrow()
    },
  )
})

describe("the platform's own issuer", () => {
  it.each([
    'https://id.autora.example/oidc',
    'https://id.autora.example/oidc/',
    'https://ID.autora.example:443/oidc',
  ])('IDP-13 MUST be known however it is spelt: %s', (text) => {
    expect(isOwnIssuer(text, production)).toBe(true)
    expect(isOwnIssuer('https://id.autora.example/other', production)).toBe(false)
  })
})
