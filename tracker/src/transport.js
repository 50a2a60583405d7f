// Delivery. What was answered with 2xx or refused for good is done; all else goes to the outbox and is tried again with
// the same event_id and timestamp, so that the server counts it once.
import { client, now, timestamp } from './browser.js'
import { read, settle } from './outbox.js'
import { isAllowed } from './privacy.js'
import { endpoint, key } from './tag.js'

export const BATCH_SIZE = 10
export const LEASE_MS = 3e4 // what nobody heard of again is tried again after this

export const unanswered = new Set()
let failures = 0
let timer

const encode = events => JSON.stringify({ key, events, sent_at: timestamp() })

export async function send(events) {
  const FIRST_RETRY_MS = 5e3
  const MAX_DOUBLINGS = 6
  const KEEPALIVE_CHARS = 2e4 // browsers refuse keepalive over 64 KiB, and a character is at most three bytes
  const body = encode(events) // a string goes as text/plain, which needs no preflight
  let wait_ms = FIRST_RETRY_MS * 2 ** Math.min(failures, MAX_DOUBLINGS) * (1 + Math.random())
  unanswered.add(events)
  try {
    const { status, headers } = await fetch(endpoint, {
      method: 'POST',
      body,
      credentials: 'omit',
      keepalive: body.length < KEEPALIVE_CHARS,
    })
    wait_ms = status == 429 || status > 499 ? headers.get('Retry-After') * 1e3 || wait_ms : 0
  } catch (_) {} // offline, blocked, or nobody there
  unanswered.delete(events)
  failures = wait_ms && failures + 1
  settle(events, wait_ms && now() + wait_ms)
  retry()
}

// Sends what the outbox holds, now or when it is due.
export function retry() {
  const MAX_TIMER_MS = 2e9 // beyond about this a timer fires at once
  isAllowed() // else it empties the outbox
  const [due, events] = read()
  clearTimeout(timer)
  if (!events[0]) return
  if (due > now()) timer = setTimeout(retry, Math.min(due - now(), MAX_TIMER_MS))
  else {
    settle(events, now() + LEASE_MS)
    send(events.slice(0, BATCH_SIZE))
  }
}

// The last chance of a page that goes away: a beacon outlives it, but nobody hears how it ends. So the outbox takes the
// events when the network or the server failed just now.
export function sendLast(events) {
  if (failures || !client.onLine || !client.sendBeacon(endpoint, encode(events))) settle(events, now() + LEASE_MS)
}
