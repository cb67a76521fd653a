import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** A way to a service that can be cut, held up and healed, as networks are. */
export class Link {
  private readonly sockets = new Set<Socket>()
  private readonly held: (() => void)[] = []
  private isHeld = false
  /** Connections that were asked for while nothing went through. */
  waiting = 0

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** Opens a way to a service. @param target - its URL. */
  static async to(target: string): Promise<Link> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const link = new Link(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const { port, hostname } = new URL(target)
    server.on('connection', (near) => link.join(near, () => connect(Number(port), hostname)))
    return link
  }

  /** Ends every connection and takes no more: whoever connects is refused. */
  async cut(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }

  /** Lets connections through again. */
  async heal(): Promise<void> {
    const { port } = new URL(this.url)
    await new Promise<void>((resolve) => this.server.listen(Number(port), '127.0.0.1', resolve))
  }

  /** From now on nothing goes through, and nothing is refused either. */
  hold(): void {
    this.isHeld = true
  }

  /** Lets everything through that was held. */
  release(): void {
    this.isHeld = false
    for (const go of this.held.splice(0)) go()
  }

  /** Ends everything. */
  async close(): Promise<void> {
    this.release()
    if (this.server.listening) await this.cut()
  }

  private join(near: Socket, open: () => Socket): void {
    const far = open()
    for (const socket of [near, far]) {
      this.sockets.add(socket)
      socket.on('error', () => socket.destroy())
    }
    near.on('data', (chunk) => this.pass(() => far.write(chunk)))
    far.on('data', (chunk) => near.write(chunk))
    near.on('close', () => this.part(near, far))
    far.on('close', () => this.part(far, near))
  }

  private part(ended: Socket, other: Socket): void {
    this.sockets.delete(ended)
    other.destroy()
  }

  private pass(go: () => void): void {
    if (this.isHeld) {
      this.waiting += 1
      this.held.push(go)
    } else go()
  }
}
