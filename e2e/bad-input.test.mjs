// Input that is wrong, tampered with, sent twice or overtaken: each gets a message that names the
// thing and the remedy, gives back what was typed, and changes nothing.

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'

import { signedIn, startBrowser } from './support/browser.mjs'
import { ALLEGATION, ENTRY, caseAfter, take } from './support/course.mjs'
import { dateBoxes, fieldsOf, plain, startDemo } from './support/demo.mjs'

/** The region with two decision makers. */
const REGION = 'Wales and South West'
const FORCE = 'gwent'
const REASONS = 'Reasons that took an hour to write, with an “opening quote” & a <tag>.'
const DECISION = { mode: 'independent', ...dateBoxes('on', '2018-06-05'), reasons: REASONS }

let demo, browser, cookies, names, people, at

before(async () => {
  demo = await startDemo()
  names = {
    au: (await demo.account('Assessment unit')).name,
    dm: (await demo.account('Decision maker', REGION, 0)).name,
    dm2: (await demo.account('Decision maker', REGION, 1)).name,
    sup: (await demo.account('Supervisor', REGION)).name,
    inv: (await demo.account('Investigator', REGION)).name
  }
  cookies = Object.fromEntries(await Promise.all(Object.entries(names).map(async ([id, name]) => [id, await demo.cookie(name)])))
  people = Object.fromEntries(Object.entries(names).map(([id, name]) => [id, { name, cookie: cookies[id] }]))
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

beforeEach(async () => { at = await newCase() })

async function newCase () {
  return `/staff/cases/${await demo.refer(cookies.au, { force: FORCE })}`
}

/** Opens a form and sends it with these answers, as the page would. */
async function send (address, answers, step = 'check', who = 'dm') {
  const opened = await demo.request(address, { cookie: cookies[who] })
  assert.equal(opened.status, 200, plain(opened.body))
  const form = { ...fieldsOf(opened.body), ...answers, step }
  return demo.request(address.split('?')[0], { cookie: cookies[who], form })
}

/** Goes on to the last step of a form and gives what its button would send. */
async function ready (address, answers, who = 'dm') {
  const checked = await send(address, answers, 'check', who)
  assert.equal(checked.status, 200, plain(checked.body))
  return { ...fieldsOf(checked.body), step: 'confirm' }
}

/** What is shown of the record of a case. */
async function timeline (address = at) {
  const { status, body } = await demo.request(`${address}/timeline`, { cookie: cookies.sup })
  assert.equal(status, 200)
  return body
}

/** Does something and checks that the record is the same afterwards, and whole. */
async function unchanged (act, address = at) {
  const before = await timeline(address)
  const result = await act()
  assert.equal(await timeline(address), before, 'the case did not change')
  await demo.candour('verify')
  return result
}

/** The answer refuses with words like these, and holds what was typed. */
function refused (answer, says, typed, status = 422) {
  assert.equal(answer.status, status, plain(answer.body).slice(0, 600))
  assert.match(plain(answer.body), says)
  if (status === 422) assert.match(answer.body, /<title>Error: /)
  const kept = fieldsOf(answer.body)
  for (const [name, value] of Object.entries(typed)) assert.equal(kept[name], value, `${name} is given back`)
}

for (const [called, [day, month, year], says] of [
  ['a day that does not exist', ['31', '6', '2018'], /The date of the decision must be a real date, like 27 3 2019/],
  ['29 February of a common year', ['29', '2', '2019'], /The date of the decision must be a real date/],
  ['a month that does not exist', ['1', '13', '2018'], /The date of the decision must be a real date/],
  ['a month in words', ['1', 'June', '2018'], /The date of the decision must be a real date/],
  ['a year of two digits', ['5', '6', '18'], /The date of the decision must include a year of 4 digits, like 2019/],
  ['no month', ['5', '', '2018'], /The date of the decision must include a month/],
  ['a negative day', ['-5', '6', '2018'], /The date of the decision must be a real date/],
  ['no date at all', ['', '', ''], /Enter the date of the decision/],
  ['a day to come', ['1', '1', '2030'], /The date must be today \(31 March 2020\) or earlier/],
  ['a day before the matter', ['31', '5', '2018'], /must be on or after the day the matter was received \(1 June 2018\)/]
]) {
  test(`a date that cannot be: ${called}`, async () => {
    const typed = { ...DECISION, 'on-day': day, 'on-month': month, 'on-year': year }
    refused(await unchanged(() => send(`${at}/mode`, typed)), says, typed)
  })
}

test('a force that is not in the list', async () => {
  const typed = { kind: 'complaint', force: 'atlantis', route: 'voluntary', ...dateBoxes('on', '2018-06-01'), summary: REASONS }
  const { force, ...rest } = typed
  refused(await unchanged(() => send('/staff/refer', typed, 'check', 'au')), /force/i, rest)
  refused(await unchanged(() => send('/staff/refer', typed, 'confirm', 'au')), /force/i, rest)
})

test('a mode that is not in the list', async () => {
  const { mode, ...rest } = DECISION
  refused(await unchanged(() => send(`${at}/mode`, { ...DECISION, mode: 'relaxed' })), /Choose a mode of investigation/, rest)
  refused(await unchanged(() => send(`${at}/mode`, { ...DECISION, mode: 'directed' })), /has no directed mode/i, rest)
})

for (const [called, reasons] of [['none', ''], ['blanks', '  \r\n\t '], ['nothing that shows', '\u200b\ufeff']]) {
  test(`reasons that are ${called}`, async () => {
    const { reasons: _, ...rest } = DECISION
    refused(await unchanged(() => send(`${at}/mode`, { ...DECISION, reasons })), /Give your reasons/, rest)
    refused(await unchanged(() => send(`${at}/mode`, { ...DECISION, reasons }, 'confirm')), /Give your reasons/, rest)
  })
}

test('text that is no UTF-8', async () => {
  const fields = fieldsOf((await demo.request(`${at}/mode`, { cookie: cookies.dm })).body)
  const rest = { mode: 'independent', ...dateBoxes('on', '2018-06-05') }
  for (const step of ['check', 'confirm']) {
    const body = `${new URLSearchParams({ ...fields, ...rest, step })}`.replace(/&?reasons=[^&]*/, '') + '&reasons=bytes+%ff%fe+end'
    const answer = await unchanged(() => demo.request(`${at}/mode`, { cookie: cookies.dm, body }))
    refused(answer, /What are your reasons\? holds characters that could not be read.*Type them again/, { ...rest, reasons: 'bytes \ufffd\ufffd end' })
  }
})

test('a megabyte of text', async () => {
  const reasons = 'x'.repeat(1024 * 1024)
  for (const step of ['check', 'confirm']) {
    const answer = await unchanged(() => send(`${at}/mode`, { ...DECISION, reasons }, step))
    refused(answer, /Reasons must be 20000 characters or fewer; it is 1048576\. Shorten it/, { reasons, mode: 'independent' })
  }
})

test('more than a form may hold', async () => {
  const answer = await unchanged(() => send(`${at}/mode`, { ...DECISION, reasons: 'x'.repeat(9 * 1024 * 1024) }))
  assert.equal(answer.status, 413)
  assert.match(plain(answer.body), /A form may hold 8 MB at most\. Go back, shorten it/)
})

test('a control character', async () => {
  const typed = { ...DECISION, reasons: 'a\u0007b' }
  refused(await unchanged(() => send(`${at}/mode`, typed)), /Reasons holds a character that cannot be shown \(U\+0007\)\. Remove it/, typed)
})

test('the same form sent twice has one effect and one answer', async () => {
  const form = await ready(`${at}/mode`, DECISION)
  const answers = await Promise.all([1, 2].map(() => demo.request(`${at}/mode`, { cookie: cookies.dm, form })))
  answers.push(await demo.request(`${at}/mode`, { cookie: cookies.dm, form }))
  for (const answer of answers) {
    assert.equal(answer.status, 303, plain(answer.body))
    assert.equal(answer.headers.location, `${at}?done=mode`)
  }
  const shown = plain(await timeline())
  assert.equal(shown.match(/Mode of investigation decided/g).length - shown.match(/: entry \d+, Mode of investigation decided/g).length, 1)
  await demo.candour('verify')
})

test('the same referral sent twice makes one case', async () => {
  const form = await ready('/staff/refer', { kind: 'complaint', force: FORCE, route: 'voluntary', ...dateBoxes('on', '2018-06-01'), summary: 'Sent twice.' }, 'au')
  const before = await demo.cases(cookies.au, { stage: 'assessment' })
  const answers = await Promise.all([1, 2, 3].map(() => demo.request('/staff/refer', { cookie: cookies.au, form })))
  assert.deepEqual([...new Set(answers.map(a => `${a.status} ${a.headers.location}`))], [`303 /staff/cases/${form.case}?done=refer`])
  assert.equal((await demo.cases(cookies.au, { stage: 'assessment' })).length, before.length + 1)
})

test('a double click on the last button', async () => {
  browser ??= await startBrowser()
  for (const javaScriptEnabled of [true, false]) {
    const address = await newCase()
    const page = await signedIn(browser, demo, names.dm, { javaScriptEnabled })
    await page.goto(`${demo.base}${address}/mode`)
    await page.getByLabel('Local', { exact: true }).check()
    for (const [box, value] of [['Day', '5'], ['Month', '6'], ['Year', '2018']]) await page.getByLabel(box, { exact: true }).fill(value)
    await page.getByLabel('What are your reasons?').fill(REASONS)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Make this decision' }).dblclick({ noWaitAfter: true })
    await page.getByText('The mode of investigation is decided.').waitFor()
    assert.equal(new URL(page.url()).pathname, address)
    await page.context().close()
  }
  await demo.candour('verify')
})

test('two people decide at once: the second gets back what they typed and sees what changed', async () => {
  browser ??= await startBrowser()
  const [first, second] = await Promise.all([names.dm, names.dm2].map(name => signedIn(browser, demo, name)))
  const answers = [['Independent', 'The first reasons.'], ['Local', REASONS]]
  for (const [i, page] of [first, second].entries()) {
    await page.goto(`${demo.base}${at}/mode`)
    await page.getByLabel(answers[i][0], { exact: true }).check()
    for (const [box, value] of [['Day', '5'], ['Month', '6'], ['Year', '2018']]) await page.getByLabel(box, { exact: true }).fill(value)
    await page.getByLabel('What are your reasons?').fill(answers[i][1])
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'Check your answers' }).waitFor()
  }
  await first.getByRole('button', { name: 'Make this decision' }).click()
  await first.getByText('The mode of investigation is decided.').waitFor()
  await unchanged(async () => {
    const [answer] = await Promise.all([
      second.waitForResponse(r => r.request().method() === 'POST'),
      second.getByRole('button', { name: 'Make this decision' }).click()
    ])
    assert.equal(answer.status(), 409)
    await second.waitForLoadState('load')
  })
  const says = await second.locator('.govuk-error-summary').innerText()
  assert.match(says, /Somebody else changed this case/)
  assert.match(says, /The mode of investigation has already been decided/)
  assert.match(says, /Mode of investigation decided \(Mode: Independent/)
  assert.ok(says.includes(names.dm), 'it says who')
  assert.ok(await second.getByLabel('Local', { exact: true }).isChecked())
  assert.equal(await second.getByLabel('What are your reasons?').inputValue(), REASONS)
  assert.equal(await second.getByLabel('Year', { exact: true }).inputValue(), '2018')
  await unchanged(() => second.getByRole('button', { name: 'Continue' }).click())
  assert.equal(await second.getByLabel('What are your reasons?').inputValue(), REASONS, 'sent again it is still there')
})

test('a form that was overtaken by something else can be sent again', async () => {
  const form = await ready(`${at}/mode`, DECISION)
  await demo.submit(cookies.sup, `${at}/change?what=kind`, { to: 'conduct', ...dateBoxes('on', '2018-06-03'), reasons: 'It became one.' })
  const answer = await unchanged(() => demo.request(`${at}/mode`, { cookie: cookies.dm, form }))
  refused(answer, /Somebody else changed this case.*Changed from a day on \(Kind of matter: Conduct matter\), by .* on 31 March 2020/, DECISION, 409)
  const again = await demo.request(`${at}/mode`, { cookie: cookies.dm, form: { ...fieldsOf(answer.body), step: 'check' } })
  const done = await demo.request(`${at}/mode`, { cookie: cookies.dm, form: { ...fieldsOf(again.body), step: 'confirm' } })
  assert.equal(done.status, 303)
})

test('a form replayed to another case', async () => {
  const other = await newCase()
  const form = await ready(`${at}/mode`, DECISION)
  const toOther = await unchanged(() => unchanged(() => demo.request(`${other}/mode`, { cookie: cookies.dm, form }), other))
  refused(toOther, /This form was opened for another case.*Open the form on the right case/, DECISION)
  const asOther = await unchanged(() => unchanged(() => demo.request(`${at}/mode`, { cookie: cookies.dm, form: { ...form, case: other.split('/').at(-1) } }), other))
  refused(asOther, /This form was opened for another case/, DECISION)
})

test('a form whose hidden boxes were taken out', async () => {
  const form = await ready(`${at}/mode`, DECISION)
  for (const name of ['version', 'submission']) {
    for (const value of ['', 'nonsense']) {
      const answer = await unchanged(() => demo.request(`${at}/mode`, { cookie: cookies.dm, form: { ...form, [name]: value } }))
      refused(answer, /This form arrived incomplete and nothing was changed.*send it again/, DECISION)
    }
  }
})

test('a form sent after signing out gives back what was typed', async () => {
  const cookie = await demo.cookie(names.dm2)
  const opened = await demo.request(`${at}/mode`, { cookie })
  const form = { ...fieldsOf(opened.body), ...DECISION, step: 'check' }
  await demo.request('/sign-out', { cookie, form: {} })
  const answer = await unchanged(() => demo.request(`${at}/mode`, { cookie, form }))
  assert.equal(answer.status, 403)
  assert.match(plain(answer.body), /You have been signed out.*Sign in again/)
  const kept = fieldsOf(answer.body)
  for (const [name, value] of Object.entries(DECISION)) assert.equal(kept[name], value, name)
  const again = await demo.request(`${at}/mode`, { cookie: await demo.cookie(names.dm2), form: kept })
  assert.equal(again.status, 200)
  assert.match(plain(again.body), /Check your answers/)
})

test('a correction of something that is not there', async () => {
  for (const query of ['entry=99&field=on', 'entry=1&field=nothing', 'entry=&field=', 'entry=-1&field=on']) {
    const answer = await unchanged(() => send(`${at}/correct?${query}`, { reasons: REASONS, new: 'x' }, 'check', 'sup'))
    refused(answer, /no such entry to correct.*Go back to the timeline/, { reasons: REASONS })
  }
})

test('a correction that the law does not admit', async () => {
  await demo.submit(cookies.dm, `${at}/mode`, DECISION)
  const typed = { ...dateBoxes('new', '2018-05-01'), reasons: REASONS }
  const answer = await unchanged(() => send(`${at}/correct?entry=${ENTRY.mode}&field=on`, typed, 'check', 'sup'))
  refused(answer, /on or after the day the matter was received \(1 June 2018\)/, typed)
})

test('an allegation sent twice registers one person and is recorded once', async () => {
  const address = await caseAfter(demo, people, 'lead', { force: FORCE })
  const form = await ready(`${address}/allege`, ALLEGATION, 'inv')
  const answers = await Promise.all([1, 2, 3].map(() => demo.request(`${address}/allege`, { cookie: cookies.inv, form })))
  answers.push(await demo.request(`${address}/allege`, { cookie: cookies.inv, form }))
  assert.deepEqual([...new Set(answers.map(a => `${a.status} ${a.headers.location}`))], [`303 ${address}?done=allege`], 'no address holds a name')
  const shown = plain((await demo.request(`${address}/allegations`, { cookie: cookies.sup })).body)
  assert.equal(shown.match(/Robin Ashdale \(PC 4471\)/g).length, 1)
  const other = await demo.request(`${address}/allege`, { cookie: cookies.inv, form: { ...form, name: 'Somebody Else' } })
  refused(other, /has been sent before with other answers/, { name: 'Somebody Else' })
  await demo.candour('verify')
})

test('every form that is sent twice gets the answer it got, whatever it did itself', async () => {
  const address = await caseAfter(demo, people, 'approve-terms', { force: FORCE })
  await take(demo, people, address, 'inv', 'allege', ALLEGATION)
  const on = dateBoxes('on', '2019-06-03')
  for (const [who, form, answers, done = form] of [
    ['sup', 'forecast', { ...dateBoxes('by', '2019-05-01'), ...dateBoxes('on', '2018-09-03'), reasons: REASONS }],
    ['dm', 'suspend', { ...dateBoxes('on', '2018-10-01'), ...dateBoxes('review_on', '2018-12-03'), reasons: REASONS }],
    ['dm', 'resume', { ...dateBoxes('on', '2018-12-03'), reasons: REASONS }],
    ['inv', 'terms', { terms: 'Wider terms.', ...dateBoxes('on', '2018-12-04') }],
    ['sup', 'approve-terms', dateBoxes('on', '2018-12-05')],
    ['inv', 'report', { ...dateBoxes('on', '2019-05-01'), conclusion: REASONS }],
    ['dm', 'prosecutor', { referred: 'no', two: 'no', ...on, reasons: REASONS }, 'proposed'],
    ['sup', 'second', { answer: 'approve', ...on }],
    ['dm', 'memorandum', { ...dateBoxes('report_on', '2019-05-02'), ...on }],
    ['sup', 'memorandum-received', { n: '1', answer: 'none', form: 'none', ...on, says: REASONS }],
    ['dm', 'memorandum-answer', { n: '1', does: 'accept', two: 'no', ...on, reasons: REASONS }],
    ['sup', 'begin-proceeding', { stage: 'inquest', person: 'nobody', ...on, ...dateBoxes('expected_on', '2019-09-02') }],
    ['sup', 'proceeding-news', { ...on, ...dateBoxes('expected_on', '2019-10-02') }],
    ['sup', 'end-proceeding', { outcome: 'narrative', ...on }],
    ['dm2', 'reinvestigate', { mode: 'directed', ...dateBoxes('on', '2020-03-02'), reasons: REASONS }]
  ]) {
    const sent = await ready(`${address}/${form}`, answers, who)
    for (const time of ['first', 'second']) {
      const answer = await demo.request(`${address}/${form}`, { cookie: cookies[who], form: sent })
      assert.equal(`${answer.status} ${answer.headers.location}`, `303 ${address}?done=${done}`, `${form}, the ${time} time: ${plain(answer.body)}`)
    }
  }
  const overview = plain((await demo.request(address, { cookie: cookies.dm })).body)
  assert.equal(overview.match(/Investigated again as/g).length, 1)
  await demo.candour('verify')
})

test('an allegation against somebody who is half chosen and half typed', async () => {
  const address = await caseAfter(demo, people, 'lead', { force: FORCE })
  const { name, rank, role, ...rest } = ALLEGATION
  refused(await unchanged(() => send(`${address}/allege`, rest, 'check', 'inv'), address), /Enter the person's name, or describe them.*Choose what the person is/, rest)
  await take(demo, people, address, 'inv', 'allege', ALLEGATION)
  const known = fieldsOf((await demo.request(`${address}/allege`, { cookie: cookies.inv })).body)
  assert.equal(known.person, undefined, 'nobody is chosen beforehand')
  refused(await unchanged(() => send(`${address}/allege`, rest, 'check', 'inv'), address), /Choose whom it is about/, rest)
  refused(await unchanged(() => send(`${address}/allege`, { ...rest, person: 'person:0123456789A' }, 'check', 'inv'), address), /Choose whom it is about/, rest)
  const both = { ...rest, name: 'Robin Ashdale', person: 'person:0123456789A' }
  refused(await unchanged(() => send(`${address}/allege`, both, 'check', 'inv'), address), /or leave their name and their rank or number empty/, { ...rest, name: 'Robin Ashdale' })
  refused(await unchanged(() => send(`${address}/allege`, { ...ALLEGATION, person: 'new', category: 'iopc-2020:B4x' }, 'check', 'inv'), address), /Choose what sort of allegation it is/, { name })
})

test('a hidden reference that was taken out, or that somebody has already', async () => {
  const address = await caseAfter(demo, people, 'lead', { force: FORCE })
  const form = await ready(`${address}/allege`, ALLEGATION, 'inv')
  const without = await unchanged(() => demo.request(`${address}/allege`, { cookie: cookies.inv, form: { ...form, register_as: '' } }), address)
  refused(without, /This form arrived incomplete and nothing was changed/, { name: ALLEGATION.name, what: ALLEGATION.what })
  await take(demo, people, address, 'inv', 'allege', ALLEGATION)
  const page = (await demo.request(`${address}/allege`, { cookie: cookies.inv })).body
  const taken = page.match(/value="person:([^"]+)"/)[1]
  const second = await ready(`${address}/allege`, { ...ALLEGATION, person: 'new', name: 'Somebody Else' }, 'inv')
  const answer = await unchanged(() => demo.request(`${address}/allege`, { cookie: cookies.inv, form: { ...second, register_as: taken } }), address)
  // Nobody chooses a reference, so that none tells by its being refused what there is.
  refused(answer, /This form arrived incomplete and nothing was changed/, { name: 'Somebody Else' })
  const again = fieldsOf(answer.body)
  assert.notEqual(again.register_as, taken, 'a new one is drawn')
})

test('the end of another sort of proceeding, of none, and of one that has ended', async () => {
  const address = await caseAfter(demo, people, 'report', { force: FORCE })
  const begin = { stage: 'inquest', owner: 'usual', ...dateBoxes('on', '2019-05-21'), ...dateBoxes('expected_on', '2019-09-02') }
  await take(demo, people, address, 'sup', 'begin-proceeding', begin)
  const end = { outcome: 'narrative', ...dateBoxes('on', '2019-09-02') }
  refused(await unchanged(() => send(`${address}/end-proceeding`, { ...end, outcome: 'acquitted' }, 'check', 'sup'), address), /Choose how it ended/, dateBoxes('on', '2019-09-02'))
  await take(demo, people, address, 'sup', 'begin-proceeding', { ...begin, stage: 'trial' })
  const which = await demo.request(`${address}/end-proceeding?n=7`, { cookie: cookies.sup })
  assert.match(plain(which.body), /Which one is it about\? 1\. Inquest 2\. Criminal trial/)
  const form = await ready(`${address}/end-proceeding?n=1`, end, 'sup')
  await take(demo, people, address, 'sup', 'end-proceeding?n=1', end)
  const late = await unchanged(() => demo.request(`${address}/end-proceeding`, { cookie: cookies.sup, form }), address)
  refused(late, /Somebody else changed this case.*Proceeding ended \(Proceeding: 1\. Inquest, Outcome: Narrative\)/, end, 409)
  refused(await unchanged(() => send(`${address}/end-proceeding?n=1`, end, 'check', 'sup'), address), /This proceeding has already ended/, end)
})

test('a step whose time has not come says why', async () => {
  for (const [slug, who, says] of [
    ['terms', 'dm', /Your role does not allow this/],
    ['suspend', 'dm', /decided to be independent/],
    ['case-to-answer', 'dm', /decided on the final report\. Submit it first/],
    ['prosecutor', 'dm', /decided on the final report\. Submit it first/],
    ['begin-proceeding', 'sup', /Decide the mode first/],
    ['end-proceeding', 'sup', /No proceeding is running/],
    ['reinvestigate', 'dm', /Only an investigation whose final report has been submitted/],
    ['close', 'sup', /Decide the mode of investigation before closing/]
  ]) {
    const answer = await demo.request(`${at}/${slug}`, { cookie: cookies[who] })
    assert.ok([403, 422].includes(answer.status), slug)
    assert.match(plain(answer.body), says, slug)
  }
})

test('a matter is not investigated again before the law gave the power, nor by the force alone', async () => {
  const address = await caseAfter(demo, people, 'report', { force: FORCE })
  const typed = { mode: 'independent', ...dateBoxes('on', '2020-01-31'), reasons: REASONS }
  refused(await unchanged(() => send(`${address}/reinvestigate`, typed), address), /gives? no power to/, typed)
  const { mode, ...rest } = typed
  refused(await unchanged(() => send(`${address}/reinvestigate`, { ...rest, ...dateBoxes('on', '2020-03-02'), mode: 'local' }), address), /Choose the form of the new investigation/, { reasons: REASONS })
})

test('filters and pickers that make no sense', async () => {
  for (const address of ['/staff/cases?stage=nowhere', '/staff/cases?force=%00', '/staff/cases?kind=%ff', '/staff/cases.csv?region=nowhere', '/board/timeliness?on=2019-02-30', '/board/timeliness?known-day=40&known-month=1&known-year=2019', '/board/legacy?told=2019-02-30', '/board/report.json?on=2019-02-30', '/staff/behind?measure=caseload.open&on=%00']) {
    const answer = await demo.request(address, { cookie: cookies.sup })
    assert.equal(answer.status, 422, address)
    assert.match(plain(answer.body), /Choose one from the list|must be a real date/, address)
  }
})
