// Asks the bridge. Where it wants to know who asks, a form is shown over the page, and what was asked goes on once
// somebody is logged in; nothing on the page is lost meanwhile.

const API = '/ops/api'
const LOOKS_EVERY_MS = 60_000
const dialog = document.getElementById('login')
const form = dialog.querySelector('form')
const tabs = new BroadcastChannel('guestbridge')
let standing = null // as the bridge told it: { asked, user, token }
let coming = null // while the form is shown: { promise, done }
let touched = true // whether somebody used the page since the last request; what it asks by itself keeps no login alive

export class Refused extends Error {}

for (const sign of ['pointerdown', 'pointermove', 'keydown', 'wheel']) {
  addEventListener(sign, () => { touched = true }, { passive: true, capture: true })
}

function send (path, options = {}) {
  const headers = { 'X-Guestbridge': touched ? 'page' : 'page-watching', ...options.headers }
  if (standing?.token) headers['X-Guestbridge-Token'] = standing.token
  touched = false
  return fetch(API + path, { ...options, headers })
}

function post (path, body) {
  return { path, options: { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } }
}

async function read (response) {
  const json = await response.json()
  if (!response.ok) throw new Refused(json.error)
  return json
}

/** Learns how the page stands; true when it may ask. */
async function look () {
  stand(await read(await send('/session')))
  return !standing.asked || Boolean(standing.user)
}

function stand (now) {
  standing = now
  const who = document.getElementById('who')
  who.hidden = !now.user
  who.firstElementChild.textContent = now.user ?? ''
}

async function request ({ path, options }, again = true) {
  if (!standing ? !await look() : standing.asked && !standing.user) await loggedIn(options)
  const response = await send(path, options)
  if (response.status === 401) {
    stand({ asked: true })
    return request({ path, options }, again)
  }
  if (response.status === 403 && again) {
    const before = standing.token
    await look() // another tab may have logged in anew: the token is another one then
    if (standing.token !== before) return request({ path, options }, false)
  }
  return read(response)
}

export function ask (path, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== '' && value != null))
  return request({ path: `${path}${query.size ? '?' + query : ''}` })
}

export function act (path, body) {
  return request(post(path, body))
}

/** Resolves once somebody is logged in; shows the form until then. */
function loggedIn (options) {
  if (!coming) {
    coming = {}
    coming.promise = new Promise(resolve => { coming.done = resolve })
    tell('')
    dialog.showModal()
    if (form.elements.user.value) form.elements.password.focus()
  }
  if (options) document.getElementById('login-waits').hidden = false
  return coming.promise
}

function goOn () {
  const { done } = coming ?? {}
  coming = null
  form.elements.password.value = ''
  document.getElementById('login-waits').hidden = true
  dialog.close()
  done?.()
}

function tell (trouble) {
  document.getElementById('login-trouble').textContent = trouble
}

form.addEventListener('submit', async event => {
  event.preventDefault()
  const button = form.querySelector('button')
  const password = form.elements.password
  button.disabled = true
  try {
    const { path, options } = post('/login', { user: form.elements.user.value, password: password.value })
    stand(await read(await send(path, options)))
    goOn()
    tabs.postMessage('in')
  } catch (failure) {
    tell(failure instanceof Refused ? failure.message : 'The bridge doesn’t answer.')
    password.value = ''
    password.focus()
  } finally {
    button.disabled = false
  }
})

dialog.addEventListener('cancel', event => event.preventDefault())
dialog.addEventListener('close', () => { if (coming) dialog.showModal() }) // a browser closes it at the second Escape all the same

document.querySelector('#who button').addEventListener('click', async () => {
  const { path, options } = post('/logout', {})
  await send(path, options).catch(() => {})
  tabs.postMessage('out')
  location.reload() // leaves nothing behind that was shown
})

// what another tab does, and what time does, is seen here without a click
async function lookAgain () {
  const mayAsk = await look().catch(() => null) // the next request tells that nobody answers
  if (mayAsk === false) loggedIn()
  else if (mayAsk && coming) goOn()
}

tabs.addEventListener('message', lookAgain)
setInterval(() => { if (standing?.asked && !coming) lookAgain() }, LOOKS_EVERY_MS)
