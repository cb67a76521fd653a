/** What follows when a lead ends. */
const ends = ['WON', 'LOST', 'DUPLICATE', 'SPAM', 'MERGED'] as const

/**
 * The states of a lead and where each may go. An open lead goes forward and may skip; it can end from any open state.
 * Only LOST comes back: a reopened lead goes on like an assigned one.
 */
export const transitions = {
  NEW: ['ASSIGNED', 'CONTACTED', 'ENGAGED', 'APPOINTMENT_SET', 'VISITED', 'NEGOTIATING', ...ends],
  ASSIGNED: ['CONTACTED', 'ENGAGED', 'APPOINTMENT_SET', 'VISITED', 'NEGOTIATING', ...ends],
  CONTACTED: ['ENGAGED', 'APPOINTMENT_SET', 'VISITED', 'NEGOTIATING', ...ends],
  ENGAGED: ['APPOINTMENT_SET', 'VISITED', 'NEGOTIATING', ...ends],
  APPOINTMENT_SET: ['VISITED', 'NEGOTIATING', ...ends],
  VISITED: ['NEGOTIATING', ...ends],
  NEGOTIATING: [...ends],
  WON: [],
  LOST: ['REOPENED'],
  DUPLICATE: [],
  SPAM: [],
  MERGED: [],
  REOPENED: ['CONTACTED', 'ENGAGED', 'APPOINTMENT_SET', 'VISITED', 'NEGOTIATING', ...ends],
} as const satisfies Record<string, readonly string[]>

/** How far a lead is. */
export type LeadStatus = keyof typeof transitions

/** Whether a lead may move from one status to the other. */
export const mayMove = (from: LeadStatus, to: LeadStatus): boolean =>
  transitions[from].some((next) => next === to)

/** Whether a lead with this status has ended. */
export const isClosed = (status: LeadStatus): boolean => ends.some((end) => end === status)

/** The status after somebody took a lead over: only a new one moves by it. */
export const afterAssignment = (status: LeadStatus): LeadStatus => (status === 'NEW' ? 'ASSIGNED' : status)

/** The status after a person answered the customer: leads that wait for an answer move by it, no other. */
export const afterContact = (status: LeadStatus): LeadStatus =>
  status === 'NEW' || status === 'ASSIGNED' || status === 'REOPENED' ? 'CONTACTED' : status
