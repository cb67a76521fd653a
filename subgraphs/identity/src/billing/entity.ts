/** What a dealer group pays for. */
export type BillingPlan = 'PILOT' | 'STANDARD' | 'ENTERPRISE'

/** A billing account as its statements return it; its id is the dealer group's. */
export interface BillingAccountRow {
  readonly id: string
  readonly plan: BillingPlan
  readonly seats: number
  /** A seat and month, without tax. */
  readonly priceCents: number
  readonly currency: string
  readonly contactEmail: string | null
  readonly paymentReference: string | null
  /** 0: the group has no account yet. */
  readonly version: number
}

/** One line of an invoice. */
export interface InvoiceLine {
  readonly text: string
  readonly quantity: number
  readonly unitPriceCents: number
}

/** Where an invoice stands. */
export type InvoiceStatus = 'DRAFT' | 'ISSUED' | 'PAID' | 'VOID'

/** An invoice as its statements return it. */
export interface InvoiceRow {
  readonly id: string
  readonly tenantId: string
  /** Null until it is issued. */
  readonly number: number | null
  readonly status: InvoiceStatus
  readonly period: string
  readonly lines: readonly InvoiceLine[]
  readonly amountCents: number
  readonly currency: string
  readonly dueAt: Date
  /** ISO 8601 with microseconds, as cursors carry it. */
  readonly createdAt: string
  readonly issuedAt: Date | null
  readonly paidAt: Date | null
  readonly paymentReference: string | null
  readonly voidedAt: Date | null
  readonly voidReason: string | null
}

/** The highest amount there is, in cents. */
export const MOST_CENTS = 2_000_000_000
