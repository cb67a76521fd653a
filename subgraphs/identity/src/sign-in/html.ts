/** Markup that is safe to send: everything that was put into it has been escaped. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may stand in a hole of a template: text is escaped, markup is not, nothing is nothing. */
export type Hole = string | number | Html | readonly Html[] | null | undefined | false

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (sign) => escapes[sign] ?? '')

function textOf(hole: Hole): string {
  if (hole === null || hole === undefined || hole === false) return ''
  if (hole instanceof Html) return hole.text
  return typeof hole === 'object' ? hole.map(({ text }) => text).join('') : escaped(String(hole))
}

/** Builds markup. Attributes must be quoted: `value="${x}"`. */
export const html = (parts: TemplateStringsArray, ...holes: readonly Hole[]): Html =>
  new Html(parts.map((part, index) => part + textOf(holes[index])).join(''))
