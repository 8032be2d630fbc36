// The ordinary course of a case: each step with who takes it and what they answer, so that a test
// can begin where it has something to say.

import { dateBoxes, plain } from './demo.mjs'

/** The steps in their order: who takes one, its form and the answers. */
export const COURSE = [
  ['dm', 'mode', { mode: 'independent', ...dateBoxes('on', '2018-06-05'), reasons: 'The public interest asks for it.' }],
  ['sup', 'lead', { directorate: 'core', pathway: 'standard', ...dateBoxes('on', '2018-06-06') }],
  ['inv', 'terms', { terms: 'To find out what happened at the window, and whether force was used.', ...dateBoxes('on', '2018-06-08') }],
  ['sup', 'approve-terms', dateBoxes('on', '2018-06-12')],
  ['inv', 'report', { ...dateBoxes('on', '2019-05-01'), conclusion: 'There is a case to answer.' }],
  ['sup', 'close', { ...dateBoxes('on', '2019-10-01'), publication: 'summary', reasons: 'Everything that was owed is done.' }]
]

/** The versions of a case's entries after the whole course. */
export const ENTRY = { referral: 1, need: 2, mode: 3, allocation: 4, lead: 5, draft: 6, approval: 7, report: 8, closing: 9 }

/** Takes a step of the course, or another form, by whoever takes it, and checks that it was recorded. */
export async function take (demo, people, at, who, slug, answers) {
  const filled = slug === 'lead' ? { lead: await accountId(demo, people.sup, `${at}/lead`, people.inv.name), ...answers } : answers
  const done = await demo.submit(people[who].cookie, `${at}/${slug}`, filled)
  if (done.status !== 303) throw new Error(`${slug} was not recorded: ${done.status} ${plain(done.body).slice(0, 800)}`)
  return done
}

/** A new case, brought up to and including a step of the course; without one it is only referred. */
export async function caseAfter (demo, people, last, referral = {}) {
  const at = `/staff/cases/${await demo.refer(people.au.cookie, referral)}`
  const steps = last ? COURSE.slice(0, COURSE.findIndex(([, slug]) => slug === last) + 1) : []
  if (last && !steps.length) throw new Error(`${last} is no step of the course`)
  for (const [who, slug, answers] of steps) await take(demo, people, at, who, slug, answers)
  return at
}

/** The id of an account by its name, from a form that offers it. */
export async function accountId (demo, person, address, name) {
  const { body } = await demo.request(address, { cookie: person.cookie })
  return body.match(new RegExp(`value="(u\\d+)"[^>]*>\\s*<label[^>]*>\\s*${name}`))?.[1]
}

/** An allegation against somebody who is new to the register. */
export const ALLEGATION = {
  name: 'Robin Ashdale',
  rank: 'PC 4471',
  role: 'officer',
  category: 'ipcc-2010:C',
  what: 'Struck a man who was already held.',
  ...dateBoxes('on', '2018-07-02')
}
