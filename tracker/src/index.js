// Analytics Pulse: counts visits without cookies. window.pulse(name, props) counts an event of the site's own.
import { on, page, safely } from './browser.js'
import { record } from './event.js'
import { onPageview } from './page.js'
import { isOptedOut } from './privacy.js'
import { flush, leave } from './queue.js'
import { retry } from './transport.js'

const pageview = () => record({ event_type: 'pageview' })

function custom([name, props]) {
  // A copy, since the page may change its object before we send. Throws for what is not JSON.
  const custom_data = JSON.parse(JSON.stringify(props || {}))
  const { value, currency } = custom_data
  record({
    event_type: 'custom',
    event_name: name + '',
    custom_data,
    // With a currency it is money; a `value` alone is a property like others.
    value: currency ? value : undefined,
    currency,
  })
}

function start() {
  const calls = waiting
  waiting = 0
  pageview()
  for (const call of calls) safely(custom, call)
  flush()
  onPageview(pageview)
  // A page that is hidden may never be heard of again; one that leaves surely not.
  on(page, 'visibilitychange', () => page.hidden && flush())
  on(window, 'pagehide', leave)
  retry()
  if (isOptedOut()) console.info('pulse_ignore: not counted')
}

// Calls of before we were loaded, from the stub in the page; 0 when we have started.
let waiting

function pulse(...call) {
  if (waiting) waiting.push(call)
  else safely(custom, call)
}

const stub = window.pulse || {}
// Included twice, counted once.
if (!stub.live) {
  waiting = stub.q || []
  window.pulse = pulse
  pulse.live = 1
  // A prerendered page is counted when, and if, it is shown.
  if (page.prerendering) on(page, 'prerenderingchange', start)
  else start()
}
