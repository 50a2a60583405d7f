import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeBrowser } from './fake_browser.js'

const UUID_4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/
const paths = browser => browser.sent.map(event => new URL(event.url).pathname)

test('a pageview says what is known of the page', async () => {
  const url = 'https://shop.example/a?utm_source=mail'
  const browser = await new FakeBrowser({ url: url + '#token=secret', referrer: 'https://search.example/' }).load()
  const [{ event_id, timezone, ...event }] = browser.sent
  assert.match(event_id, UUID_4)
  assert.equal(timezone, Intl.DateTimeFormat().resolvedOptions().timeZone)
  assert.deepEqual(event, {
    event_type: 'pageview',
    timestamp: '2026-03-01T12:00:00.000Z',
    url,
    referrer: 'https://search.example/',
    title: 'Shop',
    language: 'en-GB',
    screen_width: 1920,
    screen_height: 1080,
    viewport_width: 1200,
    viewport_height: 800,
  })
})

test('addresses that the server would refuse as too long are cut', async () => {
  const long = 'https://shop.example/?' + 'x'.repeat(5000)
  const browser = await new FakeBrowser({ url: long, referrer: long }).load()
  assert.equal(browser.sent[0].url, long.slice(0, 2048))
  assert.equal(browser.sent[0].referrer, long.slice(0, 2048))
})

test('ids differ', async () => {
  const browser = await new FakeBrowser().load()
  for (let n = 0; n < 500; n++) browser.window.pulse('n')
  await browser.advance(1000)
  assert.equal(new Set(browser.sent.map(event => event.event_id)).size, 501)
  for (const event of browser.sent) assert.match(event.event_id, UUID_4)
})

test('a new path by the History API is a pageview, whose referrer is the page before', async () => {
  const browser = await new FakeBrowser({ referrer: 'https://search.example/' }).load()
  browser.window.history.pushState({}, '', '/a?q=1')
  browser.window.history.replaceState({}, '', '/b')
  browser.location.href = 'https://shop.example/a'
  browser.fire(browser.window, 'popstate')
  await browser.advance(1000)
  assert.deepEqual(paths(browser), ['/', '/a', '/b', '/a'])
  assert.deepEqual(
    browser.sent.map(event => event.referrer),
    ['https://search.example/', 'https://shop.example/', 'https://shop.example/a', 'https://shop.example/b']
  )
})

test('a new query, fragment or state is none', async () => {
  const browser = await new FakeBrowser().load()
  browser.window.history.pushState({}, '', '?q=1')
  browser.window.history.pushState({}, '', '#part')
  browser.window.history.replaceState({}, '')
  browser.fire(browser.window, 'popstate')
  await browser.advance(1000)
  assert.equal(browser.sent.length, 1)
})

test('the History API goes on as before, with the site as its this', async () => {
  const browser = new FakeBrowser()
  const calls = []
  browser.window.history.pushState = function (...given) {
    calls.push([this === browser.window.history, ...given])
    throw new Error('quota')
  }
  await browser.load()
  assert.throws(() => browser.window.history.pushState(1, '', '/x'), /quota/)
  assert.deepEqual(calls, [[true, 1, '', '/x']])
})

test('a title that comes after the address is that of the pageview', async () => {
  const browser = await new FakeBrowser().load()
  browser.window.history.pushState({}, '', '/a')
  browser.window.document.title = 'A'
  await browser.advance(1000)
  assert.equal(browser.sent[1].title, 'A')
})

test('a page that was passed in a hurry does not take the title of the next', async () => {
  const browser = await new FakeBrowser().load()
  browser.window.document.title = 'A'
  browser.window.history.pushState({}, '', '/a')
  await browser.advance(100)
  browser.window.history.pushState({}, '', '/b')
  browser.window.document.title = 'B'
  await browser.advance(1000)
  assert.deepEqual(browser.sent.slice(1).map(event => event.title), ['A', 'B'])
})

test('a page out of the back/forward cache counts, without its first referrer', async () => {
  const browser = await new FakeBrowser({ referrer: 'https://search.example/' }).load()
  browser.fire(browser.window, 'pageshow', { persisted: false })
  browser.fire(browser.window, 'pageshow', { persisted: true })
  await browser.advance(1000)
  assert.deepEqual(browser.sent.map(event => event.referrer), ['https://search.example/', ''])
})

test('a prerendered page counts when it is shown, with the time of that', async () => {
  const browser = await new FakeBrowser({ prerendering: true }).load()
  browser.window.pulse('early')
  await browser.advance(60_000)
  assert.equal(browser.requests.length, 0)
  browser.fire(browser.window.document, 'prerenderingchange')
  await browser.settle()
  assert.deepEqual(browser.names, ['pageview', 'early'])
  assert.equal(browser.sent[0].timestamp, '2026-03-01T12:01:00.000Z')
})

test('a script that runs twice counts once', async () => {
  const browser = new FakeBrowser({ prerendering: true })
  await browser.load()
  await browser.load()
  browser.fire(browser.window.document, 'prerenderingchange')
  await browser.load()
  browser.window.history.pushState({}, '', '/a')
  browser.window.pulse('once')
  await browser.advance(1000)
  assert.deepEqual(browser.names, ['pageview', 'pageview', 'once'])
})

test('a script without its tag is found by data-key', async () => {
  const browser = new FakeBrowser()
  const tag = browser.window.document.currentScript
  browser.window.document.currentScript = null
  browser.window.document.querySelector = selector => (selector === 'script[data-key]' ? tag : null)
  await browser.load()
  assert.deepEqual(browser.names, ['pageview'])
})

for (const [fault, options] of [
  ['no tag', { attributes: null }],
  ['a tag without address', { src: '' }],
]) {
  test(`with ${fault} there is silence`, async () => {
    const browser = await new FakeBrowser(options).load()
    assert.equal(browser.requests.length, 0)
    assert.deepEqual(browser.console, [])
  })
}
