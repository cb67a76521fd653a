import type { Answer } from '../kit/client.js'

/** What no refusal may hold: stacks, places in the code, addresses within, other spellings of a name. */
const inner =
  /\bat [\w.<>]+ \(|node_modules|\.(ts|js):\d|127\.0\.0\.1|localhost|\bECONN|postgres|relation "|did you mean/i

/** Checks what holds for every refusal: a code of the catalogue, a small answer, nothing of the inside. */
export function expectRefusal(answer: Pick<Answer, 'status' | 'text'>, status: number, code: string): void {
  const body = JSON.parse(answer.text) as { errors: { extensions: { code: string } }[]; data?: unknown }
  expect([answer.status, body.errors[0]?.extensions.code]).toEqual([status, code])
  expect(body.data ?? null).toBeNull()
  expectNothingInner(answer.text)
}

/** Checks that a text is small and tells nothing of the inside. */
export function expectNothingInner(text: string): void {
  expect(text).not.toMatch(inner)
  expect(Buffer.byteLength(text)).toBeLessThan(10 * 1024)
}
