'use strict'
// Composes the schemas of the subgraphs into gateway/supergraph.graphql, the text the gateway serves.
// `--check` writes nothing and exits 1 when the committed text is not what the schemas compose to.
const { existsSync, readFileSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { composeServices } = require('@apollo/composition')
const { parse } = require('graphql')

const root = join(__dirname, '..')
const target = join(root, 'gateway/supergraph.graphql')

/** Name of a subgraph in the graph → folder of its sources. The gateway knows the addresses, the text does not. */
const subgraphs = {
  identity: 'subgraphs/identity/src',
  dealer_ops: 'subgraphs/dealer-ops/src',
  audit: 'subgraphs/audit/src',
}

/** The parts of shared that compose needs, as they were built last. */
function loadShared() {
  const dist = join(root, 'shared/dist/graphql/index.js')
  if (!existsSync(dist)) throw new Error('shared is not built: run npm run typecheck first')
  const { subgraphSdl } = require(dist)
  const { fieldRules } = require(join(root, 'shared/dist/schema/index.js'))
  return { subgraphSdl, fieldRules }
}

const said = ({ action, dataClass }) => `${action}/${dataClass}`

/**
 * Access rules that composition changed: a type that two subgraphs describe differently, or an import of our directives
 * under another name. Every coordinate must say in the supergraph what its subgraph says.
 */
function lostRules(services, supergraphSdl, fieldRules) {
  const composed = fieldRules(parse(supergraphSdl))
  const faults = [...composed.faults]
  for (const { name, typeDefs } of services) {
    const own = fieldRules(typeDefs)
    faults.push(...own.faults.map((fault) => `${name}: ${fault}`))
    for (const [coordinate, rule] of own.fields) {
      const kept = composed.fields.get(coordinate)
      if (!kept || said(kept) !== said(rule))
        faults.push(
          `${name}: ${coordinate} is ${said(rule)} here and ${kept ? said(kept) : 'nothing'} in the graph`,
        )
    }
  }
  return faults
}

/** Fields that are computed from others would need the rules of those others too; nothing checks that yet. */
function derivedFields(services) {
  return services
    .filter(({ sdl }) =>
      /@(requires|fromContext|interfaceObject)\b/.test(sdl.replace(/"""[\s\S]*?"""|"[^"\n]*"/g, '')),
    )
    .map(({ name }) => `${name}: @requires, @fromContext and @interfaceObject are not supported`)
}

function compose() {
  const { subgraphSdl, fieldRules } = loadShared()
  const services = Object.entries(subgraphs).map(([name, folder]) => {
    const sdl = subgraphSdl(join(root, folder))
    return { name, url: `http://${name.replaceAll('_', '-')}.invalid`, sdl, typeDefs: parse(sdl) }
  })
  const { errors, supergraphSdl, hints = [] } = composeServices(services)
  if (errors) return { faults: errors.map(({ message }) => message), hints: [] }
  return {
    supergraphSdl: `${supergraphSdl.trim()}\n`,
    faults: [...lostRules(services, supergraphSdl, fieldRules), ...derivedFields(services)],
    hints: hints
      .filter(({ definition }) => definition.level.value >= 40)
      .map(({ definition, message }) => `${definition.code}: ${message.split('\n')[0]}`),
  }
}

function main() {
  const { supergraphSdl, faults, hints } = compose()
  for (const hint of hints) console.error(`hint  ${hint}`)
  for (const fault of faults) console.error(`fault ${fault}`)
  if (faults.length > 0) {
    console.error(`compose: ${faults.length} faults, nothing was written`)
    process.exitCode = 1
    return
  }
  const lines = supergraphSdl.split('\n').length - 1
  if (process.argv.includes('--check')) {
    const isCurrent = existsSync(target) && readFileSync(target, 'utf8') === supergraphSdl
    if (!isCurrent) process.exitCode = 1
    console.log(
      isCurrent
        ? `compose: current, ${lines} lines`
        : 'compose: gateway/supergraph.graphql is stale: run npm run compose',
    )
    return
  }
  writeFileSync(target, supergraphSdl)
  console.log(`compose: wrote gateway/supergraph.graphql, ${lines} lines`)
}

main()
