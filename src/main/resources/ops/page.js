// The operations page: what /ops/api tells, and the acts it allows. Everything is put into the page as text, never as HTML.

import { act, ask, Refused } from '/ops/session.js'

const EVERY_MS = 2000
const view = document.getElementById('view')
const state = document.getElementById('state')

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

const kind = node => `${node.nodeName} ${node.dataset?.key ?? ''}`

/**
 * Makes children of an element be what these are, and touches only what differs: what has the focus, is selected or just being
 * read aloud is the same element as before. Which is which goes by name, order, and data-key where there is one.
 */
function renew (parent, children) {
  const before = new Map()
  for (const child of parent.childNodes) before.set(kind(child), [...before.get(kind(child)) ?? [], child])
  const now = children.map(child => before.get(kind(child))?.shift() ?? child)
  for (const gone of [...before.values()].flat()) gone.remove()
  let place = parent.firstChild
  now.forEach((node, i) => {
    if (node === place) place = place.nextSibling
    else parent.insertBefore(node, place)
    if (node !== children[i]) become(node, children[i])
  })
}

function become (node, like) {
  if (node.nodeType === Node.TEXT_NODE) {
    if (node.data !== like.data) node.data = like.data
    return
  }
  for (const name of node.getAttributeNames()) if (!like.hasAttribute(name)) node.removeAttribute(name)
  for (const name of like.getAttributeNames()) if (node.getAttribute(name) !== like.getAttribute(name)) node.setAttribute(name, like.getAttribute(name))
  renew(node, [...like.childNodes])
}

/** A table; a column is { name, of: row → text or element, number: true }; key tells rows that come and go apart. */
function table (caption, columns, rows, empty, key = () => null) {
  if (rows.length === 0) return el('p', { class: 'faint' }, empty)
  return el('table', {},
    el('caption', {}, caption),
    el('thead', {}, el('tr', {}, columns.map(column =>
      el('th', { scope: 'col', class: column.number && 'number' }, column.name)))),
    el('tbody', {}, rows.map(row => el('tr', { 'data-key': key(row) }, columns.map(column =>
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
  const next = one.resuming ? 'resumes, step by step' : one.newcomers > 0 ? `trying one by one, ${one.newcomers} still to be tried` : one.probing ? 'trying now' : left > 0 ? `next try in ${span(left)}` : 'the next message tries'
  return el('article', { class: 'note bad', 'data-key': one.name },
    el('h3', {}, `${one.name} stands still: ${one.class}${one.status ? ` (HTTP ${one.status})` : ''}`),
    el('p', {}, one.reason),
    el('p', {}, one.advice),
    el('p', { class: 'faint' }, 'since ', time(one.since), ` · ${counted(one.held, 'message waits', 'messages wait')} · ${next}`),
    el('button', {
      type: 'button',
      click: async () => { await shown(act('/pauses/resume', { name: one.name })); show() }
    }, 'Try now'))
}

async function flow () {
  const [now, pauses, queues] = await Promise.all([ask('/channels'), ask('/pauses'), ask('/queues')])
  const lies = name => queues.find(queue => queue.queue === name)?.messages
  const page = [
    el('h2', {}, 'What stands still'),
    // told aloud when it changes; the seconds that go by below aren't
    el('p', { role: 'status', class: pauses.length ? 'bad' : 'good' }, pauses.length
      ? `Stands still: ${pauses.map(one => `${one.name}, for ${one.class}`).join('; ')}.`
      : 'Nothing. Every channel and organisation is open.'),
    ...pauses.map(pause),
    ...queues.filter(queue => queue.trouble).map(queue => el('p', { class: 'note', 'data-key': queue.queue }, `${queue.queue}: ${queue.trouble}`)),
    el('h2', {}, 'Channels'),
    table('Messages since the start, and per second', [
      { name: 'Channel', of: row => row.name },
      { name: 'Dialect', of: row => row.dialect },
      { name: 'On the bus', number: true, of: row => count(lies(`guest.in.${row.name}`)) },
      { name: 'Held', number: true, of: row => count(row.held) },
      { name: 'Oldest held', of: row => row.held ? span(row.oldestSeconds) : '' },
      { name: 'Delivered', number: true, of: row => count(row.delivered) },
      { name: '/s', number: true, of: row => perSecond(now, row.name, 'delivered') },
      { name: 'Dead', number: true, of: row => row.dead ? el('a', { class: 'bad', href: `#dead?channel=${row.name}` }, count(row.dead)) : '0' },
      { name: 'Replies', number: true, of: row => count(row.replies) },
      { name: 'Replies unread', number: true, of: row => count(lies(`guest.out.${row.name}`)) }
    ], now.channels, 'No channel.', row => row.name),
    el('h2', {}, 'Failures'),
    table('Failed calls since the start, by class', [
      { name: 'Class', of: row => row.class },
      { name: 'Calls', number: true, of: row => count(row.count) },
      { name: 'Stops', of: row => row.radius },
      { name: 'What to do', of: row => row.advice }
    ], now.failures, 'None.', row => row.class)
  ]
  before = now
  return page
}

// --- dead letters ------------------------------------------------------------------------------------------------------

const FILTERS = [
  ['class', 'Class'], ['channel', 'Channel'], ['guest', 'Guest'], ['id', 'Message'], ['reason', 'Reason has'], ['text', 'Text has'],
  ['since', 'Died since', 'datetime-local'], ['until', 'Died before', 'datetime-local']
]
const KIND = 'dead letters'
const DONE = { replay: 'replayed', discard: 'discarded' }
const USUAL_RATE = 5

/** As the bridge is asked for it: without what is empty, and times with their zone. */
function asked (typed) {
  return Object.fromEntries([...typed].filter(([, value]) => value)
    .map(([key, value]) => [key, key === 'since' || key === 'until' ? new Date(value).toISOString() : value]))
}

async function dead (parameters) {
  const filter = asked(FILTERS.map(([key]) => [key, parameters.get(key)]))
  const [found, jobs] = await Promise.all([ask('/dead', { ...filter, limit: 100 }), ask('/jobs')])
  const job = el('div', { id: 'job' })
  const letters = el('div', {}, lettersOf(found))
  const again = async () => {
    const now = await shown(ask('/dead', { ...filter, limit: 100 }))
    if (now) letters.replaceChildren(lettersOf(now))
  }
  const form = el('form', {
    class: 'filter',
    submit: event => {
      event.preventDefault()
      const now = `#dead?${new URLSearchParams([...new FormData(event.target)].filter(([, value]) => value))}`
      if (now === location.hash) again()
      else location.hash = now
    }
  },
  FILTERS.map(([key, name, type]) => el('label', {}, name, el('input', { name: key, type, value: parameters.get(key), autocomplete: 'off' }))),
  el('button', {}, 'Search'),
  el('button', { type: 'button', click: () => work('replay', filter, job).then(again) }, 'Replay these …'),
  el('button', { type: 'button', class: 'act', click: () => work('discard', filter, job).then(again) }, 'Discard these …'))
  const running = jobs.find(one => one.kind === KIND && one.state === 'running')
  if (running) follow(running, 'done with', job).then(again)
  return [el('h2', {}, 'Dead letters'), form, job, letters]
}

function lettersOf (found) {
  return table(found.after ? `The first ${found.letters.length} that fit; there are more` : `All ${found.letters.length} that fit`, [
    { name: 'Died', of: row => time(row.at) },
    { name: 'Channel', of: row => row.channel },
    { name: 'Guest', of: row => row.guest ? find(row.guest) : '' },
    { name: 'Message', of: row => row.messageId ? find(row.messageId) : '' },
    { name: 'Replays', number: true, of: row => count(row.replays) },
    { name: 'Class', of: row => row.class },
    { name: 'Reason', of: row => row.reason },
    { name: 'What to do', of: row => row.advice }
  ], found.letters, 'No dead letter fits.')
}

/** What moving them means, in the words of the command line. */
function meaning (kind, plan) {
  const [later, overtaken] = [plan.later.number, plan.overtaken.number]
  return [
    el('p', {}, `${counted(plan.letters, 'letter', 'letters')} of ${counted(plan.guests, 'guest', 'guests')}.`),
    el('ul', {}, plan.classes.map(row => el('li', {}, `${row.class}, ${row.channel}: ${count(row.letters)}. ${row.advice ?? ''}`))),
    ...plan.left.map(row => el('p', { class: 'warn' }, `${count(row.letters)} stay: ${row.why}.`)),
    kind === 'replay' && later > 0 ? el('p', { class: 'warn' }, `Order: ${count(plan.later.guests)} of these guests wrote ${counted(later, 'message', 'messages')} later that Genesys has, or that wait; their letters come behind them.`) : null,
    kind === 'replay' && overtaken > 0 ? el('p', { class: 'warn' }, `Order: ${counted(overtaken, 'older letter', 'older letters')} of ${count(plan.overtaken.guests)} of these guests stay, and would be overtaken.`) : null,
    kind === 'discard' ? el('p', { class: 'bad' }, 'What is discarded is gone.') : null
  ].filter(Boolean)
}

/** Tells first what it would do, and does it when that was read and confirmed. */
async function work (kind, filter, place) {
  let plan = await shown(ask(`/dead/${kind}`, filter))
  if (!plan) return
  if (plan.letters === 0 && plan.left.length === 0) return place.replaceChildren(el('p', { role: 'status' }, 'No dead letter fits.'))
  const limit = el('input', { type: 'number', min: 1, step: 1, placeholder: 'all', inputmode: 'numeric' })
  const rate = kind === 'replay' ? el('input', { type: 'number', min: 1, max: 10_000, step: 1, value: USUAL_RATE, required: true, inputmode: 'numeric' }) : null
  const meant = el('div', { 'aria-live': 'polite' })
  const lasts = el('p', { class: 'faint' })
  const yes = document.querySelector('#ask button.act')
  const chosen = () => ({ ...filter, ...(limit.value && { limit: limit.value }) })
  const tell = () => {
    meant.replaceChildren(...meaning(kind, plan))
    lasts.textContent = rate?.value > 0 ? `Takes ${span(Math.max(1, plan.letters / rate.value))}. They share the organisation’s budget with all other messages.` : ''
    yes.disabled = plan.letters === 0
  }
  limit.addEventListener('change', async () => {
    if (!limit.checkValidity()) return limit.reportValidity()
    yes.disabled = true // until what it means was told
    plan = await shown(ask(`/dead/${kind}`, chosen())) ?? plan
    tell()
  })
  rate?.addEventListener('input', tell)
  tell()
  const text = [
    meant,
    el('div', { class: 'fields' },
      el('label', {}, 'At most so many, the oldest first', limit),
      rate ? el('label', {}, 'Letters a second, at most', rate) : null),
    lasts
  ]
  if (!await confirmed(`${kind === 'replay' ? 'Replay' : 'Discard'} dead letters?`, text, kind)) return
  const job = await shown(act(`/dead/${kind}`, { ...chosen(), ...(rate && { rate: rate.value }) }))
  if (job) await follow(job, DONE[kind], place)
}

/** Shows how far a job is until it ends, or until nobody looks any more; it goes on all the same. */
async function follow (job, word, place) {
  const [done, of, rest] = [el('p'), el('progress', { max: job.of || 1, 'aria-label': 'letters moved' }), el('p', { role: 'status' })]
  const stop = el('button', { type: 'button', click: () => { stop.disabled = true; shown(act('/jobs/cancel', { id: job.job })) } }, 'Stop')
  place.replaceChildren(done, of, rest, stop)
  const began = { at: Date.now(), done: job.done }
  for (;;) {
    const perMs = (job.done - began.done) / (Date.now() - began.at)
    done.textContent = `${word} ${count(job.done)} of ${counted(job.of, 'letter', 'letters')}${job.state === 'running' && perMs > 0 ? `, about ${span((job.of - job.done) / perMs / 1000)} to go` : ''}`
    of.value = job.done
    if (job.state !== 'running') break
    await new Promise(resolve => setTimeout(resolve, 500))
    if (!place.isConnected) return
    try {
      job = await ask('/jobs', { id: job.job })
      told(null)
    } catch (failure) { // a bridge that doesn't answer may do so again
      told(failure)
      if (failure instanceof Refused) return place.replaceChildren(el('p', { class: 'note' }, failure.message))
    }
  }
  stop.remove()
  const left = counted(job.left, 'letter', 'letters')
  rest.textContent = {
    done: job.left ? `Done; ${left} no longer lay on guest.dead.` : 'Done.',
    cancelled: `Stopped: the other ${left} lie on guest.dead as before, and can be replayed or discarded later.`,
    failed: `It failed: ${job.trouble}. The other ${left} lie on guest.dead.`
  }[job.state]
}

// --- a guest, a message, a reply ---------------------------------------------------------------------------------------

/** What the bridge answers, or the same with why it can't: the rest of the view is worth showing. */
async function orRefusal (request, otherwise) {
  try {
    return await request
  } catch (failure) {
    if (failure instanceof Refused) return { ...otherwise, refused: failure.message }
    throw failure
  }
}

async function lookUp (parameters) {
  const of = parameters.get('of') ?? ''
  const form = el('form', {
    class: 'filter',
    submit: event => {
      event.preventDefault()
      const now = `#find?of=${encodeURIComponent(new FormData(event.target).get('of'))}`
      if (now === location.hash) show()
      else location.hash = now
    }
  },
  el('label', {}, 'Guest’s externalId, id or trace of a message or reply, or channel', el('input', { name: 'of', value: of, size: 40, required: true, autocomplete: 'off' })),
  el('button', {}, 'Why?'))
  if (!of) return [el('h2', {}, 'Guest or message'), form]
  const [why, found] = await Promise.all([ask('/why', { of }), orRefusal(ask('/messages', { of }), { messages: [], replies: [] })])
  const guest = found.messages[0]?.externalId ?? found.replies[0]?.externalId ?? of
  const known = await orRefusal(ask('/threads/guest', { guest }), { threads: [] })
  const way = [...found.messages.map(message), ...found.replies.map(reply)].sort((one, other) => Date.parse(other.at) - Date.parse(one.at))
  return [
    el('h2', {}, 'Guest or message'),
    form,
    el('article', { class: why.well ? 'note well' : 'note' },
      why.sentences.map((sentence, i) => el('p', { class: i === 0 && 'first' }, why.advices.includes(sentence) ? `→ ${sentence}` : sentence)),
      why.nextTry ? el('p', { class: 'faint' }, 'next try ', time(why.nextTry)) : null),
    el('h2', {}, 'Messages and replies, the newest first'),
    found.refused ? el('p', { class: 'note' }, found.refused) : null,
    way.length ? el('ol', { class: 'timeline' }, way.map(one => one.item)) : el('p', { class: 'faint' }, 'None is known here.'),
    el('h2', {}, 'Threads at Genesys'),
    known.refused ? el('p', { class: 'note' }, known.refused) : null,
    table('What the next message of the guest goes into', [
      { name: 'Channel', of: row => row.channel },
      { name: 'Guest', of: row => row.guest },
      { name: 'Opened', of: row => time(row.openedAt) },
      { name: 'Used', of: row => time(row.usedAt) },
      { name: 'Conversation', of: row => row.conversationId },
      { name: 'Thread', of: row => row.threadId }
    ], known.threads, 'None is known; the next message opens one where its dialect does.')
  ].filter(Boolean)
}

const STATES = { delivered: 'good', queued: 'good', dead: 'bad', unrouted: 'bad' }
const stated = state => el('strong', { class: STATES[state] ?? 'warn' }, state)
const facts = (...words) => el('div', { class: 'faint' }, words.filter(Boolean).join(' · '))

/** A guest's message in the timeline: when it was last heard of, and what is known. */
function message (one) {
  const at = one.settledAt ?? one.begunAt ?? one.takenAt
  return {
    at,
    item: el('li', {},
      time(at), ` to Genesys: ${one.carries} `, find(one.id), one.externalId ? [' of ', find(one.externalId)] : [], ` on ${one.channel}: `, stated(one.state),
      el('div', {}, one.sentence),
      one.class ? el('div', {}, `${one.class}${one.status ? ` (${one.status})` : ''}: ${one.reason ?? ''} ${one.advice ?? ''}`) : null,
      facts(
        one.attempts > 1 && `${one.attempts} attempts`,
        one.possibleRepeat && 'perhaps twice at Genesys',
        one.conversationId && `conversation ${one.conversationId}`,
        one.correlationId && `correlation id ${one.correlationId}`,
        one.traceId && `trace ${one.traceId}`),
      one.ahead === 0 ? el('button', { type: 'button', class: 'act', 'aria-label': `Give up ${one.id} …`, click: () => giveUp(one) }, 'Give up …') : [])
  }
}

/** Tells first what it would give up, in the words of the command line, and does it when that was read and confirmed. */
async function giveUp ({ id, channel }) {
  const would = await shown(ask('/messages/give-up', { of: id, channel }))
  if (!would) return
  const text = would.sentences.map(sentence => el('p', {}, sentence))
  if (!await confirmed('Give the message up?', text, 'give up')) return
  if (await shown(act('/messages/give-up', { of: id, channel }))) show()
}

/** A reply in the timeline: when it was taken from Genesys, and where it went. */
function reply (one) {
  return {
    at: one.takenAt,
    item: el('li', { class: 'reply' },
      time(one.takenAt), ` from Genesys: ${one.kind ?? 'webhook'} `, find(one.id), one.externalId ? [' for ', find(one.externalId)] : [], one.channel ? ` on ${one.channel}: ` : ': ', stated(one.state),
      el('div', {}, one.sentence),
      facts(
        one.repeats > 0 && `${counted(one.repeats, 'repeat', 'repeats')} dropped`,
        one.sentAt && `sent ${clock.format(new Date(one.sentAt))}`,
        one.conversationId && `conversation ${one.conversationId}`,
        one.traceId && `trace ${one.traceId}`))
  }
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
let drawn = null // the name of the view that is shown

function place () {
  const [name, query] = location.hash.slice(1).split('?')
  return { name: VIEWS[name] ? name : 'flow', parameters: new URLSearchParams(query) }
}

function told (failure) {
  state.ariaLive = failure ? 'assertive' : 'off' // the time alone is no news
  const words = failure instanceof Refused ? failure.message : 'The bridge doesn’t answer.'
  if (!failure || state.textContent !== words) state.textContent = failure ? words : `as of ${clock.format(new Date())}`
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
    if (link.hash === `#${name}`) {
      link.setAttribute('aria-current', 'page')
      document.title = `${link.textContent} · Guestbridge`
    } else link.removeAttribute('aria-current')
  }
  const page = await shown(VIEWS[name](parameters))
  if (mine !== round) return
  if (page) {
    const focused = view.contains(document.activeElement) ? document.activeElement : null
    if (name === 'flow' && drawn === name) renew(view, page)
    else view.replaceChildren(...page)
    drawn = name
    // who uses the keyboard isn't thrown out when what it was on has moved or gone
    if (focused && focused !== document.activeElement) (focused.isConnected ? focused : view).focus({ preventScroll: true })
  }
  // a page that somebody reads or types in isn't pulled away; only the flow is live
  if (name === 'flow') setTimeout(() => { if (mine === round) show() }, EVERY_MS)
}

function confirmed (title, text, word) {
  const dialog = document.getElementById('ask')
  document.getElementById('ask-title').textContent = title
  document.getElementById('ask-text').replaceChildren(...text.filter(Boolean))
  dialog.querySelector('button.act').textContent = word[0].toUpperCase() + word.slice(1)
  dialog.returnValue = 'no' // also what Escape comes to
  dialog.showModal()
  return new Promise(resolve => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true }))
}

// Enter in a field tells anew what would be done; it neither does it nor cancels it
document.getElementById('ask').addEventListener('keydown', event => {
  if (event.key !== 'Enter' || event.target.tagName !== 'INPUT') return
  event.preventDefault()
  event.target.dispatchEvent(new Event('change'))
})

addEventListener('hashchange', () => { before = null; show().then(() => view.focus({ preventScroll: true })) })
show()
