// The operations page: what /ops/api tells, and the acts it allows. Everything is put into the page as text, never as HTML.

const API = '/ops/api'
const EVERY_MS = 2000
const view = document.getElementById('view')
const state = document.getElementById('state')

class Refused extends Error {}

async function ask (path, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== '' && value != null))
  return answer(fetch(`${API}${path}${query.size ? '?' + query : ''}`))
}

async function act (path, body) {
  return answer(fetch(`${API}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Guestbridge': 'page' },
    body: JSON.stringify(body)
  }))
}

async function answer (request) {
  const response = await request
  const json = await response.json()
  if (!response.ok) throw new Refused(json.error)
  return json
}

/** An element: el('td', { class: 'number' }, 'text', child, …); handlers are given as functions. */
function el (name, attributes = {}, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key, value)
    else if (value != null && value !== false) element.setAttribute(key, value === true ? '' : value)
  }
  element.append(...children.flat().filter(child => child != null))
  return element
}

/** A table; a column is { name, of: row → text or element, number: true }. */
function table (caption, columns, rows, empty) {
  if (rows.length === 0) return el('p', { class: 'faint' }, empty)
  return el('table', {},
    el('caption', {}, caption),
    el('thead', {}, el('tr', {}, columns.map(column =>
      el('th', { scope: 'col', class: column.number && 'number' }, column.name)))),
    el('tbody', {}, rows.map(row => el('tr', {}, columns.map(column =>
      el('td', { class: column.number && 'number', 'data-heading': column.name }, column.of(row) ?? ''))))))
}

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium' })
const time = iso => iso ? el('time', { datetime: iso, title: iso }, clock.format(new Date(iso))) : null
const count = number => (number ?? 0).toLocaleString()
const counted = (number, one, more) => `${count(number)} ${number === 1 ? one : more}`

function span (seconds) {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 90) return `${whole} s`
  return whole < 5400 ? `${Math.round(whole / 60)} min` : `${Math.round(whole / 3600)} h`
}

const find = of => el('a', { href: `#find?of=${encodeURIComponent(of)}` }, of)

// --- flow: what moves, what stands still -------------------------------------------------------------------------------

let before = null

function perSecond (now, name, key) {
  const earlier = before?.channels.find(channel => channel.name === name)
  const later = now.channels.find(channel => channel.name === name)
  const seconds = before ? (Date.parse(now.now) - Date.parse(before.now)) / 1000 : 0
  return earlier && seconds > 0 ? ((later[key] - earlier[key]) / seconds).toFixed(1) : '…'
}

function pause (one) {
  const left = one.nextProbe ? (Date.parse(one.nextProbe) - Date.now()) / 1000 : 0
  const next = one.resuming ? 'resumes, step by step' : one.probing ? 'trying now' : left > 0 ? `next try in ${span(left)}` : 'the next message tries'
  return el('article', { class: 'note bad' },
    el('h3', {}, `${one.name} stands still: ${one.class}`),
    el('p', {}, one.reason),
    el('p', {}, one.advice),
    el('p', { class: 'faint' }, 'since ', time(one.since), ` · ${counted(one.held, 'message waits', 'messages wait')} · ${next}`),
    el('button', {
      type: 'button',
      id: `resume ${one.name}`,
      click: async () => { await shown(act('/pauses/resume', { name: one.name })); show() }
    }, 'Try now'))
}

async function flow () {
  const [now, pauses, queues] = await Promise.all([ask('/channels'), ask('/pauses'), ask('/queues')])
  const lies = name => queues.find(queue => queue.queue === name)?.messages
  const page = [
    el('h2', {}, 'What stands still'),
    ...(pauses.length ? pauses.map(pause) : [el('p', { class: 'good' }, 'Nothing. Every channel and organisation is open.')]),
    ...queues.filter(queue => queue.trouble).map(queue => el('p', { class: 'note' }, `${queue.queue}: ${queue.trouble}`)),
    el('h2', {}, 'Channels'),
    table('Messages since the start, and per second', [
      { name: 'Channel', of: row => row.name },
      { name: 'Dialect', of: row => row.dialect },
      { name: 'On the bus', number: true, of: row => count(lies(`guest.in.${row.name}`)) },
      { name: 'Held', number: true, of: row => count(row.held) },
      { name: 'Oldest held', of: row => row.held ? span(row.oldestSeconds) : '' },
      { name: 'Delivered', number: true, of: row => count(row.delivered) },
      { name: '/s', number: true, of: row => perSecond(now, row.name, 'delivered') },
      { name: 'Dead', number: true, of: row => row.dead ? el('a', { class: 'bad', id: `dead ${row.name}`, href: `#dead?channel=${row.name}` }, count(row.dead)) : '0' },
      { name: 'Replies', number: true, of: row => count(row.replies) },
      { name: 'Replies unread', number: true, of: row => count(lies(`guest.out.${row.name}`)) }
    ], now.channels, 'No channel.'),
    el('h2', {}, 'Failures'),
    table('Failed calls since the start, by class', [
      { name: 'Class', of: row => row.class },
      { name: 'Calls', number: true, of: row => count(row.count) },
      { name: 'Stops', of: row => row.radius },
      { name: 'What to do', of: row => row.advice }
    ], now.failures, 'None.')
  ]
  before = now
  return page
}

// --- dead letters ------------------------------------------------------------------------------------------------------

const FILTERS = [['class', 'Class'], ['channel', 'Channel'], ['guest', 'Guest'], ['reason', 'Reason has'], ['text', 'Text has']]

async function dead (parameters) {
  const filter = Object.fromEntries(FILTERS.map(([key]) => [key, parameters.get(key) ?? '']))
  const found = await ask('/dead', { ...filter, limit: 100 })
  const chosen = Object.fromEntries(Object.entries(filter).filter(([, value]) => value))
  const form = el('form', {
    class: 'filter',
    submit: event => {
      event.preventDefault()
      location.hash = `dead?${new URLSearchParams([...new FormData(event.target)].filter(([, value]) => value))}`
    }
  },
  FILTERS.map(([key, name]) => el('label', {}, name, el('input', { name: key, value: filter[key], autocomplete: 'off' }))),
  el('button', {}, 'Search'),
  el('button', { type: 'button', click: () => work('replay', chosen) }, 'Replay these …'),
  el('button', { type: 'button', class: 'act', click: () => work('discard', chosen) }, 'Discard these …'))
  return [
    el('h2', {}, 'Dead letters'),
    form,
    el('div', { id: 'job', role: 'status' }),
    table(`The first ${found.letters.length} that fit`, [
      { name: 'Died', of: row => time(row.at) },
      { name: 'Channel', of: row => row.channel },
      { name: 'Guest', of: row => row.guest ? find(row.guest) : '' },
      { name: 'Message', of: row => row.messageId ? find(row.messageId) : '' },
      { name: 'Class', of: row => row.class },
      { name: 'Reason', of: row => row.reason },
      { name: 'What to do', of: row => row.advice }
    ], found.letters, 'No dead letter fits.')
  ]
}

/** Tells first what it would do, and does it when that was read and confirmed. */
async function work (kind, filter) {
  const plan = await shown(act(`/dead/${kind}`, { ...filter, dryRun: true }))
  if (!plan) return
  const text = [
    el('p', {}, `${counted(plan.letters, 'letter', 'letters')} of ${counted(plan.guests, 'guest', 'guests')}.`),
    el('ul', {}, plan.classes.map(row => el('li', {}, `${row.class}, ${row.channel}: ${count(row.letters)}. ${row.advice ?? ''}`))),
    ...plan.left.map(row => el('p', { class: 'warn' }, `${count(row.letters)} stay: ${row.why}.`)),
    kind === 'replay' && plan.later.number > 0 ? el('p', { class: 'warn' }, `${counted(plan.later.number, 'later message of these guests was delivered already, or waits', 'later messages of these guests were delivered already, or wait')}; what is replayed comes after.`) : null,
    kind === 'replay' && plan.overtaken.number > 0 ? el('p', { class: 'warn' }, `${counted(plan.overtaken.number, 'older letter of these guests doesn’t fit', 'older letters of these guests don’t fit')}, and would be overtaken.`) : null,
    kind === 'discard' ? el('p', { class: 'bad' }, 'What is discarded is gone.') : null
  ]
  if (plan.letters === 0 || !await confirmed(`${kind === 'replay' ? 'Replay' : 'Discard'} dead letters?`, text, kind)) return
  const job = await shown(act(`/dead/${kind}`, filter))
  if (job) follow(job.job)
}

async function follow (id) {
  for (;;) {
    const job = await shown(ask('/jobs', { id }))
    const place = document.getElementById('job')
    if (!job || !place) return
    const told = `${count(job.done)} of ${count(job.of)}, ${count(job.left ?? 0)} left where they were`
    place.replaceChildren(el('p', {}, `${job.state}: ${told}`),
      el('progress', { max: job.of || 1, value: job.done, 'aria-label': told }),
      job.state === 'running' ? el('button', { type: 'button', click: () => shown(act('/jobs/cancel', { id })) }, 'Stop') : null)
    if (job.state !== 'running') return
    await new Promise(resolve => setTimeout(resolve, 500))
  }
}

// --- a guest or a message ----------------------------------------------------------------------------------------------

async function lookUp (parameters) {
  const of = parameters.get('of') ?? ''
  const form = el('form', {
    class: 'filter',
    submit: event => {
      event.preventDefault()
      location.hash = `find?of=${encodeURIComponent(new FormData(event.target).get('of'))}`
    }
  },
  el('label', {}, 'Guest’s externalId, message’s id or channel', el('input', { name: 'of', value: of, size: 40, required: true, autocomplete: 'off' })),
  el('button', {}, 'Why?'))
  if (!of) return [el('h2', {}, 'Guest or message'), form]
  const [why, found] = await Promise.all([ask('/why', { of }), ask('/messages', { of })])
  return [
    el('h2', {}, 'Guest or message'),
    form,
    el('article', { class: why.well ? 'note well' : 'note' },
      why.sentences.map((sentence, i) => el('p', { class: i === 0 && 'first' }, sentence)),
      why.advice && !why.sentences.includes(why.advice) ? el('p', {}, why.advice) : null,
      why.nextTry ? el('p', { class: 'faint' }, 'next try ', time(why.nextTry)) : null),
    el('h2', {}, 'What became of the messages'),
    found.messages.length
      ? el('ol', { class: 'timeline' }, found.messages.map(message => el('li', {},
        el('strong', { class: message.state === 'dead' ? 'bad' : message.state === 'delivered' ? 'good' : 'warn' }, message.state),
        ` ${message.carries} `, find(message.id), ' of ', find(message.externalId ?? '?'), ` on ${message.channel} `,
        time(message.settledAt ?? message.begunAt ?? message.takenAt),
        el('div', {}, message.sentence),
        message.class ? el('div', {}, `${message.class}${message.status ? ` (${message.status})` : ''}: ${message.reason ?? ''} ${message.advice ?? ''}`) : null,
        el('div', { class: 'faint' }, [
          message.attempts > 1 ? `${message.attempts} attempts` : null,
          message.possibleRepeat ? 'perhaps twice at Genesys' : null,
          message.conversationId ? `conversation ${message.conversationId}` : null,
          message.correlationId ? `correlation id ${message.correlationId}` : null
        ].filter(Boolean).join(' · ')))))
      : el('p', { class: 'faint' }, 'None is known here.')
  ]
}

// --- settings, log of acts ---------------------------------------------------------------------------------------------

async function settings () {
  const all = await ask('/settings')
  return [
    el('h2', {}, 'Settings in effect'),
    table('Keys, as file and environment set them; secrets are masked', [
      { name: 'Key', of: row => row.key },
      { name: 'Value', of: row => row.value },
      { name: 'Set by', of: row => row.from }
    ], all, '')
  ]
}

async function audit () {
  const acts = await ask('/audit', { limit: 200 })
  return [
    el('h2', {}, 'Log of acts'),
    table('The newest first', [
      { name: 'When', of: row => time(row.at) },
      { name: 'Who', of: row => row.who },
      { name: 'What', of: row => row.act },
      { name: 'About', of: row => row.about }
    ], acts, 'Nobody has done anything yet.')
  ]
}

// --- the frame ---------------------------------------------------------------------------------------------------------

const VIEWS = { flow, dead, find: lookUp, settings, audit }
let round = 0

function place () {
  const [name, query] = location.hash.slice(1).split('?')
  return { name: VIEWS[name] ? name : 'flow', parameters: new URLSearchParams(query) }
}

function told (failure) {
  state.textContent = failure ? (failure instanceof Refused ? failure.message : 'The bridge doesn’t answer.') : `as of ${clock.format(new Date())}`
  state.classList.toggle('lost', Boolean(failure))
}

async function shown (request) {
  try {
    const result = await request
    told(null)
    return result
  } catch (failure) {
    told(failure)
    return null
  }
}

async function show () {
  const mine = ++round
  const { name, parameters } = place()
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === `#${name}`) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
  const page = await shown(VIEWS[name](parameters))
  if (mine !== round) return
  if (page) {
    const focused = document.activeElement?.id
    view.replaceChildren(...page)
    if (focused) document.getElementById(focused)?.focus() // who uses the keyboard isn't thrown out every two seconds
  }
  // a page that somebody reads or types in isn't pulled away; only the flow is live
  if (name === 'flow') setTimeout(() => { if (mine === round) show() }, EVERY_MS)
}

function confirmed (title, text, word) {
  const dialog = document.getElementById('ask')
  document.getElementById('ask-title').textContent = title
  document.getElementById('ask-text').replaceChildren(...text.filter(Boolean))
  dialog.querySelector('button.act').textContent = word === 'replay' ? 'Replay' : 'Discard'
  dialog.returnValue = 'no'
  dialog.showModal()
  return new Promise(resolve => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true }))
}

addEventListener('hashchange', () => { before = null; show().then(() => view.focus({ preventScroll: true })) })
show()
