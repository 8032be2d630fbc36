// Starts a demonstration of the real binary in a folder of its own, and stops it by its pid.

import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import http from 'node:http'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
export const PASSWORD = 'candour demonstration'

const STARTS_WITHIN_MS = 300_000
const STOPS_WITHIN_MS = 20_000

/** The binary: CANDOUR_BIN, or the debug build. */
export function binary () {
  const target = process.env.CARGO_TARGET_DIR ?? path.join(ROOT, 'target')
  const found = process.env.CANDOUR_BIN ?? path.join(target, 'debug', 'candour')
  if (!existsSync(found)) {
    throw new Error(`there is no binary at ${found}: run cargo build, or say where it is with CANDOUR_BIN`)
  }
  return path.resolve(found)
}

/** A port that nobody listens on. */
export async function freePort () {
  const server = net.createServer()
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise(resolve => server.close(resolve))
  return port
}

/**
 * A demonstration, to be stopped. With `origin` it is reached under a name, as passkeys need it; with
 * `configured` it is served as an installation is, by the configuration that this gives for the origin
 * and the folder.
 */
export async function startDemo ({ origin = false, configured } = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'candour-e2e-'))
  const data = path.join(folder, 'data')
  const port = origin || configured ? await freePort() : 0
  const named = `http://localhost:${port}`
  let command = ['demo', '--data', data, '--listen', `127.0.0.1:${port}`, ...origin ? ['--origin', named] : []]
  if (configured) {
    await promisify(execFile)(binary(), ['demo', '--data', data, '--no-serve'])
    const config = path.join(folder, 'candour.toml')
    await writeFile(config, `origin = "${named}"\n${await configured(named, folder)}`)
    command = ['--database', `sqlite:${path.join(data, 'candour.db')}`, 'serve', '--listen', `127.0.0.1:${port}`, '--config', config]
  }
  const child = spawn(binary(), command, { stdio: ['ignore', 'pipe', 'pipe'] })
  const killed = () => child.kill('SIGKILL')
  process.once('exit', killed)
  const gone = new Promise(resolve => child.once('exit', resolve))
  const stop = async () => {
    process.removeListener('exit', killed)
    child.kill('SIGTERM')
    const late = setTimeout(killed, STOPS_WITHIN_MS)
    await gone
    clearTimeout(late)
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const base = await address(child, gone)
    return new Demo(port ? named : base, data, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

function address (child, gone) {
  let said = ''
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the demonstration did not start; it said:\n${said}`)), STARTS_WITHIN_MS)
    const heard = chunk => {
      said += chunk
      const found = said.match(/ at (http:\/\/[^\s]+)/)
      if (found) {
        clearTimeout(late)
        resolve(found[1])
      }
    }
    child.stdout.on('data', heard)
    child.stderr.on('data', chunk => { said += chunk })
    child.once('error', reject)
    gone.then(code => {
      clearTimeout(late)
      reject(new Error(`the demonstration ended with ${code}; it said:\n${said}`))
    })
  })
}

class Demo {
  constructor (base, data, stop) {
    Object.assign(this, { base, data, stop, database: `sqlite:${path.join(data, 'candour.db')}` })
  }

  /** Runs a command on the same record while the server runs, and gives what it printed. */
  async candour (...args) {
    const run = promisify(execFile)
    const { stdout } = await run(binary(), ['--database', this.database, ...args], { maxBuffer: 64e6 })
    return stdout
  }

  /** A figure by the command line. */
  async measure (name, ...args) {
    return JSON.parse(await this.candour('measure', name, ...args, '--format', 'json'))
  }

  /** The day of the log's clock, as an ISO date. */
  async today () {
    return (await this.known()).day
  }

  /** The last position of the record. */
  async position () {
    return `${(await this.known()).position}`
  }

  /** What the record holds now. */
  async known () {
    return (await this.measure('timeliness.within-12-months', '--on', '2018-01-01')).known
  }

  /** The accounts that the sign-in page lists: name, role, region. */
  async accounts () {
    const { body } = await this.request('/sign-in')
    const rows = [...body.matchAll(/<tr[^>]*>\s*<t[dh][^>]*>([^<]*)<\/t[dh]>\s*<td[^>]*>([^<]*)<\/td>\s*<td[^>]*>([^<]*)<\/td>\s*<\/tr>/g)]
    return rows.map(([, name, role, region]) => ({ name: plain(name), role: plain(role), region: plain(region) }))
  }

  /** The nth account with a role, in a region if one is given. */
  async account (role, region, nth = 0) {
    const all = await this.accounts()
    const found = all.filter(a => a.role === role && (!region || a.region === region))[nth]
    if (!found) throw new Error(`the demonstration has no account ${nth + 1} with role ${role} in ${region ?? 'any region'}`)
    return found
  }

  /** Signs in without a browser and gives the cookie. */
  async cookie (name) {
    const answer = await this.request('/sign-in', { form: { name, password: PASSWORD } })
    if (answer.status !== 303) throw new Error(`${name} could not sign in: ${answer.status}`)
    return answer.headers['set-cookie'].map(c => c.split(';')[0]).join('; ')
  }

  /** A request exactly as given: no redirects followed, no headers added but those named. */
  request (address, { method, headers = {}, form, body, cookie } = {}) {
    const content = body ?? (form && new URLSearchParams(form).toString())
    const sent = { ...headers }
    if (cookie) sent.cookie = cookie
    if (content !== undefined) {
      sent['content-type'] ??= 'application/x-www-form-urlencoded'
      sent['content-length'] = Buffer.byteLength(content)
    }
    return new Promise((resolve, reject) => {
      const request = http.request(this.base + address, {
        method: method ?? (content === undefined ? 'GET' : 'POST'),
        headers: sent,
        agent: false
      }, response => {
        const chunks = []
        response.on('data', chunk => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8')
        }))
      })
      request.on('error', reject)
      request.end(content)
    })
  }

  /** Fills in a form without a browser, checks it and confirms it, and gives the answer to the last step. */
  async submit (cookie, address, answers) {
    const opened = await this.request(address, { cookie })
    if (opened.status !== 200) throw new Error(`${address} answered ${opened.status}: ${plain(opened.body).slice(0, 400)}`)
    const fields = { ...fieldsOf(opened.body), ...answers }
    const to = address.split('?')[0]
    const checked = await this.request(to, { cookie, form: { ...fields, step: 'check' } })
    if (checked.status !== 200) throw new Error(`${address} was not accepted (${checked.status}): ${plain(checked.body).slice(0, 800)}`)
    return this.request(to, { cookie, form: { ...fieldsOf(checked.body), step: 'confirm' } })
  }

  /** Records a referral without a browser and gives the case's plain reference. */
  async refer (cookie, answers = {}) {
    const done = await this.submit(cookie, '/staff/refer', {
      kind: 'complaint',
      force: 'metropolitan',
      route: 'mandatory',
      ...dateBoxes('clear_on', '2018-06-01'),
      ...dateBoxes('on', '2018-06-01'),
      number: '',
      summary: 'An invented matter for a test.',
      ...answers
    })
    if (done.status !== 303) throw new Error(`the referral was not recorded: ${done.status} ${plain(done.body).slice(0, 800)}`)
    return done.headers.location.match(/cases\/([^?]+)/)[1]
  }

  /** Cases that the work list shows to somebody, as objects by the CSV's heading. */
  async cases (cookie, query) {
    const { status, body } = await this.request(`/staff/cases.csv?${new URLSearchParams({ all: 1, ...query })}`, { cookie })
    if (status !== 200) throw new Error(`the list of cases answered ${status}`)
    const [head, ...rows] = body.trim().split(/\r?\n/).map(line => line.split(','))
    return rows.map(row => Object.fromEntries(head.map((name, i) => [name, row[i]])))
      .map(row => ({ ...row, plain: row.reference.replaceAll('-', '') }))
  }
}

/** Text as a person reads it, from a piece of HTML. */
export function plain (html) {
  return html.replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#92;', '\\').replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ').trim()
}

/** What a page's form would send as it stands: hidden boxes, text, chosen options. */
export function fieldsOf (html) {
  const form = [...html.matchAll(/<form[^>]*method="post"[\s\S]*?<\/form>/g)].map(m => m[0]).find(f => !f.includes('/sign-out'))
  if (!form) throw new Error('the page has no form')
  const fields = {}
  for (const [input] of form.matchAll(/<input[^>]*>/g)) {
    const attribute = name => input.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1]
    const name = attribute('name')
    if (!name || (attribute('type') === 'radio' && !/\schecked/.test(input))) continue
    fields[name] = unescaped(attribute('value') ?? '')
  }
  for (const [, name, text] of form.matchAll(/<textarea[^>]*name="([^"]*)"[^>]*>\n?([\s\S]*?)<\/textarea>/g)) {
    fields[name] = unescaped(text)
  }
  for (const [, name, options] of form.matchAll(/<select[^>]*name="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g)) {
    fields[name] = unescaped(options.match(/value="([^"]*)" selected/)?.[1] ?? '')
  }
  return fields
}

function unescaped (text) {
  return text.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#92;', '\\').replaceAll('&amp;', '&')
}

/** The boxes of a date: day, month and year of an ISO date. */
export function dateBoxes (name, iso) {
  const [year, month, day] = iso.split('-').map(Number)
  return { [`${name}-day`]: `${day}`, [`${name}-month`]: `${month}`, [`${name}-year`]: `${year}` }
}

/** `2020-04-01` as `1 April 2020`. */
export function inWords (iso) {
  const date = new Date(`${iso}T12:00:00Z`)
  return `${date.getUTCDate()} ${date.toLocaleString('en-GB', { month: 'long', timeZone: 'UTC' })} ${date.getUTCFullYear()}`
}

/** The day after an ISO date. */
export function dayAfter (iso) {
  const date = new Date(`${iso}T12:00:00Z`)
  date.setUTCDate(date.getUTCDate() + 1)
  return date.toISOString().slice(0, 10)
}
