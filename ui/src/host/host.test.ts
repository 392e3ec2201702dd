import { describe, expect, it } from "vitest";
import { takeToken } from "./browser";
import { asUserError, HostError, Sequence, unreachable } from "./host";

describe("the sequence of notices", () => {
  it("without gaps follows", () => {
    const sequence = new Sequence();
    expect([7, 8, 9].map((seq) => sequence.follows(seq))).toEqual([true, true, true]);
  });

  it("a gap is told once", () => {
    const sequence = new Sequence();
    sequence.follows(7);
    expect(sequence.follows(10)).toBe(false);
    expect(sequence.follows(11)).toBe(true);
  });

  it("a repeat after reconnecting is no gap", () => {
    const sequence = new Sequence();
    sequence.follows(7);
    expect(sequence.follows(7)).toBe(true);
    expect(sequence.heard).toBe(7);
  });

  it("a much smaller number is a new engine: everything must be asked again", () => {
    const sequence = new Sequence();
    sequence.follows(50_000);
    expect(sequence.follows(3)).toBe(false);
    expect(sequence.follows(4)).toBe(true);
  });
});

describe("the token of the link", () => {
  const place = (hash: string) => ({ hash, pathname: "/", search: "" }) as Location;
  const storage = () => {
    const kept = new Map<string, string>();
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    } as unknown as Storage;
  };

  it("is taken out of the address and kept for a reload", () => {
    const shown: string[] = [];
    const history = {
      replaceState: (_: unknown, __: string, url: string) => shown.push(url),
    } as unknown as History;
    const kept = storage();
    expect(takeToken(place("#token=a%2Bb"), history, kept)).toBe("a+b");
    expect(shown).toEqual(["/#/worklist"]);
    expect(takeToken(place("#/worklist"), history, kept)).toBe("a+b");
  });

  it("a link without one is signed out", () => {
    expect(takeToken(place("#/worklist"), {} as History, storage())).toBeNull();
  });
});

describe("a failure", () => {
  it("keeps the engine's own words", () => {
    const error = { ...unreachable("x"), code: "invalid", what_happened: "The reason is empty." };
    expect(asUserError(new HostError(error)).what_happened).toBe("The reason is empty.");
    expect(asUserError(error).code).toBe("invalid");
  });

  it("of any other kind says that the engine could not be reached", () => {
    expect(asUserError(new TypeError("Failed to fetch")).code).toBe("unreachable");
    expect(asUserError("odd").retryable).toBe(true);
  });
});
