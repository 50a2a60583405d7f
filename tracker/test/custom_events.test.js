import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeBrowser } from './fake_browser.js'

async function count(...calls) {
  const browser = await new FakeBrowser().load()
  for (const call of calls) browser.window.pulse(...call)
  await browser.advance(1000)
  return browser.sent.slice(1)
}

test('an event has its name, its properties and its page', async () => {
  const [event] = await count(['signup', { plan: 'pro', list: [1, { deep: null }] }])
  assert.equal(event.event_type, 'custom')
  assert.equal(event.event_name, 'signup')
  assert.deepEqual(event.custom_data, { plan: 'pro', list: [1, { deep: null }] })
  assert.equal(event.url, 'https://shop.example/')
})

test('properties are those of the moment of the call', async () => {
  const browser = await new FakeBrowser().load()
  const props = { plan: 'pro' }
  browser.window.pulse('signup', props)
  props.plan = 'changed'
  await browser.advance(1000)
  assert.deepEqual(browser.sent[1].custom_data, { plan: 'pro' })
})

test('a value with a currency is revenue', async () => {
  const [event] = await count(['purchase', { value: 49.9, currency: 'EUR' }])
  assert.deepEqual([event.value, event.currency], [49.9, 'EUR'])
  assert.deepEqual(event.custom_data, { value: 49.9, currency: 'EUR' })
})

test('a value alone is a property', async () => {
  const [event] = await count(['volume', { value: 11 }])
  assert.ok(!('value' in event) && !('currency' in event))
  assert.deepEqual(event.custom_data, { value: 11 })
})

test('nothing is left out for the server not to see', async () => {
  const long = 'x'.repeat(10_000)
  const [event] = await count([long, { long }])
  assert.equal(event.event_name, long)
  assert.equal(event.custom_data.long, long)
})

test('no call throws, and one that cannot be sent spoils no other', async () => {
  const cycle = {}
  cycle.self = cycle
  const events = await count(['cycle', cycle], ['big', { n: 10n }], [], ['null', null], ['good'])
  assert.deepEqual(events.map(event => event.event_name), ['undefined', 'null', 'good'])
})

test('calls of before, from the stub, follow the pageview in one request', async () => {
  const browser = new FakeBrowser()
  const stub = (browser.window.pulse = function () {
    ;(stub.q = stub.q || []).push(arguments)
  })
  browser.window.pulse('first', { n: 1 })
  browser.window.pulse('second')
  await browser.load()
  assert.equal(browser.requests.length, 1)
  assert.deepEqual(browser.names, ['pageview', 'first', 'second'])
  assert.deepEqual(browser.sent[1].custom_data, { n: 1 })
})

test('an element of the page that is called pulse is no obstacle', async () => {
  const browser = new FakeBrowser()
  browser.window.pulse = { id: 'pulse', nodeType: 1 }
  await browser.load()
  browser.window.pulse('works')
  await browser.advance(1000)
  assert.deepEqual(browser.names, ['pageview', 'works'])
})
