// Your client in JavaScript: a chat that stays connected. Node 20 or newer, no packages.
//
//     cargo run -p harness -- check reconnect-backoff --client 'node challenges/reconnect-backoff/client.mjs'
//
// README.md beside this file says what the client must do; starter/CONTRACT.md says how it speaks to the harness. What is here connects once,
// shows what arrives, and gives up when the connection is lost.

import { randomBytes } from 'node:crypto';
import { get } from 'node:http';
import { createInterface } from 'node:readline';

const { HARNESS_ADDRESS: address, HARNESS_CONFIG: told } = process.env;
if (!address) throw new Error("run this with: cargo run -p harness -- check reconnect-backoff --client 'node …/client.mjs'");
// { base_delay, max_delay, stable_after, connect_timeout, max_retries }: milliseconds, and a number
const config = JSON.parse(told);

/** Tells the harness something: one JSON object a line. Lines that are no JSON are yours, for debugging. */
const say = (line) => console.log(JSON.stringify(line));

createInterface({ input: process.stdin })
  .on('line', (line) => JSON.parse(line).user === 'close' && closedByUser())
  .on('close', () => process.exit());

console.log(config);
let socket;
setImmediate(connect); // Once the class below is defined.

function connect() {
  say({ status: 'connecting' });
  socket = new Socket('/chat');
  socket.onmessage = ({ data }) => say(data === 'hello' ? { status: 'connected' } : { show: data });
  socket.onclose = ({ code }) => {
    console.log(`lost, with code ${code}`);
    // Instead of this: wait, and connect again.
    finish('gave up');
  };
}

function closedByUser() {
  socket.onclose = null;
  socket.close();
  finish('closed by user');
}

function finish(reason) {
  say({ status: 'disconnected', reason });
  setTimeout(() => process.exit(), 50); // The close frame is on its way.
}

/**
 * One WebSocket (RFC 6455), with the browser's names: `onopen`, `onmessage`, `onclose`, `close()`. Node 20 has none of its own without a flag.
 * `onclose` comes exactly once, however the attempt or the connection ends: refused, reset, another answer than an upgrade, a close frame,
 * or your own `close()`. Like the browser's it has no deadline, and `close()` does not wait for the server.
 */
class Socket {
  #request;
  #stream;
  #unread = Buffer.alloc(0);
  #text = [];
  #over = false;

  constructor(path) {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': 13,
      'sec-websocket-key': randomBytes(16).toString('base64'),
    };
    this.#request = get(`http://${address}${path}`, { headers, agent: false })
      .on('upgrade', (_, stream, head) => this.#open(stream, head))
      .on('response', () => this.#end(1006))
      .on('error', () => this.#end(1006));
  }

  close() {
    if (this.#stream) this.#send(0x8, Buffer.from([0x03, 0xe8]));
    this.#end(1000);
  }

  #open(stream, head) {
    this.#stream = stream.setNoDelay();
    stream.on('error', () => {}).on('close', () => this.#end(1006)).on('end', () => this.#end(1006));
    stream.on('data', (bytes) => this.#read(bytes));
    this.onopen?.();
    this.#read(head);
  }

  #end(code) {
    if (this.#over) return;
    this.#over = true;
    if (this.#stream) this.#stream.end(() => this.#stream.destroy());
    else this.#request.destroy();
    this.onclose?.({ code });
  }

  #read(bytes) {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    while (!this.#over && this.#unread.length >= 2) {
      let [length, start] = [this.#unread[1], 2];
      if (length === 126) [length, start] = [this.#unread.length < 4 ? Infinity : this.#unread.readUInt16BE(2), 4];
      else if (length === 127) [length, start] = [this.#unread.length < 10 ? Infinity : Number(this.#unread.readBigUInt64BE(2)), 10];
      if (this.#unread.length < start + length) return;
      const [first, payload] = [this.#unread[0], this.#unread.subarray(start, start + length)];
      this.#unread = this.#unread.subarray(start + length);
      this.#frame(first & 0x0f, (first & 0x80) !== 0, payload);
    }
  }

  #frame(opcode, isFinal, payload) {
    if (opcode === 0x9) this.#send(0xa, payload);
    else if (opcode === 0x8) {
      this.#send(0x8, payload.subarray(0, 2));
      this.#end(payload.length < 2 ? 1005 : payload.readUInt16BE(0));
    } else if (opcode < 0x3) {
      this.#text.push(payload);
      if (isFinal) this.onmessage?.({ data: Buffer.concat(this.#text.splice(0)).toString() });
    }
  }

  /** A frame of less than 126 bytes, masked as section 5.3 asks of clients. */
  #send(opcode, payload) {
    const mask = randomBytes(4);
    const masked = payload.map((byte, at) => byte ^ mask[at % 4]);
    this.#stream.write(Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length]), mask, masked]));
  }
}
