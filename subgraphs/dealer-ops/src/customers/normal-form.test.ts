import { normalEmail, toE164 } from './normal-form.js'

describe('the form that customers are compared in', () => {
  it.each([
    ['082 555 1234', 'ZA', '+27825551234'],
    ['+27 (82) 555-1234', 'CA', '+27825551234'],
    ['0027825551234', 'ZA', '+27825551234'],
    ['082 555 1234', 'nowhere', null],
    ['n/a', 'ZA', null],
    ['call 082 555 1234 or 083 555 1234', 'ZA', null],
    ['', 'ZA', null],
  ])('reads the number %j in %s as %j and never guesses', (written, country, expected) => {
    expect(toE164(written, country)).toBe(expected)
  })

  it('takes no account of case and white space around an e-mail address', () => {
    expect(normalEmail(' Thandi@Example.CO.za ')).toBe('thandi@example.co.za')
  })
})
