import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeBrowser, KEY } from './fake_browser.js'

const ANONYMOUS = { 'data-identity': 'anonymous' }
const UNSENT = 'pulse_' + KEY

for (const navigator of [{ doNotTrack: '1' }, { globalPrivacyControl: true }]) {
  test(`${Object.keys(navigator)}: nothing is sent and nothing stored`, async () => {
    const browser = await new FakeBrowser({ navigator, attributes: ANONYMOUS }).load()
    browser.window.pulse('signup')
    browser.window.history.pushState({}, '', '/a')
    await browser.advance(60_000)
    browser.leave()
    assert.equal(browser.requests.length + browser.beacons.length, 0)
    assert.deepEqual(browser.storage, {})
    assert.deepEqual(browser.console, [])
  })
}

for (const navigator of [{ doNotTrack: '0' }, { doNotTrack: 'unspecified' }, { globalPrivacyControl: false }]) {
  test(`${JSON.stringify(navigator)} is no refusal`, async () => {
    const browser = await new FakeBrowser({ navigator }).load()
    assert.deepEqual(browser.names, ['pageview'])
  })
}

test('who opted out is not counted, and told so once', async () => {
  const browser = await new FakeBrowser({ storage: { pulse_ignore: 'true' }, attributes: ANONYMOUS }).load()
  browser.window.pulse('signup')
  browser.window.history.pushState({}, '', '/a')
  await browser.advance(60_000)
  browser.leave()
  assert.equal(browser.requests.length + browser.beacons.length, 0)
  assert.deepEqual(browser.storage, { pulse_ignore: 'true' })
  assert.deepEqual(browser.console, ['pulse_ignore: not counted'])
})

test('an opt-out takes back what waits, what is unsent and the id', async () => {
  const browser = new FakeBrowser({ attributes: ANONYMOUS })
  browser.answers = [{ status: 503, retryAfter: '60' }]
  await browser.load()
  browser.window.pulse('waiting')
  assert.deepEqual(Object.keys(browser.storage).sort(), [UNSENT, 'pulse_visitor'])
  browser.storage.pulse_ignore = 'true'
  await browser.advance(120_000)
  browser.leave()
  assert.equal(browser.requests.length, 1)
  assert.equal(browser.beacons.length, 0)
  assert.deepEqual(browser.storage, { pulse_ignore: 'true' })
})

test('a flag of anything else is none', async () => {
  const browser = await new FakeBrowser({ storage: { pulse_ignore: 'false' } }).load()
  assert.deepEqual(browser.names, ['pageview'])
})

test('a visitor has no id, and the browser keeps nothing', async () => {
  const browser = await new FakeBrowser().load()
  assert.ok(!('visitor_id' in browser.sent[0]) && !('session_id' in browser.sent[0]))
  assert.deepEqual(browser.storage, {})
})

test('with data-identity="anonymous" a visitor has one random id, on all pages', async () => {
  const first = await new FakeBrowser({ attributes: ANONYMOUS }).load()
  const second = await new FakeBrowser({ attributes: ANONYMOUS, storage: first.storage }).load()
  second.window.pulse('signup')
  await second.advance(1000)
  const ids = [...first.sent, ...second.sent].map(event => event.visitor_id)
  assert.deepEqual(ids, Array(3).fill(first.storage.pulse_visitor))
  const other = await new FakeBrowser({ attributes: ANONYMOUS }).load()
  assert.notEqual(other.sent[0].visitor_id, ids[0])
})

test('an id that cannot be kept is not sent', async () => {
  const browser = await new FakeBrowser({ attributes: ANONYMOUS, closedStorage: true }).load()
  assert.ok(!('visitor_id' in browser.sent[0]))
})
