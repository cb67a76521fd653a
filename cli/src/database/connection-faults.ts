import { Complaint } from '../terminal/complaint.js'

/** A connection string without its password, for a message. */
export function shownUrl(url: string): string {
  const shown = new URL(url)
  return `${shown.protocol}//${shown.username}${shown.username ? '@' : ''}${shown.host}${shown.pathname}`
}

const codeOf = (error: unknown): string => {
  const { code, errors } = (error ?? {}) as { code?: unknown; errors?: readonly unknown[] }
  return typeof code === 'string' ? code : errors?.[0] ? codeOf(errors[0]) : ''
}

/** What keeps a connection from being made, by SQLSTATE or system code → what happened and what to do. */
function remedyOf(code: string, url: URL): string | null {
  const name = decodeURIComponent(url.pathname.slice(1))
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return 'nothing listens there. Start PostgreSQL, or correct host and port.'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the host is not known. Correct it.'
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'the host does not answer. Check the network, or correct the host.'
    case '28P01':
      return `the password of ${url.username} is wrong. Correct it.`
    case '28000':
      return `the server does not let ${url.username} in from here. Check the role and pg_hba.conf.`
    case '3D000':
      return `there is no database ${name}. Make it first: createdb ${name}.`
    case '53300':
      return 'every connection is taken. Raise max_connections, or close some.'
    case '57P03':
      return 'the server is still starting. Try again in a moment.'
    default:
      return null
  }
}

/** Faults that the driver has words for, and no code. */
const toldInWords: Readonly<Record<string, string>> = {
  'does not support SSL': 'the server does not offer TLS. Take sslmode out.',
  'Connection terminated': 'what listens there hangs up. Is it PostgreSQL?',
}

/**
 * What a failed connection means for the person who set it up; any other error stays as it is.
 * @param source - where the connection string comes from: `DATABASE_URL`.
 */
export function connectionFault(error: unknown, url: string, source: string): unknown {
  const message = error instanceof Error ? error.message : ''
  const code = /timeout expired/i.test(message) ? 'ETIMEDOUT' : codeOf(error)
  const told = Object.entries(toldInWords).find(([words]) => message.includes(words))?.[1]
  const remedy = told ?? remedyOf(code, new URL(url))
  if (!remedy) return error
  return new Complaint(`${source} (${shownUrl(url)}) cannot be used: ${remedy}`, { cause: error })
}
