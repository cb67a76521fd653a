import type { Migration } from '@autora/shared/database'
import { Customers1764000000030 } from './0001-customers.js'
import { Leads1764000000031 } from './0002-leads.js'
import { Conversations1764000000032 } from './0003-conversations.js'
import { Intake1764000000033 } from './0004-intake.js'
import { AssignedLeads1764000000072 } from './0005-assigned-leads.js'
import { CustomerIdentity1764000000069 } from './0006-customer-identity.js'

/** Migrations of the schema `dealer_ops`, oldest first. */
export const dealerOpsMigrations: readonly Migration[] = [
  Customers1764000000030,
  Leads1764000000031,
  Conversations1764000000032,
  Intake1764000000033,
  CustomerIdentity1764000000069,
  AssignedLeads1764000000072,
]
