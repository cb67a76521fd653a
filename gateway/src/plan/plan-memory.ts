import type { GatewayConfig } from '@apollo/gateway'
import { BoundedMemory } from '../bounded-memory.js'

type PlanCache = NonNullable<NonNullable<GatewayConfig['queryPlannerConfig']>['cache']>
type QueryPlan = Parameters<PlanCache['set']>[1]

const MOST_PLANS = 2_000

/** Query plans by document and operation. Bounded by number: measuring a plan costs more than keeping it. */
export class PlanMemory implements PlanCache {
  private readonly plans = new BoundedMemory<QueryPlan>(MOST_PLANS)

  async get(key: string): Promise<QueryPlan | undefined> {
    return this.plans.get(key)
  }

  async set(key: string, plan: QueryPlan): Promise<void> {
    this.plans.set(key, plan)
  }

  async delete(key: string): Promise<void> {
    this.plans.delete(key)
  }

  clear(): void {
    this.plans.clear()
  }
}
