// The officer's side of one case, from a death to the accelerated procedure: each step with who takes
// it, what they answer, and whether it is only looked at.

import { dateBoxes } from './demo.mjs'

const reasons = 'The film shows it.'
const on = day => dateBoxes('on', day)
const severity = (severity, form, day) => ({ severity, form, ...dateBoxes('consulted_on', day), ...on(day), reasons })

/** The referral that begins it. */
export const DEATH = { kind: 'dsi', ...dateBoxes('clear_on', '2020-02-03'), ...on('2020-02-03'), summary: 'A man died in custody.' }

/** What leads to the investigation. */
export const BEGUN = [
  ['dm', 'mode', { mode: 'independent', ...on('2020-02-04'), reasons }],
  ['sup', 'lead', { directorate: 'core', pathway: 'streamlined-dsi', ...on('2020-02-05') }]
]

/** Each form of the officer's side: who, which, the answers, and whether it is recorded. */
export const OFFICER = [
  ['inv', 'status', { name: 'Alex Moor', rank: 'PS 12', role: 'officer', status: 'witness', ...on('2020-02-05') }, true],
  ['inv', 'indication', { ...on('2020-02-20'), reasons }, true],
  ['dm', 'conversion', { indicated: 'yes', ...on('2020-02-21'), reasons }, true],
  ['inv', 'conversion-told', { both: 'no', ...on('2020-02-21') }, true],
  ['inv', 'conversion-recorded', on('2020-02-24'), true],
  ['inv', 'left-service', { ...dateBoxes('left_on', '2020-02-20'), ...dateBoxes('surfaced_on', '2020-02-03'), ...on('2020-02-24') }, false],
  ['inv', 'earlier-action', { earlier: 'final-written-warning', ...dateBoxes('from_on', '2019-07-01'), ...dateBoxes('until_on', '2021-06-30'), ...on('2020-02-24') }, true],
  ['sup', 'severity', severity('gross-misconduct', 'hearing', '2020-02-24'), true],
  ['inv', 'severity-told', { told: 'authority', ...on('2020-02-24') }, true],
  ['inv', 'notice-draft', { conduct: 'No check was made for an hour and a half.', states: 'yes', ...on('2020-02-25') }, true],
  ['sup', 'notice-withheld', { ...on('2020-02-25'), ...dateBoxes('review_on', '2020-03-02'), reasons }, false],
  ['sup', 'notice-approval', on('2020-02-25'), true],
  ['inv', 'notice-service', { method: 'in-person', ...on('2020-02-26') }, true],
  ['inv', 'notice-terms', { terms: 'given', method: 'in-person', ...on('2020-02-26') }, true],
  ['dm', 'more-time', { ...dateBoxes('to', '2020-03-27'), ...dateBoxes('asked_on', '2020-02-27'), ...on('2020-02-27'), reasons }, false],
  ['sup', 'severity-revision', severity('misconduct', 'meeting', '2020-02-27'), false],
  ['inv', 'notice-answer', { reply: 'acknowledged', ...on('2020-02-27') }, true],
  ['sup', 'notice-withdrawal', { ...on('2020-02-28'), reasons }, false],
  ['inv', 'interview', { ...dateBoxes('for_on', '2020-03-10'), agreed: 'no', ...on('2020-03-02') }, true],
  ['inv', 'interview-moved', { ...dateBoxes('for_on', '2020-03-12'), ...on('2020-03-03') }, false],
  ['inv', 'interview-held', { attended: 'yes', ...on('2020-03-10') }, true],
  ['inv', 'accelerate', { ...on('2020-03-11'), reasons }, true],
  ['inv', 'accelerated-answer', { answer: 'not-satisfied', ...on('2020-03-13') }, true],
  ['dm', 'accelerated-direction', { directed: 'no', ...on('2020-03-16'), reasons }, true]
]

/** A former officer under condition C, of whom more has to be determined after the report. */
export const LEFT = ['inv', 'left-service', { ...dateBoxes('left_on', '2017-12-20'), ...dateBoxes('surfaced_on', '2019-02-01'), ...on('2019-05-02') }]
export const SPECIAL = { goes_on: 'yes', ...on('2019-05-21'), reasons }

/** Forms for matters from 28 May 2025 only, which the demonstration's clock does not reach. */
export const NOT_YET = new Set(['accelerated-memorandum', 'accelerated-objection'])
