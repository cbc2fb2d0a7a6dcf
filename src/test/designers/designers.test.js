// The routes in Kaoto and Karavan, by the code of both: what is opened and saved is what was there.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { JSDOM } from 'jsdom'
import YAML from 'yaml'

const require = createRequire(import.meta.url)
const here = name => fileURLToPath(new URL(name, import.meta.url))
const root = here('../../../routes')
const files = fs.readdirSync(root, { recursive: true }).filter(name => name.endsWith('.camel.yaml')).sort()
const read = name => fs.readFileSync(path.join(root, name), 'utf8')

// Kaoto's model draws in a browser's window
const { window } = new JSDOM('<!doctype html>', { pretendToBeVisual: true, url: 'http://localhost/' })
window.matchMedia = () => ({ matches: false, addListener () {}, addEventListener () {} })
window.document.queryCommandSupported = () => false
globalThis.window = window
for (const name of Object.getOwnPropertyNames(window)) if (!(name in globalThis)) globalThis[name] = window[name]
globalThis.ResizeObserver = class { observe () {} disconnect () {} }

const catalogs = here('node_modules/@kaoto/kaoto/lib/camel-catalog/camel-main')
const kaoto = require('../../../target/designers/kaoto.cjs')
kaoto.useCatalog(path.join(catalogs, fs.readdirSync(catalogs).filter(name => !name.includes('redhat')).sort(new Intl.Collator('en', { numeric: true }).compare).at(-1)))

const karavan = require('../../../target/designers/karavan.cjs')
const lib = here('../../../target/lib')
karavan.useComponents(['direct', 'bean', 'timer', 'jms', 'http', 'platform-http'].map(component => {
  const jar = fs.readdirSync(lib).find(name => new RegExp(`^camel-${component}-[\\d.]+jar$`).test(name))
  return execFileSync('unzip', ['-p', path.join(lib, jar), `META-INF/org/apache/camel/component/*${component}.json`], { encoding: 'utf8' })
}))

const steps = node => Array.isArray(node) ? node.reduce((sum, one) => sum + steps(one), 0) : node && typeof node === 'object' ? Object.entries(node).reduce((sum, [key, value]) => sum + steps(value) + (key === 'steps' ? value.length : 0), 0) : 0

for (const file of files) {
  test(`Kaoto: ${file}`, t => {
    const before = YAML.parse(read(file))
    const { flows, drawn, faults, saved } = kaoto.openAndSave(file, read(file))
    assert.deepEqual(YAML.parse(saved), before)
    const drawable = before.filter(item => item.route || item.routeConfiguration)
    assert.equal(flows, drawable.length)
    assert.ok(drawn.length >= steps(drawable), `${drawn.length} nodes for ${steps(drawable)} steps`)
    t.diagnostic(`${flows} of ${before.length} drawn, ${drawn.length} nodes for ${steps(drawable)} steps; finds fault with: ${faults.join('; ') || 'nothing'}`)
  })
}

// it writes a component's name alone, and what follows its colon among the parameters; and an id for each node that has none
const PATHS = { direct: ['name'], bean: ['beanName'], timer: ['timerName'], jms: ['destinationType', 'destinationName'], 'platform-http': ['path'], http: ['httpUri'] }

function short (node, inner) {
  if (Array.isArray(node)) return node.map(one => short(one, true))
  if (!node || typeof node !== 'object') return String(node)
  const { id, ...rest } = node
  const parts = PATHS[rest.uri]
  if (parts) {
    const parameters = { ...rest.parameters }
    rest.uri = [rest.uri, ...parts.map(part => parameters[part])].join(':').replace('http:http://', 'http://')
    parts.forEach(part => delete parameters[part])
    rest.parameters = parameters
    if (Object.keys(parameters).length === 0) delete rest.parameters
  }
  if (rest.uri) rest.uri = rest.uri.replace(/^http:(?!\/\/)/, 'http://')
  return Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, short(value)]))
}

for (const file of files.filter(name => !/channel|errors/.test(name))) {
  test(`Karavan: ${file}`, () => {
    const saved = YAML.parse(karavan.openAndSave(file, read(file)))
    assert.deepEqual(saved.map(item => item.route?.id), YAML.parse(read(file)).map(item => item.route?.id))
    assert.deepEqual(short(saved), short(YAML.parse(read(file))))
  })
}
