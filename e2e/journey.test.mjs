// One matter from its referral to a correction of its report, walked in four ways: with a mouse,
// with the keyboard alone, without JavaScript, and on a narrow screen. The correction moves today's
// figure and leaves what was known the day before as it was.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { sideways, startBrowser } from './support/browser.mjs'
import { PASSWORD, dayAfter, inWords, startDemo } from './support/demo.mjs'
import { Keyboard, Mouse } from './support/hands.mjs'

const MEASURE = 'timeliness.within-12-months'
const FORCE = 'Metropolitan'
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

async function journey ({ hand: Hand, options = {}, arrived }) {
  const people = {}
  for (const [id, role, region] of [
    ['assessor', 'Assessment unit'],
    ['decider', 'Decision maker', REGION],
    ['supervisor', 'Supervisor', REGION],
    ['lead', 'Investigator', REGION],
    ['director', 'Non-executive director']
  ]) {
    const { name } = await demo.account(role, region)
    people[id] = { name, ...await signIn(Hand, options, arrived, name) }
  }
  const before = await measured()
  const address = await refer(people.assessor)
  await decide(people.decider, address)
  await appoint(people.supervisor, address, people.lead.name)
  await report(people.lead, address)
  await close(people.supervisor, address)

  const day = await demo.today()
  const reported = await measured()
  assert.equal(reported.met, before.met + 1, 'the report counts as in time')
  assert.deepEqual(await shown(people.director), reported)

  await demo.candour('clock', '--to', dayAfter(day))
  await correct(people.supervisor, address)

  const corrected = await measured()
  assert.deepEqual(corrected, { ...reported, met: reported.met - 1, percent: corrected.percent }, 'the corrected report is late')
  assert.notEqual(corrected.percent, reported.percent)
  assert.deepEqual(await shown(people.director), corrected, "today's figure moved on the page")
  assert.deepEqual(await measured('--known', day), reported, 'what was known the day before stays')
  assert.deepEqual(await shown(people.director, day), reported, 'and stays on the page')
  for (const { page } of Object.values(people)) await page.context().close()
}

async function signIn (Hand, options, arrived, name) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const hand = new Hand(page, arrived)
  await page.goto(demo.base)
  await hand.press('Sign in')
  await hand.type('Name', name)
  await hand.type('Password', PASSWORD)
  await hand.press('Sign in')
  return { page, hand }
}

/** Continues to the answers, checks that they are shown, and sends them. */
async function send ({ page, hand }, confirm, ...answers) {
  await hand.press('Continue')
  assert.match(await page.title(), /^Check your answers/, await page.locator('main').innerText())
  const checked = await page.locator('main').innerText()
  for (const answer of answers) assert.ok(checked.includes(answer), `the answers show ${answer}`)
  await hand.press(confirm)
  assert.match(await page.locator('main').innerText(), /Success/)
}

async function refer (assessor) {
  const { hand, page } = assessor
  await hand.open(/^Record a referral$/)
  await hand.choose('What kind of matter is it?', 'Complaint')
  await hand.select('Which force is it about?', FORCE)
  await hand.choose('How was it referred?', 'Mandatory')
  await hand.date('When did it become clear to the authority that it had to be referred?', '2018-06-01')
  await hand.date('When was it referred to us?', '2018-06-01')
  await hand.date('When was the incident?', '2018-05-20')
  await hand.type('What is it about?', 'An invented matter, walked from one end to the other.')
  await send(assessor, 'Record the referral', FORCE, '1 June 2018', '20 May 2018')
  return new URL(page.url()).pathname
}

async function decide (decider, address) {
  await openCase(decider, address)
  await decider.hand.press('Decide the mode of investigation')
  await decider.hand.choose('Which form must the investigation take?', 'Independent')
  await decider.hand.date('When was this decided?', '2018-06-05')
  await decider.hand.type('What are your reasons?', 'The public interest asks for it.')
  await send(decider, 'Make this decision', 'Independent', '5 June 2018')
}

async function appoint (supervisor, address, lead) {
  await openCase(supervisor, address)
  await supervisor.hand.press('Appoint the lead investigator')
  await supervisor.hand.choose('Who will lead the investigation?', lead)
  await supervisor.hand.date('From which day?', '2018-06-06')
  await send(supervisor, 'Appoint the lead', lead, '6 June 2018')
}

async function report (lead, address) {
  await openCase(lead, address)
  await lead.hand.press('Submit the final report')
  await lead.hand.date('When was the final report submitted?', '2019-05-01')
  await lead.hand.type('What does it conclude?', 'There is a case to answer.')
  await send(lead, 'Submit the report', '1 May 2019')
}

async function close (supervisor, address) {
  await openCase(supervisor, address)
  await supervisor.hand.press('Close the case')
  await supervisor.hand.date('When was the case closed?', '2019-10-01')
  await supervisor.hand.type('Why does nothing remain to be done?', 'Everything that was owed is done.')
  await send(supervisor, 'Close the case', '1 October 2019')
}

async function correct (supervisor, address) {
  const { hand, page } = supervisor
  await openCase(supervisor, address)
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

/** The case has no link that everybody has, so its address is typed. */
async function openCase ({ page, hand }, address) {
  await page.goto(demo.base + address)
  await hand.arrived?.(page)
}

/** The figure by the command. */
async function measured (...args) {
  const { met, of, percent } = await demo.measure(MEASURE, '--on', await demo.today(), ...args)
  assert.ok(Number.isInteger(met) && Number.isInteger(of) && of > 0, 'the figure is a number')
  assert.match(percent, /^\d+\.\d$/)
  return { met, of, percent }
}

/** The figure on the Board's page, with what was known when chosen by its picker. */
async function shown ({ page, hand }, known) {
  await page.goto(`${demo.base}/board/timeliness`)
  await hand.arrived?.(page)
  if (known) {
    await hand.date('As known on', known)
    await hand.press('Show')
  }
  const says = await page.locator('main').innerText()
  assert.ok(says.includes(`as known on ${inWords(known ?? await demo.today())}`), says.slice(0, 400))
  const cells = await page.getByRole('row', { name: /^Within 12 months/ }).first().getByRole('cell').allInnerTexts()
  assert.match(cells[2], /^\d+\.\d%$/, 'the page shows a number')
  return { met: Number(cells[0]), of: Number(cells[1]), percent: cells[2].slice(0, -1) }
}
