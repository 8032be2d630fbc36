// Starts the machine's own Chromium, and signs people in.

import { accessSync, constants } from 'node:fs'
import path from 'node:path'

import { chromium } from 'playwright-core'

import { PASSWORD } from './demo.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** The browser: CANDOUR_CHROMIUM, or the first of the usual names on the PATH. */
export function executable () {
  const named = process.env.CANDOUR_CHROMIUM
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)
  const wanted = named ? [named] : NAMES.flatMap(name => folders.map(folder => path.join(folder, name)))
  const found = wanted.find(file => {
    try {
      accessSync(file, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
  if (!found) {
    throw new Error(`no Chromium was found (${named ?? NAMES.join(', ')}): install Debian's package "chromium", or name a browser with CANDOUR_CHROMIUM`)
  }
  return found
}

/** A headless browser with an empty profile. */
export function startBrowser () {
  return chromium.launch({
    executablePath: executable(),
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-quic', '--no-first-run', '--disable-component-update', '--disable-sync']
  })
}

/** A page of a fresh context in which somebody is signed in. */
export async function signedIn (browser, demo, name, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  await page.goto(`${demo.base}/sign-in`)
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(url => url.pathname !== '/sign-in')
  return page
}

/** By how many pixels a page is wider than its window. */
export function sideways (page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}
