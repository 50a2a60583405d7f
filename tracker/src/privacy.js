// Whether this visitor may be counted. Asked at each sending and storing, so that a change of mind counts at once.
import { client, load, store } from './browser.js'
import { VISITOR } from './identity.js'
import { UNSENT } from './outbox.js'

export const isOptedOut = () => load('pulse_ignore') == 'true'

export function isAllowed() {
  if (client.doNotTrack != 1 && !client.globalPrivacyControl && !isOptedOut()) return true
  store(UNSENT)
  store(VISITOR)
}
