// What every page has to be like, whoever opens it.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'

import { sideways } from './browser.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** With a folder here, every state is also saved as a picture, wide and narrow. */
const SHOTS = process.env.CANDOUR_E2E_SHOTS

/** Looks at a page as it stands, in both widths: axe-core, nothing sideways, one first heading, errors that lead somewhere. */
export async function looksRight (page, name) {
  for (const [width, height] of [[1280, 900], [320, 640]]) {
    await page.setViewportSize({ width, height })
    const found = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ['violations'] })`)
    const told = found.violations.map(v => `${v.impact}: ${v.id}: ${v.help}\n    ${v.nodes.map(n => n.html).slice(0, 3).join('\n    ')}`)
    assert.equal(told.length, 0, `${name} at ${width} px:\n  ${told.join('\n  ')}`)
    assert.ok(await sideways(page) <= 0, `${name} scrolls sideways at ${width} px`)
    if (SHOTS) await mkdir(SHOTS, { recursive: true })
    if (SHOTS) await page.screenshot({ path: path.join(SHOTS, `${name.replace(/[^a-z0-9]+/gi, '-')}-${width}.png`), fullPage: true })
  }
  await page.setViewportSize({ width: 1280, height: 900 })
  const headings = await page.evaluate(() => [...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1])))
  assert.equal(headings.filter(h => h === 1).length, 1, `${name} has one first heading`)
  const faulty = await page.locator('.govuk-error-summary').count() > 0
  assert.equal((await page.title()).startsWith('Error: '), faulty, `${name}: the title begins with "Error: " when something is wrong, and only then`)
  if (faulty) await leadsSomewhere(page, name)
}

/** Every link of an error summary leads to a box that is there, and that box says what is wrong. */
async function leadsSomewhere (page, name) {
  const bad = await page.evaluate(() => [...document.querySelectorAll('.govuk-error-summary__list a')].filter(a => {
    const box = document.getElementById(a.getAttribute('href').slice(1))
    return !box || !['INPUT', 'SELECT', 'TEXTAREA'].includes(box.tagName)
  }).map(a => a.textContent))
  assert.deepEqual(bad, [], `${name}: links of the error summary that lead to no box`)
}
