// Renders templates with the real Nunjucks, as the reference that the test of
// the converted MoJ Frontend components compares with. Reads a JSON list of
// { source, params } and writes a JSON list of HTML. Runs in the project root.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import nunjucks from 'nunjucks'

const require = createRequire(import.meta.url)
const mojFilters = require('@ministryofjustice/frontend/moj/filters/all.js')()

const environment = new nunjucks.Environment(
  new nunjucks.FileSystemLoader([
    'node_modules/govuk-frontend/dist',
    'node_modules/@ministryofjustice/frontend'
  ]),
  // The options GOV.UK Frontend's own fixtures are made with.
  { autoescape: true, trimBlocks: true, lstripBlocks: true }
)
for (const [name, filter] of Object.entries(mojFilters)) {
  environment.addFilter(name, filter)
}

const cases = JSON.parse(readFileSync(0, 'utf8'))
const rendered = cases.map(({ source, params }) =>
  environment.renderString(source, { params })
)
process.stdout.write(JSON.stringify(rendered))
