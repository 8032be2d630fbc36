// What goes along with every answer: security headers, the refusal of posts from other sites, and
// addresses that hold nothing personal.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { signedIn, startBrowser } from './support/browser.mjs'
import { PASSWORD, dateBoxes, fieldsOf, plain, startDemo } from './support/demo.mjs'

const HEADERS = {
  'content-security-policy': /^default-src 'none';.*script-src 'self';.*form-action 'self';.*frame-ancestors 'none'/,
  'x-content-type-options': /^nosniff$/,
  'referrer-policy': /^no-referrer$/,
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'strict-transport-security': /^max-age=\d{8}/,
  'permissions-policy': /camera=\(\)/
}
const SUMMARY = 'Zebedee Quillfeather fell down the stairs'

let demo, browser, assessor, supervisor, decider

before(async () => {
  demo = await startDemo()
  assessor = await demo.cookie((await demo.account('Assessment unit')).name)
  supervisor = await demo.cookie((await demo.account('Supervisor', 'London')).name)
  decider = await demo.cookie((await demo.account('Decision maker', 'London')).name)
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

test('every answer has the security headers', async () => {
  const at = `/staff/cases/${await demo.refer(assessor)}`
  const answers = [
    ['/', 200, {}],
    ['/sign-in', 200, {}],
    ['/sign-in', 422, { form: { name: 'nobody', password: 'wrong' } }],
    ['/staff', 303, {}],
    ['/staff', 200, { cookie: supervisor }],
    ['/staff/cases', 200, { cookie: supervisor }],
    ['/staff/cases.csv?all=1', 200, { cookie: supervisor }],
    [at, 200, { cookie: supervisor }],
    [`${at}/timeline`, 200, { cookie: supervisor }],
    [`${at}/mode`, 200, { cookie: decider }],
    [`${at}/mode`, 422, { cookie: decider, form: {} }],
    ['/board', 200, { cookie: supervisor }],
    ['/board/report', 200, { cookie: supervisor }],
    ['/board/report.json', 200, { cookie: supervisor }],
    ['/staff/behind?measure=caseload.open&on=2019-12-31', 200, { cookie: supervisor }],
    ['/staff/behind.csv?measure=caseload.open&on=2019-12-31', 200, { cookie: supervisor }],
    ['/board/timeliness', 200, { cookie: supervisor }],
    ['/board/timeliness.csv', 200, { cookie: supervisor }],
    ['/board/timeliness?on=never', 422, { cookie: supervisor }],
    ['/staff/users', 403, { cookie: supervisor }],
    ['/nothing-here', 404, {}],
    ['/staff/cases/NOSUCHCASE', 404, { cookie: supervisor }],
    ['/staff/cases', 405, { method: 'DELETE', cookie: supervisor }],
    ['/assets/candour.css', 200, {}],
    ['/assets/govuk-frontend.min.js', 200, {}],
    ['/assets/nothing.css', 404, {}],
    ['/healthz', 200, {}],
    ['/readyz', 200, {}],
    ['/sign-out', 303, { form: {} }]
  ]
  for (const [address, status, options] of answers) {
    const answer = await demo.request(address, options)
    const called = `${options.method ?? (options.form ? 'POST' : 'GET')} ${address}`
    assert.equal(answer.status, status, called)
    for (const [name, value] of Object.entries(HEADERS)) assert.match(answer.headers[name] ?? '', value, `${name} of ${called}`)
    const kept = /public/.test(answer.headers['cache-control'] ?? '')
    assert.equal(kept, address.startsWith('/assets/') && status === 200, `only assets are kept by caches: ${called}`)
    assert.ok(!/unsafe/.test(answer.headers['content-security-policy']), called)
  }
})

test('a session cookie is out of reach of scripts and other sites', async () => {
  const { name } = await demo.account('Assessment unit')
  const { headers } = await demo.request('/sign-in', { form: { name, password: PASSWORD } })
  for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/', 'Max-Age=']) assert.ok(headers['set-cookie'][0].includes(part), part)
})

test('a post from another site is refused and changes nothing', async () => {
  const at = `/staff/cases/${await demo.refer(assessor)}`
  const before = await demo.request(`${at}/timeline`, { cookie: supervisor })
  const opened = await demo.request(`${at}/mode`, { cookie: decider })
  const form = { ...fieldsOf(opened.body), mode: 'local', ...dateBoxes('on', '2018-06-05'), reasons: 'From elsewhere.', step: 'confirm' }
  for (const headers of [
    { origin: 'https://elsewhere.example' },
    { origin: 'null' },
    { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'http://other.localhost' }
  ]) {
    const answer = await demo.request(`${at}/mode`, { cookie: decider, form, headers })
    assert.equal(answer.status, 403, JSON.stringify(headers))
    assert.match(plain(answer.body), /sent from another site/)
  }
  const signedOut = await demo.request('/sign-out', { cookie: decider, form: {}, headers: { origin: 'https://elsewhere.example' } })
  assert.equal(signedOut.status, 403)
  const after = await demo.request(`${at}/timeline`, { cookie: supervisor })
  assert.equal(after.body, before.body)
  const own = await demo.request(`${at}/mode`, { cookie: decider, form, headers: { origin: demo.base, 'sec-fetch-site': 'same-origin' } })
  assert.equal(own.status, 303, 'the same post from here is taken')
})

test('no address holds anything that was typed into a form', async () => {
  browser = await startBrowser()
  const { name } = await demo.account('Assessment unit')
  const page = await signedIn(browser, demo, name)
  const seen = []
  page.on('request', request => seen.push(request.url()))
  await page.goto(`${demo.base}/staff/refer`)
  await page.getByLabel('Complaint', { exact: true }).check()
  await page.getByLabel('Which force is it about?').selectOption('metropolitan')
  await page.getByLabel('Mandatory').check()
  for (const group of ['When was it referred to us?', 'When did it become clear to the authority that it had to be referred?']) {
    for (const [box, value] of [['Day', '1'], ['Month', '6'], ['Year', '2018']]) {
      await page.getByRole('group', { name: group }).getByLabel(box).fill(value)
    }
  }
  await page.getByLabel('What is it about?').fill(SUMMARY)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Change an answer' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Record the referral' }).click()
  await page.getByText('The matter is recorded').waitFor()
  await page.getByRole('link', { name: 'Timeline', exact: true }).click()
  await page.getByText(SUMMARY).waitFor()
  assert.ok(seen.length > 5)
  const words = [...SUMMARY.split(' '), ...name.split(' ')].filter(word => word.length > 3)
  for (const address of seen) {
    for (const word of words) assert.ok(!address.toLowerCase().includes(word.toLowerCase()), `${address} holds ${word}`)
    assert.ok(address.startsWith(demo.base), `${address} is on this server`)
  }
  const links = await page.locator('a[href]').evaluateAll(all => all.map(a => a.getAttribute('href')))
  for (const link of links) assert.ok(!words.some(word => link.toLowerCase().includes(word.toLowerCase())), link)
})
