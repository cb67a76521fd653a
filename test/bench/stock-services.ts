import type { Actor } from '@autora/shared/actor'
import { serveOrders } from './child.js'
import { type StockServices, startStockServices } from './stock.js'

/** What the stock subgraphs are started with. */
export interface StockServicesOrder {
  readonly adminUrl: string
  readonly actor: Actor
}

serveOrders(async ({ adminUrl, actor }: StockServicesOrder): Promise<StockServices> => {
  return (await startStockServices(adminUrl, actor)).urls
})
