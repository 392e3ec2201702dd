const FORM = /^[\w.]+=[^\s&]*(&[\w.]+=[^\s&]*)*$/;

/** A body as a person reads it: JSON laid out, a form one field a line, anything else as it is. */
export function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    if (!FORM.test(body)) return body;
  }
  try {
    return body
      .split("&")
      .map((pair) => {
        const at = pair.indexOf("=");
        return `${pair.slice(0, at)}: ${decodeURIComponent(pair.slice(at + 1).replaceAll("+", " "))}`;
      })
      .join("\n");
  } catch {
    return body;
  }
}
