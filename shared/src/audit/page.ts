import { publishedActions } from './actions/index.js'
import { type ActionCategory, detailKinds } from './actions/shape.js'

const streams: Readonly<Record<ActionCategory, string>> = {
  ADMIN: 'who may do what, and how the platform is set up',
  BUSINESS: "the dealers' own work",
  DATA_READ: 'somebody saw personal data, or took evidence away',
  DENIED: 'something was tried and refused',
  SIGN_IN: 'who signed in, how, and for how long',
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

/** The page of all actions for people: `docs/audit/actions.md`. */
export function actionsPage(): string {
  return [
    '# What the trail can say',
    '',
    'Written by `npm run docs` from `shared/src/audit`. The same catalogue is checked before an event is written, and by',
    'the database when it is: another action, version, kind of target or key is refused. A published version never',
    'changes.',
    '',
    'An event under a support grant, or about one, also carries `support`: the ticket and the reason that the dealer',
    'approved. The database takes them from the grant.',
    '',
    '## Streams',
    '',
    ...Object.entries(streams).map(([name, text]) => `- \`${name}\`: ${text}`),
    '',
    '## Kinds of values',
    '',
    ...Object.entries(detailKinds).map(([name, text]) => `- \`${name}\`: ${text}`),
    '',
    'A question mark: may be absent or null.',
    '',
    '## Actions',
    '',
    row(['action', 'version', 'about', 'stream', 'detail']),
    row(['---', '---', '---', '---', '---']),
    ...publishedActions().map(({ name, version, targetType, category, detail }) =>
      row([
        `\`${name}\``,
        String(version),
        targetType,
        category,
        Object.entries(detail)
          .map(([key, kind]) => `${key}: ${kind}`)
          .join(', ') || '–',
      ]),
    ),
    '',
  ].join('\n')
}
