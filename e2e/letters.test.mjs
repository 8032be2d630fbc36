// A walk through the letters of a case: somebody is kept informed, an update is read before it is
// issued, its service starts the next four weeks, and what cannot be issued says why.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { signedIn, startBrowser } from './support/browser.mjs'
import { caseAfter, take } from './support/course.mjs'
import { dateBoxes, startDemo } from './support/demo.mjs'

let demo, browser, people

before(async () => {
  demo = await startDemo()
  browser = await startBrowser()
  people = {}
  const wanted = { au: ['Assessment unit'], dm: ['Decision maker', 'London'], sup: ['Supervisor', 'London'], inv: ['Investigator', 'London'] }
  for (const [id, [role, region]] of Object.entries(wanted)) {
    const account = await demo.account(role, region)
    people[id] = { ...account, cookie: await demo.cookie(account.name) }
  }
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

test('an update is read, issued and served, and the next one is owed four weeks later', async () => {
  const at = await caseAfter(demo, people, 'approve-terms')
  await take(demo, people, at, 'sup', 'add-informed', { name: 'Ann Marsh', role: 'complainant', method: 'letter', welsh: 'no', ...dateBoxes('on', '2018-06-12') })
  const page = await signedIn(browser, demo, people.sup.name)
  await page.goto(`${demo.base}${at}`)
  await page.getByRole('link', { name: 'Letters', exact: true }).click()
  const refused = page.locator('.govuk-summary-list__row', { hasText: 'Outcome of the investigation' })
  assert.match(await refused.innerText(), /final report has not been submitted yet/)
  await page.getByRole('link', { name: /^To Ann Marsh\s*: Progress update$/ }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  const shown = await page.locator('main').innerText()
  assert.match(shown, /To: Ann Marsh/)
  assert.match(shown, /within 4 weeks/)
  await page.getByRole('button', { name: 'Issue the letter' }).click()
  await page.getByRole('link', { name: 'Letters', exact: true }).click()
  assert.match(await page.locator('main').innerText(), /Translation due/)
  await page.getByRole('link', { name: 'Record the service of letter 1' }).click()
  await page.getByLabel('By post').check()
  for (const [name, value] of Object.entries(dateBoxes('sent_on', '2020-03-31'))) await page.locator(`[name="${name}"]`).fill(value)
  await page.getByLabel('How is that known?').fill('A certificate of posting.')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Record the service' }).click()
  await page.getByRole('link', { name: 'Clocks', exact: true }).click()
  const next = page.getByRole('row', { name: /Tell the complainant of progress again/ })
  assert.match(await next.innerText(), /28 April 2020/)
  await page.goto(`${demo.base}${at}/letters/1`)
  assert.match(await page.locator('main').innerText(), /How the investigation is going/)
})
