// The ways in which a person works a page: with a mouse, or with the keyboard alone.
//
// Both find everything by the name that the browser itself gives it to assistive technology.

import assert from 'node:assert/strict'

/** Presses of the Tab key before a thing counts as out of reach. */
const TABS_MAX = 150

/** Waits for the page that comes after something was done. */
async function next (page, act) {
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), act()])
}

/** A mouse, with typing into the box that was clicked. */
export class Mouse {
  constructor (page, arrived = () => {}) {
    Object.assign(this, { page, arrived })
  }

  async open (link) {
    await next(this.page, () => this.page.getByRole('link', { name: link, exact: true }).first().click())
    await this.arrived(this.page)
  }

  async press (button) {
    await next(this.page, () => this.page.getByRole('button', { name: button, exact: true }).click())
    await this.arrived(this.page)
  }

  async unfold (summary) {
    await this.page.locator('summary', { hasText: summary }).click()
  }

  async type (label, text) {
    await this.page.getByLabel(label, { exact: true }).click()
    await this.page.keyboard.press('Control+A')
    await this.page.keyboard.type(text)
  }

  async date (group, iso) {
    const [year, month, day] = iso.split('-').map(Number)
    for (const [box, value] of [['Day', day], ['Month', month], ['Year', year]]) {
      await this.page.getByRole('group', { name: group }).getByLabel(box, { exact: true }).click()
      await this.page.keyboard.press('Control+A')
      await this.page.keyboard.type(`${value}`)
    }
  }

  async choose (group, option) {
    await this.page.getByRole('group', { name: group }).getByLabel(option, { exact: true }).click()
  }

  async select (label, option) {
    await this.page.getByLabel(label, { exact: true }).selectOption({ label: option })
  }
}

/** Tab, Shift+Tab, the arrows, Space, Enter, and typing; nothing else. */
export class Keyboard {
  constructor (page, arrived = () => {}) {
    Object.assign(this, { page, arrived })
  }

  async open (link) {
    await this.to(f => f.role === 'link' && matches(f.name, link), `the link ${link}`)
    await next(this.page, () => this.page.keyboard.press('Enter'))
    await this.arrived(this.page)
  }

  async press (button) {
    await this.to(f => f.role === 'button' && f.name === button, `the button ${button}`)
    await next(this.page, () => this.page.keyboard.press('Enter'))
    await this.arrived(this.page)
  }

  async unfold (summary) {
    await this.to(f => f.role === 'DisclosureTriangle' && matches(f.name, summary), `what unfolds ${summary}`)
    await this.page.keyboard.press('Enter')
  }

  async type (label, text) {
    await this.to(f => f.role === 'textbox' && f.name === label, `the box ${label}`)
    await this.page.keyboard.press('Control+A')
    await this.page.keyboard.type(text)
  }

  async date (group, iso) {
    const [year, month, day] = iso.split('-').map(Number)
    for (const [box, value] of [['Day', day], ['Month', month], ['Year', year]]) {
      await this.to(f => f.role === 'textbox' && f.name === box && f.group === group, `the box ${box} of ${group}`)
      await this.page.keyboard.press('Control+A')
      await this.page.keyboard.type(`${value}`)
    }
  }

  async choose (group, option) {
    let at = await this.to(f => f.role === 'radio' && f.group === group, `the choices of ${group}`)
    const first = at.name
    if (at.name === option) await this.page.keyboard.press('Space')
    while (at.name !== option) {
      await this.page.keyboard.press('ArrowDown')
      at = await this.focused()
      assert.notEqual(at.name, first, `${option} is among the choices of ${group}`)
    }
    await this.seen(`the choice ${option}`)
    assert.ok(await this.page.evaluate(() => document.activeElement.checked), `${option} is chosen`)
  }

  async select (label, option) {
    await this.to(f => f.role === 'combobox' && f.name === label, `the list ${label}`)
    await this.page.keyboard.type(option)
    const chosen = await this.page.evaluate(() => document.activeElement.selectedOptions[0].text)
    assert.equal(chosen, option, `${label} takes what is typed`)
  }

  /** Goes on with Tab until the focus is where it is wanted, and checks that it can be seen there. */
  async to (wanted, called) {
    const passed = []
    for (let presses = 0; presses <= TABS_MAX; presses++) {
      const at = await this.focused()
      if (at && wanted(at)) {
        await this.seen(called)
        return at
      }
      passed.push(at ? `${at.role} ${at.name}` : 'nothing')
      await this.page.keyboard.press('Tab')
    }
    assert.fail(`${called} cannot be reached with the Tab key on ${this.page.url()}; it went to ${[...new Set(passed)].join('; ')}`)
  }

  /** What has the focus, as assistive technology is told. */
  async focused () {
    this.devtools ??= await this.page.context().newCDPSession(this.page)
    const { result } = await this.devtools.send('Runtime.evaluate', { expression: 'document.activeElement' })
    if (!result.objectId || result.className === 'HTMLBodyElement') return null
    const { nodes } = await this.devtools.send('Accessibility.getPartialAXTree', { objectId: result.objectId, fetchRelatives: true })
    const { node } = await this.devtools.send('DOM.describeNode', { objectId: result.objectId })
    const byId = new Map(nodes.map(n => [n.nodeId, n]))
    const own = nodes.find(n => n.backendDOMNodeId === node.backendNodeId)
    if (!own) return null
    let above = byId.get(own.parentId)
    while (above && !(['group', 'radiogroup'].includes(above.role?.value) && above.name?.value)) above = byId.get(above.parentId)
    return { role: own.role?.value, name: own.name?.value?.replace(/\s+/g, ' ').trim(), group: above?.name?.value }
  }

  /** The focus is inside the window, on top, and looks different from no focus. */
  async seen (called) {
    const found = await this.page.evaluate(() => {
      const focused = document.activeElement
      const parts = [[focused], [focused, '::before'], [focused.nextElementSibling, '::before'], [focused.querySelector('.govuk-details__summary-text')]]
      const look = () => parts.filter(([element]) => element).map(([element, pseudo]) => {
        const style = getComputedStyle(element, pseudo)
        return [style.outline, style.boxShadow, style.backgroundColor, style.borderColor, style.borderWidth].join('|')
      }).join('\n')
      const box = focused.getBoundingClientRect()
      const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
      const withFocus = look()
      focused.blur()
      const without = look()
      focused.focus({ preventScroll: true })
      return { inside, differs: withFocus !== without, kept: document.activeElement === focused }
    })
    assert.ok(found.kept, `${called} keeps the focus`)
    assert.ok(found.inside, `${called} is inside the window when it has the focus`)
    assert.ok(found.differs, `${called} looks different when it has the focus`)
  }
}

function matches (name, wanted) {
  return wanted instanceof RegExp ? wanted.test(name) : name === wanted
}
