// The operations page in a real Chromium, before a bridge that carried the demo, asks who operates it, has a paused channel
// and dead letters.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test as timed } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import axe from 'axe-core'
import { chromium } from 'playwright-core'

const launcher = fileURLToPath(new URL('../../../bin/guestbridge', import.meta.url))
const pictures = fileURLToPath(new URL('../../../target/page/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'guestbridge-page-'))
const PASSWORD = 'known to the tests alone'
const START_MS = 300_000 // which may build first
const LIMIT_MS = 120_000
const test = (name, work) => timed(name, { timeout: LIMIT_MS }, work)
let bridge, browser, page, environment, address, simulator
const foreign = [] // requests to anybody else, and what the page complained of

function hash () {
  const salt = randomBytes(16)
  return `pbkdf2-sha256:600000:${salt.toString('base64url')}:${pbkdf2Sync(PASSWORD, salt, 600_000, 32, 'sha256').toString('base64url')}`
}

const guestbridge = (...words) => promisify(execFile)(launcher, words, { env: environment })

async function control (method, path, body) {
  const answer = await fetch(`${simulator}/_simulator${path}`, { method, body: JSON.stringify(body) })
  assert.equal(Math.floor(answer.status / 100), 2, `${path}: ${answer.status}`)
  const told = await answer.text()
  return told && JSON.parse(told)
}

async function send (guest, ids) {
  const file = join(folder, `${guest}.jsonl`)
  writeFileSync(file, ids.map(id => JSON.stringify({ id, guest: { externalId: guest }, text: `the words of ${guest}` })).join('\n'))
  await guestbridge('send', '--channel', 'whatsapp', file)
}

/** As a script asks, by HTTP Basic. */
async function asked (path) {
  const authorization = `Basic ${Buffer.from(`ada:${PASSWORD}`).toString('base64')}`
  return (await fetch(`${address}/ops/api${path}`, { headers: { authorization } })).json()
}

const acts = async () => (await asked('/audit')).map(one => one.act)

const SCOPES = ['messaging', 'messaging:external:write', 'conversation:view', 'conversation:write', 'messaging:guest', 'messaging:web', 'guest:messages:send']

/** Sends a message for which the organisation's token lacks the scope. */
async function pause (guest, id) {
  await control('PATCH', '/organisations/main', { allowedScopes: [] })
  await control('POST', '/tokens/revoke', { org: 'main' })
  await send(guest, [id])
}

const cure = () => control('PATCH', '/organisations/main', { allowedScopes: SCOPES })

const ids = (name, many) => Array.from({ length: many }, (_, i) => `${name}-${i + 1}`)

before(async () => {
  const operator = { MANAGEMENT_USER: 'ada', MANAGEMENT_PASSWORD_HASH: hash() }
  bridge = spawn(launcher, ['demo', '--keep'], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...operator } })
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
  for (const guest of ['page-guest', 'bulk-guest']) await control('POST', '/faults', { match: { externalId: guest }, status: 422, times: 0 })
  await send('page-guest', ids('page', 3))
  await send('bulk-guest', ids('bulk', 12))
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  })
  page = await fresh()
  page.on('console', message => { if (message.type() === 'error') foreign.push(message.text()) })
  page.on('pageerror', error => foreign.push(String(error)))
  page.on('request', request => { if (!request.url().startsWith(address) && !request.url().startsWith('data:')) foreign.push(request.url()) })
}, { timeout: START_MS })

after(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true })
  if (bridge) {
    const ended = new Promise(resolve => bridge.removeAllListeners('exit').on('exit', resolve))
    bridge.kill('SIGTERM')
    await ended
  }
}, { timeout: LIMIT_MS })

// so the runner ends a file that took too long, and nothing that it started stays behind
process.on('SIGTERM', () => {
  bridge?.kill('SIGTERM')
  process.exit(1)
})

/** A browser that knows nothing. */
async function fresh () {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  context.setDefaultTimeout(20_000)
  return context.newPage()
}

const form = on => on.getByRole('dialog', { name: 'Guestbridge: who are you?' })

async function logIn (on, password = PASSWORD) {
  await form(on).getByLabel('User').fill('ada')
  await form(on).getByLabel('Password').fill(password)
  await form(on).getByRole('button', { name: 'Log in' }).click()
}

const HEADINGS = { flow: 'Channels', dead: 'Dead letters', find: 'Guest or message', settings: 'Settings in effect', audit: 'Log of acts' }
const open = async (view, on = page) => {
  await on.goto(`${address}/ops#${view}`)
  await on.getByRole('heading', { name: HEADINGS[view.split('?')[0]] }).waitFor()
}
const picture = (name, on = page) => on.screenshot({ path: `${pictures}${name}.png`, fullPage: true })

test('who isn’t logged in is asked, by the page and not by the browser, and sees nothing', async () => {
  const challenges = []
  page.on('response', response => { if (response.headers()['www-authenticate']) challenges.push(response.url()) })
  await page.goto(`${address}/ops`)
  await form(page).waitFor()
  assert.equal(await page.locator('#view').textContent(), '')
  await picture('login')
  await logIn(page)
  await page.getByRole('heading', { name: 'Channels' }).waitFor()
  await page.locator('#who', { hasText: 'ada' }).waitFor()
  assert.ok(!page.url().includes(PASSWORD))
  assert.deepEqual(challenges, [])
  const cookies = await page.context().cookies()
  assert.deepEqual(cookies.map(({ httpOnly, sameSite, path, expires }) => ({ httpOnly, sameSite, path, expires })),
    [{ httpOnly: true, sameSite: 'Strict', path: '/ops', expires: -1 }])
  assert.deepEqual(await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length]), ['', 0, 0])
})

test('a wrong password is told, and what was typed as the user stays', async () => {
  const other = await fresh()
  await other.goto(`${address}/ops`)
  await logIn(other, 'a guess')
  await form(other).getByRole('alert').filter({ hasText: 'user or password is wrong' }).waitFor()
  assert.equal(await form(other).getByLabel('User').inputValue(), 'ada')
  assert.equal(await form(other).getByLabel('Password').inputValue(), '')
  await picture('login-wrong', other)
  await other.keyboard.press('Escape')
  await other.keyboard.press('Escape')
  await form(other).waitFor()
  await other.context().close()
})

test('the flow shows every channel, and what stands still with a way to try at once', async () => {
  await open('flow')
  for (const channel of ['mobile', 'loadtest', 'kiosk', 'webchat', 'whatsapp']) {
    await page.getByRole('cell', { name: channel, exact: true }).waitFor()
  }
  await page.getByText('Nothing. Every channel and organisation is open.').waitFor()
  await picture('flow')
  await pause('waiting-guest', 'waits-1')
  const note = page.getByRole('article').filter({ hasText: 'channel whatsapp stands still' })
  await note.waitFor()
  await picture('flow-paused')
  await page.emulateMedia({ colorScheme: 'dark' })
  await picture('dark-wide-flow-paused')
  await page.emulateMedia({ colorScheme: 'light' })
  await cure()
  await note.getByRole('button', { name: 'Try now' }).click()
  await page.getByText('Nothing. Every channel and organisation is open.').waitFor()
})

test('a refresh changes what has changed and nothing else: focus, selection and elements stay, and pauses alone are told aloud', async () => {
  await open('flow')
  await pause('still-guest', 'still-1')
  await page.getByRole('button', { name: 'Try now' }).waitFor()
  await page.evaluate(() => {
    const note = document.querySelector('article')
    const held = [...document.querySelectorAll('tr')].find(row => row.firstChild.textContent === 'whatsapp').children[3]
    window.seen = { note, held, button: note.querySelector('button'), toldAloud: 0 }
    window.seen.button.focus()
    getSelection().selectAllChildren(note.querySelector('p'))
    window.seen.selected = String(getSelection())
    new MutationObserver(() => { window.seen.toldAloud++ }).observe(document.querySelector('[role=status]'), { subtree: true, childList: true, characterData: true })
  })
  await send('other-guest', ['still-2'])
  await page.waitForFunction(() => window.seen.held.textContent === '2' && window.seen.held.isConnected)
  assert.deepEqual(await page.evaluate(() => ({
    elements: [window.seen.note, window.seen.held, window.seen.button].map(one => one.isConnected),
    focus: document.activeElement === window.seen.button,
    selection: String(getSelection()) === window.seen.selected && window.seen.selected.length > 9,
    toldAloud: window.seen.toldAloud
  })), { elements: [true, true, true], focus: true, selection: true, toldAloud: 0 })
  await cure()
  await page.keyboard.press('Enter')
  await page.getByRole('status').filter({ hasText: 'Nothing. Every channel and organisation is open.' }).waitFor()
  assert.deepEqual(await page.evaluate(() => [window.seen.note.isConnected, document.activeElement.id, window.seen.toldAloud > 0]), [false, 'view', true])
})

test('a login that is over while the page is open is asked for again, and nothing that was typed is lost', async () => {
  const other = await fresh()
  await other.goto(`${address}/ops#dead?guest=page-guest`)
  await logIn(other)
  await other.getByRole('table', { name: 'All 3 that fit' }).waitFor()
  await other.getByLabel('Reason has').fill('refuses')
  await other.context().clearCookies()
  await other.getByRole('button', { name: 'Search' }).click()
  await form(other).waitFor()
  assert.equal(await form(other).getByText('isn’t done yet').isVisible(), false)
  await logIn(other)
  await other.getByRole('table', { name: 'All 3 that fit' }).waitFor()
  assert.equal(await other.getByLabel('Reason has').inputValue(), 'refuses')

  await other.getByRole('button', { name: 'Replay these' }).click()
  const dialog = other.getByRole('dialog', { name: 'Replay dead letters?' })
  await dialog.getByLabel('Letters a second').fill('7')
  await other.context().clearCookies()
  await dialog.getByLabel('At most so many').fill('2')
  await dialog.getByLabel('At most so many').press('Enter')
  await logIn(other)
  await dialog.getByText('2 letters of 1 guest.').waitFor()
  assert.equal(await dialog.getByLabel('Letters a second').inputValue(), '7')
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  await other.getByRole('button', { name: 'Discard these' }).click()
  await other.getByRole('dialog').getByLabel('At most so many').fill('0')
  await other.getByRole('dialog').getByRole('button', { name: 'Discard' }).click()
  await other.getByRole('dialog', { name: 'Discard dead letters?' }).waitFor() // 0 is refused where it stands
  await other.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  assert.ok(!(await acts()).includes('discard dead letters'))
  await other.context().close()
})

test('what one tab does to the login, the others notice by themselves', async () => {
  const one = await fresh()
  await one.goto(`${address}/ops#settings`)
  await logIn(one)
  await one.getByRole('heading', { name: 'Settings in effect' }).waitFor()
  const two = await one.context().newPage()
  await open('audit', two) // is let in without a question
  await two.getByRole('button', { name: 'Log out' }).click()
  await form(two).waitFor()
  await form(one).waitFor()
  assert.equal((await one.context().cookies()).length, 0)
  await logIn(one)
  await two.getByRole('heading', { name: 'Log of acts' }).waitFor()
  await form(two).waitFor({ state: 'hidden' })
  // a login that nobody told it of: the session is another one, and so is the token that its acts must bear
  await one.evaluate(async said => (await fetch('/ops/api/login', { method: 'POST', headers: { 'X-Guestbridge': 'page' }, body: JSON.stringify(said) })).json(), { user: 'ada', password: PASSWORD })
  assert.equal(await two.evaluate(async () => (await (await import('/ops/session.js')).act('/pauses/resume', { name: 'none' }).catch(refused => refused.message)).slice(0, 21)), 'nothing named \'none\' ')
  await one.context().close()
})

test('a page of another site can’t act for who is logged in, nor this one without its token', async () => {
  const site = createServer((request, response) => response.setHeader('Content-Type', 'text/html').end(
    `<form method="post" enctype="text/plain" action="${address}/ops/api/jobs/cancel"><input name='{"id":"x","a":"' value='"}'></form>`))
  await new Promise(resolve => site.listen(0, '127.0.0.1', resolve))
  try {
    const theirs = await page.context().newPage() // of the same browser, which shows them its cookie: only the port differs
    const answers = []
    theirs.on('response', response => { if (response.url().includes('/ops/api/')) answers.push(response.status()) })
    await theirs.goto(`http://127.0.0.1:${site.address().port}/`)
    const read = await theirs.evaluate(async api => {
      const blocked = () => 'blocked'
      await fetch(`${api}/jobs/cancel`, { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{"id":"x"}' })
      await fetch(`${api}/jobs/cancel`, { method: 'POST', credentials: 'include', headers: { 'X-Guestbridge': 'page' }, body: '{"id":"x"}' }).catch(blocked)
      return fetch(`${api}/session`, { credentials: 'include' }).then(answer => answer.text()).catch(blocked)
    }, `${address}/ops/api`)
    assert.equal(read, 'blocked')
    await Promise.all([theirs.waitForURL('**/jobs/cancel'), theirs.evaluate(() => document.forms[0].submit())])
    assert.ok(answers.length >= 2, String(answers)) // what the browser itself held back isn't among them
    assert.ok(answers.every(status => status === 403), String(answers))
    await theirs.close()
  } finally {
    site.close()
  }
  const without = await fresh()
  await without.goto(`${address}/ops`)
  await logIn(without)
  await without.getByRole('heading', { name: 'Channels' }).waitFor()
  const status = await without.evaluate(async () => (await fetch('/ops/api/jobs/cancel', { method: 'POST', headers: { 'X-Guestbridge': 'page' }, body: '{"id":"x"}' })).status)
  assert.equal(status, 403)
  await without.context().close()
  assert.ok(!(await acts()).includes('cancel job'))
})

test('dead letters are searched, and replayed after what that does was read', async () => {
  await open('dead?guest=page-guest')
  const letters = page.getByRole('table', { name: 'All 3 that fit' })
  assert.equal(await letters.getByRole('cell', { name: 'payload-invalid' }).nth(2).textContent(), 'payload-invalid')
  await page.getByRole('button', { name: 'Replay these' }).click()
  const dialog = page.getByRole('dialog', { name: 'Replay dead letters?' })
  await dialog.getByText('3 letters of 1 guest.').waitFor()
  await dialog.getByLabel('At most so many').fill('1')
  await dialog.getByLabel('At most so many').blur()
  await dialog.getByText('1 letter of 1 guest.').waitFor()
  await picture('dead-dialog')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await page.reload()
  await letters.waitFor() // nothing is done before it is confirmed
  await control('DELETE', '/faults')
  await page.getByRole('button', { name: 'Replay these' }).click()
  await dialog.getByRole('button', { name: 'Replay' }).click()
  await page.locator('#job', { hasText: 'replayed 3 of 3 letters' }).waitFor()
  await page.getByText('No dead letter fits.').waitFor()
  await open('find?of=page-guest')
  await page.locator('.timeline li', { hasText: 'delivered' }).nth(2).waitFor()
})

test('a replay keeps its rate, shows how far it is also after a reload, and is stopped', async () => {
  await open('dead?guest=bulk-guest')
  await page.getByRole('table', { name: 'All 12 that fit' }).waitFor()
  await page.getByRole('button', { name: 'Replay these' }).click()
  const dialog = page.getByRole('dialog', { name: 'Replay dead letters?' })
  await dialog.getByLabel('Letters a second').fill('1')
  await dialog.getByText('Takes 12 s.').waitFor()
  await dialog.getByRole('button', { name: 'Replay' }).click()
  await page.locator('#job', { hasText: /replayed [1-9] of 12 letters, about \d+ s to go/ }).waitFor()
  await picture('dead-replaying')
  await page.reload()
  await page.locator('#job', { hasText: /done with \d+ of 12 letters/ }).waitFor()
  await page.getByRole('button', { name: 'Stop' }).click()
  const rest = /Stopped: the other (\d+) letters? lie/.exec(await page.getByRole('status').filter({ hasText: 'Stopped' }).textContent())[1]
  assert.ok(rest > 0 && rest < 12, rest)
  await page.getByRole('table', { name: `All ${rest} that fit` }).waitFor()
  await picture('dead-stopped')
  const [job] = (await asked('/jobs')).slice(-1)
  assert.ok(job.done <= (Date.parse(job.until) - Date.parse(job.since)) / 1000 + 1, JSON.stringify(job))
  assert.deepEqual((await acts()).filter(act => act === 'replay dead letters').length, 2, 'looking at what it means is no act')
})

test('a guest’s timeline shows messages and replies, with their times and never their words', async () => {
  await open(`find?of=${encodeURIComponent('+4915112345678')}`)
  const timeline = page.locator('.timeline li')
  await timeline.filter({ hasText: 'to Genesys: message wa-1' }).getByText('delivered').waitFor()
  await timeline.filter({ hasText: 'from Genesys: text' }).getByText('Put on guest.out.whatsapp at').first().waitFor()
  await page.getByRole('table', { name: 'What the next message of the guest goes into' }).waitFor()
  assert.ok(!(await page.content()).includes('Merhaba'))
  await picture('find')
  await timeline.filter({ hasText: 'from Genesys: text' }).first().getByRole('link').first().click()
  await page.getByText('No message of that name is known, only reply').waitFor()
  const [, trace] = /trace ([0-9a-f]{32})/.exec(await timeline.filter({ hasText: 'from Genesys: text' }).textContent())
  await open(`find?of=${trace}`)
  await timeline.filter({ hasText: `trace ${trace}` }).filter({ hasText: 'from Genesys: text' }).waitFor()
})

test('a message that holds its guest is given up after what that means was read', async () => {
  const fault = await control('POST', '/faults', { match: { externalId: 'held-guest' }, status: 503, times: 0 })
  await send('held-guest', ids('held', 2))
  const found = async () => (await asked('/messages?of=held-guest')).messages
  const until = async (what, holds) => {
    for (const end = Date.now() + 60_000; !holds(await found());) {
      assert.ok(Date.now() < end, what)
      await new Promise(resolve => setTimeout(resolve, 200))
    }
  }
  await until('the first failed', all => all.some(one => one.id === 'held-1' && one.class === 'unavailable'))
  await open('find?of=held-guest')
  assert.equal(await page.getByRole('button', { name: 'Give up held-2 …' }).count(), 0)
  const first = page.getByRole('button', { name: 'Give up held-1 …' })
  const dialog = page.getByRole('dialog', { name: 'Give the message up?' })
  await first.click()
  await dialog.getByText('leave', { exact: false }).first().waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  assert.ok(!(await acts()).includes('give up'))
  await first.click()
  await dialog.getByRole('button', { name: 'Give up' }).click()
  await until('it is dead', all => all.some(one => one.id === 'held-1' && one.state === 'dead' && one.class === 'given-up'))
  assert.ok((await acts()).includes('give up'))
  await control('DELETE', `/faults/${fault.id}`)
  await until('the next goes on', all => all.some(one => one.id === 'held-2' && one.state === 'delivered'))
})

test('settings are shown, and no secret among them', async () => {
  await open('settings')
  await page.getByRole('cell', { name: 'genesys.main.client-secret', exact: true }).waitFor()
  assert.ok(!(await page.content()).includes('main-secret'))
  assert.ok(!(await page.content()).includes('pbkdf2'))
  await picture('settings')
})

test('the log of acts tells what was done here, and by whom', async () => {
  await open('audit')
  await page.getByRole('row').filter({ hasText: 'ada (127.0.0.1)' }).getByRole('cell', { name: 'resume', exact: true }).first().waitFor()
  await page.getByRole('cell', { name: 'log in', exact: true }).first().waitFor()
  assert.ok(!(await page.content()).includes(PASSWORD))
  await picture('audit')
})

const VIEWS = ['flow', 'dead', `find?of=${encodeURIComponent('+4915112345678')}`, 'settings', 'audit']

async function sound (what, on = page) {
  await on.evaluate(axe.source)
  const { violations } = await on.evaluate(() => window.axe.run())
  const told = violations.filter(one => ['serious', 'critical', 'moderate'].includes(one.impact))
    .map(one => `${what}: ${one.id}: ${one.help}: ${one.nodes.map(node => node.html).join(' ').slice(0, 300)}`)
  assert.deepEqual(told, [])
}

for (const [name, viewport] of [['phone', { width: 360, height: 740 }], ['wide', { width: 1280, height: 900 }]]) {
  for (const colorScheme of ['dark', 'light']) {
    test(`it is named for those who hear it, has contrast, and fits: ${name}, ${colorScheme}`, async () => {
      const heard = (name === 'phone') === (colorScheme === 'dark') // contrast goes by colours, order by width: two of the four tell both
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme })
      for (const view of VIEWS) {
        await open(view)
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
        assert.ok(!wide, `${view} scrolls sideways`)
        if (heard) await sound(view)
        await picture(`${colorScheme}-${name}-${view.split('?')[0]}`)
      }
      await open('dead?guest=bulk-guest')
      await page.getByRole('button', { name: 'Discard these' }).click()
      await page.getByRole('dialog', { name: 'Discard dead letters?' }).waitFor()
      if (heard) await sound('dialog')
      await picture(`${colorScheme}-${name}-dialog`)
      await page.keyboard.press('Escape')
      const other = await fresh()
      await other.setViewportSize(viewport)
      await other.emulateMedia({ colorScheme })
      await other.goto(`${address}/ops`)
      await form(other).waitFor()
      if (heard) await sound('login', other)
      await picture(`${colorScheme}-${name}-login`, other)
      await other.context().close()
    })
  }
}

test('it works by keyboard alone, from the login to a replay', async () => {
  const other = await fresh()
  await other.goto(`${address}/ops#dead?guest=bulk-guest`)
  await form(other).waitFor()
  const keys = other.keyboard
  await keys.type('ada')
  await keys.press('Tab')
  await keys.type(PASSWORD)
  await keys.press('Enter')
  await other.getByRole('table', { name: /that fit/ }).waitFor()
  await other.reload()
  await other.getByRole('table', { name: /that fit/ }).waitFor()
  await keys.press('Tab')
  assert.equal(await other.evaluate(() => document.activeElement.className), 'skip')
  for (let i = 0; await other.evaluate(() => document.activeElement.textContent) !== 'Replay these …'; i++) {
    assert.ok(i < 60, 'the button is never reached')
    await keys.press('Tab')
  }
  await keys.press('Enter')
  const dialog = other.getByRole('dialog', { name: 'Replay dead letters?' })
  await dialog.waitFor()
  await keys.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  assert.equal(await other.evaluate(() => document.activeElement.textContent), 'Replay these …')
  await keys.press('Enter')
  await dialog.waitFor()
  await keys.press('Shift+Tab') // from Cancel, where it begins
  await keys.press('Control+A')
  await keys.type('100')
  await keys.press('Tab')
  await keys.press('Tab')
  assert.equal(await other.evaluate(() => document.activeElement.textContent), 'Replay')
  await keys.press('Enter')
  await other.getByRole('status').filter({ hasText: 'Done.' }).waitFor()
  await other.context().close()
})

test('it asks nobody else, and complains of nothing', () => {
  assert.deepEqual(foreign, [])
})
