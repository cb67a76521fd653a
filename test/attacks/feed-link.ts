import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** A way to identity on which the revocation feed alone can be held up or cut, while look-ups go through. */
export class FeedLink {
  private readonly sockets = new Set<Socket>()
  private readonly feeds = new Set<Socket>()
  private state: 'open' | 'held' | 'cut' = 'open'
  /** Calls for principals that went through. */
  lookUps = 0

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** Opens a way. @param target - URL of identity. */
  static async to(target: string): Promise<FeedLink> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const link = new FeedLink(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const { port, hostname } = new URL(target)
    server.on('connection', (near) => link.join(near, connect(Number(port), hostname)))
    return link
  }

  /** From now on the feed says nothing, and its connections stay. */
  hold(): void {
    this.state = 'held'
  }

  /** From now on the feed's connections end as soon as they begin. */
  cut(): void {
    this.state = 'cut'
    for (const feed of this.feeds) feed.destroy()
  }

  /** Lets the feed through again. */
  heal(): void {
    this.state = 'open'
  }

  /** Ends everything. */
  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }

  private join(near: Socket, far: Socket): void {
    for (const socket of [near, far]) {
      this.sockets.add(socket)
      socket.on('error', () => socket.destroy())
    }
    near.on('data', (chunk: Buffer) => {
      if (chunk.includes('POST /internal/revocations')) this.feeds.add(near)
      if (chunk.includes('POST /internal/principals')) this.lookUps += 1
      if (this.feeds.has(near) && this.state === 'cut') near.destroy()
      else far.write(chunk)
    })
    far.on('data', (chunk) => {
      if (!this.feeds.has(near) || this.state === 'open') near.write(chunk)
    })
    near.on('close', () => this.part(near, far))
    far.on('close', () => this.part(far, near))
  }

  private part(ended: Socket, other: Socket): void {
    this.sockets.delete(ended)
    this.feeds.delete(ended)
    other.destroy()
  }
}
