import { chromium } from 'playwright-core'
const [,, out, who, ...addresses] = process.argv
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: ['--no-sandbox', '--disable-gpu'] })
const p = await (await b.newContext({ viewport: { width: 1280, height: 900 } })).newPage()
const base = 'http://127.0.0.1:18081'
await p.goto(base + '/sign-in')
await p.getByLabel('Name', { exact: true }).fill(who)
await p.getByLabel('Password', { exact: true }).fill('candour demonstration')
await p.getByRole('button', { name: 'Sign in' }).click()
await p.waitForURL(u => u.pathname !== '/sign-in')
for (const a of addresses) {
  for (const w of [1280, 320]) {
    await p.setViewportSize({ width: w, height: 900 })
    const t = Date.now()
    const r = await p.goto(base + a)
    const wide = await p.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    console.log(a, w, r.status(), Date.now() - t, 'ms', wide > 0 ? 'SIDEWAYS ' + wide : '')
    await p.screenshot({ path: `${out}/${a.replace(/[^a-z0-9]+/gi, '-').slice(0, 60)}-${w}.png`, fullPage: true })
  }
}
await b.close()
