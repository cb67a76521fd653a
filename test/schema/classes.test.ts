import { withClient } from '@autora/shared/database'
import { freshDatabase } from '../kit/database.js'
import { rules } from '../kit/supergraph.js'

/** Which table stands behind which type. */
const behind: Readonly<Record<string, string>> = {
  'identity.dealer_group': 'DealerGroup',
  'identity.legal_entity': 'LegalEntity',
  'identity.store': 'Store',
  'identity.billing_account': 'BillingAccount',
  'identity.invoice': 'Invoice',
  'identity.user_account': 'User',
  'identity.membership': 'Membership',
  'identity.partner_app': 'PartnerApp',
  'identity.api_key': 'ApiKey',
  'identity.support_grant': 'SupportGrant',
  'dealer_ops.customer': 'Customer',
  'dealer_ops.customer_phone': 'CustomerPhone',
  'dealer_ops.lead': 'Lead',
  'dealer_ops.lead_vehicle': 'LeadVehicle',
  'dealer_ops.lead_external_id': 'LeadExternalId',
  'dealer_ops.conversation': 'Conversation',
  'dealer_ops.message': 'Message',
  'dealer_ops.appointment': 'Appointment',
  'dealer_ops.intake_payload': 'IntakePayload',
  'audit.event': 'AuditEvent',
  'audit.incident': 'Incident',
  'audit.incident_change': 'IncidentChange',
  'audit.incident_note': 'IncidentNote',
  'audit.incident_evidence': 'IncidentEvidence',
  'audit.incident_report': 'IncidentClosingReport',
  'audit.flag': 'Flag',
  'audit.flag_decision': 'Flag',
  'audit.legal_hold': 'LegalHold',
}

const camel = (name: string) => name.replace(/_(.)/g, (_all, letter: string) => letter.toUpperCase())

/** Class comments of the columns that a type shows under the same name. */
const classedColumns = `
  select n.nspname || '.' || c.relname as "table", a.attname as "column",
         substring(col_description(c.oid, a.attnum) from 7) as "class"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
   where n.nspname in ('identity', 'dealer_ops', 'audit') and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0
     and col_description(c.oid, a.attnum) like 'class:%'`

interface Column {
  readonly table: string
  readonly column: string
  readonly class: string
}

describe('classes', () => {
  it('SCH-07 MUST be the same in the schema and in the database, wherever both name a thing alike', async () => {
    const adminUrl = await freshDatabase('template_empty')
    const columns = await withClient(adminUrl, async (db) => (await db.query<Column>(classedColumns)).rows)

    const compared = columns
      .map((column) => ({ ...column, coordinate: `${behind[column.table]}.${camel(column.column)}` }))
      .filter(({ coordinate }) => rules.fields.has(coordinate))
    const faults = compared
      .filter((column) => rules.fields.get(column.coordinate)?.dataClass !== column.class)
      .map(
        (column) =>
          `${column.table}.${column.column} is ${column.class}, ${column.coordinate} is ${rules.fields.get(column.coordinate)?.dataClass}`,
      )

    expect(compared.length).toBeGreaterThan(50)
    expect(faults).toEqual([])
  })
})
