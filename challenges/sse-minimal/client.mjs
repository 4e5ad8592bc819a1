// Your client in JavaScript: a dashboard that shows the load of some services. Node 20 or newer, no packages.
//
//     cargo run -p harness -- check sse-minimal --client 'node challenges/sse-minimal/client.mjs'
//
// README.md beside this file says what the client must do; starter/CONTRACT.md says how it speaks to the harness. What is here already asks
// for something, reads events, and prints them. The steps are those of the README.

import { createInterface } from 'node:readline';

const { HARNESS_ADDRESS: address, HARNESS_CONFIG: told } = process.env;
if (!address) throw new Error("run this with: cargo run -p harness -- check sse-minimal --client 'node …/client.mjs'");
const config = JSON.parse(told); // { base_delay: 512 }, in milliseconds

/** Tells the harness something: one JSON object a line. Lines that are no JSON are yours, for debugging. */
const say = (line) => console.log(JSON.stringify(line));

/** Aborted when the user closes the dashboard. Give its `signal` to whatever can wait: `fetch`, or the `setTimeout` of timers/promises. */
const closed = new AbortController();
createInterface({ input: process.stdin })
  .on('line', (line) => JSON.parse(line).user === 'close' && closed.abort())
  .on('close', () => process.exit());

async function run() {
  say({ status: 'connecting' });
  // Steps 1 and 3: `headers` of the request, `response.status` and `response.headers.get('content-type')` of the answer.
  const response = await fetch(`http://${address}/metrics`, { headers: {}, signal: closed.signal });

  for await (const event of events(response.body)) {
    // Step 2: a map, and say({ show: map }).
    const { service, load } = JSON.parse(event.data);
    console.log(`${event.type}: ${service} has a load of ${load}`);
  }
  // Step 4: neither the end of the loop nor an error is the end of your client.
}

try {
  await run();
} catch (error) {
  console.log(`over: ${error.message}`);
}
say({ status: 'disconnected', reason: closed.signal.aborted ? 'closed by user' : 'gave up' });
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
