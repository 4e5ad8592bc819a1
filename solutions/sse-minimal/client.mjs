// A correct dashboard in JavaScript: Node 20 or newer, no packages, starter/CONTRACT.md.
//
// Everything that can take time is given the signal that the user's close aborts. What outlives a connection stands before the loop.

import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const address = process.env.HARNESS_ADDRESS;
const config = JSON.parse(process.env.HARNESS_CONFIG);
const say = (line) => console.log(JSON.stringify(line));

const closed = new AbortController();
const { signal } = closed;
createInterface({ input: process.stdin })
  .on('line', (line) => JSON.parse(line).user === 'close' && closed.abort())
  .on('close', () => process.exit());

const loads = {};
let lastId = '';

/** Asks again and again. Returns why there is no stream. */
async function run() {
  for (let attempt = 1; ; attempt += 1) {
    say({ status: 'connecting' });
    try {
      const why = await connection();
      if (why) return why;
    } catch (error) {
      // Refused, reset or broken; or the user has closed, which is no loss.
      if (signal.aborted) throw error;
      console.log(`lost: ${error.cause ?? error}`);
    }
    say({ status: 'retrying', attempt, wait: config.base_delay });
    await sleep(config.base_delay, null, { signal });
  }
}

/** One request and its stream, if it has one. Returns why not, if not. */
async function connection() {
  const headers = { accept: 'text/event-stream', ...(lastId && { 'last-event-id': lastId }) };
  const response = await fetch(`http://${address}/metrics`, { headers, signal, redirect: 'manual' });
  const type = (response.headers.get('content-type') ?? '').split(';')[0].trim().toLowerCase();
  if (response.status !== 200 || type !== 'text/event-stream') return `refused: ${response.status} ${type}`;
  say({ status: 'connected' });
  for await (const event of events(response.body)) {
    lastId = event.id;
    if (event.type === 'message') {
      const { service, load } = JSON.parse(event.data);
      loads[service] = load;
      say({ show: loads });
    }
  }
}

const reason = await run().catch(() => 'closed by user');
say({ status: 'disconnected', reason });
process.exit();

/** The events of a stream: `{ type, data, id }`, where `id` is the last one in force. (WHATWG HTML, section 9.2.6.) */
async function* events(body) {
  let [type, data, id] = ['', [], ''];
  for await (const line of lines(body)) {
    const [, field, value] = /^([^:]*)(?:: ?)?(.*)$/s.exec(line);
    if (line === '') {
      if (data.length > 0) yield { type: type || 'message', data: data.join('\n'), id };
      [type, data] = ['', []];
    } else if (field === 'event') type = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id' && !value.includes('\0')) id = value;
  }
}

/** The lines of a body, however it comes in pieces. */
async function* lines(body) {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of body) {
    text += decoder.decode(bytes, { stream: true });
    // A carriage return at the end may be half of a line end.
    for (let end; (end = /\r\n|\n|\r(?=[^])/.exec(text)); text = text.slice(end.index + end[0].length)) {
      yield text.slice(0, end.index);
    }
  }
}
