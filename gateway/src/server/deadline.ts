import { Refusal } from '../answers/index.js'

/**
 * Gives work a deadline.
 *
 * @param ended - ends the work before that; its reason is what is thrown.
 * @throws {Refusal} 504 TIMEOUT - and `signal` ends what is still running.
 */
export async function withDeadline<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  leftMs: number,
  ended?: AbortSignal,
): Promise<Result> {
  ended?.throwIfAborted()
  const controller = new AbortController()
  let end: () => void = () => undefined
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<never>((_, reject) => {
    const stop = (reason: unknown) => {
      reject(reason)
      controller.abort()
    }
    end = () => stop(ended?.reason)
    timer = setTimeout(() => stop(new Refusal(504, 'TIMEOUT')), leftMs)
    ended?.addEventListener('abort', end, { once: true })
  })
  try {
    return await Promise.race([work(controller.signal), over])
  } finally {
    clearTimeout(timer)
    ended?.removeEventListener('abort', end)
  }
}
