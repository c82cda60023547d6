/** @type {import('next').NextConfig} */
const nextConfig = {
  // A second checkout's or a test's build may go elsewhere.
  distDir: process.env.NEXT_DIST_DIR ?? '.next',
  reactStrictMode: true,
  poweredByHeader: false,
  // lib/web/compress.ts does it.
  compress: false,
  // Types, lint and boundaries are `npm run check`'s; a start should not pay for them again.
  typescript: { ignoreBuildErrors: true },
  allowedDevOrigins: ['127.0.0.1', 'localhost'],
  serverExternalPackages: [
    'pg',
    'pino',
    'pino-pretty',
    '@prisma/client',
    '@prisma/adapter-pg',
    'better-auth',
    'pg-boss',
    'nodemailer',
  ],
};

export default nextConfig;
