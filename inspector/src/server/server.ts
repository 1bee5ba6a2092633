import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

const HOST = '127.0.0.1';
/** The maximum size of a viewer's message, in bytes. */
const MOST_BYTES = 64 * 1024;

export interface PageServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves a page and accepts its viewers' connections: only from this machine, at a URL that can't be guessed. */
export async function servePage(page: string, port: number, onViewer: (viewer: WebSocket) => void): Promise<PageServer> {
  const path = `/${randomBytes(18).toString('base64url')}/`;
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== path || !isFromHere(request)) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found. Open the full URL that was printed.\n');
      return;
    }
    response.writeHead(200, HEADERS).end(page);
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (request.url !== `${path}socket` || !isFromHere(request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n', () => socket.destroy());
      return;
    }
    sockets.handleUpgrade(request, socket, head, onViewer);
  });
  await listen(server, port);

  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}${path}`,
    async stop() {
      for (const client of sockets.clients) {
        client.terminate();
      }
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Another site can point its own domain at this machine, and its pages can open connections to this server. */
function isFromHere({ headers, socket }: IncomingMessage): boolean {
  const hosts = [HOST, 'localhost'].map((host) => `${host}:${socket.localPort}`);
  const { host = '', origin } = headers;
  return hosts.includes(host) && (origin === undefined || hosts.some((one) => origin === `http://${one}`));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
