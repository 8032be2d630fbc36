// Who may decide: the scheme of delegation on its page, a decision that is refused because somebody
// is kept from its power, and one that two people make. With a mouse, with the keyboard alone and
// without JavaScript.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { startBrowser } from './support/browser.mjs'
import { startDemo } from './support/demo.mjs'
import { Keyboard, Mouse } from './support/hands.mjs'
import { goTo, send, staff } from './support/staff.mjs'
import { appoint, approve, decide, draft, refer, report } from './support/steps.mjs'

const REGION = 'London'
const TODAY = '2020-03-31'
const NARROW = { viewport: { width: 320, height: 640 } }

let demo, browser

before(async () => {
  demo = await startDemo()
  browser = await startBrowser()
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

const main = person => person.page.locator('main').innerText()

test('two people make a decision, with the keyboard alone', () => byTwo({ hand: Keyboard }))
test('two people make a decision, without JavaScript', () => byTwo({ hand: Mouse, options: { javaScriptEnabled: false } }))

async function byTwo (manner) {
  const world = { demo, browser, ...manner }
  const people = await staff(world, [
    ['assessor', 'Assessment unit'], ['decider', 'Decision maker', REGION], ['supervisor', 'Supervisor', REGION], ['lead', 'Investigator', REGION]
  ])
  const { decider, supervisor } = people
  const at = await refer(world, people.assessor)
  await decide(world, decider, at)
  await appoint(world, supervisor, at, people.lead.name)
  await draft(world, people.lead, at)
  await approve(world, supervisor, at)
  await report(world, people.lead, at)
  await goTo(world, decider, at)
  await decider.hand.open('Decide whether to refer the case to the Crown Prosecution Service')
  assert.match(await main(decider), /You decide this under “Refer the report to the prosecutor” \(P\.CPS\), delegated to grade L3 \(Operations manager\) or higher since/)
  await decider.hand.choose('Is the case referred to the Crown Prosecution Service?', 'Do not refer it')
  await decider.hand.date('When was this decided?', '2019-05-21')
  await decider.hand.type('What are your reasons?', 'The report indicates no crime.')
  await decider.hand.choose('Does a second person have to approve this?', 'No')
  await send(decider, 'Propose this decision', 'Do not refer it', '21 May 2019')
  assert.match(await main(decider), /You proposed a decision, and it waits for somebody else to approve it/)
  await goTo(world, supervisor, at)
  await supervisor.hand.press('Approve a proposed decision, or send it back')
  assert.match(await main(supervisor), /Not referred to the Crown Prosecution Service[\s\S]*The report indicates no crime\./)
  await supervisor.hand.choose('What do you decide?', 'Approve it')
  await supervisor.hand.date('On which day?', '2019-05-22')
  await send(supervisor, 'Record this', 'Approve it', '22 May 2019')
  assert.match(await main(supervisor), /Crown Prosecution Service\s+Not referred, decided on 22 May 2019/)
  await goTo(world, supervisor, `${at}/timeline`)
  assert.match(await main(supervisor), new RegExp(`Proposed by\\s+${decider.name}`))
}

test('the scheme is read and changed, and a decision against it is refused, on a narrow screen', async () => {
  const world = { demo, browser, hand: Mouse, options: NARROW }
  const people = await staff(world, [
    ['assessor', 'Assessment unit'], ['decider', 'Decision maker', REGION], ['administrator', 'System administrator']
  ])
  const { decider, administrator } = people
  await goTo(world, decider, '/staff')
  await decider.hand.open('Delegation')
  const scheme = await main(decider)
  assert.match(scheme, /Who may decide what on 31 March 2020/)
  assert.match(scheme, /Decide the mode of investigation \(P\.MOI\)\s+Grade L3 \(Operations manager\) or higher\./)
  assert.match(scheme, new RegExp(`${decider.name}\\s+L4 \\(Regional director`))
  assert.doesNotMatch(scheme, /Change the scheme/)

  await goTo(world, administrator, '/staff')
  await administrator.hand.open('Delegation')
  await administrator.hand.open('Keep somebody from a designated function')
  await administrator.hand.select('Whom is it about?', `${decider.name}, Decision maker`)
  await administrator.hand.select('Which power?', 'Decide the mode of investigation (P.MOI)')
  await administrator.hand.date('What is the date of the instrument?', TODAY)
  await administrator.hand.date('What is the first day?', TODAY)
  await administrator.hand.type('What are the reasons?', 'Served under a chief officer.')
  await send(administrator, 'Record this', decider.name, '31 March 2020')
  assert.match(await main(administrator), new RegExp(`${decider.name}\\s+P\\.MOI\\s+Since 31 March 2020`))

  const at = await refer(world, people.assessor)
  await goTo(world, decider, at)
  await decider.hand.press('Decide the mode of investigation')
  assert.match(await main(decider), /You cannot make this decision today\. The power “Decide the mode of investigation” \(P\.MOI\) may not be used by you on 31 March 2020/)
  await decider.hand.choose('Which form must the investigation take?', 'Independent')
  await decider.hand.date('When was this decided?', TODAY)
  await decider.hand.type('What are your reasons?', 'The public interest asks for it.')
  await decider.hand.press('Continue')
  assert.match(await decider.page.locator('.govuk-error-summary').innerText(), /you are kept from it since 31 March 2020/)
  assert.equal(await decider.page.getByLabel('What are your reasons?').inputValue(), 'The public interest asks for it.')
  await goTo(world, decider, `${at}/timeline`)
  assert.doesNotMatch(await main(decider), /Mode of investigation decided/)
  await demo.candour('verify')
})
