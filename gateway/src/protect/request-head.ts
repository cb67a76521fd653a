import type { IncomingMessage } from 'node:http'
import { Refusal } from '../answers/index.js'
import { limits } from './limits.js'

/** What a path accepts. */
export interface Acceptance {
  readonly mediaType: RegExp
  readonly mostBytes: number
}

/** JSON in UTF-8, and so nothing that a browser sends to another site without asking first. */
export const graphqlAcceptance: Acceptance = {
  mediaType: /^application\/json(?:[ \t]*;[ \t]*charset="?utf-8"?)?[ \t]*$/i,
  mostBytes: limits.bodyBytes,
}

/** The refusal of a body that is too long. */
export const tooLarge = (most: number): Refusal =>
  new Refusal(413, 'PAYLOAD_TOO_LARGE', {
    message: `The request body may have ${most} bytes at most.`,
    closes: true,
  })

/** More headers than anybody needs. @throws {Refusal} 431 OPERATION_LIMIT_EXCEEDED. */
export function checkHeaderCount(request: IncomingMessage): void {
  const count = request.rawHeaders.length / 2
  if (count > limits.headers)
    throw new Refusal(431, 'OPERATION_LIMIT_EXCEEDED', {
      message: `A request may have ${limits.headers} headers at most.`,
      closes: true,
    })
}

/**
 * What can be said before the body is read: method, media type, encoding, announced length.
 *
 * @throws {Refusal} 405 METHOD_NOT_ALLOWED, 415 UNSUPPORTED_MEDIA_TYPE, 413 PAYLOAD_TOO_LARGE.
 */
export function checkHead(request: IncomingMessage, acceptance: Acceptance): void {
  const { method, headers } = request
  if (method !== 'POST') throw new Refusal(405, 'METHOD_NOT_ALLOWED', { headers: { allow: 'POST' } })
  const encoding = headers['content-encoding']
  if (!acceptance.mediaType.test(headers['content-type'] ?? '') || (encoding && encoding !== 'identity'))
    throw new Refusal(415, 'UNSUPPORTED_MEDIA_TYPE')
  if (Number(headers['content-length'] ?? 0) > acceptance.mostBytes) throw tooLarge(acceptance.mostBytes)
}

/**
 * Reads a body and stops at the limit, whatever length was announced.
 * @throws {Refusal} 413 PAYLOAD_TOO_LARGE.
 */
export function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const stop = () => {
      request.off('data', take).off('end', finish).off('close', broken)
    }
    const take = (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size <= mostBytes) return
      stop()
      reject(tooLarge(mostBytes))
    }
    const finish = () => {
      stop()
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size))
    }
    const broken = () => {
      stop()
      reject(new Refusal(400, 'BAD_REQUEST', { logged: 'BODY_INCOMPLETE', closes: true }))
    }
    request.on('data', take).on('end', finish).on('close', broken)
  })
}
