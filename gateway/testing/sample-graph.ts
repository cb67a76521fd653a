import { prelude } from '@autora/shared/schema'
import { parse } from 'graphql'

/** Schemas of three small subgraphs with every shape that matters: lists, entities of two homes, a union, a mutation. */
export const sampleSchemas = {
  identity: `
    type Query { me: User @access(action: "viewer:read") @data(class: "INTERNAL") }
    type User @access(action: "viewer:read") @data(class: "INTERNAL") {
      id: ID!
      email: String @data(class: "STAFF")
    }
    type Store @key(fields: "id") @access(action: "store:read") @data(class: "INTERNAL") {
      id: ID!
      name: String
    }
  `,
  dealer_ops: `
    type Query {
      leads(first: Int = 20, ids: [ID!], filter: LeadFilter): LeadConnection
        @access(action: "lead:read") @data(class: "INTERNAL")
    }
    type Mutation {
      leadNote(text: String!): NotePayload @access(action: "lead:read") @data(class: "INTERNAL")
      reveal(id: ID!): String @access(action: "lead:read") @data(class: "CONTACT")
    }
    input LeadFilter { status: String, tags: [String!], and: LeadFilter }
    type NotePayload @access(action: "lead:read") @data(class: "INTERNAL") { lead: Lead, note: Note }
    type LeadConnection @access(action: "lead:read") @data(class: "INTERNAL") { edges: [LeadEdge!]!, total: Int! }
    type LeadEdge @access(action: "lead:read") @data(class: "INTERNAL") { node: Lead! }
    type Lead @access(action: "lead:read") @data(class: "INTERNAL") {
      id: ID!
      status: String
      budget: Int @data(class: "FINANCIAL")
      customer: Customer @access(action: "customer:read")
      store: Store
      things: [Thing!]
    }
    type Customer @access(action: "customer:read") @data(class: "INTERNAL") {
      id: ID!
      firstName: String @data(class: "CONTACT")
      emails: [String!] @data(class: "CONTACT")
      phones: [Phone!] @data(class: "CONTACT")
      leads: [Lead!]
    }
    type Phone @access(action: "customer:read") @data(class: "CONTACT") { e164: String }
    union Thing = Car | Note
    type Car @access(action: "vehicle:read") @data(class: "INTERNAL") { vin: String, title: String }
    type Note @access(action: "lead:read") @data(class: "INTERNAL") {
      title: String
      body: String @data(class: "BODY")
    }
    type Store @key(fields: "id", resolvable: false) { id: ID! }
  `,
  audit: `
    type Query { auditEvents: [AuditEvent!] @access(action: "auditEvent:read") @data(class: "AUDIT") }
    type AuditEvent @access(action: "auditEvent:read") @data(class: "AUDIT") { id: ID! }
  `,
} as const

/** The subgraphs as `composeServices` takes them. */
export const sampleServices = () =>
  Object.entries(sampleSchemas).map(([name, sdl]) => ({
    name,
    url: `http://${name}.invalid`,
    typeDefs: parse(prelude + sdl),
  }))
