import { PLATFORM_TENANT } from '@autora/shared/actor'
import { apportion } from './apportion.js'
import { personName } from './names.js'
import {
  type DemoMembership,
  type DemoNetwork,
  type DemoRole,
  type DemoStore,
  type DemoUser,
  groupBy,
  seedOf,
} from './network-shape.js'
import { mobileNumber } from './phone.js'
import { profiles } from './profiles.js'
import { Random, uuidOf } from './random.js'
import { volumeOf } from './volume.js'

type Places = Pick<DemoNetwork, 'profile' | 'groups' | 'stores'>
type People = { users: DemoUser[]; memberships: DemoMembership[] }
type Post = { tenantId: string; role: DemoRole; store: DemoStore | null; at: string; n: number }

const fewestSales = 3
const mailName: Readonly<Record<DemoRole, string>> = {
  PLATFORM_OWNER: 'owner',
  PLATFORM_SUPPORT: 'support',
  DEALER_ADMIN: 'admin',
  DEALER_SALES: 'sales',
  DEALER_MARKETING: 'marketing',
}

/**
 * Everybody: two owners and two supporters of the platform, two group-wide admins per group, an admin of the first
 * store of each group, and per store one for marketing and three or more in sales. Of the first group one person
 * works in two stores and one has left; of the second group one is deactivated.
 */
export function peopleOf(places: Places): People {
  const users: DemoUser[] = []
  const memberships: DemoMembership[] = []
  for (const post of postsOf(places)) {
    const key = `${seedOf(places.profile)}/user/${mailName[post.role]}-${post.n}@${post.at}`
    const user = userOf(key, post)
    users.push(user)
    memberships.push(membershipOf(user, post.role, post.store))
  }
  return { users: withDeactivated(places, users), memberships: withExceptions(places, users, memberships) }
}

function postsOf(places: Places): Post[] {
  const platform = { tenantId: PLATFORM_TENANT, store: null, at: 'platform' }
  const posts: Post[] = [1, 2].map((n) => ({ ...platform, role: 'PLATFORM_OWNER', n }))
  posts.push(...[1, 2].map((n): Post => ({ ...platform, role: 'PLATFORM_SUPPORT', n })))
  const sales = salesPerStore(places)
  const stores = groupBy(places.stores, (store) => store.groupId)
  for (const group of places.groups) {
    const wide = { tenantId: group.id, store: null, at: group.code }
    posts.push(...[1, 2].map((n): Post => ({ ...wide, role: 'DEALER_ADMIN', n })))
    for (const [index, store] of (stores.get(group.id) ?? []).entries()) {
      const here = { tenantId: group.id, store, at: store.code }
      if (index === 0) posts.push({ ...here, role: 'DEALER_ADMIN', n: 1 })
      posts.push({ ...here, role: 'DEALER_MARKETING', n: 1 })
      for (let n = 1; n <= (sales.get(store.id) ?? 0); n += 1)
        posts.push({ ...here, role: 'DEALER_SALES', n })
    }
  }
  return posts
}

/** What the other posts leave of the profile's users, shared out by how busy the stores are. */
function salesPerStore({ profile, groups, stores }: Places): ReadonlyMap<string, number> {
  const others = 4 + 2 * groups.length + new Set(stores.map((store) => store.groupId)).size + stores.length
  const free = profiles[profile].users - others - fewestSales * stores.length
  const shares = apportion(
    free,
    stores.map((store) => volumeOf(profile, store)),
  )
  return new Map(stores.map((store, index) => [store.id, fewestSales + (shares[index] ?? 0)]))
}

function userOf(key: string, post: Post): DemoUser {
  const random = new Random(key)
  const name = personName(random)
  return {
    id: uuidOf(key),
    tenantId: post.tenantId,
    displayName: `${name.first} ${name.last}`,
    email: `${mailName[post.role]}-${post.n}@${post.at}.example.test`,
    mobile: mobileNumber(random, post.store?.country ?? 'ZA'),
    status: 'ACTIVE',
  }
}

const membershipOf = (user: DemoUser, role: DemoRole, store: DemoStore | null): DemoMembership => ({
  id: uuidOf(`${user.id}/${role}/${store?.id ?? 'all'}`),
  tenantId: user.tenantId,
  userId: user.id,
  role,
  storeId: store?.id ?? null,
  endedDaysAgo: null,
})

const storesOf = ({ groups, stores }: Places, index: number) =>
  stores.filter((store) => store.groupId === groups[index]?.id)

/** The last in sales of a store. */
const lastSales = (users: readonly DemoUser[], store: DemoStore | undefined) =>
  users.findLast((user) => new RegExp(`^sales-\\d+@${store?.code ?? '-'}\\.`).test(user.email))

function withDeactivated(places: Places, users: DemoUser[]): DemoUser[] {
  const gone = lastSales(users, storesOf(places, 1).at(-1))
  return users.map((user) => (user === gone ? { ...user, status: 'DEACTIVATED' } : user))
}

function withExceptions(places: Places, users: DemoUser[], memberships: DemoMembership[]): DemoMembership[] {
  const [first, second, third] = storesOf(places, 0)
  const left = lastSales(users, third)
  const both = users.find((user) => user.email === `sales-2@${first?.code ?? ''}.example.test`)
  const ended = memberships.map((one) => (one.userId === left?.id ? { ...one, endedDaysAgo: 20 } : one))
  return both && second ? [...ended, membershipOf(both, 'DEALER_SALES', second)] : ended
}
