/** Where a visit stands, as a grey shape: an empty, half and full circle as it is reminded; a cross, a slash, a dash when it is over. */
export function StateShape({ state }: { state: string }) {
  return (
    <svg
      width={14}
      height={14}
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.6}
    >
      {state === "CANCELED" ? (
        <path d="m3.5 3.5 9 9m0-9-9 9" />
      ) : state === "EXPIRED" ? (
        <path d="M3 8h10" />
      ) : (
        <circle cx="8" cy="8" r="5.6" />
      )}
      {state === "NOSHOWED" && <path d="m4 12 8-8" />}
      {state === "REMINDED-1" && <path d="M8 2.4a5.6 5.6 0 0 1 0 11.2z" fill="currentColor" />}
      {state === "REMINDED-2" && <circle cx="8" cy="8" r="5.6" fill="currentColor" />}
    </svg>
  );
}
