import { findings } from './control-faults.js'
import type { Finding } from './entity.js'
import type { Part } from './parts.js'

const TIMEOUT_MS = 3_000
const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** What can be known of an address by looking at it. */
export type AddressKind = 'ENCRYPTED' | 'LOCAL' | 'OPEN'

/** Whether what goes to an address is encrypted, or stays on this machine. */
export function addressKind(address: string): AddressKind {
  const { protocol, hostname } = new URL(address)
  if (protocol === 'https:') return 'ENCRYPTED'
  return loopbackHost.test(hostname) ? 'LOCAL' : 'OPEN'
}

/** Asks a public address over TLS; Node checks certificate and name. @returns what is wrong, if anything. */
export async function certificateFaults(address: string): Promise<Finding<Part>[]> {
  try {
    const answer = await fetch(new URL('/health/live', address), {
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await answer.body?.cancel()
    return []
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).name
    return findings('CERTIFICATE', [`${address} does not answer over TLS: ${cause}`])
  }
}

/**
 * Knocks at the gateway without a credential.
 * @returns a fault when it lets anybody in; nothing when it refuses. @throws {Error} when it does not answer.
 */
export async function openDoorFaults(address: string): Promise<Finding<Part>[]> {
  const answer = await fetch(new URL('/graphql', address), {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ me { principal } }' }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  await answer.body?.cancel()
  return answer.status === 401
    ? []
    : findings('DOOR', [`the gateway answered ${answer.status} to nobody instead of 401`])
}
