import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { serveOrders } from './child.js'
import { type StockServices, startStockGateway } from './stock.js'

/** Two folders above the gateway's door, both for its source and for what is compiled from it. */
const supergraph = readFileSync(join(require.resolve('@autora/gateway'), '../../supergraph.graphql'), 'utf8')

serveOrders(async (urls: StockServices): Promise<string> => (await startStockGateway(supergraph, urls)).url)
