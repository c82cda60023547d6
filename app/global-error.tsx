'use client';

export default function GlobalError({ reset }: { reset(): void }) {
  return (
    <html lang="en">
      <body>
        <main style={{ padding: 32, fontFamily: 'system-ui' }}>
          <h1>Roadcast could not be shown</h1>
          <p>Nothing was changed. Try again in a moment.</p>
          <button type="button" onClick={reset}>
            Try again
          </button>
        </main>
      </body>
    </html>
  );
}
