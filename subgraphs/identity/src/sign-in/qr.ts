import { encode } from 'uqr'
import { Html } from './html.js'

/** A QR code as SVG, one path, black on white whatever the colours of the page are. */
export function qrCode(text: string): Html {
  const { size, data } = encode(text, { ecc: 'M', border: 2 })
  const dots = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
  return new Html(
    `<svg viewBox="0 0 ${size} ${size}" role="img" aria-label="QR code for your authenticator app" shape-rendering="crispEdges">` +
      `<path fill="#fff" d="M0 0h${size}v${size}H0z"/><path fill="#000" d="${dots.join('')}"/></svg>`,
  )
}
