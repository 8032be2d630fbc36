// Signing in with a passkey, and through an identity provider, by the keyboard alone. The passkey is
// Chromium's own virtual one; the provider is a well-known implementation of the standard.

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, test } from 'node:test'

import { startBrowser } from './support/browser.mjs'
import { PASSWORD, startDemo } from './support/demo.mjs'
import { Keyboard } from './support/hands.mjs'
import { looksRight } from './support/looks.mjs'
import { startProvider } from './support/provider.mjs'
import { signIn } from './support/staff.mjs'

const SECRET = 'a secret of this test'

let demo, provider, browser

before(async () => {
  provider = await startProvider('candour', SECRET)
  demo = await startDemo({
    configured: async (origin, folder) => {
      const file = path.join(folder, 'secret')
      await writeFile(file, SECRET)
      provider.sendsBackTo(`${origin}/sign-in/provider/back`)
      return `second_factor = []\n[provider]\nname = "IOPC account"\nissuer = "${provider.issuer}"\nclient_id = "candour"\nclient_secret_file = "${file}"\n`
    }
  })
  browser = await startBrowser()
})

after(async () => {
  await browser?.close()
  await demo?.stop()
  await provider?.stop()
})

/** Puts a device that keeps passkeys into a page's browser. */
async function device (page) {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true }
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', { options })
  return { verified: isUserVerified => session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }) }
}

const at = page => new URL(page.url()).pathname

test('a passkey is added with the keyboard, signs in by itself, and does after the password', async () => {
  const name = (await accounts('Supervisor'))[0]
  const { page, hand } = await signIn({ demo, browser, hand: Keyboard }, name)
  const { verified } = await device(page)
  await hand.open(new RegExp(`^${name}, Supervisor$`))
  await hand.open('Add a passkey')
  await looksRight(page, 'passkeys, none yet')
  await hand.type('A name for it', 'Work laptop')
  await hand.press('Add a passkey')
  assert.equal(await page.locator('main li code').count(), 10, 'recovery codes are shown')
  await looksRight(page, 'passkeys, recovery codes')
  await hand.open('I have kept them: go on')
  await page.goto(`${demo.base}/account/passkeys`)
  await looksRight(page, 'passkeys, one')
  await page.goto(`${demo.base}/account`)
  await looksRight(page, 'account with a passkey')
  // The page that asks again cannot be waited for; a wrong password leads to it at once.
  const others = page.getByRole('button', { name: 'Sign out everywhere else' })
  await others.evaluate(button => {
    button.form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'again-password', value: 'not this' }))
  })
  await hand.press('Sign out everywhere else')
  await looksRight(page, 'asked again, with a passkey and a provider')
  await hand.press('Use your passkey')
  assert.equal(at(page), '/account', await page.locator('main').innerText())
  await hand.press('Sign out')
  await page.goto(`${demo.base}/sign-in`)
  await looksRight(page, 'sign-in with a passkey and a provider')
  await hand.press('Sign in with a passkey')
  assert.equal(at(page), '/staff', await page.locator('main').innerText())
  await hand.press('Sign out')

  await page.goto(`${demo.base}/sign-in`)
  await hand.type('Name', name)
  await hand.type('Password', PASSWORD)
  await hand.press('Sign in')
  assert.equal(at(page), '/sign-in/code')
  await looksRight(page, 'passkey after the password')
  await hand.press('Use your passkey')
  assert.equal(at(page), '/staff')
  await hand.press('Sign out')

  // The device says no: the page says so, and stays.
  await verified(false)
  await page.goto(`${demo.base}/sign-in`)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByText('Nothing came from your device').waitFor()
  await looksRight(page, 'passkey, stopped')
  assert.equal(at(page), '/sign-in')
})

test('without JavaScript there is no button that does nothing', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(`${demo.base}/sign-in`)
  assert.equal(await page.getByRole('button', { name: 'Sign in with a passkey' }).count(), 0)
  assert.equal(await page.getByRole('link', { name: 'Sign in with IOPC account' }).count(), 1)
  await context.close()
})

test('an account is connected with the body\'s own sign-in, which then signs in', async () => {
  const name = (await accounts('Supervisor'))[1]
  const { page, hand } = await signIn({ demo, browser, hand: Keyboard }, name)
  await hand.open(new RegExp(`^${name}, Supervisor$`))
  await hand.open('Connect with IOPC account')
  await looksRight(page, 'provider, not connected')
  await hand.press('Connect them')
  await looksRight(page, 'provider, go on')
  await hand.open('Go on to IOPC account')
  await provider.signIn(page, 'jo.bloggs')
  await page.getByRole('heading', { name: 'One thing more' }).waitFor()
  await looksRight(page, 'provider, connected')
  await hand.press('Go on')
  assert.match(await page.locator('main').innerText(), /Connected: you can sign in there/)
  await page.goto(`${demo.base}/account/provider`)
  await looksRight(page, 'provider, to be disconnected')
  await hand.press('Sign out')
  assert.equal(at(page), '/sign-in')
  await hand.open('Sign in with IOPC account')
  await page.waitForURL(`${demo.base}/staff`)
  assert.ok(await page.getByRole('link', { name: `${name}, Supervisor` }).isVisible(), 'they are who they are')

  // Somebody who is known there and not here.
  const other = await (await browser.newContext()).newPage()
  await other.goto(`${demo.base}/sign-in`)
  await other.getByRole('link', { name: 'Sign in with IOPC account' }).click()
  await provider.signIn(other, 'sam.stranger')
  await other.getByText('This did not sign you in').first().waitFor()
  await looksRight(other, 'provider, a stranger')
})

/** The names of those with a role. */
async function accounts (role) {
  const listed = await demo.candour('user', 'list')
  return listed.split('\n').map(line => line.split('\t')).filter(row => row[1] === ({ Supervisor: 'SUP' })[role]).map(row => row[0])
}
