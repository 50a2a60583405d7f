// Events wait here a moment for company: a batch leaves when it is full, when its time has come, or with the page.
import { now } from './browser.js'
import { settle } from './outbox.js'
import { isAllowed } from './privacy.js'
import { BATCH_SIZE, LEASE_MS, send, sendLast, unanswered } from './transport.js'

let queue = []
let timer

export function add(event) {
  const WAIT_MS = 1e3
  if (queue.push(event) >= BATCH_SIZE) flush()
  else timer = timer || setTimeout(flush, WAIT_MS)
}

export function flush(deliver = send) {
  const events = queue
  queue = []
  timer = clearTimeout(timer)
  if (isAllowed()) while (events[0]) deliver(events.splice(0, BATCH_SIZE))
}

export function leave() {
  flush(sendLast)
  for (const events of unanswered) settle(events, now() + LEASE_MS)
}
