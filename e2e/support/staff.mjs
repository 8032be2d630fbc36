// Members of staff at their browsers: signed in, on a case, sending forms as far as their answers.

import assert from 'node:assert/strict'

import { PASSWORD } from './demo.mjs'

/** Signs somebody in and gives their page and the hand that works it. */
export async function signIn ({ demo, browser, hand: Hand, options = {}, arrived }, name) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const hand = new Hand(page, arrived)
  await page.goto(`${demo.base}/sign-in`)
  await arrived?.(page)
  await hand.type('Name', name)
  await hand.type('Password', PASSWORD)
  await hand.press('Sign in')
  return { name, page, hand }
}

/** Those who are wanted, each by role and region. */
export async function staff (world, wanted) {
  const people = {}
  for (const [id, ...of] of wanted) people[id] = await signIn(world, (await world.demo.account(...of)).name)
  return people
}

/** Goes to an address that is typed, because not everybody has a link to it. */
export async function goTo ({ demo }, { page, hand }, address) {
  await page.goto(demo.base + address)
  await hand.arrived?.(page)
}

/** Continues to the answers, checks that they are shown, and sends them. */
export async function send ({ page, hand }, confirm, ...answers) {
  await hand.press('Continue')
  assert.match(await page.title(), /^Check your answers/, await page.locator('main').innerText())
  const checked = await page.locator('main').innerText()
  for (const answer of answers) assert.ok(checked.includes(answer), `the answers show ${answer}`)
  await hand.press(confirm)
  assert.match(await page.locator('main').innerText(), /Success/)
}
