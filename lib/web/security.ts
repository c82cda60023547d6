import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from '#lib/config.ts';

/**
 * Headers of every answer. Scripts need this answer's nonce: Next reads it from the request's policy and
 * puts it on its own scripts. Styles may be inline, because positioned overlays set them on elements.
 */
export function applySecurityHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  config: Config,
): void {
  const nonce = randomBytes(16).toString('base64');
  const policy = contentPolicy(nonce, request.headers.host ?? '', config);
  request.headers['content-security-policy'] = policy;
  response.setHeader('Content-Security-Policy', policy);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=()');
  if (config.web.url.startsWith('https://')) {
    response.setHeader('Strict-Transport-Security', 'max-age=31536000');
  }
}

function contentPolicy(nonce: string, host: string, config: Config): string {
  const development = config.mode === 'development';
  const safeHost = /^[\w.:[\]-]+$/.test(host) ? host : '';
  return [
    `default-src 'self'`,
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data: blob:`,
    `font-src 'self'`,
    `connect-src 'self'${safeHost ? ` ws://${safeHost} wss://${safeHost}` : ''}`,
    `worker-src 'self' blob:`,
    `object-src 'none'`,
    `base-uri 'self'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}
