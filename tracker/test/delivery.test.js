import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeBrowser, KEY } from './fake_browser.js'

const DAY_MS = 864e5
const busy = retryAfter => ({ status: 503, retryAfter })

test('the first pageview is sent at once', async () => {
  const browser = await new FakeBrowser().load()
  await browser.advance(0)
  assert.deepEqual(browser.names, ['pageview'])
})

test('later events wait a second for company', async () => {
  const browser = await new FakeBrowser().load()
  browser.window.pulse('one')
  await browser.advance(600)
  browser.window.pulse('two')
  await browser.advance(399)
  assert.equal(browser.requests.length, 1)
  await browser.advance(1)
  assert.deepEqual(browser.requests[1].body.events.map(event => event.event_name), ['one', 'two'])
})

test('a tenth event does not wait', async () => {
  const browser = await new FakeBrowser().load()
  for (let n = 0; n < 25; n++) browser.window.pulse('n' + n)
  await browser.settle()
  assert.deepEqual(browser.requests.map(request => request.body.events.length), [1, 10, 10])
  await browser.advance(1000)
  assert.equal(browser.sent.length, 26)
})

test('a request says who sends and when, and takes no cookie along', async () => {
  const browser = await new FakeBrowser().load()
  browser.window.pulse('later')
  await browser.advance(1000)
  const { url, options, body } = browser.requests[1]
  assert.equal(url, 'https://pulse.example/api/v1/track/batch')
  assert.equal(options.method, 'POST')
  assert.equal(options.credentials, 'omit')
  assert.equal(options.headers, undefined, 'a header of our own would cost a preflight')
  assert.equal(body.key, KEY)
  assert.equal(body.sent_at, '2026-03-01T12:00:01.000Z')
  assert.equal(body.events[0].timestamp, '2026-03-01T12:00:00.000Z')
})

test('only what surely fits the limit of keepalive asks for it', async () => {
  const browser = await new FakeBrowser().load()
  for (let n = 0; n < 10; n++) browser.window.pulse('big', { text: 'ä'.repeat(3000) })
  await browser.settle()
  assert.deepEqual(browser.requests.map(request => request.options.keepalive), [true, false])
})

test('data-api names another endpoint', async () => {
  const browser = await new FakeBrowser({ attributes: { 'data-api': '/collect' } }).load()
  assert.equal(browser.requests[0].url, '/collect')
})

for (const trouble of ['away', { status: 500 }, { status: 503 }, { status: 429 }]) {
  test(`after ${trouble.status || 'no answer'} the same event is sent again, with patience that grows`, async () => {
    const browser = new FakeBrowser()
    browser.answers = Array(10).fill(trouble)
    await browser.load()
    await browser.advance(3_000_000)
    const waits = browser.requests.map(({ at }, n, all) => (n ? (at - all[n - 1].at) / 1000 : 0))
    assert.deepEqual(waits, [0, 5, 10, 20, 40, 80, 160, 320, 320, 320, 320])
    assert.equal(new Set(browser.sent.map(event => JSON.stringify(event))).size, 1)
    assert.deepEqual(browser.storage, {})
  })
}

test('Retry-After is obeyed', async () => {
  const browser = new FakeBrowser()
  browser.answers = [busy('120')]
  await browser.load()
  await browser.advance(119_999)
  assert.equal(browser.requests.length, 1)
  await browser.advance(1)
  assert.equal(browser.requests.length, 2)
})

test('a Retry-After of years does not make a timer that fires at once', async () => {
  const browser = new FakeBrowser()
  browser.answers = [busy('99999999')]
  await browser.load()
  assert.ok(browser.timers.every(timer => timer.at - browser.now < 2 ** 31))
})

test('a Retry-After that is a date counts as none', async () => {
  const browser = new FakeBrowser()
  browser.answers = [busy('Fri, 20 Nov 2026 08:00:00 GMT')]
  await browser.load()
  await browser.advance(5000)
  assert.equal(browser.requests.length, 2)
})

for (const status of [200, 202, 400, 401, 403, 404, 413, 415]) {
  test(`${status} is an answer for good`, async () => {
    const browser = new FakeBrowser()
    browser.answers = [{ status }]
    await browser.load()
    await browser.advance(DAY_MS)
    assert.equal(browser.requests.length, 1)
    assert.deepEqual(browser.storage, {})
  })
}

test('what one page could not send, the next one sends as soon as the server answers', async () => {
  const first = new FakeBrowser()
  first.answers = [busy('600')]
  await first.load()
  first.leave()
  const next = await new FakeBrowser({ storage: first.storage, now: first.now + 2000 }).load()
  assert.deepEqual(next.sent[1], first.sent[0])
  assert.deepEqual(next.storage, {})
})

test('it comes back by itself for what is due later', async () => {
  const first = new FakeBrowser()
  first.answers = [busy('600')]
  await first.load()
  first.leave()
  const next = new FakeBrowser({ storage: first.storage, now: first.now + 2000 })
  next.answers = [busy('60')]
  await next.load()
  await next.advance(60_000)
  assert.deepEqual(next.sent.map(event => event.event_id).sort().length, 3)
  assert.deepEqual(next.storage, {})
})

test('what one tab is sending again, another leaves alone', async () => {
  const first = new FakeBrowser()
  first.answers = [busy('5'), 'silent']
  await first.load()
  await first.advance(5000)
  assert.equal(first.requests.length, 2)
  const second = new FakeBrowser({ storage: first.storage, now: first.now + 1000 })
  second.answers = ['silent']
  await second.load()
  await second.advance(28_000)
  assert.equal(second.sent.length, 1)
  await second.advance(1000)
  assert.deepEqual(second.sent[1], first.sent[0])
})

test('however much fails, one timer waits for it', async () => {
  const browser = new FakeBrowser()
  browser.answers = Array(5).fill(busy('60'))
  await browser.load()
  for (let n = 0; n < 40; n++) browser.window.pulse('n' + n)
  await browser.settle()
  assert.equal(browser.timers.length, 1)
})

test('a hundred events of a long outage go out in batches', async () => {
  const browser = new FakeBrowser()
  browser.answers = Array(11).fill(busy('60'))
  await browser.load()
  for (let n = 0; n < 99; n++) {
    browser.window.pulse('n' + n)
    await browser.settle()
  }
  await browser.advance(2000)
  assert.equal(browser.unsent.length, 100)
  browser.requests.length = browser.answers.length = 0
  await browser.advance(61_000)
  assert.deepEqual(browser.requests.map(request => request.body.events.length), Array(10).fill(10))
  assert.equal(new Set(browser.sent.map(event => event.event_id)).size, 100)
  assert.deepEqual(browser.storage, {})
})

test('of more than a hundred the oldest go', async () => {
  const browser = new FakeBrowser()
  browser.answers = Array(100).fill(busy('600'))
  await browser.load()
  for (let n = 0; n < 120; n++) {
    browser.window.pulse('n' + n)
    await browser.settle()
  }
  await browser.advance(1000)
  assert.deepEqual(browser.unsent.map(event => event.event_name), Array.from({ length: 100 }, (_, n) => 'n' + (n + 20)))
})

test('what is older than a week is forgotten', async () => {
  const first = new FakeBrowser()
  first.answers = [busy('600')]
  await first.load()
  first.leave()
  const next = await new FakeBrowser({ storage: first.storage, now: first.now + 7 * DAY_MS }).load()
  await next.advance(60_000)
  assert.equal(next.sent.length, 1)
  assert.deepEqual(next.storage, {})
})

test('a page that leaves hands over by beacon what waits', async () => {
  const browser = await new FakeBrowser().load()
  browser.window.pulse('bye')
  browser.leave()
  assert.equal(browser.requests.length, 1)
  assert.deepEqual(browser.beacons.map(beacon => beacon.body.events.map(event => event.event_name)), [['bye']])
  assert.deepEqual(browser.storage, {})
})

for (const [reason, navigator] of [
  ['offline', { onLine: false }],
  ['the browser takes no beacon', { sendBeacon: () => false }],
]) {
  test(`a page that leaves keeps what waits when ${reason}`, async () => {
    const browser = await new FakeBrowser({ navigator }).load()
    browser.window.pulse('bye')
    browser.leave()
    assert.deepEqual(browser.unsent.map(event => event.event_name), ['bye'])
    assert.equal(browser.beacons.length, 0)
  })
}

test('a page that leaves while the server is in trouble trusts no beacon', async () => {
  const browser = new FakeBrowser()
  browser.answers = [busy()]
  await browser.load()
  browser.window.pulse('bye')
  browser.leave()
  assert.equal(browser.beacons.length, 0)
  assert.deepEqual(browser.unsent.map(event => event.event_type), ['pageview', 'custom'])
})

test('what was not answered when the page left is sent again, with the same id', async () => {
  const first = new FakeBrowser()
  first.answers = ['silent']
  await first.load()
  first.leave()
  const next = await new FakeBrowser({ storage: first.storage, now: first.now + 1000 }).load()
  await next.advance(60_000)
  assert.deepEqual(next.sent.filter(event => event.event_id === first.sent[0].event_id), first.sent)
})

test('a hidden page sends at once, and hears the answer', async () => {
  const browser = await new FakeBrowser().load()
  browser.window.pulse('hidden')
  browser.window.document.hidden = true
  browser.answers = [busy('3')]
  browser.fire(browser.window.document, 'visibilitychange')
  await browser.settle()
  assert.deepEqual(browser.names, ['pageview', 'hidden'])
  await browser.advance(3000)
  assert.deepEqual(browser.names, ['pageview', 'hidden', 'hidden'])
})

test('a page that is shown again sends nothing for that', async () => {
  const browser = await new FakeBrowser().load()
  browser.window.pulse('waiting')
  browser.fire(browser.window.document, 'visibilitychange')
  await browser.settle()
  assert.equal(browser.requests.length, 1)
})

test('where localStorage is closed nothing breaks', async () => {
  const browser = new FakeBrowser({ closedStorage: true })
  browser.answers = ['away']
  await browser.load()
  browser.window.pulse('still here')
  await browser.advance(1000)
  assert.deepEqual(browser.names, ['pageview', 'still here'])
})

for (const damaged of ['', '[', 'null', '{}', '[0]', '[0,[null]]', '[0,[{}]]', '["x",{}]']) {
  test(`an outbox of ${damaged || 'nothing'} counts as empty`, async () => {
    const browser = await new FakeBrowser({ storage: { ['pulse_' + KEY]: damaged } }).load()
    await browser.advance(60_000)
    assert.deepEqual(browser.names, ['pageview'])
    assert.deepEqual(browser.storage, {})
  })
}
