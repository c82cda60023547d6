/** The mark: a road that widens towards the reader, and waves that leave it. */
export function Logo() {
  return (
    <span className="inline-flex items-center gap-2 font-semibold text-lg tracking-tight">
      <svg viewBox="0 0 24 24" className="size-5" aria-hidden="true" focusable="false">
        <path
          d="M9.2 21 11 11h2l1.8 10"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          strokeLinejoin="round"
        />
        <path
          d="M7.5 9.5a5.2 5.2 0 0 1 9 0M4.5 7a8.9 8.9 0 0 1 15 0"
          fill="none"
          stroke="var(--accent)"
          strokeWidth="2"
          strokeLinecap="round"
        />
      </svg>
      Roadcast
    </span>
  );
}
