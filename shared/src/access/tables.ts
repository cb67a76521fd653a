/** Who owns the rows of a table, and so which wall it needs. */
export type TableKind =
  /** Rows of one store: tenant_id and store_id lead every key. */
  | 'store'
  /** Rows of one dealer group: tenant_id leads every key. */
  | 'tenant'
  /** The same for everybody, written by migrations only. */
  | 'reference'
  /** Rows of one dealer group that nobody can change or delete. */
  | 'append-only'
  /** Rows of people before they are anybody's user: only the issuer's own role reaches them. */
  | 'issuer'
  /** When and how often something happened, of one dealer group: kept up to date without an event of its own. */
  | 'activity'
  /** The log over the trail: hashes and checkpoints, written by the sequencer alone. */
  | 'log'
  /** Made from the log by a follower, never trusted and made anew at any time; subgraphs read it behind a wall. */
  | 'projection'
  /** Keys and the like: no application role is granted anything. */
  | 'secret'

/** Every table of the platform. A table that is missing here, or differs from the catalogue, turns a test red. */
export const tables = {
  'sec.seal_key': 'secret',
  'sec.grant_key': 'secret',
  'sec.tenant_key': 'secret',
  'sec.subject_key': 'secret',
  'identity.brand': 'reference',
  'identity.dealer_group': 'tenant',
  'identity.legal_entity': 'tenant',
  'identity.store': 'tenant',
  'identity.store_brand': 'tenant',
  'identity.user_account': 'tenant',
  'identity.membership': 'tenant',
  'identity.access_policy_version': 'append-only',
  'identity.governance_rule': 'append-only',
  'identity.partner_app': 'tenant',
  'identity.api_key': 'tenant',
  'identity.api_key_use': 'activity',
  'identity.support_grant': 'tenant',
  'identity.support_session': 'tenant',
  'identity.support_attempt': 'activity',
  'identity.session': 'tenant',
  'identity.approval_request': 'tenant',
  'identity.invitation': 'tenant',
  'identity.second_factor_reset': 'tenant',
  'identity.billing_account': 'tenant',
  'identity.invoice': 'tenant',
  'identity.invoice_counter': 'secret',
  'identity.identity_provider': 'tenant',
  'identity.external_identity': 'tenant',
  'issuer.account': 'issuer',
  'issuer.one_time_link': 'issuer',
  'issuer.authenticator': 'issuer',
  'issuer.passkey': 'issuer',
  'issuer.recovery_code': 'issuer',
  'issuer.attempt_counter': 'issuer',
  'issuer.spent_challenge': 'issuer',
  'issuer.artifact': 'issuer',
  'issuer.signing_key': 'issuer',
  'issuer.client': 'issuer',
  'dealer_ops.customer': 'store',
  'dealer_ops.customer_phone': 'store',
  'dealer_ops.customer_email': 'store',
  'dealer_ops.customer_identity': 'store',
  'dealer_ops.field_reveal': 'tenant',
  'dealer_ops.lead': 'store',
  'dealer_ops.lead_vehicle': 'store',
  'dealer_ops.lead_external_id': 'store',
  'dealer_ops.lead_status_change': 'store',
  'dealer_ops.conversation': 'store',
  'dealer_ops.message': 'store',
  'dealer_ops.appointment': 'store',
  'dealer_ops.intake_payload': 'store',
  'audit.event': 'append-only',
  'audit.action': 'reference',
  'audit.side_value': 'append-only',
  'audit.erasure': 'tenant',
  'audit.export_request': 'tenant',
  'audit.incident': 'tenant',
  'audit.incident_change': 'tenant',
  'audit.incident_note': 'tenant',
  'audit.incident_evidence': 'tenant',
  'audit.incident_report': 'tenant',
  'audit.flag_decision': 'tenant',
  'audit.legal_hold': 'tenant',
  'audit.archive': 'append-only',
  'audit.pruning': 'append-only',
  'audit.slot': 'log',
  'audit.leaf': 'log',
  'audit.head': 'log',
  'audit.batch': 'log',
  'audit.log_node': 'log',
  'audit.checkpoint': 'log',
  'audit.sequencer': 'log',
  'audit.declaration': 'log',
  'audit.follower': 'projection',
  'audit.flag': 'projection',
  'audit.flag_state': 'projection',
  'audit.control_status': 'projection',
  'audit.event_stream': 'tenant',
  'audit.stream_delivery': 'projection',
  'audit.timeline': 'projection',
  'audit.tree_node': 'projection',
  'audit.support_tally': 'activity',
} as const satisfies Record<`${string}.${string}`, TableKind>

/** Name of a table with its schema. */
export type TableName = keyof typeof tables
