// One event: what happened, on which page, when.
import { address, client, page, timestamp } from './browser.js'
import { uuid, visitorId } from './identity.js'
import { referrer } from './page.js'
import { add } from './queue.js'

export function record(fields) {
  const MAX_URL = 2048
  const event = Object.assign(
    {
      // Made once, here: the server knows a retry by its id, and the time is that of the visit, not of the sending.
      event_id: uuid(),
      timestamp: timestamp(),
      url: address.href.split('#')[0].slice(0, MAX_URL), // the fragment never leaves the browser: it may hold a token
      referrer: referrer.slice(0, MAX_URL),
      title: page.title,
      language: client.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      screen_width: screen.width,
      screen_height: screen.height,
      viewport_width: innerWidth,
      viewport_height: innerHeight,
      visitor_id: visitorId(),
    },
    fields
  )
  add(event)
  return event
}
