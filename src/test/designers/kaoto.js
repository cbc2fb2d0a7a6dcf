// Opens and saves a file by Kaoto's own code, with the newest of its catalogs of Camel.
import fs from 'node:fs'
import path from 'node:path'
import { CamelResourceFactory } from './node_modules/@kaoto/kaoto/lib/esm/models/camel/camel-resource-factory.js'
import { CatalogKind } from './node_modules/@kaoto/kaoto/lib/esm/models/catalog-kind.js'
import { CamelCatalogService } from './node_modules/@kaoto/kaoto/lib/esm/models/visualization/flows/camel-catalog.service.js'

const KINDS = { components: CatalogKind.Component, models: CatalogKind.Processor, patterns: CatalogKind.Pattern, entities: CatalogKind.Entity, languages: CatalogKind.Language, dataformats: CatalogKind.Dataformat, loadbalancers: CatalogKind.Loadbalancer }

export function useCatalog (folder) {
  const index = JSON.parse(fs.readFileSync(path.join(folder, fs.readdirSync(folder).find(name => name.startsWith('index-')))))
  for (const [name, { file }] of Object.entries(index.catalogs)) {
    if (KINDS[name]) CamelCatalogService.setCatalogKey(KINDS[name], JSON.parse(fs.readFileSync(path.join(folder, file))))
  }
}

/** What it draws (one node for each step, and some of its own), what it finds fault with, and what it saves. */
export function openAndSave (name, text) {
  const resource = CamelResourceFactory.createCamelResource(text, { path: name })
  const drawn = []
  const faults = []
  const look = node => {
    drawn.push(node.data.path)
    const fault = node.getNodeValidationText()
    if (fault) faults.push(`${node.data.path}: ${fault}`)
    for (const child of node.getChildren() ?? []) look(child)
  }
  for (const flow of resource.getVisualEntities()) {
    const viz = flow.toVizNode()
    look(viz.nodes ? viz.nodes[0] : viz)
  }
  return { flows: resource.getVisualEntities().length, drawn, faults, saved: resource.toString() }
}
