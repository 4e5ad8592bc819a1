// What the page can do beyond being read: timelines that zoom and say what is under the pointer, logs that filter. It reads the page
// itself and nothing else, and writes text only as text.
'use strict';
(() => {
  const SVG = 'http://www.w3.org/2000/svg';
  /** The shortest stretch of time that is shown, in milliseconds. */
  const SHORTEST = 20;
  /** How near the pointer must be to a thing, in pixels. */
  const NEAR = 9;
  /** What is left free at both ends, so that a symbol there is whole, in pixels. */
  const MARGIN = 7;
  /** How wide a character is, in pixels. */
  const CHARACTER = 6.6;

  const element = (name, attributes = {}, parent) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (parent) parent.append(made);
    return made;
  };
  const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
  const seconds = (at, step = 1) => {
    const decimals = step >= 1000 ? 0 : step >= 100 ? 1 : step >= 10 ? 2 : 3;
    return `${(at / 1000).toFixed(decimals)} s`;
  };

  class Timeline {
    constructor(figure) {
      this.figure = figure;
      this.end = Math.max(Number(figure.dataset.end), 1);
      this.from = 0;
      this.to = this.end;
      this.field = figure.querySelector('.field');
      this.svg = figure.querySelector('.lanes');
      this.ruler = this.svg.querySelector('.ruler');
      this.height = Number(this.svg.getAttribute('height'));
      this.overview = figure.querySelector('.overview');
      this.view = this.overview.querySelector('.view');
      this.tip = figure.querySelector('.tip');
      this.said = figure.querySelector('[role=status]');
      this.range = figure.querySelector('.range');
      this.bars = this.svg.querySelector('.bars');
      this.times = (figure.dataset.times || '').split(' ').filter(Boolean).map(Number);
      this.things = [...this.svg.querySelectorAll('[data-f]')].map((one) => this.thing(one));
      // What can be stepped to, in the order of time; what is marked comes before what merely happened then.
      this.stops = this.things.filter((thing) => thing.title).sort((a, b) => a.from - b.from || b.marked - a.marked);
      this.misses = this.things.filter((thing) => thing.is('miss')).sort((a, b) => a.from - b.from);
      this.cursor = element('rect', { class: 'cursor', width: 1, height: this.height - 20, hidden: '' }, this.svg);
      this.picked = null;
      this.listen();
      this.figure.classList.add('live');
      figure.querySelector('.tools').hidden = false;
      this.field.tabIndex = 0;
      this.field.setAttribute('role', 'application');
      this.field.setAttribute('aria-roledescription', 'timeline');
    }

    /** A thing on a lane, with its times. Its title becomes the tooltip, which a browser would show a second time. */
    thing(one) {
      const title = one.querySelector(':scope > title');
      const lane = one.closest('.lane');
      const text = one.tagName === 'text' ? one : one.querySelector('text');
      const from = Number(one.dataset.f);
      const isFlag = one.classList.contains('flag');
      const made = {
        one,
        text,
        from,
        to: one.dataset.t === undefined || isFlag ? from : Number(one.dataset.t),
        until: one.dataset.u === undefined ? null : Number(one.dataset.u),
        isStretch: one.dataset.t !== undefined && !isFlag,
        title: title ? title.textContent : '',
        y: lane ? Number(lane.dataset.y) : Number(one.getAttribute('y') || 0),
        height: lane ? Number(lane.dataset.h) : Number(one.getAttribute('height') || 0),
        marked: one.classList.contains('frame') ? 1 : 0,
        width: text ? text.textContent.length * CHARACTER : 0,
        is: (name) => one.classList.contains(name),
        x0: 0,
        x1: 0,
        shown: true,
      };
      if (title) title.remove();
      return made;
    }

    listen() {
      const { field, svg } = this;
      this.figure.querySelector('.tools').addEventListener('click', (event) => {
        const what = event.target.closest('button')?.dataset.do;
        if (what) this.act(what);
      });
      field.addEventListener('keydown', (event) => this.key(event));
      field.addEventListener('blur', () => this.hide());
      svg.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
      svg.addEventListener('pointerdown', (event) => this.drag(event));
      svg.addEventListener('pointermove', (event) => this.hover(event));
      svg.addEventListener('pointerleave', () => this.hide());
      svg.addEventListener('dblclick', (event) => this.zoom(0.25, this.timeAt(event)));
      const jump = (event) => {
        if (event.type === 'pointermove' && event.buttons !== 1) return;
        const box = this.overview.getBoundingClientRect();
        const middle = ((event.clientX - box.left) / box.width) * this.end;
        const half = (this.to - this.from) / 2;
        this.show(middle - half, middle + half);
      };
      this.overview.addEventListener('pointerdown', jump);
      this.overview.addEventListener('pointermove', jump);
      new ResizeObserver(() => this.draw()).observe(this.svg);
    }

    get span() { return this.to - this.from; }

    timeAt(event) {
      const box = this.svg.getBoundingClientRect();
      const share = (event.clientX - box.left - MARGIN) / (box.width - 2 * MARGIN);
      return this.from + clamp(share, 0, 1) * this.span;
    }

    act(what) {
      const middle = this.picked ? clamp(this.picked.from, this.from, this.to) : (this.from + this.to) / 2;
      if (what === 'in') this.zoom(0.5, middle);
      if (what === 'out') this.zoom(2, middle);
      if (what === 'left') this.move(-this.span / 4);
      if (what === 'right') this.move(this.span / 4);
      if (what === 'whole') this.show(0, this.end);
      if (what === 'miss') this.miss(0);
      if (what === 'next' || what === 'previous') this.step(what === 'next' ? 1 : -1);
    }

    key(event) {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const acts = {
        '+': 'in', '=': 'in', '-': 'out', '_': 'out', ArrowLeft: 'left', ArrowRight: 'right',
        0: 'whole', Home: 'whole', n: 'next', p: 'previous',
      };
      if (event.key === 'm') this.miss(this.misses.findIndex((miss) => miss.from > (this.picked?.from ?? -1)));
      else if (event.key === 'Escape') this.hide();
      else if (acts[event.key]) this.act(acts[event.key]);
      else return;
      event.preventDefault();
    }

    /** The wheel zooms where the timeline is in use; elsewhere the page scrolls. */
    wheel(event) {
      const inUse = event.ctrlKey || event.metaKey || document.activeElement === this.field;
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      const isAtEnd = !sideways && event.deltaY > 0 && this.span >= this.end;
      if (!inUse || isAtEnd) return;
      event.preventDefault();
      const unit = event.deltaMode === 1 ? 30 : 1;
      if (sideways) this.move((event.deltaX * unit * this.span) / this.svg.clientWidth);
      else this.zoom(Math.exp(clamp(event.deltaY * unit, -240, 240) / 400), this.timeAt(event));
    }

    drag(event) {
      if (event.button !== 0) return;
      const start = { x: event.clientX, from: this.from };
      const width = this.svg.clientWidth;
      const move = (now) => {
        if (Math.abs(now.clientX - start.x) > 3 && !this.field.classList.contains('moving')) {
          this.field.classList.add('moving');
          this.svg.setPointerCapture(event.pointerId);
        }
        if (!this.field.classList.contains('moving')) return;
        const from = start.from - ((now.clientX - start.x) / width) * this.span;
        this.show(from, from + this.span);
      };
      const stop = () => {
        this.field.classList.remove('moving');
        this.svg.removeEventListener('pointermove', move);
      };
      this.svg.addEventListener('pointermove', move);
      for (const end of ['pointerup', 'pointercancel']) this.svg.addEventListener(end, stop, { once: true });
    }

    zoom(factor, around) {
      const span = clamp(this.span * factor, Math.min(SHORTEST, this.end), this.end);
      const share = this.span > 0 ? (around - this.from) / this.span : 0.5;
      const from = around - share * span;
      this.show(from, from + span);
    }

    move(by) { this.show(this.from + by, this.to + by); }

    /** Shows a stretch of time, moved into the run where it leaves it. */
    show(from, to) {
      const span = clamp(to - from, Math.min(SHORTEST, this.end), this.end);
      this.from = clamp(from, 0, this.end - span);
      this.to = this.from + span;
      this.tip.hidden = true;
      this.draw();
    }

    /** A place with what is around it, and where it was expected, if that is not far. */
    around(from, to) {
      const most = Math.max(to - from, 300) * 5;
      let [first, last] = [from, to];
      for (const window of this.things.filter((thing) => thing.is('window'))) {
        const [lower, upper] = [Math.min(first, window.from), Math.max(last, Math.min(window.to, this.end))];
        if (upper - lower <= most) [first, last] = [lower, upper];
      }
      const around = Math.max((last - first) * 0.4, 300);
      return [first - around, last + around];
    }

    /** Shows a place with what is around it, and says what it is. */
    showPlace(from, to) {
      this.show(...this.around(from, to));
      const thing = this.stops.find((stop) => stop.marked && stop.from === from && stop.to === to);
      if (thing) this.pick(thing);
    }

    miss(number) {
      const miss = this.misses[number] ?? this.misses[0];
      if (miss) this.showPlace(miss.from, miss.to);
    }

    step(by) {
      const at = this.stops.indexOf(this.picked);
      const middle = (this.from + this.to) / 2;
      const near = this.stops.findIndex((stop) => stop.from >= middle);
      const next = at >= 0 ? at + by : near < 0 ? this.stops.length - 1 : near;
      const thing = this.stops[clamp(next, 0, this.stops.length - 1)];
      if (!thing) return;
      if (thing.from < this.from || thing.from > this.to) this.show(thing.from - this.span / 2, thing.from + this.span / 2);
      this.pick(thing);
    }

    /** Makes a thing the one that is spoken of. */
    pick(thing) {
      this.picked?.one.classList.remove('picked');
      this.picked = thing;
      thing.one.classList.add('picked');
      const text = `${seconds(thing.from)}: ${thing.title}`;
      this.said.textContent = text;
      this.tell(text, (thing.x0 + Math.min(thing.x1, this.svg.clientWidth)) / 2, thing.y + thing.height);
    }

    hover(event) {
      if (this.field.classList.contains('moving')) return this.hide();
      const box = this.svg.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      const distance = (thing) => Math.max(thing.x0 - x, x - thing.x1, 0);
      const under = this.things.filter((thing) => thing.shown && thing.title && y >= thing.y && y < thing.y + thing.height && distance(thing) <= NEAR);
      // Of several the nearest, then the shortest: a moment before the stretch that it is in. What is marked is told besides.
      const plain = under.filter((thing) => !thing.marked).sort((a, b) => distance(a) - distance(b) || a.to - a.from - (b.to - b.from));
      const marks = under.filter((thing) => thing.marked);
      const time = this.timeAt(event);
      const told = [...plain.slice(0, 1), ...marks].map((thing) => (thing.isStretch ? thing.title : `${seconds(thing.from)} ${thing.title}`));
      this.cursor.setAttribute('x', x);
      this.cursor.removeAttribute('hidden');
      this.tell([`at ${seconds(time)}`, ...told].join('\n'), x, y + 14);
    }

    tell(text, x, y) {
      this.tip.textContent = text;
      this.tip.hidden = false;
      const left = clamp(x - this.tip.offsetWidth / 2, 0, Math.max(this.svg.clientWidth - this.tip.offsetWidth, 0));
      this.tip.style.left = `${left}px`;
      this.tip.style.top = `${y + 6}px`;
    }

    hide() {
      this.tip.hidden = true;
      this.cursor.setAttribute('hidden', '');
    }

    /** Places everything anew. What is not in the stretch that is shown is not drawn. */
    draw() {
      const width = this.svg.clientWidth;
      if (width === 0) return;
      const x = (at) => MARGIN + ((at - this.from) / this.span) * (width - 2 * MARGIN);
      const last = new Map();
      for (const thing of this.things) {
        const { one } = thing;
        thing.shown = thing.to >= this.from && thing.from <= this.to;
        if (thing.shown && thing.isStretch) {
          thing.x0 = x(Math.max(thing.from, this.from));
          thing.x1 = Math.max(x(Math.min(thing.to, this.to)), thing.x0 + (thing.marked ? 3 : 1.2));
          one.setAttribute('x', thing.x0.toFixed(1));
          one.setAttribute('width', (thing.x1 - thing.x0).toFixed(1));
          if (thing.text) thing.text.classList.toggle('tight', thing.width + 8 > thing.x1 - thing.x0);
        } else if (thing.shown) {
          thing.x0 = thing.x1 = x(thing.from);
          one.setAttribute('x', thing.x0.toFixed(1));
          if (thing.until !== null) one.classList.toggle('tight', thing.width + 16 > x(thing.until) - thing.x0);
          else if (thing.is('flag')) one.classList.toggle('late', thing.x0 + thing.width + 10 > width);
          else {
            // Of equal symbols on one spot, one is enough.
            const key = `${thing.y} ${one.getAttribute('href')}`;
            thing.shown = !thing.title || !(thing.x0 - (last.get(key) ?? -9) < 1.5);
            if (thing.shown) last.set(key, thing.x0);
          }
        }
        one.style.display = thing.shown ? '' : 'none';
      }
      this.drawRuler(x, width);
      if (this.bars && this.times.length) this.drawBars(width);
      this.view.setAttribute('x', `${(this.from / this.end) * 100}%`);
      this.view.setAttribute('width', `${(this.span / this.end) * 100}%`);
      const decimals = this.span < 1000 ? 1 : this.span < 10000 ? 10 : 100;
      this.range.textContent = this.span >= this.end
        ? `all of ${seconds(this.end)}`
        : `${seconds(this.from, decimals)} to ${seconds(this.to, decimals)} of ${seconds(this.end, 100)}`;
      for (const button of this.figure.querySelectorAll('button')) {
        const all = this.span >= this.end;
        button.disabled = (button.dataset.do === 'out' || button.dataset.do === 'whole') ? all
          : button.dataset.do === 'in' ? this.span <= SHORTEST
          : button.dataset.do === 'left' ? this.from <= 0
          : button.dataset.do === 'right' && this.to >= this.end;
      }
    }

    drawRuler(x, width) {
      const least = (this.span / width) * 90;
      let step = 1;
      for (let decade = 1; step < least; decade *= 10) step = [1, 2, 5, 10].map((n) => n * decade).find((n) => n >= least) ?? 10 * decade;
      this.ruler.replaceChildren();
      for (let at = Math.ceil(this.from / step) * step; at <= this.to; at += step) {
        element('rect', { x: x(at).toFixed(1), width: 1, height: this.height - 20 }, this.ruler);
        const label = element('text', { x: x(at).toFixed(1), y: this.height - 6 }, this.ruler);
        if (x(at) > width - 50) label.setAttribute('class', 'last');
        label.textContent = seconds(at, step);
      }
    }

    drawBars(width) {
      const lane = this.bars.closest('.lane');
      const [above, high] = [14, Number(lane.dataset.h) - 14];
      const room = width - 2 * MARGIN;
      const bars = Math.max(Math.floor(room / 6), 1);
      const counts = new Array(bars).fill(0);
      for (const at of this.times) {
        if (at >= this.from && at <= this.to) counts[Math.min(Math.floor(((at - this.from) / this.span) * bars), bars - 1)] += 1;
      }
      const most = Math.max(...counts, 1);
      const [each, one] = [room / bars, this.span / bars];
      this.bars.replaceChildren();
      counts.forEach((n, i) => {
        if (n === 0) return;
        const height = Math.max((n / most) * high, 1);
        const place = { x: (MARGIN + i * each).toFixed(1), y: above + high - height, width: Math.max(each - 1, 1).toFixed(1), height };
        element('rect', n === most ? { ...place, class: 'most' } : place, this.bars);
      });
      element('text', { x: 4, y: 11 }, this.bars).textContent = `at most ${most} within ${Math.max(Math.round(one), 1)} ms`;
    }
  }

  const timelines = new Map();
  for (const figure of document.querySelectorAll('.timeline')) timelines.set(figure.id, new Timeline(figure));
  // A timeline with a miss begins there; the whole run is one key away.
  for (const timeline of timelines.values()) {
    const [miss] = timeline.misses;
    document.getElementById('keys').hidden = false;
    if (miss) timeline.show(...timeline.around(miss.from, miss.to));
  }

  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a.zoom');
    const timeline = link && timelines.get(link.hash.slice(1));
    if (!timeline) return;
    event.preventDefault();
    reveal(timeline.figure);
    timeline.field.focus({ preventScroll: true });
    timeline.figure.scrollIntoView({ block: 'start' });
    timeline.draw();
    timeline.showPlace(Number(link.dataset.f), Number(link.dataset.t));
  });

  // Beside the scenarios there is room for the list of checks; above them it would be in the way.
  if (matchMedia('(max-width: 1079px)').matches) document.querySelector('nav details')?.removeAttribute('open');
  addEventListener('beforeprint', () => document.querySelector('nav details')?.setAttribute('open', ''));

  /** Opens whatever is folded around an element. */
  function reveal(target) {
    for (let around = target; around; around = around.parentElement) if (around.tagName === 'DETAILS') around.open = true;
  }
  const follow = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    reveal(target);
    target.scrollIntoView({ block: 'start' });
  };
  addEventListener('hashchange', follow);
  follow();

  /** A log that can be filtered by text and by who did it. */
  function filterLog(details) {
    const rows = [...details.querySelectorAll('tbody tr')].map((row) => ({ row, text: row.textContent.toLowerCase() }));
    const kinds = [...new Set(rows.map(({ row }) => row.className))].filter((kind) => ['server', 'client', 'claim', 'user'].includes(kind));
    const bar = document.createElement('div');
    bar.className = 'filter';
    const search = document.createElement('input');
    search.type = 'search';
    search.placeholder = 'only rows with this text';
    search.setAttribute('aria-label', 'Only rows with this text');
    const group = document.createElement('fieldset');
    group.setAttribute('aria-label', 'Who');
    const boxes = kinds.map((kind) => {
      const label = document.createElement('label');
      const box = document.createElement('input');
      box.type = 'checkbox';
      box.checked = true;
      box.value = kind;
      label.append(box, ` ${kind}`);
      group.append(label);
      return box;
    });
    const result = document.createElement('output');
    bar.append(search, group, result);
    details.querySelector('.scroll').before(bar);
    const apply = () => {
      const wanted = search.value.trim().toLowerCase();
      const off = new Set(boxes.filter((box) => !box.checked).map((box) => box.value));
      const isFiltered = wanted !== '' || off.size > 0;
      let shown = 0;
      for (const { row, text } of rows) {
        const isEvent = kinds.includes(row.className);
        const fits = isEvent ? !off.has(row.className) && text.includes(wanted) : !isFiltered || !row.classList.contains('gap');
        row.hidden = !fits;
        if (isEvent && fits) shown += 1;
      }
      result.textContent = isFiltered ? `${shown} shown` : '';
    };
    bar.addEventListener('input', apply);
  }

  for (const details of document.querySelectorAll('.wire')) {
    details.addEventListener('toggle', () => {
      if (details.open && !details.querySelector('.filter')) filterLog(details);
    });
    // A row of the log leads to its moment on the timeline that is nearest to it.
    details.querySelector('tbody').addEventListener('click', (event) => {
      const row = event.target.closest('tr');
      if (event.target.closest('a') || !row || !/^(server|client|claim|user)$/.test(row.className)) return;
      if (String(getSelection()) !== '') return;
      const at = Number(row.cells[0].textContent) * 1000;
      const scenario = details.closest('.scenario');
      const all = [...scenario.querySelectorAll('.timeline')].map((figure) => timelines.get(figure.id));
      const client = row.cells.length === 5 ? row.cells[1].textContent : '0';
      const timeline = all.find((one) => one.figure.id.startsWith(`timeline-${client}-of-`)) ?? all[0];
      if (!timeline) return;
      for (const marked of details.querySelectorAll('tr.at')) marked.classList.remove('at');
      row.classList.add('at');
      timeline.figure.scrollIntoView({ block: 'start' });
      timeline.showPlace(Math.round(at), Math.round(at));
    });
  }
})();
