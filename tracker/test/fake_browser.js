// As much of a browser as the tracker uses, with a clock that the test moves. It runs the built script.
// What only a real browser can show (navigation, beacons of closed pages, CORS) is in tests/browser/.
import vm from 'node:vm'
import { webcrypto } from 'node:crypto'
import { bundle } from '../bundle.js'

const script = new vm.Script(String(await bundle()), { filename: 'pulse.js' })

export const KEY = 'ap_pub_' + '0'.repeat(32)
export const START = Date.parse('2026-03-01T12:00:00Z')

export class FakeBrowser {
  // answers: of the next requests, each {status, retryAfter} or 'away' for a network error; 202 when none are left.
  // storage: shared by pages of one visitor. attributes: of the script tag; null for no tag at all.
  constructor({ url = 'https://shop.example/', storage = {}, now = START, ...options } = {}) {
    this.now = now
    this.storage = storage
    this.requests = []
    this.beacons = []
    this.answers = []
    this.console = []
    this.timers = []
    this.location = new URL(url)
    this.window = this.#window(options)
    vm.createContext(this.window)
    vm.runInContext('Math.random = () => 0', this.window)
  }

  async load() {
    script.runInContext(this.window)
    await this.settle()
    return this
  }

  // Lets time pass; timers and answers come in their order.
  async advance(ms) {
    const end = this.now + ms
    for (;;) {
      await this.settle()
      const next = this.timers.sort((a, b) => a.at - b.at)[0]
      if (!next || next.at > end) break
      this.timers.shift()
      this.now = Math.max(this.now, next.at)
      next.action()
    }
    this.now = end
  }

  async settle() {
    for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve))
  }

  fire(target, name, event = {}) {
    for (const listener of target.listeners[name] || []) listener(event)
  }

  // Like a click on a link to another page of the site; returns the tracker's view of that page.
  leave() {
    this.fire(this.window, 'pagehide')
    this.window.document.hidden = true
    this.fire(this.window.document, 'visibilitychange')
    this.timers = []
  }

  get sent() {
    return this.requests.flatMap(request => request.body.events)
  }

  get names() {
    return this.sent.map(event => event.event_name || event.event_type)
  }

  get unsent() {
    const text = this.storage['pulse_' + KEY]
    return text ? JSON.parse(text)[1] : []
  }

  #window({ attributes = {}, src = 'https://pulse.example/pulse.js', navigator = {}, closedStorage, ...document }) {
    const browser = this
    const tag = attributes && {
      src,
      getAttribute: name => ({ 'data-key': KEY, ...attributes })[name] ?? null,
    }
    const window = {
      ...listening(),
      URL,
      crypto: { getRandomValues: array => webcrypto.getRandomValues(array) },
      location: this.location,
      screen: { width: 1920, height: 1080 },
      innerWidth: 1200,
      innerHeight: 800,
      console: { info: text => this.console.push(text) },
      navigator: {
        language: 'en-GB',
        onLine: true,
        sendBeacon: (url, body) => Boolean(this.beacons.push({ url, body: JSON.parse(body) })),
        ...navigator,
      },
      document: { ...listening(), currentScript: tag, querySelector: () => null, referrer: '', title: 'Shop', ...document },
      history: {
        pushState: (state, title, url) => (this.location.href = new URL(url || '', this.location)),
        replaceState: (state, title, url) => (this.location.href = new URL(url || '', this.location)),
      },
      Date: class extends Date {
        constructor(...given) {
          super(...(given.length ? given : [browser.now]))
        }
        static now() {
          return browser.now
        }
      },
      setTimeout: (action, ms) => {
        const timer = { action: () => action(), at: this.now + ms }
        this.timers.push(timer)
        return timer
      },
      clearTimeout: timer => {
        this.timers = this.timers.filter(other => other !== timer)
      },
      fetch: async (url, options) => this.#answer(url, options),
    }
    Object.defineProperty(window, 'localStorage', {
      get: () => {
        if (closedStorage) throw new Error('closed')
        return this.storage
      },
    })
    window.window = window
    return window
  }

  #answer(url, options) {
    this.requests.push({ url, options, at: this.now, body: JSON.parse(options.body) })
    const answer = this.answers.shift() || { status: 202 }
    if (answer === 'away') throw new TypeError('Failed to fetch')
    if (answer === 'silent') return new Promise(() => {})
    return { status: answer.status, headers: { get: name => (name === 'Retry-After' ? (answer.retryAfter ?? null) : null) } }
  }
}

const listening = () => {
  const listeners = {}
  return { listeners, addEventListener: (name, listener) => (listeners[name] = listeners[name] || []).push(listener) }
}
