/**
 * The only script of the pages. It shows the passkey buttons where a browser knows passkeys, asks for one, and sends
 * the answer in the form it stands in. Without it every page works; passkeys are then not offered.
 */
export const passkeyScript = `'use strict'
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (sign) => sign.charCodeAt(0))
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '')
const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }))

const ask = (options) => navigator.credentials.get({ publicKey: {
  ...options, challenge: bytes(options.challenge), allowCredentials: named(options.allowCredentials) } })
const make = (options) => navigator.credentials.create({ publicKey: {
  ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) },
  excludeCredentials: named(options.excludeCredentials) } })

const told = ({ id, type, rawId, response, authenticatorAttachment }) => JSON.stringify({
  id, type, rawId: text(rawId), authenticatorAttachment, clientExtensionResults: {},
  response: response.attestationObject
    ? { clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject),
        transports: response.getTransports ? response.getTransports() : [] }
    : { clientDataJSON: text(response.clientDataJSON), authenticatorData: text(response.authenticatorData),
        signature: text(response.signature),
        ...(response.userHandle ? { userHandle: text(response.userHandle) } : {}) } })

for (const form of document.querySelectorAll('form[data-passkey]')) {
  if (!window.PublicKeyCredential) continue
  form.hidden = false
  const status = form.querySelector('[role=status]')
  form.addEventListener('submit', async (event) => {
    if (form.elements.credential.value) return
    event.preventDefault()
    status.textContent = ''
    try {
      const options = JSON.parse(form.dataset.options)
      const credential = await (form.dataset.passkey === 'create' ? make(options) : ask(options))
      form.elements.credential.value = told(credential)
      form.submit()
    } catch (error) {
      status.textContent = 'No passkey was used. Try again, or go on without one.'
    }
  })
}
`
