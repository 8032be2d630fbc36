// A second factor set up, and signed in with, by the keyboard alone.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { startBrowser } from './support/browser.mjs'
import { PASSWORD, startDemo } from './support/demo.mjs'
import { Keyboard } from './support/hands.mjs'
import { signIn } from './support/staff.mjs'
import { codeOf, keyOf } from './support/totp.mjs'

let demo, browser

before(async () => {
  demo = await startDemo()
  browser = await startBrowser()
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

test('a second factor is set up with the keyboard, and its code signs in', async () => {
  const { name } = await demo.account('Supervisor', 'London')
  const { page, hand } = await signIn({ demo, browser, hand: Keyboard }, name)
  await hand.open(new RegExp(`^${name}, Supervisor$`))
  await hand.open('Set up a second factor')
  const key = await keyOf(page)
  const box = await page.getByRole('img', { name: /^QR code/ }).boundingBox()
  assert.ok(box.width >= 200 && Math.abs(box.width - box.height) < 1, 'the picture is there, and square')
  await hand.type('Code', codeOf(key))
  await hand.press('Set it up')
  const codes = await page.locator('main li code').allInnerTexts()
  assert.equal(codes.length, 10)
  await hand.open('I have kept them: go on')
  await hand.press('Sign out')
  await page.goto(`${demo.base}/sign-in`)
  await hand.type('Name', name)
  await hand.type('Password', PASSWORD)
  await hand.press('Sign in')
  assert.equal(new URL(page.url()).pathname, '/sign-in/code')
  await hand.type('The code that your app shows', codeOf(key, 1))
  await hand.press('Continue')
  assert.equal(new URL(page.url()).pathname, '/staff')
  await hand.press('Sign out')
  await page.goto(`${demo.base}/sign-in`)
  await hand.type('Name', name)
  await hand.type('Password', PASSWORD)
  await hand.press('Sign in')
  await hand.type('The code that your app shows', codes[0])
  await hand.press('Continue')
  assert.equal(new URL(page.url()).pathname, '/staff', 'a recovery code signs in')
})
