// One matter from its referral to a correction of its report, walked in four ways: with a mouse,
// with the keyboard alone, without JavaScript, and on a narrow screen. The correction moves today's
// figure and leaves what was known the day before as it was.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { sideways, startBrowser } from './support/browser.mjs'
import { dayAfter, inWords, startDemo } from './support/demo.mjs'
import { Keyboard, Mouse } from './support/hands.mjs'
import { goTo, send, staff } from './support/staff.mjs'
import { appoint, approve, close, decide, draft, refer, report } from './support/steps.mjs'

const MEASURE = 'timeliness.within-12-months'
const REGION = 'London'
const NARROW_PX = 320

let demo, browser

before(async () => {
  demo = await startDemo()
  browser = await startBrowser()
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

test('with a mouse', () => journey({ hand: Mouse }))
test('with the keyboard alone', () => journey({ hand: Keyboard }))
test('without JavaScript', () => journey({ hand: Mouse, options: { javaScriptEnabled: false } }))
test('on a narrow screen', () => journey({
  hand: Mouse,
  options: { viewport: { width: NARROW_PX, height: 640 } },
  arrived: async page => {
    const over = await sideways(page)
    assert.ok(over <= 0, `${page.url()} is ${over} px wider than a window of ${NARROW_PX} px`)
  }
}))

async function journey (manner) {
  const world = { demo, browser, ...manner }
  const people = await staff(world, [
    ['assessor', 'Assessment unit'],
    ['decider', 'Decision maker', REGION],
    ['supervisor', 'Supervisor', REGION],
    ['lead', 'Investigator', REGION],
    ['director', 'Non-executive director']
  ])
  const day = await demo.today()
  const before = await measured(day)
  const address = await refer(world, people.assessor)
  await decide(world, people.decider, address)
  await appoint(world, people.supervisor, address, people.lead.name)
  await draft(world, people.lead, address)
  await approve(world, people.supervisor, address)
  await report(world, people.lead, address)
  await close(world, people.supervisor, address)

  const reported = await measured(day)
  const position = await demo.position()
  assert.equal(reported.met, before.met + 1, 'the report counts as in time')
  assert.deepEqual(await shown(people.director, day), reported)

  // When the clock of a demonstration moves, things happen in its cases, and some are told late.
  await demo.candour('clock', '--to', dayAfter(day))
  const moved = await measured(day)
  const then = await measured(day, '--known', day)
  await correct(world, people.supervisor, address)

  const corrected = await measured(day)
  assert.deepEqual(corrected, { ...moved, met: moved.met - 1, percent: corrected.percent }, 'the corrected report is late')
  assert.deepEqual(await shown(people.director, day), corrected, 'the figure moved on the page')
  assert.deepEqual(await measured(day, '--known', position), reported, 'what was known when it was reported stays')
  assert.deepEqual(await measured(day, '--known', day), then, 'what was known the day before stays')
  assert.deepEqual(await shown(people.director, day, day), then, 'and stays on the page')
  for (const { page } of Object.values(people)) await page.context().close()
}

async function correct (world, supervisor, address) {
  const { hand, page } = supervisor
  await goTo(world, supervisor, address)
  await hand.open('Timeline')
  await hand.unfold(/Put this right.*Final report submitted/)
  await hand.open(/^Correct: Date the report was submitted$/)
  await hand.date('What should it have said?', '2019-07-01')
  await hand.type('Why does it need correcting?', 'The first date was that of the draft.')
  await send(supervisor, 'Record the correction', '1 July 2019')
  await hand.open('Timeline')
  const timeline = await page.locator('main').innerText()
  assert.match(timeline, /1 May 2019[\s\S]*1 July 2019/, 'the timeline shows what it said and what it says')
}

/** The figure up to a day, by the command. */
async function measured (day, ...args) {
  const { met, of, percent } = await demo.measure(MEASURE, '--on', day, ...args)
  assert.ok(Number.isInteger(met) && Number.isInteger(of) && of > 0, 'the figure is a number')
  assert.match(percent, /^\d+\.\d$/)
  return { met, of, percent }
}

/** The figure up to a day on the Board's page, with what was known when, each chosen by its picker. */
async function shown ({ page, hand }, day, known) {
  await page.goto(`${demo.base}/board/timeliness`)
  await hand.arrived?.(page)
  await hand.date('To the end of', day)
  if (known) await hand.date('As known on', known)
  await hand.press('Show')
  const says = await page.locator('main').innerText()
  assert.ok(says.includes(`as known on ${inWords(known ?? await demo.today())}`), says.slice(0, 400))
  const cells = await page.getByRole('row', { name: /^Within 12 months/ }).first().getByRole('cell').allInnerTexts()
  assert.match(cells[2], /^\d+\.\d%$/, 'the page shows a number')
  return { met: Number(cells[0]), of: Number(cells[1]), percent: cells[2].slice(0, -1) }
}
