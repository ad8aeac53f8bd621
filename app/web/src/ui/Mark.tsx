/** Kontor's mark: a desk's tag that is also what somebody says. The same as public/favicon.svg. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" focusable="false">
      <path
        fill="#0e6d7b"
        d="M7 1h18a6 6 0 0 1 6 6v13a6 6 0 0 1-6 6h-9.5l-6.6 5c-.7.5-1.7 0-1.7-.8V26A6 6 0 0 1 1 20V7a6 6 0 0 1 6-6z"
      />
      <path
        fill="none"
        stroke="#fff"
        strokeWidth="3.4"
        strokeLinecap="round"
        strokeLinejoin="round"
        d="M11.5 7.5v12M21 7.5l-8.5 6.2L21 19.5"
      />
    </svg>
  );
}
