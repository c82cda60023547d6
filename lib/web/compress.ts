import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  constants,
  createGzip,
  createZstdCompress,
  type Gzip,
  gzipSync,
  type ZstdCompress,
  zstdCompressSync,
} from 'node:zlib';

type Encoding = 'zstd' | 'gzip';

const COMPRESSIBLE = /^(text\/|image\/svg\+xml|application\/(json|javascript|manifest\+json|xml))/;
/** Shorter answers fit into a packet as they are. */
const LEAST_BYTES = 1_024;
/** An answer that is whole and no longer than this is compressed at once: the way to a thread takes as long. */
const MOST_AT_ONCE_BYTES = 64 * 1_024;
/** Beyond so much that waits to be compressed, whoever writes has to pause. */
const MOST_WAITING_BYTES = 64 * 1_024;
/** Half the time of gzip's usual 6 for a tenth more bytes; files that browsers keep are worth the 6. */
const GZIP_LEVEL = 4;
const GZIP_LEVEL_OF_FILES = 6;
/** Pages are shorter than 512 KiB; the usual 2 MiB would be held for each answer under way. */
const ZSTD_WINDOW_LOG = 19;

/** What this browser takes; `gzip;q=0` means not. */
export function encodingOf(accepted: string | string[] | undefined): Encoding | undefined {
  const names = String(accepted ?? '')
    .split(',')
    .flatMap((part) => {
      const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
      return parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)) ? [] : [name.toLowerCase()];
    });
  if (names.includes('zstd')) return 'zstd';
  return names.includes('gzip') ? 'gzip' : undefined;
}

/**
 * Compresses what is written to this response. Pieces of one turn of the event loop go together, and none waits
 * longer: a page that comes in parts is seen in parts.
 */
export function compressAnswer(request: IncomingMessage, response: ServerResponse): void {
  const encoding = encodingOf(request.headers['accept-encoding']);
  if (!encoding || request.method === 'HEAD') return;
  const isFile = request.url?.startsWith('/_next/static/') ?? false;
  const answer = new Compressed(response, encoding, isFile ? GZIP_LEVEL_OF_FILES : GZIP_LEVEL);
  Object.assign(response, {
    flushHeaders: () => answer.flushHeaders(),
    writeHead: (...args: unknown[]) => answer.writeHead(args),
    write: (...args: WriteArguments) => answer.write(args),
    end: (...args: WriteArguments) => answer.end(args),
  });
}

class Compressed {
  #response: ServerResponse;
  #encoding: Encoding;
  #level: number;
  /** The response's own ways. */
  #plain: Pick<ServerResponse, 'write' | 'end' | 'flushHeaders' | 'writeHead'>;
  #stream: Gzip | ZstdCompress | undefined;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #turn: NodeJS.Immediate | undefined;
  #owesDrain = false;

  constructor(response: ServerResponse, encoding: Encoding, level: number) {
    this.#response = response;
    this.#encoding = encoding;
    this.#level = level;
    const { write, end, flushHeaders, writeHead } = response;
    this.#plain = { write, end, flushHeaders, writeHead };
  }

  flushHeaders(): void {
    if (this.#takes()) this.#turn ??= setImmediate(() => this.#pass());
    else this.#stepAside().flushHeaders();
  }

  writeHead(args: unknown[]): unknown {
    // Headers that go out before anything was written say of the body what they say.
    if (!this.#stream && !this.#turn) this.#stepAside();
    return Reflect.apply(this.#plain.writeHead, this.#response, args);
  }

  write(args: WriteArguments): boolean {
    if (!this.#takes()) return Reflect.apply(this.#stepAside().write, this.#response, args) === true;
    this.#keep(args, (done) => setImmediate(done));
    this.#turn ??= setImmediate(() => this.#pass());
    this.#owesDrain ||= this.#waitingBytes + (this.#stream?.writableLength ?? 0) > MOST_WAITING_BYTES;
    return !this.#owesDrain;
  }

  end(args: WriteArguments): ServerResponse {
    const response = this.#response;
    if (!this.#takes()) return Reflect.apply(this.#stepAside().end, response, args);
    clearImmediate(this.#turn);
    this.#keep(args, (done) => response.once('finish', done));
    this.#stepAside();
    if (!this.#stream && this.#waitingBytes <= MOST_AT_ONCE_BYTES)
      return response.end(this.#whole(this.#take()));
    this.#stream ??= this.#begin();
    this.#stream.end(this.#take());
    return response;
  }

  /** Once begun, the headers tell of this very encoding. */
  #takes(): boolean {
    return this.#stream !== undefined || isCompressible(this.#response);
  }

  #stepAside(): ServerResponse {
    return Object.assign(this.#response, this.#plain);
  }

  #keep(args: WriteArguments, tell: (done: Done) => unknown): void {
    const { bytes, done } = piecesOf(args);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (done) tell(done);
  }

  #take(): Buffer {
    const [only] = this.#waiting;
    const bytes = only && this.#waiting.length === 1 ? only : Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    return bytes;
  }

  /** What has gathered goes out, or at least the headers. */
  #pass(): void {
    this.#turn = undefined;
    if (this.#response.destroyed) return;
    this.#stream ??= this.#begin();
    if (this.#waiting.length === 0) {
      this.#plain.flushHeaders.call(this.#response);
      return;
    }
    this.#stream.write(this.#take());
    this.#stream.flush(() => {
      if (!this.#owesDrain) return;
      this.#owesDrain = false;
      this.#response.emit('drain');
    });
  }

  #begin(): Gzip | ZstdCompress {
    const response = this.#response;
    const { write, end } = this.#plain;
    markEncoded(response, this.#encoding);
    response.removeHeader('Content-Length');
    const stream =
      this.#encoding === 'zstd' ? createZstdCompress(zstdOptions) : createGzip({ level: this.#level });
    stream.on('data', (bytes: Buffer) => {
      if (!Reflect.apply(write, response, [bytes])) stream.pause();
    });
    stream.on('end', () => Reflect.apply(end, response, []));
    stream.on('error', () => response.destroy());
    // The drain that `#pass` tells of is of the compressor, not of the socket.
    response.on('drain', () => {
      if (!response.writableNeedDrain) stream.resume();
    });
    response.on('close', () => stream.destroy());
    return stream;
  }

  #whole(bytes: Buffer): Buffer {
    if (bytes.length < LEAST_BYTES || this.#response.headersSent) return bytes;
    const short =
      this.#encoding === 'zstd'
        ? zstdCompressSync(bytes, zstdOptions)
        : gzipSync(bytes, { level: this.#level });
    markEncoded(this.#response, this.#encoding);
    this.#response.setHeader('Content-Length', short.length);
    return short;
  }
}

type Done = () => void;
type WriteArguments = [chunk?: unknown, encoding?: BufferEncoding | Done, callback?: Done];

/** The arguments of `write` and `end`, each of which may be left out. */
function piecesOf(args: WriteArguments): { bytes: Buffer; done: Done | undefined } {
  const done = args.find((arg): arg is Done => typeof arg === 'function');
  const [chunk, encoding] = args;
  if (typeof chunk === 'string')
    return { bytes: Buffer.from(chunk, typeof encoding === 'string' ? encoding : 'utf8'), done };
  if (!(chunk instanceof Uint8Array)) return { bytes: Buffer.alloc(0), done };
  return { bytes: Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength), done };
}

const zstdOptions = { params: { [constants.ZSTD_c_windowLog]: ZSTD_WINDOW_LOG } };

function isCompressible(response: ServerResponse): boolean {
  const { statusCode } = response;
  if (statusCode < 200 || statusCode === 204 || statusCode === 206 || statusCode === 304) return false;
  const length = response.getHeader('Content-Length');
  return (
    response.getHeader('Content-Encoding') === undefined &&
    (length === undefined || Number(length) >= LEAST_BYTES) &&
    COMPRESSIBLE.test(String(response.getHeader('Content-Type') ?? '')) &&
    !/no-transform/.test(String(response.getHeader('Cache-Control') ?? ''))
  );
}

function markEncoded(response: ServerResponse, encoding: Encoding): void {
  response.setHeader('Content-Encoding', encoding);
  const varies = response.getHeader('Vary');
  response.setHeader('Vary', varies === undefined ? 'Accept-Encoding' : `${varies}, Accept-Encoding`);
}
