import { argon2Parameters, HasherBusy, PasswordHasher } from './password-hasher.js'
import { passwordFault } from './password-rules.js'

const email = 'thandi.nkosi@north.example'

describe('a new password', () => {
  it.each([
    ['short', 'elf letters', /12 characters/],
    ['129 characters long', 'ab1 '.repeat(33), /128 characters/],
    ['the address', 'Thandi.Nkosi@north.example', /e-mail/],
    ['the name in the address', 'Thandi.Nkosi 2026', /e-mail/],
    ['a frequent one with digits', 'Password123456!', /guessed first/],
    ['one word again and again', 'abcabcabcabc', /guessed first/],
    ['a run of digits', '123456789012', /guessed first/],
    ['digits alone', '845920174659', /guessed first/],
  ])('is refused when it is %s', (_name, password, fault) => {
    expect(passwordFault(password, email)).toMatch(fault)
  })

  it.each([
    'four quick brown foxes',
    'ungewöhnlich lang',
    '密码密碼一二三四五六七八',
    `${'x'.repeat(11)}q😀`,
  ])('is taken otherwise: %s', (password) => {
    expect(passwordFault(password, email)).toBeNull()
  })
})

describe('hashing', () => {
  it('uses what OWASP names, and one spelling per character', async () => {
    const hasher = new PasswordHasher()
    const hash = await hasher.hash('ungew\u00f6hnlich lang')

    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(argon2Parameters.memoryCost).toBeGreaterThanOrEqual(19_456)
    expect(await hasher.verify(hash, 'ungewo\u0308hnlich lang')).toBe(true)
    expect(await hasher.verify(hash, 'ungewohnlich lang')).toBe(false)
    expect(await hasher.verify(null, 'nobody has this password')).toBe(false)
  })

  it('runs a few at a time and sends away whom it has no room for', async () => {
    const hasher = new PasswordHasher(1, 1)
    const answers = await Promise.allSettled([1, 2, 3].map((n) => hasher.hash(`password number ${n}`)))

    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(answers[2]).toMatchObject({ reason: expect.any(HasherBusy) })
    await expect(hasher.hash('and again there is room')).resolves.toMatch(/^\$argon2id/)
  })
})
