import { Refusal } from '../answers/index.js'

/** Gives work a deadline. @throws {Refusal} 504 TIMEOUT - and `signal` ends what is still running. */
export async function withDeadline<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  leftMs: number,
): Promise<Result> {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Refusal(504, 'TIMEOUT'))
      controller.abort()
    }, leftMs)
  })
  try {
    return await Promise.race([work(controller.signal), deadline])
  } finally {
    clearTimeout(timer)
  }
}
