import type { ClosingReport } from './report.js'

/** A section, or nothing where there is nothing to say. */
const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length > 0 ? ['', `## ${title}`, '', ...lines] : []

/** Words of people as one line of a list, so that nothing in them can look like a part of the page. */
const quoted = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_[\]<>#|]/g, (sign) => `\\${sign}`)
    .trim()

const evidenceLine = (item: ClosingReport['evidence'][number]): string => {
  const state = item.isUnchanged ? 'unchanged' : '**changed since**'
  const pinned = item.checkpoint ? `checkpoint ${item.checkpoint.size}` : 'no checkpoint yet'
  if (item.kind === 'QUERY')
    return `- ${item.count} events by query \`${JSON.stringify(item.query)}\`, ${pinned}: ${state}`
  const { says } = item
  const what = says
    ? `${says.recordedAt} ${says.action} ${says.outcome} by ${says.principal} ${says.actorId}`
    : 'not there'
  return `- event ${item.event}: ${what}; ${pinned}: ${state}`
}

function compromiseLines(compromise: ClosingReport['compromise']): readonly string[] {
  if (!compromise) return []
  const { consequences, measures, advice, attacker, noticeReference, noticeDueAt } = compromise
  return [
    `- Notice to the Regulator: ${quoted(noticeReference ?? 'none')}, due ${noticeDueAt ?? 'at once'}`,
    `- Possible consequences: ${quoted(consequences ?? 'not said')}`,
    `- Measures taken: ${quoted(measures ?? 'not said')}`,
    `- Advice to those concerned: ${quoted(advice ?? 'not said')}`,
    `- Who did it: ${quoted(attacker ?? 'not known')}`,
  ]
}

const headLines = ({ reported, closed, ...report }: ClosingReport): readonly string[] => [
  `# Incident ${report.incident}`,
  '',
  `- Kind: ${report.category}, severity ${report.severity ?? 'not set'}`,
  `- Where: ${report.dealerGroup}${report.store ? `, ${report.store}` : ''}`,
  `- Reported ${reported.at} by ${reported.by}; SHA-256 of the words: ${reported.sha256}`,
  `- Closed ${closed.at} by ${closed.by}; reviewer ${report.reviewer ?? 'not set'}`,
]

/** A closing report as a page to read, in Markdown; it says what the data says and nothing else. */
export function reportPage(report: ClosingReport): string {
  const { checkpoint } = report
  return [
    ...headLines(report),
    ...section('Compromise of personal information (POPIA s22)', compromiseLines(report.compromise)),
    ...section(
      'Timeline',
      report.timeline.map(
        ({ at, by, from, to, reason }) =>
          `- ${at} ${from === to ? `${to}, triaged` : `${from} to ${to}`} by ${by}: ${quoted(reason)}`,
      ),
    ),
    ...section(
      'Notes',
      report.notes.map(
        ({ at, kind, principal, sha256, text }) =>
          `- ${at} ${kind} by ${principal}: ${text === null ? `SHA-256 ${sha256}` : quoted(text)}`,
      ),
    ),
    ...section('Evidence', report.evidence.map(evidenceLine)),
    ...section(
      'Holds',
      report.holds.map(
        ({ scope, from, to, placedAt }) => `- ${placedAt} ${scope}${from ? ` ${from} to ${to}` : ''}`,
      ),
    ),
    ...section(
      'Flags',
      report.flags.map(({ rule, severity, count }) => `- ${rule}, ${severity}, ${count} times`),
    ),
    '',
    checkpoint
      ? `The log had ${checkpoint.size} batches when this was written; root ${checkpoint.root}.`
      : 'The log had no checkpoint when this was written.',
    '',
  ].join('\n')
}
