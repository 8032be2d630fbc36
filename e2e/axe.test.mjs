// Every page in its interesting states, looked at by axe-core; and every address that answers HTML
// has at least one such state here.

import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { after, before, test } from 'node:test'

import { signedIn, startBrowser } from './support/browser.mjs'
import { ALLEGATION, ENTRY, accountId, caseAfter, take } from './support/course.mjs'
import { PASSWORD, ROOT, dateBoxes, startDemo } from './support/demo.mjs'
import { looksRight } from './support/looks.mjs'
import { BEGUN, DEATH, LEFT, NOT_YET, OFFICER, SPECIAL } from './support/officer.mjs'
import { codeOf, keyOf } from './support/totp.mjs'

/** Addresses that answer something other than a page, and those that `ways-in.test.mjs` looks at. */
const NO_PAGE = new Set(['/assets/{name}', '/healthz', '/readyz', '/log/checkpoint', '/log/tile/{*path}', '/staff/cases/{reference}/material/{file}', '/.well-known/security.txt',
  '/passkey', '/sign-in/passkey', '/sign-in/provider', '/sign-in/provider/back', '/account/provider', '/account/provider/again', '/account/passkeys'])
const FILE = /\.(csv|json)$/
const REGION = 'London'

let demo, browser, people
const visited = []

before(async () => {
  demo = await startDemo()
  browser = await startBrowser()
  people = await everyone()
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

/** One account of each role, of the region of the cases made here, and a page for each. */
async function everyone () {
  const wanted = {
    au: ['Assessment unit'],
    dm: ['Decision maker', REGION],
    sup: ['Supervisor', REGION],
    inv: ['Investigator', REGION],
    other: ['Investigator', REGION, 1],
    ned: ['Non-executive director'],
    adm: ['System administrator'],
    adm2: ['System administrator', undefined, 1],
    psd: ['Force liaison', 'metropolitan'],
    aud: ['Auditor']
  }
  const found = {}
  for (const [id, [role, region, nth]] of Object.entries(wanted)) {
    const account = await demo.account(role, region, nth)
    found[id] = { ...account, page: await signedIn(browser, demo, account.name), cookie: await demo.cookie(account.name) }
  }
  found.nobody = { page: await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage() }
  return found
}

/** Looks at the page as it stands, and remembers that it was. */
async function look (page, name, method = 'GET') {
  visited.push([method, new URL(page.url()).pathname])
  await looksRight(page, name)
}

async function visit (who, address, name, status = 200) {
  const { page } = people[who]
  const answer = await page.goto(demo.base + address)
  assert.equal(answer.status(), status, `${name}: ${address}`)
  await look(page, name)
  return page
}

async function press (page, name) {
  const [answer] = await Promise.all([
    page.waitForResponse(r => r.request().isNavigationRequest() && r.status() !== 303),
    page.getByRole('button', { name, exact: true }).click()
  ])
  await page.waitForLoadState('load')
  return answer.status()
}

/** A form empty, with everything wrong, and on its last step; it ends on the last step. */
async function visitForm (who, address, name, answers) {
  const page = await visit(who, address, `form ${name} empty`)
  assert.equal(await press(page, 'Continue'), 422, `${name} sent empty`)
  await look(page, `form ${name} errors`, 'POST')
  await fill(page, answers)
  assert.equal(await press(page, 'Continue'), 200, `${name} filled in: ${await problems(page)}`)
  await look(page, `form ${name} check`, 'POST')
  return page
}

async function problems (page) {
  return (await page.locator('.govuk-error-summary').allInnerTexts()).join(' ')
}

async function fill (page, answers) {
  for (const [name, value] of Object.entries(answers)) {
    const box = page.locator(`[name="${name}"]`)
    const kind = await box.first().evaluate(b => b.type)
    if (kind === 'radio') await page.locator(`[name="${name}"][value="${value}"]`).check()
    else if (kind === 'select-one') await box.selectOption(value)
    else await box.fill(value)
  }
}

/** A case of the region, brought up to a step of the ordinary course. */
function caseAt (last) {
  return caseAfter(demo, people, last, { summary: 'A window was broken. ' + 'Nobody was hurt and the film is kept. '.repeat(8) })
}

/** A reported case with an allegation, and with what followed up to a step. */
async function reported (...steps) {
  const at = await caseAt('approve-terms')
  await take(demo, people, at, 'inv', 'allege', ALLEGATION)
  await take(demo, people, at, 'inv', 'report', { ...dateBoxes('on', '2019-05-01'), conclusion: 'There is a case to answer.' })
  for (const [who, slug, answers] of steps) await take(demo, people, at, who, slug, answers)
  return at
}

const REQUESTED = ['dm', 'memorandum', { ...dateBoxes('report_on', '2019-05-02'), ...dateBoxes('on', '2019-05-03') }]
const MEMORANDUM = ['sup', 'memorandum-received', { n: '1', answer: 'none', form: 'management-action', ...dateBoxes('on', '2019-05-17'), says: 'No case to answer.' }]
const OTHERWISE = ['dm', 'memorandum-answer', { n: '1', does: 'recommend', answer: 'gross-misconduct', form: 'misconduct-hearing', two: 'no', ...dateBoxes('on', '2019-05-20'), reasons: 'The film shows it.' }]
const REFUSED = ['sup', 'authority-answer', { n: '1', accepts: 'no', ...dateBoxes('on', '2019-05-21'), says: 'We stand by it.' }]
const DIRECTED = ['dm', 'direction', { n: '1', does: 'give', ...dateBoxes('on', '2019-05-21'), reasons: 'The film shows it.' }]
const SECONDED = ['sup', 'second', { answer: 'approve', ...dateBoxes('on', '2019-05-21') }]
const ANSWERED = [REQUESTED, MEMORANDUM, OTHERWISE, REFUSED, DIRECTED, SECONDED]
const REFERRED = ['dm', 'prosecutor', { referred: 'yes', two: 'no', ...dateBoxes('on', '2019-05-21'), reasons: 'The film shows a crime.' }]
const proceeding = (stage, on, expected) => ['sup', 'begin-proceeding', { stage, owner: 'usual', person: 'nobody', ...dateBoxes('on', on), ...dateBoxes('expected_on', expected) }]
const CHARGING = proceeding('charging-decision', '2019-05-22', '2019-09-02')
const HEARING = proceeding('misconduct-hearing', '2019-06-03', '2020-06-01')
const MOVED = ['sup', 'proceeding-news?n=1', { owner: 'court', ...dateBoxes('on', '2019-09-02'), ...dateBoxes('expected_on', '2020-02-03'), note: 'A trial is listed.' }]
const ENDED = ['sup', 'end-proceeding?n=2', { outcome: 'dismissed', ...dateBoxes('on', '2019-12-02') }]

test('the first pages and signing in', async () => {
  await visit('nobody', '/', 'home')
  const page = await visit('nobody', '/sign-in', 'sign-in')
  await page.getByLabel('Name', { exact: true }).fill('Nobody at all')
  await page.getByLabel('Password', { exact: true }).fill('not this')
  assert.equal(await press(page, 'Sign in'), 422)
  await look(page, 'sign-in error', 'POST')
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Nobody at all')
})

test('the law, rule by rule', async () => {
  await visit('nobody', '/law', 'law')
  await visit('nobody', '/law?q=hearing', 'law searched')
  await visit('nobody', '/law?q=nothing-has-this-word', 'law not found')
  for (const rule of ['referral.dsi', 'mode.determine', 'hearing.officer-response', 'accelerated.hearing-date']) await visit('nobody', `/law/rules/${rule}`, `law rule ${rule}`)
  await visit('sup', '/law/rules/representations.officer?from=2031-04-07&nation=scotland', 'law rule counted, provisional')
  await visit('nobody', '/law/rules/representations.officer?from-day=31&from-month=4&from-year=2020&attention-day=1&nation=wales', 'law rule with errors', 422)
  await visit('nobody', '/law/rules/no.such-rule', 'law rule unknown', 404)
  await visit('nobody', '/law/powers', 'law powers')
  await visit('nobody', '/law/powers/P.CTA', 'law power')
  await visit('nobody', '/law/schemes', 'law schemes')
  await visit('nobody', '/law/schemes?attention=2020-03-05&linked=1&about=police', 'law scheme picked')
  await visit('nobody', '/law/schemes?attention-day=29&attention-month=2&attention-year=2019&notice-day=1&about=mi5', 'law schemes with errors', 422)
  await visit('nobody', '/law/holidays', 'law holidays')
  await visit('nobody', '/law/holidays?nation=scotland&year=2031', 'law holidays, provisional')
  await visit('nobody', '/law/holidays?nation=wales&year=20', 'law holidays with errors', 422)
})

test('what each role lands on', async () => {
  for (const who of ['au', 'dm', 'sup', 'inv', 'adm']) await visit(who, '/staff', `staff home of ${who}`)
  await visit('adm', '/staff/users', 'accounts')
})

test('what is due, and the bank holidays', async () => {
  for (const who of ['au', 'dm', 'sup', 'inv']) await visit(who, '/staff/work', `work of ${who}`)
  await visit('dm', '/staff/holidays', 'holidays, none added')
  const added = { ...dateBoxes('day', '2018-06-05'), nation: 'england-and-wales', name: 'An invented holiday', source: 'An invented proclamation' }
  await caseAt()
  const page = await visitForm('adm', '/staff/holidays/add', 'holiday', added)
  await press(page, 'Add the bank holiday')
  await look(page, 'holidays, one added')
  const back = await page.getByRole('link', { name: /^Take it back/ }).getAttribute('href')
  const form = await visitForm('adm', back, 'holiday back', { why: 'It was moved to another day.' })
  await press(form, 'Take it back')
  await look(form, 'holidays, taken back')
  await visit('adm', '/staff/holidays/withdraw?day=2018-02-31', 'holiday that cannot be', 422)
})

test('the work list', async () => {
  for (const who of ['au', 'dm', 'inv']) await visit(who, '/staff/cases', `work list of ${who}`)
  const page = await visit('dm', '/staff/cases?all=1&closed=1', 'work list of everything')
  await page.getByRole('link', { name: /^Next/ }).click()
  // A page that is still arriving has cells that are still empty.
  await page.waitForURL(/after=/)
  await page.waitForLoadState('load')
  await look(page, 'work list second page')
  await visit('dm', '/staff/cases?all=1&stage=investigation&force=metropolitan&kind=complaint', 'work list filtered')
  await visit('dm', '/staff/cases?all=1&number=nothing-has-this-number', 'work list empty')
  await visit('dm', '/staff/cases?force=nowhere', 'work list with an unknown force', 422)
})

/** Where the clocks of a case are explained. */
async function clocksOf (at) {
  const { body } = await demo.request(`${at}/clocks.json`, { cookie: people.sup.cookie })
  return JSON.parse(body).map(clock => `${at}/clocks/${clock.clock}`)
}

test('a case at each stage', async () => {
  for (const [last, stage] of [[, 'assessment'], ['mode', 'awaiting lead'], ['lead', 'investigation'], ['terms', 'terms drafted'], ['approve-terms', 'terms approved'], ['report', 'after the report'], ['close', 'closed']]) {
    const at = await caseAt(last)
    await visit('sup', at, `case ${stage}`)
    await visit('sup', `${at}/timeline`, `timeline ${stage}`)
    if (!['assessment', 'investigation', 'closed'].includes(stage)) continue
    await visit('sup', `${at}/gates`, `gates ${stage}`)
    await visit('sup', `${at}/clocks`, `clocks ${stage}`)
    for (const clock of await clocksOf(at)) await visit('sup', clock, `clock ${clock.split('/').pop()} ${stage}`)
  }
  const opened = await visit('sup', await caseAt('report'), 'case with its clocks')
  await opened.evaluate(() => document.querySelectorAll('details').forEach(d => { d.open = true }))
  await look(opened, 'case with its clocks explained')
  const at = await caseAt()
  const local = { mode: 'local', ...dateBoxes('on', '2018-06-05'), reasons: 'The force can look into this.' }
  await demo.submit(people.dm.cookie, `${at}/mode`, local)
  await visit('dm', at, 'case with the force')
  await visit('dm', `${at}/allegations`, 'allegations, none')
  await visit('dm', `${at}/after`, 'after the report, nothing')
  const forms = await slugs()
  assert.ok(forms.size > 15, 'the forms were found')
  for (const done of forms) await visit('dm', `${at}?done=${done}`, `case after ${done}`)
  await visit('au', await caseAt(), 'case to the assessment unit')
})

test('a case whose investigation stood still, and one that was investigated again', async () => {
  const at = await caseAt('approve-terms')
  await take(demo, people, at, 'sup', 'forecast', { ...dateBoxes('by', '2019-03-29'), ...dateBoxes('on', '2018-09-03'), reasons: 'One expert is awaited.' })
  await take(demo, people, at, 'dm', 'suspend', { ...dateBoxes('on', '2018-10-01'), ...dateBoxes('review_on', '2018-12-03'), reasons: 'A trial would be prejudiced.' })
  await visit('dm', at, 'case suspended')
  await take(demo, people, at, 'dm', 'resume', { ...dateBoxes('on', '2018-12-03'), reasons: 'The trial has ended.' })
  await take(demo, people, at, 'inv', 'terms', { terms: 'Wider terms.', ...dateBoxes('on', '2018-12-04') })
  await visit('dm', at, 'case resumed')
  await visit('dm', `${at}/timeline`, 'timeline suspended and resumed')
  const old = await reported(['dm', 'reinvestigate', { mode: 'directed', ...dateBoxes('on', '2020-03-02'), reasons: 'New footage was found.' }])
  const page = await visit('dm', old, 'case investigated again')
  await visit('dm', await page.getByRole('link', { name: /^case / }).getAttribute('href'), 'case that investigates again')
})

test('allegations, and what follows the report', async () => {
  const at = await reported()
  await visit('dm', `${at}/allegations`, 'allegations undecided')
  await visit('dm', `${at}/after`, 'after the report, none yet')
  for (const step of ANSWERED) await take(demo, people, at, ...step)
  await visit('dm', `${at}/allegations`, 'allegations decided')
  for (const step of [REFERRED, CHARGING, HEARING, MOVED, ENDED]) await take(demo, people, at, ...step)
  await visit('sup', `${at}/after`, 'after the report')
  await visit('sup', at, 'case waiting for others')
  const page = await visit('sup', `${at}/timeline`, 'timeline after the report')
  await page.evaluate(() => document.querySelectorAll('details').forEach(d => { d.open = true }))
  await look(page, 'timeline after the report opened')
})

test('a timeline with corrections and a rescission, and who has looked', async () => {
  const at = await caseAt('close')
  const correct = { ...dateBoxes('new', '2019-07-01'), reasons: 'The first date was that of the draft.' }
  await demo.submit(people.sup.cookie, `${at}/correct?entry=${ENTRY.report}&field=on`, correct)
  await demo.submit(people.sup.cookie, `${at}/correct?entry=${ENTRY.mode}&field=text:reasons`, { new: 'Other words.', reasons: 'The words were of another case.' })
  await demo.submit(people.sup.cookie, `${at}/rescind?entry=${ENTRY.closing}`, { reasons: 'The closing belonged to another case.' })
  const page = await visit('sup', `${at}/timeline`, 'timeline with corrections')
  await page.evaluate(() => document.querySelectorAll('details').forEach(d => { d.open = true }))
  await look(page, 'timeline with corrections opened')
  await visit('sup', `${at}/readers`, 'readers')
})

test('a receipt for an entry, before a checkpoint covers it and after', async () => {
  const at = await caseAt()
  const waiting = await visit('sup', `${at}/receipt?entry=1`, 'receipt before a checkpoint')
  assert.match(await waiting.locator('main').innerText(), /There is no receipt for this entry yet/)
  const signer = path.join(demo.data, 'signer')
  await demo.candour('signer', 'init', '--dir', signer, '--name', 'records.example')
  await demo.candour('signer', 'sign', '--dir', signer, '--out', path.join(demo.data, 'checkpoint'))
  const page = await visit('sup', `${at}/receipt?entry=1`, 'receipt')
  await page.locator('input[name=word]').first().evaluate(box => { box.value = 'of another entry'; box.checked = true })
  assert.equal(await press(page, 'Download the receipt'), 422)
  await look(page, 'receipt with a word that the entry has not', 'POST')
  await visit('sup', `${at}/timeline`, 'timeline with receipts')
  await page.goto(`${demo.base}${at}/receipt?entry=1`)
  await page.locator('input[name=word]').first().check()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download the receipt' }).click()])
  assert.match(file.suggestedFilename(), /^receipt-[0-9A-Z]+-1\.tlog-proof$/)
  assert.match(await demo.candour('verify', '--receipt', await file.path(), '--policy', path.join(signer, 'policy')), /: 0 findings/)
})

const REASONS = 'Because the film shows it.'

test('every form on the way to the report, empty, wrong and checked', async () => {
  const reasons = REASONS
  await visitForm('au', '/staff/refer', 'refer', {
    kind: 'conduct', force: 'metropolitan', route: 'voluntary', ...dateBoxes('on', '2018-06-01'), summary: 'An invented matter.'
  })
  const first = await caseAt()
  const page = await visitForm('dm', `${first}/mode`, 'mode', { mode: 'independent', ...dateBoxes('on', '2018-06-05'), reasons })
  await press(page, 'Change an answer')
  await look(page, 'form mode changed', 'POST')
  await visitForm('dm', `${first}/return`, 'return', { back: 'handle', ...dateBoxes('on', '2018-06-05'), reasons })
  await visitForm('dm', `${first}/change?what=kind`, 'change kind', { to: 'conduct', ...dateBoxes('on', '2018-06-03'), reasons })
  await visitForm('dm', `${first}/change?what=force`, 'change force', { to: 'kent', ...dateBoxes('on', '2018-06-03'), reasons })
  await visitForm('dm', `${first}/relate`, 'relate', { related: '2018/000123', ...dateBoxes('related_attention', '2018-05-21'), related_open: 'yes', same_officer: 'no', ...dateBoxes('on', '2018-06-04'), reasons })
  const late = await caseAfter(demo, people, undefined, dateBoxes('on', '2018-06-05'))
  await visitForm('dm', `${late}/exceptional-circumstances`, 'exceptional circumstances', { ...dateBoxes('on', '2018-06-06'), reasons })
  const second = await caseAt('mode')
  const lead = await accountId(demo, people.sup, `${second}/lead`, people.inv.name)
  await visitForm('sup', `${second}/lead`, 'lead', { lead, directorate: 'core', pathway: 'standard', ...dateBoxes('on', '2018-06-06') })
  const third = await caseAt('lead')
  await visitForm('inv', `${third}/terms`, 'terms', { terms: 'To find out what happened.', ...dateBoxes('on', '2018-06-08') })
  await visitForm('inv', `${third}/allege`, 'allege', ALLEGATION)
  await take(demo, people, third, 'inv', 'allege', ALLEGATION)
  await visitForm('inv', `${third}/allege`, 'allege again', { ...ALLEGATION, person: 'new' })
  await visitForm('sup', `${third}/forecast`, 'forecast', { ...dateBoxes('by', '2019-03-29'), ...dateBoxes('on', '2018-09-03'), reasons })
  await visitForm('dm', `${third}/suspend`, 'suspend', { ...dateBoxes('on', '2018-10-01'), ...dateBoxes('review_on', '2018-12-03'), reasons })
  await visitForm('dm', `${third}/discontinue`, 'discontinue', { ...dateBoxes('on', '2018-10-01'), reasons })
  await take(demo, people, third, 'dm', 'suspend', { ...dateBoxes('on', '2018-10-01'), ...dateBoxes('review_on', '2018-12-03'), reasons })
  await visitForm('dm', `${third}/resume`, 'resume', { ...dateBoxes('on', '2018-12-03'), reasons })
  const fourth = await caseAt('terms')
  await visitForm('sup', `${fourth}/approve-terms`, 'approve terms', dateBoxes('on', '2018-06-12'))
  const fifth = await caseAt('approve-terms')
  await visitForm('inv', `${fifth}/report`, 'report', { ...dateBoxes('on', '2019-05-01'), conclusion: 'There is a case to answer.' })
  const other = await accountId(demo, people.sup, `${fifth}/change?what=lead`, people.other.name)
  await visitForm('sup', `${fifth}/change?what=lead`, 'change lead', { to: other, ...dateBoxes('on', '2018-09-03'), reasons })
  await visitForm('sup', `${fifth}/change?what=pathway`, 'change pathway', { to: 'parallel-action', ...dateBoxes('on', '2018-09-03'), reasons })
})

test('every form after the report, empty, wrong and checked', async () => {
  const reasons = REASONS
  const at = await reported()
  await take(demo, people, at, 'sup', 'allege', { ...ALLEGATION, name: 'Sal Wren', person: 'new' })
  await visitForm('dm', `${at}/prosecutor`, 'prosecutor', { referred: 'no', two: 'no', ...dateBoxes('on', '2019-05-21'), reasons })
  await visitForm('dm', `${at}/case-to-answer`, 'case to answer', { n: '2', answer: 'not-applicable', two: 'no', ...dateBoxes('on', '2019-05-20'), reasons })
  const begun = { stage: 'inquest', owner: 'coroner', person: 'nobody', ...dateBoxes('on', '2019-05-21'), ...dateBoxes('expected_on', '2019-09-02') }
  await visitForm('sup', `${at}/begin-proceeding`, 'begin proceeding', begun)
  await take(demo, people, at, ...CHARGING)
  await visitForm('sup', `${at}/proceeding-news`, 'news of the only proceeding', { owner: 'court', ...dateBoxes('on', '2019-09-02'), ...dateBoxes('expected_on', '2020-02-03') })
  await take(demo, people, at, ...HEARING)
  await visit('sup', `${at}/end-proceeding`, 'form end of which proceeding')
  await visitForm('sup', `${at}/end-proceeding?n=2`, 'end proceeding', { outcome: 'dismissed', ...dateBoxes('on', '2019-12-02') })
  await visitForm('dm', `${at}/reinvestigate`, 'reinvestigate', { mode: 'independent', ...dateBoxes('on', '2020-03-02'), reasons })
  const closing = await caseAt('report')
  await visitForm('sup', `${closing}/close`, 'close', { ...dateBoxes('on', '2019-10-01'), publication: 'summary', reasons })
})

test('a proposed decision, and the form of the second person', async () => {
  const at = await reported()
  const decision = { ...dateBoxes('on', '2019-05-20'), reasons: 'The film does not show it.' }
  await take(demo, people, at, 'dm', 'prosecutor', { referred: 'no', two: 'no', ...decision })
  await visit('dm', at, 'case with a proposal, to whoever made it')
  await visit('sup', at, 'case with a proposal')
  const answer = { answer: 'send-back', ...dateBoxes('on', '2019-05-21'), reasons: 'Say what the film shows.' }
  await visitForm('sup', `${at}/second`, 'second person', answer)
  await take(demo, people, at, 'sup', 'second', { answer: 'approve', ...dateBoxes('on', '2019-05-21') })
  await visit('sup', `${at}/timeline`, 'timeline of decisions by two')
})

test('the scheme of delegation and its forms', async () => {
  await visit('dm', '/staff/delegation', 'delegation to a decision maker')
  await visit('adm', '/staff/delegation?on=2010-01-04', 'delegation before anything')
  await visit('adm', '/staff/delegation?on-day=31&on-month=2&on-year=2019', 'delegation with an error', 422)
  for (const done of ['grade', 'grant', 'end', 'exclude', 'rescind']) await visit('adm', `/staff/delegation?done=${done}`, `delegation after ${done}`)
  const person = { person: await optionOf('grade', people.dm.name) }
  const on = { ...dateBoxes('on', '2020-03-30'), ...dateBoxes('from', '2020-03-30') }
  const reasons = REASONS
  await visitForm('adm', '/staff/delegation/grade', 'grade', { ...person, grade: 'L5', ...on })
  await visitForm('adm', '/staff/delegation/grant', 'grant', { power: 'P.GUIDANCE', to: 'grade:L4', instrument: 'Annex B', ...on, ...dateBoxes('until', '2020-04-30') })
  await visitForm('adm', '/staff/delegation/exclude', 'exclude', { ...person, power: 'P.MOI', ...on, reasons })
  await visitForm('adm', '/staff/delegation/rescind', 'rescind an entry', { of: '1', ...dateBoxes('on', '2020-03-30'), reasons })
  await visitForm('adm', '/staff/delegation/end', 'end', { of: '1', ...dateBoxes('on', '2020-03-30'), ...dateBoxes('last', '2020-04-17'), reasons })
})

/** The value of an option of a form, an administrator's unless it is said whose, by the name with which its text begins. */
async function optionOf (form, name, under = '/staff/delegation', cookie = people.adm.cookie) {
  const { body } = await demo.request(`${under}/${form}`, { cookie })
  return body.match(new RegExp(`<option value="([^"]+)"[^>]*>${name}`))?.[1]
}

test("every form of the officer's side, and the people of a case", async () => {
  const at = `/staff/cases/${await demo.refer(people.au.cookie, DEATH)}`
  for (const [who, slug, answers] of BEGUN) await take(demo, people, at, who, slug, answers)
  await visit('dm', `${at}/people`, 'people, nobody yet')
  for (const [who, slug, answers, recorded] of OFFICER) {
    await visitForm(who, `${at}/${slug}`, slug, answers)
    if (recorded) await take(demo, people, at, who, slug, answers)
    if (['status', 'severity', 'notice-terms'].includes(slug)) await visit(who, `${at}/people`, `people after ${slug}`)
  }
  const page = await visit('inv', `${at}/people`, 'people and notices')
  await page.evaluate(() => document.querySelectorAll('details').forEach(d => { d.open = true }))
  await look(page, 'people and notices, with what is not offered')
  await visit('sup', `${at}/timeline`, "timeline of the officer's side")
  const former = await reported(LEFT, ...ANSWERED)
  await visitForm('dm', `${former}/special-determination`, 'special determination', SPECIAL)
})

/** Looks at each form and then takes its step. */
async function through (at, steps) {
  for (const [who, slug, answers] of steps) {
    await visitForm(who, `${at}/${slug}`, slug, answers)
    await take(demo, people, at, who, slug, answers)
  }
}

/** A case of the new scheme, by its steps: who takes one, its form and the answers. */
async function recent (kind, steps) {
  const dates = { ...dateBoxes('clear_on', '2020-02-03'), ...dateBoxes('on', '2020-02-03'), ...dateBoxes('incident_on', '2020-02-01') }
  const at = `/staff/cases/${await demo.refer(people.au.cookie, { kind, ...dates })}`
  for (const [who, slug, answers] of steps) await take(demo, people, at, who, slug, answers)
  return at
}

const IN_2020 = [
  ['dm', 'mode', { mode: 'independent', ...dateBoxes('on', '2020-02-04'), reasons: REASONS }],
  ['sup', 'lead', { directorate: 'core', pathway: 'standard', ...dateBoxes('on', '2020-02-04') }],
  ['inv', 'terms', { terms: 'To find out what happened.', ...dateBoxes('on', '2020-02-05') }],
  ['sup', 'approve-terms', dateBoxes('on', '2020-02-06')]
]

test('the forms of a memorandum and of a direction, each as its time comes', async () => {
  await through(await reported(), ANSWERED)
})

test('the forms of views and of what follows', async () => {
  const at = await recent('conduct', IN_2020)
  await take(demo, people, at, 'inv', 'allege', { ...ALLEGATION, category: 'iopc-2020:B4', ...dateBoxes('on', '2020-02-07') })
  await take(demo, people, at, 'inv', 'report', { ...dateBoxes('on', '2020-02-20'), conclusion: 'There is a case to answer.', sensitive: 'none' })
  await through(at, [
    ['dm', 'views', { special: 'yes', ...dateBoxes('on', '2020-02-21'), opinion: 'A case to answer for misconduct.' }],
    ['sup', 'views-received', { ...dateBoxes('on', '2020-03-02'), views: 'The authority agrees.' }]
  ])
  await take(demo, people, at, 'dm', 'case-to-answer', { n: '1', answer: 'misconduct', two: 'no', ...dateBoxes('on', '2020-03-03'), reasons: REASONS })
  await through(at, [['dm', 'proceedings', { n: '1', form: 'misconduct-meeting', two: 'no', ...dateBoxes('on', '2020-03-04'), reasons: REASONS }]])
  await visit('dm', `${at}/allegations`, 'allegations with what follows')
})

test('the forms of a mode that is decided again, of intake and of chief officers', async () => {
  const first = await recent('dsi', [])
  await through(first, [
    ['au', 'information', { does: 'ask', ...dateBoxes('on', '2020-02-03'), reasons: 'The log is missing.' }],
    ['au', 'chief-officer', { not_ruled_out: 'no', indication: 'no', ...dateBoxes('on', '2020-02-04'), reasons: 'It names the chief constable.' }]
  ])
  await visitForm('dm', `${first}/invalid`, 'invalid', { ...dateBoxes('on', '2020-02-04'), reasons: REASONS })
  const at = await recent('conduct', IN_2020)
  await visitForm('dm', `${at}/combine`, 'combine', { does: 'merge', other: first.split('/').pop(), ...dateBoxes('on', '2020-02-10'), reasons: REASONS })
  await through(at, [
    ['dm', 'redetermine', { mode: 'directed', ...dateBoxes('on', '2020-02-10'), reasons: REASONS }],
    ['sup', 'handover', { item: 'evidence', ...dateBoxes('on', '2020-02-11'), what: 'Two boxes.' }],
    ['sup', 'report-received', { ...dateBoxes('on', '2020-02-20'), conclusion: 'There is a case to answer.', sensitive: 'obscured' }],
    ['dm', 'prosecutor', { referred: 'yes', sensitive: 'obscured', two: 'no', ...dateBoxes('on', '2020-02-21'), reasons: REASONS }]
  ])
  await visit('dm', at, 'case whose mode was decided again')
})

test('the forms of what the complainant wishes', async () => {
  const at = await caseAt('approve-terms')
  await visitForm('sup', `${at}/withdrawal`, 'withdrawal', { signed: 'no', ...dateBoxes('on', '2018-09-03'), note: 'Said on the telephone.' })
  await take(demo, people, at, 'dm', 'suspend', { ...dateBoxes('on', '2018-10-01'), ...dateBoxes('review_on', '2018-12-03'), reasons: 'A trial would be prejudiced.' })
  await through(at, [
    ['sup', 'proceedings-ended', { ...dateBoxes('on', '2019-07-29'), note: 'Acquitted.' }],
    ['sup', 'ask-complainant', { about: 'resumption', ...dateBoxes('on', '2019-08-01'), note: 'By recorded delivery.' }],
    ['sup', 'complainant-answer', { about: 'resumption', reply: 'stops', ...dateBoxes('on', '2019-08-05'), says: 'No further steps.' }],
    ['dm', 'public-interest', { about: 'resumption', required: 'no', ...dateBoxes('on', '2019-08-06'), reasons: REASONS }]
  ])
  await visit('dm', at, 'case that ceased')
})

test('who is kept informed, and letters issued, served and translated', async () => {
  const at = await caseAt('approve-terms')
  await visit('sup', `${at}/letters`, 'letters, none yet')
  const informed = { name: 'Ann Marsh', role: 'complainant', method: 'letter', welsh: 'yes', ...dateBoxes('on', '2018-06-12') }
  await visitForm('sup', `${at}/add-informed`, 'add informed', informed)
  await take(demo, people, at, 'sup', 'add-informed', informed)
  const key = (await demo.request(`${at}/give-update`, { cookie: people.sup.cookie })).body.match(/value="(k\d+)"/)[1]
  const contact = { key, post: 'yes', email: 'no', telephone: 'yes', in_person: 'no', representative: 'no', messages: 'no', at_risk: 'yes', contact: 'Her work number, between 9 and 12. Never say police.', ...dateBoxes('on', '2018-06-13') }
  await visitForm('sup', `${at}/agree-contact`, 'agree contact', contact)
  await visit('sup', `${at}/letters`, 'letters, contact not agreed')
  await take(demo, people, at, 'sup', 'agree-contact', contact)
  await visitForm('sup', `${at}/give-update`, 'give update', { key, of: 'progress', method: 'telephone', ...dateBoxes('on', '2018-07-02'), note: 'Two witnesses were seen.' })
  const withheld = { key, purpose: 'crime', ...dateBoxes('on', '2018-08-01'), ...dateBoxes('review_on', '2018-10-01'), reasons: REASONS }
  await visitForm('dm', `${at}/withhold-update`, 'withhold update', withheld)
  await visitForm('sup', `${at}/end-informed`, 'end informed', { key, ...dateBoxes('on', '2018-09-03'), reasons: REASONS })
  await visit('sup', `${at}/issue-letter`, 'form issue which letter')
  const letter = `${at}/issue-letter?letter=L04&to=${key}`
  const page = await visit('sup', letter, 'form issue letter')
  assert.equal(await press(page, 'Continue'), 200)
  await look(page, 'form issue letter check', 'POST')
  assert.equal(await press(page, 'Issue the letter'), 200)
  await visit('sup', `${at}/letters`, 'letters, one issued')
  await visitForm('sup', `${at}/serve-letter`, 'serve letter', { by: 'post', ...dateBoxes('sent_on', '2020-03-31'), proof: 'A certificate of posting.' })
  await visitForm('sup', `${at}/translate-letter`, 'translate letter', { text: 'Ysgrifennaf atoch.', ...dateBoxes('on', '2020-03-31') })
  await take(demo, people, at, 'sup', 'translate-letter', { text: 'Ysgrifennaf atoch.', ...dateBoxes('on', '2020-03-31') })
  await visit('sup', `${at}/letters/1`, 'letter to be printed')
  await visit('sup', `${at}/delay-notice`, 'notice of the delay, not owed', 422)
  const other = await visit('sup', `${at}/serve-letter`, 'form serve letter again')
  await other.evaluate(to => { document.querySelector('main form').action = to }, `${at}/delay-notice`)
  assert.equal(await press(other, 'Continue'), 422)
  await look(other, 'form notice of the delay errors', 'POST')
})

test('an account for somebody who is kept informed, and what it shows them', async () => {
  const at = await caseAt('approve-terms')
  const own = `/own/cases/${at.split('/').at(-1)}`
  await take(demo, people, at, 'sup', 'add-informed', { name: 'Ann Marsh', role: 'complainant', method: 'letter', welsh: 'no', ...dateBoxes('on', '2018-06-12') })
  const key = (await demo.request(`${at}/give-update`, { cookie: people.sup.cookie })).body.match(/value="(k\d+)"/)[1]
  const ways = { post: 'yes', email: 'no', telephone: 'yes', in_person: 'no', representative: 'no', messages: 'no', at_risk: 'no' }
  await take(demo, people, at, 'sup', 'agree-contact', { key, ...ways, contact: 'Her work number.', ...dateBoxes('on', '2018-06-13') })
  await take(demo, people, at, 'sup', `issue-letter?letter=L04&to=${key}`, {})
  await take(demo, people, at, 'sup', 'serve-letter?n=1', { by: 'post', ...dateBoxes('sent_on', '2020-03-31'), proof: 'A certificate of posting.' })
  await visit('sup', `${at}/letters`, 'letters, an account may be given')
  const page = await visit('sup', `${at}/account?key=${key}`, 'form account for somebody informed')
  assert.equal(await press(page, 'Continue'), 422)
  await look(page, 'form account for somebody informed errors', 'POST')
  await page.locator('[name=sure]').fill('She called back on the number that was agreed.')
  assert.equal(await press(page, 'Continue'), 200)
  await look(page, 'form account for somebody informed check', 'POST')
  assert.equal(await press(page, 'Give the account'), 200)
  await look(page, 'account given', 'POST')
  const [name, code] = await page.locator('main dd code').allInnerTexts()
  assert.equal((await demo.request('/start', { form: { name, code, new: PASSWORD } })).status, 303)
  people.cmp = { page: await signedIn(browser, demo, name) }
  await visit('cmp', '/own', 'own matters')
  await visit('cmp', own, 'own matter')
  await visit('cmp', `${own}/letters/1`, 'own letter')
  const write = await visit('cmp', `${own}/write`, 'own matter, write')
  assert.equal(await press(write, 'Send'), 422)
  await look(write, 'own matter, write errors', 'POST')
  await write.getByLabel('Your message').fill('He was standing at the window.')
  assert.equal(await press(write, 'Send'), 200)
  await look(write, 'own matter, written')
  assert.equal(await press(write, 'Save the receipt for what you wrote on 31 March 2020 at 09:00'), 503)
  await look(write, 'own matter, no receipt yet', 'POST')
  await write.goto(demo.base + own)
  // Where it leads is another site's; what the server answered is held fast, and something put in its place.
  let left
  await write.route('**/own/leave', async route => {
    left = await route.fetch({ maxRedirects: 0 })
    await route.fulfill({ contentType: 'text/html', body: '<!DOCTYPE html><title>Elsewhere</title>' })
  })
  for (const key of ['Shift', 'Shift', 'Shift']) await write.keyboard.press(key)
  await write.waitForURL('**/own/leave')
  assert.deepEqual([left.status(), left.headers().location], [303, 'https://www.bbc.co.uk/weather'])
  visited.push(['GET', '/own/leave'])
  await write.goto(demo.base + own)
  assert.equal(new URL(write.url()).pathname, '/sign-in', 'whoever comes back finds nothing')
  await visit('sup', `${at}/letters`, 'letters, somebody wrote')
  await visit('sup', `${at}/timeline`, 'timeline with a message')
  const end = await visit('sup', `${at}/account-end?key=${key}`, 'form account ended')
  assert.equal(await press(end, 'Continue'), 422)
  await look(end, 'form account ended errors', 'POST')
  await end.locator('[name=reasons]').fill('She asked for it.')
  assert.equal(await press(end, 'Continue'), 200)
  assert.equal(await press(end, 'End the account'), 200)
})

test('every sort of correction, empty, wrong and checked', async () => {
  const reasons = REASONS
  const at = await caseAt('report')
  await visitForm('sup', `${at}/rescind?entry=${ENTRY.report}`, 'rescind', { reasons })
  const other = await accountId(demo, people.sup, `${at}/correct?entry=${ENTRY.lead}&field=lead`, people.other.name)
  const corrections = {
    'date': [`entry=${ENTRY.report}&field=on`, dateBoxes('new', '2019-07-01')],
    'optional date': ['entry=1&field=incident_on', dateBoxes('new', '2018-05-30')],
    'force': ['entry=1&field=force', { new: 'kent' }],
    'kind': ['entry=1&field=kind', { new: 'conduct' }],
    'route': ['entry=1&field=route', { new: 'voluntary' }],
    'number': ['entry=1&field=number', { new: '2018/123456' }],
    'mode': [`entry=${ENTRY.mode}&field=mode`, null],
    'directorate': [`entry=${ENTRY.allocation}&field=directorate`, { new: 'major' }],
    'pathway': [`entry=${ENTRY.allocation}&field=pathway`, { new: 'parallel-action' }],
    'lead': [`entry=${ENTRY.lead}&field=lead`, { new: other }],
    'terms': [`entry=${ENTRY.draft}&field=text:terms`, { new: 'Other terms.' }],
    'words': ['entry=1&field=text:summary', { new: 'Another summary.' }]
  }
  for (const [name, [query, answers]] of Object.entries(corrections)) {
    const address = `${at}/correct?${query}`
    if (answers) await visitForm('sup', address, `correct ${name}`, { ...answers, reasons })
    else await visit('sup', address, `form correct ${name} empty`)
  }
})

test('a form that was overtaken', async () => {
  const at = await caseAt()
  const page = await visitForm('dm', `${at}/mode`, 'mode overtaken', { mode: 'local', ...dateBoxes('on', '2018-06-05'), reasons: 'The force can look into this.' })
  await demo.submit(people.sup.cookie, `${at}/change?what=kind`, { to: 'conduct', ...dateBoxes('on', '2018-06-03'), reasons: 'It became one.' })
  assert.equal(await press(page, 'Make this decision'), 409)
  await look(page, 'form overtaken', 'POST')
})

test("the Board's page", async () => {
  await visit('ned', '/board/timeliness', 'board')
  await visit('sup', '/board/timeliness?from=2018-04-01&on=2019-03-31&known=2019-03-31', 'board to a supervisor')
  await visit('ned', '/board/timeliness?from=2001-04-01&on=2002-03-31', 'board without data')
  await visit('ned', '/board/timeliness?from-day=31&from-month=2&from-year=2019&on-day=1&on-month=1&on-year=2030&known-day=x&known-month=1&known-year=2019', 'board with errors', 422)
  await visit('ned', '/board/timeliness?known=2030-01-01', 'board as known on a day to come', 422)
  await visit('ned', '/board/timeliness?from=2019-01-01&on=2018-01-01', 'board with a period that ends before it begins', 422)
})

test("the Board's other pages, and the cases behind a number", async () => {
  for (const page of ['', '/caseload', '/legacy', '/waiting', '/streamlined', '/published', '/report']) {
    await visit('ned', `/board${page}`, `board${page}`)
    await visit('sup', `/board${page}?on=2019-12-16`, `board${page} to a supervisor in December 2019`)
    await visit('ned', `/board${page}?on=2016-01-04`, `board${page} before anything`)
    await visit('ned', `/board${page}?on-day=31&on-month=2&on-year=2019`, `board${page} with an error`, 422)
  }
  await visit('ned', '/board/legacy?on=2019-10-31&told=2019-12-16', 'legacy before its forecast')
  await visit('ned', '/board/streamlined?before-from=2019-01-01&before-on=2018-01-01', 'streamlined with a period that ends before it begins', 422)
  const at = '/staff/behind?on=2020-03-30&measure='
  for (const measure of ['caseload.referrals', 'caseload.open', 'timeliness.within-12-months', 'timeliness.mode-decision', 'post-report.waiting']) {
    await visit('sup', at + measure, `behind ${measure}`)
  }
  await visit('sup', `${at}caseload.referrals&page=2`, 'behind, second page')
  await visit('sup', `${at}caseload.opened&where=kind%3Ddsi&where=force%3Dkent&by=year&value=2001%2F02`, 'behind nothing')
  await visit('sup', `${at}caseload.opened&where=kind%3Dmurder`, 'behind nonsense', 422)
})

test('access: conflicts of interest, and a case opened with a reason', async () => {
  const at = await caseAt('lead')
  await visit('inv', '/staff/access', 'access, nothing yet')
  await visit('other', at, 'problem 403 with the way to give a reason', 403)
  const opening = await visitForm('other', `${at}/break-glass`, 'break-glass', { category: 'cover', reason: 'The lead is away and the family has called.' })
  await press(opening, 'Open the case')
  await look(opening, 'case opened with a reason')
  await visit('other', '/staff/access', 'access, a case opened')
  await visit('sup', at, 'case that somebody opened with a reason')
  await visit('sup', `${at}/readers`, 'readers with a reason')
  const waiting = await visit('sup', '/staff/access', 'access, a reason to review')
  const review = await waiting.getByRole('link', { name: /^Review it/ }).getAttribute('href')
  const reviewing = await visitForm('sup', review, 'review of a reason', { justified: 'yes', reasons: 'The lead was away.' })
  await press(reviewing, 'Record the review')
  await look(reviewing, 'access, reviewed')
  await take(demo, people, at, 'inv', 'allege', ALLEGATION)
  const declaring = await visitForm('inv', `/staff/access/declare?case=${at.split('/').pop()}`, 'declare a conflict', { sort: 'former-force', about: 'force', force: 'kent', ...dateBoxes('served_until', '2017-05-31') })
  await press(declaring, 'Declare it')
  await look(declaring, 'access, a conflict declared')
  await visitForm('adm', '/staff/access/declare', 'declare a conflict of somebody', { staff: await optionOf('declare', people.inv.name, '/staff/access'), sort: 'party', about: 'force', force: 'surrey' })
  const kept = await visit('adm', '/staff/access', 'access to an administrator')
  const ended = await visitForm('adm', await kept.getByRole('link', { name: /^End it/ }).getAttribute('href'), 'end a conflict', { reasons: 'It was another force.' })
  await press(ended, 'End it')
  await look(ended, 'access, a conflict ended')
})

test('other roles: a force, an auditor, somebody who is asked to read a case, and alerts', async () => {
  const at = await caseAt('lead')
  const reference = at.split('/').pop()
  await visit('psd', '/force', 'cases of a force')
  await visit('psd', `/force/cases/${reference}`, 'stub of a case')
  await visit('psd', '/force/cases/NOSUCHCASE', 'problem 404 to a force', 404)
  await visit('psd', '/staff/cases', 'problem 403 to a force', 403)
  await visit('aud', '/staff', 'home of an auditor')
  await visit('aud', at, 'problem 403 with the way to say for what', 403)
  const told = await visitForm('aud', `${at}/purpose`, 'purpose', { category: 'audit', says: 'The yearly audit of investigations.' })
  assert.equal(new URL(told.url()).pathname, at)
  const asking = await visitForm('sup', `${at}/assign`, 'assign', { person: await optionOf('assign', (await demo.account('Legal adviser')).name, at, people.sup.cookie), what: 'Advise on the footage.' })
  await press(asking, 'Ask them')
  await look(asking, 'readers, somebody asked and an auditor')
  const ending = await visit('sup', await asking.getByRole('link', { name: /^End it/ }).getAttribute('href'), 'form assign end')
  assert.equal(await press(ending, 'Continue'), 200)
  await look(ending, 'form assign end check', 'POST')
  await visit('sup', '/staff/alerts', 'alerts')
  await visit('adm', '/staff/alerts', 'alerts to an administrator')
  await visit('inv', '/staff/alerts?on=2020-01-01', 'alerts, none')
})

test('access: a case that is sealed', async () => {
  const at = await caseAt('lead')
  await visit('dm', `${at}/seal`, 'seal, none')
  const list = { members: [people.dm.name, people.sup.name].join('\n'), reasons: 'Somebody may come to harm if it is known.' }
  const sealing = await visitForm('dm', `${at}/seal/propose`, 'seal', list)
  await press(sealing, 'Propose it')
  await look(sealing, 'seal proposed')
  const waiting = await visit('sup', `${at}/seal`, 'seal to answer')
  const answering = await visitForm('sup', await waiting.getByRole('button', { name: 'Answer it' }).getAttribute('href'), 'answer about a seal', { answer: 'approve', reasons: 'It is needed.' })
  await press(answering, 'Record the answer')
  await look(answering, 'seal answered')
  await visit('sup', at, 'case sealed')
  await visit('inv', at, 'problem 404, a sealed case to its lead', 404)
  await visitForm('sup', `${at}/seal/propose?does=unseal`, 'unseal', { reasons: 'The danger has passed.' })
})

test('retention: a case on hold, and a text that is disposed of', async () => {
  const at = await caseAt('lead')
  const plain = at.split('/').pop()
  await visit('sup', '/staff/retention', 'retention, nothing proposed')
  await visit('sup', '/staff/retention?on-day=1&on-month=1&on-year=2050', 'retention on a day to come')
  const holding = await visitForm('sup', `/staff/retention/restrict?case=${plain}`, 'put a case on hold', { sort: 'hold', reasons: 'An inquest.' })
  await press(holding, 'Record it')
  await look(holding, 'retention, a case on hold')
  const lifting = await visitForm('sup', await holding.getByRole('link', { name: /^Lift it/ }).getAttribute('href'), 'lift a hold', { reasons: 'The inquest is over.' })
  await press(lifting, 'Lift it')
  const proposing = await visitForm('sup', `/staff/retention/propose?case=${plain}&entry=1&field=summary`, 'propose to dispose of a text', { ground: 'never', reasons: 'It is about somebody else.' })
  await press(proposing, 'Propose it')
  await look(proposing, 'retention, proposed')
  const waiting = await visit('dm', '/staff/retention', 'retention, a proposal to answer')
  const answering = await visitForm('dm', await waiting.getByRole('link', { name: /^Approve or refuse it/ }).getAttribute('href'), 'answer a proposal', { approves: 'yes', reasons: 'So it is.' })
  await press(answering, 'Record the answer')
  await look(answering, 'retention, disposed of')
  await visit('sup', `${at}/timeline`, 'timeline with a text that is gone')
})

test('pages of problems', async () => {
  const at = await caseAt('lead')
  await visit('other', at, 'problem 403 another lead', 403)
  await visit('adm', '/staff/cases', 'problem 403 administrator', 403)
  await visit('inv', '/staff/refer', 'problem 403 refer', 403)
  await visit('nobody', '/nothing-here', 'problem 404', 404)
  await visit('sup', '/staff/cases/NOSUCHCASE', 'problem 404 case', 404)
  await visit('dm', `${at}/mode`, 'problem 422 already decided', 422)
})

test('a form sent after signing out', async () => {
  const { name } = people.dm
  const page = await signedIn(browser, demo, name)
  await page.goto(`${demo.base}${await caseAt()}/mode`)
  await fill(page, { mode: 'local', ...dateBoxes('on', '2018-06-05'), reasons: 'The force can look into this.' })
  await page.context().clearCookies()
  assert.equal(await press(page, 'Continue'), 403)
  await look(page, 'problem signed out', 'POST')
})

test('choosing a password with a start code', async () => {
  const page = await visit('nobody', '/start', 'start')
  assert.equal(await press(page, 'Choose this password'), 422)
  await look(page, 'start errors', 'POST')
})

test("one's own account, and signing in with a second factor", async () => {
  const { name } = await demo.account('Investigator', REGION, 2)
  const page = await signedIn(browser, demo, name)
  people.own = { page }
  await visit('own', '/account', 'account')
  await visit('own', '/account/password', 'password')
  assert.equal(await press(page, 'Change the password'), 422)
  await look(page, 'password errors', 'POST')
  await visit('own', '/account/second-factor', 'second factor')
  await page.getByLabel('Code', { exact: true }).fill('no code')
  assert.equal(await press(page, 'Set it up'), 422)
  await look(page, 'second factor errors', 'POST')
  const key = await keyOf(page)
  await page.getByLabel('Code', { exact: true }).fill(codeOf(key))
  assert.equal(await press(page, 'Set it up'), 200)
  await look(page, 'recovery codes', 'POST')
  await press(page, 'Sign out everywhere else')
  visited.push(['POST', '/account/sessions'])
  await look(page, 'account with a second factor')
  await visit('own', '/account/second-factor', 'second factor, set up')
  await visit('own', '/account', 'account')
  // The page that asks again cannot be waited for; a wrong password leads to it at once.
  await page.getByRole('button', { name: 'Sign out everywhere else' }).evaluate(button => {
    button.form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'again-password', value: 'not this' }))
  })
  assert.equal(await press(page, 'Sign out everywhere else'), 403)
  await look(page, 'asked again, wrong', 'POST')
  await page.goto(`${demo.base}/staff`)
  await press(page, 'Sign out')
  await page.goto(`${demo.base}/sign-in`)
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await press(page, 'Sign in')
  await look(page, 'code')
  await page.getByLabel('The code that your app shows').fill('no code')
  assert.equal(await press(page, 'Continue'), 422)
  await look(page, 'code error', 'POST')
  await page.getByLabel('The code that your app shows').fill(codeOf(key, 1))
  assert.equal(await press(page, 'Continue'), 200)
})

test("somebody else's account, and its forms", async () => {
  const { name } = await demo.account('Investigator', REGION, 3)
  const list = await visit('adm', '/staff/users', 'accounts again')
  const at = await list.getByRole('link', { name, exact: true }).getAttribute('href')
  const own = await list.getByRole('link', { name: people.adm.name, exact: true }).getAttribute('href')
  await visit('adm', at, 'account of somebody')
  await visit('adm', own, 'account of the administrator')
  const changed = async (form, answers, button) => {
    const page = await visitForm('adm', `${at}/${form}`, `account ${form}`, answers)
    assert.equal(await press(page, button), 200)
    await look(page, `account after ${form}`)
  }
  await changed('disable', { reasons: 'They left a laptop on a train.' }, 'Disable the account')
  await changed('enable', { reasons: 'It was found.' }, 'Enable the account again')
  const role = await visit('adm', `${at}/role`, 'account role')
  assert.equal(await press(role, 'Continue'), 200)
  await look(role, 'account role check', 'POST')
  await visit('adm', `${at}/leaves`, 'account last day')
  // What would open the account takes two: one proposes, another approves and is shown the code.
  const proposal = await visit('adm', `${at}/start-code`, 'account start code')
  assert.equal(await press(proposal, 'Give a start code'), 200)
  await look(proposal, 'start code proposed')
  await visit('adm', '/staff/users', 'accounts with a proposal')
  await visit('adm', `${at}/proposed/take-back`, 'take a proposal back')
  await visit('adm', `${at}/proposed/approve`, "approve one's own proposal", 403)
  await visit('adm2', at, 'account with a proposal')
  await visit('adm2', `${at}/proposed/refuse`, 'refuse a proposal')
  const approval = await visit('adm2', `${at}/proposed/approve`, 'approve a proposal')
  assert.equal(await press(approval, 'Approve what is proposed'), 200)
  await look(approval, 'start code given', 'POST')
})

test('signing out', async () => {
  const { page } = people.other
  await page.goto(`${demo.base}/staff`)
  await press(page, 'Sign out')
  visited.push(['POST', '/sign-out'])
  assert.equal(new URL(page.url()).pathname, '/')
})

test('material that came with a file', async () => {
  const at = await caseAt()
  const none = await visit('au', `${at}/material`, 'material, none')
  assert.equal(await press(none, 'Send the file'), 422)
  await look(none, 'material without a file', 'POST')
  const page = await visit('au', `${at}/material`, 'material again')
  await page.getByLabel('Choose a file').setInputFiles({ name: 'body-worn video.mp4', mimeType: 'video/mp4', buffer: Buffer.from('not really a video') })
  assert.equal(await press(page, 'Send the file'), 200)
  await look(page, 'material to record')
  await visit('au', `${at}/material`, 'material that waits')
  const form = await page.getByRole('link', { name: 'Record body-worn video.mp4' }).getAttribute('href')
  const described = { sort: 'video', from: 'authority', ...dateBoxes('on', '2018-06-05'), description: 'The arrest, on a disc from the force.' }
  const checked = await visitForm('au', form, 'material described', described)
  assert.equal(await press(checked, 'Record the material'), 200)
  await look(checked, 'material recorded')
  const recorded = await visit('au', `${at}/material`, 'material')
  const [download] = await Promise.all([recorded.waitForEvent('download'), recorded.getByRole('link', { name: 'Download' }).click()])
  assert.equal(download.suggestedFilename(), 'body-worn video.mp4')
  await visit('au', `${at}/timeline`, 'timeline with material')
})

test('the forms of reviews and recommendations, and what the case says of them', async () => {
  const reasons = REASONS
  const at = await reported()
  await visit('dm', `${at}/learning`, 'learning and reviews, none')
  const advice = { sort: 'general', to: 'nhs', recipient: 'A health trust', ...dateBoxes('on', '2019-05-02'), reasons }
  await visitForm('dm', `${at}/recommend`, 'recommend', advice)
  await take(demo, people, at, 'dm', 'recommend', advice)
  await visit('dm', `${at}/recommendation-step`, 'form which step of a recommendation')
  const checked = { ...dateBoxes('on', '2019-05-02') }
  await visitForm('dm', `${at}/recommendation-step?n=1&step_of=checked`, 'recommendation checked', checked)
  await take(demo, people, at, 'dm', 'recommendation-step?n=1&step_of=checked', checked)
  await take(demo, people, at, 'dm', 'recommendation-step?n=1&step_of=issue', checked)
  await visit('dm', `${at}/learning`, 'learning and reviews, a recommendation')
  const local = await caseAt()
  await take(demo, people, local, 'dm', 'mode', { mode: 'local', ...dateBoxes('on', '2018-06-05'), reasons })
  const appeal = { sort: 'appeal-investigation', by: 'complainant', ...dateBoxes('told_on', '2019-05-01'), ...dateBoxes('on', '2019-05-10'), reasons }
  await visitForm('dm', `${local}/review`, 'review', appeal)
  await take(demo, people, local, 'dm', 'review', appeal)
  await visit('dm', `${local}/review-step`, 'form which step of a review')
  const ours = { choice: 'b', ...dateBoxes('on', '2019-05-13') }
  await visitForm('dm', `${local}/review-step?n=1&step_of=valid`, 'review valid', ours)
  await take(demo, people, local, 'dm', 'review-step?n=1&step_of=valid', ours)
  await visit('dm', `${local}/learning`, 'learning and reviews, an appeal')
})

/** The forms about a case, by their names in addresses. */
async function slugs () {
  const folder = path.join(ROOT, 'crates/server/src/web/case_forms')
  const found = new Set()
  for (const file of await readdir(folder)) {
    for (const [, slug] of (await readFile(path.join(folder, file), 'utf8')).matchAll(/(?:fn slug\(&self\)[^{]*\{\s*|^\s*slug: )"([^"]+)"/gm)) found.add(slug)
  }
  return found
}

test('every address that answers a page was looked at', async () => {
  const router = await readFile(path.join(ROOT, 'crates/server/src/router.rs'), 'utf8')
  const routes = [...router.matchAll(/\.route\(\s*"([^"]+)",\s*([\s\S]*?),?\s*\)\s*(?=\.)/g)]
  assert.ok(routes.length > 10, 'the routes were found in router.rs')
  const forms = await slugs()
  const fixed = routes.map(([, address]) => address).filter(address => !address.includes('{'))
  const wanted = routes.filter(([, address]) => !NO_PAGE.has(address) && !FILE.test(address)).flatMap(([, address, answers]) => {
    const methods = ['GET', 'POST'].filter(method => new RegExp(`\\b${method.toLowerCase()}\\(`).test(answers))
    const addresses = address.endsWith('/{form}') ? [...forms].filter(s => s !== 'refer' && !NOT_YET.has(s)).map(slug => address.replace('{form}', slug)) : [address]
    return addresses.flatMap(a => methods.map(method => [method, a]))
  })
  const missed = wanted.filter(([method, address]) => {
    const pattern = new RegExp(`^${address.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`)
    return !visited.some(([m, seen]) => m === method && pattern.test(seen) && (address.includes('{') ? !fixed.includes(seen) : true))
  })
  assert.deepEqual(missed.map(route => route.join(' ')), [], 'addresses without a visit in this file')
})
