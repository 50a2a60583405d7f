// Which page is shown, and when another one is.
import { address, on, page, safely } from './browser.js'

// Where the visitor came from: another site at first, then the page before of a single-page app.
export let referrer = page.referrer

// Calls back at each further pageview: a new path by the History API or by back and forward, or a page that comes out
// of the back/forward cache. Not at a new query or fragment.
export function onPageview(callback) {
  const TITLE_WAIT_MS = 300
  let path = address.pathname
  let timer

  const look = () => {
    if (path == address.pathname) return
    referrer = address.origin + path
    path = address.pathname
    const event = callback()
    // Single-page apps set the title after the address. The title of a page that was passed in a hurry is not known.
    clearTimeout(timer)
    timer = setTimeout(() => (event.title = page.title), TITLE_WAIT_MS)
  }

  for (const method of ['pushState', 'replaceState']) {
    const original = history[method]
    history[method] = function () {
      original.apply(this, arguments)
      safely(look)
    }
  }
  on(window, 'popstate', look)
  on(window, 'pageshow', event => {
    if (!event.persisted) return
    referrer = '' // from where is not known, and the first one was counted
    callback()
  })
}
