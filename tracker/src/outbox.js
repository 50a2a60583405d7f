// Events that could not be delivered, kept in localStorage for a later try, on this page or the site's next one. Nothing
// is stored while all goes well. Stored is [due, events]: before due (epoch ms) nobody tries again, and whoever tries
// moves it ahead, so that two tabs do not send the same. (Should they, the server knows the event_id.)
import { load, now, safely, store } from './browser.js'
import { key } from './tag.js'

export const UNSENT = 'pulse_' + key

export const read = () =>
  safely(() => {
    const MAX_AGE_MS = 7 * 864e5 // the server takes nothing older
    const [due, events] = JSON.parse(load(UNSENT))
    return [due, events.filter(event => new Date(event.timestamp) > now() - MAX_AGE_MS)]
  }) || [0, []] // never written, or not by us

// Keeps the events until `due`, or, without due, forgets them as delivered; what else is kept may be tried then too.
export function settle(events, due) {
  const MAX_EVENTS = 100
  const kept = {} // by id: an event that is there already keeps its place, so the oldest are the first to go
  for (const event of read()[1].concat(events)) kept[event.event_id] = event
  if (!due) for (const event of events) delete kept[event.event_id]
  const list = Object.values(kept).slice(-MAX_EVENTS)
  store(UNSENT, list[0] && JSON.stringify([due, list]))
}
