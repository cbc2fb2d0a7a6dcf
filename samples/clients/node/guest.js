// A channel in one file, over AMQP 1.0: what a guest types goes to Genesys; what becomes of it, and the replies, are
// printed. A number chooses the quick reply of that number, /typing tells that the guest is typing, /again sends the last
// message once more. The end of the input (Ctrl-D) ends it. The environment names the bus, the channel and the guest.
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import rhea from 'rhea'

const {
  BUS_URL = 'amqp://127.0.0.1:61616', BUS_USERNAME = 'anonymous', BUS_PASSWORD,
  CHANNEL = 'whatsapp', GUEST = '+4915112345678'
} = process.env

const outbox = new Map() // by id, in order: what the bus hasn't confirmed yet
const open = new Map() // by id: the words of what has come to no end yet
const seen = new Set() // ids of replies; an app finds them where it keeps its messages
let offer = { choices: [] }
let last
let inputEnded = false
let away = false

// --- the bus: a lost connection comes back by itself, and the links with it
const address = new URL(BUS_URL)
const tls = address.protocol === 'amqps:'
const bus = rhea.create_container().connect({
  host: address.hostname,
  port: Number(address.port || (tls ? 5671 : 5672)),
  transport: tls ? 'tls' : 'tcp',
  username: BUS_USERNAME,
  password: BUS_PASSWORD,
  max_reconnect_delay: 5000
})
const queue = name => ({ address: `guest.${name}.${CHANNEL}`, capabilities: ['queue'] })
const sender = bus.open_sender({ target: queue('in') })
bus.open_receiver({ source: queue('status'), autoaccept: false }).on('message', afterReading(status))
bus.open_receiver({ source: queue('out'), autoaccept: false }).on('message', afterReading(reply))

sender.on('sendable', flush)
sender.on('accepted', ({ delivery }) => outbox.delete(idOf(delivery)))
for (const refusal of ['rejected', 'released']) {
  sender.on(refusal, ({ delivery }) => {
    console.error(`the bus has ${refusal} a message, it is sent again: ${delivery.remote_state.error?.description ?? ''}`)
    again(idOf(delivery))
    setTimeout(flush, 1000)
  })
}
bus.on('disconnected', ({ error, reconnecting }) => {
  for (const id of outbox.keys()) again(id) // whether the bus has them isn't known; by the same id no harm is done
  if (reconnecting && !away) console.error(`no connection, trying again: ${error?.message ?? 'it was closed'}`)
  away = true
})
bus.on('connection_open', () => {
  if (away) console.error('connected')
  away = false
})
bus.on('connection_error', ({ error }) => { // comes back from a restart of the broker, not from a refusal
  if (error.condition !== 'amqp:connection:forced') giveUp(error)
})
for (const trouble of ['sender_error', 'receiver_error']) { // no such queue, or not for this user
  bus.on(trouble, context => giveUp((context.sender ?? context.receiver).error))
}

// --- what the guest does
createInterface({ input: process.stdin })
  .on('line', line => does(line.trim()))
  .on('close', () => {
    inputEnded = true
    setTimeout(() => {
      for (const words of open.values()) console.error(`still under way: ${words}`)
      end(1)
    }, 30_000).unref()
    endIfAllEnded()
  })

function does (line) {
  const choice = offer.choices[Number(line) - 1]
  if (line === '/again') {
    if (last) send(last)
  } else if (line === '/typing') {
    send({ ...message(), type: 'typing' })
  } else if (choice) {
    const response = { type: 'QuickReply', text: choice.text, payload: choice.payload }
    send(last = { ...message(), type: 'response', response, inReplyTo: offer.replyId })
  } else if (line) {
    send(last = { ...message(), text: line })
  }
}

// the id is made once per message: whoever sends it again, for whatever reason, sends it by the same
function message () {
  return { id: randomUUID(), guest: { externalId: GUEST }, sentAt: new Date().toISOString() }
}

function send (message) {
  open.set(message.id, message.text ?? message.response?.text ?? '(is typing)')
  outbox.set(message.id, { message })
  flush()
}

function flush () {
  for (const letter of outbox.values()) {
    if (letter.delivery) continue
    if (!sender.is_open() || !sender.sendable()) return // while there is no connection the credit is an old one
    letter.delivery = sender.send({
      body: JSON.stringify(letter.message),
      durable: true, // AMQP's default is not: it would be lost with the broker's memory
      group_id: GUEST // keeps a guest's messages in order, however many read the queue
    })
  }
}

function idOf (delivery) {
  for (const [id, letter] of outbox) if (letter.delivery === delivery) return id
}

function again (id) {
  if (outbox.has(id)) outbox.get(id).delivery = undefined
}

// --- what comes back; a letter is accepted when its reader has returned: an app writes it down in there
function afterReading (reader) {
  return ({ message, delivery }) => {
    try {
      reader(JSON.parse(message.body), message.correlation_id)
    } catch (e) {
      console.error(`left out, for it would come again and again: ${e.message}`)
    }
    delivery.accept()
  }
}

function status (status, id) {
  const because = status.class ? ` (${status.class})` : ''
  const fate = {
    waiting: `waits${because}`,
    delivered: status.possibleRepeat ? 'delivered, perhaps twice' : 'delivered',
    duplicate: 'was there already',
    dropped: 'came too late',
    dead: `not delivered${because}`
  }[status.state] ?? status.state
  console.log(`${fate}: ${open.get(id) ?? id}`)
  if (status.state === 'dead') console.error(`${id}: ${status.reason} ${status.advice}`) // for operators, not for guests
  if (status.state !== 'waiting') {
    open.delete(id)
    endIfAllEnded()
  }
}

// one program reads the replies to all guests of its channel, and finds the guest's device by externalId
function reply (reply) {
  if (seen.has(reply.id)) return // it came before
  seen.add(reply.id)
  const who = `${reply.from ?? 'system'} → ${reply.guest.externalId}`
  if (reply.text) console.log(`${who}: ${reply.text}`)
  if (reply.type === 'typing') console.log(`${who} is typing`)
  if (reply.type === 'ended') console.log('the conversation is over; the next message begins another')
  const content = reply.content ?? []
  for (const { attachment } of content) if (attachment) console.log(`${who} sent a file: ${attachment.url}`)
  const choices = content.flatMap(item => item.quickReply ?? [])
  if (choices.length > 0) offer = { replyId: reply.id, choices }
  choices.forEach((choice, i) => console.log(`  ${i + 1} ${choice.text}`))
}

// --- the end
function endIfAllEnded () {
  if (inputEnded && open.size === 0) end(0)
}

function end (exitCode) {
  process.exitCode = exitCode
  if (bus.is_open()) bus.close()
  else process.exit() // it would go on looking for the bus
}

function giveUp (error) {
  console.error(`the bus: ${error.description ?? error.message ?? error.condition}`)
  process.exit(1)
}
