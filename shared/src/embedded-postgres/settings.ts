import { host } from './port.js'
import { supervisorSetting } from './processes.js'

/** Loopback TCP only, and the same behaviour on every machine. */
const always = {
  listen_addresses: host,
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The supervisor's log, not PostgreSQL's own files: see log.ts.
  logging_collector: 'off',
  // Compiling a query costs more than the small queries of this product take.
  jit: 'off',
} as const

/** A development machine with two cores: nothing that was committed is ever lost. */
const lasting = {
  max_connections: 100,
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
} as const

/** A test server: as fast as it gets, and thrown away with all it holds. */
const throwAway = {
  max_connections: 200,
  shared_buffers: '128MB',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
} as const

/** Command line of the server. Its last setting tells a later start who is in charge of this one. */
export function serverArguments(dataDir: string, port: number, ephemeral: boolean): readonly string[] {
  const settings = { ...always, ...(ephemeral ? throwAway : lasting), port, [supervisorSetting]: process.pid }
  return ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}
