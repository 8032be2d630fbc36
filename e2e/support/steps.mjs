// The steps of the ordinary course, each taken on its page by whoever takes it, with invented dates
// of 2018 and 2019.

import assert from 'node:assert/strict'

import { goTo, send } from './staff.mjs'

const FORCE = 'Metropolitan'
const TERMS = 'To find out what happened, and whether anybody breached the standards.'

/** The assessment unit records a referral; gives the address of its case. */
export async function refer (world, assessor) {
  const { hand, page } = assessor
  await goTo(world, assessor, '/staff')
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

/** A decision maker decides that the investigation is independent. */
export async function decide (world, decider, address) {
  await goTo(world, decider, address)
  await decider.hand.press('Decide the mode of investigation')
  await decider.hand.choose('Which form must the investigation take?', 'Independent')
  await decider.hand.date('When was this decided?', '2018-06-05')
  await decider.hand.type('What are your reasons?', 'The public interest asks for it.')
  await send(decider, 'Make this decision', 'Independent', '5 June 2018')
}

/** A supervisor allocates it and appoints its lead. */
export async function appoint (world, supervisor, address, lead) {
  await goTo(world, supervisor, address)
  await supervisor.hand.press('Appoint the lead investigator')
  await supervisor.hand.choose('Who will lead the investigation?', lead)
  await supervisor.hand.choose('Which directorate works it?', 'Core (the region)')
  await supervisor.hand.choose('In which way is it worked?', 'Standard')
  await supervisor.hand.date('From which day?', '2018-06-06')
  await send(supervisor, 'Appoint the lead', lead, '6 June 2018')
}

/** The lead drafts the terms of reference. */
export async function draft (world, lead, address) {
  await goTo(world, lead, address)
  await lead.hand.press('Draft the terms of reference')
  await lead.hand.type('What is the investigation to find out?', TERMS)
  await lead.hand.date('When were they drafted?', '2018-06-08')
  await send(lead, 'Record the draft', TERMS, '8 June 2018')
}

/** Somebody else approves them, having read them. */
export async function approve (world, supervisor, address) {
  await goTo(world, supervisor, address)
  await supervisor.hand.press('Approve the terms of reference')
  assert.ok((await supervisor.page.locator('main').innerText()).includes(TERMS), 'whoever approves reads what they approve')
  await supervisor.hand.date('When were they approved?', '2018-06-12')
  await send(supervisor, 'Approve these terms', '12 June 2018')
}

/** The lead submits the final report. */
export async function report (world, lead, address) {
  await goTo(world, lead, address)
  await lead.hand.press('Submit the final report')
  await lead.hand.date('When was the final report submitted?', '2019-05-01')
  await lead.hand.type('What does it conclude?', 'There is a case to answer.')
  await send(lead, 'Submit the report', '1 May 2019')
}

/** A supervisor closes the case. */
export async function close (world, supervisor, address) {
  await goTo(world, supervisor, address)
  await supervisor.hand.press('Close the case')
  await supervisor.hand.date('When was the case closed?', '2019-10-01')
  await supervisor.hand.choose('What became of the report?', 'A summary was published')
  await supervisor.hand.type('Why does nothing remain to be done?', 'Everything that was owed is done.')
  await send(supervisor, 'Close the case', '1 October 2019')
}
