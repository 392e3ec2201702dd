/** The product's sign in one quiet colour: a loop that the pulse closes. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="92 80 330 330" fill="none" aria-hidden="true" focusable="false">
      <path
        d="M395.1 218.7A144 144 0 1 1 325.8 130.1"
        stroke="currentColor"
        strokeWidth={32}
        strokeLinecap="round"
      />
      <path
        d="M158 268h38l28-70 44 130 32-92 14 32h38"
        stroke="currentColor"
        strokeWidth={24}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx={369.5} cy={167.3} r={24} fill="currentColor" />
    </svg>
  );
}
