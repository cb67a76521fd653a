import type { Row } from './cell.js'

/** Actions of the audit subgraph: what happened, and the proof of it. Cells are explained in cell.ts. */
export const auditActions = {
  //                             Owner   Support Admin   Sales Marketing Partner Analyst
  'auditEvent:read': /*      */ ['A m', 'O', 'G', 'O', null, 'O', null],
  'auditChain:verify': /*    */ ['A', 'O', 'G', 'O', 'O', null, null],
  'supportActivity:read': /* */ ['A', 'O', 'G', null, null, null, null],
  'dataFlow:read': /*        */ ['A', 'G g', 'G', null, 'S k', 'O', null],
  'accessReceipt:read': /*   */ [null, null, 'G', null, null, null, null],
  'incident:read': /*        */ ['A', 'A', 'G', 'O', 'O', null, null],
  'incident:report': /*      */ ['A', 'A', 'G', 'S', 'S', 'O', null],
  'incident:review': /*      */ ['A', null, null, null, null, null, null],
  'incident:contribute': /*  */ ['A', 'G g', 'G', null, null, null, null],
  'incidentReview:read': /*  */ ['A', 'G g', 'G', null, null, null, null],
  'flag:read': /*            */ ['A', null, 'G', null, null, null, null],
  'flag:decide': /*          */ ['A', null, 'G', null, null, null, null],
  'legalHold:read': /*       */ ['A', null, 'G', null, null, null, null],
  'legalHold:place': /*      */ ['A', null, 'G', null, null, null, null],
  'legalHold:release': /*    */ ['A', null, 'G', null, null, null, null],
  'compromise:read': /*      */ ['A', null, 'G', null, 'S k', null, null],
  'compromise:write': /*     */ [null, null, 'G', null, null, null, null],
  'subject:erase': /*        */ [null, null, 'G 4', null, null, null, null],
  'erasure:read': /*          */ [null, null, 'G', null, null, null, null],
  'evidencePack:export': /*  */ ['A 4', null, 'G r', null, null, null, null],
  'auditTrail:export': /*    */ ['A 4', null, 'G r', null, null, null, null],
  'auditExport:ask': /*      */ ['A 4', null, null, null, null, null, null],
  'auditExport:read': /*     */ ['A', null, null, null, null, null, null],
  'auditStream:read': /*     */ [null, null, 'G', null, null, null, null],
  'auditStream:write': /*    */ [null, null, 'G', null, null, null, null],
  'securityControl:read': /* */ ['A', 'A', 'G', 'S', 'S', 'O', 'O'],
  'securityControl:inspect': ['A', null, null, null, null, null, null],
} as const satisfies Record<string, Row>
