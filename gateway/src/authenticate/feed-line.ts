import type { Readable } from 'node:stream'
import { z } from 'zod'

const form = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['open', 'beat', 'lost', 'forget']), seq: z.int(), at: z.number() }),
  z.object({
    kind: z.literal('changed'),
    seq: z.int(),
    at: z.number(),
    what: z.string().regex(/^[a-z]{1,20}$/),
    id: z.string().regex(/^[0-9a-f-]{0,36}$/),
  }),
])

/** One line of identity's feed; `at` is its own monotonic clock. */
export type FeedLine = z.infer<typeof form>

/** Characters of the longest line; nothing that identity tells comes near. */
const MOST_CHARACTERS = 1_024

/**
 * The lines of a feed as they come.
 * @throws {Error} on the first line that is none, is too long, or is not the next one: something is missing.
 */
export async function* feedLines(body: Readable): AsyncGenerator<FeedLine> {
  let rest = ''
  let expected = 0
  for await (const chunk of body.setEncoding('utf8') as AsyncIterable<string>) {
    const texts = (rest + chunk).split('\n')
    rest = texts.pop() ?? ''
    if (rest.length > MOST_CHARACTERS) throw new Error('a line of the feed is too long')
    for (const text of texts) {
      const line = form.parse(JSON.parse(text))
      if (line.seq !== expected) throw new Error('a line of the feed is missing')
      expected += 1
      yield line
    }
  }
}
