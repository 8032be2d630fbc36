// What surrounds the ordinary course: a case with people and allegations that is followed through
// the hands of others until nothing remains; and matters that go back, stand still, or begin again.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { startBrowser } from './support/browser.mjs'
import { caseAfter } from './support/course.mjs'
import { startDemo } from './support/demo.mjs'
import { Keyboard, Mouse } from './support/hands.mjs'
import { goTo, send, staff } from './support/staff.mjs'
import { appoint, approve, close, decide, draft, refer, report } from './support/steps.mjs'

const REGION = 'London'
const EVERYONE = [
  ['assessor', 'Assessment unit'],
  ['decider', 'Decision maker', REGION],
  ['supervisor', 'Supervisor', REGION],
  ['lead', 'Investigator', REGION]
]
const NAME = 'Siân Ó Dálaigh'

let demo, browser

before(async () => {
  demo = await startDemo()
  browser = await startBrowser()
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

test('through the hands of others, with a mouse', () => followed({ hand: Mouse }))
test('through the hands of others, with the keyboard alone', () => followed({ hand: Keyboard }))
test('through the hands of others, without JavaScript', () => followed({ hand: Mouse, options: { javaScriptEnabled: false } }))

async function followed (manner) {
  const world = { demo, browser, ...manner }
  const people = await staff(world, EVERYONE)
  const { decider, supervisor, lead } = people
  const address = await refer(world, people.assessor)
  await decide(world, decider, address)
  await appoint(world, supervisor, address, lead.name)
  await draft(world, lead, address)
  await approve(world, supervisor, address)
  await allege(world, lead, address)
  const before = await completed(world, supervisor)
  await report(world, lead, address)
  await answer(world, decider, address)
  await prosecute(world, decider, address)
  await begin(world, supervisor, address, 'Charging decision (Crown Prosecution Service)', '2019-05-22', '2019-09-02')
  await begin(world, supervisor, address, 'Misconduct hearing (A misconduct panel)', '2019-06-03', '2020-06-01')
  assert.deepEqual(await responsible(world, supervisor, address), ['Crown Prosecution Service', 'A misconduct panel'])
  assert.match(await main(supervisor), /2 September 2019\s+Expected date passed/)
  await move(world, supervisor, address)
  assert.deepEqual(await responsible(world, supervisor, address), ['A criminal court', 'A misconduct panel'])
  assert.match(await main(supervisor), /From 22 May 2019: Crown Prosecution Service[\s\S]*From 2 September 2019: A criminal court/)
  await end(world, supervisor, address, '1. Charging decision', 'Charged', '2019-09-20')
  await end(world, supervisor, address, '2. Misconduct hearing', 'Dismissed', '2019-09-27')
  await goTo(world, supervisor, address)
  const criteria = await main(supervisor)
  for (const met of ['Need and mode are decided', 'The investigation has ended', 'Every allegation is decided', 'Every proceeding has ended']) {
    assert.match(criteria, new RegExp(`${met}\\s+Yes`))
  }
  await close(world, supervisor, address)
  const after = await completed(world, supervisor)
  assert.equal(after.count, before.count + 1, 'the Board counts one more completed')
  await goTo(world, supervisor, after.link)
  assert.equal(await supervisor.page.locator(`main a[href="${address}"]`).count(), 1, 'the case stands behind the number that it changed')
  await goTo(world, supervisor, address)
  await nothingInTheChain(people.supervisor, address)
  for (const { page } of Object.values(people)) await page.context().close()
}

const main = ({ page }) => page.locator('main').innerText()

/** How many the Board's page says were completed on the day of the report, and where that number leads. */
async function completed (world, supervisor) {
  await goTo(world, supervisor, '/board/caseload?from=2019-05-01&on=2019-05-01')
  const cell = supervisor.page.getByRole('row', { name: /^Completed/ }).last().getByRole('cell').first()
  const count = Number((await cell.innerText()).replaceAll(',', ''))
  const link = cell.getByRole('link')
  return { count, link: await link.count() ? await link.getAttribute('href') : undefined }
}

async function allege (world, lead, address) {
  await goTo(world, lead, address)
  await lead.hand.open('Record an allegation')
  await lead.hand.type('Their name', NAME)
  await lead.hand.type('Their rank or number', 'PC 4471')
  await lead.hand.choose('What they are', 'A police officer, serving or former')
  await lead.hand.select('What sort of allegation is it?', 'C Other assault')
  await lead.hand.type('What is alleged?', 'Struck a man who was already held.')
  await lead.hand.date('When was it recorded as an allegation?', '2018-07-02')
  await send(lead, 'Record the allegation', NAME, 'PC 4471', 'C Other assault', '2 July 2018')
  await lead.hand.open('Allegations')
  assert.match(await main(lead), new RegExp(`${NAME} \\(PC 4471\\)\\s+C Other assault\\s+Struck a man`))
}

async function answer (world, decider, address) {
  await goTo(world, decider, address)
  await decider.hand.press('Request the authority’s memorandum')
  assert.ok((await main(decider)).includes('There is a case to answer.'))
  await decider.hand.date('When did the authority receive the report?', '2019-05-02')
  await decider.hand.date('When was it told to decide?', '2019-05-03')
  await send(decider, 'Record the request', '3 May 2019')
  await decider.hand.press('Record the authority’s memorandum')
  await decider.hand.choose('Does the authority find a case to answer?', 'Case to answer for gross misconduct')
  await decider.hand.choose('What will it do?', 'Misconduct hearing')
  await decider.hand.date('When did the memorandum come?', '2019-05-17')
  await decider.hand.type('What does it say?', 'There is a case to answer.')
  await send(decider, 'Record the memorandum', NAME, 'Misconduct hearing', '17 May 2019')
  await decider.hand.press('Accept the memorandum, or recommend otherwise')
  await decider.hand.choose('What is decided?', 'The memorandum is accepted')
  await decider.hand.date('When was this decided?', '2019-05-20')
  await decider.hand.type('What are your reasons?', 'The film shows it.')
  await decider.hand.choose('Does a second person have to approve this?', 'No')
  await send(decider, 'Make this decision', NAME, 'The memorandum is accepted', '20 May 2019')
}

async function prosecute (world, decider, address) {
  await goTo(world, decider, address)
  await decider.hand.open('Decide whether to refer the case to the Crown Prosecution Service')
  await decider.hand.choose('Is the case referred to the Crown Prosecution Service?', 'Refer it')
  await decider.hand.date('When was this decided?', '2019-05-21')
  await decider.hand.type('What are your reasons?', 'The report indicates a crime.')
  await decider.hand.choose('Does a second person have to approve this?', 'No')
  await send(decider, 'Make this decision', 'Refer it', '21 May 2019')
  assert.match(await main(decider), /Crown Prosecution Service\s+Referred, decided on 21 May 2019/)
}

async function begin (world, supervisor, address, sort, on, expected) {
  await goTo(world, supervisor, `${address}/after`)
  await supervisor.hand.open(/^Record that (a|another) proceeding began$/)
  await supervisor.hand.select('What sort of proceeding is it?', sort)
  await supervisor.hand.choose('Whom is it about?', `${NAME} (PC 4471)`)
  await supervisor.hand.date('When did it begin?', on)
  await supervisor.hand.date('When is its next step expected?', expected)
  await send(supervisor, 'Record the proceeding', sort, NAME)
}

/** Who is responsible for each proceeding, as the page says. */
async function responsible (world, supervisor, address) {
  await goTo(world, supervisor, `${address}/after`)
  const rows = supervisor.page.getByRole('table').getByRole('row')
  const cells = await rows.evaluateAll(rows => rows.slice(1).map(row => row.querySelectorAll('td')[1].textContent))
  return cells
}

async function move (world, supervisor, address) {
  await goTo(world, supervisor, address)
  await supervisor.hand.press('Record news of a proceeding')
  await supervisor.hand.open(/^1\. Charging decision/)
  await supervisor.hand.choose('Who is responsible for it now?', 'A criminal court')
  await supervisor.hand.date('When is its next step expected?', '2020-06-01')
  await supervisor.hand.date('From which day is this so?', '2019-09-02')
  await supervisor.hand.type('What else is known?', 'A trial is listed.')
  await send(supervisor, 'Record the news', 'A criminal court', '2 September 2019', '1 June 2020')
}

async function end (world, supervisor, address, proceeding, outcome, on) {
  await goTo(world, supervisor, `${address}/after`)
  await supervisor.hand.open(`Ended (${proceeding})`)
  await supervisor.hand.choose('How did it end?', outcome)
  await supervisor.hand.date('When did it end?', on)
  await send(supervisor, 'Record the end', outcome)
}

/** The name stands on the timeline, and the record proves itself without it. */
async function nothingInTheChain (supervisor, address) {
  await supervisor.hand.open('Timeline')
  assert.ok((await main(supervisor)).includes(NAME), 'the timeline names the person')
  assert.ok(!supervisor.page.url().includes('lai'), 'and the address does not')
  await demo.candour('verify')
}

test('a matter goes back to the force', async () => {
  const world = { demo, browser, hand: Mouse }
  const { assessor, decider, supervisor } = await staff(world, EVERYONE)
  const address = await refer(world, assessor)
  await goTo(world, decider, address)
  await decider.hand.open('Return the matter to the force')
  assert.match(await main(decider), /14\(2\) and \(3\)/, 'the power is cited')
  await decider.hand.choose('How does the matter go back?', 'The force handles the matter as it sees fit')
  await decider.hand.date('When was this decided?', '2018-06-05')
  await decider.hand.type('Why is no investigation necessary?', 'The force is able to deal with it.')
  await send(decider, 'Return the matter', 'as it sees fit', '5 June 2018')
  const overview = await main(decider)
  assert.match(overview, /Returned to the force\s+Decided on 5 June 2018/)
  assert.doesNotMatch(overview, /Decide the mode of investigation/, 'nothing that cannot be done is offered')
  await goTo(world, supervisor, address)
  await supervisor.hand.press('Close the case')
  await supervisor.hand.date('When was the case closed?', '2018-06-05')
  await supervisor.hand.type('Why does nothing remain to be done?', 'It went back.')
  await send(supervisor, 'Close the case', '5 June 2018')
})

test('an investigation stands still and goes on', async () => {
  const world = { demo, browser, hand: Mouse }
  const people = await staff(world, EVERYONE)
  const { decider, lead } = people
  const address = await investigated(people, 'approve-terms')
  await goTo(world, decider, address)
  await decider.hand.open('Suspend the investigation')
  await decider.hand.date('From which day is it suspended?', '2018-10-01')
  await decider.hand.date('When is the suspension to be looked at again?', '2018-12-03')
  await decider.hand.type('What would be prejudiced by going on?', 'The trial of the man who was held.')
  await send(decider, 'Suspend the investigation', '1 October 2018', '3 December 2018')
  assert.match(await main(decider), /Since 1 October 2018\. It was to be looked at again on 3 December 2018/)
  await goTo(world, lead, address)
  assert.match(await main(lead), /The next step is for a decision maker of this region: resume the investigation/)
  await goTo(world, lead, `${address}/report`)
  assert.match(await main(lead), /The investigation is suspended\. Resume it first/)
  await goTo(world, decider, address)
  await decider.hand.press('Resume the investigation')
  await decider.hand.date('From which day does it go on?', '2018-12-17')
  await decider.hand.type('Why can it go on?', 'The trial has ended.')
  await send(decider, 'Resume the investigation', '17 December 2018')
  assert.match(await main(decider), /From 1 October 2018 to 17 December 2018/)
  await decider.hand.open('Discontinue the investigation')
  await decider.hand.date('When was this decided?', '2019-01-07')
  await decider.hand.type('On which ground is it discontinued?', 'It is not reasonably practicable to go on.')
  await send(decider, 'Discontinue the investigation', '7 January 2019')
  assert.match(await main(decider), /Discontinued\s+7 January 2019/)
})

test('a finished case is investigated again as a new one, and each leads to the other', async () => {
  const world = { demo, browser, hand: Mouse }
  const people = await staff(world, EVERYONE)
  const { decider } = people
  const address = await investigated(people, 'close')
  await goTo(world, decider, address)
  await decider.hand.open('Investigate again')
  await decider.hand.choose('Which form must the new investigation take?', 'Independent')
  await decider.hand.date('When was this determined?', '2020-03-02')
  await decider.hand.type('What are the compelling reasons?', 'New footage was found.')
  await send(decider, 'Open the new case', 'Independent', '2 March 2020')
  assert.match(await main(decider), /Closed\s+1 October 2019/, 'the first result stays')
  await decider.hand.open(/^case /)
  const anew = new URL(decider.page.url()).pathname
  assert.notEqual(anew, address)
  const overview = await main(decider)
  assert.match(overview, /Investigates again: case/)
  assert.match(overview, /Scheme of 2020/)
  assert.match(overview, /Independent, decided on 2 March 2020/)
  assert.match(overview, /A window was broken\./)
  await decider.hand.open('Timeline')
  assert.match(await main(decider), /Reasons: New footage was found\./)
  await goTo(world, people.lead, address)
  assert.equal(await people.lead.page.getByRole('link', { name: /^case / }).count(), 0, 'who may not open the new case gets no link to it')
  assert.match(await main(people.lead), /Investigated again as: case/)
  await demo.candour('verify')
  await demo.candour('rebuild')
})

/** A case brought up to a step without a browser. */
async function investigated (people, last) {
  const cookies = { au: people.assessor, dm: people.decider, sup: people.supervisor, inv: people.lead }
  const signed = {}
  for (const [id, { name }] of Object.entries(cookies)) signed[id] = { name, cookie: await demo.cookie(name) }
  return caseAfter(demo, signed, last, { summary: 'A window was broken.' })
}
