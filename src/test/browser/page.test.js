// The operations page in a real Chromium, before a bridge that carried the demo, has a paused channel and dead letters.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'

const launcher = fileURLToPath(new URL('../../../bin/guestbridge', import.meta.url))
const pictures = fileURLToPath(new URL('../../../target/page/', import.meta.url))
let bridge, browser, page, environment, address, simulator
const foreign = [] // requests to anybody else, and what the page complained of

const guestbridge = (...words) => promisify(execFile)(launcher, words, { env: environment })

async function control (method, path, body) {
  const answer = await fetch(`${simulator}/_simulator${path}`, { method, body: JSON.stringify(body) })
  assert.equal(Math.floor(answer.status / 100), 2, `${path}: ${answer.status}`)
}

async function send (channel, guest, id) {
  await guestbridge('send', '--channel', channel, '--guest', guest, '--id', id, '--text', `the words of ${guest}`)
}

before(async () => {
  bridge = spawn(launcher, ['demo', '--keep'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [, bus, management, genesys] = await new Promise((resolve, reject) => {
    let out = ''
    bridge.stdout.on('data', text => {
      out += text
      const up = /still up: bus tcp:\/\/127.0.0.1:(\d+),.* health http:\/\/127.0.0.1:(\d+)\/.* simulator (\S+)/.exec(out)
      if (up) resolve(up)
    })
    bridge.on('exit', status => reject(new Error(`the demo ended with ${status}: ${out}`)))
  })
  environment = { ...process.env, BROKER_EMBEDDED_PORT: bus, MANAGEMENT_PORT: management }
  address = `http://127.0.0.1:${management}`
  simulator = genesys
  await control('POST', '/faults', { match: { externalId: 'page-guest' }, status: 422, times: 0 })
  for (let i = 1; i <= 3; i++) await send('whatsapp', 'page-guest', `page-${i}`)
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  })
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  page.on('console', message => { if (message.type() === 'error') foreign.push(message.text()) })
  page.on('pageerror', error => foreign.push(String(error)))
  page.on('request', request => { if (!request.url().startsWith(address) && !request.url().startsWith('data:')) foreign.push(request.url()) })
  page.setDefaultTimeout(20_000)
})

after(async () => {
  await browser?.close()
  if (bridge) {
    const ended = new Promise(resolve => bridge.removeAllListeners('exit').on('exit', resolve))
    bridge.kill('SIGTERM')
    await ended
  }
})

const HEADINGS = { flow: 'Channels', dead: 'Dead letters', find: 'Guest or message', settings: 'Settings in effect', audit: 'Log of acts' }
const open = async (view) => {
  await page.goto(`${address}/ops#${view}`)
  await page.getByRole('heading', { name: HEADINGS[view.split('?')[0]] }).waitFor()
}
const picture = name => page.screenshot({ path: `${pictures}${name}.png`, fullPage: true })

test('the flow shows every channel, and what stands still with a way to try at once', async () => {
  await open('flow')
  for (const channel of ['mobile', 'loadtest', 'kiosk', 'webchat', 'whatsapp']) {
    await page.getByRole('cell', { name: channel, exact: true }).waitFor()
  }
  await page.getByText('Nothing. Every channel and organisation is open.').waitFor()
  await picture('flow')
  await control('PATCH', '/organisations/main', { allowedScopes: [] })
  await control('POST', '/tokens/revoke', { org: 'main' })
  await send('whatsapp', 'waiting-guest', 'waits-1')
  const pause = page.getByRole('article').filter({ hasText: 'channel whatsapp stands still' })
  await pause.waitFor()
  await picture('flow-paused')
  await control('PATCH', '/organisations/main', { allowedScopes: ['messaging', 'messaging:external:write', 'conversation:view', 'conversation:write', 'messaging:guest', 'messaging:web', 'guest:messages:send'] })
  await pause.getByRole('button', { name: 'Try now' }).click()
  await page.getByText('Nothing. Every channel and organisation is open.').waitFor()
})

test('dead letters are searched, and replayed after what that does was read', async () => {
  await open('dead?guest=page-guest')
  const letters = page.getByRole('table', { name: 'The first 3 that fit' })
  assert.equal(await letters.getByRole('cell', { name: 'payload-invalid' }).nth(2).textContent(), 'payload-invalid')
  await page.getByRole('button', { name: 'Replay these' }).click()
  await page.getByRole('dialog').getByText('3 letters of 1 guest.').waitFor()
  await picture('dead-dialog')
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await page.reload()
  await letters.waitFor() // nothing is done before it is confirmed
  await control('DELETE', '/faults')
  await page.getByRole('button', { name: 'Replay these' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click()
  await page.locator('#job', { hasText: '3 of 3' }).waitFor()
  await open('find?of=page-guest')
  await page.locator('.timeline li', { hasText: 'delivered' }).nth(2).waitFor()
  await picture('find')
})

test('settings are shown, and no secret among them', async () => {
  await open('settings')
  await page.getByRole('cell', { name: 'genesys.main.client-secret', exact: true }).waitFor()
  assert.ok(!(await page.content()).includes('main-secret'))
  await picture('settings')
})

test('the log of acts tells what was done here', async () => {
  await open('audit')
  await page.getByRole('cell', { name: 'resume', exact: true }).waitFor()
  await picture('audit')
})

test('it works by keyboard, is named for those who hear it, and fits a telephone in the dark', async () => {
  await page.setViewportSize({ width: 360, height: 740 })
  await page.emulateMedia({ colorScheme: 'dark' })
  for (const view of ['flow', 'dead', 'find?of=page-guest', 'settings', 'audit']) {
    await open(view)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    assert.ok(!wide, `${view} scrolls sideways`)
    await picture(`dark-${view.split('?')[0]}`)
  }
  await open('flow')
  await page.reload()
  await page.getByRole('heading', { name: 'Channels' }).waitFor()
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip')
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Dead letters' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Dead letters' }).waitFor()
})

test('it asks nobody else, and complains of nothing', () => {
  assert.deepEqual(foreign, [])
})
