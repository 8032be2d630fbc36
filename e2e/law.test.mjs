// The law on screen: a stranger counts an example, and a bank holiday that is added late moves a
// clock, whose explanation says so.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { startBrowser } from './support/browser.mjs'
import { startDemo } from './support/demo.mjs'
import { Keyboard, Mouse } from './support/hands.mjs'
import { goTo, staff } from './support/staff.mjs'
import { refer } from './support/steps.mjs'

const REGION = 'London'

let demo, browser

before(async () => {
  demo = await startDemo()
  browser = await startBrowser()
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

const text = page => page.locator('main').innerText()

test('a stranger finds a rule and counts an example with the keyboard alone', () => count(Keyboard, {}))
test('a stranger finds a rule and counts an example without JavaScript', () => count(Mouse, { javaScriptEnabled: false }))

async function count (Hand, options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const hand = new Hand(page)
  await page.goto(demo.base)
  await hand.open('the law, rule by rule')
  await hand.type('Search the rules', 'D14')
  await hand.press('Search')
  await hand.open("The officer's statement and documents for the investigator")
  await hand.date('Count from', '2020-04-07')
  await hand.press('Count')
  for (const said of ['By 23 April 2020', '10 April 2020: Good Friday', '13 April 2020: Easter Monday', 'Police (Complaints and Misconduct) Regulations 2020']) {
    assert.ok((await text(page)).includes(said), said)
  }
  await hand.date('Count from', '2020-04-31')
  await hand.press('Count')
  assert.match(await page.title(), /^Error: /)
  assert.ok((await text(page)).includes('The day to count from must be a real date'), 'the box is named')
  await context.close()
}

test('a bank holiday that is added late moves a clock, and its explanation says so', async () => {
  const world = { demo, browser, hand: Mouse }
  const people = await staff(world, [['assessor', 'Assessment unit'], ['decider', 'Decision maker', REGION], ['administrator', 'System administrator']])
  const address = await refer(world, people.assessor)
  const { hand, page } = people.decider
  await goTo(world, people.decider, address)
  await hand.open('Decide need and mode')
  // 1 June 2018 is a Friday: 4, 5 and 6 June.
  assert.match(await text(page), /Last day\s+6 June 2018/)
  await addHoliday(world, people.administrator)
  const told = await text(people.administrator.page)
  assert.ok(told.includes('5 June 2018 was added: An invented holiday, England and Wales'), told)
  const row = await people.administrator.page.locator('tr', { hasText: '7 June 2018' }).first().innerText()
  assert.match(row, /6 June 2018\s+7 June 2018\s+the force, the lead investigator/)
  await page.reload()
  const explained = await text(page)
  assert.match(explained, /Last day\s+7 June 2018/)
  for (const said of ['5 June 2018: An invented holiday', 'A bank holiday moved the last day from 6 June 2018 to 7 June 2018']) {
    assert.ok(explained.includes(said), said)
  }
  await hand.open('Timeline')
  assert.match(await text(page), /Last day now\s+7 June 2018/)
})

async function addHoliday (world, administrator) {
  const { hand, page } = administrator
  await goTo(world, administrator, '/staff/holidays')
  await hand.press('Add a bank holiday')
  await hand.date('Which day is it?', '2018-06-05')
  await hand.choose('Where is it kept?', 'England and Wales')
  await hand.type('What is it called?', 'An invented holiday')
  await hand.type('Where was it appointed?', 'An invented proclamation')
  await hand.press('Continue')
  assert.ok((await text(page)).includes('5 June 2018'), 'the answers are shown')
  await hand.press('Add the bank holiday')
}
