// Ids. An event's is random and tells nothing; a visitor's exists only where the site chose data-identity="anonymous".
import { load, store } from './browser.js'
import { isAllowed } from './privacy.js'
import { setting } from './tag.js'

export const VISITOR = 'pulse_visitor'

// UUID version 4. Not crypto.randomUUID: that is missing on pages without https.
export const uuid = () =>
  // 10000000-1000-4000-8000-100000000000, whose 0, 1 and 8 become random digits
  ([1e7] + -1e3 + -4e3 + -8e3 + -1e11).replace(/[018]/g, digit =>
    (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16)
  )

// Undefined where it cannot be kept: an id a page would make every page a visitor of its own.
export const visitorId = () =>
  setting('identity') == 'anonymous' && isAllowed() ? load(VISITOR) || store(VISITOR, uuid()) : undefined
