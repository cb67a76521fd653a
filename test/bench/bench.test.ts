import { encodeId } from '@autora/shared/request'
import { supergraphText } from '../kit/supergraph.js'
import { goodClaims, signToken } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'
import type { Listening } from './plain-subgraph.js'
import { benchQueries } from './queries.js'
import { referenceAnswer } from './sides.js'
import { type Asker, findAsker } from './stage.js'
import { startStockGateway, startStockServices } from './stock.js'

let world: World
let asker: Asker
let stock: Listening
const closings: (() => Promise<void>)[] = []
beforeAll(async () => {
  world = await startWorld()
  closings.unshift(() => world.close())
  asker = await findAsker(world.adminUrl, 'XS')
  const services = await startStockServices(world.adminUrl, asker.actor)
  closings.unshift(() => services.close())
  stock = await startStockGateway(supergraphText, services.urls)
  closings.unshift(() => stock.close())
})
afterAll(async () => {
  for (const close of closings) await close()
})

describe('the benchmark compares like with like', () => {
  it.each(['A', 'C'])('both sides answer query %s equally', async (name) => {
    const { userId, id: membershipId } = asker.membership
    const token = await signToken(world.issuerKey, goodClaims({ userId, membershipId }))
    const [query] = benchQueries(encodeId('Store', asker.storeId)).filter((one) => one.name === name)
    if (!query) throw new Error(`no query ${name}`)

    const ours = await referenceAnswer(`${world.gatewayUrl}/graphql`, query, token)
    const theirs = await referenceAnswer(stock.url, query, token)

    expect(ours.data).toEqual(theirs.data)
  })
})
