import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { decodeEntities, type EntityLedger } from './entities.js'
import { adfLimits } from './limits.js'

/**
 * Parses a screened text into elements with lower-case names, no namespace prefixes and decoded texts.
 * @returns null when the text is not well-formed, nests too deeply or uses a name that is reserved in JavaScript.
 */
export function parseTree(text: string, ledger: EntityLedger): readonly XmlElement[] | null {
  try {
    // Senders forget to escape `&`: the validator is shown a space instead, the decoder keeps and notes it.
    if (XMLValidator.validate(text.replaceAll('&', ' ')) !== true) return null
    const nodes: unknown = new XMLParser(parserOptions).parse(text)
    return contentOf(nodes, ledger).filter((item) => typeof item !== 'string')
  } catch {
    return null // The parser's own words quote the document, so they end here.
  }
}

/** An element; `content` holds texts and elements in document order. */
export interface XmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly content: readonly (string | XmlElement)[]
}

/** The child elements, in document order. */
export function childrenOf(element: XmlElement): readonly XmlElement[] {
  return element.content.filter((item) => typeof item !== 'string')
}

/**
 * Fixed on purpose: the defaults of fast-xml-parser turn `+27821234567` into a number and stock `00123` into 123.
 * `preserveOrder` makes every element a list member, and `cdataPropName` keeps CDATA from being decoded as entities.
 */
const parserOptions = {
  ignoreAttributes: false,
  attributeNamePrefix: '',
  removeNSPrefix: true,
  transformTagName: (name: string) => name.toLowerCase(),
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  preserveOrder: true,
  trimValues: false,
  cdataPropName: '#cdata',
  maxNestedTags: adfLimits.nesting,
}

/** fast-xml-parser's ordered form: `{ name: children, ':@': attributes }`, `{ '#text': … }` or `{ '#cdata': […] }`. */
function contentOf(nodes: unknown, ledger: EntityLedger): (string | XmlElement)[] {
  if (!Array.isArray(nodes)) return []
  return nodes.flatMap((node: object) => {
    const [name, value] = Object.entries(node).find(([key]) => key !== ':@') ?? ['', null]
    if (name === '#text') return decodeEntities(String(value), ledger)
    if (name === '#cdata') return (value as readonly { '#text': string }[]).map((part) => part['#text'])
    return { name, attributes: attributesOf(node, ledger), content: contentOf(value, ledger) }
  })
}

function attributesOf(node: object, ledger: EntityLedger): ReadonlyMap<string, string> {
  const attributes = ':@' in node ? Object.entries(node[':@'] as Record<string, string>) : []
  return new Map(attributes.map(([name, value]) => [name.toLowerCase(), decodeEntities(value, ledger)]))
}
